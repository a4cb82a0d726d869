#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A tester is killed with AF_XDP sockets open on a real driver's interfaces, with libxdp's dispatcher and without: the next one
# detaches its programs, unpins what hung behind the dispatcher, and says so.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic virtio-net-pci --nic virtio-net-pci --smp 3

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
