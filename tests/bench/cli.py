# SPDX-License-Identifier: BSD-3-Clause
"""What did the user ask for? Arguments, the build, files, and the exit code: 0, or 3 if it could not run."""

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import cases
import host
import proc
import report
from lab import Lab
from rounds import run_case

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CANNOT = 3
UNITS_S = {"ms": 1e-3, "s": 1, "m": 60}


class Refused(Exception):
    """One sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(f"{message}; accepted: what --help shows")


def _seconds(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m)", text)
    if not match or not 0.1 <= float(match[1]) * UNITS_S[match[2]] <= 600:
        raise Refused(f"--time: found '{text}', accepted: 100ms to 10m, for example 2s")
    return float(match[1]) * UNITS_S[match[2]]


def _runs(text):
    if not re.fullmatch(r"[1-9]\d{0,2}", text):
        raise Refused(f"--runs: found '{text}', accepted: 1 to 999")
    return int(text)


def parse(argv):
    """The options."""
    parser = _Parser(prog="scripts/bench", add_help=False, allow_abbrev=False,
                     description="What does overrun reach on this machine, beside others? Prints, judges nothing.")
    parser.add_argument("--runs", metavar="N", help="rounds of each case, of which the median is printed (5)")
    parser.add_argument("--time", metavar="T", help="length of each run (2s)")
    parser.add_argument("--cases", metavar="GLOB,...", help="only these cases, for example 'tx/*,wire' (all)")
    parser.add_argument("--list", action="store_true", help="the cases, and what is missing for them here")
    parser.add_argument("--against", metavar="PROGRAM", help="another build of overrun, which takes turns with ours")
    parser.add_argument("--build", metavar="FOLDER", help="measure this build folder as it is (build-bench, built now)")
    parser.add_argument("--quick", action="store_true", help="two rounds of one second: to see that it works")
    parser.add_argument("--markdown", metavar="FILE", help="write the report there; -: to stdout (the default)")
    parser.add_argument("--json", metavar="FILE",
                        help="write every round's figures there; -: to stdout, in place of the report")
    parser.add_argument("--install", action="store_true", help="install what the other contenders need first")
    parser.add_argument("--help", action="store_true", help="this text")
    options = parser.parse_args(argv)
    if options.help:
        parser.print_help()
        raise SystemExit(0)
    options.rounds = _runs(options.runs) if options.runs else (2 if options.quick else 5)
    options.seconds = _seconds(options.time) if options.time else (1.0 if options.quick else 2.0)
    return options


def choose(patterns):
    """The cases that the globs name."""
    known = cases.all_cases()
    if patterns is None:
        return known
    chosen = []
    for pattern in patterns.split(","):
        found = [case for case in known if fnmatch.fnmatchcase(case.name, pattern)]
        if not found:
            raise Refused(f"--cases: found '{pattern}', accepted: a pattern for one of "
                          f"{', '.join(case.name for case in known)}")
        chosen += [case for case in found if case not in chosen]
    return chosen


class Run:
    """What every contender needs to know."""

    def __init__(self, options, build, scratch):
        self.build = build
        self.overrun = os.path.join(build, "app", "overrun")
        self.seconds = options.seconds
        self.n_rounds = options.rounds
        self.is_quick = options.quick
        self.scratch = scratch
        self.lab = Lab(ROOT)
        self.crowded_lab = Lab(ROOT, "crowd", n_idle_pairs=99)

    @staticmethod
    def say(text):
        """Progress, for those who watch."""
        if sys.stderr.isatty():
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


def _program(path, option):
    path = os.path.realpath(path)
    if not os.access(path, os.X_OK) or os.path.isdir(path):
        raise Refused(f"{option}: found '{path}', accepted: a built overrun")
    return path


def _build_folder(options):
    if options.build is not None:
        folder = os.path.realpath(options.build)
        _program(os.path.join(folder, "app", "overrun"), "--build")
        return folder
    folder = os.path.join(ROOT, "build-bench")
    # what is measured, and none of the tests
    targets = ["-t", "app/overrun", "-t", "bench-programs"]
    done = subprocess.run([os.path.join(ROOT, "scripts", "build"), "-C", folder, *targets, "-Dbuildtype=release",
                           "-Dtests=true"],
                          stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Refused("the build failed, its last words stand above; accepted: a tree that builds, or --build FOLDER")
    return folder


def _version(run):
    version = proc.run([run.overrun, "--version"], 20).out.strip()
    commit = host.said("git", "-C", ROOT, "describe", "--always", "--dirty")
    return f"{version} ({commit[0]})" if commit else version


def _list(chosen, run):
    for case in chosen:
        print(f"{case.name:<16} {case.title}")
        for contender in case.contenders:
            reason = contender.missing(run)
            if reason:
                print(f"{'':<16} skipped: {contender.name}: {reason}")


def _open(option, path):
    """Found out before the measurement, not after it: can the file be written?"""
    if path == "-":
        return sys.stdout
    try:
        return open(path, "w", encoding="utf-8")
    except OSError as error:
        raise Refused(f"{option}: '{path}' cannot be written: {error.strerror}; accepted: a file, or -") from error


def _measure(options, chosen, run, argv):
    # what is data on stdout is nothing else
    wants_text = options.markdown is not None or options.json != "-"
    markdown = _open("--markdown", options.markdown or "-") if wants_text else None
    data = _open("--json", options.json) if options.json else None
    machine = host.describe(run.build)
    steal, start = host.steal_seconds(), time.monotonic()
    results = [run_case(case, run) for case in chosen]
    run.say("")
    machine["steal_s"] = host.steal_seconds() - steal
    machine["cpu_s"] = (time.monotonic() - start) * (os.cpu_count() or 1)
    settings = {"command": shlex.join(["scripts/bench", *argv]), "version": _version(run),
                "rounds": options.rounds, "seconds": options.seconds, "against": options.against}
    if markdown is not None:
        markdown.write(report.markdown(machine, settings, results))
    if data is not None:
        json.dump(report.document(machine, settings, results), data, indent=1)
        data.write("\n")
    for output in (markdown, data):
        if output not in (None, sys.stdout):
            output.close()


def main(argv):
    """The program. @return its exit code"""
    try:
        options = parse(argv)
        chosen = choose(options.cases)
        if options.against is not None:
            program = _program(options.against, "--against")
            chosen = [cases.against(case, program) for case in chosen]
        proc.end_cleanly_on_signals()
        if options.install:
            subprocess.run([os.path.join(ROOT, "scripts", "install-deps"), "--bench"], check=False, stdout=sys.stderr)
        scratch = tempfile.mkdtemp(prefix="bench-")
        proc.at_end(lambda: shutil.rmtree(scratch, ignore_errors=True))
        if options.list:
            _list(chosen, Run(options, os.path.realpath(options.build or os.path.join(ROOT, "build-bench")), scratch))
            return 0
        _measure(options, chosen, Run(options, _build_folder(options), scratch), argv)
    except (Refused, proc.Failed) as refusal:
        print(f"bench: {refusal}", file=sys.stderr)
        return CANNOT
    return 0
