#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The model of a ring against the wire, in short (scripts/model-check is the long form): stalls that the machine did not disturb
# lose max(0, λT − U), and the knee is where the stalls end.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

# 12 cells
test_the_model_of_a_ring_holds_against_the_wire() {
  expect_exit '[012]' "$OVERRUN" sweep --rings 256,1024,4096 --rates 10%,33% --stalls 100us/2ms,jitter=20%,300us/3ms,jitter=20% \
    --time 150ms --warmup 5ms --drain 5ms --rate-tolerance 100% --seed 5 --json "$result"
  json "$result" 'd["sweep"]["n_done"] == 12' \
    'd["sweep"]["model"]["injected"] == d["sweep"]["model"]["compared"] + sum(d["sweep"]["model"]["excluded"].values())' \
    'all(t["lost"] == t["frames_at"].get("rx.ring", 0) for t in d["trials"] if t["verdict"] != "void")'
  compared=$(value "$result" 'd["sweep"]["model"]["compared"]')
  ((compared >= 20)) || skip "host stalls left $compared stalls alone, too few to compare"
  # a single stall may meet a pause of the line that is too short to be logged
  json "$result" 'd["sweep"]["model"]["within_ratio"] >= 0.8' \
    'all(abs(r["lost_per_stall"] - r["model_lost_per_stall"]) < 150
      for c in d["sweep"]["curves"] for r in c["rings"] if r["stalls_compared"] >= 5)'
  # The machine may make the stalls of one cell longer than those of another. The knee lies between what they say, but for a ring that
  # was found to lose nothing.
  json "$result" 'all(c["shape"]["knee_slots"] in [r["rxd"] for r in c["rings"]] or
      min(r["rxd"] + r["lost_per_stall"] for r in c["rings"] if r["lost_per_stall"]) - 1 <= c["shape"]["knee_slots"] <=
      max(r["rxd"] + r["lost_per_stall"] for r in c["rings"] if r["lost_per_stall"]) + 1
      for c in d["sweep"]["curves"] if c["shape"]["kind"] == "knee")'
}

run_tests
