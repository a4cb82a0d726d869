#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_manual.py PROGRAM

Does each command have a manual page that overrun(1) names, with all its options?
"""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = ""
# overrun(1) has all of these
WITHOUT_PAGE = {"help", "version"}


def run(*words):
    return subprocess.run([PROGRAM, *words], check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout


def page_of(command):
    """The page as text, with the options that the build puts there."""
    with open(os.path.join(ROOT, f"docs/man/overrun-{command}.1.in"), encoding="utf-8") as file:
        page = file.read()
    if "@OPTIONS@" in page:
        page = page.replace("@OPTIONS@", run("help", command, "--man"))
    return re.sub(r"\\f[BIRP]", "", page).replace("\\-", "-")


class Manual(unittest.TestCase):
    def setUp(self):
        self.options = {}
        for line in run("help", "--rows").splitlines():
            kind, *fields = line.split("\t")
            command = fields[0].split()[0]
            if kind in ("command", "option") and command not in WITHOUT_PAGE:
                self.options.setdefault(command, set()).update(fields[1:2] if kind == "option" else [])

    def test_every_option_stands_in_the_page_of_its_command(self):
        self.assertGreater(len(self.options), 10)
        for command, options in self.options.items():
            named = set(re.findall(r"--([a-z][a-z0-9-]*)", page_of(command)))
            self.assertEqual(options - named, set(), f"overrun-{command}(1) does not name these options")

    def test_the_first_page_names_every_command(self):
        with open(os.path.join(ROOT, "docs/man/overrun.1.in"), encoding="utf-8") as file:
            page = file.read().replace("\\-", "-")
        for command in self.options:
            self.assertIn(f"overrun-{command} (1)", page)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
