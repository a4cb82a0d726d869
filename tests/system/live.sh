#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What a terminal shows while trials run: drawn on a pty, looked at through an emulator, and given back at every end.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

shows() {
  "$PYTHON" "$SOURCE_ROOT/tests/system/live.py" "$1" "$scratch" || fail "see above"
}

test_a_terminal_of_80_by_24() { shows small; }
test_a_terminal_of_200_by_60() { shows large; }
test_a_terminal_that_is_resized() { shows resized; }
test_keys_change_panes_and_end_it() { shows keys; }
test_however_it_ends_the_terminal_is_given_back() { shows ended; }
test_a_terminal_that_goes_away_costs_no_result() { shows gone; }
test_the_settings_of_the_terminal_come_back() { shows settings; }
test_a_dumb_terminal_has_the_line() { shows dumb; }
test_a_terminal_that_is_not_known_has_the_line() { shows unknown_terminal; }
test_a_terminal_without_utf8_has_ascii() { shows ascii_terminal; }
test_the_result_goes_to_stdout_alone() { shows piped; }
test_colors_are_asked_for_or_not() { shows colors; }
test_many_trials_say_which_one_it_is() { shows many; }
test_watch_shows_interfaces_and_places() { shows watch; }
test_path_shows_its_hops() { shows path; }
test_none_shows_nothing() { shows none; }
test_a_line_is_shown_where_it_is_asked_for() { shows line; }

test_off_a_terminal_there_is_no_screen() {
  expect_exit 3 "$OVERRUN" run --count 1 --live screen
  one_sentence run
  says 'live: found screen' "$err" || fail "it says: $(<"$err")"
  expect_exit 3 "$OVERRUN" run --count 1 --live line --quiet
  one_sentence run
  expect_exit 3 "$OVERRUN" run --count 1 --live colourful
  one_sentence run
  expect_exit 3 "$OVERRUN" watch lo --live screen
  says 'live: found screen' "$err" || fail "it says: $(<"$err")"
  expect_exit 3 "$OVERRUN" path 127.0.0.1 --count 1 --live screen
  says 'live: found screen' "$err" || fail "it says: $(<"$err")"
  for option in '--live colourful' '--color red' '--live screen --json'; do
    # shellcheck disable=SC2086 # words
    expect_exit 3 "$OVERRUN" watch lo $option
    one_sentence watch
  done
  expect_exit '[012]' "$OVERRUN" run --time 300ms --rate 10kpps --rate-tolerance 100% --warmup 0
  [[ ! -s $err ]] || fail "without a terminal it says: $(<"$err")"
}

has_three_lines() {
  (($(grep -c '   tx .*   rx .*   missed ' "$err") >= 3))
}

test_off_a_terminal_the_line_is_a_line_for_each_interval() {
  begin "$OVERRUN" run --time 60s --rate 10kpps --rate-tolerance 100% --warmup 0 "${live[@]}"
  wait_until has_three_lines || fail "it says: $(<"$err")"
  end_by INT
  ((code == 2)) || fail "it ended with $code: $(<"$err")"
  ! grep -q $'[\e\r]' "$err" || fail "there are control characters: $(cat -v "$err")"
}

run_tests
