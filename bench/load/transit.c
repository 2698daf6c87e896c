#include "meeting.h"

#include <stdio.h>
#include <string.h>

/* The line of magic-wormhole's transit relay. It does not say that an end waits: it says nothing until there are two. */
static const char ok[] = "ok\n";

static void greet(struct end *end)
{
    char line[128], token[65];
    unsigned char name[16];
    session_name(end->session, name);
    for (int i = 0; i < 32; i++)
        sprintf(token + 2 * i, "%02x", name[i % 16]);
    int length = sprintf(line, "please relay %s for side %016d\n", token, (int)end->role);
    end->state = WAITS;
    end_send(end, line, (size_t)length);
}

static void hear(struct end *end, int fd)
{
    (void)fd;
    if (!end_read(end) || end->have < strlen(ok))
        return;
    if (memcmp(end->in, ok, strlen(ok)) != 0) {
        end_lose(end, "refused", 0);
        return;
    }
    end_take(end, strlen(ok));
    end->state = MET;
}

const struct protocol transit = { .name = "transit", .greet = greet, .hear = hear };
