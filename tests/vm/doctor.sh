#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun doctor` on a host with a bad configuration and real drivers: small rings, one queue of two, short queues and a shaper
# below mq, flow control, LRO, a strict rp_filter, a full connection table, a tiny backlog, no hugepages. Each is found, also by
# nobody, and none after the commands that it prints. What no emulated NIC has (PCI Express below its maximum, NUMA nodes, half
# duplex, governors) unit tests find in trees of files.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
need_taps
in_vm doctor --nic vmxnet3 --nic vmxnet3 --nic e1000e,hub=1 --nic e1000e,hub=1 --nic virtio-net-pci,hub=2,queues=2,rss=on

# outcomes NAME OUTCOME ID…: these rules have this outcome
outcomes() {
  local name=$1 outcome=$2 id
  shift 2
  for id in "$@"; do
    json "$results/$name.json" "[c['outcome'] for c in d['checks'] if c['id'] == '$id'] == ['$outcome']"
  done
}

# cured NAME…: what is still found there no command cures
cured() {
  local name
  for name in "$@"; do
    json "$results/$name.json" 'd["will_lose"] == 0' \
      '[c["id"] for c in d["checks"] if c["outcome"] == "found" and (c["fix"] or c["weight"] != "hint")] == []'
    [[ $(<"$results/$name.code") == 0 ]] || fail "$name: exit code $(<"$results/$name.code"): $(<"$results/$name.txt")"
  done
}

host=(conntrack backlog-below-poll budget hugepages)

test_faults_are_found_and_cured_by_the_printed_commands() {
  of_job doctor
  has_form doctor "$results/e1000e.json"
  [[ $(<"$results/e1000e.code") == 1 ]] || fail "exit code $(<"$results/e1000e.code"): $(<"$results/e1000e.txt")"
  outcomes e1000e found "${host[@]}" ring rp-filter flow-control counters
  outcomes e1000e-cured fine "${host[@]}" backlog ring rp-filter flow-control
  outcomes vmxnet3 found ring rp-filter merging txqueuelen
  outcomes vmxnet3-cured fine ring rp-filter merging txqueuelen
  cured e1000e-cured vmxnet3-cured
  # what the doctor cannot cure stays
  outcomes e1000e-cured found counters
}

test_one_queue_of_two_is_found_and_cured() {
  of_job doctor
  outcomes virtio found queues
  outcomes virtio-cured fine queues
}

test_what_stands_below_mq_is_found_and_cured() {
  of_job doctor
  outcomes virtio found queue-limits
  outcomes virtio fine qdisc
  outcomes virtio-cured fine queue-limits
  outcomes shaper found qdisc
  outcomes shaper-cured fine qdisc
  cured virtio-cured shaper-cured
}

test_a_table_of_queues_that_names_one_is_found_cured_and_undone() {
  of_job doctor
  outcomes rss found rss
  outcomes rss-cured fine rss
  outcomes rss-undone found rss
}

test_nobody_finds_the_same() {
  of_job doctor
  outcomes nobody found "${host[@]}" ring rp-filter flow-control counters
  outcomes nobody-virtio found queues queue-limits
  [[ $(<"$results/nobody.code") == 1 ]] || fail "exit code $(<"$results/nobody.code")"
}

test_it_changes_nothing() {
  of_job doctor
  for name in e1000e vmxnet3 virtio nobody nobody-virtio e1000e-cured; do
    [[ -e $results/$name.changed && ! -s $results/$name.changed ]] || fail "$name: $(<"$results/$name.changed")"
  done
}

run_tests
