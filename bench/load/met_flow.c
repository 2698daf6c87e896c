#include "meeting.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TRIES = 20 };

static int sending, receiving;

static void *flow(void *fd)
{
    int poll = new_poll();
    watch(poll, *(int *)fd, flow_events(fd == &sending, fd == &receiving));
    run_flows(poll);
}

/* A connector that dials for each client, measured by the same threads as a relay where both ends dial. */
static void meet_behind(int port, int backend)
{
    int listener = listen_on(backend);
    set_blocking(listener, true);
    sending = dial(port);
    receiving = accept(listener, NULL, NULL);
    if (receiving < 0)
        die("accept");
}

/* False if the relay has refused one of the two. */
static bool try_session(struct end *listens, struct end *connects, size_t session)
{
    end_begin(listens, LISTENS, session);
    if (spoken->needs_listener && !ends_until(listens, WAITS))
        return false;
    end_begin(connects, CONNECTS, session);
    return ends_until(connects, MET) && ends_until(listens, MET);
}

/* Syncthing's relay refuses one of two that come at the same moment, now and then; they try again. */
static void meet_at(int port, const char *protocol)
{
    static struct end listens, connects;
    size_t session = 0;
    meet_in(protocol, port, TRIES);
    while (!try_session(&listens, &connects, session)) {
        end_leave(&listens);
        end_leave(&connects);
        if (++session == TRIES)
            exit(1);
    }
    sending = connects.fd;
    receiving = listens.fd;
}

/* One stream from the end that connects to the one that listens, with a thread for each. */
void met_flow(int port, int backend, const char *protocol)
{
    pthread_t thread;
    if (strcmp(protocol, "plain") == 0)
        meet_behind(port, backend);
    else
        meet_at(port, protocol);
    if (pthread_create(&thread, NULL, flow, &sending) != 0)
        die("pthread_create");
    obey_standard_input();
    say("running");
    flow(&receiving);
}
