#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Captures that overrun check once got wrong, each with what it has to say, and Wireshark's view of the tag in them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

captures=$SOURCE_ROOT/tests/captures

# account NAME EXIT OPTIONS… -- EXPRESSION…: the account as JSON is so
account() {
  local name=$1 codes=$2 options=()
  shift 2
  while [[ $1 != -- ]]; do
    options+=("$1")
    shift
  done
  shift
  expect_exit "$codes" "$OVERRUN" check "$captures/$name.pcap" "${options[@]}" --json "$scratch/$name.json"
  has_form check "$scratch/$name.json"
  json "$scratch/$name.json" "$@"
}

test_frames_cut_short_by_the_capture_are_accounted_for() {
  account imix_snap128 0 -- 'd["total"]["unique"] == 1200' 'd["total"]["loss"]["frames"] == 0' \
    'd["cut_short"] == 500' 'd["unchecked"] == 500' 'd["foreign"] == 0'
}

test_a_file_that_is_cut_is_said_to_be() {
  account cut '[01]' -- 'd["frames"] == 996' 'd["file_is_cut"]'
  grep -q 'ends in the middle of a frame' "$out" || fail "cut: the text does not say so"
}

test_frames_after_mpls_are_ours() {
  account mixed_mpls 0 -- 'd["corrupt"] == 0' 'd["total"]["unique"] == 1200' 'd["total"]["loss"]["frames"] == 0'
}

test_two_trials_are_told_apart() {
  account two_trials 1 -- 'd["total"]["unique"] == 996' 'd["stale"] == 300' 'len(d["trials"]) == 2'
  other=$(value "$scratch/two_trials.json" 'd["trials"][1]["trial_id"]')
  grep -q "$other .*300 frames" "$out" || fail "two_trials: the other trial is not named"
  account two_trials '[01]' --trial-id "$other" -- 'd["ours"] == 300' 'd["stale"] == 996'
}

# fields NAME: trial, stream, number and time of each frame that the dissector takes for ours
fields() {
  tshark -n -X "lua_script:$SOURCE_ROOT/docs/wireshark/overrun.lua" -r "$captures/$1.pcap" -Y overrun -T fields \
    -e overrun.trial -e overrun.stream -e overrun.seq -e overrun.tx_ns 2>"$scratch/complaints"
}

test_the_dissector_finds_the_frames_of_two_trials() {
  need_tool tshark
  expect_exit 1 "$OVERRUN" check "$captures/two_trials.pcap" --json "$result"
  other=$(value "$result" 'd["trials"][1]["trial_id"]')
  fields two_trials >"$scratch/fields" || fail "the dissector fails: $(cat "$scratch/complaints")"
  (($(wc -l <"$scratch/fields") == 1296)) || fail "the dissector found $(wc -l <"$scratch/fields") of 1,296 frames"
  (($(grep -c "^$other" "$scratch/fields") == 300)) || fail "the dissector found another number of frames of trial $other"
  [[ $(sed -n 2p "$scratch/fields") == $'0x12345678\t1\t0\t1000' ]] || fail "the second frame is $(sed -n 2p "$scratch/fields")"
}

test_the_dissector_finds_frames_after_mpls() {
  need_tool tshark
  fields mixed_mpls >"$scratch/fields" || true
  (($(wc -l <"$scratch/fields") == 1200)) || fail "after MPLS the dissector found $(wc -l <"$scratch/fields") of 1,200 frames"
}

run_tests
