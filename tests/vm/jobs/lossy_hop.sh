#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# rx --- hub 1 --- out, netem ... in --- hub 0 --- tx
for place in 02 03 04 05; do
  bind_nic "0000:00:$place.0" vmxnet3
done
in=$(netdev_of 0000:00:02.0)
tx=$(netdev_of 0000:00:03.0)
rx=$(netdev_of 0000:00:04.0)
out=$(netdev_of 0000:00:05.0)
ethtool -G "$rx" rx 256
ethtool -G "$in" rx 4096
bring_up "$in" "$tx" "$rx" "$out"

tc qdisc add dev "$out" root netem limit 10000 loss 2%
tc qdisc add dev "$in" clsact
tc filter add dev "$in" ingress matchall action mirred egress redirect dev "$out"
ip link set "$in" promisc on

# by netem; the hop's own ring is long, but a busy host may make it run over all the same
hop_dropped() {
  local netem
  netem=$(tc -s qdisc show dev "$out" root | sed -n 's/.* (dropped \([0-9]*\),.*/\1/p')
  echo $((netem + $(nic_counter "$in" 'pkts rx OOB')))
}
# Frames may be under way in the hop when the last one has been sent.
hop_is_done() {
  (($(link_counter "$out" tx_packets) + $(hop_dropped) >= 4000))
}
stalled_trial stalled "$tx" "$rx" 4000 hop_is_done --path dut
hop_dropped >hop
nic_counter "$rx" 'pkts rx OOB' >ring
