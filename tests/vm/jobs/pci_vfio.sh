#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

hugepages 160
for place in 0000:00:02.0 0000:00:03.0 0000:00:04.0 0000:00:05.0; do
  bind_nic "$place" vfio-pci
done
load=(--rate 20kpps --warmup 0 --tmax 200s)
trial vmxnet3 --tx pci:00:02.0 --rx pci:00:03.0 "${load[@]}" --count 4000 --stall unread --rxd 256
trial e1000e --tx pci:00:04.0 --rx pci:00:05.0 "${load[@]}" --count 1000 --vlan 5 --size 68

# A plain user who may open the groups and pin memory; before that, what keeps him from it.
echo 'user:x:1000:1000::/tmp:/bin/sh' >/etc/passwd
echo 'user:x:1000:' >/etc/group
mkdir -m 700 /tmp/user
chown user /tmp/user
user="XDG_RUNTIME_DIR=/tmp/user overrun run --tx pci:00:02.0 --rx pci:00:03.0 ${load[*]} --count 1000 --rate-tolerance 100%"
refused_user() {
  local code=0
  busybox su user -c "$user" 2>>refused || code=$?
  ((code == 3)) || fail "a plain user's run ended with $code, not 3"
}
refused_user
chown user /dev/vfio/[0-9]*
ulimit -l 8192
refused_user
ulimit -l unlimited
busybox su user -c "$user --json -" >user.json || fail "a plain user's run ended with $?"
echo 0 >user.code

bind_nic 0000:00:02.0 uio_pci_generic
code=0
overrun run --tx pci:00:02.0 --rx pci:00:03.0 "${load[@]}" --count 1000 2>>refused || code=$?
((code == 3)) || fail "uio_pci_generic behind an IOMMU ended with $code, not 3"
