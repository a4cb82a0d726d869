#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""check_cases.py CODE JUNIT [TAP] [CONDITION...]: are these the test cases of a command that ended with CODE?

JUnit XML must have the structure that CI systems read: testsuites, testsuite, properties, testcase, system-out; and
counts that are those of its elements. TAP must have its version, a plan, numbers in sequence, and YAML blocks of texts
in quotes. Both must have the same cases with the same outcomes. A file without a failure and an error goes with 0
alone. "" stands for no file. A CONDITION is an expression of Python: of `names`, `outcomes` and `texts` by name, and
`properties`.
"""
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

BLOCK = r'  ---|  details:|  severity: (loss|void)|  duration_ms: \d+\.\d{3}|(  message:|    -) (".*")'
OUTCOME = {"failure": "loss", "error": "void", "skipped": "aside"}


def hold(is_so, text):
    if not is_so:
        sys.exit(f"check_cases: {text}")


def read_junit(path):
    root = ElementTree.parse(path).getroot()
    hold(root.tag == "testsuites", f"the root is {root.tag}")
    suites = list(root)
    hold([suite.tag for suite in suites] == ["testsuite"], "there is not one testsuite")
    cases = suites[0].findall("testcase")
    tags = [child.tag for child in suites[0]]
    form = ["properties", *len(cases) * ["testcase"], "system-out", "system-err"]
    hold(tags == form, "the testsuite holds something else")
    figures = suites[0].findtext("system-out").split("\n")
    found = []
    for case in cases:
        hold(case.get("classname", "").startswith("overrun.") and case.get("name"), "a testcase has no name")
        hold(re.fullmatch(r"\d+\.\d{3}", case.get("time", "")), f"the time of {case.get('name')} is {case.get('time')}")
        hold(len(case) <= 1 and all(child.tag in OUTCOME for child in case), "a testcase holds something else")
        outcome = OUTCOME[case[0].tag] if len(case) else "pass"
        hold(outcome == "pass" or case[0].get("message"), f"{case.get('name')} says nothing")
        found.append((case.get("name"), outcome, case[0].text or "" if len(case) else None))
    outcomes = [outcome for _, outcome, _ in found]
    seconds = sum(float(case.get("time")) for case in cases)
    hold(int(suites[0].get("tests")) == len(cases), "tests is not the number of cases")
    hold(int(suites[0].get("failures")) == outcomes.count("loss"), "failures is not their number")
    hold(int(suites[0].get("errors")) == outcomes.count("void"), "errors is not their number")
    hold(abs(float(suites[0].get("time")) - seconds) < 0.001 * (len(cases) + 1), "time is not the sum")
    hold(int(suites[0].get("skipped")) == outcomes.count("aside"), "skipped is not their number")
    stamp = suites[0].get("timestamp", "")
    hold(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", stamp), f"the timestamp is {stamp!r}")
    properties = {item.get("name"): item.get("value") for item in suites[0].find("properties")}
    hold(properties["command"].startswith("overrun "), "no command stands among the properties")
    return found, figures, properties


def read_block(lines, name):
    """The texts of a YAML block, whose first line is lines[0]; the lines after it."""
    texts = []
    for at, line in enumerate(lines):
        if line == "  ...":
            hold(at > 1, f"the block of {name} is empty")
            return texts, lines[at + 1 :]
        match = re.fullmatch(BLOCK, line)
        hold(match, f"the block of {name} has the line {line!r}")
        if match[3]:
            texts.append(json.loads(match[3]))
    sys.exit(f"check_cases: the block of {name} does not end")


def read_tap(path):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    hold(lines[0] == "TAP version 14" and lines[-1] == "", "it is no TAP 14")
    hold(lines[1].startswith("# overrun "), "the command is not named")
    plan = re.fullmatch(r"1\.\.(\d+)", lines[2])
    hold(plan, f"the plan is {lines[2]!r}")
    found, lines = [], lines[3:-1]
    while lines:
        match = re.fullmatch(r"(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)(?: # (void|SKIP)(?: .*)?)?", lines[0])
        hold(match, f"no test line is {lines[0]!r}")
        hold(int(match[2]) == len(found) + 1, f"the number {match[2]} is out of sequence")
        is_sound = match[4] is None or (match[4] == "void") == bool(match[1])
        hold(is_sound, f"{lines[0]!r} contradicts itself")
        outcome = {"void": "void", "SKIP": "aside"}.get(match[4], "loss" if match[1] else "pass")
        name, texts, lines = re.sub(r"\\(.)", r"\1", match[3]), [], lines[1:]
        if lines and lines[0] == "  ---":
            texts, lines = read_block(lines, name)
        found.append((name, outcome, "\n".join(texts)))
    hold(int(plan[1]) == len(found), "the plan is not the number of cases")
    return found


def main(code, junit, tap="", *conditions):
    properties, cases = None, None
    if junit:
        cases, figures, properties = read_junit(junit)
        verdict = {0: "pass", 1: "loss", 2: "void"}[int(code)]
        hold(properties["verdict"] == verdict, f"the verdict is {properties['verdict']}, and the exit code {code}")
    if tap:
        listed = read_tap(tap)
        if junit:
            # what a case that passes says stands with its name after all cases
            said = [f"{name}: {text}" for name, outcome, text in listed if outcome == "pass" and text]
            hold("\n".join(said) == "\n".join(figures).rstrip("\n"), f"the figures differ:\n{said}\n{figures}")
            same = [(name, outcome, None if outcome == "pass" else text) for name, outcome, text in listed]
            hold(same == cases, f"the files differ:\n{cases}\n{same}")
        cases = listed
    hold(cases[0][:2] == ("verdict", {"0": "pass", "1": "loss", "2": "void"}[code]), f"the first case is {cases[0]}")
    names = [name for name, _, _ in cases]
    hold(len(set(names)) == len(names), "two cases have one name")
    fails = any(outcome in ("loss", "void") for _, outcome, _ in cases)
    hold(fails == (code != "0"), f"the cases do not go with the exit code {code}: {cases}")
    known = {
        "names": names,
        "outcomes": {name: outcome for name, outcome, _ in cases},
        "texts": {name: text for name, _, text in cases},
        "properties": properties,
    }
    for condition in conditions:
        hold(eval(condition, {}, known), f"it does not hold that {condition}: {cases}")


main(*sys.argv[1:])
