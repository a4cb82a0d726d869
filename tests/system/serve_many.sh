#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# One caller of many agents: the caller's own conductor, and processes that answer as agents do, without a port or a frame
# (serve_many.c). Prints how long each step took.
#
#   serve_many.sh [--count N]   N agents; 1,000 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

: "${SERVE_MANY:?is the program that is the caller and the agents}"
sample 100 1 "$@"
half=$SOURCE_ROOT/tests/fuzz/corpus/half/filled

# All of them are on this host: one that is busy may not come to answer all in time.
test_many_agents_start_at_one_time_and_hand_over_their_halves() {
  # more files than there may be at first
  ulimit -S -n 256
  "$SERVE_MANY" "$count" "$half" >"$result" 2>"$err" || "$SERVE_MANY" "$count" "$half" >"$result" 2>"$err" ||
    fail "$count agents: $(sort "$err" | uniq -c | head -n 5)"
  cat "$result"
  json "$result" "d['agents'] == $count" 'd["told_before_start_ms"] > 0' 'd["start_spread_us"] <= 2 * d["start_bound_us"]'
  # what is kept of each: its half, what it told last, and its connection
  json "$result" "d['peak_kib'] < 32768 + 512 * $count"
}

test_too_few_files_are_told_in_a_sentence() {
  (
    ulimit -n 256
    ! "$SERVE_MANY" 100 "$half" >"$out" 2>"$err" || fail "a hundred connections need no files"
  )
  grep -q 'found a limit of 256 open files, accepted: 260, 4 for each host (ulimit -n)' "$err" || fail "$(cat "$err")"
}

run_tests
