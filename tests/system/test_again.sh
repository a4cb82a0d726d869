#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# scripts/test-again and test-summary, over a small build of their own: what fails beside others is run again, alone, and what
# fails twice has failed.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_tool meson
need_tool ninja

# project TEST…: a build with tests that pass (good), fail (bad), or fail at their first run (busy), in $scratch/build
project() {
  local test
  mkdir -p "$scratch/tests"
  cat >"$scratch/tests/of" <<'END'
#!/bin/sh
ran=$(dirname "$0")/$1.ran
case $1 in
good*) ok=ok ;;
bad*) ok='not ok' ;;
busy*) [ -e "$ran" ] && ok=ok || ok='not ok' ;;
esac
touch "$ran"
printf '1..2\nok 1 - can begin\n%s 2 - is in time\n' "$ok"
END
  chmod +x "$scratch/tests/of"
  {
    echo "project('again', meson_version: '>= 0.60')"
    for test in "$@"; do
      echo "test('few/$test', files('of'), args: ['$test'], protocol: 'tap', suite: 'system')"
    done
  } >"$scratch/tests/meson.build"
  meson setup "$scratch/build" "$scratch/tests" >/dev/null
}

# summary_is CODE LINE…: of a run of all its tests, whatever their order
summary_is() {
  local wanted=$1 again=() code=0 logs=$scratch/build/meson-logs
  shift
  "$SOURCE_ROOT/scripts/test-again" "$scratch/build" >"$out" 2>&1 || code=$?
  [[ ! -e $logs/again.json ]] || again=(--again "$logs/again.json")
  ((code == wanted)) || fail "test-again ended with $code, not $wanted: $(<"$out")"
  code=0
  "$SOURCE_ROOT/scripts/test-summary" "${again[@]}" "$logs/testlog.json" >"$scratch/summary" || code=$?
  ((code == wanted)) || fail "test-summary ended with $code, not $wanted"
  diff -u <(printf '%s\n' "$@" | sort) <(sort "$scratch/summary") || fail "another summary"
}

test_what_passes_is_run_once() {
  project good1 good2
  summary_is 0 '4 passed, 0 failed, 0 skipped'
  [[ ! -e $scratch/build/meson-logs/again.json ]] || fail "passed tests were run again"
}

test_what_passes_alone_counts_as_passed_and_is_named() {
  project good busy
  summary_is 0 'failed beside others, run again alone: few/busy is in time' '4 passed, 0 failed, 0 skipped'
  # and not by what an earlier run left
  summary_is 0 '4 passed, 0 failed, 0 skipped'
}

test_what_fails_twice_has_failed() {
  project good bad busy
  summary_is 1 'failed beside others, run again alone: few/bad is in time' 'failed beside others, run again alone: few/busy is in time' \
    'failed:  few/bad is in time' '5 passed, 1 failed, 0 skipped'
}

test_many_that_fail_are_not_run_again() {
  project busy1 busy2 busy3 busy4
  summary_is 1 'failed:  few/busy1 is in time' 'failed:  few/busy2 is in time' 'failed:  few/busy3 is in time' \
    'failed:  few/busy4 is in time' '4 passed, 4 failed, 0 skipped'
}

run_tests
