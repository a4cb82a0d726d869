#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Off a terminal a command of many trials says on stderr what it takes at most, and tells its trials; with --quiet neither.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

# announced MAXIMUM COMMAND…: the first line on stderr, and a line for a trial after it
announced() {
  local maximum=$1
  shift
  expect_exit '[0-2]' "$OVERRUN" "$@"
  head -n 1 "$err" | grep -Eq "^at most about .* for $maximum" || fail "'$*' announces: $(head -n 1 "$err")"
  grep -Eq '^[0-9]+ s: (cell|trial) [0-9]+' "$err" || fail "'$*' tells no trial: $(<"$err")"
}

tiny=(--rate-tolerance 100% --warmup 0 --drain 1ms --settle 0)

test_a_sweep_announces_its_cells() {
  announced '2 cells' sweep --rings 64..128 --rates 300kpps --count 2000 "${tiny[@]}"
}

test_a_selftest_announces_its_trials() {
  announced 'up to 38 trials' selftest --time 20ms
}

test_ring_advise_announces_a_baseline_and_trials() {
  announced 'a baseline .* and 11 trials' ring advise wire:1 --rate 100kpps --baseline 300ms --time 100ms
}

test_quiet_announces_nothing() {
  expect_exit '[0-2]' "$OVERRUN" sweep --rings 64..128 --rates 300kpps --count 2000 "${tiny[@]}" --quiet
  [[ ! -s $err ]] || fail "--quiet says: $(<"$err")"
}

run_tests
