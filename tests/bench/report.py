# SPDX-License-Identifier: BSD-3-Clause
"""How is it told? Markdown for people, JSON for programs, from the same results."""

from figures import FIGURES

SCHEMA = "overrun.bench/1"


def _number(value, digits):
    if 0 < abs(value) < 10 ** (1 - digits):
        digits += 3  # small, but not nothing
    return f"{value:,.{digits}f}"


def _cell(key, summary):
    if summary is None:
        return "–"
    figure = FIGURES[key]
    middle, least, most = (_number(summary[name] * figure.scale, figure.digits) for name in ("median", "min", "max"))
    return middle if least == most else f"{middle} ({least}…{most})"


def _machine(machine):
    load = ", ".join(f"{value:.2f}" for value in machine["load_at_start"])
    cpus = f"{machine['cpus']} of {machine['cpus_online']} CPUs"
    yield f"- CPU: {machine['cpu']}, {cpus}, isolated: {machine['isolated']}"
    yield f"- hypervisor: {machine['hypervisor']}; governor: {machine['governor']}; clock: {machine['clock']}"
    yield f"- {machine['system']}, kernel {machine['kernel']}, DPDK {machine['dpdk']}, {machine['compiler']}"
    yield f"- free hugepages: {machine['hugepages_free']} (none are used); load at the start: {load}"
    yield f"- taken by the hypervisor while this ran: {machine['steal_s']:.2f} s of all CPUs' {machine['cpu_s']:.0f} s"


def _table(result):
    summaries = result.summaries()
    columns = [key for key in result.case.columns if any(key in figures for figures in summaries.values())]
    if columns:
        heads = [f"{FIGURES[key].label}, {FIGURES[key].unit}" for key in columns]
        yield "| | " + " | ".join(heads) + " |"
        yield "|---|" + "---:|" * len(columns)
        for row, figures in summaries.items():
            yield f"| {row} | " + " | ".join(_cell(key, figures.get(key)) for key in columns) + " |"
        yield ""


def _ratios(result):
    ratios = list(result.ratios())
    if ratios:
        yield "| ratio, round by round | figure | median | range |"
        yield "|---|---|---:|---:|"
        for key, over, under, summary in ratios:
            yield (f"| {over} / {under} | {FIGURES[key].label} | {summary['median']:.3f} | "
                   f"{summary['min']:.3f}…{summary['max']:.3f} |")
        yield ""


def _missing(result):
    for name, reason in result.skipped.items():
        yield f"- skipped: {name}: {reason}"
    for name, reason in result.failures.items():
        yield f"- failed: {name}: {result.n_failed[name]} of {result.n_rounds} rounds; the last one: {reason}"
    if result.skipped or result.failures:
        yield ""


def markdown(machine, settings, results):
    """The whole report."""
    lines = ["# Benchmark", "", f"`{settings['command']}`", "",
             f"Version {settings['version']}. Medians of {settings['rounds']} rounds of {settings['seconds']:g} s; in "
             "brackets the least and the largest. Contenders take turns.", ""]
    lines += [*_machine(machine), ""]
    for result in results:
        lines += [f"## {result.case.title} (`{result.case.name}`)", "", result.case.rule, ""]
        lines += [*_table(result), *_ratios(result)]
        conclusions = result.conclusions()
        lines += [*conclusions, ""] if conclusions else []
        lines += _missing(result)
    return "\n".join(lines).rstrip() + "\n"


def document(machine, settings, results):
    """The same as data, with every round's values in base units."""
    return {
        "schema": SCHEMA,
        "settings": settings,
        "machine": machine,
        "cases": [{
            "case": result.case.name,
            "title": result.case.title,
            "rule": result.case.rule,
            "rows": [{"row": row, "figures": {
                key: dict(summary, unit=FIGURES[key].unit, scale=FIGURES[key].scale, values=result.values[row][key])
                for key, summary in figures.items()}} for row, figures in result.summaries().items()],
            "ratios": [dict(summary, figure=figure, over=over, under=under)
                       for figure, over, under, summary in result.ratios()],
            "conclusions": result.conclusions(),
            "skipped": [{"contender": name, "reason": reason} for name, reason in result.skipped.items()],
            "failures": [{"contender": name, "rounds": result.n_failed[name], "last": reason}
                         for name, reason in result.failures.items()],
        } for result in results],
    }
