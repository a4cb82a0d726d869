#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Does the lint find dead links, pages that nothing links to, long lines, and modules without a row or a test?"""

import importlib.machinery
import importlib.util
import os
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load_rules():
    """scripts/lint-rules as a module: its name has no .py."""
    loader = importlib.machinery.SourceFileLoader("lint_rules", os.path.join(ROOT, "scripts/lint-rules"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("lint_rules", loader))
    loader.exec_module(module)
    return module


class Links(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        os.makedirs("docs/how-to")
        self.write("docs/how-to/lab.md", "# Lab\n\n## What each NIC can show\n\n## `ring set`, again\n")

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def faults(self, text, path="docs/page.md"):
        return list(RULES.check_links(path, text))

    def test_a_link_to_a_page_and_to_a_heading_of_it_is_fine(self):
        self.assertEqual(self.faults("[a](how-to/lab.md) [b](how-to/lab.md#what-each-nic-can-show)\n"), [])
        self.assertEqual(self.faults("[c](how-to/lab.md#ring-set-again) [d](https://example.org/x.md)\n"), [])

    def test_a_link_to_no_file_is_a_fault(self):
        self.assertEqual(self.faults("# A\n\n[a](lab.md)\n"), ["docs/page.md:3: the link to lab.md leads nowhere"])

    def test_a_link_to_no_heading_is_a_fault(self):
        self.assertEqual(self.faults("[a](how-to/lab.md#what-each-nic-hides)\n"),
                         ["docs/page.md:1: how-to/lab.md has no heading what-each-nic-hides"])

    def test_a_link_to_no_heading_of_the_page_itself_is_a_fault(self):
        self.assertEqual(self.faults("# Here\n\n[a](#here) [b](#there)\n"),
                         ["docs/page.md:3: docs/page.md has no heading there"])

    def test_a_page_that_is_named_in_code_and_missing_is_a_fault(self):
        self.assertEqual(list(RULES.check_mentions("lib/a.h", "/* see docs/how-to/lab.md, docs/lab.md */\n")),
                         ["lib/a.h:1: there is no docs/lab.md"])

    def test_a_folder_or_file_that_a_page_names_and_that_is_missing_is_a_fault(self):
        self.assertEqual(list(RULES.check_mentions("docs/page.md", "`docs/how-to/` `docs/how-to/*.md`\n")), [])
        self.assertEqual(list(RULES.check_mentions("docs/page.md", "the rows of `docs/rows.c`\n")),
                         ["docs/page.md:1: there is no docs/rows.c"])

    def test_a_line_of_prose_beyond_100_columns_is_a_fault(self):
        line = "a" * 101 + "\n"
        self.assertEqual(list(RULES.check_prose("docs/page.md", line)),
                         ["docs/page.md:1: 101 columns of prose, 100 are enough"])
        self.assertEqual(list(RULES.check_prose("docs/page.md", "é" * 100 + "\n")), [])
        self.assertEqual(list(RULES.check_prose("docs/page.md", f"| {line}    {line}```\n{line}```\n")), [])

    def test_a_line_of_a_comment_beyond_100_columns_is_a_fault_and_a_row_of_a_table_is_none(self):
        line = " * " + "a" * 98 + "\n"
        self.assertEqual(list(RULES.check_comments("lib/a.h", line)),
                         ["lib/a.h:1: 101 columns of a comment, 100 are enough"])
        self.assertEqual(list(RULES.check_comments("lib/a.h", "\t/** " + "a" * 88 + "\n")), [])
        self.assertEqual(list(RULES.check_comments("lib/a.h", f" * a   {line}int a;{line}")), [])

    def test_a_page_that_the_index_does_not_name_or_that_is_not_installed_is_a_fault(self):
        pages = ["docs/README.md", "docs/how-to/lab.md"]
        self.write("docs/README.md", "# Pages\n\n[lab](how-to/lab.md)\n")
        self.write("docs/meson.build", "install_data('README.md', 'how-to/lab.md')\n")
        self.assertEqual(list(RULES.check_index(pages)), [])
        self.assertEqual(list(RULES.check_index(pages + ["docs/how-to/pci.md"])),
                         ["docs/how-to/pci.md: docs/README.md does not name this page",
                          "docs/how-to/pci.md: docs/meson.build does not install this page"])


class Modules(unittest.TestCase):
    """Module a of floor base, which has everything; each test takes one thing away."""

    def test_the_page_of_a_folder_names_its_pages_and_the_folder_is_installed(self):
        pages = ["docs/README.md", "docs/atlas.md", "docs/atlas/mtu.md"]
        os.mkdir("docs/atlas")
        self.write("docs/README.md", "[atlas](atlas.md)\n")
        self.write("docs/atlas.md", "[mtu](atlas/mtu.md)\n")
        self.write("docs/meson.build", "install_data('README.md', 'atlas.md')\ninstall_subdir('atlas')\n")
        self.assertEqual(list(RULES.check_index(pages)), [])
        self.write("docs/README.md", "[mtu](how-to/lab.md)\n")
        self.assertEqual(list(RULES.check_index(pages)),
                         ["docs/atlas.md: docs/README.md does not name this page",
                          "docs/atlas/mtu.md: docs/README.md does not name this page"])
        self.write("docs/README.md", "[atlas](atlas.md)\n")
        self.write("docs/atlas.md", "nothing\n")
        self.write("docs/meson.build", "install_data('README.md', 'atlas.md')\n")
        self.assertEqual(list(RULES.check_index(pages)),
                         ["docs/atlas/mtu.md: docs/README.md does not name this page",
                          "docs/atlas/mtu.md: docs/meson.build does not install this page"])

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        os.makedirs("lib/base/a")
        os.makedirs("docs/explanation")
        self.paths = ["lib/meson.build", "lib/base/README.md", "lib/base/a/a.c", "tests/unit/base/a/test_a.c"]
        self.write("lib/base/README.md", "| module | provides | answers |", "| a | letters | Which? |")
        self.write("docs/explanation/architecture.md", "| floor | module | provides |", "| base | a | letters |")

    @staticmethod
    def write(path, header, *rows):
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(["# Floor", "", header, "|---|---|---|", *rows, "", "| not | of | this |", ""]))

    def faults(self):
        return list(RULES.check_modules(self.paths))

    def test_a_module_with_its_rows_and_tests_is_fine(self):
        self.assertEqual(self.faults(), [])
        self.paths[-1] = "tests/dp/base/a/test_a.c"
        self.assertEqual(self.faults(), [])

    def test_a_module_without_a_row_is_a_fault(self):
        self.write("lib/base/README.md", "| module | provides | answers |")
        self.assertEqual(self.faults(), ["lib/base/README.md: no row for lib/base/a"])

    def test_a_floor_without_a_readme_is_a_fault(self):
        os.remove("lib/base/README.md")
        self.assertEqual(self.faults(), ["lib/base/README.md: no row for lib/base/a"])

    def test_a_row_without_its_module_is_a_fault(self):
        self.write("lib/base/README.md", "| module | provides | answers |", "| a | letters | Which? |", "| b | | |")
        self.assertEqual(self.faults(), ["lib/base/README.md: a row for lib/base/b, which is not there"])

    def test_the_architecture_has_a_row_for_each_module_and_no_other(self):
        self.write("docs/explanation/architecture.md", "| floor | module | provides |", "| base | b | | |", "| | c | |")
        self.assertEqual(self.faults(), [
            "docs/explanation/architecture.md: no row for lib/base/a",
            "docs/explanation/architecture.md: a row for lib/base/b, which is not there",
            "docs/explanation/architecture.md: a row for lib/base/c, which is not there"])

    def test_a_module_without_tests_is_a_fault(self):
        del self.paths[-1]
        self.assertEqual(self.faults(), ["lib/base/a: neither tests/unit/base/a nor tests/dp/base/a is there"])


if __name__ == "__main__":
    RULES = load_rules()
    unittest.main()
