#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What `ethtool -G` does to a real driver, and what `overrun ring set` therefore has to survive: vmxnet3 rounds the size,
# its link goes down and up, and all of its counters begin at zero again.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3

# fact NAME: as the job found it
fact() {
  sed -n "s/^$1=//p" "$results/facts"
}

[[ $(fact ring_before) == 1024 ]] || fail "vmxnet3 begins with a ring of $(fact ring_before)"
[[ $(fact ring_after) == 96 ]] || fail "asked for 80, vmxnet3 took $(fact ring_after)"
[[ $(fact ring_above) == 96 ]] || fail "a ring above the maximum was refused, but is $(fact ring_above)"
vm_books before
received=$(value "$results/before.json" 'l["received"]')
((received > 0)) || fail "no frame came through, so no counter can be set back"
(($(fact nic_before) >= received)) || fail "$received frames arrived, ethtool -S counts $(fact nic_before)"
(($(fact link_before) >= received)) || fail "$received frames arrived, the link counts $(fact link_before)"
[[ $(fact nic_after) == 0 ]] || fail "after ethtool -G, ethtool -S counts $(fact nic_after)"
[[ $(fact link_after) == 0 ]] || fail "after ethtool -G, the link counts $(fact link_after)"
(($(fact flaps) >= 2)) || fail "the link changed $(fact flaps) times"
