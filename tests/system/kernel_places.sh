#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Frames from an interface through a Linux router into a socket of a Linux host: what each place of the kernels on the way drops
# is what was lost, and has that place's counter for its owner. Causes are exact: so many of so many.
#
#   kernel_places.sh [--count N] [--seed S]   every row, and N rows more with random counts of frames
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

sample 1 1 "$@"
need_veth
need_cpus 2
need_tool nft tc

make_receiver

# in_hop, in_receiver COMMAND…
in_hop() { ip netns exec "$hop" "$@"; }
in_receiver() { ip netns exec "$receiver" "$@"; }

# the rules of a chain of the hop, or of the receiver: rules NETNS HOOK RULE…
rules() {
  local netns=$1 hook=$2
  shift 2
  {
    echo "table inet ovr"
    echo "delete table inet ovr"
    echo "table inet ovr { chain places { type filter hook $hook priority 0;"
    printf '%s\n' "$@"
    echo "}"
    echo "}"
  } | ip netns exec "$netns" nft -f - || skip "no nft for $hook here"
  at_end "ip netns exec $netns nft delete table inet ovr"
}

# blast FRAMES RATE [OPTION…]: one trial, whose result stands in $result
blast() {
  local frames=$1 rate=$2
  shift 2
  expect_exit '[01]' ip netns exec "$tester" "$OVERRUN" run --tx netdev:ovr0a --gateway 198.18.255.254 \
    --rx "udp:198.19.0.1:9,netns=$receiver,rcvbuf=8388608" --via "netns=$hop" \
    --count "$frames" --rate "$rate" --warmup 0 --rate-tolerance 100% --json "$result" "$@"
  has_form result "$result"
}

# owns PLACE PORT FRAMES: what was lost was lost there, and nowhere else
owns() {
  json "$result" "l['lost'] == $3" \
    "sum(a['frames'] for a in l['accounts'] if a['place'] == '$1' and a['port'] == '$2') == $3" \
    "l['unexplained'] == 0"
}

test_a_clean_path_loses_nothing() {
  blast 20000 20kpps
  json "$result" 'l["lost"] == 0' 'l["unexplained"] == 0' 'l["unique"] == 20000'
}

test_a_rule_of_the_hop_owns_what_it_drops() {
  rules "$hop" forward 'meta l4proto udp numgen inc mod 10 0 counter drop'
  blast 20000 20kpps
  owns rx.netfilter "hop:$hop" 2000
}

test_a_wrong_checksum_is_the_receivers() {
  rules "$hop" forward 'meta l4proto udp numgen inc mod 20 0 udp checksum set 0x1234'
  blast 20000 20kpps
  owns rx.udp "udp:198.19.0.1:9" 1000
}

run_tests
