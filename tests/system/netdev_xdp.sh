#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A kernel's ring overflows, and every lost frame is in the counter that the kernel shows: AF_XDP on a veth pair, seeded
# runs over queues, rings and receivers that do not read, pause or are slow. `ethtool -S` is asked beside the program.
#
#   netdev_xdp.sh [--count N] [--seed S]   N runs; each receiver with 1 and 4 queues takes 8, 20 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip ethtool
need_cpus 2
sample 8 "${SEED:-$RANDOM}" "$@"

make_lab --queues 4

# drops: what ethtool says of the receiving end, one figure for each queue
drops() {
  "${in_lab[@]}" ethtool -S ovr0b | sed -n 's/^ *rx_queue_\([0-9]*\)_drops: *\([0-9]*\)$/\2/p' | tr '\n' ' ' && echo
}

test_the_kernel_counts_every_lost_frame() {
  rings=(64 128 256 512 1024 2048 4096)
  receivers=("--stall unread" "--stall 5ms/25ms,jitter=20%" "--stall 20ms/60ms" "--service 20kpps")
  n_lost=0
  for ((run = 0; run < count; run++)); do
    queues=$((run % 2 == 0 ? 1 : 4))
    rxd=${rings[RANDOM % ${#rings[@]}]}
    receiver=${receivers[(run / 2) % ${#receivers[@]}]}
    rate=$((40 + RANDOM % 60))kpps
    read -r -a before < <(drops)
    # shellcheck disable=SC2086 # several words on purpose
    expect_exit '[01]' "${in_lab[@]}" "$OVERRUN" run --tx netdev:ovr0a --rx netdev:ovr0b --rxq "$queues" --txq "$queues" \
      --rxd "$rxd" --txd 1024 --rate "$rate" --time 500ms --warmup 0s $receiver --rate-tolerance 100% --tmax 60s --seed "$run" --json "$result"
    read -r -a after < <(drops)
    books "$result" "$code"
    lost=$(value "$result" 'l["lost"]')
    n_lost=$((n_lost + lost))
    echo "queues $queues, ring $rxd, $receiver, $rate: sent $(value "$result" 'l["sent"]'), lost $lost"
    json "$result" 'l["unexplained"] == 0' 'l["lost"] == frames("rx.ring")' 'l["foreign"] == 0'
    for ((q = 0; q < queues; q++)); do
      json "$result" "sum(a['frames'] for a in l['accounts'] if a['counter'] == 'rx_queue_${q}_drops') == $((after[q] - before[q]))" \
        "[a['queue'] for a in l['accounts'] if a['counter'] == 'rx_queue_${q}_drops'] == [$q]"
    done
  done
  ((n_lost > 0)) || fail "no run lost anything, so that nothing was tried"
}

# A receiver that keeps up loses nothing: the ring has room for all 2,000 frames, however long the kernel stops it.
test_a_receiver_that_keeps_up_loses_nothing() {
  expect_trial 0 "${in_lab[@]}" "$OVERRUN" run --tx netdev:ovr0a --rx netdev:ovr0b --rxd 4096 --rate 5kpps --count 2000 --warmup 0 \
    --rate-tolerance 100% --json "$result"
  json "$result" 'd["verdict"] == "pass"' 'l["lost"] == 0' 'l["sent"] == 2000'
  interfaces_are_clean
}

run_tests
