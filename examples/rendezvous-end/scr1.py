#!/usr/bin/env python3
"""A whole end of SCR/1: joins standard input and output to the other end of a session.

    scr1.py RELAY_HOST:PORT listen|connect SECRET [none|proof]

The protocol is in docs/rendezvous-protocol.md. Of its three modes this end speaks none (the default) and proof: for tls it would have
to make a certificate, which Python's standard library cannot. Other users of the machine can read a secret in the list of processes;
with - in its place it is taken from the environment variable SCR1_SECRET.
"""
import hmac
import os
import select
import socket
import struct
import sys
import threading

OPENING = bytes.fromhex("53435201000d0a00")
HELLO, JOIN, ACCEPT, DECLINE, PING, PONG = range(1, 7)
WELCOME, WAIT, OPEN, PAIRED, REFUSED, GOAWAY = range(17, 23)
ROLES = {"listen": 1, "connect": 2}
CODES = {1: "denied", 2: "busy", 3: "the relay stops", 4: "malformed", 5: "no version in common", 6: "no partner in time"}
SILENCE = 120  # How long the relay may take for an answer, in seconds.


def derive(secret, label, length=32):
    """HKDF-SHA256, whose first block is all that 32 bytes need."""
    return hmac.digest(hmac.digest(b"SCR/1", secret, "sha256"), label.encode() + b"\x01", "sha256")[:length]


def head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    return bytes([major << 5 | 24, value]) if value < 256 else bytes([major << 5 | 25]) + struct.pack(">H", value)


def encode(value):
    """Canonical CBOR of what frames hold."""
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    return head(5, len(value)) + b"".join(encode(key) + encode(value[key]) for key in sorted(value))


def decode(data, at=0, depth=0):
    """One value of CBOR, and where the next begins. What no known key holds (tags, floats) becomes something of no use."""
    major, value, at = data[at] >> 5, data[at] & 31, at + 1
    if value > 27 or depth > 10:
        raise ValueError
    if value > 23:
        size = 1 << value - 24
        value, at = int.from_bytes(data[at:at + size], "big"), at + size
    if major in (2, 3):
        text = data[at:at + value]
        return text if major == 2 else text.decode(), at + value
    if major in (4, 5):
        items = []
        for _ in range(value * (major - 3)):
            item, at = decode(data, at, depth + 1)
            items.append(item)
        return items if major == 4 else dict(zip(items[::2], items[1::2])), at
    return decode(data, at, depth + 1) if major == 6 else (value if major == 0 else None, at)


def frame(fields):
    body = encode(fields)
    return struct.pack(">H", len(body)) + body


def take(sock, count):
    """Exactly so many bytes: behind PAIRED the next one is the other end's."""
    data = b""
    while len(data) < count:
        piece = sock.recv(count - len(data))
        if not piece:
            sys.exit("the relay has closed the connection")
        data += piece
    return data


def next_frame(sock):
    (length,) = struct.unpack(">H", take(sock, 2))
    if not 1 <= length <= 4096:
        sys.exit("this is no relay")
    body = take(sock, length)
    try:
        fields, end = decode(body)
        if end == length and isinstance(fields, dict):
            return fields
    except (IndexError, TypeError, ValueError):
        pass
    sys.exit("this is no relay")


def meet(sock):
    """From JOIN to PAIRED. Between the two, this end pings from WAIT to OPEN, and at other times speaks when it is asked alone."""
    heartbeat, is_waiting, unanswered = SILENCE, False, 0
    while True:
        if not select.select([sock], [], [], heartbeat if is_waiting else SILENCE)[0]:
            if not is_waiting or unanswered == 3:
                sys.exit("the relay does not answer")
            unanswered += 1
            sock.sendall(frame({0: PING}))
            continue
        fields, unanswered = next_frame(sock), 0
        kind = fields.get(0)
        if kind == WELCOME:
            heartbeat = fields.get(2, SILENCE)
        elif kind == WAIT:
            is_waiting = True
        elif kind == PING:
            sock.sendall(frame({0: PONG}))
        elif kind == OPEN:
            is_waiting = False
            sock.sendall(frame({0: ACCEPT}))
        elif kind == PAIRED:
            return
        elif kind == REFUSED:
            sys.exit(f"refused: {CODES.get(fields.get(1), 'for another reason')}")
        elif kind == GOAWAY:
            sys.exit("the relay stops")
        elif kind != PONG:
            sys.exit("this is no relay")


def prove(sock, secret, role, nonce):
    """Each shows the other that it knows the secret. The nonce of an end that connects has gone ahead, in JOIN."""
    if role == "listen":
        sock.sendall(nonce)
    other = take(sock, len(nonce))
    nonces = nonce + other if role == "listen" else other + nonce
    proofs = {of: hmac.digest(derive(secret, f"proof {of}"), b"SCR/1 proof" + bytes([ROLES[of]]) + nonces, "sha256") for of in ROLES}
    sock.sendall(proofs.pop(role))
    if not hmac.compare_digest(take(sock, 32), *proofs.values()):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()
        sys.exit("the other end does not know the secret, or somebody is in between")


def send(sock):
    try:
        while data := os.read(0, 65536):
            sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # Whoever reads from the socket meets it too, and says so.


def main(relay, role, secret, mode="none"):
    secret = (os.environ["SCR1_SECRET"] if secret == "-" else secret).encode()
    if role not in ROLES or mode not in ("none", "proof") or len(secret) < 16:
        sys.exit(__doc__)
    host, _, port = relay.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port))) as sock:
        nonce = os.urandom(16)
        join = {0: JOIN, 1: derive(secret, f"session {mode}", 16), 2: ROLES[role]}
        if mode == "proof" and role == "connect":
            join[4] = nonce
        sock.sendall(OPENING + frame({0: HELLO, 1: [1], 2: "scr1.py"}) + frame(join))
        meet(sock)
        if mode == "proof":
            prove(sock, secret, role, nonce)
        sender = threading.Thread(target=send, args=[sock], daemon=True)
        sender.start()
        while data := sock.recv(65536):
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        sender.join()


if __name__ == "__main__":
    if not 4 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except OSError as error:
        sys.exit(f"the connection is lost: {error}")
