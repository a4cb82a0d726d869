#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Help knows every option, and the manual page is made from the same rows.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

keys=(tx rx hosts path line rxd txd rxq txq burst mbufs size templates ip vlan src-mac dst-mac gateway streams rate shape time count
  on-full catch-up stall service window tmax delta cores numa warmup drain settle stall-min interval series-rows event-gap max-loss rate-tolerance
  seed trial-id json checkpoint csv junit tap capture capture-frames metrics live color quiet port plan dry-run)

test_it_names_every_command() {
  expect_exit 0 "$OVERRUN" help
  for command in run burst check compare doctor hop keygen path plan-ring report reproduce ring search selftest serve sweep tcp watch help version; do
    grep -qw "$command" "$out" || fail "'overrun help' does not name '$command'"
  done
}

test_version_names_a_version() {
  expect_exit 0 "$OVERRUN" version
  grep -Eq '[0-9]+\.[0-9]+' "$out" || fail "'overrun version' names no version"
}

test_help_run_names_every_option() {
  expect_exit 0 "$OVERRUN" help run
  cp "$out" "$scratch/help"
  for key in "${keys[@]}"; do
    grep -q -- "--$key\b" "$scratch/help" || fail "'overrun help run' does not name --$key"
  done
}

test_help_ring_names_every_verb() {
  expect_exit 0 "$OVERRUN" help ring
  for verb in show set restore advise verify; do
    grep -qw -- "overrun ring $verb" "$out" || fail "'overrun help ring' does not name $verb"
  done
}

# keys_of VERB KEY…: the help of a verb of ring names its options
keys_of() {
  local verb=$1 key
  shift
  expect_exit 0 "$OVERRUN" help ring "$verb"
  for key in "$@"; do
    grep -q -- "^  --$key\b" "$out" || fail "'overrun help ring $verb' does not name --$key"
  done
}

test_the_help_of_a_verb_of_ring_names_its_options() {
  keys_of show line json
  keys_of set rx tx rx-mini rx-jumbo link-timeout json quiet
  keys_of restore all link-timeout json quiet
  keys_of advise baseline margin confidence cover rate stall json
  keys_of verify tx json
}

topics=(run burst check compare doctor hop keygen path plan-ring report reproduce ring 'ring show' 'ring set' 'ring restore' 'ring advise' 'ring verify' search selftest
  serve sweep tcp watch help version)

# The help is asked for in three ways, the last two anywhere after the command.
test_it_is_asked_for_in_three_ways() {
  for topic in "${topics[@]}"; do
    read -ra words <<<"$topic"
    expect_exit 0 "$OVERRUN" help "${words[@]}"
    cp "$out" "$scratch/help"
    grep -Eq "^overrun $topic( |\$)" "$scratch/help" || fail "'overrun help $topic' is another help"
    for option in -h --help; do
      expect_exit 0 "$OVERRUN" "${words[@]}" "$option"
      cmp "$out" "$scratch/help" || fail "'overrun $topic $option' and 'overrun help $topic' differ"
      expect_exit 0 "$OVERRUN" "${words[@]}" --nonsense "$option" -- --anything
      cmp "$out" "$scratch/help" || fail "'overrun $topic --nonsense $option' and 'overrun help $topic' differ"
    done
  done
}

test_version_is_asked_for_in_three_ways() {
  for option in --version -V -v; do
    expect_exit 0 "$OVERRUN" "$option"
    grep -Eq '^overrun [0-9]+\.[0-9]+' "$out" || fail "'overrun $option' names no version"
  done
}

# Through a pipe no line of a help is longer than 80 columns.
test_no_line_is_longer_than_80_columns_through_a_pipe() {
  for topic in '' "${topics[@]}"; do
    read -ra words <<<"$topic"
    expect_exit 0 "$OVERRUN" help "${words[@]}"
    lines_within 80 "$out" || fail "'overrun help $topic' has lines of more than 80 columns"
  done
}

# means MEANT COMMAND…: what was probably meant is named
means() {
  local meant=$1
  shift
  expect_exit 3 "$OVERRUN" "$@"
  one_sentence "$@"
  grep -q -- "did you mean ${meant}[; ]" "$err" || fail "'$*' does not name $meant: $(<"$err")"
}

test_what_was_probably_meant_is_named() {
  means search saerch
  means selftest self
  means advise ring advice
  means restore ring restoree none0
  means --count run --cout 5
  means --rate run -rate 5mpps
  means --dry-run run --dryrun
  means --json check --jsn x
  means no-route reproduce no-rout
  means --list reproduce --lits
  means --interval watch lo --intervall 1s
  means --json doctor --jso x
  means --title report --titel x
  means doctor docter
  means --link-timeout ring set none0 --link-timeot 1s
  means --rings sweep --ringz 64
  means --baseline ring advise wire:1 --basline 1s
}

test_nothing_is_guessed_for_another_word() {
  expect_exit 3 "$OVERRUN" frobnicate
  ! grep -q 'did you mean' "$err" || fail "something is guessed for frobnicate: $(<"$err")"
}

test_rows_have_every_option_of_the_help() {
  "$OVERRUN" help --rows >"$scratch/rows"
  for topic in run check report 'ring set' search; do
    read -ra words <<<"$topic"
    expect_exit 0 "$OVERRUN" help "${words[@]}"
    grep -o -- '^  --[a-z-]*' "$out" | cut -c 5- | sort >"$scratch/helped"
    awk -F '\t' -v of="$topic" '$1 == "option" && $2 == of { print $3 }' "$scratch/rows" | sort >"$scratch/listed"
    diff "$scratch/helped" "$scratch/listed" || fail "the rows of '$topic' are others than its help has"
  done
  grep -qxF "$(printf '%s\t' option run path 'direct|dut')what stands between the ports: nothing, or a device under test" \
    "$scratch/rows" ||
    fail "the row of --path is another"
  grep -qx $'command\tversion\t[^\t]*\t..*' "$scratch/rows" || fail "no row names the command version"
}

test_help_selftest_names_its_options_alone() {
  expect_exit 0 "$OVERRUN" help selftest
  for key in tx rx size time rxq txq burst rxd txd streams cores json quiet plan dry-run; do
    grep -q -- "--$key\b" "$out" || fail "'overrun help selftest' does not name --$key"
  done
  for key in rate stall service count shape max-loss csv capture; do
    ! grep -q -- "^  --$key " "$out" || fail "'overrun help selftest' names --$key, which it does not have"
  done
}

test_help_doctor_names_its_option_alone() {
  expect_exit 0 "$OVERRUN" help doctor
  (($(grep -c -- '^  --' "$out") == 1)) || fail "'overrun help doctor' has other options than --json: $(<"$out")"
  grep -q -- '^  --json ' "$out" || fail "'overrun help doctor' does not name --json"
}

test_help_plan_ring_names_its_options_alone() {
  expect_exit 0 "$OVERRUN" help plan-ring
  for key in line rate size rxq imbalance stall service margin rxd held-back buffer json; do
    grep -q -- "^  --$key " "$out" || fail "'overrun help plan-ring' does not name --$key"
  done
  for key in tx count time; do
    ! grep -q -- "^  --$key " "$out" || fail "'overrun help plan-ring' names --$key, which it does not have"
  done
}

test_help_reproduce_names_its_options() {
  expect_exit 0 "$OVERRUN" help reproduce
  for key in list keep; do
    grep -q -- "^  --$key\b" "$out" || fail "'overrun help reproduce' does not name --$key"
  done
}

test_help_serve_names_its_options() {
  expect_exit 0 "$OVERRUN" help serve
  for key in listen keys authorized-keys allow-port max-rate force state once; do
    grep -q -- "^  --$key\b" "$out" || fail "'overrun help serve' does not name --$key"
  done
}

test_the_end_process_is_in_no_help() {
  expect_exit 0 "$OVERRUN" help
  ! grep -q 'overrun end ' "$out" || fail "'overrun help' names the end process"
  expect_exit 3 "$OVERRUN" help end
  expect_exit 3 "$OVERRUN" end
  one_sentence end
}

test_help_search_names_its_options_alone() {
  expect_exit 0 "$OVERRUN" help search
  for key in algorithm goals sum-time exceed width initial-time attempts retry-loss min-rate max-rate step search-time sizes time \
    service json csv quiet plan dry-run; do
    grep -q -- "--$key\b" "$out" || fail "'overrun help search' does not name --$key"
  done
  for key in rate count shape max-loss capture interval; do
    ! grep -q -- "^  --$key " "$out" || fail "'overrun help search' names --$key, which it does not have"
  done
}

test_the_manual_page_lists_every_option() {
  expect_exit 0 "$OVERRUN" help selftest --man
  grep -q '^\.TP' "$out" || fail "the manual page of selftest has no list of options"
  expect_exit 0 "$OVERRUN" help run --man
  sed 's/\\f[BIR]/ /g; s/\\//g' <"$out" >"$scratch/man"
  for key in "${keys[@]}"; do
    grep -q -- "--$key\b" "$scratch/man" || fail "the manual page's list lacks --$key"
  done
  if command -v groff >/dev/null; then
    { echo '.TH T 1' && cat "$out"; } >"$scratch/page.1"
    complaints=$(groff -man -ww -z -Tutf8 -Kutf8 "$scratch/page.1" 2>&1) || true
    [[ -z $complaints ]] || fail "the manual page's list is no clean roff: $complaints"
  fi
}

run_tests
