#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"
# shellcheck source-path=SCRIPTDIR source=../../system/networks.sh
. ../networks.sh

# track NETNS: conntrack follows what passes
track() {
  ip netns exec "$1" nft 'table inet ovr { chain track { type filter hook prerouting priority 0; ct state new; }; }'
  # for what the namespace itself sends
  ip netns exec "$1" nft 'table inet ovr { chain track_out { type filter hook output priority 0; ct state new; }; }'
}

# conntrack_dropped NETNS: as Linux tells it
conntrack_dropped() {
  local column names values sum=0
  {
    read -ra names
    for ((column = 0; column < ${#names[@]}; column++)); do
      [[ ${names[column]} != drop ]] || break
    done
    while read -ra values; do
      sum=$((sum + 16#${values[column]}))
    done
  } < <(ip netns exec "$1" cat /proc/net/stat/nf_conntrack)
  echo "$sum"
}

# places NAME NETNS [OPTIONS OF overrun run]: a trial; how many NETNS dropped meanwhile goes to NAME.dropped
places() {
  local name=$1 netns=$2 before
  before=$(conntrack_dropped "$netns")
  trial "$name" --via "netns=$hop" --warmup 0 --drain 500ms --rate 2kpps --count 1000 "${@:3}"
  echo $(($(conntrack_dropped "$netns") - before)) >"$name.dropped"
}

make_receiver
echo "$hop" >hop
trial_in=(ip netns exec "$tester")
ipv4=(--tx netdev:ovr0a --gateway 198.18.255.254 --rx "udp:198.19.0.1:9,netns=$receiver,rcvbuf=8388608" --streams 100)
ipv6=(--tx netdev:ovr0a --gateway 2001:2::ffff --rx "udp:[2001:2:0:1::1]:9,netns=$receiver,rcvbuf=8388608" --streams 100)

# Room for 40 flows of 100.
track "$hop"
sysctl -qw net.netfilter.nf_conntrack_max=40
at_end 'sysctl -qw net.netfilter.nf_conntrack_max=8192'
places hop "$hop" "${ipv4[@]}"
places hop6 "$hop" "${ipv6[@]}"

# Beside a namespace whose own table is full.
neighbour=ovr-noise-$$
make_namespace "$neighbour"
ip -n "$neighbour" link set lo up
track "$neighbour"
# shellcheck disable=SC2016 # expanded where it runs
ip netns exec "$neighbour" bash -c 'while :; do for ((port = 1000; port < 1200; port++)); do
  echo >/dev/udp/127.0.0.1/$port; done; sleep 0.1; done' 2>/dev/null &
noise=$!
at_end "kill $noise 2>/dev/null"
table_is_full() { (($(conntrack_dropped "$neighbour") > 0)); }
wait_for 60 table_is_full || fail "the neighbour's table is not full"
before=$(conntrack_dropped "$neighbour")
places noisy "$hop" "${ipv4[@]}"
echo $(($(conntrack_dropped "$neighbour") - before)) >noise
kill "$noise"

ip netns exec "$hop" nft delete table inet ovr
track "$receiver"
places receiver "$receiver" "${ipv4[@]}"
ip netns exec "$receiver" nft delete table inet ovr

# A socket's own host has room for one flow, which another one has.
ip -n "$tester" addr add 198.18.0.1/16 dev ovr0a
ip -n "$tester" route add default via 198.18.255.254
track "$tester"
sysctl -qw net.netfilter.nf_conntrack_max=1
ip netns exec "$tester" bash -c 'echo >/dev/udp/198.19.0.1/10'
places sender "$tester" --tx "udp:198.19.0.1:9,netns=$tester" --rx "udp:198.19.0.1:9,netns=$receiver"
