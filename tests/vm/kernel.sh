#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# overrun on the interfaces of a kernel's drivers, whose receivers can be stalled. A receiver that was stalled stays on the
# processor where that happens, so each job has NICs of its own.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm "boot kernel_ring lossy_hop uncounted" --nic vmxnet3 --nic vmxnet3 --nic vmxnet3,hub=1 --nic vmxnet3,hub=1 \
  --nic e1000e,hub=2 --nic vmxnet3,hub=2 --nic vmxnet3,hub=3 --nic vmxnet3,hub=3 --smp 3 --isolate

# The VM boots, overrun runs in it over the embedded wire, and the books balance.
test_it_runs_over_the_embedded_wire() {
  of_job boot
  vm_books wire
  json "$results/wire.json" 'l["sent"] == 2000' 'l["unexplained"] == 0' '"TCG" in d["environment"]["cpu_model"]' \
    "d['environment']['kernel'].split()[1] == '$(<"$results/kernel")'"
  vm_books lossy
  json "$results/lossy.json" 'l["sent"] == 2000' 'l["unexplained"] == 0' 'frames("path") == 20'
}

# A real driver's ring runs over: while the kernel's receiver is stalled, a vmxnet3 ring of N keeps N - 1 frames, every
# other one stands in the driver's own counter, and overrun books it there.
test_a_ring_of_n_keeps_n_minus_1_frames() {
  of_job kernel_ring
  for ring in 64 1024; do
    vm_books "$ring"
    json "$results/$ring.json" 'l["sent"] == 4000' 'l["late"] == 0' "l['unique'] == $ring - 1" \
      "l['lost'] == 4000 - ($ring - 1) == $(<"$results/$ring.counted")" 'frames("rx.ring") == l["lost"]' 'l["unexplained"] == 0'
  done
}

# Two causes in one trial: a device on the way loses 2 % of the frames, and the ring behind it runs over. Path and ring
# come apart, each equal to what the one who did it has counted, and add up.
test_path_and_ring_come_apart() {
  of_job lossy_hop
  vm_books stalled
  hop=$(<"$results/hop")
  ((hop > 0)) || fail "the hop lost nothing"
  json "$results/stalled.json" 'l["sent"] == 4000' 'l["late"] == 0' 'l["unique"] == 255' "frames('path') == $hop" \
    "frames('rx.ring') == $(<"$results/ring")" 'l["lost"] == frames("path") + frames("rx.ring") == 3745' 'l["unexplained"] == 0'
}

# An emulated e1000e loses frames that no counter sees. They are unexplained, to the frame: no number is invented.
test_what_no_counter_sees_is_unexplained() {
  of_job uncounted
  vm_books stalled
  json "$results/stalled.json" 'l["sent"] == 14000' 'l["late"] == 0' 'l["lost"] > 0' 'l["unique"] > 0' \
    'l["unexplained"] == l["lost"]' 'frames("rx.ring") == 0'
}

run_tests
