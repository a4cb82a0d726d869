#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_packaging.py VERSION

Do the Debian packages, the RPM spec and the container file ask for what the build needs, in its version?
"""

import os
import re
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VERSION = ""
# of the Debian packages alone
HELPERS = {"debhelper", "dh-python"}
INSTRUCTIONS = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT", "CMD"}


def text_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def list_of(name):
    """A list of packages in scripts/install-deps."""
    found = re.search(rf"^{name}=\(([^)]*)\)", text_of("scripts/install-deps"), re.MULTILINE)
    return set(found.group(1).split())


def needed():
    """What the build wants and welcomes."""
    return list_of("build") | list_of("welcome")


def build_depends():
    field = re.search(r"^Build-Depends: ((?:.*\n)(?: .*\n)*)", text_of("debian/control"), re.MULTILINE).group(1)
    return {re.sub(r"[ (:].*", "", word.strip()) for word in field.split(",") if word.strip()}


def instructions():
    """(instruction, arguments) of the container file."""
    text = re.sub(r"^#.*\n", "", text_of("packaging/Containerfile"), flags=re.MULTILINE)
    return [tuple(line.split(None, 1)) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


class Debian(unittest.TestCase):
    def test_build_depends_are_what_the_build_needs(self):
        self.assertEqual(needed() - {"build-essential"}, build_depends() - {"debhelper-compat", "dh-python", "python3"})

    def test_the_changelog_begins_with_the_version(self):
        first = text_of("debian/changelog").splitlines()[0]
        self.assertRegex(first, rf"^overrun \({re.escape(VERSION)}-[0-9.]+\) ")

    def test_every_test_is_a_program(self):
        names = re.findall(r"^Tests: (\S+)$", text_of("debian/tests/control"), re.MULTILINE)
        self.assertGreater(len(names), 3)
        self.assertEqual(set(names), set(os.listdir(os.path.join(ROOT, "debian/tests"))) - {"control"})
        for name in names:
            self.assertTrue(os.access(os.path.join(ROOT, "debian/tests", name), os.X_OK), name)

    def test_the_licence_is_that_of_the_tree(self):
        stated = text_of("debian/copyright").partition("\nLicense: BSD-3-Clause\n")[2]
        stated = "".join("\n" if line == " ." else line[1:] + "\n" for line in stated.splitlines())
        self.assertEqual(stated, text_of("LICENSE").split("\n", 2)[2])


class Spec(unittest.TestCase):
    def test_its_version_is_that_of_the_build(self):
        spec = text_of("packaging/overrun.spec")
        self.assertEqual(VERSION, re.search(r"^Version: *(\S+)$", spec, re.MULTILINE).group(1))
        self.assertRegex(spec, rf"(?m)^\* .* - {re.escape(VERSION)}-1$")

    def test_it_asks_for_every_library(self):
        wanted = set()
        for folder, folders, names in os.walk(ROOT):
            folders[:] = [name for name in folders if not name.startswith((".", "build", "tests"))]
            if "meson.build" in names:
                wanted |= set(re.findall(r"\bdependency\('([^']+)'", text_of(os.path.join(folder, "meson.build"))))
        asked = set(re.findall(r"^BuildRequires: *pkgconfig\(([^)]+)\)", text_of("packaging/overrun.spec"),
                               re.MULTILINE))
        self.assertGreater(len(wanted), 8)
        self.assertEqual(wanted - {"threads"}, asked)


class Container(unittest.TestCase):
    def test_its_instructions_are_known(self):
        names = [name for name, _ in instructions()]
        self.assertLessEqual(set(names), INSTRUCTIONS)
        self.assertEqual(names[0], "FROM")
        self.assertEqual(names[-2:], ["ENTRYPOINT", "CMD"])

    def test_its_images_are_named_without_a_registry(self):
        images = [words.split()[0] for name, words in instructions() if name == "FROM"]
        self.assertEqual(set(images), {"debian:bookworm-slim"})

    def test_it_copies_from_a_stage_that_there_is(self):
        stages = [words.split()[2] for name, words in instructions() if name == "FROM" and " AS " in words]
        copied = re.findall(r"--from=(\S+)", text_of("packaging/Containerfile"))
        self.assertEqual(stages, copied)

    def test_it_does_not_end_as_root(self):
        self.assertEqual([words for name, words in instructions() if name == "USER"], ["nobody"])

    def test_it_installs_what_the_build_needs(self):
        run = next(words for name, words in instructions() if name == "RUN")
        packages = set(run.partition("--no-install-recommends")[2].split())
        self.assertEqual(needed() | HELPERS, packages)


if __name__ == "__main__":
    VERSION = sys.argv[1]
    unittest.main(argv=sys.argv[:1])
