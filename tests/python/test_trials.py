#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: test_trials.py PROGRAM: does the Python module read results of the wire and of this host's sockets?"""

import os
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "python"))

import overrun  # noqa: E402

PROGRAM = ""


class Trials(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "result.json")
        os.environ["XDG_RUNTIME_DIR"] = folder.name

    def run_program(self, *words):
        """-> the result, and the exit code."""
        done = subprocess.run([PROGRAM, *words, "--json", self.path, "--quiet"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertLess(done.returncode, 3, done.stderr)
        return overrun.read(self.path), done.returncode

    def test_the_books_of_a_trial_with_losses_balance(self):
        result, code = self.run_program("run", "--rate", "20kpps", "--count", "3000", "--rx", "wire:1,drop=5%",
                                        "--rate-tolerance", "100%")
        ledger = result.trial.ledger
        self.assertEqual(result.exit_code, code)
        self.assertEqual(ledger.attempted, 3000)
        self.assertEqual(ledger.lost, ledger.sent - ledger.unique)
        self.assertGreater(ledger.lost, 50)
        placed = sum(account.frames for account in ledger.accounts if account.place != "tx.ring")
        self.assertEqual(placed + ledger.unexplained, ledger.lost)
        self.assertEqual(result.plan["rx"], "wire:1,drop=5%")
        self.assertEqual(sum(sample.sent for sample in result.trial.series), ledger.sent)

    def test_a_sweep_has_its_cells(self):
        result, _ = self.run_program("sweep", "--rings", "64,256", "--rate", "20kpps", "--time", "20ms", "--size", "64")
        self.assertEqual(len(result.sweep.cells), 2)
        self.assertEqual({trial.rxd_set for trial in result.trials}, {64, 256})
        self.assertIsNone(result.trial)

    def test_tcp_is_a_document_of_its_own(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        result, _ = self.run_program("run", "--rx", f"tcp:127.0.0.1:{port}", "--time", "100ms")
        self.assertIsInstance(result, overrun.Tcp)
        self.assertGreater(result.records_written, 0)
        self.assertEqual(result.records_written, result.records_read)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    unittest.main(argv=sys.argv[:1])
