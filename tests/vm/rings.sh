#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What changes the interfaces of real drivers: the size of their rings, the XDP programs on them.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm "ring_set ring_advise undo" --nic vmxnet3 --nic vmxnet3 --nic virtio-net-pci,hub=1 --nic virtio-net-pci,hub=1 --smp 3

# What `ethtool -G` does to a real driver, and what `overrun ring set` therefore has to survive: vmxnet3 rounds the size,
# its link goes down and up, and all of its counters begin at zero again.
test_ethtool_rounds_a_ring_and_sets_counters_back() {
  of_job ring_set
  # fact NAME: as the job found it
  fact() {
    sed -n "s/^$1=//p" "$results/facts"
  }

  [[ $(fact ring_before) == 1024 ]] || fail "vmxnet3 begins with a ring of $(fact ring_before)"
  [[ $(fact ring_after) == 96 ]] || fail "asked for 80, vmxnet3 took $(fact ring_after)"
  [[ $(fact ring_above) == 96 ]] || fail "a ring above the maximum was refused, but is $(fact ring_above)"
  vm_books before
  received=$(value "$results/before.json" 'l["received"]')
  ((received > 0)) || fail "no frame came through, so no counter can be reset"
  (($(fact nic_before) >= received)) || fail "$received frames arrived, ethtool -S counts $(fact nic_before)"
  (($(fact link_before) >= received)) || fail "$received frames arrived, the link counts $(fact link_before)"
  [[ $(fact nic_after) == 0 ]] || fail "after ethtool -G, ethtool -S counts $(fact nic_after)"
  [[ $(fact link_after) == 0 ]] || fail "after ethtool -G, the link counts $(fact link_after)"
  (($(fact flaps) >= 2)) || fail "the link changed $(fact flaps) times"
}

# An advice for an interface with a real driver is tried on the NIC's own ring too. Whatever ends the command, the ring is what it
# was afterwards, and what `ring set` has saved stays.
test_an_advice_puts_the_ring_back_however_it_ends() {
  of_job ring_advise
  # The verifications may all be disturbed here: then it is void, and says so. Which rings they were made with is the same.
  [[ $(<"$results/advice.code") == [02] ]] || fail "the advice ended with $(<"$results/advice.code"): $(cat "$results/advice.txt")"
  json "$results/advice.json" 'd["advice"]["nic"] == {"ring": 2048, "refused_ring": None, "refused": None}' \
    'len(d["advice"]["verifications"]) > 0' 'all(t["nic_ring"] == t["ring"] for t in d["advice"]["verifications"])' \
    'd["verdict"] != "void" or d["advice"]["command"] is None'
  # a void advice recommends nothing
  if [[ $(<"$results/advice.code") == 0 ]]; then
    json "$results/advice.json" \
      "d['advice']['command'] == 'ethtool -G $(<"$results/name") rx %u' % d['advice']['ring']"
    ring=$(value "$results/advice.json" 'd["advice"]["ring"]')
    grep -q "^  ring $ring  *(NIC $ring) " "$results/advice.txt" ||
      fail "the rings of the verifications are not listed: $(cat "$results/advice.txt")"
  fi

  same() {
    cmp "$results/$1" "$results/$2" || fail "$1 is '$(<"$results/$1")', $2 is '$(<"$results/$2")'"
  }
  [[ $(<"$results/before.ethtool") == '2048 512' ]] || fail "the rings were '$(<"$results/before.ethtool")'"
  for moment in after KILL-after TERM-after; do
    same before.ethtool "$moment.ethtool"
  done
  for signal in KILL TERM; do
    ! cmp -s "$results/before.ethtool" "$results/$signal-running.ethtool" || fail "the ring was not set before SIG$signal"
  done
  [[ $(<"$results/TERM.code") == 2 ]] || fail "ended by a signal with $(<"$results/TERM.code")"
  read -r rx tx <"$results/KILL-running.ethtool"
  grep -q "rings rx 2048 tx 512 put back, they were rx $rx tx $tx " "$results/KILL.said" || fail "not said: $(cat "$results/KILL.said")"
  same saved.before saved.after
  [[ ! -s $results/left ]] || fail "journals are left: $(<"$results/left")"
}

# A tester is killed with AF_XDP sockets open on a real driver's interfaces, with libxdp's dispatcher and without: the next one
# detaches its programs, unpins what hung behind the dispatcher, and says so.
test_a_killed_tester_s_programs_are_detached() {
  of_job undo
  # state NAME PROGRAMS PROMISCUOUS PINS JOURNALS
  state() {
    [[ $(<"$results/$1.state") == "$2 $3 $4 $5" ]] ||
      fail "$1: programs, promiscuous interfaces, pins and journals are $(<"$results/$1.state"), not $2 $3 $4 $5"
  }
  # said DISPATCHER PATTERN
  said() {
    grep -Eq "^overrun: $2 \(left by process $(<"$results/$1.pid")\)\$" "$results/$1.said" ||
      fail "not said: '$2', but: $(cat "$results/$1.said")"
  }

  # Two interfaces; of each a program and its link are pinned.
  for dispatcher in with without; do
    state "$dispatcher-before" 0 0 0 0
    pins=$([[ $dispatcher == with ]] && echo 4 || echo 0)
    state "$dispatcher-running" 2 2 "$pins" 1
    state "$dispatcher-killed" 2 2 "$pins" 1
    state "$dispatcher-after" 0 0 0 0
    program=$([[ $dispatcher == with ]] && echo xdp_dispatcher || echo xsk_def_prog)
    for interface in "$(<"$results/one")" "$(<"$results/other")"; do
      said "$dispatcher" "$interface: XDP program $program \(id [0-9]+\) detached"
      said "$dispatcher" "$interface: promiscuity cleared"
    done
  done
}

run_tests
