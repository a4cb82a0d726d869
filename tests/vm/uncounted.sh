#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# An emulated e1000e loses frames that no counter sees. They are unexplained, to the frame: no number is invented.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic e1000e --nic vmxnet3 --smp 3 --isolate
vm_books stalled
json "$results/stalled.json" 'l["sent"] == 14000' 'l["late"] == 0' 'l["lost"] > 0' 'l["unique"] > 0' \
  'l["unexplained"] == l["lost"]' 'frames("rx.ring") == 0'
