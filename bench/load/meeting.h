/* Ends that meet at a relay, in whichever protocol that speaks. The drivers below know nothing of protocols, so all relays are timed alike. */
#ifndef MEETING_H
#define MEETING_H

#include "load.h"

#include <sys/epoll.h>

enum end_role { LISTENS = 1, CONNECTS = 2 };
enum end_state { ABSENT, DIALS, JOINS, WAITS, MET, LOST };

struct end {
    enum end_role role;
    enum end_state state;
    size_t session;   /* counted in this process; the end that it is to meet has the same */
    int fd;           /* the connection that it reads; once it has met, that of the pair's bytes */
    int control;      /* another one that has to stay as long as the pair, or -1 */
    int step;         /* for the protocol */
    SSL *tls;
    void *owner;
    size_t have;      /* bytes in `in`; once it has met, those of its partner */
    unsigned char in[512];
};

struct protocol {
    const char *name;
    bool needs_listener;                     /* refuses an end that connects unless one that listens is there */
    void (*prepare)(size_t sessions);        /* what ends have in hand before they come; or NULL */
    void (*greet)(struct end *end);          /* a connection stands */
    void (*hear)(struct end *end, int fd);   /* something has come */
    void (*wait_again)(struct end *end);     /* an end that listens stays for its next partner; or NULL */
};

extern const struct protocol scr1, transit, bep_relay, bep_relay_kept;

/* ends.c */
extern const struct protocol *spoken;
extern int meeting_port;
void meet_in(const char *protocol, int port, size_t sessions);
void session_name(size_t session, unsigned char name[16]);
void end_begin(struct end *end, enum end_role role, size_t session);
void end_dial(struct end *end);                      /* a further connection, which is then its fd */
struct end *end_turn(const struct epoll_event *event); /* whose turn it was; NULL if it has left meanwhile */
int ends_poll(struct epoll_event *events, int room, int milliseconds);
bool ends_until(const struct end *end, enum end_state state); /* false if it is lost; others take their turns meanwhile */
bool end_read(struct end *end);                      /* what came, behind what it has */
void end_take(struct end *end, size_t count);        /* drops what was read first */
void end_send(struct end *end, const void *bytes, size_t count);
void end_lose(struct end *end, const char *why, int code);
void end_close(struct end *end);                     /* its fd alone */
void end_leave(struct end *end);

/* devices.c */
enum { DEVICE_ID = 32 };
void make_devices(size_t sessions);
const unsigned char *device_id(size_t session); /* of the one that listens */
SSL *tls_as_device(const struct end *end);

#endif
