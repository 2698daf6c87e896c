#include "meeting.h"

#include <string.h>

/* SCR/1, as docs/rendezvous-protocol.md has it, in mode none: what the ends say after PAIRED is theirs. */
enum { TYPE_PING = 5, TYPE_WAIT = 18, TYPE_OPEN = 19, TYPE_PAIRED = 20, TYPE_REFUSED = 21, TYPE_GOAWAY = 22 };
enum { LENGTH = 2, TYPE_AT = 4, CODE_AT = 6 }; /* the type is the first value of the map, and below 24 it is one byte */

static void greet(struct end *end)
{
    unsigned char joining[] = {
        'S', 'C', 'R', 1, 0, '\r', '\n', 0,
        0, 6, 0xA2, 0, 1, 1, 0x81, 1,                                                        /* HELLO, version 1 */
        0, 23, 0xA3, 0, 2, 1, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0,     /* JOIN */
    };
    session_name(end->session, joining + 23);
    joining[sizeof joining - 1] = (unsigned char)end->role;
    end_send(end, joining, sizeof joining);
}

static void obey(struct end *end, const unsigned char *frame)
{
    static const unsigned char accept[] = { 0, 3, 0xA1, 0, 3 }, pong[] = { 0, 3, 0xA1, 0, 6 };
    switch (frame[TYPE_AT]) {
    case TYPE_PING:
        end_send(end, pong, sizeof pong);
        break;
    case TYPE_WAIT:
        end->state = WAITS;
        break;
    case TYPE_OPEN:
        end_send(end, accept, sizeof accept);
        break;
    case TYPE_PAIRED:
        end->state = MET;
        break;
    case TYPE_REFUSED: case TYPE_GOAWAY:
        end_lose(end, "refused", frame[CODE_AT]);
        break;
    }
}

static void hear(struct end *end, int fd)
{
    (void)fd;
    if (!end_read(end))
        return;
    while (end->state < MET && end->have > TYPE_AT && end->have >= (size_t)LENGTH + end->in[1]) {
        obey(end, end->in);
        end_take(end, LENGTH + end->in[1]);
    }
}

const struct protocol scr1 = { .name = "scr1", .greet = greet, .hear = hear };
