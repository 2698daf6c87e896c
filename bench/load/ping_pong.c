#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { MESSAGE = 64, EVENTS = 256, UNMEASURED = 100 }; /* rounds of each connection at first */

struct pinger {
    int64_t sent;
    int missing; /* bytes of the answer still to come */
};

static char message[MESSAGE] = { ROLE_ECHO };

static int open_echo(int port)
{
    char first = ROLE_ECHO;
    int fd = dial(port);
    if (send(fd, &first, 1, MSG_NOSIGNAL) != 1 || recv(fd, &first, 1, MSG_WAITALL) != 1)
        die("first byte");
    return fd;
}

static int64_t ping(int fd)
{
    int64_t sent = now_ns();
    if (send(fd, message, MESSAGE, MSG_NOSIGNAL) != MESSAGE)
        die("ping");
    return sent;
}

/* Both return how many rounds there were, measured or not. */
static size_t one_by_one(int fd, struct samples *samples, size_t unmeasured, int64_t warm, int64_t deadline)
{
    /* One connection needs no poll: a blocking read wakes straight out of the kernel. */
    size_t pongs = 0;
    for (int64_t now = 0; samples->count < samples->capacity && now < deadline;) {
        int64_t sent = ping(fd);
        if (recv(fd, message, MESSAGE, MSG_WAITALL) != MESSAGE)
            die("pong");
        now = now_ns();
        if (++pongs > unmeasured || now > warm)
            samples_add(samples, now - sent);
    }
    return pongs;
}

static size_t all_at_once(int poll, struct pinger *pingers, struct samples *samples, size_t unmeasured, int64_t warm, int64_t deadline)
{
    struct epoll_event events[EVENTS];
    size_t pongs = 0;
    for (int64_t now = 0; samples->count < samples->capacity && now < deadline;) {
        int ready = epoll_wait(poll, events, EVENTS, 1000);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            ssize_t count = recv(fd, message, (size_t)pingers[fd].missing, 0);
            if (count <= 0)
                die("pong");
            if ((pingers[fd].missing -= (int)count) > 0)
                continue;
            now = now_ns();
            if (++pongs > unmeasured || now > warm)
                samples_add(samples, now - pingers[fd].sent);
            pingers[fd] = (struct pinger){ .sent = ping(fd), .missing = MESSAGE };
        }
        if (ready <= 0) /* a second of silence: let the deadline decide */
            now = now_ns();
    }
    return pongs;
}

void ping_pong(int port, int connections, size_t count, double seconds)
{
    struct samples samples;
    samples_init(&samples, count);
    size_t rounds, unmeasured = UNMEASURED * (size_t)connections;
    int64_t begun, warm, deadline; /* what is slow is warm after a tenth of the time */
    if (connections == 1) {
        int fd = open_echo(port);
        begun = now_ns();
        warm = begun + (int64_t)(seconds * 1e8);
        deadline = begun + (int64_t)(seconds * 1e9);
        rounds = one_by_one(fd, &samples, unmeasured, warm, deadline);
    } else {
        static struct pinger pingers[MAX_DESCRIPTORS];
        int poll = new_poll(), *fds = calloc((size_t)connections, sizeof(int));
        for (int i = 0; i < connections; i++)
            fds[i] = open_echo(port);
        begun = now_ns();
        warm = begun + (int64_t)(seconds * 1e8);
        deadline = begun + (int64_t)(seconds * 1e9);
        for (int i = 0; i < connections; i++) {
            watch(poll, fds[i], EPOLLIN);
            pingers[fds[i]] = (struct pinger){ .sent = ping(fds[i]), .missing = MESSAGE };
        }
        rounds = all_at_once(poll, pingers, &samples, unmeasured, warm, deadline);
    }
    double elapsed = (double)(now_ns() - begun) / 1e9;
    printf("rounds=%zu\nper_second=%.1f\n", rounds, (double)rounds / elapsed);
    samples_print(&samples);
}
