#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Does the lint find each word that was given up, and nothing else?"""

import importlib.machinery
import importlib.util
import os
import re
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load_words():
    """scripts/lint-words as a module: its name has no .py."""
    loader = importlib.machinery.SourceFileLoader("lint_words", os.path.join(ROOT, "scripts/lint-words"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("lint_words", loader))
    loader.exec_module(module)
    return module


LINT = load_words()

# One line for every row of the table, in its order.
BAD = [
    "offered 5 frames", "double rate_fps;", "an echo of rx_dropped", "was set back", "mends it", "n_deeds",
    "n_tx_lanes", "struct ovr_crew", '#include "stall/purpose.h"', "ovr_stall_watch_turn()", "struct ovr_place place;",
    "ovr_result_digest", "struct ovr_result_burst_trial", '"burst_gap"', "ovr_frame_classify_burst()",
    '"least_off": 3', '"asked_ns": 5', "trust=never",
    "curve->frontier", "in_step", "a stall on purpose", "set_aside", "lasts_ns", "ring advise --soak 1h", "asked_pps",
    "struct ovr_inflow", "lost in its wake", "behind the last arrival",
]

GOOD = [
    "the maximum offered load", "14.88 Mpps", "echo 1 > file", 'echo "$name"', "background", "amendment", "indeed",
    "planes", "on purpose", "overrun watch eth0", "a place in the list", "ovr_ledger_place_name()", "tx_burst",
    "OVR_PLAN_BURST", "overrun burst", "this is what it shows", "asked for", "never",
    "behind a device", "behind the ring", "wakes the thread",
]


class Words(unittest.TestCase):
    def faults(self, text, path="lib/some/file.c"):
        return list(LINT.faults_of(path, text))

    def test_each_row_finds_its_word(self):
        self.assertEqual(len(BAD), len(LINT.WORDS))
        for line, (pattern, today) in zip(BAD, LINT.WORDS):
            with self.subTest(line=line):
                self.assertRegex(line, pattern)
                self.assertIn(f"lib/some/file.c:2: '{re.search(pattern, line).group(0).strip()}' is called {today} now",
                              self.faults("fine\n" + line + "\n"))

    def test_words_of_the_field_are_left_alone(self):
        for line in GOOD:
            with self.subTest(line=line):
                self.assertEqual(self.faults(line), [])

    def test_a_file_is_not_called_so_either(self):
        self.assertEqual(len(self.faults("", "lib/trial/crew.c")), 1)

    def test_some_words_are_right_in_some_files(self):
        self.assertEqual(self.faults("uint32_t lanes;", "lib/pci/pci.h"), [])
        self.assertEqual(len(self.faults("uint32_t lanes;", "lib/worker/tx.h")), 1)

    def test_the_news_may_name_them(self):
        self.assertEqual(self.faults("| *offered* | *attempted* |", "NEWS.md"), [])


if __name__ == "__main__":
    unittest.main()
