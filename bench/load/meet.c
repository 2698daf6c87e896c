#include "meeting.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EVENTS = 64 };

struct pair {
    int64_t begun;
    bool sent, answered;
    struct end listens, connects;
};

static void pair_begin(struct pair *pair, size_t session)
{
    bool stays = pair->listens.state == WAITS;
    *pair = (struct pair){ .begun = now_ns(), .listens = pair->listens, .connects = { .owner = pair } };
    pair->listens.owner = pair;
    if (!stays)
        end_begin(&pair->listens, LISTENS, session);
    if (stays || !spoken->needs_listener)
        end_begin(&pair->connects, CONNECTS, pair->listens.session);
}

enum outcome { GOES_ON, DONE, FAILED };

/* The end that connects sends a byte once it is paired, the other sends it back, and that is all. */
static enum outcome pair_go_on(struct pair *pair)
{
    char byte = 'M';
    struct end *listens = &pair->listens, *connects = &pair->connects;
    if (connects->state == ABSENT && listens->state == WAITS)
        end_begin(connects, CONNECTS, listens->session);
    if (connects->state == MET && !pair->sent) {
        pair->sent = true;
        end_send(connects, &byte, 1);
    }
    if (listens->state == MET && listens->have > 0 && !pair->answered) {
        pair->answered = true;
        end_send(listens, &byte, 1);
    }
    return listens->state == LOST || connects->state == LOST ? FAILED : pair->sent && connects->have > 0 ? DONE : GOES_ON;
}

static void pair_end(struct pair *pair, enum outcome outcome)
{
    end_leave(&pair->connects);
    if (outcome == DONE && spoken->wait_again)
        spoken->wait_again(&pair->listens);
    else
        end_leave(&pair->listens);
}

/* Of this process, which shares the machine with the relay. */
static double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* Both ends close as soon as the byte is back. In not one of the protocols but ours could one of them end its half and see the other's end. */
void meet(int port, int concurrent, size_t count, double seconds, const char *protocol)
{
    struct epoll_event events[EVENTS];
    struct samples samples;
    samples_init(&samples, count);
    struct pair *pairs = calloc((size_t)concurrent, sizeof *pairs);
    meet_in(protocol, port, count);
    size_t begun = 0, failed = 0;
    double cpu = cpu_seconds();
    int64_t start = now_ns(), deadline = start + (int64_t)(seconds * 1e9), hopeless = deadline + 2000000000LL, now = start, last = start;
    for (; begun < (size_t)concurrent && begun < count; begun++)
        pair_begin(&pairs[begun], begun);
    while (samples.count + failed < begun && now < hopeless) {
        int ready = ends_poll(events, EVENTS, 1000);
        now = now_ns();
        for (int i = 0; i < ready; i++) {
            struct end *end = end_turn(&events[i]);
            struct pair *pair = end ? end->owner : NULL;
            enum outcome outcome = pair ? pair_go_on(pair) : GOES_ON;
            if (outcome == GOES_ON)
                continue;
            now = now_ns();
            pair_end(pair, outcome);
            if (outcome == DONE)
                samples_add(&samples, (last = now) - pair->begun);
            else
                failed++;
            if (begun < count && now < deadline)
                pair_begin(pair, begun++);
        }
    }
    double elapsed = (double)(last - start) / 1e9; /* some relays leave an end without an answer, for which this waits */
    printf("pairs=%zu\nfailed=%zu\nper_second=%.1f\ncpu=%.6f\n", samples.count, begun - samples.count, (double)samples.count / elapsed, cpu_seconds() - cpu);
    samples_print(&samples);
}

/*
 * One pair after the other. An end waits already; measured is from the other's connecting until both know that they are
 * paired. A pause in between lets the relay read what the first has sent, since not all of them tell an end that it waits.
 */
void meet_singly(int port, size_t count, double seconds, const char *protocol)
{
    static const struct timespec pause = { .tv_nsec = 2000000 };
    struct samples samples;
    samples_init(&samples, count);
    struct end listens = { .owner = NULL }, connects = { .owner = NULL };
    meet_in(protocol, port, count);
    int64_t deadline = now_ns() + (int64_t)(seconds * 1e9);
    size_t session = 0;
    for (; session < count && now_ns() < deadline; session++) {
        end_begin(&listens, LISTENS, session);
        bool met = ends_until(&listens, WAITS);
        nanosleep(&pause, NULL);
        int64_t begun = now_ns();
        end_begin(&connects, CONNECTS, session);
        met = met && ends_until(&connects, MET) && ends_until(&listens, MET);
        if (met)
            samples_add(&samples, now_ns() - begun);
        end_leave(&connects);
        end_leave(&listens);
    }
    printf("failed=%zu\n", session - samples.count);
    samples_print(&samples);
}
