#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A sweep as a user runs it: killed in the middle and resumed, stopped by a signal, its curves, bad input. The cells' truth
# is exact: rings that nobody reads until all is sent, and frames that the wire drops by its seed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

set_up() {
  state=$scratch/sweep.state
  resumed=$scratch/resumed.json
}
whole=$scratch/whole.json
# 4 cells; the settling of counters makes each long enough to be killed in the middle
grid=(--rings 64..512 --rates 300kpps --count 2000 --stall unread --rx "wire:1,drop=1%" --seed 11
  --warmup 0 --drain 60ms --settle 60ms --rate-tolerance 100% --quiet)

# one without a break
test_its_cells_hold_what_the_wire_did() {
  expect_exit 1 "$OVERRUN" sweep "${grid[@]}" --json "$whole" --csv "$scratch/cells.csv"
  json "$whole" 'd["command"] == "sweep" and d["sweep"]["n_done"] == 4 and d["sweep"]["n_resumed"] == 0' \
    'all(t["sent"] == 2000 and t["unexplained"] == 0 for t in d["trials"])' \
    'all(t["frames_at"]["path"] > 0 for t in d["trials"])' \
    'all(t["frames_at"]["rx.ring"] == 2000 - t["frames_at"]["path"] - t["asked"]["rxd"] for t in d["trials"])' \
    'len({t["asked"]["seed"] for t in d["trials"]}) == 4' \
    'all(c["stalls"]["injected"] == 1 and c["stalls"]["within"] == c["stalls"]["compared"] and c["stalls"]["worst_frames"] == 0
      for c in d["sweep"]["cells"])' 'd["sweep"]["model"]["compared"] + sum(d["sweep"]["model"]["excluded"].values()) == 4' \
    '[c["shape"]["kind"] for c in d["sweep"]["curves"]] == ["falling"]' \
    'all(c["smallest_lossless_ring"] is None for c in d["sweep"]["curves"])'
  (($(wc -l <"$scratch/cells.csv") == 5)) || fail "--csv has not a row for each cell"
  has_form result "$whole"
}

# finished_cells: lines after the first one of the journal
finished_cells() {
  local n=0
  [[ -e $state ]] && n=$(wc -l <"$state")
  echo $((n > 0 ? n - 1 : 0))
}

has_cells() {
  (($(finished_cells) >= $1))
}

# end_sweep SIGNAL N: a sweep gets the signal when it has finished at least N cells and before it has finished all; this process
# may come to see that too late, where the host is busy
end_sweep() {
  for _ in {1..10}; do
    rm -f "$state"
    begin "$OVERRUN" sweep "${grid[@]}" --state "$state"
    wait_until has_cells "$2" || fail "no $2 cells were finished: $(<"$err")"
    end_by "$1"
    (($(finished_cells) == 4)) || return 0
  done
  fail "it was over before it was ended, ten times"
}

refuse() {
  expect_exit 3 timeout 30 "$OVERRUN" sweep "$@"
  one_sentence sweep "$@"
}

# killed in the middle, and a line torn as by a power cut: it goes on, and repeats no finished cell
test_killed_in_the_middle_it_goes_on_and_repeats_no_cell() {
  end_sweep KILL 2
  kept=$(finished_cells)
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
# which cells and stalls the host's stalls exclude is each run's own
if all(d["sweep"]["n_excluded"] == sum(d["sweep"]["model"]["excluded"].values()) == 0 for d in (whole, resumed)):
    assert whole["sweep"]["curves"] == resumed["sweep"]["curves"], "curves"
assert whole["verdict"] == resumed["verdict"] and whole["reasons"] == resumed["reasons"]
EOF

  # what is finished is not measured again, and the journal fits no other sweep
  expect_exit 1 "$OVERRUN" sweep "${grid[@]}" --state "$state" --json "$resumed"
  json "$resumed" 'd["sweep"]["n_resumed"] == 4'
  refuse "${grid[@]}" --state "$state" --seed 12
  grep -q "is not of this plan" "$err" || fail "another seed: $(<"$err")"
}

test_a_file_that_is_no_journal_stays_as_it_is() {
  echo "some notes" >"$scratch/notes"
  refuse "${grid[@]}" --state "$scratch/notes"
  [[ $(<"$scratch/notes") == "some notes" ]] || fail "a file that is no journal was changed"
  printf 'no end' >"$scratch/notes"
  refuse "${grid[@]}" --state "$scratch/notes"
  [[ $(<"$scratch/notes") == "no end" ]] || fail "a file that is no journal was cut"
}

# a signal: what is finished is kept, and how to go on is said
test_a_signal_keeps_what_is_finished() {
  end_sweep INT 1
  ((code == 2)) || fail "SIGINT: exit code $code, not 2: $(<"$err")"
  grep -Eq "VOID: stopped, [0-9]+ of 4 cells" "$out" || fail "SIGINT: no reason was printed: $(<"$out")"
  grep -q "goes on with cell" "$err" || fail "SIGINT: how to go on was not said: $(<"$err")"
  (($(finished_cells) >= 1)) || fail "SIGINT: finished cells were not kept"
}

# ample rings lose nothing: the smallest lossless ring, and its confidence. A cell that a stall disturbed does not count, and says so
test_ample_rings_have_a_smallest_lossless_one() {
  expect_exit '[02]' "$OVERRUN" sweep --rings 4096,8192 --sizes 64 --rate 100kpps --time 50ms --warmup 0 --drain 5ms --settle 1ms \
    --rate-tolerance 100% --json "$result"
  json "$result" '(d["verdict"] == "pass" and d["sweep"]["curves"][0]["smallest_lossless_ring"]["rxd"] == 4096 or
      d["sweep"]["n_excluded"] + d["sweep"]["n_void"] > 0)'
}

# the effective plan is a plan; a ready one is taken
test_the_effective_plan_reads_back() {
  expect_exit 0 "$OVERRUN" sweep --rings 64..512 --stalls none,1ms/10ms,jitter=5% --dry-run
  cp "$out" "$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" sweep --plan "$scratch/plan.yaml" --dry-run
  cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back"
  expect_exit 0 "$OVERRUN" sweep --plan "$SOURCE_ROOT/config/ring-sweep.yaml" --dry-run
}

run_tests
