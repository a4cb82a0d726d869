# SPDX-License-Identifier: BSD-3-Clause
"""What is measured? Each case names who takes part, which figures count and which ratios are formed."""

import host
from contenders import ByTestpmd, Contender, Overrun, Steps, null_testpmd
from testpmd import Testpmd

# A schedule is kept if at least this share of the slots outside logged stalls of the transmit core was used.
KEPT = 0.999


class Case:
    """One table of the report."""

    def __init__(self, name, title, rule, contenders, columns, ratios=(), conclude=None):
        self.name = name
        self.title = title
        self.rule = rule
        self.contenders = contenders
        self.columns = columns
        self.ratios = list(ratios)  # (figure, row, row): the first through the second
        self.conclude = conclude    # what the rows say together: sentences


NULL = ["--tx", "vdev:net_null0", "--rx", "vdev:net_null1,no-rx=1", "--rate", "400mpps", "--drain", "10ms"]


def wire(speed, *options):
    """Options for a wire of a speed."""
    return ["--tx", f"wire:0,speed={speed}", "--rx", f"wire:1,speed={speed}", *options]


def _tx(burst):
    floor, txonly, flowgen = "floor: alloc and transmit", "testpmd txonly", "testpmd flowgen"
    return Case(
        f"tx/{burst}", f"Transmit into net_null, one port, one core, bursts of {burst}",
        "64-byte frames. overrun stamps sequence, time and checksum into each; txonly sends constant frames; the floor "
        "takes buffers from the pool and transmits them without a look at them.",
        [Overrun("overrun", NULL + ["--burst", str(burst)], keys=("sent", "tx_stalled")),
         ByTestpmd(txonly, null_testpmd("txonly", burst), {"sent": "tx"}),
         ByTestpmd(flowgen, null_testpmd("flowgen", burst), {"sent": "tx"}),
         Steps("floor", f"alloc and transmit, bursts of {burst}", floor, [host.n_cpus(2)], keys=("sent",))],
        ("sent", "tx_stalled"),
        [("sent", "overrun", txonly), ("sent", "overrun", flowgen), ("sent", "overrun", floor)])


def _hand_off():
    untouched, one_line = "floor: frames untouched", "floor: one line written and read"
    testpmd = "testpmd io, both directions together"
    ring, line = "overrun, net_ring", "overrun, wire at 400G"
    return Case(
        "handoff", "From one core to another",
        "Bursts of 32 over a ring of 1,024. The floors pass buffers through an rte_ring: one looks at no frame, one "
        "writes and reads one cache line of each. testpmd io passes the same few frames on and on between two net_ring "
        "ports and two cores: no pool, no look at them; its frames are those of both directions.",
        [Overrun(ring, ["--port", "vdev:net_ring0", "--rate", "400mpps"],
                 keys=("sent", "checked", "lost", "refused")),
         Overrun(line, wire("400G"), keys=("sent", "checked", "lost", "refused")),
         Steps("floor", "hand-off untouched, bursts of 32", untouched, [host.n_cpus(2)], keys=("sent", "checked")),
         Steps("floor", "hand-off one line, bursts of 32", one_line, [host.n_cpus(2)], keys=("sent", "checked")),
         ByTestpmd(testpmd, Testpmd("io", ["net_ring0", "net_ring1"], ["--tx-first"], n_cores=2), {"received": "rx"},
                   [host.n_cpus(2)])],
        ("sent", "checked", "received", "lost", "refused"),
        [("checked", ring, one_line), ("checked", ring, untouched), ("checked", line, one_line)])


def _tracker():
    return Case(
        "tracker", "The tracker alone",
        "What one arrival costs, on one core, from memory that nobody else touches. Cycles are those of the "
        "constant-rate counter. The streams take turns.",
        [Steps("seq")], ("cycles", "ns", "rate"),
        [("cycles", "1 % lost", "in order"), ("cycles", "1 % reordered", "in order"),
         ("cycles", "in order, 64 streams", "in order"), ("cycles", "in order, 4096 streams", "in order"),
         ("cycles", "in order, 65536 streams", "in order")])


def _steps():
    return Case(
        "frame", "A frame's steps alone",
        "Copy a template's head and stamp it; classify a stamped frame with its checksum. Buffers in the cache.",
        [Steps("frame")], ("cycles", "ns", "rate"))


SPEEDS = ("10G", "25G", "40G", "100G")


def _highest_kept(rows):
    kept = [speed for speed in SPEEDS
            if rows.get(speed, {}).get("schedule") and rows[speed]["schedule"]["median"] >= KEPT]
    rule = f"at least {100 * KEPT:g} % of the slots outside logged stalls were used, in the median round"
    if not kept:
        return [f"The schedule is kept at none of these speeds ({rule})."]
    return [f"The schedule is kept up to {kept[-1]} ({rule})."]


def _wire():
    return Case(
        "wire", "The wire, 64-byte frames at line rate, two cores",
        "One core paces, stamps and runs the line's MAC, the other checks. 'Schedule kept' is what was offered through "
        "what was scheduled, without the slots that were skipped right behind a logged stall of the transmit core.",
        [Overrun(speed, wire(speed), keys=("sent", "checked", "schedule", "line", "lost", "tx_stalled", "rx_stalled"))
         for speed in SPEEDS],
        ("sent", "checked", "schedule", "line", "lost", "tx_stalled", "rx_stalled"), conclude=_highest_kept)


def all_cases():
    """In the order in which they run."""
    return [_tx(32), _tx(64), _hand_off(), _wire(), _tracker(), _steps()]


def against(case, program):
    """The same case with another build of overrun beside each run of ours."""
    contenders = []
    for contender in case.contenders:
        contenders.append(contender)
        if isinstance(contender, Overrun):
            other = contender.of_program(contender.name + " (against)", program)
            contenders.append(other)
            first = next((key for key in case.columns if contender.keys is None or key in contender.keys), None)
            case.ratios.append((first, contender.name, other.name))
    case.contenders = contenders
    return case


__all__ = ["Case", "Contender", "all_cases", "against"]
