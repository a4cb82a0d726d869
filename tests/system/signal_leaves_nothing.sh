#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# SIGINT and SIGTERM end a trial at any moment: the books are closed on what was sent, and nothing is left behind.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

# start OPTIONS…: started with SIGINT at its default: bash lets what it puts into the background ignore it.
start() {
  rm -f "$result"
  begin "$OVERRUN" run --time 90s --rate 1mpps --json "$result" "$@"
  # Until it is the program itself, a signal would be lost on bash.
  wait_until grep -qsx overrun "/proc/$pid/comm" || fail "the program did not start"
}

# How the process ended; a frozen one is a failure.
ended() {
  wait_until 30 is_over || fail "still running 30 s after the signal"
  code=0
  wait "$pid" || code=$?
}

test_a_signal_closes_the_books() {
  for signal in INT TERM; do
    start "${live[@]}"
    wait_until is_sending || fail "nothing is sent: $(<"$err")"
    kill -"$signal" "$pid"
    ended
    [[ $code == [012] ]] || fail "SIG$signal: exit code $code: $(cat "$err")"
    [[ -s $out ]] || fail "SIG$signal: no result was printed"
    books "$result" "$code"
    json "$result" 'l["unexplained"] == 0' 't["duration_ns"] < 30 * 10**9'
    nothing_left
  done
}

# A second one while the first is being heeded changes nothing.
test_a_second_signal_changes_nothing() {
  start --warmup 10s
  wait_until has_workers || fail "no workers: $(<"$err")"
  kill -INT "$pid"
  kill -TERM "$pid" 2>/dev/null || true
  ended
  [[ $code == [0123] ]] || fail "two signals in the warm-up: exit code $code: $(cat "$err")"
}

# Before the workers are up there may be no books yet; then it could not run, or died of the signal at once.
test_a_signal_before_the_workers_are_up() {
  for delay in 0.02 0.1 0.3; do
    start
    sleep "$delay"
    kill -INT "$pid" 2>/dev/null || fail "gone after $delay s: $(cat "$err")"
    ended
    [[ $code == [0123] || $code == 130 ]] || fail "SIGINT after $delay s: exit code $code: $(cat "$err")"
    nothing_left
  done
}

run_tests
