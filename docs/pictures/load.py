"""Gives the relay in the pictures something to do: a database that answers as fast as it is asked to, and clients that come, stay and go."""

import asyncio
import math
import random
import socket
import struct
import sys
import time

RELAY = ("198.51.100.10", 5432)
DATABASE = ("203.0.113.20", 5432)
KIB = 1024

# Of those that stay: how many, and what each sends and is sent in a second.
STAYING = [(2, 30 * KIB, 2600 * KIB), (2, 1200 * KIB, 8 * KIB), (9, 12 * KIB, 240 * KIB), (14, 300, 2100), (11, 0, 0)]


async def pour(writer, rate, until):
    """Writes at this rate, give or take, in waves as people make them."""
    period, phase = random.uniform(15, 40), random.uniform(0, 6)
    while time.monotonic() < until:
        await asyncio.sleep(0.1 if rate > 1000 else 1)
        wave = 0.65 + 0.3 * math.sin(time.monotonic() * 6.28 / period + phase) + random.uniform(-0.1, 0.1)
        writer.write(bytes(int(rate * wave * (0.1 if rate > 1000 else 1))))
        try:
            await writer.drain()
        except OSError:
            return


async def answer(reader, writer):
    """The database: the first line says how much, how long, and whether the database ends it then."""
    try:
        rate, seconds, ends = (await reader.readline()).decode().split()
        reading = asyncio.create_task(read_all(reader))
        pouring = asyncio.create_task(pour(writer, float(rate), time.monotonic() + float(seconds)))
        if ends == "yes":
            await pouring
            writer.write_eof()
        await reading
        pouring.cancel()
    except (OSError, ValueError):
        pass  # The relay has reset it, or closed it before it said anything.
    finally:
        writer.close()


async def visit(keys, up, down, seconds, ending):
    """One client, from the address that belongs to its name."""
    name = random.choice(list(keys))
    address = f"192.0.2.{20 + 7 * list(keys).index(name)}"
    try:
        reader, writer = await asyncio.open_connection(*RELAY, local_addr=(address, 0))
        key = "a guess" if ending == "guess" else keys[name]
        writer.write(f"{key}\n{down} {seconds} {'yes' if ending == 'server' else 'no'}\n".encode())
        reading = asyncio.create_task(read_all(reader))
        pouring = asyncio.create_task(pour(writer, up, time.monotonic() + seconds))
        await asyncio.wait([reading], timeout=seconds + (5 if ending == "server" else 0))
        pouring.cancel()
        if ending == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            writer.write_eof()
            await reading
        writer.close()
    except OSError:
        pass  # It has guessed, and is reset.


async def read_all(reader):
    try:
        while await reader.read(1 << 16):
            pass
    except OSError:
        pass


async def main(keys):
    random.seed(8)
    async with await asyncio.start_server(answer, *DATABASE):
        print("ready", flush=True)
        visits = set()

        def begin(*what):
            visit_task = asyncio.create_task(visit(keys, *what))
            visits.add(visit_task)
            visit_task.add_done_callback(visits.discard)

        staying = [(up, down) for count, up, down in STAYING for _ in range(count)]
        random.shuffle(staying)
        for up, down in staying:
            begin(up * random.uniform(0.5, 1.5), down * random.uniform(0.4, 1.6), 600, "client")
            await asyncio.sleep(0.1)
        while True:
            ending = random.choices(["client", "server", "reset", "guess"], [12, 5, 2, 1])[0]
            begin(random.uniform(100, 20 * KIB), random.uniform(1 * KIB, 300 * KIB), random.uniform(1, 9), ending)
            await asyncio.sleep(random.expovariate(1.5))


with open(sys.argv[1], encoding="ascii") as lines:
    asyncio.run(main(dict(line.strip().split(":") for line in lines)))
