#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# scripts/bench works: it measures, it says who was left out and why, and it leaves nothing behind, however it ends.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
build=$(cd "$(dirname "$OVERRUN")/.." && pwd)
bench=("$PYTHON" "$SOURCE_ROOT/scripts/bench" --build "$build")

# What can be asked for, and what cannot.
test_what_can_be_asked_for_and_what_cannot() {
  expect_exit 0 "${bench[@]}" --list
  for name in tx/32 receive socket handoff wire tracker veth/af_xdp pacing live watch instructions; do
    grep -q "^$name " "$out" || fail "--list does not name $name"
  done
  for bad in '--runs 0' '--time 2' '--cases nothing' '--unknown' 'word' '--build /nowhere' '--against /nowhere'; do
    read -ra words <<<"$bad"
    expect_exit 3 "${bench[@]}" "${words[@]}"
    one_sentence "bench $bad"
  done
  expect_exit 3 "${bench[@]}" --cases frame --json /nowhere/file
  one_sentence "bench --json /nowhere/file"
}

# A short measurement, on a machine without testpmd: nothing but Python is in the PATH.
test_it_measures_and_says_who_was_left_out() {
  mkdir "$scratch/bin"
  python=$("$PYTHON" -c 'import sys; print(sys.executable)')
  expect_exit 0 env PATH="$scratch/bin" "$python" "$SOURCE_ROOT/scripts/bench" --build "$build" --quick --runs 2 \
    --time 100ms --cases 'tx/32,tracker' --against "$OVERRUN" --json "$scratch/bench.json" --markdown "$scratch/bench.md"
  "$PYTHON" - "$scratch/bench.json" <<'EOP' || fail "the JSON is not as it must be"
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
assert document["schema"] == "overrun.bench/1"
assert document["settings"]["rounds"] == 2 and document["settings"]["seconds"] == 0.1
assert document["machine"]["cpus"] >= 2 and document["machine"]["steal_s"] >= 0
tx, tracker = document["cases"]
rows = {row["row"]: row["figures"] for row in tx["rows"]}
floors = ["floor: alloc and transmit", "floor: pktmbuf alloc and transmit"]
assert list(rows) == ["overrun", "overrun (against)", *floors], list(rows)
for figures in rows.values():
    sent = figures["sent"]
    assert len(sent["values"]) == sent["rounds"] == 2
    assert 0 < sent["min"] <= sent["median"] <= sent["max"]
assert {entry["contender"]: entry["reason"] for entry in tx["skipped"]} == {
    "testpmd txonly": "no dpdk-testpmd here (package dpdk-dev)",
    "testpmd flowgen": "no dpdk-testpmd here (package dpdk-dev)"}, tx["skipped"]
assert not tx["failures"], tx["failures"]
ratios = [(ratio["over"], ratio["under"]) for ratio in tx["ratios"]]
assert ratios == [("overrun", row) for row in [*floors, "overrun (against)"]], ratios
assert [row["row"] for row in tracker["rows"]][0] == "in order"
assert tracker["rows"][0]["figures"]["cycles"]["median"] > 0
EOP
  grep -q '^- skipped: testpmd txonly: no dpdk-testpmd here' "$scratch/bench.md" || fail "the Markdown names nobody skipped"
  grep -q '^| overrun | [0-9.]* ([0-9.]*…[0-9.]*) |' "$scratch/bench.md" || fail "the Markdown has no figures"
}

# ours: processes that work in the scratch folder of that run
ours() {
  local path
  for path in /proc/[0-9]*; do
    [[ ${path#/proc/} != "$pid" && ${path#/proc/} != "$$" ]] || continue
    tr '\0' ' ' 2>/dev/null <"$path/cmdline" | grep -q "$TMPDIR/bench-" && echo "${path#/proc/}"
  done
  return 0
}

is_running() {
  [[ -n $(ours) ]]
}

# Interrupted in the midst of a case that has processes, and a namespace where one can be made.
test_interrupted_it_leaves_no_process() {
  case=wire
  ((EUID == 0)) && command -v ip >/dev/null && ip netns add "ovr-probe-$$" 2>/dev/null && ip netns del "ovr-probe-$$" &&
    case=veth/af_packet
  begin "${bench[@]}" --cases "$case" --runs 99 --time 2s

  wait_until is_running || fail "no run of overrun came: $(cat "$err")"
  end_by INT
  ((code == 130)) || fail "interrupted, it ended with $code"
  [[ -z $(ours) ]] || fail "a process outlived it: $(ours)"
  [[ ! -e /run/netns/ovr-bench-$pid ]] || fail "its namespace is still there"
}

run_tests
