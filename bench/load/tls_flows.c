#include "load.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>

/* A read takes a whole record, so nothing stays in libssl that epoll would not tell of. */
enum { EVENTS = 256, RECORD = 16 * 1024, TURN = 16 };

static SSL *streams_by_fd[MAX_DESCRIPTORS];
static char outgoing[RECORD], incoming[RECORD];

static bool move(SSL *tls, bool sends)
{
    for (int turn = 0; turn < TURN; turn++) {
        int count = sends ? SSL_write(tls, outgoing, sizeof outgoing) : SSL_read(tls, incoming, sizeof incoming);
        if (count <= 0)
            return tls_waits(tls, count);
        if (!sends)
            __atomic_store_n(&received, received + (uint64_t)count, __ATOMIC_RELAXED);
    }
    return true;
}

/* One direction, so that the record layer is all that the client adds. */
void drive_tls_flows(int port, int streams, bool sends)
{
    struct epoll_event events[EVENTS];
    int poll = new_poll();
    for (int i = 0; i < streams; i++) {
        SSL *tls = tls_dial(port, sends ? ROLE_UP : ROLE_DOWN);
        int fd = SSL_get_fd(tls);
        streams_by_fd[fd] = tls;
        set_blocking(fd, false);
        watch(poll, fd, sends ? EPOLLOUT : EPOLLIN);
    }
    obey_standard_input();
    say("running");
    for (;;) {
        int ready = epoll_wait(poll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < ready; i++)
            if (!move(streams_by_fd[events[i].data.fd], sends))
                die_of_tls("stream");
    }
}
