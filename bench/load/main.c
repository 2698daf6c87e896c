#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char usage[] =
    "load serve PORT [copy]\n"
    "load flows PORT STREAMS up|down|both [copy]\n"
    "load ping PORT CONNECTIONS COUNT SECONDS\n"
    "load connect PORT CONCURRENT COUNT SECONDS\n"
    "load hold PORT CONNECTIONS\n"
    "load tls-flows PORT STREAMS up|down CIPHER\n"
    "load tls-connect PORT CONCURRENT COUNT SECONDS full|resumed CIPHER\n"
    "load tls-hold PORT CONNECTIONS CIPHER\n"
    "load meet PORT CONCURRENT COUNT SECONDS PROTOCOL\n"
    "load meet-singly PORT COUNT SECONDS PROTOCOL\n"
    "load wait PORT COUNT PROTOCOL\n"
    "load met-flow PORT BACKEND PROTOCOL|plain [copy]\n"
    "  where PROTOCOL is scr1, transit, bep-relay or bep-relay-kept\n";

static bool is(const char *word, const char *expected)
{
    return strcmp(word, expected) == 0;
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        die("getrlimit");
    limit.rlim_cur = limit.rlim_max < MAX_DESCRIPTORS ? limit.rlim_max : MAX_DESCRIPTORS;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        die("setrlimit");
}

int main(int count, char **words)
{
    const char *mode = count > 2 ? words[1] : "";
    int port = count > 2 ? atoi(words[2]) : 0, number = count > 3 ? atoi(words[3]) : 0;
    raise_descriptor_limit();
    copies = is(words[count - 1], "copy");
    if (is(mode, "serve"))
        serve(port);
    if (is(mode, "flows") && count > 4)
        drive_flows(port, number, is(words[4], "up") ? ROLE_UP : is(words[4], "down") ? ROLE_DOWN : ROLE_BOTH);
    if (is(mode, "ping") && count > 5)
        return ping_pong(port, number, (size_t)atol(words[4]), atof(words[5])), 0;
    if (is(mode, "connect") && count > 5)
        return connect_often(port, number, (size_t)atol(words[4]), atof(words[5])), 0;
    if (is(mode, "hold") && count > 3)
        hold(port, number);
    if (is(mode, "meet") && count > 6)
        return meet(port, number, (size_t)atol(words[4]), atof(words[5]), words[6]), 0;
    if (is(mode, "meet-singly") && count > 5)
        return meet_singly(port, (size_t)number, atof(words[4]), words[5]), 0;
    if (is(mode, "wait") && count > 4)
        wait_long(port, (size_t)number, words[4]);
    if (is(mode, "met-flow") && count > 4)
        return met_flow(port, number, words[4]), 0;
    if (strncmp(mode, "tls-", 4) == 0)
        tls_init(words[count - 1]);
    if (is(mode, "tls-flows") && count > 5)
        drive_tls_flows(port, number, is(words[4], "up"));
    if (is(mode, "tls-connect") && count > 7)
        return tls_connect_often(port, number, (size_t)atol(words[4]), atof(words[5]), is(words[6], "resumed")), 0;
    if (is(mode, "tls-hold") && count > 4)
        tls_hold(port, number);
    fputs(usage, stderr);
    return 2;
}
