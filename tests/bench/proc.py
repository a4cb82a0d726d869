# SPDX-License-Identifier: BSD-3-Clause
"""Which processes did we start, and are they gone? Each has a time-out, and none outlives us."""

import atexit
import os
import select
import shutil
import signal
import subprocess
import time

GRACE_S = 5

LEAVING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_running = set()
_at_end = []
_signals = {"are_held": False, "held": None}


class Failed(Exception):
    """A child did not do what it was started for; the text is one line."""


class Ended:
    """What is left of a process."""

    def __init__(self, code, out, err, usage, seconds):
        self.code = code
        self.out = out
        self.err = err
        self.peak_rss_bytes = usage.ru_maxrss * 1024
        self.cpu_seconds = usage.ru_utime + usage.ru_stime
        self.seconds = seconds

    def last_words(self):
        """The last line of what it said."""
        lines = [line for line in (self.err + "\n" + self.out).splitlines() if line.strip()]
        return lines[-1].strip()[:200] if lines else "nothing was said"


def at_end(function):
    """Call it when we end, however; the latest first."""
    _at_end.append(function)


def _signal_group(process, number):
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def clean_up():
    """End what still runs, then take back what was made. May be called again."""
    for number in LEAVING:
        signal.signal(number, signal.SIG_IGN)
    for process in list(_running):
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + GRACE_S
    for process in list(_running):
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        _signal_group(process, signal.SIGKILL)
        process.wait()
        _running.discard(process)
    while _at_end:
        _at_end.pop()()


def end_cleanly_on_signals():
    """A signal becomes an exit that cleans up."""
    def leave(number, _frame):
        if _signals["are_held"]:
            _signals["held"] = number
        else:
            raise SystemExit(128 + number)

    for number in LEAVING:
        signal.signal(number, leave)
    atexit.register(clean_up)


def _start(*arguments, **keywords):
    """Start a process. A signal in the midst of it waits until we know whom to end."""
    _signals["are_held"] = True
    try:
        process = subprocess.Popen(*arguments, **keywords)
        _running.add(process)
    finally:
        _signals["are_held"] = False
        if _signals["held"] is not None:
            raise SystemExit(128 + _signals["held"])
    return process


class Child:
    """A running process, the leader of a group of its own, with a time-out over its whole life."""

    def __init__(self, command, timeout_s, env=None, keep_stdin=False):
        self.command = command
        self.started = time.monotonic()
        self.deadline = self.started + timeout_s
        self.timeout_s = timeout_s
        self.texts = {"out": "", "err": ""}
        self.process = _start(
            command, stdin=subprocess.PIPE if keep_stdin else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True, env=dict(os.environ, LC_ALL="C", **(env or {})))
        self._open = {self.process.stdout.fileno(): "out", self.process.stderr.fileno(): "err"}

    def read(self, until=None):
        """Take in what it says, until the predicate holds or it says no more."""
        while self._open and not (until is not None and until(self.texts["out"])):
            left = self.deadline - time.monotonic()
            if left <= 0:
                self.kill()
                raise Failed(f"{self.name()} was not done after {self.timeout_s:.0f} s")
            ready, _, _ = select.select(list(self._open), [], [], left)
            for fd in ready:
                chunk = os.read(fd, 65536)
                if chunk:
                    self.texts[self._open[fd]] += chunk.decode("utf-8", "replace")
                else:
                    del self._open[fd]
        return self.texts["out"]

    def name(self):
        """How to call it in a sentence."""
        return os.path.basename(self.command[0])

    def interrupt(self):
        """Ask it, and whom it has started, to end."""
        _signal_group(self.process, signal.SIGINT)

    def kill(self):
        """End it at once, with whatever it has started."""
        _signal_group(self.process, signal.SIGKILL)
        self.process.wait()
        _running.discard(self.process)

    def end(self):
        """Read to its end and wait."""
        self.read()
        while True:
            pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
            if pid != 0:
                break
            if time.monotonic() > self.deadline:
                self.kill()
                raise Failed(f"{self.name()} was not done after {self.timeout_s:.0f} s")
            time.sleep(0.002)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        _running.discard(self.process)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return Ended(self.process.returncode, self.texts["out"], self.texts["err"], usage,
                     time.monotonic() - self.started)


def run(command, timeout_s, env=None, codes=(0,)):
    """Run a command to its end. Another exit code than these is a failure."""
    ended = Child(command, timeout_s, env).end()
    if ended.code not in codes:
        raise Failed(f"{os.path.basename(command[0])} ended with {ended.code}: {ended.last_words()}")
    return ended


def which(program):
    """The path of a program; also where a plain user's PATH does not look."""
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
