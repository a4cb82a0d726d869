# SPDX-License-Identifier: BSD-3-Clause
"""What do several rounds say together? Pure."""

import statistics


def summary(values):
    """Median and range of the values that there are (None: a round without one); None if there is none at all."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {"median": statistics.median(known), "min": min(known), "max": max(known), "rounds": len(known)}


def paired_ratios(numerators, denominators):
    """The ratio of each round in which both sides have a value: what the machine did then met both."""
    return [over / under for over, under in zip(numerators, denominators)
            if over is not None and under is not None and under != 0]


# Floors move less than this on a quiet machine.
UNREST = 1.3


def unrest(rows):
    """Rows that moved more between rounds than a quiet machine lets them: (row, largest through least)."""
    for row, figures in rows.items():
        spread = max(summary["max"] / summary["min"] for summary in figures.values())
        if spread > UNREST:
            yield row, spread


def ppm(found, planned):
    """How far is a figure off its plan, in parts per million?"""
    return (found / planned - 1) * 1e6
