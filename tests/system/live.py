# SPDX-License-Identifier: BSD-3-Clause
"""What a terminal shows while a trial runs. live.sh calls each of these by its name, with a folder to write in."""

import json
import os
import re
import signal
import socket
import sys
import termios
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "support"))

from terminal import HANGS, Terminal  # noqa: E402 (the path comes first)

OVERRUN = os.environ["OVERRUN"]
LOSING = ["--rate", "100kpps", "--rxd", "64", "--stall", "2ms/50ms", "--rate-tolerance", "100%", "--warmup", "0",
          "--interval", "100ms"]
HEADINGS = ["frames                 now            in all",
            "receive queues    received            missed  ring",
            "places                                frames  counter",
            "latest stalls       length             cause"]
KEYS = "[1"  # of the panes, whose names a narrow terminal has no room for


def begin(*options, command="run", **how):
    return Terminal([OVERRUN, command, *options], **how)


def lines_are_whole(terminal):
    """Every heading stands in a line of its own, once, in their order; the first and the last row are what they are.

    What is written comes in pieces, so that this may be so a moment later.
    """
    def are_whole():
        try:
            check_lines(terminal)
        except (AssertionError, IndexError):
            return False
        return True

    try:
        terminal.wait_for(are_whole, "whole screen")
    except AssertionError:
        check_lines(terminal)
        raise


def check_lines(terminal):
    lines = terminal.emulator.lines
    assert lines[0].startswith(" overrun run ") and lines[0].endswith("wire:0 to wire:1"), terminal.text()
    assert KEYS in lines[-1] and "q quit" in lines[-1], terminal.text()
    found = [line.strip() for line in lines if line.strip() in HEADINGS]
    assert found == HEADINGS, f"{found}: {terminal.text()}"
    names = [line.split()[0] for line in lines[3:12] if line.strip()]
    assert names[:8] == ["frames", "attempted", "sent", "received", "missed", "lost", "refused", "stalls"], names


def look_at(rows, columns):
    terminal = begin(*LOSING, "--time", "60s", rows=rows, columns=columns)
    terminal.wait_for_text("rx.ring[0]")
    lines_are_whole(terminal)
    shown = terminal.text()
    terminal.type(b"\f")  # drawn anew as a whole, it is the same, but for the figures
    terminal.read(1)
    lines_are_whole(terminal)
    assert len(terminal.emulator.lines) == rows and shown.count("\n") == rows - 1
    terminal.type(b"q")
    assert terminal.end() == 2, terminal.code
    terminal.is_given_back()
    assert "VOID" in terminal.text(), terminal.text()


def small(_):
    look_at(24, 80)


def large(_):
    look_at(60, 200)


def resized(_):
    terminal = begin(*LOSING, "--time", "60s")
    terminal.wait_for_text("rx.ring[0]")
    for rows, columns in ((40, 120), (24, 80), (60, 200), (12, 60), (24, 80)):
        terminal.resize(rows, columns)
        terminal.wait_for(lambda: KEYS in terminal.emulator.lines[-1] and terminal.emulator.lines[0].endswith("wire:1"),
                          f"screen of {columns} x {rows}")
        if rows >= 24:
            terminal.wait_for_text("rx.ring[0]")
            lines_are_whole(terminal)
    terminal.resize(4, 30)
    terminal.wait_for_text("30 x 4: too few")
    terminal.wait_for_text("q quit")
    terminal.resize(24, 80)
    terminal.wait_for_text(HEADINGS[0])
    lines_are_whole(terminal)
    terminal.type(b"\x03")
    assert terminal.end() == 2, terminal.code
    terminal.is_given_back()


def keys(_):
    terminal = begin(*LOSING, "--time", "60s")
    terminal.wait_for_text("rx.ring[0]")
    for key, text in ((b"2", "rx 0"), (b"\t", "rx_q0_missed"), (b"4", "latest stalls"), (b"h", "Ctrl-C"),
                      (b"h", "attempted"), (b"\x1bOC", "[2 queues]"), (b"\x1bOD", "[1 overview]"),
                      (b"zzz~", "attempted")):
        terminal.type(key)
        terminal.wait_for_text(text)
    terminal.type(b"\x1a")  # Ctrl-Z
    terminal.wait_for_text("attempted")
    terminal.type(b"q")
    assert terminal.end() == 2, terminal.code
    terminal.is_given_back()


def ended(_):
    """However it ends, the terminal is as it was."""
    for number, code in ((signal.SIGTERM, 2), (signal.SIGINT, 2), (signal.SIGHUP, 2), (signal.SIGQUIT, -signal.SIGQUIT),
                         (signal.SIGABRT, -signal.SIGABRT), (signal.SIGSEGV, -signal.SIGSEGV)):
        terminal = begin(*LOSING, "--time", "60s")
        terminal.wait_for_text("attempted")
        drawn = termios.tcgetattr(terminal.fd)
        assert drawn[3] & termios.ECHO == 0, "keys are still shown"
        os.kill(terminal.pid, number)
        after = drawn
        end = time.monotonic() + HANGS
        while terminal.read(0.02) and time.monotonic() < end:
            after = termios.tcgetattr(terminal.fd)
        assert terminal.end() == code, f"{number}: {terminal.code}"
        terminal.is_given_back()
        # the last look may have been before its end
        assert after in (terminal.before, drawn), f"{number}: the settings of the terminal have changed"


def gone(folder):
    """A terminal that goes away ends the trial, as SIGHUP does; the result is written. stdout has gone with it: 3."""
    path = os.path.join(folder, "result.json")
    terminal = begin(*LOSING, "--time", "60s", "--json", path)
    terminal.wait_for_text("attempted")
    os.close(terminal.fd)
    assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 3
    with open(path, encoding="utf-8") as file:
        assert json.load(file)["verdict"] == "void"


def settings(_):
    """The settings of the line come back: a shell that started it finds them as they were."""
    for how in ("q", "kill -TERM", "kill -QUIT"):
        script = ("a=$(stty -g); \"$0\" run --time 60s --rate 10kpps --rate-tolerance 100% --warmup 0 --interval 100ms "
                  ">/dev/null; b=$(stty -g); [ \"$a\" = \"$b\" ] && echo same || echo \"differ $a $b\"")
        terminal = Terminal(["/bin/sh", "-c", script, OVERRUN])
        terminal.wait_for_text("attempted")
        if how == "q":
            terminal.type(b"q")
        else:
            with open(f"/proc/{terminal.pid}/task/{terminal.pid}/children", encoding="ascii") as children:
                os.kill(int(children.read().split()[0]), signal.SIGTERM if how == "kill -TERM" else signal.SIGQUIT)
        terminal.end()
        assert "same" in terminal.raw.decode("utf-8", "replace"), terminal.raw[-300:]
        terminal.is_given_back()


def dumb(_):
    terminal = begin(*LOSING, "--time", "60s", env={"TERM": "dumb"})
    terminal.wait_for(lambda: terminal.raw.count(b"missed") > 2, "lines")
    terminal.type(b"\x03")
    terminal.end()
    assert b"\x1b" not in terminal.raw, terminal.raw[:200]
    # each line is covered with blanks before the next one, and before the result
    assert re.search(rb"missed[^\r\n]*\r +\r\S", terminal.raw), terminal.raw[:400]


def unknown_terminal(_):
    terminal = begin("--time", "300ms", "--rate", "10kpps", "--rate-tolerance", "100%", "--warmup", "0",
                     env={"TERM": "no-such-terminal"})
    assert terminal.end() in (0, 1, 2), terminal.raw
    assert b"\x1b[?1049h" not in terminal.raw
    terminal = begin("--time", "300ms", "--live", "screen", env={"TERM": "no-such-terminal"})
    assert terminal.end() == 3, terminal.raw
    assert b"live: found screen" in terminal.raw, terminal.raw


def ascii_terminal(_):
    terminal = begin(*LOSING, "--time", "60s", env={"LC_ALL": "C"})
    terminal.wait_for_text("rx.ring[0]")
    lines_are_whole(terminal)
    drawn = terminal.text()
    assert all(ord(c) < 0x80 for c in drawn), drawn
    terminal.type(b"q")
    terminal.end()


def piped(folder):
    """The result goes to stdout alone, the screen to the terminal alone."""
    path = os.path.join(folder, "out.json")
    terminal = begin(*LOSING, "--time", "60s", "--json", "-", stdout=path)
    terminal.wait_for_text("attempted")
    terminal.type(b"q")
    assert terminal.end() == 2, terminal.code
    terminal.is_given_back()
    with open(path, encoding="utf-8") as file:
        assert json.load(file)["schema"] == "overrun.result/1"


def colors(_):
    for env, option, has in (({}, "auto", True), ({"NO_COLOR": "1"}, "auto", False), ({"NO_COLOR": ""}, "auto", True),
                             ({"NO_COLOR": "1"}, "always", True), ({}, "never", False),
                             ({"TERM": "vt220"}, "auto", False)):
        terminal = begin(*LOSING, "--time", "60s", "--color", option, env=env)
        terminal.wait_for_text("rx.ring[0]")
        terminal.read(0.5)
        assert bool(terminal.emulator.colors) == has, f"{env} --color {option}: {terminal.emulator.colors}"
        terminal.type(b"q")
        terminal.end()


def many(_):
    """Of a sweep: which trial of how many, and what is known so far."""
    terminal = begin("--rings", "64..512", "--rates", "100kpps", "--stall", "2ms/50ms", "--time", "1s",
                     "--rate-tolerance", "100%", command="sweep")
    terminal.wait_for(lambda: re.search(r"trial [1-4] of 4: rxd ", terminal.text()), "which trial it is")
    terminal.wait_for(lambda: any(line.split()[:2] in (["1", "loss"], ["1", "pass"], ["1", "void"])
                                  for line in terminal.emulator.lines), "a finished trial")
    assert "so far" in terminal.text(), terminal.text()
    terminal.type(b"q")
    terminal.end()
    terminal.is_given_back()


def watch(_):
    """Interfaces that are watched, and all places of this network namespace."""
    terminal = begin("lo", "--all-places", "--interval", "100ms", command="watch", rows=24, columns=100)
    terminal.wait_for_text("interfaces")
    terminal.wait_for(lambda: "intervals" in terminal.emulator.lines[-1] and " 0 intervals" not in
                      terminal.emulator.lines[-1], "an interval")
    lines = terminal.emulator.lines
    assert lines[0].startswith(" overrun watch ") and lines[0].endswith("lo"), terminal.text()
    assert [line.split()[0] for line in lines[2:4]] == ["interfaces", "lo"], terminal.text()
    assert any(line.strip().startswith("losses") for line in lines), terminal.text()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(20):
            sender.sendto(b"x", ("127.0.0.1", 9))
            time.sleep(0.01)
    terminal.wait_for_text("rx.udp")
    terminal.resize(20, 70)
    terminal.wait_for(lambda: "q quit" in terminal.emulator.lines[-1], "the keys")
    terminal.type(b"q")
    assert terminal.end() == 0, terminal.code
    terminal.is_given_back()
    assert b"Total:" in terminal.raw and b"Average:" in terminal.raw, "the sums are not printed"
    terminal = begin("lo", "--interval", "100ms", "--count", "2", command="watch")
    assert terminal.end() == 0 and b"\x1b[?1049h" not in terminal.raw, "--count has no rows"
    terminal = begin("lo", "--interval", "100ms", "--live", "none", command="watch")
    terminal.wait_for_text("lo   driver")
    terminal.type(b"\x03")
    assert terminal.end() == 0 and b"Average:" in terminal.raw and terminal.raw.count(b"rxpck/s") == 1, terminal.raw


def path(_):
    """The hops of a path, which is traced until somebody ends it."""
    terminal = begin("127.0.0.1", "--rate", "20pps", "--count", "0", "--no-mtu", command="path", rows=10, columns=80)
    terminal.wait_for(lambda: terminal.emulator.lines[3].split()[:2] == ["1", "127.0.0.1"], "the first hop")
    lines = terminal.emulator.lines
    assert lines[0].startswith(" overrun path 127.0.0.1"), terminal.text()
    heading = "Hop Address Loss% Snt Last Avg Best Wrst verdict"
    assert lines[2].split() == heading.split(), terminal.text()
    assert lines[8].startswith(" so far: ") and lines[9].startswith(" round "), terminal.text()
    terminal.type(b"q")
    assert terminal.end() in (0, 2), terminal.code
    terminal.is_given_back()
    assert b"verdict: " in terminal.raw, "the path is not printed"
    terminal = begin("127.0.0.1", "--rate", "20pps", "--count", "20", "--no-mtu", "--live", "line", command="path")
    assert terminal.end() in (0, 2), terminal.code
    assert b"\x1b[?1049h" not in terminal.raw and b"round " in terminal.raw, terminal.raw
    terminal = begin("127.0.0.1", "--rate", "20pps", "--count", "5", "--no-mtu", "--live", "none", command="path")
    assert terminal.end() in (0, 2) and b"\x1b" not in terminal.raw and b"round " not in terminal.raw, terminal.raw


def none(_):
    terminal = begin(*LOSING, "--time", "500ms", "--live", "none")
    terminal.end()
    assert b"\x1b" not in terminal.raw and terminal.raw.lstrip().startswith(b"wire:0"), terminal.raw[:100]


def line(_):
    terminal = begin(*LOSING, "--time", "60s", "--live", "line")
    terminal.wait_for(lambda: b"\r\x1b[K" in terminal.raw, "a line")
    terminal.type(b"\x03")
    terminal.end()
    assert b"\x1b[?1049h" not in terminal.raw, terminal.raw[:100]


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
