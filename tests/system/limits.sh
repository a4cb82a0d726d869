#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Few file descriptors, little address space, EAL arguments that would not come back: a sentence and exit code 3, and no wait.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
small=(run --time 50ms --rate 1kpps --warmup 0 --quiet)

# limited ULIMIT-OPTION VALUE: a run under it succeeds or says why not
limited() {
  local code=0
  (ulimit "$1" "$2" && exec timeout 30 "$OVERRUN" "${small[@]}") >"$out" 2>"$err" </dev/null || code=$?
  ((code >= 0 && code <= 3)) || fail "ulimit $1 $2: exit code $code: $(<"$err")"
  ((code != 3)) || one_sentence "ulimit $1 $2"
}

test_few_open_files() {
  for files in 12 16 18 20 22 32; do
    limited -n "$files"
  done
}

test_little_address_space() {
  # below some 22,000 the loader cannot map the libraries, and nothing of overrun has run yet
  for kilobytes in 30000 60000 100000 150000 250000; do
    limited -v "$kilobytes"
  done
}

test_a_stack_that_is_too_small() {
  for kilobytes in 64 512 1023; do
    code=0
    (ulimit -s "$kilobytes" && exec timeout 30 "$OVERRUN" "${small[@]}") >"$out" 2>"$err" </dev/null || code=$?
    ((code == 3)) || fail "ulimit -s $kilobytes: exit code $code: $(<"$err")"
    says "stack: found a limit of $kilobytes KiB, accepted: 1024 KiB or more" "$err" || fail "said: $(<"$err")"
  done
  limited -s 1024
}

test_the_limit_is_named() {
  (ulimit -n 16 && exec timeout 30 "$OVERRUN" "${small[@]}") >"$out" 2>"$err" </dev/null || true
  says 'found limits of 16 open files' "$err" || fail "no limit is named: $(<"$err")"
}

test_arguments_of_eal_that_would_not_come_back() {
  for argument in --proc-type=secondary --proc=secondary --file-prefix=x -l0 --lcores=0@0 -vh; do
    expect_exit 3 timeout 30 "$OVERRUN" "${small[@]}" -- "$argument"
    one_sentence "$argument"
  done
}

test_the_need_of_memory_is_named() {
  expect_exit 3 timeout 30 env -i PATH="$PATH" bash -c "ulimit -v 3000000; exec '$OVERRUN' run --streams 65536 --window 65536 --time 50ms"
  says '65536 streams with a window of 65536' "$err" || fail "no need of memory is named: $(<"$err")"
}

run_tests
