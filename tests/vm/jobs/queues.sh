#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:02.0 uio_pci_generic
bind_nic 0000:00:03.0 uio_pci_generic
hugepages 160
load=(--tx pci:00:02.0 --warmup 0 --tmax 60s --drain 300ms --rxq 4 --streams 64 --cores "tx=0,rx=1")
trial spread "${load[@]}" --rx pci:00:03.0 --rate 10kpps --count 2000
# The last one under this driver: frames that no ring had room for come out as soon as somebody uses it again.
trial full "${load[@]}" --rx pci:00:03.0 --rate 20kpps --count 2400 --rxd 256 --stall unread

bind_nic 0000:00:03.0 virtio_net
rx=$(netdev_of 0000:00:03.0)
bring_up "$rx"

# queues: what the driver has counted in each
queues() {
  local queue
  for queue in 0 1 2 3; do
    nic_counter "$rx" "rx_queue_${queue}_packets"
  done | paste -sd ' '
}

# move: give all flows to one queue, then to the next
move() {
  local weights
  while :; do
    for weights in '0 0 0 1' '0 0 1 0' '0 1 0 0' '1 0 0 0'; do
      # shellcheck disable=SC2086 # words on purpose
      ethtool -X "$rx" weight $weights
      sleep 0.03
    done
  done
}

# Every pause is long enough for frames in two queues, and the one that is polled first may have the later ones. Where the
# machine itself was paused, no flow may have moved in time: the trial is then run again.
for _ in 1 2 3 4 5; do
  queues >before
  move &
  mover=$!
  trial moved "${load[@]}" --rx "netdev:$rx" --rate 2kpps --count 2000 --stall 100ms/150ms
  kill "$mover"
  queues >after
  grep -q '"reordered": 0,' moved.json || break
done
