# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Network namespaces for a test, and what stands between them; on this host and in the virtual machine. Whoever reads it has
# `at_end COMMAND` and `skip REASON`.

need_tool() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || skip "no $tool here"
  done
}

need_root() {
  ((EUID == 0)) || skip "needs root"
}

# need_veth: namespaces and pairs of virtual interfaces can be made here
need_veth() {
  need_root
  need_tool ip ethtool
  local probe=ovr-probe-$$
  ip netns add "$probe" 2>/dev/null || skip "may not make a network namespace here"
  at_end "ip netns del $probe 2>/dev/null"
  ip -n "$probe" link add ovr0a type veth peer name ovr0b 2>/dev/null || skip "no veth in this kernel"
  ip netns del "$probe"
}

# make_namespace NAME: a network namespace in which nobody sends but the test, gone at its end
make_namespace() {
  need_root
  need_tool ip
  ip netns add "$1" 2>/dev/null || skip "may not make a network namespace here"
  at_end "ip netns del $1"
  ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 2>/dev/null || true
}

# make_pair: ovr-a and ovr-b in a network namespace, both down. Its name is in $ns; "${in_ns[@]}" COMMAND… runs in it.
make_pair() {
  ns=ovr-pair-$$
  make_namespace "$ns"
  # shellcheck disable=SC2034 # the test uses it
  in_ns=(ip netns exec "$ns")
  ip -n "$ns" link add ovr-a type veth peer name ovr-b 2>/dev/null || skip "no veth in this kernel"
}

# make_hop END…: two namespaces, $tester with ovr0END and $hop with ovr1END, each a veth pair that is up
make_hop() {
  local end
  need_veth
  tester=ovr-test-$$ hop=ovr-hop-$$
  make_namespace "$tester"
  make_namespace "$hop"
  for end in "$@"; do
    ip -n "$tester" link add "ovr0$end" type veth peer name "ovr1$end" netns "$hop"
    ip -n "$tester" link set "ovr0$end" up
    ip -n "$hop" link set "ovr1$end" up
  done
}

# make_router: between ovr0a and ovr0b of $tester stands a router, which is 198.18.255.254 and 2001:2::ffff to ovr0a.
# Nobody else has an address of 198.18.0.0/16 or 2001:2::/64 there, and of 198.19.0.0/16 and 2001:2:0:1::/64 after it.
make_router() {
  make_hop a b
  ip netns exec "$hop" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
    net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.ovr1a.accept_dad=0 net.ipv6.conf.ovr1b.accept_dad=0
  ip -n "$hop" addr add 198.18.255.254/16 dev ovr1a
  ip -n "$hop" addr add 198.19.255.254/16 dev ovr1b
  ip -n "$hop" addr add 2001:2::ffff/64 dev ovr1a nodad
  ip -n "$hop" addr add 2001:2:0:1::ffff/64 dev ovr1b nodad
}

# make_receiver: after a router $hop stands a host $receiver with a socket's address, 198.19.0.1 and 2001:2:0:1::1, on ovr2b;
# ovr0a of $tester sends to it, as 198.18.0.0/16 and 2001:2::/64 which no host has, through ovr1a (198.18.255.254, 2001:2::ffff).
# All neighbours are known, and no interface makes frames of several.
make_receiver() {
  local mac_a mac_b mac_hop
  make_hop a
  receiver=ovr-recv-$$
  make_namespace "$receiver"
  ip -n "$hop" link add ovr1b type veth peer name ovr2b netns "$receiver"
  ip -n "$hop" link set ovr1b up
  ip -n "$receiver" link set ovr2b up
  ip -n "$receiver" link set lo up
  ip netns exec "$hop" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
    net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.ovr1a.accept_dad=0 net.ipv6.conf.ovr1b.accept_dad=0 \
    net.ipv6.conf.ovr1a.disable_ipv6=0 net.ipv6.conf.ovr1b.disable_ipv6=0
  ip netns exec "$receiver" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.ovr2b.disable_ipv6=0 \
    net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.ovr2b.accept_dad=0
  ip -n "$hop" addr add 198.18.255.254/16 dev ovr1a
  ip -n "$hop" addr add 198.19.255.254/16 dev ovr1b
  ip -n "$hop" addr add 2001:2::ffff/64 dev ovr1a nodad
  ip -n "$hop" addr add 2001:2:0:1::ffff/64 dev ovr1b nodad
  ip -n "$receiver" addr add 198.19.0.1/16 dev ovr2b
  ip -n "$receiver" addr add 2001:2:0:1::1/64 dev ovr2b nodad
  ip -n "$receiver" route add default via 198.19.255.254
  ip -n "$receiver" -6 route add default via 2001:2:0:1::ffff
  mac_a=$(ip netns exec "$tester" cat /sys/class/net/ovr0a/address)
  mac_b=$(ip netns exec "$receiver" cat /sys/class/net/ovr2b/address)
  mac_hop=$(ip netns exec "$hop" cat /sys/class/net/ovr1b/address)
  ip -n "$hop" neigh add 198.18.0.1 lladdr "$mac_a" nud permanent dev ovr1a
  ip -n "$hop" neigh add 2001:2::1 lladdr "$mac_a" nud permanent dev ovr1a
  ip -n "$hop" neigh add 198.19.0.1 lladdr "$mac_b" nud permanent dev ovr1b
  ip -n "$hop" neigh add 2001:2:0:1::1 lladdr "$mac_b" nud permanent dev ovr1b
  ip -n "$receiver" neigh add 198.19.255.254 lladdr "$mac_hop" nud permanent dev ovr2b
  ip -n "$receiver" neigh add 2001:2:0:1::ffff lladdr "$mac_hop" nud permanent dev ovr2b
}

# make_bridge: between ovr0a, ovr0b and ovr0c of $tester stands a bridge
make_bridge() {
  local end
  make_hop a b c
  ip -n "$hop" link add ovrbr type bridge mcast_snooping 0
  for end in a b c; do
    ip -n "$hop" link set "ovr1$end" master ovrbr
  done
  ip -n "$hop" link set ovrbr up
}

# rules NETNS HOOK RULE…: the rules of a chain of nftables there, until the test ends
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
  at_end "ip netns exec $netns nft delete table inet ovr 2>/dev/null"
}

# attach_xdp NETNS INTERFACE MODE [BODY]: a program there, until the test ends. It drops every frame, unless BODY in C, of a
# function of `struct frame { unsigned data, end; } *frame`, returns something else. $scratch is a folder.
# shellcheck disable=SC2154 # $scratch is the test's
attach_xdp() {
  command -v clang >/dev/null || skip "no clang here"
  printf '%s\n' 'struct frame { unsigned data, end; };' '__attribute__((section("xdp"), used))' \
    "int drop(struct frame *frame) { ${4-return 1;} }" >"$scratch/drop.c"
  clang -O2 -g -target bpf -c "$scratch/drop.c" -o "$scratch/drop.o" || skip "clang has no BPF here"
  ip -n "$1" link set dev "$2" "$3" obj "$scratch/drop.o" sec xdp || skip "no XDP program can be loaded here"
  at_end "ip -n $1 link set dev $2 $3 off 2>/dev/null"
}

# set_in NETNS KEY=VALUE…: sysctls, as they were when the test ends
set_in() {
  local netns=$1 pair was
  shift
  for pair in "$@"; do
    was=$(ip netns exec "$netns" sysctl -n "${pair%%=*}")
    ip netns exec "$netns" sysctl -qw "$pair"
    at_end "ip netns exec $netns sysctl -qw ${pair%%=*}=$was"
  done
}

# make_sender: $tester, whose frames go to the router of make_receiver, is a host itself: 198.18.0.1 and 2001:2::1 on ovr0a. What
# TCP hands to its interface is one segment a packet.
make_sender() {
  local mac_hop
  ip netns exec "$tester" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.ovr0a.disable_ipv6=0 \
    net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.ovr0a.accept_dad=0
  ip -n "$tester" link set lo up
  ip -n "$tester" addr add 198.18.0.1/16 dev ovr0a
  ip -n "$tester" addr add 2001:2::1/64 dev ovr0a nodad
  ip -n "$tester" route add default via 198.18.255.254
  ip -n "$tester" -6 route add default via 2001:2::ffff
  mac_hop=$(ip netns exec "$hop" cat /sys/class/net/ovr1a/address)
  ip -n "$tester" neigh add 198.18.255.254 lladdr "$mac_hop" nud permanent dev ovr0a
  ip -n "$tester" neigh add 2001:2::ffff lladdr "$mac_hop" nud permanent dev ovr0a
  ip -n "$tester" link set ovr0a gso_max_segs 1
  ip -n "$receiver" link set ovr2b gso_max_segs 1
  # a host that was heard of before gets more of a SYN queue
  ip netns exec "$receiver" sysctl -qw net.ipv4.tcp_no_metrics_save=1
  # a checksum that nobody calculated is right, whatever stands there
  ip netns exec "$tester" ethtool -K ovr0a tx off >/dev/null
  ip netns exec "$receiver" ethtool -K ovr2b tx off >/dev/null
}
