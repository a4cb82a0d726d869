#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:02.0 uio_pci_generic
bind_nic 0000:00:03.0 uio_pci_generic
hugepages 160

code=0
overrun selftest --tx pci:00:02.0 --rx pci:00:03.0 --time 100ms --drain 100ms --tmax 200s --quiet --json selftest.json >text 2>&1 || code=$?
echo "$code" >code

find /dev/hugepages /var/run/dpdk -mindepth 1 >left 2>/dev/null || true
