#define _GNU_SOURCE
#include "load.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, MESSAGE = 64 * 1024 };

static int bulk_poll, talk_poll;
static bool has_role[MAX_DESCRIPTORS];

/* Bulk has a thread of its own, so that an echo never waits behind it in here. */
static void *serve_bulk(void *unused)
{
    (void)unused;
    run_flows(bulk_poll);
}

static void welcome(int listener)
{
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
            die("TCP_NODELAY");
        has_role[fd] = false;
        watch(talk_poll, fd, EPOLLIN);
    }
    if (errno != EAGAIN && errno != ECONNABORTED)
        die("accept");
}

/* False once the connection is over. An echo is small: what a socket's buffer does not take at once is a mistake in the driver. */
static bool echo(int fd)
{
    static char message[MESSAGE];
    ssize_t count = recv(fd, message, sizeof message, 0);
    if (count <= 0)
        return count < 0 && errno == EAGAIN;
    if (send(fd, message, (size_t)count, MSG_NOSIGNAL) == count)
        return true;
    perror("echo");
    return false;
}

static void leave_to_bulk(int fd, enum role role)
{
    epoll_ctl(talk_poll, EPOLL_CTL_DEL, fd, NULL);
    watch(bulk_poll, fd, flow_events(role != ROLE_UP, role != ROLE_DOWN));
}

static bool take_role(int fd)
{
    char first;
    ssize_t count = recv(fd, &first, 1, 0);
    if (count <= 0)
        return count < 0 && errno == EAGAIN;
    switch (first) {
    case ROLE_ECHO:
        has_role[fd] = true;
        return send(fd, &first, 1, MSG_NOSIGNAL) == 1;
    case ROLE_GREET:
        send(fd, &first, 1, MSG_NOSIGNAL);
        return false;
    case ROLE_UP: case ROLE_DOWN: case ROLE_BOTH:
        leave_to_bulk(fd, (enum role)first);
        return true;
    default:
        fprintf(stderr, "no role begins with byte %d\n", first);
        return false;
    }
}

void serve(int port)
{
    struct epoll_event events[EVENTS];
    pthread_t thread;
    int listener = listen_on(port);
    talk_poll = new_poll();
    bulk_poll = new_poll();
    if (pthread_create(&thread, NULL, serve_bulk, NULL) != 0)
        die("pthread_create");
    watch(talk_poll, listener, EPOLLIN);
    obey_standard_input();
    say("listening");
    for (;;) {
        int ready = epoll_wait(talk_poll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                welcome(fd);
            else if (!(has_role[fd] ? echo(fd) : take_role(fd)))
                close(fd);
        }
    }
}
