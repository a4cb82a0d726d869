# SPDX-License-Identifier: BSD-3-Clause
"""usage: looked_at.py PERIOD COMMAND...

Runs a command on a terminal of its own and, where PERIOD is not 0, scrapes the metrics that it says it serves every
PERIOD seconds. What it draws is read and thrown away. Ends with its exit code, after a line that says how many scrapes
were answered, how many bytes were drawn, and the CPU time in ns and the seconds of the threads that answer and draw.
"""

import fcntl
import os
import pty
import re
import select
import socket
import struct
import sys
import termios
import time

URL = re.compile(rb"metrics: http://([0-9.]+):(\d+)(/\S*)")


def scrape(address, path):
    """-> whether it was answered."""
    try:
        with socket.create_connection(address, timeout=2) as connection:
            connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer.startswith(b"HTTP/1.1 200") and b"\noverrun_readings_total " in answer
    except OSError:
        return False


def cpu_ns(pid):
    """CPU time of the threads that answer and draw, as far as they are there."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/comm", encoding="ascii") as file:
                name = file.read().strip()
            if name.startswith(("overrun-", "MHD-")):
                with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                    total += int(file.read().split()[0])
        except OSError:
            pass
    return total


def main(period, command):
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        os.execv(command[0], command)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    head, drawn, scrapes, served, due = b"", 0, 0, None, time.monotonic()
    cpu, first, last, seen = 0, None, 0, 0
    while True:
        if time.monotonic() >= seen + 0.2:
            seen = time.monotonic()
            now = cpu_ns(pid)
            if now > cpu:
                first, last, cpu = first or (seen, now), seen, now
        ready, _, _ = select.select([fd], [], [], max(0, due - time.monotonic()) if served and period else 1)
        if ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                break
            drawn += len(data)
            if served is None:
                head += data
                served = URL.search(head)
        if served and period and time.monotonic() >= due:
            scrapes += scrape((served[1].decode(), int(served[2])), served[3])
            due = max(due + period, time.monotonic())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    used = (cpu - first[1], last - first[0]) if first else (0, 0)
    print(f"scrapes {scrapes} drawn {drawn} cpu {used[0]} of {used[1]}")
    return code if code >= 0 else 3


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
