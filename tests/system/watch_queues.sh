#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A real ring overruns, and `overrun watch` says which: AF_XDP on one end of a veth, read by a receiver that injected stalls.
# What watch has of rx_queue_0_drops is what ethtool has, and what the trial lost. Works in a namespace of its own.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip ethtool
need_cpus 2

make_pair
ip -n "$ns" link set ovr-a up
ip -n "$ns" link set ovr-b up

drops() {
  "${in_ns[@]}" ethtool -S ovr-b | sed -n 's/^ *rx_queue_0_drops: //p'
}

test_it_says_which_ring_overran() {
  before=$(drops)
  [[ -n $before ]] || skip "this kernel's veth has no rx_queue_0_drops"
  "${in_ns[@]}" "$OVERRUN" watch --json --interval 200ms ovr-a ovr-b >"$scratch/watch" 2>"$scratch/watch-err" &
  watch_pid=$!
  at_end "end_ours $watch_pid"
  wait_until test -s "$scratch/watch" || fail "watch says nothing: $(cat "$scratch/watch-err")"
  # a mount of its own of the file system where AF_XDP's programs are pinned
  for _ in 1 2 3 4; do
    code=0
    "${in_ns[@]}" bash -c 'mount -t bpf ovr-bpf /sys/fs/bpf && exec "$@"' - "$OVERRUN" run \
      --tx vdev:net_af_packet0,iface=ovr-a --rx vdev:net_af_xdp0,iface=ovr-b --path direct --rxd 512 --stall 40ms/100ms \
      --rate 50kpps --size 128 --time 1s --rate-tolerance 100% --quiet --json "$result" >"$out" 2>"$err" || code=$?
    ((code != 3)) || skip "no AF_XDP on veth here: $(tail -n 1 "$err")"
    # a sender that stands still as long as the receiver does fills no ring
    (($(drops) == before)) || break
  done
  kill -INT "$watch_pid"
  wait "$watch_pid" || fail "watch ended with $?: $(cat "$scratch/watch-err")"
  after=$(drops)

  tail -n 1 "$scratch/watch" >"$scratch/total.json"
  lost=$(value "$result" 'l["lost"]')
  echo "lost $lost of $(value "$result" 'l["sent"]'); rx_queue_0_drops grew by $((after - before))"
  ((after > before)) || fail "a receiver that stalled for 40 ms of every 100 ms overran no ring of 512"
  json "$scratch/total.json" 'd["record"] == "total"' \
    "[c['added'] for i in d['interfaces'] for c in i['counters'] if c['name'] == 'rx_queue_0_drops'] == [$((after - before))]" \
    "all((c['kind'], c['place'], c['trust'], c['queue']) == ('loss', 'rx.ring', 'exact', 0) for i in d['interfaces'] for c in i['counters'] if c['name'] == 'rx_queue_0_drops')" \
    "[c['name'] for i in d['interfaces'] for c in i['counters'] if c['kind'] == 'loss'] == ['rx_queue_0_drops']"
}

run_tests
