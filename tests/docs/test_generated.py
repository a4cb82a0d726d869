#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_generated.py FACTS.json OVERRUN-COUNTERS.7: do generated pages say what the program's tables say?"""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GENERATE = os.path.join(ROOT, "docs/generate")
PICTURE = os.path.join(ROOT, "docs/explanation/frame-way.svg")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def run(script, *arguments):
    return subprocess.run([sys.executable, os.path.join(GENERATE, script), *arguments],
                          capture_output=True, encoding="utf-8", check=False)


def picture_of(accounts):
    """What the picture's generator does with a ledger of these accounts."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"accounts": accounts}, file)
        file.flush()
        return run("frame_way.py", file.name)


def source(module, name):
    """The text of a module's file, on whatever floor of lib/ it is."""
    path = next(os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(ROOT, "lib"))
                if name in names and os.path.basename(folder) == module)
    return re.sub(r"/\*.*?\*/", "", read(path), flags=re.DOTALL)


def source_rules():
    """Drivers and their counters, read from the text of the table and not through the program."""
    text = source("nic", "rows.c")
    counters = {name: re.findall(r'\{\s*OVR_NIC_\w+,\s*"((?:[^"\\]|\\.)*)"', body)
                for name, body in re.findall(r"ovr_nic_rule (\w+)\[\] = \{(.*?)\n\};", text, flags=re.DOTALL)}
    return {driver: counters[name]
            for driver, name in re.findall(r'^\s*(?:LATE_)?ROW\("([^"]+)", (\w+)', text, flags=re.MULTILINE)}


def roff_rules(page):
    """Drivers and their counters, as the manual page has them."""
    page = page[page.index(".SH DRIVERS OF THE KERNEL"):page.index(".SH ANY DRIVER")].replace("\\-", "-")
    return {part.split("\n", 1)[0]: re.findall(r"^\.B (.*)$", part, flags=re.MULTILINE)
            for part in page.split("\n.SS ")[1:]}


class Pages(unittest.TestCase):
    def test_the_picture_in_the_tree_is_what_the_ledger_makes(self):
        made = run("frame_way.py", FACTS)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(made.stdout, read(PICTURE), "frame-way.svg is stale: scripts/docs")

    def test_the_picture_names_every_account_once(self):
        drawn = re.findall(r">([a-z]+(?:\.[a-z]+)?)</text>", read(PICTURE))
        for account in ACCOUNTS:
            self.assertEqual(drawn.count(account), 1, account)

    def test_an_account_without_a_station_is_refused(self):
        made = picture_of(ACCOUNTS + ["rx.pause"])
        self.assertNotEqual(made.returncode, 0)
        self.assertIn("the account rx.pause has no station", made.stderr)

    def test_a_station_without_an_account_is_refused(self):
        made = picture_of(ACCOUNTS[1:])
        self.assertNotEqual(made.returncode, 0)
        self.assertIn(f"the ledger has no account {ACCOUNTS[0]}", made.stderr)

    def test_the_schema_names_the_same_accounts(self):
        schema = json.loads(read("docs/reference/result.schema.json"))
        lists = []

        def collect(node):
            if isinstance(node, dict):
                names = node.get("enum")
                if isinstance(names, list) and "rx.ring" in names:
                    lists.append(names)
                node = list(node.values())
            for child in node if isinstance(node, list) else []:
                collect(child)

        collect(schema)
        self.assertNotEqual(lists, [])
        for names in lists:
            self.assertEqual([name for name in names if name is not None], ACCOUNTS)

    def test_the_schemas_in_the_tree_are_made_from_the_rows_of_the_program(self):
        for name in ("result", "check", "ring", "watch", "tcp", "doctor", "path", "hop", "tcp-impact"):
            made = run("json_docs.py", "schema", name, FACTS)
            self.assertEqual(made.returncode, 0, made.stderr)
            path = f"docs/reference/{name}.schema.json"
            self.assertEqual(made.stdout, read(path), f"{path} is stale: scripts/docs")

    def test_the_page_of_keys_is_made_from_the_rows_of_the_program(self):
        made = run("json_docs.py", "md", FACTS)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(made.stdout, read("docs/reference/json.md"), "json.md is stale: scripts/docs")

    def test_the_page_of_keys_has_every_key_of_the_schemas(self):
        page = read("docs/reference/json.md")
        keys = set()

        def collect(node):
            if isinstance(node, dict):
                keys.update(node.get("properties", {}))
                node = list(node.values())
            for child in node if isinstance(node, list) else []:
                collect(child)

        for name in ("result", "check", "ring", "watch", "tcp", "doctor", "path", "hop", "tcp-impact"):
            collect(json.loads(read(f"docs/reference/{name}.schema.json"))["$defs"])
        self.assertGreater(len(keys), 300)
        named = set(re.findall(r"`([^`]+)`", page))
        self.assertEqual(keys - named, set())

    def test_pages_that_define_accounts_define_all(self):
        method, manual = read("docs/explanation/method.md"), read("docs/man/overrun-method.7.in")
        for account in ACCOUNTS:
            self.assertIn(f"\n| `{account}` |", method)
            self.assertIn(f"\n.B {account}\n", manual)

    def test_the_counters_in_the_tree_are_those_of_the_program(self):
        made = run("counters.py", "md", FACTS)
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(made.stdout, read("docs/reference/counters.md"), "counters.md is stale: scripts/docs")

    def test_the_atlas_in_the_tree_is_made_from_the_places_of_the_program(self):
        ids = re.findall(r'\.id = "([^"]+)"', source("atlas", "places.c"))
        self.assertGreater(len(ids), 10)
        pages = ["atlas.md"] + [f"atlas/{place}.md" for place in ids]
        with tempfile.TemporaryDirectory() as folder:
            made = run("atlas.py", FACTS, folder)
            self.assertEqual(made.returncode, 0, made.stderr)
            for name in pages:
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    self.assertEqual(file.read(), read(f"docs/reference/{name}"), f"{name} is stale: scripts/docs")
        there = [f"atlas/{name}" for name in os.listdir(os.path.join(ROOT, "docs/reference/atlas"))]
        self.assertEqual(sorted(there), sorted(pages[1:]), "pages of no place: scripts/docs")
        self.assertEqual(re.findall(r"^\| \[[^]]*\]\((atlas/[^)]*)\)", read("docs/reference/atlas.md"),
                                    flags=re.MULTILINE), pages[1:])

    def test_the_page_names_a_stacks_counters_as_a_result_does(self):
        page = read("docs/reference/counters.md").partition("\n## The stack of a host\n")[2]
        named = re.findall(r"^\| `[a-z.]+` \| `([^`]+)` \|", page, flags=re.MULTILINE)
        self.assertEqual(named, re.findall(r'^\t(?:ROW\([A-Z]+, |MIB[46]\()"([^"]+)"', source("kernel", "rules.c"),
                                           flags=re.MULTILINE))
        self.assertIn("dropped", named)

    def test_the_manual_page_has_the_counters_of_every_row(self):
        rows = source_rules()
        self.assertGreater(len(rows), 30)
        self.assertIn("rx_no_dma_resources", rows["ixgbe"])
        with open(MANUAL, encoding="utf-8") as file:
            self.assertEqual(roff_rules(file.read()), rows)

    def test_pages_on_the_wire_describe_every_key(self):
        keys = re.findall(r'\{ "([a-z-]+)", FORM_', source("plan", "wire_conf.c"))
        self.assertIn("drop-burst", keys)
        page = read("docs/reference/wire.md")
        for key in keys:
            self.assertIn(f"`{key}=", page)
            for manual in ("overrun-wire.7.in", "overrun-run.1.in"):
                self.assertIn("\n.BI " + key.replace("-", "\\-") + "= ", read("docs/man/" + manual))

    def test_the_known_limits_are_those_of_the_program(self):
        rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|", read("docs/reference/limits.md"), flags=re.MULTILINE))
        self.assertGreater(len(LIMITS), 10)
        for limit in LIMITS:
            self.assertRegex(rows[limit["row"]], rf"(?<![\d,]){limit['bound']:,}(?!,?\d)", limit["row"])


if __name__ == "__main__":
    FACTS, MANUAL = sys.argv[1:3]
    with open(FACTS, encoding="utf-8") as facts:
        tables = json.load(facts)
    ACCOUNTS, LIMITS = tables["accounts"], tables["limits"]
    unittest.main(argv=sys.argv[:1])
