#include "meeting.h"

#include <openssl/ssl.h>
#include <string.h>

/*
 * Syncthing's relay protocol. An end is the digest of its certificate, which it shows on a TLS connection. The one that
 * listens stays on it, the one that connects asks there for the other, and both are invited to a session, for which each
 * dials again, without TLS. The pair lives only as long as the first connection of the one that listens.
 */
enum { PING, PONG, JOIN_RELAY, JOIN_SESSION, RESPONSE, CONNECT, INVITATION };
enum { MAGIC = 0x9E79BC40u, HEADER = 12, ID = DEVICE_ID, KEY_AT = HEADER + 4 + ID + 4 };
enum { HANDSHAKE, ASKED, SESSION_DIALS, SESSION_ASKED };

static void put(unsigned char *at, uint32_t number)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(number >> (24 - 8 * i));
}

static uint32_t get(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* XDR: numbers of four bytes, and a length in front of bytes. */
static size_t message(unsigned char *room, int type, const unsigned char *bytes)
{
    uint32_t length = bytes ? 4 + ID : 0;
    put(room, MAGIC);
    put(room + 4, (uint32_t)type);
    put(room + 8, length);
    if (bytes) {
        put(room + HEADER, ID);
        memcpy(room + HEADER + 4, bytes, ID);
    }
    return HEADER + length;
}

static void say_in_tls(struct end *end, int type, const unsigned char *bytes)
{
    unsigned char room[HEADER + 4 + ID];
    size_t length = message(room, type, bytes);
    if (SSL_write(end->tls, room, (int)length) != (int)length)
        end_lose(end, "TLS, writing", 0);
}

static void shake_hands(struct end *end)
{
    int result = SSL_do_handshake(end->tls);
    if (result == 1) {
        end->step = ASKED;
        say_in_tls(end, end->role == LISTENS ? JOIN_RELAY : CONNECT, end->role == LISTENS ? NULL : device_id(end->session));
    } else if (!tls_waits(end->tls, result)) {
        end_lose(end, "TLS, handshake", 0);
    }
}

static void greet(struct end *end)
{
    if (end->step == HANDSHAKE) {
        end->tls = tls_as_device(end);
        shake_hands(end);
        return;
    }
    unsigned char room[HEADER + 4 + ID];
    end_send(end, room, message(room, JOIN_SESSION, end->in + KEY_AT)); /* the invitation is still there */
    end->have = 0;
    end->step = SESSION_ASKED;
}

static void follow(struct end *end)
{
    if (get(end->in + HEADER) != ID || get(end->in + HEADER + 4 + ID) != ID) {
        end_lose(end, "an invitation without a key", 0);
        return;
    }
    if (end->role == LISTENS)
        end->control = end->fd;
    else {
        SSL_free(end->tls); /* the relay closes this one */
        end->tls = NULL;
        end_close(end);
    }
    end->step = SESSION_DIALS;
    end->state = DIALS;
    end_dial(end);
}

static void obey(struct end *end, size_t length)
{
    uint32_t type = get(end->in + 4), code = get(end->in + HEADER);
    if (type == INVITATION && end->step == ASKED && length > KEY_AT + ID) {
        follow(end);
        return;
    }
    if (type == PING)
        say_in_tls(end, PONG, NULL);
    else if (type == RESPONSE && code == 0)
        end->state = end->step == ASKED ? WAITS : MET;
    else
        end_lose(end, "refused", (int)code);
    end_take(end, length);
}

static bool read_tls(struct end *end)
{
    int count = SSL_read(end->tls, end->in + end->have, (int)(sizeof end->in - end->have));
    if (count > 0)
        end->have += (size_t)count;
    else if (!tls_waits(end->tls, count))
        end_lose(end, "TLS, reading", 0);
    return count > 0;
}

static void hear(struct end *end, int fd)
{
    if (fd != end->fd)
        return; /* of the connection that stays, nothing is awaited any more */
    if (end->step == HANDSHAKE)
        shake_hands(end);
    while ((end->step == ASKED && read_tls(end)) || (end->step == SESSION_ASKED && end->state == JOINS && end_read(end))) {
        size_t length;
        while (end->state < MET && end->step != SESSION_DIALS && end->have >= HEADER && end->have >= (length = HEADER + get(end->in + 8)))
            obey(end, length);
    }
}

static void wait_again(struct end *end)
{
    end_close(end);
    end->fd = end->control;
    end->control = -1;
    end->have = 0;
    end->step = ASKED;
    end->state = WAITS;
}

const struct protocol bep_relay = { .name = "bep-relay", .needs_listener = true, .prepare = make_devices, .greet = greet, .hear = hear };
const struct protocol bep_relay_kept = {
    .name = "bep-relay-kept", .needs_listener = true, .prepare = make_devices, .greet = greet, .hear = hear, .wait_again = wait_again,
};
