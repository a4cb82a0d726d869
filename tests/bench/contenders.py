# SPDX-License-Identifier: BSD-3-Clause
"""Who is measured, and how is one round of it done? A round gives rows of figures: {row: {figure: value}}."""

import json
import os
import re
import sys

import figures
import host
import proc
from testpmd import Testpmd

START_S = 20


class Contender:
    """One who takes part in a case."""

    is_same_every_round = False  # one round is enough

    def __init__(self, name, needs=()):
        self.name = name
        self.needs = list(needs)

    def missing(self, run):
        """Why it cannot take part here; "" if it can."""
        del run
        for need in self.needs:
            reason = need()
            if reason:
                return reason
        return ""

    def measure(self, run):
        """One round."""
        raise NotImplementedError


class Overrun(Contender):
    """A run of our own program."""

    quiet = ("--quiet",)

    def __init__(self, name, options, figures_of=figures.of_trial, keys=None, needs=(), seconds=None, program=None,
                 in_lab=False):
        super().__init__(name, [host.n_cpus(2), *needs])
        self.options = options
        self.figures_of = figures_of
        self.keys = keys
        self.seconds = seconds
        self.program = program
        self.in_lab = in_lab

    def of_program(self, name, program):
        """The same for another build."""
        return Overrun(name, self.options, self.figures_of, self.keys, self.needs[1:], self.seconds, program,
                       self.in_lab)

    def command(self, run, seconds, result):
        """What is called."""
        command = [self.program or run.overrun, "run", "--rate-tolerance", "100%", "--max-loss", "100%",
                   "--time", f"{round(seconds * 1000)}ms", "--json", result, *self.quiet, *self.options]
        return run.lab.command() + command if self.in_lab else command

    def more_of(self, ended):
        """Figures beside those of the result. Its exit code was looked at."""
        del ended
        return {}

    def measure(self, run):
        seconds = self.seconds or run.seconds
        result = os.path.join(run.scratch, "result.json")
        ended = proc.run(self.command(run, seconds, result), START_S + 3 * seconds, codes=(0, 1, 2))
        with open(result, encoding="utf-8") as file:
            found = {**self.figures_of(json.load(file)), **self.more_of(ended)}
        os.unlink(result)
        return {self.name: {key: found[key] for key in self.keys or found}}


class LookedAt(Overrun):
    """A run that shows its screen on a terminal, and whose metrics are scraped."""

    quiet = ()
    PERIOD_S = 0.1

    def __init__(self, name, options, shows, is_scraped, keys=None, program=None):
        super().__init__(name, options, keys=keys, program=program)
        self.shows = shows
        self.is_scraped = is_scraped

    def of_program(self, name, program):
        """The same for another build."""
        return LookedAt(name, self.options, self.shows, self.is_scraped, self.keys, program)

    def command(self, run, seconds, result):
        looks = ["--live", self.shows, *(["--metrics", "0"] if self.is_scraped else [])]
        helper = os.path.join(os.path.dirname(os.path.realpath(__file__)), "looked_at.py")
        return [sys.executable, helper, str(self.PERIOD_S if self.is_scraped else 0),
                *super().command(run, seconds, result), *looks]

    def more_of(self, ended):
        found = re.search(r"scrapes (\d+) drawn (\d+) cpu (\d+) of ([0-9.]+)", ended.out)
        scrapes, drawn, cpu_ns = map(int, found.groups()[:3])
        seconds = float(found[4])
        if self.is_scraped and scrapes == 0:
            raise proc.Failed("no scrape was answered")
        if self.shows == "screen" and drawn < 1000:
            raise proc.Failed("no screen was drawn")
        return {"looks": cpu_ns * 1e-9 / seconds if seconds else None}


class ByTestpmd(Contender):
    """Debian's testpmd; which of its rates is which figure stands in `takes`: {"sent": "tx"}."""

    def __init__(self, name, testpmd, takes, needs=()):
        super().__init__(name, [host.tool("dpdk-testpmd", "dpdk-dev"), host.n_cpus(2), *needs])
        self.testpmd = testpmd
        self.takes = takes

    def measure(self, run):
        child = self.testpmd.start(run.seconds)
        seconds, _ = self.testpmd.finish(child, run.seconds)
        return {self.name: rates_of(seconds, self.takes)}


def rates_of(seconds, takes):
    """Figures of testpmd's seconds: the median one of each."""
    found = {}
    for figure, which in takes.items():
        values = sorted(second[0 if which == "rx" else 1] for second in seconds)
        middle = len(values) // 2
        found[figure] = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return found


class Steps(Contender):
    """A benchmark program of the build folder: a row for each of its cases."""

    def __init__(self, program, only=None, rename=None, needs=(), rounds=3, keys=("cycles", "ns", "rate")):
        super().__init__(program, needs)
        self.program = program
        self.only = only
        self.rename = rename
        self.rounds = rounds
        self.keys = keys

    def path(self, run):
        """Where it stands."""
        return os.path.join(run.build, "tests", "bench", "bench_" + self.program)

    def missing(self, run):
        reason = super().missing(run)
        if not reason and not os.access(self.path(run), os.X_OK):
            reason = f"no bench_{self.program} in the build folder (built with -Dtests=true)"
        return reason

    def measure(self, run):
        rounds = 1 if run.is_quick else self.rounds
        command = [self.path(run), "--json", "--rounds", str(rounds)]
        if self.only:
            command += ["--only", self.only]
        rows = {}
        for line in proc.run(command, 60).out.splitlines():
            found = json.loads(line)
            values = {"cycles": found["cycles"], "ns": found["ns"], "rate": found["mpps"] * 1e6}
            values["sent"] = values["rate"]
            values["checked"] = values["rate"]
            if "cpu_ns" in found:
                values["cpu"] = found["cpu_ns"] * 1e-9
            rows[self.rename or found["case"]] = {key: values[key] for key in self.keys}
        return rows


def null_testpmd(mode, burst, options=(), n_mbufs=8192):
    """testpmd with one port that sends into nothing and receives what never was."""
    return Testpmd(mode, ["net_null0"], options=options, burst=burst, n_mbufs=n_mbufs)
