#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What stands between us and a PCI device: one sentence each, exit code 3, and the command in it fixes it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm pci_refused --nic vmxnet3 --nic vmxnet3 --nic rtl8139

test_what_stands_in_the_way_is_one_sentence_that_fixes_it() {
  of_job pci_refused
  vm_books fixed
  json "$results/fixed.json" 'l["sent"] == 500' 'l["unexplained"] == 0'

  nics="accepted: a network controller: 0000:00:02.0, 0000:00:03.0, 0000:00:04.0"
  kernel="pci:0000:00:02.0: the kernel's driver vmxnet3 has the device"
  # binding PLACE COMMANDS: what brings uio_pci_generic in, after these
  binding() {
    local device=/sys/bus/pci/devices/$1
    echo "uio_pci_generic (no IOMMU is on; with intel_iommu=on or amd_iommu=on for the kernel: vfio-pci); as root: $2echo" \
      "uio_pci_generic > $device/driver_override; echo $1 > /sys/bus/pci/drivers_probe"
  }
  unbind="echo 0000:00:02.0 > /sys/bus/pci/devices/0000:00:02.0/driver/unbind; "
  expected=(
    "pci:0000:00:1d.0: there is no such PCI device; $nics"
    "pci:0000:00:1f.0: the device is no network controller (class 0x060100, needed: 0x02....); $nics"
    "pci:0000:00:02.0: no driver has the device, needed: $(binding 0000:00:02.0 'modprobe uio_pci_generic; ')"
    "$kernel, and the default route goes through its interface eth0: without it this machine would be cut off; accepted: another device, or --force"
    "$kernel, and its interface eth0 is in use (up, with an address); if it can be spared, as root: ip link set eth0 down; needed then: $(binding 0000:00:02.0 "modprobe uio_pci_generic; $unbind")"
    "$kernel (interface eth0), needed: $(binding 0000:00:02.0 "modprobe uio_pci_generic; $unbind")"
    "pci:0000:00:02.0: needed: N MB of hugepages, found 0 MB free; as root: echo N > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"
    "${kernel/02.0/03.0} (interface eth1), needed: $(binding 0000:00:03.0 "${unbind//02.0/03.0}")"
    "pci:0000:00:04.0: no driver of this DPDK takes the device (vendor 10ec, device 8139)"
  )
  diff <(printf 'overrun: %s\n' "${expected[@]}") \
    <(sed -e 's/needed: [0-9]* MB/needed: N MB/; s/echo [0-9]* >/echo N >/' "$results/refused") || fail "they are refused in other words"
}

run_tests
