#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Drop counters held against the sequence numbers: the wire's own, those of a pair of virtual interfaces through AF_XDP.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
is='lambda name: {c["classification"] for c in d["verify"]["counters"] if c["counter"] == name}'

test_the_effective_plan_reads_back() {
  expect_exit 0 "$OVERRUN" ring verify wire:1 --rxd 64 --dry-run
  cp "$out" "$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" ring verify wire:1 --plan "$scratch/plan.yaml" --dry-run
  cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back as itself"
}

# the first two trials leave the ring unread: 3 · 64 + 500 and 5 · 64 + 2,000 frames into 64 slots
test_the_counter_of_the_wire_is_exact() {
  expect_trial 0 "$OVERRUN" ring verify wire:1 --rxd 64 --json "$result"
  json "$result" 'd["command"] == "ring verify"' 'd["verdict"] == "pass"' 'd["verify"]["driver"] == ""' \
    '[t["summary"]["lost"] for t in d["trials"]][:2] == [628, 2256]' "($is)('rx_q0_missed') == {'exact'}" \
    "($is)('rx_missed_errors') == {'always zero'}"
  grep -Eq '^ +exact +rx_q0_missed ' "$out" || fail "the report does not tell: $(cat "$out")"
  has_form result "$result"
}

test_the_counters_of_a_veth_are_told_apart() {
  make_lab
  ports=(ovr0b --tx netdev:ovr0a)
  expect_trial 0 "${in_lab[@]}" "$OVERRUN" ring verify "${ports[@]}" --json "$result"
  json "$result" 'd["verify"]["driver"] == "veth"' "($is)('rx_queue_0_drops') == {'exact'}" "($is)('rx_dropped') == {'port-level only'}" \
    'len({t["summary"]["lost"] for t in d["trials"]}) > 1' 'all(t["summary"]["unexplained"] == 0 for t in d["trials"])'
  has_form result "$result"
}

run_tests
