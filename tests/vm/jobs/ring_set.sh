#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:02.0 vmxnet3
bind_nic 0000:00:03.0 vmxnet3
rx=$(netdev_of 0000:00:02.0)
tx=$(netdev_of 0000:00:03.0)
bring_up "$rx" "$tx"

trial before --tx "netdev:$tx,mode=af_packet" --rx "netdev:$rx,mode=af_packet" --dst-mac 52:54:00:00:00:01 \
  --rate 5kpps --count 1000
flaps=$(cat "/sys/class/net/$rx/carrier_changes")
{
  echo "ring_before=$(ring_of "$rx")"
  echo "nic_before=$(nic_counter "$rx" 'ucast pkts rx')"
  echo "link_before=$(link_counter "$rx" rx_packets)"
  ethtool -G "$rx" rx 80
  echo "ring_after=$(ring_of "$rx")"
  echo "nic_after=$(nic_counter "$rx" 'ucast pkts rx')"
  echo "link_after=$(link_counter "$rx" rx_packets)"
  wait_for 60 has_carrier "$rx" || fail "$rx has no link after its ring was changed"
  echo "flaps=$(($(cat "/sys/class/net/$rx/carrier_changes") - flaps))"
  ! ethtool -G "$rx" rx $(($(ring_max "$rx") + 1)) || fail "a ring above the maximum was not refused"
  echo "ring_above=$(ring_of "$rx")"
} >facts
