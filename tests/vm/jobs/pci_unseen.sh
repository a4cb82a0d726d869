#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

hugepages 160
for place in 0000:00:06.0 0000:00:07.0 0000:00:08.0 0000:00:09.0 0000:00:0a.0 0000:00:0b.0; do
  bind_nic "$place" uio_pci_generic
done
load=(--rate 20kpps --warmup 0 --tmax 200s --rxd 256)
trial e1000e --tx pci:00:06.0 --rx pci:00:07.0 "${load[@]}" --count 12000 --stall unread
trial e1000 --tx pci:00:08.0 --rx pci:00:09.0 "${load[@]}" --count 12000 --stall unread --interval 100ms
trial virtio --tx pci:00:0a.0 --rx pci:00:0b.0 "${load[@]}" --count 3000 --stall 50ms/200ms --on-full wait
trial large --tx pci:00:0a.0 --rx pci:00:0b.0 "${load[@]}" --count 300 --size 2048,9018
trial vector --tx pci:00:0a.0 --rx pci:00:0b.0,vectorized=1 "${load[@]}" --count 300 --burst 4
