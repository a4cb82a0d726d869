#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

drivers=(vmxnet3 e1000e e1000 pcnet32 8139cp virtio_net)
links=()
for ((i = 0; i < ${#drivers[@]}; i++)); do
  bind_nic "0000:00:0$((2 + i)).0" "${drivers[i]}"
  links+=("$(netdev_of "0000:00:0$((2 + i)).0")")
done
bring_up "${links[@]}"
before=()
for link in "${links[@]}"; do
  before+=("$(link_counter "$link" rx_packets)")
done
# Two NICs on each of three hubs: one broadcast from each is one frame for the other.
for link in "${links[@]}"; do
  arping -D -c 1 -w 1 -I "$link" 198.18.0.2 || true
done
# The last one may still be under way in a slow machine.
has_one() {
  (($(link_counter "${links[i]}" rx_packets) > before[i]))
}
for ((i = 0; i < ${#drivers[@]}; i++)); do
  wait_for 60 has_one || fail "no broadcast came to ${drivers[i]}"
done
for ((i = 0; i < ${#drivers[@]}; i++)); do
  link=${links[i]}
  echo "0000:00:0$((2 + i)).0 ${drivers[i]} $(cat "/sys/class/net/$link/address") $(ring_max "$link")" \
    "$(ring_of "$link") $(($(link_counter "$link" rx_packets) - before[i]))"
done >nics

hugepages 32
for place in 0000:00:02.0 0000:00:03.0 0000:00:04.0 0000:00:07.0; do
  bind_nic "$place" uio_pci_generic
  bind_nic "$place" vfio-pci
  group=$(readlink -f "/sys/bus/pci/devices/$place/iommu_group")
  [[ -c /dev/vfio/${group##*/} ]] || fail "$place has no IOMMU group that can be opened"
done
# and back again
bind_nic 0000:00:02.0 vmxnet3
bring_up "$(netdev_of 0000:00:02.0)"

ip link add veth0 type veth peer name veth1
tc qdisc add dev veth0 root netem loss 2%
tc qdisc add dev veth1 clsact
tc filter add dev veth1 ingress matchall action mirred egress redirect dev veth0
for tool in taskset chrt; do
  "$tool" --version
done
