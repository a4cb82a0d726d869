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
expect_exit 0 "${bench[@]}" --list
for name in tx/32 receive handoff wire tracker veth/af_xdp pacing instructions; do
  grep -q "^$name " "$out" || fail "--list does not name $name"
done
for bad in '--runs 0' '--time 2' '--cases nothing' '--unknown' 'word' '--build /nowhere' '--against /nowhere'; do
  read -ra words <<<"$bad"
  expect_exit 3 "${bench[@]}" "${words[@]}"
  one_sentence "bench $bad"
done
expect_exit 3 "${bench[@]}" --cases frame --json /nowhere/file
one_sentence "bench --json /nowhere/file"

# A short measurement, on a machine without testpmd: nothing but Python is in the PATH.
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
nothing_left

# Interrupted in the midst of a case that has processes, and a namespace where one can be made.
case=wire
((EUID == 0)) && command -v ip >/dev/null && ip netns add "ovr-probe-$$" 2>/dev/null && ip netns del "ovr-probe-$$" &&
  case=veth/af_packet
# Bash has a background job ignore SIGINT; env gives it back.
env --default-signal=INT "${bench[@]}" --cases "$case" --runs 99 --time 2s >"$out" 2>"$err" </dev/null &
pid=$!
at_end "kill -KILL $pid 2>/dev/null"

# ours: processes that work in the scratch folder of that run
ours() {
  local path
  for path in /proc/[0-9]*; do
    [[ ${path#/proc/} != "$pid" && ${path#/proc/} != "$$" ]] || continue
    tr '\0' ' ' 2>/dev/null <"$path/cmdline" | grep -q "$TMPDIR/bench-" && echo "${path#/proc/}"
  done
  return 0
}
for ((i = 0; i < 300; i++)); do
  [[ -z $(ours) ]] || break
  sleep 0.1
done
[[ -n $(ours) ]] || fail "no run of overrun came: $(cat "$err")"
kill -INT "$pid"
code=0
wait "$pid" || code=$?
((code == 130)) || fail "interrupted, it ended with $code"
[[ -z $(ours) ]] || fail "a process outlived it: $(ours)"
[[ ! -e /run/netns/ovr-bench-$pid ]] || fail "its namespace is still there"
nothing_left
