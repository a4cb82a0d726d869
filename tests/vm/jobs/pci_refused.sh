#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# refused PLACE: with one sentence, which goes to the list
refused() {
  local code=0
  overrun run --port "pci:$1" --time 1s >out 2>err || code=$?
  ((code == 3)) || fail "$1 ended with $code, not 3"
  [[ ! -s out && $(wc -l <err) == 1 ]] || fail "$1 said more than one line, or something on stdout"
  cat err >>refused
}

# fix: do what the last sentence says
fix() {
  local commands
  commands=$(sed -n 's/.*as root: //p' err)
  [[ -n $commands ]] || fail "there is no command in '$(<err)'"
  eval "$commands"
}

refused 00:1d.0
refused 00:1f.0
refused 00:02.0

# While the kernel has it: as its way out, with an address, idle.
bind_nic 0000:00:02.0 vmxnet3
eth=$(netdev_of 0000:00:02.0)
ip link set "$eth" name eth0
ip address add 198.18.5.1/24 dev eth0
bring_up eth0
ip route add default via 198.18.5.2
refused 00:02.0
ip route del default
refused 00:02.0
ip link set eth0 down
ip address flush dev eth0
refused 00:02.0
fix
[[ $(driver_of 0000:00:02.0) == uio_pci_generic ]] || fail "uio_pci_generic does not have it now"

# Memory next, and the other NIC, which the kernel's driver took as soon as it was there.
refused 00:02.0
fix
refused 00:03.0
fix
trial fixed --tx pci:00:02.0 --rx pci:00:03.0 --rate 20kpps --count 500 --warmup 0

# A NIC that DPDK has no driver for.
bind_nic 0000:00:04.0 uio_pci_generic
refused 00:04.0
