#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The test cases that --junit and --tap write, as a CI system reads them: of a loss, a void trial, and each command with a
# verdict; on stdout; and that they appear as every other file does.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

set_up() {
  junit=$scratch/junit.xml
  tap=$scratch/cases.tap
  files=(--junit "$junit" --tap "$tap" --quiet)
}
short=(--warmup 0 --drain 5ms --settle 1ms --rate-tolerance 100%)

# cases CODE [CONDITION…]: both files are there, of one mind, and go with the exit code
cases() {
  "$PYTHON" "$SOURCE_ROOT/tests/support/check_cases.py" "$1" "$junit" "$tap" "${@:2}" || fail "see above: $(cat "$junit")"
  command -v xmllint >/dev/null || return 0
  xmllint --noout --schema "$SOURCE_ROOT/tests/support/junit.xsd" "$junit" 2>"$err" || fail "not of JUnit's form: $(cat "$junit")"
}

test_a_loss_is_a_failure_that_names_its_owner() {
  expect_exit 1 "$OVERRUN" run "${short[@]}" --count 2000 --rate 100kpps --rxd 4096 --rx wire:1,drop=10% "${files[@]}"
  says LOSS || fail "the files took the place of the text"
  cases 1 'outcomes["loss within the limit"] == "loss"' '"path of wire:1" in texts["loss within the limit"]' \
    'outcomes["the books balance"] == outcomes["sent at the planned rate"] == "pass"' \
    'properties["rx"] == "wire:1,drop=10%" and "--rx wire:1,drop=10%" in properties["command"]' \
    '"junit" not in properties["command"] and "tap" not in properties["command"]'
}

test_a_clean_trial_has_neither_failure_nor_error() {
  expect_exit 0 "$OVERRUN" run "${short[@]}" --count 1000 --rate 100kpps --rxd 4096 "${files[@]}"
  cases 0 'set(outcomes.values()) == {"pass"} and len(names) == 5'
}

test_a_loss_within_the_limit_passes_and_is_said() {
  expect_exit 0 "$OVERRUN" run "${short[@]}" --count 2000 --rate 100kpps --rxd 4096 --rx wire:1,drop=10% --max-loss 50% "${files[@]}"
  cases 0 '"limit 50.000 %" in texts["loss within the limit"]' '"path of wire:1" in texts["loss within the limit"]'
}

test_a_void_trial_is_an_error_and_its_loss_is_not_judged() {
  begin "$OVERRUN" run --time 60s --rate 10kpps "${short[@]}" --junit "$junit" --tap "$tap" "${live[@]}"
  wait_until is_sending || fail "nothing is sent: $(<"$err")"
  end_by INT
  [[ $code == 2 ]] || fail "a signal ended it with $code"
  cases 2 'outcomes["nothing disturbed the trial"] == "void"' '"stopped by a signal" in texts["nothing disturbed the trial"]' \
    'outcomes["loss within the limit"] == "aside"'
}

test_a_sweep_has_a_case_for_each_cell_and_curve() {
  expect_exit 1 "$OVERRUN" sweep --rings 64..512 --count 2000 --rate 300kpps --stall unread "${short[@]}" "${files[@]}"
  cases 1 'sum(name.startswith("cell: rxd ") for name in names) == 4' \
    'sum(name.startswith("a ring loses nothing: size 64") for name in names) == 1 and len(names) == 6' \
    'all(outcome == "pass" for name, outcome in outcomes.items() if name.startswith("cell"))'
}

test_a_search_has_a_case_for_each_size() {
  expect_exit '[01]' "$OVERRUN" search --algorithm binary --attempts 1 --time 20ms --max-rate 40kpps --goals ndr --sizes 64,512 \
    --search-time 5s "${short[@]}" "${files[@]}"
  cases "$code" 'names == ["verdict", "size 64", "size 512"]'
}

test_a_burst_has_a_case_for_each_search() {
  expect_exit 0 "$OVERRUN" burst --stall unread --rxd 6 --burst-max 9 --repeats 2 --drain 1ms "${files[@]}"
  cases 0 'names == ["verdict", "search 1", "search 2"]' '"6 frames" in texts["search 1"]'
}

test_the_verbs_of_ring_and_the_selftest_have_cases() {
  expect_exit '[012]' "$OVERRUN" ring verify wire:1 --rxd 64 "${files[@]}"
  cases "$code" '"trial 1" in names'
  expect_exit '[012]' "$OVERRUN" ring advise wire:1 --rate 100kpps --baseline 100ms --time 100ms "${files[@]}"
  cases "$code" '"trial 1" in names' 'properties["command"].startswith("overrun ring advise wire:1")'
  expect_exit '[012]' "$OVERRUN" selftest --time 20ms "${files[@]}"
  cases "$code" '"trial 1" in names'
}

test_either_may_take_the_place_of_the_text() {
  expect_exit 1 "$OVERRUN" run "${short[@]}" --count 1000 --rate 100kpps --rxd 4096 --rx wire:1,drop=10% --quiet --junit -
  cp "$out" "$junit"
  expect_exit 1 "$OVERRUN" run "${short[@]}" --count 1000 --rate 100kpps --rxd 4096 --rx wire:1,drop=10% --quiet --tap -
  cp "$out" "$tap"
  "$PYTHON" "$SOURCE_ROOT/tests/support/check_cases.py" 1 "$junit" || fail "stdout is no JUnit XML: $(cat "$junit")"
  "$PYTHON" "$SOURCE_ROOT/tests/support/check_cases.py" 1 "" "$tap" || fail "stdout is no TAP: $(cat "$tap")"
}

test_a_trial_that_cannot_run_leaves_older_files() {
  echo old >"$junit"
  expect_exit 3 "$OVERRUN" run "${files[@]}" -- --bogus
  [[ $(cat "$junit") == old && ! -e $tap ]] || fail "a trial that did not run wrote its cases"
  expect_exit 3 "$OVERRUN" run --junit "$junit" --tap "$scratch/./junit.xml"
  one_sentence --junit --tap
  grep -q '^overrun: junit and tap: found' "$err" || fail "it was said: $(cat "$err")"
  expect_exit 3 "$OVERRUN" plan-ring --stall 200us/10ms --junit "$junit"
}

test_a_trial_over_tcp_has_cases() {
  expect_exit '[012]' "$OVERRUN" run --tx tcp:127.0.0.1:5201 --rx tcp:127.0.0.1:5201 --rate 1kpps --count 100 --drain 500ms "${files[@]}"
  cases "$code" '"every connection is established" in names and "every record is delivered" in names'
}

run_tests
