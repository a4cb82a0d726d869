# SPDX-License-Identifier: BSD-3-Clause
"""The parts of scripts/bench that only calculate: statistics, what testpmd and callgrind print, figures, tables."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "bench"))

import cases
import cli
import contenders
import costs
import figures
import generators
import proc
import report
import rounds
import stats
import testpmd

TESTPMD = """No commandline core given, start packet forwarding
\x1b[2J\x1b[1;1H
Port statistics ====================================
  ######################## NIC statistics for port 0  ########################
  RX-packets: 0          RX-missed: 0          RX-bytes:  0
  Throughput (since last show)
  Rx-pps:            0          Rx-bps:            0
  Tx-pps:            0          Tx-bps:            0
Port statistics ====================================
  Rx-pps:           11          Rx-bps:            0
  Tx-pps:      1000000          Tx-bps:            0
Port statistics ====================================
  Rx-pps:           22          Rx-bps:            0
  Tx-pps:     41509014          Tx-bps:            0
Port statistics ====================================
  Rx-pps:           33          Rx-bps:            0
  Tx-pps:     41165954          Tx-bps:            0
Port statistics ====================================
  Rx-pps:           44          Rx-bps: """


def sample(start_ms, end_ms, sent):
    """An interval of a series of 64-byte frames."""
    return {"start_ns": start_ms * 1000000, "end_ns": end_ms * 1000000, "attempted": sent, "sent": sent,
            "sent_bytes": 64 * sent}


def paced(series, stalls=(), in_stalls=0):
    """A result with what of_pacing() reads: 1 Mpps on a line of 10G for as long as the series is."""
    return {"trial": {
        "planned_pps": 1e6, "tx_rate_pps": 1e6, "duration_ns": series[-1]["end_ns"], "line_bps": 10000000000,
        "shortfall_in_stalls": in_stalls, "clock_ppm": 0.5, "series": series, "stalls": {"tx": list(stalls)},
        "workers": [{"direction": "tx", "stalled_ns": 1000000}],
        "ledger": {"attempted": sum(entry["attempted"] for entry in series)}}}


class Named(contenders.Contender):
    """A contender that says what it was given."""

    def __init__(self, name, given, reason=""):
        super().__init__(name, [lambda: reason])
        self.given = list(given)

    def measure(self, run):
        run.order.append(self.name)
        value = self.given.pop(0)
        if value is None:
            raise proc.Failed("it broke")
        return {self.name: {"sent": value}}


class FakeRun:
    """What rounds.run_case() needs."""

    n_rounds = 3

    def __init__(self):
        self.order = []

    def say(self, text):
        """Nobody watches."""


def case_of(*contenders, ratios=()):
    """A case with one column."""
    return cases.Case("some/case", "A title", "A rule.", list(contenders), ("sent",), ratios)


class Statistics(unittest.TestCase):
    def test_a_median_of_three_is_the_middle_one(self):
        self.assertEqual(stats.summary([9, 1, 4]), {"median": 4, "min": 1, "max": 9, "rounds": 3})

    def test_a_median_of_four_is_the_mean_of_the_two_in_the_middle(self):
        self.assertEqual(stats.summary([1, 2, 4, 100])["median"], 3)

    def test_rounds_without_a_value_are_left_out(self):
        self.assertEqual(stats.summary([None, 7, None, 5]), {"median": 6, "min": 5, "max": 7, "rounds": 2})

    def test_no_value_has_no_summary(self):
        self.assertIsNone(stats.summary([None, None]))

    def test_ratios_are_formed_round_by_round(self):
        # the medians' ratio would be 20 / 20
        self.assertEqual(stats.paired_ratios([10, 20, 30], [20, 10, 20]), [0.5, 2.0, 1.5])

    def test_a_round_that_misses_one_side_has_no_ratio(self):
        self.assertEqual(stats.paired_ratios([10, None, 30, 5], [20, 10, None, 0]), [0.5])

    def test_a_floor_that_moves_by_more_than_30_percent_is_unrest(self):
        rows = {"floor: a": {"sent": {"min": 100, "max": 129}}, "floor: b": {"sent": {"min": 100, "max": 250}}}
        self.assertEqual(list(stats.unrest(rows)), [("floor: b", 2.5)])

    def test_ten_of_a_million_too_many_are_ten_ppm(self):
        self.assertAlmostEqual(stats.ppm(1000010, 1000000), 10)


class Testpmd(unittest.TestCase):
    def test_the_cold_seconds_and_half_a_block_are_left_out(self):
        self.assertEqual(testpmd.parse(TESTPMD), [(22, 41509014), (33, 41165954)])

    def test_ports_are_added(self):
        block = "Port statistics =\n Rx-pps: 3 \n Tx-pps: 5 \n Rx-pps: 40 \n Tx-pps: 60 \n"
        self.assertEqual(testpmd.parse(3 * block, n_ports=2), [(43, 65)])

    def test_text_without_rates_has_none(self):
        self.assertEqual(testpmd.parse("EAL: Error - exiting with code: 1\n"), [])


class Iperf3(unittest.TestCase):
    def test_what_was_received_and_the_readers_cpu_time_are_told_per_datagram(self):
        document = {"end": {"sum_received": {"bytes": 540000, "seconds": 1.5}}}
        found = generators.received_by_iperf3(document, 18, 0.06)
        self.assertEqual(found, {"rate": 20000, "cpu": 0.06 / 30000})

    def test_one_that_received_nothing_is_refused_with_its_reason(self):
        document = {"end": {"sum_received": {"bytes": 0, "seconds": 1}}, "error": "unable to bind"}
        with self.assertRaisesRegex(proc.Failed, "unable to bind"):
            generators.received_by_iperf3(document, 18, 0.01)


class Callgrind(unittest.TestCase):
    def test_the_sum_of_a_profile_is_read(self):
        self.assertEqual(costs.collected("events: Ir\nsummary: 6079931\n\ntotals: 6079931\n"), 6079931)

    def test_a_profile_that_counted_nothing_is_refused(self):
        with self.assertRaises(proc.Failed):
            costs.collected("events: Ir\nsummary: 0\n")


class Figures(unittest.TestCase):
    def test_a_trial_is_read_without_what_stalls_took(self):
        found = figures.of_trial({"trial": {
            "scheduled": 1000, "shortfall_in_stalls": 100, "duration_ns": 1000, "line_bps": 2000, "l1_bps": 1000,
            "tx_rate_pps": 5.0, "rx_rate_pps": 4.0,
            "workers": [{"direction": "tx", "stalled_ns": 250, "longest_stall_ns": 200},
                        {"direction": "rx", "stalled_ns": 500, "longest_stall_ns": 300}],
            "ledger": {"sent": 800, "refused": 10, "attempted": 810, "lost": 8}}})
        self.assertEqual(found["schedule"], 0.9)
        self.assertEqual(found["line"], 0.5)
        self.assertEqual(found["lost"], 0.01)
        self.assertEqual((found["tx_stalled"], found["rx_stalled"], found["tx_longest"]), (0.25, 0.5, 200))

    def test_a_plan_that_was_kept_is_off_by_nothing(self):
        found = figures.of_pacing(paced([sample(100 * i, 100 * (i + 1), 100000) for i in range(20)]))
        self.assertEqual((found["mean_ppm"], found["worst_100ms_ppm"], found["worst_1s_ppm"]), (0, 0, 0))
        # 1 Mpps of 84 bytes on the line
        self.assertAlmostEqual(found["line_1s"], 0.0672)

    def test_the_worst_interval_is_told_in_ppm_and_frames(self):
        series = [sample(100 * i, 100 * (i + 1), 100000) for i in range(20)]
        series[7] = sample(700, 800, 99900)
        found = figures.of_pacing(paced(series))
        self.assertAlmostEqual(found["worst_100ms_ppm"], -1000)
        self.assertAlmostEqual(found["worst_frames"], -100)
        self.assertAlmostEqual(found["worst_1s_ppm"], -100)
        self.assertAlmostEqual(found["mean_ppm"], -50)

    def test_slots_that_a_logged_stall_took_are_no_fault_of_the_pace(self):
        series = [sample(100 * i, 100 * (i + 1), 100000) for i in range(20)]
        series[7] = sample(700, 800, 99900)
        stall = {"start_ns": 750000000, "length_ns": 100000, "frames": 100}
        found = figures.of_pacing(paced(series, [stall], 100))
        self.assertEqual((found["mean_ppm"], found["worst_100ms_ppm"], found["worst_frames"]), (0, 0, 0))

    def test_a_stall_over_the_end_of_an_interval_is_shared_by_both(self):
        series = [sample(100 * i, 100 * (i + 1), 100000) for i in range(20)]
        series[7], series[8] = sample(700, 800, 99950), sample(800, 900, 99850)
        stall = {"start_ns": 799950000, "length_ns": 200000, "frames": 200}
        found = figures.of_pacing(paced(series, [stall], 200))
        self.assertEqual((found["mean_ppm"], found["worst_frames"]), (0, 0))

    def test_what_is_read_after_the_end_of_sending_counts_for_nothing(self):
        document = paced([sample(100 * i, 100 * (i + 1), 100000) for i in range(20)])
        document["trial"]["series"].append(sample(2000, 2150, 0))
        self.assertEqual(figures.of_pacing(document)["worst_100ms_ppm"], 0)


class Rounds(unittest.TestCase):
    def test_contenders_take_turns(self):
        run = FakeRun()
        rounds.run_case(case_of(Named("a", [1, 2, 3]), Named("b", [1, 2, 3])), run)
        self.assertEqual(run.order, ["a", "b", "a", "b", "a", "b"])

    def test_who_is_missing_is_skipped_with_the_reason(self):
        run = FakeRun()
        result = rounds.run_case(case_of(Named("a", [1, 2, 3]), Named("b", [], "no b here")), run)
        self.assertEqual(result.skipped, {"b": "no b here"})
        self.assertEqual(run.order, ["a", "a", "a"])

    def test_a_failed_round_is_counted_and_pairs_stay_together(self):
        case = case_of(Named("a", [10, 20, 30]), Named("b", [None, 10, 10]), ratios=[("sent", "a", "b")])
        result = rounds.run_case(case, FakeRun())
        self.assertEqual((result.failures, result.n_failed), ({"b": "it broke"}, {"b": 1}))
        self.assertEqual(list(result.ratios()),
                         [("sent", "a", "b", {"median": 2.5, "min": 2.0, "max": 3.0, "rounds": 2})])

    def test_a_case_against_another_build_has_it_after_each_of_ours(self):
        case = cases.against(next(case for case in cases.all_cases() if case.name == "tx/32"), "/other/overrun")
        self.assertEqual([each.name for each in case.contenders][:2], ["overrun", "overrun (against)"])
        self.assertIn(("sent", "overrun", "overrun (against)"), case.ratios)


class Report(unittest.TestCase):
    def test_a_table_has_medians_and_ranges_and_names_who_was_skipped(self):
        case = case_of(Named("a", [10e6, 30e6, 20e6]), Named("b", [], "no b here"))
        text = "\n".join([*report._table(rounds.run_case(case, FakeRun())),
                          *report._missing(rounds.run_case(case_of(Named("b", [], "no b here")), FakeRun()))])
        self.assertIn("| a | 20.00 (10.00…30.00) |", text)
        self.assertIn("- skipped: b: no b here", text)

    def test_the_highest_speed_kept_is_the_last_one_above_the_rule(self):
        rows = {speed: {"schedule": {"median": share}}
                for speed, share in (("10G", 1.0), ("25G", 0.9995), ("40G", 0.99), ("100G", 0.4))}
        self.assertTrue(cases._highest_kept(rows)[0].startswith("The schedule is kept up to 25G"))


class CommandLine(unittest.TestCase):
    def test_times_have_units(self):
        self.assertEqual(cli.parse(["--time", "1500ms"]).seconds, 1.5)

    def test_a_time_without_unit_is_refused_with_the_form(self):
        with self.assertRaisesRegex(cli.Refused, "^--time: found '2', accepted: 100ms to 10m"):
            cli.parse(["--time", "2"])

    def test_a_case_that_there_is_not_is_refused_with_those_there_are(self):
        with self.assertRaisesRegex(cli.Refused, "^--cases: found 'nothing', accepted: .*tx/32, tx/64"):
            cli.choose("nothing")

    def test_globs_choose_each_case_once(self):
        self.assertEqual([case.name for case in cli.choose("tx/*,tx/32,wire")], ["tx/32", "tx/64", "wire"])


if __name__ == "__main__":
    unittest.main()
