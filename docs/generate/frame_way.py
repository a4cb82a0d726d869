#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""usage: frame_way.py FACTS.json: print the picture of a frame's way as SVG.

The accounts come from the ledger (FACTS.json is what docs/generate/facts.c prints). This script says where
on the way each one stands. An account without a station, a station for an account that the ledger does not
have, and a text that is wider than its column are errors.
"""

import json
import sys
from html import escape

COLUMN, GAP, MARGIN, HEAD = 146, 14, 20, 58
PILL, LINE, AFTER = 22, 15, 9
SANS, MONO = "Helvetica, Arial, 'DejaVu Sans', sans-serif", "'DejaVu Sans Mono', Menlo, Consolas, monospace"
# Widest glyphs of the fonts above on average, in em.
WIDTH = {"sans": 0.56, "bold": 0.62, "mono": 0.61}
INK, QUIET, PAPER = "#1f2328", "#57606a", "#ffffff"
# kind: fill, border
FILL = {"account": ("#ffd8d3", "#b62324"), "before": ("#fff1c2", "#9a6700"), "figure": ("#ddf4ff", "#0969da")}

# One station: title, subtitle, then (kind, name, captions). "account" and "before" are accounts of the
# ledger; those of refused frames are not part of lost. "figure" is a count of the trial.
SENDING = [
    ("Schedule", "pace", [
        ("figure", "scheduled", ["slots of the plan"]),
        ("figure", "shortfall", ["slots the sender", "could not keep"])]),
    ("Stamp", "headers, tag, sum", []),
    ("tx_burst", "hand over", [
        ("figure", "attempted", ["frames handed over"])]),
    ("Stack", "sockets only", [
        ("before", "tx.app", ["EAGAIN, ENOBUFS"]),
        ("account", "tx.ip", ["OutNoRoutes,", "FragFails"]),
        ("account", "tx.netfilter", ["a rule's counter"]),
        ("account", "tx.qdisc", ["drops of the root"])]),
    ("TX ring", "descriptors", [
        ("before", "tx.ring", ["refused: ring full;", "number used again"]),
        ("figure", "sent", ["accepted by the port"])]),
    ("Kernel", "netdev: ports only", [
        ("account", "tx.kernel", ["tx_dropped,", "drops of a qdisc"])]),
    ("MAC", "puts it on the line", [
        ("account", "tx.errors", ["oerrors, tx_errors"])]),
    ("Link, device", "wire:, cable, DUT", [
        ("account", "path", ["impairments of a wire,", "remainder of a DUT"])]),
]
RECEIVING = [
    ("MAC", "checks the FCS", [
        ("account", "rx.errors", ["ierrors,", "rx_crc_errors"])]),
    ("RX ring", "one per queue", [
        ("account", "rx.ring", ["imissed, rx_q0_missed,", "rx_queue_N_drops"])]),
    ("Refill", "buffers of the pool", [
        ("account", "rx.nombuf", ["rx_nombuf"])]),
    ("Kernel", "netdev: ports only", [
        ("account", "rx.kernel", ["rx_dropped,", "xdp_drops, softnet"]),
        ("account", "rx.unread", ["delivered to queues", "that nobody reads"])]),
    ("Stack", "sockets only", [
        ("account", "rx.xdp", ["xdp_drops"]),
        ("account", "rx.softnet", ["dropped of a CPU"]),
        ("account", "rx.ingress", ["drops of clsact"]),
        ("account", "rx.netfilter", ["a rule's counter"]),
        ("account", "rx.ip", ["InHdrErrors, …"]),
        ("account", "rx.udp", ["NoPorts, …"]),
        ("account", "rx.tcp", ["in segments"]),
        ("account", "rx.socket", ["RcvbufErrors"])]),
    ("rx_burst", "poll", [
        ("figure", "received", ["all that arrived"])]),
    ("Check", "ours? whole?", [
        ("figure", "foreign", ["not ours"]),
        ("figure", "stale", ["of an earlier trial"]),
        ("account", "rx.corrupt", ["damaged: length, sum"])]),
    ("Track", "one per stream", [
        ("figure", "unique", ["first time, in time;", "some reordered"]),
        ("figure", "duplicate", ["seen before"]),
        ("account", "rx.late", ["after --tmax, or", "below the window"])]),
]
EQUATIONS = [
    "scheduled = attempted + shortfall        attempted = refused + sent",
    "received = unique + duplicate + late + corrupt + stale + foreign",
    "lost = sent − unique = Σ red accounts + unexplained",
]
LEGEND = [("account", "account: frames were lost here"), ("before", "account before the line: not part of lost"),
          ("figure", "count of the trial")]


def text(x, y, words, size, font="sans", colour=INK, anchor="middle", room=None):
    """One line of text; @room is how wide it may be."""
    if room is not None and len(words) * size * WIDTH[font] > room:
        raise SystemExit(f"frame_way.py: '{words}' is wider than its column")
    family = MONO if font == "mono" else SANS
    weight = ' font-weight="bold"' if font == "bold" else ""
    return (f'<text x="{x:g}" y="{y:g}" font-family="{family}" font-size="{size}"{weight} fill="{colour}" '
            f'text-anchor="{anchor}" xml:space="preserve">{escape(words)}</text>')


def box(x, y, width, height, fill, border, radius=4):
    return (f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius}" fill="{fill}" '
            f'stroke="{border}" stroke-width="1.2"/>')


def arrow(points):
    path = " ".join(f"{'M' if i == 0 else 'L'}{x:g},{y:g}" for i, (x, y) in enumerate(points))
    return f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="1.6" marker-end="url(#tip)"/>'


def left(column):
    return MARGIN + column * (COLUMN + GAP)


def station(column, y, title, subtitle, items):
    """One column. @return its SVG and where it ends"""
    x, centre = left(column), left(column) + COLUMN / 2
    parts = [box(x, y, COLUMN, HEAD, "#f6f8fa", INK, 6),
             text(centre, y + 24, title, 15, "bold", room=COLUMN - 8),
             text(centre, y + 44, subtitle, 12, colour=QUIET, room=COLUMN - 8)]
    y += HEAD + 12
    for kind, name, captions in items:
        parts.append(box(x + 8, y, COLUMN - 16, PILL, *FILL[kind]))
        parts.append(text(centre, y + 16, name, 13, "mono", room=COLUMN - 24))
        y += PILL + LINE - 1
        for caption in captions:
            parts.append(text(centre, y, caption, 11.5, colour=QUIET, room=COLUMN))
            y += LINE
        y += AFTER - LINE + 4
    return parts, y


def row(y, stations):
    parts, bottom = [], y
    for column, (title, subtitle, items) in enumerate(stations):
        drawn, end = station(column, y, title, subtitle, items)
        parts += drawn
        bottom = max(bottom, end)
        if column > 0:
            parts.append(arrow([(left(column) - GAP, y + HEAD / 2), (left(column) - 2, y + HEAD / 2)]))
    return parts, bottom


def picture():
    width = left(len(SENDING)) - GAP + MARGIN
    parts = [text(MARGIN, 30, "The way of a frame, and where each counter stands", 18, "bold", anchor="start")]
    drawn, end = row(52, SENDING)
    parts += drawn
    turn, second = end + 22, end + 44
    last = left(len(SENDING) - 1) + COLUMN
    parts.append(arrow([(last + 1, 52 + HEAD / 2), (last + 11, 52 + HEAD / 2), (last + 11, turn), (MARGIN - 11, turn),
                        (MARGIN - 11, second + HEAD / 2), (MARGIN - 2, second + HEAD / 2)]))
    drawn, y = row(second, RECEIVING)
    parts += drawn
    y += 12
    for equation in EQUATIONS:
        y += 20
        parts.append(text(MARGIN, y, equation, 13, "mono", anchor="start", room=width - 2 * MARGIN))
    y += 22
    x = MARGIN
    for kind, words in LEGEND:
        parts.append(box(x, y, 22, 14, *FILL[kind]))
        parts.append(text(x + 30, y + 12, words, 13, anchor="start"))
        x += 30 + len(words) * 13 * WIDTH["sans"] + 26
    return width, y + 34, parts


def compare(accounts):
    """Every account of the ledger stands in the picture once, and nothing else does as one."""
    drawn = [name for _, _, items in SENDING + RECEIVING for kind, name, _ in items if kind != "figure"]
    for name in accounts:
        if name not in drawn:
            raise SystemExit(f"frame_way.py: the account {name} has no station: give it one")
    for name in drawn:
        if name not in accounts:
            raise SystemExit(f"frame_way.py: the ledger has no account {name}")
        if drawn.count(name) > 1:
            raise SystemExit(f"frame_way.py: the account {name} has {drawn.count(name)} stations")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__.split("\n", maxsplit=1)[0])
    with open(sys.argv[1], encoding="utf-8") as file:
        accounts = json.load(file)["accounts"]
    compare(accounts)
    width, height, parts = picture()
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img">')
    print("<!-- SPDX-License-Identifier: BSD-3-Clause. Made by scripts/docs from the ledger's accounts. -->")
    print("<title>The way of a frame, and where each counter stands</title>")
    print(f"<desc>Accounts in order: {escape(', '.join(accounts))}</desc>")
    print('<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
          f'<path d="M0,0 L8,4 L0,8 z" fill="{INK}"/></marker></defs>')
    print(f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>')
    print("\n".join(parts))
    print("</svg>")


if __name__ == "__main__":
    main()
