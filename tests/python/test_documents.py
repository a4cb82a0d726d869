#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_documents.py PROGRAM [-- COMMAND...]...

Does the Python module read what is written, all of it, and refuse what is not to be read?
"""

import copy
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import types
import typing
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "python"))

import overrun  # noqa: E402
from overrun.record import Record, keys_of  # noqa: E402

PROGRAM, COMMANDS = "", []


def written_by(command):
    """What a command writes; it may have found a loss."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
                          check=False)
    if done.returncode > 2 or not done.stdout:
        raise AssertionError(f"{command}: {done.stderr}")
    return done.stdout


def sample(name):
    command = next(command for command in COMMANDS if command[-1] == name)
    return json.loads(written_by(command))


class EveryDocument(unittest.TestCase):
    def compare(self, path, raw, value):
        """All that stands in the JSON stands in the object, and nothing else does."""
        if isinstance(value, Record):
            keys = keys_of(type(value))
            self.assertEqual(set(raw) - set(keys), set(), path)
            for key in keys:
                self.compare(f"{path}.{key}", raw.get(key), value[key])
        elif isinstance(raw, dict):
            self.assertIsInstance(value, dict, path)
            self.assertEqual(raw, value, path)
        elif isinstance(raw, list):
            self.assertEqual(len(raw), len(value), path)
            for i, item in enumerate(raw):
                self.compare(f"{path}[{i}]", item, value[i])
        else:
            self.assertEqual(int(raw) if isinstance(raw, str) and isinstance(value, int) else raw, value, path)

    def test_all_that_is_written_is_read(self):
        schemas, commands = set(), set()
        for command in COMMANDS:
            written = written_by(command)
            for text in written.splitlines() if "write_watch" in command[0] else [written]:
                document = overrun.parse(text)
                self.compare(" ".join(command[-2:]), json.loads(text), document)
                schemas.add(document.schema)
                commands.add(document.raw.get("command"))
        names = ("result", "check", "ring", "watch", "doctor", "compare", "tcp-impact")
        self.assertLessEqual({f"overrun.{name}/1" for name in names}, schemas)
        self.assertLessEqual({"run", "search", "burst", "sweep", "selftest", "ring advise", "ring verify", "plan-ring",
                              "ring show", "ring set", "ring restore"}, commands)

    def test_an_older_document_is_read_and_what_it_lacks_is_none(self):
        older = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "older")
        names = [name for name in os.listdir(older) if name.endswith(".json") and name != "watch.json"]
        self.assertGreater(len(names), 4)
        for name in names:
            with open(os.path.join(older, name), encoding="utf-8") as file:
                overrun.parse(file.read())
        with self.assertRaisesRegex(overrun.Unreadable, "several documents, accepted: one; read_lines"):
            overrun.read(os.path.join(older, "watch.json"))
        self.assertEqual(len(list(overrun.read_lines(os.path.join(older, "watch.json")))), 4)
        trial = overrun.read(os.path.join(older, "run-1.json")).trial
        self.assertIsNone(trial.ports)
        self.assertEqual([account.aliases for account in trial.ledger.accounts], [None] * len(trial.ledger.accounts))

    def test_trials_of_each_command_have_their_own_keys(self):
        classes = set()
        for command in (one for one in COMMANDS if one[-1] in ("found", "sustained", "told", "mixed")):
            document = overrun.parse(written_by(command))
            self.assertGreater(len(document.trials), 0)
            classes |= {type(trial).__name__ for trial in document.trials}
        self.assertEqual(classes, {"ResultSummary", "ResultBackToBackTrial", "ResultSubtrial", "ResultVerifyTrial"})


class Loss(unittest.TestCase):
    def setUp(self):
        self.raw = sample("loss")
        self.result = overrun.parse(json.dumps(self.raw))

    def test_keys_are_attributes_and_items(self):
        self.assertEqual(self.result.verdict, "loss")
        self.assertEqual(self.result.trial.ledger.lost, self.raw["trial"]["ledger"]["lost"])
        self.assertEqual(self.result["trial"]["ledger"]["lost"], self.raw["trial"]["ledger"]["lost"])
        self.assertEqual(self.result.plan["rate"], self.raw["plan"]["rate"])

    def test_null_is_none(self):
        ring = overrun.parse(written_by(next(command for command in COMMANDS if "wire:0" in command)))
        self.assertIsNone(ring.ports[0].saved)
        self.assertIn("saved", ring.ports[0].raw)

    def test_what_another_command_writes_is_none(self):
        self.assertIsNone(self.result.search)

    def test_a_key_that_is_missing_is_none(self):
        del self.raw["trial"]["ledger"]["merged"]
        self.assertIsNone(overrun.parse(json.dumps(self.raw)).trial.ledger.merged)

    def test_a_new_key_is_left_in_the_raw_object(self):
        self.raw["trial"]["brand_new"] = 5
        trial = overrun.parse(json.dumps(self.raw)).trial
        self.assertEqual(trial.raw["brand_new"], 5)
        with self.assertRaises(AttributeError):
            print(trial.brand_new)

    def test_a_name_that_is_no_key_is_an_error(self):
        with self.assertRaises(AttributeError):
            print(self.result.trial.ledger.lots)
        with self.assertRaises(KeyError):
            print(self.result["trials_"])

    def test_it_cannot_be_changed(self):
        with self.assertRaises(AttributeError):
            self.result.trial.ledger.lost = 0
        with self.assertRaises(AttributeError):
            del self.result.verdict

    def test_equal_documents_are_equal(self):
        self.assertEqual(self.result, overrun.parse(json.dumps(self.raw)))
        self.raw["verdict"] = "void"
        self.assertNotEqual(self.result, overrun.parse(json.dumps(self.raw)))

    def test_words_of_python_and_numbers_are_names(self):
        tcp = keys_of(overrun.documents.TcpTcpDirection)
        self.assertIn("in", tcp)
        ring = overrun.parse(json.dumps(sample("show")))
        times = [port.buffer_time_ns for port in ring.ports if port.buffer_time_ns is not None]
        self.assertTrue(all(isinstance(time["1518"], int) for time in times))
        self.assertNotEqual(times, [])


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "result.json")

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def test_a_path_and_an_open_file_are_read(self):
        self.write(json.dumps(sample("pass")))
        self.assertEqual(overrun.read(self.path).verdict, "pass")
        with open(self.path, encoding="utf-8") as file:
            self.assertEqual(overrun.read(file).verdict, "pass")

    def test_lines_are_read_one_after_the_other(self):
        text = written_by(next(command for command in COMMANDS if "write_watch" in command[0]))
        records = [record.record for record in overrun.read_lines(io.StringIO(text + "\n"))]
        self.assertEqual(records, [json.loads(line)["record"] for line in text.splitlines()])

    def test_the_file_and_the_line_are_named(self):
        self.write(json.dumps(sample("pass")).replace("\n", "") + "\n{\n")
        with self.assertRaisesRegex(overrun.Unreadable, r"result\.json: line 2: found no JSON"):
            list(overrun.read_lines(self.path))
        with self.assertRaisesRegex(overrun.Unreadable, r"result\.json: found no JSON"):
            overrun.read(self.path)

    def test_bytes_that_are_no_text_are_refused(self):
        with open(self.path, "wb") as file:
            file.write(b"\xff\xfe")
        with self.assertRaisesRegex(overrun.Unreadable, "result.json"):
            overrun.read(self.path)


class Refused(unittest.TestCase):
    def refuse(self, text, said):
        with self.assertRaisesRegex(overrun.Unreadable, said):
            overrun.parse(text)

    def test_what_is_no_document(self):
        for text in ("", "{", "[]", "5", "{}", '{"schema": 1}', "[" * 100000):
            self.refuse(text, "accepted: what overrun --json writes")

    def test_other_versions_and_programs(self):
        raw = sample("pass")
        for schema in ("overrun.result/2", "overrun.result/10", "overrun.result", "other/1", ""):
            raw["schema"] = schema
            self.refuse(json.dumps(raw), "^schema: found .*, accepted: .*overrun.result/1")

    def test_values_of_another_kind_with_their_path(self):
        raw = sample("loss")
        for keys, value, said in (
                (("trial", "ledger", "lost"), "5", r"trial\.ledger\.lost: found '5', accepted: a whole number"),
                (("trial", "ledger", "lost"), True, r"trial\.ledger\.lost: found True, accepted: a whole number"),
                (("trial", "ledger", "lost"), 1.5, r"trial\.ledger\.lost: found 1\.5, accepted: a whole number"),
                (("trial", "ledger"), [], r"trial\.ledger: found a list, accepted: an object"),
                (("trial", "ledger", "accounts"), {}, r"trial\.ledger\.accounts: found an object, accepted: a list"),
                (("trial", "ledger", "accounts", 0, "frames"), {}, r"accounts\[0\]\.frames: found an object"),
                (("trial", "tx_rate_pps"), "fast", r"trial\.tx_rate_pps: found 'fast', accepted: a number"),
                (("plan", "rate"), 5, r"plan\.rate: found 5, accepted: a text"),
                (("environment", "hugepages"), 1, r"environment\.hugepages: found 1, accepted: true or false"),
                (("verdict",), 5, "verdict: found 5, accepted: a text")):
            changed = copy.deepcopy(raw)
            place = changed
            for key in keys[:-1]:
                place = place[key]
            place[keys[-1]] = value
            self.refuse(json.dumps(changed), said)

    def test_numbers_that_are_none(self):
        raw = sample("loss")
        for value in ("NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400):
            raw["trial"]["tx_rate_pps"] = "@"
            self.refuse(json.dumps(raw).replace('"@"', value), "found .*, accepted: (numbers of JSON|a number)")


class Frames(unittest.TestCase):
    def setUp(self):
        self.result = overrun.parse(json.dumps(sample("loss")))

    def test_accounts_and_series_are_frames_of_pandas(self):
        try:
            import pandas  # noqa: F401
        except ImportError:
            self.skipTest("pandas is not installed")
        accounts = self.result.accounts_frame()
        self.assertEqual(list(accounts["frames"]), [one.frames for one in self.result.trial.ledger.accounts])
        self.assertEqual(str(accounts["queue"].dtype), "Int64")
        series = self.result.series_frame()
        self.assertEqual(list(series["sent"]), [one.sent for one in self.result.trial.series])
        self.assertNotIn("rx_queues", series)

    def test_columns_are_the_keys_of_an_account(self):
        frame = types.SimpleNamespace(convert_dtypes=lambda: "converted")
        given = {}

        def data_frame(rows, columns):
            given.update(rows=rows, columns=columns)
            return frame

        self.addCleanup(sys.modules.pop, "pandas", None)
        before = sys.modules.get("pandas")
        sys.modules["pandas"] = types.SimpleNamespace(DataFrame=data_frame)
        self.assertEqual(self.result.accounts_frame(), "converted")
        sys.modules["pandas"] = before
        self.assertIn("counter", given["columns"])
        self.assertEqual([row["frames"] for row in given["rows"]],
                         [one.frames for one in self.result.trial.ledger.accounts])

    def test_without_pandas_a_sentence_says_so(self):
        before = sys.modules.get("pandas")
        sys.modules["pandas"] = None
        self.addCleanup(sys.modules.__setitem__ if before else sys.modules.pop, "pandas", *([before] if before else []))
        with self.assertRaisesRegex(RuntimeError, "^accounts_frame: pandas is not installed; accepted: "):
            self.result.accounts_frame()

    def test_another_command_has_none(self):
        other = overrun.parse(json.dumps(sample("sustained")))
        with self.assertRaisesRegex(ValueError, "found the result of overrun selftest, accepted: that of overrun run"):
            other.accounts_frame()


class Page(unittest.TestCase):
    def test_what_the_page_shows_works(self):
        with open(os.path.join(ROOT, "docs/how-to/python.md"), encoding="utf-8") as file:
            blocks = re.findall(r"^```python\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
        self.assertEqual(len(blocks), 4)
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "result.json"), "w", encoding="utf-8") as file:
                json.dump(sample("loss"), file)
            with open(os.path.join(folder, "watch.jsonl"), "w", encoding="utf-8") as file:
                file.write(written_by(next(command for command in COMMANDS if "write_watch" in command[0])))
            for number, block in enumerate(blocks):
                done = subprocess.run([sys.executable, "-c", block], cwd=folder, text=True, capture_output=True,
                                      env={**os.environ, "PYTHONPATH": os.path.join(ROOT, "python")}, check=False)
                if number == 2 and "pandas is not installed" in done.stderr:
                    continue
                self.assertEqual((done.returncode, done.stderr), (1 if number == 3 else 0, ""), block)
                self.assertNotEqual(done.stdout, "", block)


class Classes(unittest.TestCase):
    def test_they_are_made_from_the_schemas(self):
        folder = os.path.join(ROOT, "docs/reference")
        schemas = sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".schema.json"))
        made = subprocess.run([sys.executable, os.path.join(ROOT, "docs/generate/python_documents.py"), *schemas],
                              check=True, stdout=subprocess.PIPE, text=True, encoding="utf-8").stdout
        with open(os.path.join(ROOT, "python/overrun/documents.py"), encoding="utf-8") as file:
            self.assertEqual(made, file.read(), "python/overrun/documents.py is stale: scripts/docs")
        self.assertEqual(len(overrun.documents.SCHEMAS), len(schemas))

    def test_each_schema_has_its_class_at_hand_and_on_the_page(self):
        with open(os.path.join(ROOT, "docs/how-to/python.md"), encoding="utf-8") as file:
            page = file.read()
        for schema, cls in overrun.documents.SCHEMAS.items():
            self.assertIs(getattr(overrun, cls.__name__), cls)
            self.assertIn(cls.__name__, overrun.__all__)
            self.assertIn(cls, typing.get_args(overrun.Document))
            self.assertIn(f"| `overrun.{cls.__name__}` | `{schema}` |", page)


def commands_of(words):
    """The command lines after each word "--"."""
    commands = []
    for word in words:
        if word == "--":
            commands.append([])
        else:
            commands[-1].append(word)
    return commands


if __name__ == "__main__":
    PROGRAM, COMMANDS = sys.argv[1], commands_of(sys.argv[2:])
    unittest.main(argv=sys.argv[:1])
