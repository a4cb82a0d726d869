#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"
# shellcheck source-path=SCRIPTDIR source=../../system/networks.sh
. ../networks.sh

# gather NETNS INTERFACE: what it is given it sends all at once, every 100 ms
gather() {
  ip netns exec "$1" tc qdisc add dev "$2" root netem slot 100ms packets 1000 limit 10000
}

# backlogs_dropped: of all CPUs, as Linux tells it
backlogs_dropped() {
  local values sum=0
  while read -ra values; do
    sum=$((sum + 16#${values[1]}))
  done </proc/net/softnet_stat
  echo "$sum"
}

# places NAME [OPTIONS OF overrun run]: a trial; how many backlogs dropped meanwhile goes to NAME.dropped
places() {
  local name=$1 before
  before=$(backlogs_dropped)
  trial "$name" --via "netns=$hop" --warmup 0 --drain 500ms --rate 2kpps --count 1000 "${@:2}"
  echo $(($(backlogs_dropped) - before)) >"$name.dropped"
}

make_receiver
echo "$hop" >hop
trial_in=(ip netns exec "$tester")
ipv4=(--tx netdev:ovr0a --gateway 198.18.255.254 --rx "udp:198.19.0.1:9,netns=$receiver,rcvbuf=8388608")
ipv6=(--tx netdev:ovr0a --gateway 2001:2::ffff --rx "udp:[2001:2:0:1::1]:9,netns=$receiver,rcvbuf=8388608")

# What comes at once is 64 frames at most: that many Linux sends in one go.
sysctl -qw net.core.netdev_max_backlog=40
at_end 'sysctl -qw net.core.netdev_max_backlog=1000'
gather "$hop" ovr1b
places receiver "${ipv4[@]}"
places receiver6 "${ipv6[@]}"
# to the backlog of another CPU
ip netns exec "$receiver" bash -c 'echo 2 >/sys/class/net/ovr2b/queues/rx-0/rps_cpus'
places steered "${ipv4[@]}"

# Beside a namespace whose frames a rule drops, and beside one whose frames backlogs drop.
neighbour=ovr-noise-$$
make_namespace "$neighbour"
ip -n "$neighbour" link set lo up
ip netns exec "$neighbour" nft 'table inet noise { chain in { type filter hook input priority 0; udp dport 7 drop; }; }'
# shellcheck disable=SC2016 # expanded where it runs
ip netns exec "$neighbour" bash -c 'while :; do for ((i = 0; i < 100; i++)); do
  echo >/dev/udp/127.0.0.1/7; done; sleep 0.1; done' &
noise=$!
at_end "kill $noise 2>/dev/null"
places noisy "${ipv4[@]}"
gather "$neighbour" lo
before=$(backlogs_dropped)
backlog_is_noisy() { (($(backlogs_dropped) > before)); }
wait_for 60 backlog_is_noisy || fail "the neighbour's frames find room"
places contended "${ipv4[@]}"
kill "$noise"
ip netns exec "$hop" tc qdisc del dev ovr1b root

# Sockets that send: through an interface, and to this host itself.
ip -n "$tester" addr add 198.18.0.1/16 dev ovr0a
ip -n "$tester" route add default via 198.18.255.254
gather "$tester" ovr0a
places hop --tx "udp:198.19.0.1:9,netns=$tester,sndbuf=8388608" --rx "udp:198.19.0.1:9,netns=$receiver,rcvbuf=8388608"
ip -n "$tester" link set lo up
gather "$tester" lo
places loopback --tx "udp:127.0.0.1:9,sndbuf=8388608" --rx "udp:127.0.0.1:9,rcvbuf=8388608"
