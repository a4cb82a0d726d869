#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Two causes in one trial: a device on the way loses 2 % of the frames, and the ring behind it runs over. Path and ring
# come apart, each equal to what the one who did it has counted, and add up.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3 --nic vmxnet3,hub=1 --nic vmxnet3,hub=1 --smp 3 --isolate
vm_books stalled
hop=$(<"$results/hop")
((hop > 0)) || fail "the hop lost nothing"
json "$results/stalled.json" 'l["sent"] == 4000' 'l["late"] == 0' 'l["unique"] == 255' "frames('path') == $hop" \
  "frames('rx.ring') == $(<"$results/ring")" 'l["lost"] == frames("path") + frames("rx.ring") == 3745' 'l["unexplained"] == 0'
