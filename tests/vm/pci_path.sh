#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A lossy hop before a stalled receiver: the kernel of the VM carries frames from one PCI port to the other and loses 2 % on
# the way. What the ring lost and what the path lost come apart, and add up to the frame.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3 --nic vmxnet3,hub=1 --nic vmxnet3,hub=1
vm_books dut
read -r dropped <"$results/dropped"
json "$results/dut.json" 'l["sent"] == 6000' "frames('path') == $dropped > 0" 'l["unique"] == 1023' \
  "frames('rx.ring') == 6000 - 1023 - $dropped" 'l["lost"] == frames("path") + frames("rx.ring")' 'l["unexplained"] == 0'
