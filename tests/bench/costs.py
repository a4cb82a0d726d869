# SPDX-License-Identifier: BSD-3-Clause
"""What does it cost beside time on the wire: instructions per frame, memory, start-up?"""

import json
import os
import re
import tempfile
import time

import host
import lab
import proc
from contenders import START_S, Contender, Steps

VALGRIND_S = 120


class Instructions(Steps):
    """A case of a benchmark program under callgrind, counted inside one function and what it calls."""

    is_same_every_round = True

    def __init__(self, row, program, only, function):
        super().__init__(program, only, row, [host.tool("valgrind", "valgrind")])
        self.name = row
        self.function = function

    def measure(self, run):
        handle, path = tempfile.mkstemp(dir=run.scratch)
        os.close(handle)
        ended = proc.run([proc.which("valgrind"), "--tool=callgrind", f"--callgrind-out-file={path}",
                          f"--toggle-collect={self.function}", self.path(run), "--json", "--rounds", "1",
                          "--only", self.only], VALGRIND_S)
        frames = json.loads(ended.out.splitlines()[0])["frames"]
        with open(path, encoding="utf-8", errors="replace") as file:
            return {self.rename: {"instructions": collected(file.read()) / frames}}


def collected(profile):
    """Instructions that a callgrind profile holds in all."""
    found = re.search(r"^(?:summary|totals): (\d+)", profile, re.MULTILINE)
    if not found or int(found[1]) == 0:
        raise proc.Failed("callgrind counted nothing: is the function there under that name?")
    return int(found[1])


class Life(Contender):
    """A whole process of ours: how long it lives, how large it gets."""

    def __init__(self, name, options, needs=()):
        super().__init__(name, needs)
        self.options = options

    def measure(self, run):
        ended = proc.run([run.overrun, *self.options], START_S, codes=(0, 1, 2))
        return {self.name: {"seconds": ended.seconds, "rss": ended.peak_rss_bytes}}


class Watch(Contender):
    """The CPU time that `overrun watch --all-places` takes for an interval, without that of its start."""

    N_INTERVALS = 20

    def __init__(self, name, is_crowded, program=None):
        super().__init__(name, lab.NEEDS)
        self.is_crowded = is_crowded
        self.program = program

    def of_program(self, name, program):
        """The same for another build."""
        return Watch(name, self.is_crowded, program)

    def measure(self, run):
        place = run.crowded_lab if self.is_crowded else run.lab
        seconds = [proc.run(place.command(self.program or run.overrun, "watch", "--all-places", "--interval", "100ms",
                                          "--count", str(count)), START_S).cpu_seconds
                   for count in (1, 1 + self.N_INTERVALS)]
        return {self.name: {"watch": (seconds[1] - seconds[0]) / self.N_INTERVALS}}


class TestpmdLife(Contender):
    """testpmd until its ports are started."""

    def __init__(self, name, testpmd):
        super().__init__(name, [host.tool("dpdk-testpmd", "dpdk-dev"), host.n_cpus(2)])
        self.testpmd = testpmd

    def measure(self, run):
        start = time.monotonic()
        child = self.testpmd.start(1)
        child.read(until=lambda text: "packet forwarding - ports" in text)
        seconds = time.monotonic() - start
        _, ended = self.testpmd.finish(child, 1)
        return {self.name: {"seconds": seconds, "rss": ended.peak_rss_bytes}}
