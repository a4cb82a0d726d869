#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# PCI ports through vfio-pci, behind an emulated IOMMU: the same books, also for a plain user who may open the groups.
# uio_pci_generic is refused there, since the device would be stopped at its first access to memory.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm pci_vfio --iommu --nic vmxnet3 --nic vmxnet3 --nic e1000e,hub=1 --nic e1000e,hub=1

test_a_plain_user_who_may_open_the_groups_has_the_same_books() {
  of_job pci_vfio
  vm_books vmxnet3
  json "$results/vmxnet3.json" 'l["sent"] == 4000' 'l["unique"] == 255' 'frames("rx.ring") == 3745' 'l["unexplained"] == 0'
  vm_books e1000e
  json "$results/e1000e.json" 'l["sent"] == 1000' 'l["unique"] == 1000' 'l["lost"] == 0' \
    'd["plan"]["dst-mac"] == "52:54:00:00:00:04"' \
    '[n for n in t["notes"] if "VLAN filter lets in untagged frames and the plan" in n]'
  vm_books user
  json "$results/user.json" 'l["sent"] == 1000' 'l["unique"] == 1000' 'd["environment"]["hugepages"]'
  sed -i 's/needed: [0-9]* MB/needed: N MB/' "$results/refused"
  diff - "$results/refused" <<'EOT' || fail "it is refused in other words"
overrun: pci:0000:00:02.0: /dev/vfio/1 cannot be read and written by user 1000 (Permission denied); as root: chown 1000 /dev/vfio/1
overrun: pci:0000:00:02.0: user 1000 may pin 8 MB of memory for the device, needed: N MB; in the shell, if the hard limit allows: ulimit -l unlimited
overrun: pci:0000:00:02.0: uio_pci_generic has the device, but an IOMMU is on, which that driver does not tell of our memory, needed: vfio-pci; as root: echo 0000:00:02.0 > /sys/bus/pci/devices/0000:00:02.0/driver/unbind; echo vfio-pci > /sys/bus/pci/devices/0000:00:02.0/driver_override; echo 0000:00:02.0 > /sys/bus/pci/drivers_probe
EOT
}

run_tests
