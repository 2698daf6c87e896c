#define _GNU_SOURCE
#include "meeting.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

const struct protocol *spoken;
int meeting_port;

/* An event may be about a connection whose number another one has by then; the count of its users tells them apart. */
static struct {
    struct end *end;
    uint32_t users;
} by_fd[MAX_DESCRIPTORS];

static unsigned char process_name[8];
static int poll_fd;
static unsigned turns;

void meet_in(const char *protocol, int port, size_t sessions)
{
    static const struct protocol *const all[] = { &scr1, &transit, &bep_relay, &bep_relay_kept };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, protocol) == 0)
            spoken = all[i];
    if (!spoken) {
        fprintf(stderr, "there is no protocol %s\n", protocol);
        exit(2);
    }
    meeting_port = port;
    poll_fd = new_poll();
    if (getrandom(process_name, sizeof process_name, 0) != sizeof process_name)
        die("getrandom");
    if (spoken->prepare)
        spoken->prepare(sessions);
}

void session_name(size_t session, unsigned char name[16])
{
    uint64_t number = session;
    memcpy(name, process_name, 8);
    memcpy(name + 8, &number, 8);
}

void end_begin(struct end *end, enum end_role role, size_t session)
{
    void *owner = end->owner;
    *end = (struct end){ .role = role, .session = session, .fd = -1, .control = -1, .owner = owner };
    end->state = DIALS;
    end_dial(end);
}

void end_dial(struct end *end)
{
    int fd = end->fd = dial_started(meeting_port, turns++);
    by_fd[fd].end = end;
    by_fd[fd].users++;
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u64 = (uint64_t)by_fd[fd].users << 32 | (uint32_t)fd };
    if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) < 0)
        die("epoll_ctl");
}

struct end *end_turn(const struct epoll_event *event)
{
    int fd = (int)(uint32_t)event->data.u64;
    struct end *end = by_fd[fd].end;
    if (!end || by_fd[fd].users != event->data.u64 >> 32)
        return NULL;
    if (end->state == LOST)
        return end;
    if (event->events & EPOLLERR) {
        end_lose(end, "the connection failed", 0);
    } else if (end->state == DIALS && fd == end->fd) {
        end->state = JOINS;
        spoken->greet(end);
    } else if (end->state == MET && fd == end->fd) {
        end_read(end);
    } else if (event->events & EPOLLIN) {
        spoken->hear(end, fd);
    }
    return end;
}

int ends_poll(struct epoll_event *events, int room, int milliseconds)
{
    int ready = epoll_wait(poll_fd, events, room, milliseconds);
    if (ready < 0 && errno != EINTR)
        die("epoll_wait");
    return ready;
}

bool ends_until(const struct end *end, enum end_state state)
{
    struct epoll_event events[16];
    while (end->state < state) {
        int ready = ends_poll(events, 16, 10000);
        if (ready == 0) {
            fprintf(stderr, "nothing came for 10 s\n");
            exit(1);
        }
        for (int i = 0; i < ready; i++)
            end_turn(&events[i]);
    }
    return end->state != LOST;
}

bool end_read(struct end *end)
{
    ssize_t count = recv(end->fd, end->in + end->have, sizeof end->in - end->have, 0);
    if (count > 0)
        end->have += (size_t)count;
    else if (count == 0 || errno != EAGAIN)
        end_lose(end, "the relay has closed", 0);
    return count > 0;
}

void end_take(struct end *end, size_t count)
{
    end->have -= count;
    memmove(end->in, end->in + count, end->have);
}

void end_send(struct end *end, const void *bytes, size_t count)
{
    if (send(end->fd, bytes, count, MSG_NOSIGNAL) != (ssize_t)count)
        end_lose(end, "send", errno);
}

void end_lose(struct end *end, const char *why, int code)
{
    static int told; /* one of them tells enough */
    if (end->state != LOST && told++ == 0)
        fprintf(stderr, "an end that %s is lost in state %d, step %d: %s (%d)\n", end->role == LISTENS ? "listens" : "connects", end->state, end->step, why, code);
    end->state = LOST;
}

static void leave(int fd)
{
    if (fd < 0)
        return;
    by_fd[fd].end = NULL;
    close(fd);
}

void end_close(struct end *end)
{
    leave(end->fd);
    end->fd = -1;
}

void end_leave(struct end *end)
{
    if (end->state == ABSENT)
        return;
    SSL_free(end->tls);
    leave(end->fd);
    leave(end->control);
    end->tls = NULL;
    end->fd = end->control = -1;
    end->state = ABSENT;
}
