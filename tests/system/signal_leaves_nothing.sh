#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# SIGINT and SIGTERM end a trial at any moment: the books are closed on what was sent, and nothing is left behind.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

result=$scratch/result.json

# start OPTIONS…: started with SIGINT at its default: bash lets what it puts into the background ignore it.
start() {
  rm -f "$result"
  env --default-signal=INT,TERM "$OVERRUN" run --time 60s --rate 1mpps --json "$result" "$@" >"$out" 2>"$err" </dev/null &
  pid=$!
  at_end "kill -KILL $pid 2>/dev/null"
  # Until it is the program itself, a signal would be lost on bash.
  local i
  for ((i = 0; i < 500; i++)); do
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == overrun ]] && return 0
    sleep 0.01
  done
  fail "the program did not start"
}

# The transmit and the receive worker are up.
wait_for_workers() {
  local i
  for ((i = 0; i < 100; i++)); do
    [[ -d /proc/$pid/task ]] || break
    (($(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l) >= 3)) && return 0
    sleep 0.1
  done
  fail "no workers after 10 s: $(cat "$err")"
}

# How the process ended, within 10 s; a frozen one is a failure.
ended() {
  local i
  for ((i = 0; i < 100; i++)); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  ! kill -0 "$pid" 2>/dev/null || fail "still running 10 s after the signal"
  code=0
  wait "$pid" || code=$?
}

for signal in INT TERM; do
  start
  wait_for_workers
  sleep 1
  kill -"$signal" "$pid"
  ended
  [[ $code == [012] ]] || fail "SIG$signal: exit code $code: $(cat "$err")"
  [[ -s $out ]] || fail "SIG$signal: no result was printed"
  books "$result" "$code"
  json "$result" 'l["unexplained"] == 0' 't["duration_ns"] < 30 * 10**9'
  nothing_left
done

# A second one while the first is being heeded changes nothing.
start --warmup 10s
wait_for_workers
kill -INT "$pid"
kill -TERM "$pid" 2>/dev/null || true
ended
[[ $code == [0123] ]] || fail "two signals in the warm-up: exit code $code: $(cat "$err")"
nothing_left

# Before the workers are up there may be no books yet; then it could not run, or died of the signal at once.
for delay in 0.02 0.1 0.3; do
  start
  sleep "$delay"
  kill -INT "$pid" 2>/dev/null || fail "gone after $delay s: $(cat "$err")"
  ended
  [[ $code == [0123] || $code == 130 ]] || fail "SIGINT after $delay s: exit code $code: $(cat "$err")"
  nothing_left
done
