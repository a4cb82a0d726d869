#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A quick reader's test: `overrun watch` beside `ip -s link`, `ethtool -S` and `sar -n DEV` for the same frames. Totals are
# equal to the frame; sar's rates agree within its rounding. Works in a namespace of its own.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip ethtool sar

make_pair
ip -n "$ns" link set ovr-a up
ip -n "$ns" link set ovr-b up mtu 1000

# send NUMBER:BYTES…: so many frames of so many bytes from ovr-a
send() {
  "${in_ns[@]}" "$PYTHON" - "$@" <<'PY'
import socket, sys
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("ovr-a", 0))
head = b"\xff" * 6 + b"\x02\0\0\0\0\x01" + b"\x88\xb5"
for number, size in (map(int, pair.split(":")) for pair in sys.argv[1:]):
    for _ in range(number):
        try:
            out.send(head + bytes(size - len(head)))
        except OSError:  # the device has dropped it, and says so
            pass
PY
}

snapshot() {
  "${in_ns[@]}" ip -j -s -s link show dev ovr-a >"$scratch/$1-ip-ovr-a"
  "${in_ns[@]}" ip -j -s -s link show dev ovr-b >"$scratch/$1-ip-ovr-b"
  "${in_ns[@]}" ethtool -S ovr-a >"$scratch/$1-ethtool-ovr-a"
  "${in_ns[@]}" ethtool -S ovr-b >"$scratch/$1-ethtool-ovr-b"
}

# wait_for FILE PATTERN: until a line of it has it
wait_for() {
  wait_until grep -q "$2" "$1" || fail "$1 got no line with '$2': $(cat "$1")"
}

test_its_totals_are_what_other_tools_say() {
  snapshot before
  "${in_ns[@]}" "$OVERRUN" watch --json --interval 250ms ovr-a ovr-b >"$scratch/watch" 2>"$scratch/watch-err" &
  watch_pid=$!
  at_end "end_ours $watch_pid"
  wait_for "$scratch/watch" '"interval"'
  # five intervals; sar's own time is between these and what it took as a whole
  sar_started=$(date +%s%N)
  LC_ALL=C "${in_ns[@]}" sar -n DEV --iface=ovr-b 1 5 >"$scratch/sar" &
  sar_pid=$!
  at_end "end_ours $sar_pid"
  wait_for "$scratch/sar" '^[0-9].* ovr-b '
  # 300 of these are too long for the other end
  send 4000:100 300:1400 1000:600
  wait "$sar_pid"
  sar_ended=$(date +%s%N)
  kill -INT "$watch_pid"
  code=0
  wait "$watch_pid" || code=$?
  ((code == 0)) || fail "watch ended with $code: $(cat "$scratch/watch-err")"
  [[ ! -s $scratch/watch-err ]] || fail "watch said on stderr: $(cat "$scratch/watch-err")"
  snapshot after

  "$PYTHON" - "$scratch" $((sar_ended - sar_started)) <<'PY' || fail "watch and the other tools differ"
import json, re, sys

scratch, sar_took_s = sys.argv[1], int(sys.argv[2]) / 1e9
bad = []

def check(what, found, expected):
    if found != expected:
        bad.append(f"{what}: {found}, not {expected}")

def from_ip(when, name):
    with open(f"{scratch}/{when}-ip-{name}", encoding="utf-8") as file:
        stats = json.load(file)[0]["stats64"]
    return {f"{way}_{key}": value for way in ("rx", "tx") for key, value in stats[way].items()}

def from_ethtool(when, name):
    with open(f"{scratch}/{when}-ethtool-{name}", encoding="utf-8") as file:
        return {m[1].strip(): int(m[2]) for m in re.finditer(r"^(.+): (\d+)$", file.read(), re.M)}

def moved(reader, name):
    before, after = reader("before", name), reader("after", name)
    return {key: after[key] - before[key] for key in after}

# every line is an object by itself, and the last one the sum of all others
with open(f"{scratch}/watch", encoding="utf-8") as file:
    records = [json.loads(line) for line in file]
check("records", [r["record"] for r in records], ["interval"] * (len(records) - 1) + ["total"])
totals = {i["name"]: i for i in records[-1]["interfaces"]}
check("interfaces", list(totals), ["ovr-a", "ovr-b"])
for name, total in totals.items():
    parts = [i for r in records[:-1] for i in r["interfaces"] if i["name"] == name]
    for key in ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "interval_ns", "carrier_changes"):
        check(f"sum of {name} {key}", sum(p[key] for p in parts), total[key])
    for counter in total["counters"]:
        same = [c["added"] for p in parts for c in p["counters"]
                if (c["source"], c["queue"], c["name"]) == (counter["source"], counter["queue"], counter["name"])]
        check(f"sum of {name} {counter['name']}", sum(same), counter["added"])

# totals are what ip and ethtool say, and nothing of loss that moved is missing
telling = re.compile("drop|err|miss|fail")
for name, total in totals.items():
    ip, ethtool = moved(from_ip, name), moved(from_ethtool, name)
    for key in ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes"):
        check(f"{name} {key}", total[key], ip[key])
    for source, truth in (("link", ip), ("driver", ethtool)):
        listed = {c["name"]: c["added"] for c in total["counters"] if c["source"] == source}
        expected = {key: value for key, value in truth.items() if value != 0 and telling.search(key)}
        check(f"{name} losses of {source}", listed, expected)

# and what was sent and lost on purpose
check("sent", totals["ovr-a"]["tx_packets"], 5000)
check("sent bytes", totals["ovr-a"]["tx_bytes"], 4000 * 100 + 1000 * 600)
check("received", totals["ovr-b"]["rx_packets"], 5000)
booked = {c["place"]: c["added"] for t in totals.values() for c in t["counters"] if c["kind"] == "loss"}
check("booked", booked, {"tx.kernel": 300})

# sar's averages are over at least five seconds and at most the time that it took; it rounds to two places
with open(f"{scratch}/sar", encoding="utf-8") as file:
    rows = [line.split() for line in file if line.startswith("Average:")]
sar = dict(zip(rows[0][2:], map(float, rows[1][2:])))
for key, truth, unit in (("rxpck/s", 5000, 1), ("rxkB/s", 1000000, 1024)):
    least, most = truth / unit / sar_took_s - 0.006, truth / unit / 4.98 + 0.006
    if not least <= sar[key] <= most:
        bad.append(f"sar {key}: {sar[key]} is not within {least} and {most}")
total = totals["ovr-b"]
seconds = total["interval_ns"] / 1e9
for key, truth in (("rx_packets", 5000), ("rx_bytes", 1000000)):
    if abs(total[f"{key}_per_s"] * seconds - truth) > 1e-3:
        bad.append(f"{key}_per_s times its seconds is {total[f'{key}_per_s'] * seconds}")
# the share of the speed goes by the same formula as sar's: both against the same rate of bytes
for what, percent, rate in (("sar", sar["%ifutil"], sar["rxkB/s"] * 1024), ("watch", total["ifutil_percent"], total["rx_bytes_per_s"])):
    if abs(percent - 100 * 8 * rate / 10e9) > 0.006:
        bad.append(f"{what}'s share of the speed: {percent}, not {100 * 8 * rate / 10e9}")
print("\n".join(bad))
sys.exit(1 if bad else 0)
PY
}

# The table says the same in words, is plain where it is no terminal, and ends by itself.
test_the_table_is_plain_and_ends_by_itself() {
  expect_exit 0 "${in_ns[@]}" "$OVERRUN" watch ovr-a --count 2 --interval 20ms
  (($(grep -c '^[0-9:]\{8\}  *ovr-a ' "$out") == 2)) || fail "not two rows: $(cat "$out")"
  grep -q '^Average:  *ovr-a ' "$out" || fail "no average: $(cat "$out")"
  ! grep -q $'\033' "$out" || fail "a terminal's codes in a file"
}

# Neither root nor any right is needed.
test_no_right_is_needed() {
  need_tool setpriv
  expect_exit 0 "${in_ns[@]}" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all \
    "$OVERRUN" watch --count 1 --interval 10ms ovr-a
}

# An interface that goes ends the watch with what was seen until then.
test_an_interface_that_goes_ends_it() {
  "${in_ns[@]}" "$OVERRUN" watch ovr-a --interval 100ms >"$out" 2>"$err" &
  watch_pid=$!
  wait_for "$out" '^[0-9:]\{8\}  *ovr-a '
  ip -n "$ns" link del ovr-a
  code=0
  wait "$watch_pid" || code=$?
  ((code == 3)) || fail "watch of an interface that has gone ended with $code"
  grep -q '^Average:  *ovr-a ' "$out" || fail "no average of what was seen: $(cat "$out")"
  grep -q 'ovr-a: there is no such interface; accepted: lo' "$err" || fail "stderr: $(cat "$err")"
}

run_tests
