#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# An agent and its end process: sessions, refusals, and what is left when either of the three dies. The caller is
# serve_caller.py, over the agent's standard input and output.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# scenario NAME…: a caller that the agents serve; nothing is left of them
scenario() {
  export OVERRUN STATE=$scratch/state LOG=$scratch/log
  rm -rf "$STATE" "$LOG"
  "$PYTHON" "$SOURCE_ROOT/tests/system/serve_caller.py" "$@" >"$out" 2>"$err" ||
    fail "$1: $(tail -n 4 "$err"); the agents said: $(cat "$LOG")"
  nothing_left
}

logged() {
  grep -q -- "$1" "$scratch/log" || fail "no line of the log says: $1; it has: $(<"$scratch/log")"
}

needs_two_cpus() {
  (($(nproc) >= 2)) || skip "needs two CPUs"
}

test_both_ends_on_one_host() {
  needs_two_cpus
  scenario both_ends
  logged 'session [0-9a-f]*: begins with'
  logged 'session [0-9a-f]*: over after 1 trial: closed by the caller'
}

test_many_trials_in_a_session() {
  needs_two_cpus
  scenario many_trials
  logged 'over after 5 trials'
}

test_a_trial_that_cannot_be_run_is_not_the_end() {
  needs_two_cpus
  scenario a_trial_that_cannot_be_run_is_not_the_end
}

test_a_sender_and_a_receiver() {
  needs_two_cpus
  scenario udp_pair
}

test_heartbeats_tell_figures() {
  needs_two_cpus
  scenario heartbeats_tell_figures
}

test_the_caller_is_killed() {
  needs_two_cpus
  scenario the_caller_is_killed
  logged 'the caller is lost'
  logged 'the last its caller did not take is in '
}

test_the_end_process_is_killed() {
  needs_two_cpus
  scenario the_end_process_is_killed
}

test_the_end_process_is_stopped() {
  needs_two_cpus
  scenario the_end_process_is_stopped
}

test_the_agent_is_killed() {
  needs_two_cpus
  scenario the_agent_is_killed
}

test_the_agent_is_stopped_and_goes_on() {
  needs_two_cpus
  scenario the_agent_is_stopped_and_goes_on
}

test_the_agent_is_asked_to_end() {
  needs_two_cpus
  scenario the_agent_is_asked_to_end
}

test_other_versions_are_refused() {
  scenario another_protocol
  scenario another_frame_version
}

test_what_is_not_allowed_is_refused_and_logged() {
  scenario a_port_that_is_not_allowed
  logged 'vdev:net_ring1'
  scenario a_rate_above_the_limit
  logged '--max-rate'
  scenario a_file_of_the_host
}

test_an_interface_is_told_within_the_limits() {
  needs_two_cpus
  scenario an_interface
  scenario an_interface_that_is_not_allowed
  logged 'netdev:lo'
  scenario an_interface_that_is_not_there
  scenario an_interface_in_a_trial
}

test_the_interface_of_the_login_is_refused() {
  ((EUID == 0)) || skip "needs root"
  needs_two_cpus
  scenario the_interface_of_the_login
}

test_what_has_no_place_is_refused() {
  scenario out_of_order
  scenario garbage
}

test_the_clock_is_answered() {
  scenario the_clock_is_answered
}

run_tests
