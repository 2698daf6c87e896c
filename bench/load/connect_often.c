#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 64 };

struct visit {
    int64_t begun;
    bool greeted, answered;
};

static struct visit visits[MAX_DESCRIPTORS];

/*
 * Connect, send a byte, get it back, read the server's end, close. The server closes first, so that the ports which must
 * wait a minute are the two listening ones, and neither the relay nor this program runs out of ports.
 */
static void visit_next(int poll, int port, unsigned turn)
{
    int64_t begun = now_ns();
    int fd = dial_started(port, turn);
    visits[fd] = (struct visit){ .begun = begun };
    watch(poll, fd, EPOLLOUT);
}

enum outcome { GOES_ON, DONE, FAILED };

static enum outcome go_on(int poll, int fd)
{
    char byte = ROLE_GREET;
    struct visit *visit = &visits[fd];
    if (!visit->greeted) {
        struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
        visit->greeted = true;
        return send(fd, &byte, 1, MSG_NOSIGNAL) == 1 && epoll_ctl(poll, EPOLL_CTL_MOD, fd, &event) == 0 ? GOES_ON : FAILED;
    }
    for (;;) {
        ssize_t count = recv(fd, &byte, 1, 0);
        if (count == 0)
            return visit->answered ? DONE : FAILED;
        if (count < 0)
            return errno == EAGAIN ? GOES_ON : FAILED;
        visit->answered = true;
    }
}

void connect_often(int port, int concurrent, size_t count, double seconds)
{
    struct epoll_event events[EVENTS];
    struct samples samples;
    samples_init(&samples, count);
    int poll = new_poll();
    size_t begun = 0, failed = 0;
    int64_t start = now_ns(), deadline = start + (int64_t)(seconds * 1e9), hopeless = deadline + 5000000000LL, now = start;
    for (; begun < (size_t)concurrent && begun < count; begun++)
        visit_next(poll, port, (unsigned)begun);
    while (samples.count + failed < begun && now < hopeless) {
        int ready = epoll_wait(poll, events, EVENTS, 1000);
        now = now_ns();
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            enum outcome outcome = go_on(poll, fd);
            if (outcome == GOES_ON)
                continue;
            close(fd);
            now = now_ns();
            if (outcome == DONE)
                samples_add(&samples, now - visits[fd].begun);
            else
                failed++;
            if (begun < count && now < deadline)
                visit_next(poll, port, (unsigned)begun++);
        }
    }
    double elapsed = (double)(now_ns() - start) / 1e9;
    printf("connections=%zu\nfailed=%zu\nper_second=%.1f\n", samples.count, begun - samples.count, (double)samples.count / elapsed);
    samples_print(&samples);
}
