#include "load.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256 };

uint64_t received;
bool copies;

static char outgoing[CHUNK], incoming[CHUNK];

uint32_t flow_events(bool sends, bool receives)
{
    return (sends ? EPOLLOUT : 0u) | (receives ? EPOLLIN : 0u);
}

/* False once the flow is over. */
static bool receive(int fd)
{
    /* MSG_TRUNC takes the bytes off the queue without a copy: the cores are shared, and the relay is what is measured. */
    ssize_t count = recv(fd, incoming, sizeof incoming, MSG_DONTWAIT | (copies ? 0 : MSG_TRUNC));
    if (count > 0)
        __atomic_store_n(&received, received + (uint64_t)count, __ATOMIC_RELAXED);
    return count > 0 || (count < 0 && errno == EAGAIN);
}

static bool transmit(int fd)
{
    return send(fd, outgoing, sizeof outgoing, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EAGAIN;
}

void run_flows(int poll)
{
    struct epoll_event events[EVENTS];
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            uint32_t what = events[i].events;
            bool alive = !(what & (EPOLLERR | EPOLLHUP));
            if (alive && (what & EPOLLIN))
                alive = receive(fd);
            if (alive && (what & EPOLLOUT))
                alive = transmit(fd);
            if (!alive)
                close(fd);
        }
    }
}
