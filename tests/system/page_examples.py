#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: page_examples.py SHEETS KERNEL [--global]

docs/how-to/find-a-lost-packet.md shows parts of the sheets of `overrun reproduce`, with "…" for what is left out. Each
part is in the sheet of that place as it was printed into SHEETS on KERNEL, in the same order, but for numbers and where
lines are broken. On another kernel than the page's, counters have other names: then the verdicts alone are compared.
The tests that the page names are there. With --global, the examples of that option alone.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "how-to" / "find-a-lost-packet.md"
EXAMPLES = {False: 15, True: 2}  # at least


def plain(text):
    """Without what differs from run to run."""
    text = re.sub(r"\d+([.,]\d+)*", "N", text)
    return " ".join(re.sub(r"N (ns|µs|ms|s)\b", "N s", text).split())


def parts_of(example):
    """What stands between ellipses; of a sheet, each of its labelled parts."""
    return [part for part in re.split(r"…|\n(?=  \S)", "\n" + example) if part.strip() not in ("", "remedy")]


def difference(example, sheet, is_same_kernel):
    """What is not in the sheet, or not in its order. None: all is there"""
    whole, at = plain(sheet), 0
    for part in map(plain, parts_of(example)):
        if not is_same_kernel and "REPRODUCED:" not in part:
            continue
        found = whole.find(part, at)
        if found < 0:
            return f"not printed, or not in this order: {part}\n  it is: {whole}"
        at = found + len(part)
    return None


def compare(page, printed, kernel, is_global):
    """Every example with its sheet. @return what differs"""
    of_page = re.search(r"Linux (\d+\.\d+): the account before", " ".join(page.split()))[1]
    option = " --global" if is_global else ""
    examples = re.findall(rf"^    overrun reproduce (\S+){option}\n\n```\n(.*?)```$", page, re.M | re.S)
    n_compared, n_not_here, bad = 0, 0, []
    for place, example in examples:
        sheet = re.search(rf"^{re.escape(place)}: .*?^  [A-Z][A-Z ]*: .*?$(?=\n\n|\n\S|\Z)", printed, re.M | re.S)
        if sheet is None:
            bad.append(f"{place}: no sheet")
        elif "\n  NOT HERE: " in sheet[0]:
            n_not_here += 1
        else:
            n_compared += 1
            found = difference(example, sheet[0], is_global or kernel.startswith(of_page + "."))
            bad += [f"{place}: {found}"] if found else []
    if len(examples) < EXAMPLES[is_global]:
        bad.append(f"only {len(examples)} examples were found")
    print(f"{n_compared} examples compared, {n_not_here} places not here, on Linux {kernel}")
    return bad


def missing_tests(page):
    """Tests that the page names and that are not there, and sections that name none."""
    bad = []
    for path, name in re.findall(r"`(tests/\S+\.sh)::(test_\w+)`", page):
        if not re.search(rf"^{name}\(\) {{", (ROOT / path).read_text(encoding="utf-8"), re.M):
            bad.append(f"there is no {path}::{name}")
    # the first two sections are of all places
    for section in re.split(r"^## ", page, flags=re.M)[3:]:
        if not re.search(r"Held by\s+`tests/", section):
            bad.append(f"nothing holds: {section.splitlines()[0]}")
    return bad


def main(sheets, kernel, *options):
    """@return the exit code"""
    page = PAGE.read_text(encoding="utf-8")
    printed = pathlib.Path(sheets).read_text(encoding="utf-8")
    bad = compare(page, printed, kernel, "--global" in options) + missing_tests(page)
    print(*bad, sep="\n", end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
