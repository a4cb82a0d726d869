# SPDX-License-Identifier: BSD-3-Clause
"""A terminal for a test: a pty with a program on it, and the screen that the program has drawn.

The emulator knows what ncurses sends to an xterm, a screen and a linux console; another sequence fails the test.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

HANGS = 60  # seconds
SEQUENCE = re.compile(rb"\x1b\[([?>!]?)([0-9;]*)([@-~])|\x1b([()][A-Z0-9]|[=>78cDEHM])|\x1b\]?", re.S)


class Emulator:
    """The cells of a terminal, and the modes that a program may leave behind."""

    def __init__(self, rows, columns):
        self.modes, self.colors, self.rest = {25: True, 1049: False}, set(), b""
        self.main = None
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.cell = [[" "] * columns for _ in range(rows)]
        self.row = self.column = 0
        self.top, self.bottom = 0, rows - 1
        self.last = " "

    @property
    def lines(self):
        return ["".join(row).rstrip() for row in self.cell]

    def feed(self, data):
        data, self.rest = self.rest + data, b""
        at = 0
        while at < len(data):
            if data[at] == 0x1b:
                match = SEQUENCE.match(data, at)
                if match.group(3) is None and match.group(4) is None:
                    assert len(data) - at < 32, f"a sequence that no terminal knows: {data[at:at + 32]!r}"
                    self.rest = data[at:]
                    return
                if match.group(3):
                    self.control(match.group(1), match.group(2), match.group(3).decode())
                at = match.end()
            elif data[at] < 0x20:
                self.format(data[at])
                at += 1
            else:
                n = 1 if data[at] < 0x80 else 2 if data[at] < 0xe0 else 3 if data[at] < 0xf0 else 4
                if at + n > len(data):
                    self.rest = data[at:]
                    return
                self.put(data[at:at + n].decode("utf-8"))
                at += n

    def put(self, character):
        if self.column == self.columns:
            self.format(0x0d)
            self.format(0x0a)
        self.cell[self.row][self.column] = self.last = character
        self.column += 1

    def format(self, code):
        if code == 0x0d:
            self.column = 0
        elif code == 0x0a:
            if self.row == self.bottom:
                del self.cell[self.top]
                self.cell.insert(self.bottom, [" "] * self.columns)
            else:
                self.row = min(self.row + 1, self.rows - 1)
        elif code == 0x08:
            self.column = max(self.column - 1, 0)
        elif code == 0x09:
            self.column = min((self.column // 8 + 1) * 8, self.columns - 1)
        else:
            assert code in (0x07, 0x0e, 0x0f), f"control character {code:#x}"

    def control(self, private, text, final):
        numbers = [int(n) if n else 0 for n in text.split(b";")]
        n = numbers[0] or 1
        row = self.cell[self.row]
        if private:
            if final in "hl":
                for mode in numbers:
                    self.mode(mode, final == "h")
            return
        if final in "Hf":
            self.row = min(n, self.rows) - 1
            self.column = min((numbers[1] if len(numbers) > 1 else 1) or 1, self.columns) - 1
        elif final in "AB":
            self.row = min(max(self.row + (n if final == "B" else -n), 0), self.rows - 1)
        elif final in "CD":
            self.column = min(max(self.column + (n if final == "C" else -n), 0), self.columns - 1)
        elif final == "G":
            self.column = min(n, self.columns) - 1
        elif final == "d":
            self.row = min(n, self.rows) - 1
        elif final == "J":
            self.erase(numbers[0])
        elif final == "K":
            first, end = {0: (self.column, self.columns), 1: (0, self.column + 1), 2: (0, self.columns)}[numbers[0]]
            row[first:end] = [" "] * (end - first)
        elif final == "X":
            end = min(self.column + n, self.columns)
            row[self.column:end] = [" "] * (end - self.column)
        elif final == "P":
            row[:] = row[:self.column] + row[self.column + n:] + [" "] * min(n, self.columns - self.column)
        elif final == "@":
            row[:] = (row[:self.column] + [" "] * n + row[self.column:])[:self.columns]
        elif final in "LM":
            for _ in range(min(n, self.bottom - self.row + 1)):
                del self.cell[self.row if final == "M" else self.bottom]
                self.cell.insert(self.bottom if final == "M" else self.row, [" "] * self.columns)
        elif final in "ST":
            for _ in range(min(n, self.bottom - self.top + 1)):
                del self.cell[self.top if final == "S" else self.bottom]
                self.cell.insert(self.bottom if final == "S" else self.top, [" "] * self.columns)
        elif final == "r":
            self.top, self.bottom = n - 1, (numbers[1] if len(numbers) > 1 else self.rows) - 1
            self.row = self.column = 0
        elif final == "b":
            for _ in range(n):
                self.put(self.last)
        elif final == "m":
            self.colors |= {c for c in numbers if 30 <= c <= 38 or 40 <= c <= 48 or 90 <= c <= 107}
        else:
            assert final in "lhtcngi", f"CSI {text!r} {final} is not known"

    def erase(self, what):
        first, end = {0: (self.row * self.columns + self.column, self.rows * self.columns),
                      1: (0, self.row * self.columns + self.column + 1), 2: (0, self.rows * self.columns)}[what]
        for i in range(first, end):
            self.cell[i // self.columns][i % self.columns] = " "

    def mode(self, mode, is_on):
        if mode == 1049 and is_on != self.modes[1049]:
            if is_on:
                self.main = self.cell, self.row, self.column
                self.resize(self.rows, self.columns)
            else:
                rows, columns = self.rows, self.columns
                self.resize(rows, columns)
                self.cell = [(row + [" "] * columns)[:columns] for row in self.main[0]]
                self.cell = (self.cell + [[" "] * columns for _ in range(rows)])[:rows]
                self.row, self.column = min(self.main[1], rows - 1), min(self.main[2], columns - 1)
        self.modes[mode] = is_on


class Terminal:
    """A program on a pty."""

    def __init__(self, argv, rows=24, columns=80, env=None, stdout=None):
        self.emulator = Emulator(rows, columns)
        self.raw = b""
        self.code = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.read(0, 1)  # the size is set
            if stdout:
                os.dup2(os.open(stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            environment = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})}
            os.execve(argv[0], argv, {k: v for k, v in environment.items() if v is not None})
        self.set_size(rows, columns)
        self.before = termios.tcgetattr(self.fd)
        os.write(self.fd, b"\n")

    def set_size(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, rows, columns):
        self.read(0)
        self.set_size(rows, columns)
        self.emulator.resize(rows, columns)

    def read(self, seconds):
        """What comes within that time. -> whether the program is still there"""
        end = time.monotonic() + seconds
        while self.code is None:
            ready, _, _ = select.select([self.fd], [], [], max(0, min(0.1, end - time.monotonic())))
            if ready:
                try:
                    data = os.read(self.fd, 65536)
                except OSError:
                    data = b""
                if not data:
                    self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                    return False
                self.raw += data
                self.emulator.feed(data)
            elif time.monotonic() >= end:
                return True
        return False

    def type(self, keys):
        os.write(self.fd, keys)

    def wait_for(self, condition, what):
        """What takes longer hangs: how fast a host is decides nothing."""
        end = time.monotonic() + HANGS
        while not condition():
            assert self.read(0.1), f"it ended with {self.code} before there was {what}: {self.text()}"
            assert time.monotonic() < end, f"no {what}: {self.text()}"

    def wait_for_text(self, text):
        self.wait_for(lambda: text in self.text(), repr(text))

    def text(self):
        return "\n".join(self.emulator.lines)

    def end(self):
        """Read to the end. -> the exit code, negative for a signal"""
        end = time.monotonic() + HANGS
        while self.read(0.2):
            assert time.monotonic() < end, f"it does not end: {self.text()}"
        return self.code

    def is_given_back(self):
        """Modes and settings are as they were."""
        assert not self.emulator.modes[1049], "the other screen is still shown"
        assert self.emulator.modes[25], "the cursor is hidden"
        assert not self.emulator.modes.get(1), "keys are in the mode of applications"

    def kill(self):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self.end()
