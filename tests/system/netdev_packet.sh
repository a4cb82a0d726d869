#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The same through packet sockets: the kernel counts what finds no room in a socket's ring (tp_drops), and every lost frame
# is there.
#
#   netdev_packet.sh [--count N]   N runs; each receiver with 1 and 2 queues takes 6, 10 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip
need_cpus 2
sample 6 0 "$@"

make_lab

test_the_kernel_counts_what_finds_no_room_in_a_ring() {
  rings=(64 128 256 1024 4096)
  receivers=("--stall unread" "--stall 5ms/25ms,jitter=20%" "--service 20kpps")
  n_lost=0
  for ((run = 0; run < count; run++)); do
    rxd=${rings[run % ${#rings[@]}]}
    receiver=${receivers[run % ${#receivers[@]}]}
    queues=$((run % 2 == 0 ? 1 : 2))
    # shellcheck disable=SC2086 # several words on purpose
    expect_exit '[01]' "${in_lab[@]}" "$OVERRUN" run --tx netdev:ovr0a,mode=af_packet --rx netdev:ovr0b,mode=af_packet --rxd "$rxd" \
      --rxq "$queues" --rate 50kpps --time 500ms --warmup 0s $receiver --rate-tolerance 100% --tmax 60s --seed "$run" --json "$result"
    books "$result" "$code"
    lost=$(value "$result" 'l["lost"]')
    n_lost=$((n_lost + lost))
    echo "queues $queues, ring $rxd, $receiver: sent $(value "$result" 'l["sent"]'), lost $lost"
    json "$result" 'l["unexplained"] == 0' 'l["lost"] == frames("rx.ring")' \
      '[t["ports"][side][key] for side in ("tx", "rx") for key in ("driver", "dpdk_driver")] == ["veth", "net_af_packet"] * 2'
  done
  ((n_lost > 0)) || fail "no run lost anything, so that nothing was tried"
  [[ $("${in_lab[@]}" ip link show) != *PROMISC* ]] || fail "an interface is still promiscuous"
}

run_tests
