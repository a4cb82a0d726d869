#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:08.0 vmxnet3
bind_nic 0000:00:09.0 vmxnet3
rx=$(netdev_of 0000:00:08.0)
tx=$(netdev_of 0000:00:09.0)
bring_up "$rx" "$tx"
for ring in 64 1024; do
  ethtool -G "$rx" rx "$ring"
  bring_up "$rx"
  stalled_trial "$ring" "$tx" "$rx" 4000
  nic_counter "$rx" 'pkts rx OOB' >"$ring.counted"
done
