#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A real driver's ring runs over: while the kernel's receiver is stalled, a vmxnet3 ring of N keeps N - 1 frames, every
# other one stands in the driver's own counter, and overrun books it there.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3 --smp 3 --isolate
for ring in 64 1024; do
  vm_books "$ring"
  json "$results/$ring.json" 'l["sent"] == 4000' 'l["late"] == 0' "l['unique'] == $ring - 1" \
    "l['lost'] == 4000 - ($ring - 1) == $(<"$results/$ring.counted")" 'frames("rx.ring") == l["lost"]' 'l["unexplained"] == 0'
done
