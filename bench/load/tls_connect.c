#include "load.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 64 };
enum outcome { GOES_ON, DONE, FAILED };

struct visit {
    int64_t begun;
    SSL *tls;
    bool greeted, answered;
};

static struct visit visits[MAX_DESCRIPTORS];
static size_t resumed;

/* As in connect_often, with a handshake before the byte and a close-notify behind it. */
static void visit_next(int poll, int port, unsigned turn, bool resumes)
{
    int64_t begun = now_ns();
    int fd = dial_started(port, turn);
    visits[fd] = (struct visit){ .begun = begun, .tls = tls_on(fd, resumes) };
    watch(poll, fd, EPOLLIN | EPOLLOUT | EPOLLET);
}

static enum outcome go_on(struct visit *visit)
{
    char byte = ROLE_GREET;
    int result;
    if (!visit->greeted) {
        if ((result = SSL_do_handshake(visit->tls)) != 1 || (result = SSL_write(visit->tls, &byte, 1)) != 1)
            return tls_waits(visit->tls, result) ? GOES_ON : FAILED;
        visit->greeted = true;
        resumed += (size_t)SSL_session_reused(visit->tls);
    }
    while ((result = SSL_read(visit->tls, &byte, 1)) == 1)
        visit->answered = true;
    if (tls_waits(visit->tls, result))
        return GOES_ON;
    SSL_shutdown(visit->tls);
    return visit->answered ? DONE : FAILED;
}

static void leave(int fd)
{
    SSL_free(visits[fd].tls);
    visits[fd].tls = NULL;
    close(fd);
}

/* The first ticket, which those that follow resume with. */
static void fetch_ticket(int port)
{
    char byte;
    SSL *tls = tls_dial(port, ROLE_GREET);
    while (SSL_read(tls, &byte, 1) == 1)
        continue;
    SSL_shutdown(tls);
    close(SSL_get_fd(tls));
    SSL_free(tls);
}

void tls_connect_often(int port, int concurrent, size_t count, double seconds, bool resumes)
{
    struct epoll_event events[EVENTS];
    struct samples samples;
    samples_init(&samples, count);
    int poll = new_poll();
    if (resumes)
        fetch_ticket(port);
    size_t begun = 0, failed = 0;
    int64_t start = now_ns(), deadline = start + (int64_t)(seconds * 1e9), hopeless = deadline + 5000000000LL, now = start;
    for (; begun < (size_t)concurrent && begun < count; begun++)
        visit_next(poll, port, (unsigned)begun, resumes);
    while (samples.count + failed < begun && now < hopeless) {
        int ready = epoll_wait(poll, events, EVENTS, 1000);
        if (ready < 0 && errno != EINTR)
            die("epoll_wait");
        now = now_ns();
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            enum outcome outcome = go_on(&visits[fd]);
            if (outcome == GOES_ON)
                continue;
            leave(fd);
            now = now_ns();
            if (outcome == DONE)
                samples_add(&samples, now - visits[fd].begun);
            else
                failed++;
            if (begun < count && now < deadline)
                visit_next(poll, port, (unsigned)begun++, resumes);
        }
    }
    double elapsed = (double)(now_ns() - start) / 1e9;
    printf("connections=%zu\nfailed=%zu\nresumed=%zu\nper_second=%.1f\n", samples.count, begun - samples.count, resumed, (double)samples.count / elapsed);
    samples_print(&samples);
}
