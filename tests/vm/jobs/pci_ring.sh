#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:02.0 uio_pci_generic
bind_nic 0000:00:03.0 uio_pci_generic
hugepages 160
load=(--tx pci:00:02.0 --rx pci:00:03.0 --count 6000 --warmup 0 --tmax 200s)

for ring in 128 1024 4096; do
  trial "$ring" "${load[@]}" --rate 20kpps --stall unread --rxd "$ring"
done
trial rounded "${load[@]}" --rate 20kpps --stall unread --rxd 130
# Slow enough for some stalls, and fast enough for a ring to run over in each of them.
trial stalled-128 "${load[@]}" --rate 3kpps --stall 400ms/500ms --rxd 128
trial stalled-4096 "${load[@]}" --rate 3kpps --stall 50ms/500ms --rxd 4096
trial alone --port pci:00:02.0 --rate 20kpps --count 500 --warmup 0

overrun ring show pci:00:02.0 --line 10G --json >ring-show.json

# Killed, it leaves no hugepage behind, and the NIC as the next one can use it.
overrun run --tx pci:00:02.0 --rx pci:00:03.0 --rate 1kpps --time 60s --quiet >/dev/null &
killed=$!
has_memory() {
  (($(sed -n 's/^HugePages_Free: *//p' /proc/meminfo) < 160))
}
wait_for 60 has_memory || fail "a run takes no hugepages"
sleep 1
kill -KILL "$killed"
wait "$killed" || true
grep -q '^HugePages_Free: *160$' /proc/meminfo || fail "a killed run keeps hugepages"
trial after-killed "${load[@]}" --rate 20kpps --stall unread --rxd 256

find /dev/hugepages /var/run/dpdk -mindepth 1 >left 2>/dev/null || true
