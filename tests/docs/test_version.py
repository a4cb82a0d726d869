#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_version.py VERSION PROGRAM

Is the version of the build, which meson.build alone sets, that of all that names one, and is the commit that of git?
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VERSION, PROGRAM = "", ""


def run(*words, folder=ROOT):
    return subprocess.run(words, cwd=folder, check=True, text=True, stdout=subprocess.PIPE,
                          env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"}).stdout.strip()


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def git(*words, folder):
    return run("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "safe.directory=*", *words,
               folder=folder)


class Versions(unittest.TestCase):
    def test_the_news_begin_with_the_version(self):
        self.assertEqual(VERSION, re.search(r"^## (\S+?),? ", text_of("NEWS.md"), re.MULTILINE).group(1))

    def test_the_program_says_it(self):
        said = run(PROGRAM, "--version")
        self.assertRegex(said, rf"^overrun {re.escape(VERSION)}( \([0-9a-z.-]+\))?, DPDK ")

    def test_the_program_says_the_commit_of_a_checkout(self):
        commit = run(os.path.join(ROOT, "scripts/commit"))
        if not commit:
            self.skipTest("this is no checkout of git")
        # files may have been changed since the build
        self.assertIn(f" ({commit.removesuffix('-dirty')}", run(PROGRAM, "--version"))


@unittest.skipUnless(shutil.which("git"), "git is not here")
class Commit(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.source = os.path.join(self.folder, "source")
        os.makedirs(os.path.join(self.source, "scripts"))
        self.script = os.path.join(self.source, "scripts/commit")
        shutil.copy(os.path.join(ROOT, "scripts/commit"), self.script)

    def commit_all(self, folder):
        git("init", "-q", folder=folder)
        git("add", "-A", folder=folder)
        git("commit", "-q", "-m", "a", folder=folder)
        return git("rev-parse", "--short=12", "HEAD", folder=folder)

    def test_a_source_package_has_none(self):
        self.assertEqual("", run(self.script))

    def test_a_source_package_within_another_checkout_has_none(self):
        self.commit_all(self.folder)
        self.assertEqual("", run(self.script))

    def test_a_checkout_has_its_own(self):
        self.assertEqual(self.commit_all(self.source), run(self.script))

    def test_a_checkout_with_changes_says_so(self):
        commit = self.commit_all(self.source)
        with open(self.script, "a", encoding="utf-8") as file:
            file.write("# changed\n")
        self.assertEqual(commit + "-dirty", run(self.script))

    def test_a_tag_is_named(self):
        self.commit_all(self.source)
        git("tag", "v1.2.3", folder=self.source)
        self.assertEqual("v1.2.3", run(self.script))


if __name__ == "__main__":
    VERSION, PROGRAM = sys.argv[1], os.path.abspath(sys.argv[2])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
