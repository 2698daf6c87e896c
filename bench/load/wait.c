#include "meeting.h"

#include <stdio.h>
#include <stdlib.h>

enum { EVENTS = 64, AT_ONCE = 16 };

/* Ends that listen, each in a session of its own to which nobody comes. They answer what the relay asks meanwhile. */
void wait_long(int port, size_t count, const char *protocol)
{
    struct epoll_event events[EVENTS];
    struct end *ends = calloc(count, sizeof *ends);
    meet_in(protocol, port, count);
    size_t begun = 0, waiting = 0;
    while (waiting < count) {
        for (; begun < count && begun < waiting + AT_ONCE; begun++)
            end_begin(&ends[begun], LISTENS, begun);
        int ready = ends_poll(events, EVENTS, 10000);
        if (ready == 0) {
            fprintf(stderr, "%zu ends wait, and then nothing came for 10 s\n", waiting);
            exit(1);
        }
        for (int i = 0; i < ready; i++)
            end_turn(&events[i]);
        while (waiting < begun && ends[waiting].state == WAITS)
            waiting++;
        if (waiting < begun && ends[waiting].state == LOST) {
            fprintf(stderr, "%zu ends wait, and the next one may not\n", waiting);
            exit(1);
        }
    }
    obey_standard_input();
    say("waiting");
    for (;;) {
        int ready = ends_poll(events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            struct end *end = end_turn(&events[i]);
            if (end && end->state == LOST)
                exit(1);
        }
    }
}
