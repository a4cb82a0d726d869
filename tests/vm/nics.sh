#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The NICs that the VM can have: each at its place with its MAC, under its kernel driver and, where DPDK has one for it,
# under uio_pci_generic and vfio-pci; and whatever else later tests need of the kernel.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm nics --iommu --nic vmxnet3 --nic e1000e,hub=1 --nic e1000,hub=2 --nic pcnet --nic rtl8139,hub=1 \
  --nic virtio-net-pci,hub=2,rx_queue_size=512

test_each_nic_is_at_its_place_under_its_drivers() {
  of_job nics
  # place, driver, MAC, largest and present RX ring, frames that a neighbour's broadcast brought
  diff - "$results/nics" <<'EOT' || fail "the NICs are not as docs/how-to/lab.md promises"
0000:00:02.0 vmxnet3 52:54:00:00:00:01 4096 1024 1
0000:00:03.0 e1000e 52:54:00:00:00:02 4096 256 1
0000:00:04.0 e1000 52:54:00:00:00:03 4096 256 1
0000:00:05.0 pcnet32 52:54:00:00:00:04 512 32 1
0000:00:06.0 8139cp 52:54:00:00:00:05 64 64 1
0000:00:07.0 virtio_net 52:54:00:00:00:06 512 512 1
EOT
}

run_tests
