# SPDX-License-Identifier: BSD-3-Clause
"""Which figures are there, in which unit are they printed, and where in a result do they stand?"""

import collections

import stats

Figure = collections.namedtuple("Figure", "label unit scale digits")

FIGURES = {
    "sent": Figure("sent", "Mpps", 1e-6, 2),
    "checked": Figure("received and checked", "Mpps", 1e-6, 2),
    "received": Figure("received", "Mpps", 1e-6, 2),
    "l1": Figure("sent, L1", "Gb/s", 1e-9, 2),
    "schedule": Figure("schedule kept outside stalls", "%", 100, 3),
    "line": Figure("share of the line", "%", 100, 2),
    "lost": Figure("lost", "%", 100, 4),
    "refused": Figure("refused", "%", 100, 2),
    "tx_stalled": Figure("transmit core stalled", "%", 100, 2),
    "rx_stalled": Figure("receive core stalled", "%", 100, 2),
    "tx_longest": Figure("longest tx stall", "µs", 1e-3, 0),
    "mean_ppm": Figure("mean off plan", "ppm", 1, 2),
    "worst_100ms_ppm": Figure("worst 100 ms off plan", "ppm", 1, 1),
    "worst_1s_ppm": Figure("worst 1 s off plan", "ppm", 1, 1),
    "worst_frames": Figure("worst 100 ms off plan", "frames", 1, 1),
    "line_1s": Figure("largest 1 s share of the line", "%", 100, 4),
    "clock_ppm": Figure("cycle counter against the kernel's clock", "ppm", 1, 3),
    "cycles": Figure("cost", "cycles/frame", 1, 2),
    "ns": Figure("cost", "ns/frame", 1, 2),
    "rate": Figure("rate", "Mpps", 1e-6, 2),
    "cpu": Figure("CPU time of the reader", "ns/frame", 1e9, 0),
    "looks": Figure("CPU of the threads that show it", "%", 100, 2),
    "watch": Figure("CPU time of an interval", "ms", 1e3, 2),
    "instructions": Figure("instructions", "per frame", 1, 2),
    "rss": Figure("peak memory", "MB", 1e-6, 1),
    "seconds": Figure("time", "ms", 1e3, 1),
}

PREAMBLE_AND_GAP = 20


def _share(part, whole):
    return part / whole if whole else None


def _stalled(trial, direction):
    workers = [worker for worker in trial["workers"] if worker["direction"] == direction]
    return _share(sum(worker["stalled_ns"] for worker in workers), trial["duration_ns"] * len(workers))


def of_trial(document):
    """What a result of `overrun run` says, in base units."""
    trial = document["trial"]
    ledger = trial["ledger"]
    wanted = trial["scheduled"] - trial["shortfall_in_stalls"]
    longest = [worker["longest_stall_ns"] for worker in trial["workers"] if worker["direction"] == "tx"]
    return {
        "sent": trial["tx_rate_pps"],
        "checked": trial["rx_rate_pps"],
        "l1": trial["l1_bps"],
        "schedule": _share(ledger["sent"] + ledger["refused"], wanted),
        "line": _share(trial["l1_bps"] or 0, trial["line_bps"]),
        "lost": _share(ledger["lost"], ledger["sent"]),
        "refused": _share(ledger["refused"], ledger["attempted"]),
        "tx_stalled": _stalled(trial, "tx"),
        "rx_stalled": _stalled(trial, "rx"),
        "tx_longest": max(longest, default=None),
    }


def _skipped_in_stalls(trial, start_ns, end_ns):
    """Slots of this time that stalls of transmit cores took; of a stall that reaches beyond it, its share."""
    skipped = 0
    for stall in trial["stalls"]["tx"]:
        overlap = min(end_ns, stall["start_ns"] + stall["length_ns"]) - max(start_ns, stall["start_ns"])
        if overlap > 0:
            skipped += stall["frames"] * overlap / stall["length_ns"]
    return skipped


def _windows(series, length_ns):
    """Runs of whole intervals of about this length: (start_ns, end_ns, sent and refused, L1 bits)."""
    for first, begin in enumerate(series):
        attempted = bits = 0
        for sample in series[first:]:
            attempted += sample["attempted"]
            bits += 8 * (sample["sent_bytes"] + PREAMBLE_AND_GAP * sample["sent"])
            if sample["end_ns"] - begin["start_ns"] >= 0.95 * length_ns:
                yield begin["start_ns"], sample["end_ns"], attempted, bits
                break


def _worst(trial, series, planned_pps, length_ns):
    """The largest distance from the plan: (ppm, frames)."""
    off = [(attempted + _skipped_in_stalls(trial, start, end), planned_pps * (end - start) / 1e9)
           for start, end, attempted, _ in _windows(series, length_ns)]
    if not off:
        return None, None
    found, planned = max(off, key=lambda pair: abs(pair[0] - pair[1]))
    return stats.ppm(found, planned), found - planned


def of_pacing(document):
    """How well a trial kept its plan, slots that stalls took added again. The series must have intervals of 100 ms."""
    trial = document["trial"]
    planned = trial["planned_pps"]
    # what is read after the end of sending belongs to no interval of it
    series = [sample for sample in trial["series"] if sample["end_ns"] <= trial["duration_ns"]]
    worst_100ms, frames = _worst(trial, series, planned, 100e6)
    worst_1s, _ = _worst(trial, series, planned, 1e9)
    shares = [bits * 1e9 / (end - start) / trial["line_bps"] for start, end, _, bits in _windows(series, 1e9)]
    found = trial["ledger"]["attempted"] + trial["shortfall_in_stalls"]
    return {
        "sent": trial["tx_rate_pps"],
        "mean_ppm": stats.ppm(found, planned * trial["duration_ns"] / 1e9),
        "worst_100ms_ppm": worst_100ms,
        "worst_frames": frames,
        "worst_1s_ppm": worst_1s,
        "line_1s": max(shares, default=None),
        "clock_ppm": trial["clock_ppm"],
        "tx_stalled": _stalled(trial, "tx"),
    }
