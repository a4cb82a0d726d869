#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A sweep as a user runs it: killed in the middle and resumed, stopped by a signal, its curves, bad input. The cells' truth
# is exact: rings that nobody reads until all is sent, and frames that the wire drops by its seed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

state=$scratch/sweep.state
whole=$scratch/whole.json
resumed=$scratch/resumed.json
# 4 cells; the settling of counters makes each long enough to be killed in the middle
grid=(--rings 64..512 --rates 300kpps --count 2000 --stall unread --rx "wire:1,drop=1%" --seed 11
  --warmup 0 --drain 60ms --settle 60ms --rate-tolerance 100% --quiet)

# one without a break
expect_exit 1 "$OVERRUN" sweep "${grid[@]}" --json "$whole" --csv "$scratch/cells.csv"
json "$whole" 'd["command"] == "sweep" and d["sweep"]["n_done"] == 4 and d["sweep"]["n_resumed"] == 0' \
  'all(t["sent"] == 2000 and t["unexplained"] == 0 for t in d["trials"])' \
  'all(t["frames_at"]["path"] > 0 for t in d["trials"])' \
  'all(t["frames_at"]["rx.ring"] == 2000 - t["frames_at"]["path"] - t["asked"]["rxd"] for t in d["trials"])' \
  'len({t["asked"]["seed"] for t in d["trials"]}) == 4' \
  'all(c["stalls"]["within"] == 1 and c["stalls"]["worst_frames"] == 0 for c in d["sweep"]["cells"])' \
  '[c["shape"]["kind"] for c in d["sweep"]["curves"]] == ["falling"]' \
  'all(c["smallest_lossless_ring"] is None for c in d["sweep"]["curves"])'
(($(wc -l <"$scratch/cells.csv") == 5)) || fail "--csv has not a row for each cell"
has_form result "$whole"

# finished_cells: lines behind the first one of the journal
finished_cells() {
  local n=0
  [[ -e $state ]] && n=$(wc -l <"$state")
  echo $((n > 0 ? n - 1 : 0))
}

# begin_sweep: in the background, until it has finished at least $1 cells
begin_sweep() {
  env --default-signal=INT "$OVERRUN" sweep "${grid[@]}" --state "$state" >"$out" 2>"$err" </dev/null &
  pid=$!
  at_end "kill -KILL $pid 2>/dev/null"
  for ((i = 0; i < 600; i++)); do
    (($(finished_cells) >= $1)) && return
    sleep 0.02
  done
  fail "$1 cells were not finished in 12 s: $(<"$err")"
}

# killed in the middle, and a line torn as by a power cut: it goes on, and repeats no finished cell
begin_sweep 2
{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null || true
kept=$(finished_cells)
((kept < 4)) || fail "it was over before it was killed"
cp "$state" "$scratch/before"
printf '{"cell":3,"rep' >>"$state"
"$OVERRUN" sweep "${grid[@]}" --state "$state" --json "$resumed" >"$out" 2>"$err" </dev/null && code=0 || code=$?
((code == 1)) || fail "resumed: exit code $code: $(<"$err")"
json "$resumed" "d['sweep']['n_resumed'] == $kept and d['sweep']['n_done'] == 4"
cmp -n "$(stat -c %s "$scratch/before")" "$state" "$scratch/before" || fail "finished cells were written again"
(($(finished_cells) == 4)) || fail "the journal has $(finished_cells) cells"
"$PYTHON" - "$whole" "$resumed" <<'EOF' || fail "the resumed sweep is not the uninterrupted one"
import json, sys
whole, resumed = (json.load(open(p, encoding="utf-8")) for p in sys.argv[1:])
def what(d):
    return [(t["asked"], t["sent"], t["lost"], t["frames_at"], t["verdict"]) for t in d["trials"]]
assert what(whole) == what(resumed), "trials"
# which cells the host's stalls exclude is each run's own
if whole["sweep"]["n_set_aside"] == resumed["sweep"]["n_set_aside"] == 0:
    assert whole["sweep"]["curves"] == resumed["sweep"]["curves"], "curves"
assert whole["verdict"] == resumed["verdict"] and whole["reasons"] == resumed["reasons"]
EOF

# what is finished is not measured again, and the journal fits no other sweep
expect_exit 1 "$OVERRUN" sweep "${grid[@]}" --state "$state" --json "$resumed"
json "$resumed" 'd["sweep"]["n_resumed"] == 4'
refuse() {
  expect_exit 3 timeout 30 "$OVERRUN" sweep "$@"
  one_sentence sweep "$@"
}
refuse "${grid[@]}" --state "$state" --seed 12
grep -q "is not of this plan" "$err" || fail "another seed: $(<"$err")"
echo "some notes" >"$scratch/notes"
refuse "${grid[@]}" --state "$scratch/notes"
[[ $(<"$scratch/notes") == "some notes" ]] || fail "a file that is no journal was changed"
printf 'no end' >"$scratch/notes"
refuse "${grid[@]}" --state "$scratch/notes"
[[ $(<"$scratch/notes") == "no end" ]] || fail "a file that is no journal was cut"

# a signal: what is finished is kept, and how to go on is said
rm "$state"
begin_sweep 1
kill -INT "$pid"
code=0
wait "$pid" || code=$?
((code == 2)) || fail "SIGINT: exit code $code, not 2: $(<"$err")"
grep -Eq "VOID: stopped, [0-9]+ of 4 cells" "$out" || fail "SIGINT: no reason was printed: $(<"$out")"
grep -q "goes on with cell" "$err" || fail "SIGINT: how to go on was not said: $(<"$err")"
(($(finished_cells) >= 1)) || fail "SIGINT: finished cells were not kept"

# ample rings lose nothing: the smallest lossless ring, and its confidence. A cell that a stall disturbed does not count, and says so
expect_exit '[02]' "$OVERRUN" sweep --rings 4096,8192 --sizes 64 --rate 100kpps --time 50ms --warmup 0 --drain 5ms --settle 1ms \
  --rate-tolerance 100% --json "$whole"
json "$whole" '(d["verdict"] == "pass" and d["sweep"]["curves"][0]["smallest_lossless_ring"]["rxd"] == 4096 or
    d["sweep"]["n_set_aside"] + d["sweep"]["n_void"] > 0)'

# the effective plan is a plan; a ready one is taken
expect_exit 0 "$OVERRUN" sweep --rings 64..512 --stalls none,1ms/10ms,jitter=5% --dry-run
cp "$out" "$scratch/plan.yaml"
expect_exit 0 "$OVERRUN" sweep --plan "$scratch/plan.yaml" --dry-run
cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back"
expect_exit 0 "$OVERRUN" sweep --plan "$SOURCE_ROOT/config/ring-sweep.yaml" --dry-run

# bad input, before anything is sent
refuse --rings 0
refuse --rings ""
refuse --rates 50%,50%
refuse --queues 1,4 --streams 2
grep -q 'cell "rxd 1024, .* rxq 4, stall none"' "$err" || fail "the cell is not named: $(<"$err")"
refuse --capture "$scratch/loss.pcap"
refuse --repeats 0
refuse --state "$scratch/no/such/folder/state"
refuse --goals ndr
refuse --rings 64..1024 --rxd 4096
refuse --max-loss 1%
refuse --stalls 1ms/500ms
refuse --json - --csv -
refuse --state "$scratch/x" --json "$scratch/x"
refuse --queues 1,17 --tx vdev:net_ring0 --rx vdev:net_ring0
grep -q "found 17 receive queues" "$err" || fail "the ring that the port does not have is not named: $(<"$err")"
refuse --time none
expect_exit 3 "$OVERRUN" run --rings 64
one_sentence run --rings 64
nothing_left
