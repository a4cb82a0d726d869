#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A NIC with four queues whose RSS is its own (virtio, over a multi-queue tap): frames per queue are what
# our arithmetic foretold, and what its driver has counted; a stream that is moved from queue to queue
# keeps one account, with its disorder in it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
need_taps
in_vm queues --nic virtio-net-pci --nic virtio-net-pci,queues=4,rss=on --smp 4

test_frames_per_queue_are_what_was_foretold() {
  of_job queues
  per_queue='[q["frames"] for q in t["queues"] if q["direction"] == "rx"]'

  # Streams are chosen so that they are spread evenly, if the NIC's RSS does what was computed.
  vm_books spread
  json "$results/spread.json" 'l["sent"] == l["unique"] == 2000' "$per_queue == [500, 500, 500, 500]" 'l["reordered"] == 0' \
    'len(t["streams"]) == 64' 'all(s["queues_seen"] == 1 for s in t["streams"])' \
    'sorted(s["queue"] for s in t["streams"]) == sorted([0, 1, 2, 3] * 16)' 'not [n for n in t["notes"] if "RSS" in n]'

  # No ring drops a frame: what it has no room for waits outside, where nobody counts it.
  vm_books full
  json "$results/full.json" 'l["sent"] == 2400' "min($per_queue) >= 256" "sum($per_queue) == l['unique']" 'l["lost"] > 0' \
    'l["unexplained"] == l["lost"]' 'not [a for a in l["accounts"] if a["place"] == "rx.ring"]' \
    '[n for n in t["notes"] if "counts no ring overruns" in n]'

  vm_books moved
  read -ra before <"$results/before"
  read -ra after <"$results/after"
  counted=$((after[0] - before[0])),$((after[1] - before[1])),$((after[2] - before[2])),$((after[3] - before[3]))
  # How many queues the flows come by is a matter of time, and not of the tester: more than one, each counted to the frame.
  # Besides the trial's frames, the learning frames that went before it, all of one flow
  json "$results/moved.json" 'l["sent"] == l["unique"] == 2000' "sum(f > 0 for f in $per_queue) > 1" \
    "sorted(c - f for c, f in zip([$counted], $per_queue))[:3] == [0, 0, 0]" "sum([$counted]) - 2000 in (1, 2, 3)" \
    'sum(s["queues_seen"] > 1 for s in t["streams"]) > 0' 'l["reordered"] > 0' \
    'l["reordered"] == sum(s["reorder"]["frames"] for s in t["streams"])' '[n for n in t["notes"] if "not foreseen" in n]'
}

run_tests
