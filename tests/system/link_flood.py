#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Garbage on the port of an agent: noise, greetings that lie, frames that promise much, connections that say nothing.

usage: link_flood.py ADDRESS PORT SECONDS

It ends after these seconds, once there were more than a hundred connections; the last line says how many.
"""

import random
import socket
import sys
import time

GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01"
CURVE = GREETING + b"CURVE".ljust(20, b"\0") + bytes(32)
NULL = GREETING + b"NULL".ljust(20, b"\0") + bytes(32)
OLD = b"\xff" + bytes(8) + b"\x7f\x00\x00"


def pieces(rng):
    """What one connection sends."""
    noise = rng.randbytes(rng.choice([1, 100, 10_000, 1_000_000]))
    return rng.choice([
        [],
        [noise],
        [CURVE, noise],
        [NULL, noise],
        [OLD, noise],
        # a long frame of 2^62 bytes, and as much of it as goes
        [CURVE, b"\x02\x40" + bytes(7), noise],
        [CURVE, b"\x04\xff", noise],
        # the first message of the encryption, all noise
        [CURVE, b"\x04\xc8\x05HELLO\x01\x00" + rng.randbytes(192)],
        [b"GET / HTTP/1.1\r\nHost: agent\r\n\r\n"],
    ])


def main(address, port, seconds):
    rng = random.Random(19)
    end = time.monotonic() + seconds
    latest = end + 60
    n = 0
    waiting = []
    while time.monotonic() < (end if n > 100 else latest):
        connection = socket.socket()
        connection.settimeout(0.5)
        try:
            connection.connect((address, port))
            for piece in pieces(rng):
                connection.sendall(piece)
            n += 1
        except OSError:
            pass
        # some stay, and say nothing more
        if rng.random() < 0.3:
            waiting.append(connection)
        else:
            connection.close()
        if len(waiting) > 200:
            waiting.pop(0).close()
    print(n, "connections")
    return 0 if n > 100 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
