#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# The hop: in by the first interface, out by the second one, whose queue loses.
bind_nic 0000:00:03.0 vmxnet3
bind_nic 0000:00:04.0 vmxnet3
in=$(netdev_of 0000:00:03.0)
out=$(netdev_of 0000:00:04.0)
ip link set "$in" promisc on
ethtool -G "$in" rx 4096
bring_up "$in" "$out"
tc qdisc add dev "$out" root netem limit 10000 loss 2%
tc qdisc add dev "$in" clsact
tc filter add dev "$in" ingress matchall action mirred egress redirect dev "$out"

bind_nic 0000:00:02.0 uio_pci_generic
bind_nic 0000:00:05.0 uio_pci_generic
hugepages 160
trial dut --tx pci:00:02.0 --rx pci:00:05.0 --path dut --rate 5kpps --count 6000 --warmup 0 --settle 2s --tmax 200s \
  --stall unread --rxd 1024
# by netem; the hop's own ring is long, but a busy host may make it run over all the same
netem=$(tc -s qdisc show dev "$out" root | sed -n 's/.* (dropped \([0-9]*\),.*/\1/p')
echo $((netem + $(nic_counter "$in" 'pkts rx OOB'))) >dropped
