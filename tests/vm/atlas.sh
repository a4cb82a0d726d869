#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun reproduce` on the kernel of the virtual machine: the places that need a setting of the whole host, and a random choice
# of the others. system/reproduce.sh has all of them on the host's kernel.
#
#   atlas.sh [--count N] [--seed S]   N places of the others; with --count 99 all of them, which takes some ten seconds each
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

sample 1 1 "$@"
need_vm

expect_exit 0 "$OVERRUN" reproduce --list
mapfile -t global < <(sed -n '/^[a-z]/h; / needs .*, --global$/{x;s/ .*//p}' "$out")
mapfile -t others < <(sed -n '/^[a-z]/h; / needs .*, --global$/d; / needs /{x;s/ .*//p}' "$out")
mapfile -t others < <(for place in "${others[@]}"; do echo "$RANDOM $place"; done | sort -n | cut -d ' ' -f 2 | head -n "$count")
in_vm atlas --timeout 1400 --env "PLACES=${global[*]} ${others[*]}"

# reproduced PLACE…: and cured; what this kernel counts nowhere is told
reproduced() {
  local place
  for place in "$@"; do
    cp "$results/$place.txt" "$out"
    [[ $(<"$results/$place.code") == 0 ]] || fail "$place of --seed $seed: $(cat "$out")"
    ((count < 99)) || sed -n "s/^  [A-Z ]*: /$place: &/p" "$out"
    says 'REPRODUCED: ' || says 'NOT HERE: this kernel counts nowhere' || fail "$place of --seed $seed: $(cat "$out")"
  done
}

test_places_with_a_setting_of_the_whole_host_are_reproduced_and_cured() {
  of_job atlas
  ((${#global[@]} >= 2)) || fail "the list has only ${global[*]}"
  reproduced "${global[@]}"
  cp "$results/conntrack-full.txt" "$out"
  says '# sysctl -w net.netfilter.nf_conntrack_max=40'
  says 'REPRODUCED: rx.netfilter owns the loss; cured: nothing is lost'
  cp "$results/softnet-backlog.txt" "$out"
  says 'REPRODUCED: rx.softnet owns the loss; cured: nothing is lost'
}

test_other_places_are_reproduced_and_cured() {
  of_job atlas
  reproduced "${others[@]}"
}

test_the_page_about_lost_packets_shows_what_is_printed() {
  of_job atlas
  for place in "${global[@]}"; do
    cat "$results/$place.txt" && echo
  done >"$scratch/sheets"
  "$PYTHON" "$SOURCE_ROOT/tests/system/page_examples.py" "$scratch/sheets" "the virtual machine's" --global ||
    fail "the page and the program differ"
}

test_the_host_is_as_before() {
  of_job atlas
  cmp "$results/before" "$results/after" || fail "not as before: $(diff "$results/before" "$results/after")"
  [[ ! -s $results/left ]] || fail "left behind: $(<"$results/left")"
}

test_what_a_killed_one_set_the_next_start_puts_back() {
  of_job atlas
  (($(<"$results/killed") == 40)) || fail "it was not killed in time: $(<"$results/killed")"
  grep -q "net.netfilter.nf_conntrack_max: [0-9]* put back, it was 40 (left by process " "$results/recovered" ||
    fail "not said: $(<"$results/recovered")"
}

run_tests
