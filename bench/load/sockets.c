#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

/* Several clients' addresses, so that ports never run out. */
enum { SOURCES = 8 };

void die(const char *what)
{
    perror(what);
    exit(1);
}

int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static struct sockaddr_in loopback(unsigned host, int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK + host),
    };
}

static int new_socket(int flags)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    if (fd < 0)
        die("socket");
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
        die("TCP_NODELAY");
    return fd;
}

int listen_on(int port)
{
    int on = 1, fd = new_socket(SOCK_NONBLOCK);
    struct sockaddr_in address = loopback(0, port);
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0)
        die("SO_REUSEADDR");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
        die("bind");
    if (listen(fd, 4096) < 0)
        die("listen");
    return fd;
}

int dial(int port)
{
    int fd = new_socket(0);
    struct sockaddr_in address = loopback(0, port);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        die("connect");
    return fd;
}

int dial_started(int port, unsigned turn)
{
    int on = 1, fd = new_socket(SOCK_NONBLOCK);
    struct sockaddr_in source = loopback(1 + turn % SOURCES, 0), address = loopback(0, port);
    if (setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on) < 0)
        die("IP_BIND_ADDRESS_NO_PORT");
    if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0)
        die("bind the source");
    connect(fd, (struct sockaddr *)&address, sizeof address); /* its outcome is read when the socket is writable */
    return fd;
}

void set_blocking(int fd, bool blocking)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
        die("fcntl");
}

int new_poll(void)
{
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0)
        die("epoll_create1");
    return poll;
}

void watch(int poll, int fd, uint32_t events)
{
    struct epoll_event event = { .events = events, .data.fd = fd };
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}
