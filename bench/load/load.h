/* The load generator: far ends for a relay to stand between. One process serves, others drive. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first byte of a connection, seen from the client, says what the server does with it. */
enum role {
    ROLE_UP = 'U',     /* the server receives and counts */
    ROLE_DOWN = 'D',   /* the server sends without end */
    ROLE_BOTH = 'B',   /* both at once */
    ROLE_ECHO = 'E',   /* the server sends back what it gets, this first byte included */
    ROLE_GREET = 'G',  /* the server sends this one byte back and closes */
};

enum { CHUNK = 256 * 1024, MAX_DESCRIPTORS = 1 << 20 };

/* sockets.c */
void die(const char *what) __attribute__((noreturn));
int64_t now_ns(void);
int listen_on(int port);
int dial(int port);                       /* blocks until connected */
int dial_started(int port, unsigned turn); /* returns while connecting; the turn chooses the source address */
void set_blocking(int fd, bool blocking);
int new_poll(void);
void watch(int poll, int fd, uint32_t events);

/* control.c */
void obey_standard_input(void); /* each line asks for the time and the bytes received; the end of input ends the process */
void say(const char *line);

/* flows.c */
extern uint64_t received;
extern bool copies;               /* received bytes are copied to user memory, not dropped in the kernel */
uint32_t flow_events(bool sends, bool receives);
void run_flows(int poll) __attribute__((noreturn)); /* moves bytes on whatever is watched */

/* percentiles.c */
struct samples {
    uint64_t *ns;
    size_t count, capacity;
};
void samples_init(struct samples *samples, size_t capacity);
void samples_add(struct samples *samples, int64_t ns);
void samples_print(struct samples *samples); /* sorts them */

/* tls.c */
typedef struct ssl_st SSL;
void tls_init(const char *cipher);        /* of TLS 1.3, by OpenSSL's name */
SSL *tls_on(int fd, bool resumes);
SSL *tls_dial(int port, enum role role);  /* blocks until the first byte is sent */
bool tls_waits(SSL *tls, int result);     /* whether a call that has failed is to be tried again */
void die_of_tls(const char *what) __attribute__((noreturn));

/* one file each */
void serve(int port) __attribute__((noreturn));
void drive_flows(int port, int streams, enum role role) __attribute__((noreturn));
void ping_pong(int port, int connections, size_t count, double seconds);
void connect_often(int port, int concurrent, size_t count, double seconds);
void hold(int port, int connections) __attribute__((noreturn));
void drive_tls_flows(int port, int streams, bool sends) __attribute__((noreturn));
void tls_connect_often(int port, int concurrent, size_t count, double seconds, bool resumes);
void tls_hold(int port, int connections) __attribute__((noreturn));
void meet(int port, int concurrent, size_t count, double seconds, const char *protocol);
void meet_singly(int port, size_t count, double seconds, const char *protocol);
void wait_long(int port, size_t count, const char *protocol) __attribute__((noreturn));
void met_flow(int port, int backend, const char *protocol);

#endif
