#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun doctor` on a host with a bad configuration and real drivers: small rings, flow control, LRO, a strict rp_filter, a
# full connection table, a tiny backlog, no hugepages. Each is found, and none after the commands that it prints.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm doctor --nic vmxnet3 --nic vmxnet3 --nic e1000e,hub=1 --nic e1000e,hub=1

# outcomes NAME OUTCOME ID…: these rules have this outcome
outcomes() {
  local name=$1 outcome=$2 id
  shift 2
  for id in "$@"; do
    json "$results/$name.json" "[c['outcome'] for c in d['checks'] if c['id'] == '$id'] == ['$outcome']"
  done
}

test_faults_are_found_and_cured_by_the_printed_commands() {
  of_job doctor
  has_form doctor "$results/e1000e.json"
  [[ $(<"$results/e1000e.code") == 1 ]] || fail "exit code $(<"$results/e1000e.code"): $(<"$results/e1000e.txt")"
  outcomes e1000e found conntrack backlog-below-poll budget ring rp-filter flow-control hugepages counters
  outcomes e1000e-cured fine conntrack backlog-below-poll backlog budget ring rp-filter flow-control hugepages
  outcomes vmxnet3 found ring rp-filter merging
  outcomes vmxnet3-cured fine ring rp-filter merging
  [[ $(<"$results/e1000e-cured.code") == 0 ]] || fail "cured, exit code $(<"$results/e1000e-cured.code"): $(<"$results/e1000e-cured.txt")"
  # what the doctor cannot cure stays
  outcomes e1000e-cured found counters
}

run_tests
