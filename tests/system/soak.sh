#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What a long trial leaves behind: killed, a result so far that is whole; at its end or at a signal, the result alone.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

set_up() {
  results=$scratch/results
  mkdir "$results"
}
long=(run --rate 20kpps --rxd 32768 --window 64 --warmup 0 --drain 20ms --settle 0 --rate-tolerance 100% --quiet --interval 100ms
  --checkpoint 500ms)
lossy=wire:1,drop-at=1000-1009+2000-2004

has_checkpoint() {
  kill -0 "$pid" 2>/dev/null || fail "the run ended by itself: $(cat "$err" "$out")"
  [[ -e $1 ]] && "$PYTHON" -c 'import json, sys; sys.exit(json.load(open(sys.argv[1]))["trial"]["duration_ns"] < 1e9)' "$1"
}

# start FILE OPTION…: a run in the background that has written a checkpoint of a second at least
start() {
  begin "$OVERRUN" "${long[@]}" --json "$@"
  wait_until has_checkpoint "$1.partial" || fail "no checkpoint: $(<"$err")"
}

# killed: the file is whole, and says what was so far
test_killed_it_leaves_what_was_so_far() {
  start "$results/killed.json" --time 24h --rx "$lossy"
  end_by KILL
  [[ ! -e $results/killed.json ]] || fail "a result of a trial that was killed"
  partial=$results/killed.json.partial
  code=0
  "$PYTHON" "$SOURCE_ROOT/tests/support/check_schema.py" "$SOURCE_ROOT/docs/reference/result.schema.json" cat "$partial" || code=$?
  ((code == 0 || code == 77)) || fail "the checkpoint does not follow the schema"
  json "$partial" 'd["verdict"] == "void"' 'len(d["reasons"]) == 1' 'd["reasons"][0].startswith("unfinished: ")' \
    'd["reasons"][0].split(";")[0].endswith(" of 24.0 h")' 'd["plan"]["rx"] == "wire:1,drop-at=1000-1009+2000-2004"' \
    't["duration_ns"] == t["series"][-1]["end_ns"]' 't["duration_ns"] >= 1e9' \
    '0 < sum(s["sent"] for s in t["series"]) <= l["sent"]' \
    'l["lost"] == l["sent"] - l["unique"]' 'l["lost"] >= 15' 'frames("path") == 15' 'l["unexplained"] >= 0' \
    't["loss_events"]["count"] >= 1' 't["outages"]["count"] == 0' \
    't["streams"] == [] and t["workers"] == [] and t["loss_periods"] == []'
}

# at a signal it ends in order, with its result for the time that it ran, and without what was so far
test_at_a_signal_it_leaves_its_result_alone() {
  start "$results/stopped.json" --time 24h --rx "$lossy"
  end_by INT
  ((code == 2)) || fail "exit code $code, not 2: $(cat "$err" "$out")"
  books "$results/stopped.json" "$code"
  json "$results/stopped.json" 'd["reasons"][0].startswith("stopped by a signal after ")' 'l["lost"] == 15' 'l["unexplained"] == 0' \
    't["loss_events"]["first"]["start_ns"] >= 49.9e6' 'sum(s["sent"] for s in t["series"]) == l["sent"]'
  [[ ! -e $results/stopped.json.partial ]] || fail "the checkpoint stayed beside the result"
}

# a checkpoint that could never be written is refused before the trial
test_a_checkpoint_that_could_not_be_written_is_refused() {
  mkdir "$results/full.json.partial"
  expect_exit 3 "$OVERRUN" "${long[@]}" --json "$results/full.json" --time 1200ms
  one_sentence --json "$results/full.json"
  rmdir "$results/full.json.partial"
}

# on stdout there is none; and 0 is never
test_without_a_file_there_is_no_checkpoint() {
  expect_exit '[012]' "$OVERRUN" "${long[@]}" --json - --time 700ms
  books "$out" "$code"
  expect_exit '[012]' "$OVERRUN" "${long[@]}" --checkpoint 0 --json "$results/never.json" --time 700ms
  [[ -z $(find . "$results" -maxdepth 1 -name '*.partial') ]] || fail "a checkpoint that nobody wants"
}

run_tests
