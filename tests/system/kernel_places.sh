#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Frames from an interface through a Linux router into a socket of a Linux host: what each place of the kernels on the way drops
# is what was lost, and has that place's counter for its owner. Causes are exact: so many of so many.
#
#   kernel_places.sh [--count N] [--seed S]   every row with 5,000 frames by one version of IP, every third one beside a noisy
#                                             neighbour, too, with a count that the seed says; 2: all by both with 20,000, and
#                                             beside it
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

# blast [OPTION…]: one trial of $frames frames to $to, whose result stands in $result
blast() {
  expect_exit '[01]' ip netns exec "$tester" "$OVERRUN" run --tx netdev:ovr0a --gateway "$gateway" \
    --rx "udp:$to,netns=$receiver,rcvbuf=8388608" --via "netns=$hop" --count "$frames" --rate "$rate" --warmup 0 \
    --rate-tolerance 100% --json "$result" "$@"
  has_form result "$result"
  value "$result" '[(a["place"], a["port"], a["counter"], a["frames"]) for a in l["accounts"] if a["frames"]]'
}

# owns PLACE PORT FRAMES: so many were lost, all there, and nobody claims more. On a link some frames of others may pass.
owns() {
  json "$result" "l['lost'] == $3" "owned('$1', '$2') == $3" \
    "sum(a.get('frames_min', a['frames']) for a in l['accounts'] if a['place'] == '$1' and a['port'] == '$2') >= $3 - 20" \
    "l['unexplained'] == 0"
}

# owns_all PLACE PORT: how many were lost is the machine's matter; all of them there
owns_all() {
  json "$result" "0 < l['lost'] < $frames" "owned('$1', '$2') == l['lost']" "l['unexplained'] == 0"
}

# The drop reasons are a witness that needs BPF.
has_witness() {
  json "$result" 'not any("drop reasons are not known" in n or "whole host" in n for n in t.get("notes", []))' >/dev/null 2>&1
}

# Every row is a function that makes a cause, blasts $frames frames to $to by IP $ip, and names the place, the port, and how many
# are lost. $frames is a multiple of 20.
frames=$((count > 1 ? 20000 : 5000)) rate=20kpps
use_ipv4() { ip=4 to=198.19.0.1:9 host=198.19.0.1 network=198.19.0.0/16 gateway=198.18.255.254; }
use_ipv6() { ip=6 to='[2001:2:0:1::1]:9' host=2001:2:0:1::1 network=2001:2:0:1::/64 gateway=2001:2::ffff; }

row_rule_of_the_hop() {
  rules "$hop" forward 'meta l4proto udp numgen inc mod 10 0 counter drop'
  blast
  owns rx.netfilter "hop:$hop" $((frames / 10))
}
row_rule_of_the_receiver() {
  rules "$receiver" input 'meta l4proto udp numgen inc mod 10 0 counter drop'
  blast
  owns rx.netfilter "udp:$to" $((frames / 10))
}
row_checksum() {
  rules "$hop" forward 'meta l4proto udp numgen inc mod 20 0 udp checksum set udp checksum ^ 0x1'
  blast
  owns rx.udp "udp:$to" $((frames / 20))
}
row_no_socket() {
  rules "$hop" forward 'meta l4proto udp udp dport set 11'
  blast
  owns rx.udp "udp:$to" "$frames"
}
row_no_route() {
  ip -n "$hop" "-$ip" route del "$network" dev ovr1b
  at_end "ip -n $hop -$ip route add $network dev ovr1b"
  blast
  owns rx.ip "hop:$hop" "$frames"
}
row_rp_filter() {
  set_in "$hop" net.ipv4.conf.ovr1a.rp_filter=1
  ip -n "$hop" route add 198.18.0.1/32 dev ovr1b
  at_end "ip -n $hop route del 198.18.0.1/32 dev ovr1b"
  # the tester's address is behind the other interface: it is asked nothing
  blast --dst-mac "$(in_hop cat /sys/class/net/ovr1a/address)" --gateway none
  owns rx.ip "hop:$hop" "$frames"
}
row_ttl() {
  if [[ $ip == 4 ]]; then
    rules "$hop" prerouting 'meta l4proto udp ip ttl set 1'
  else
    rules "$hop" prerouting 'meta l4proto udp ip6 hoplimit set 1'
  fi
  blast
  owns rx.ip "hop:$hop" "$frames"
}
row_mtu_of_the_hop() {
  ip -n "$hop" link set ovr1b mtu 1300
  at_end "ip -n $hop link set ovr1b mtu 1500"
  blast --size 1400
  owns rx.ip "hop:$hop" "$frames"
}
row_mtu_of_its_peer() {
  ip -n "$receiver" link set ovr2b mtu 1300
  at_end "ip -n $receiver link set ovr2b mtu 1500"
  blast --size 1400
  owns tx.kernel "hop:$hop" "$frames"
}
row_queueing_discipline() {
  in_hop tc qdisc add dev ovr1b root handle 10: tbf rate 1mbit burst 5000 limit 20000
  at_end "ip netns exec $hop tc qdisc del dev ovr1b root"
  blast --size 500 --drain 1s
  owns_all tx.qdisc "hop:$hop"
}
row_receive_buffer() {
  blast --stall unread --tmax 60s --rx "udp:$to,netns=$receiver,rcvbuf=100000"
  owns_all rx.socket "udp:$to"
  # the counters that count them again are listed, and not added
  json "$result" 'any("InErrors" in a.get("aliases", "") for a in l["accounts"] if a["place"] == "rx.socket")'
}
row_blackhole_route() {
  ip -n "$hop" "-$ip" route add blackhole "$host"
  at_end "ip -n $hop -$ip route del blackhole $host"
  blast
  has_witness || skip "no drop reasons here"
  owns rx.ip "hop:$hop" "$frames"
}
row_policy_of_the_receiver() {
  in_receiver nft 'add table inet closed; add chain inet closed in { type filter hook input priority 0; policy drop; }'
  at_end "ip netns exec $receiver nft delete table inet closed"
  blast
  has_witness || skip "no drop reasons here"
  owns rx.netfilter "udp:$to" "$frames"
}
row_rule_without_a_counter() {
  rules "$hop" forward 'meta l4proto udp numgen inc mod 4 0 drop' 'meta l4proto udp numgen inc mod 3 0 counter drop'
  blast
  has_witness || skip "no drop reasons here"
  owns rx.netfilter "hop:$hop" "$((frames / 2))"
  json "$result" "sorted(a['counter'] for a in l['accounts'] if a['frames'] == $((frames / 4))) == ['NETFILTER_DROP', 'dropped']"
}
row_unresolved_neighbour() {
  local mac
  mac=$(in_receiver cat /sys/class/net/ovr2b/address)
  ip -n "$hop" neigh del "$host" dev ovr1b
  at_end "ip -n $hop neigh replace $host lladdr $mac nud permanent dev ovr1b"
  rules "$hop" output 'meta l4proto icmpv6 icmpv6 type nd-neighbor-solicit drop'
  [[ $ip == 6 ]] || { ip -n "$receiver" link set ovr2b arp off && at_end "ip -n $receiver link set ovr2b arp on"; }
  # those that still wait are dropped when the last probe has gone unanswered
  blast --settle 4s
  has_witness || skip "no drop reasons here"
  owns tx.ip "hop:$hop" "$frames"
}
row_xdp() {
  attach_xdp "$receiver" ovr2b xdpdrv
  blast
  owns rx.xdp "udp:$to" "$frames"
}
row_generic_xdp() {
  attach_xdp "$receiver" ovr2b xdpgeneric
  blast
  has_witness || skip "no drop reasons here"
  owns rx.xdp "udp:$to" "$frames"
}
row_four_owners() {
  # what passes the shaper has to be more than the socket holds
  frames=20000
  rules "$hop" forward 'meta l4proto udp numgen inc mod 10 0 counter drop' \
    'meta l4proto udp numgen inc mod 30 7 udp checksum set udp checksum ^ 0x1'
  in_hop tc qdisc add dev ovr1b root handle 10: tbf rate 2mbit burst 5000 limit 20000
  at_end "ip netns exec $hop tc qdisc del dev ovr1b root"
  blast --stall unread --tmax 60s --size 200 --drain 1s --rx "udp:$to,netns=$receiver,rcvbuf=100000"
  json "$result" 'l["unexplained"] == 0' 'l["lost"] == l["explained"]' "frames('rx.netfilter') == $((frames / 10))" \
    'frames("tx.qdisc") > 0' 'frames("rx.udp") > 0' 'frames("rx.socket") > 0'
}

# each ROW of $rows is a test, by both versions of IP where IPv6 has the place; and again beside a namespace whose own frames are lost
rows=(rule_of_the_hop rule_of_the_receiver checksum no_socket no_route ttl mtu_of_the_hop mtu_of_its_peer queueing_discipline
  receive_buffer blackhole_route policy_of_the_receiver rule_without_a_counter unresolved_neighbour xdp generic_xdp four_owners)

test_a_clean_path_loses_nothing() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    blast
    owns rx.udp "udp:$to" 0
  done
}

test_a_strict_reverse_path_filter_owns_what_it_drops() {
  use_ipv4
  row_rp_filter
}

# send() tells a socket of a rule, and the datagram is lost on the sender's own host. One call for several does not tell of those
# behind the first.
test_a_rule_owns_what_it_drops_of_a_socket() {
  use_ipv4
  ip -n "$tester" addr add 198.18.0.1/16 dev ovr0a
  at_end "ip -n $tester addr del 198.18.0.1/16 dev ovr0a"
  ip -n "$tester" route add 198.19.0.0/16 via "$gateway"
  rules "$tester" output 'meta l4proto udp numgen inc mod 10 0 counter drop'
  for batch in 1 32; do
    expect_exit 1 "$OVERRUN" run --tx "udp:$to,netns=$tester,batch=$batch" --rx "udp:$to,netns=$receiver,rcvbuf=8388608" \
      --via "netns=$hop" --count "$frames" --rate 1mpps --shape burst=32,gap=2ms --warmup 0 --rate-tolerance 100% \
      --json "$result"
    owns tx.netfilter "udp:$to" $((frames / 10))
  done
}

# Datagrams that the hop takes apart: one fragment of one in ten is dropped, and with it the datagram, once.
test_a_datagram_is_lost_once_whatever_its_fragments() {
  use_ipv4
  "$PYTHON" - "$scratch/large.pcap" "$(in_hop cat /sys/class/net/ovr1a/address)" <<'PYTHON'
import struct, sys
payload = bytes(1358)
udp = struct.pack("!HHHH", 49152, 9, 8 + len(payload), 0) + payload
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes([198, 18, 0, 1]), bytes([198, 19, 0, 1]))
frame = bytes.fromhex(sys.argv[2].replace(":", "")) + bytes.fromhex("020000000001") + b"\x08\x00" + ip + udp
with open(sys.argv[1], "wb") as pcap:
    pcap.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    pcap.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
PYTHON
  ip -n "$hop" link set ovr1b mtu 1300
  at_end "ip -n $hop link set ovr1b mtu 1500"
  set_in "$receiver" net.ipv4.ipfrag_time=1
  in_receiver nft -f - <<'NFT' || skip "no nft at an interface's ingress here"
table netdev ovr {
  chain fragments {
    type filter hook ingress device "ovr2b" priority 0;
    ip frag-off & 0x1fff != 0 numgen inc mod 10 0 counter drop
  }
}
NFT
  at_end "ip netns exec $receiver nft delete table netdev ovr"
  blast --templates "$scratch/large.pcap" --settle 3s
  json "$result" "l['lost'] == $((frames / 10))" "l['unexplained'] == 0" \
    "sum(a['frames'] for a in l['accounts']) == $((frames / 10))"
}

# begin_foreign_stream: a host behind the hop sends datagrams to the receiver, to a port that has no socket, until the test ends
begin_foreign_stream() {
  foreign=ovr-foreign-$$
  make_namespace "$foreign"
  ip -n "$hop" link add ovr1f type veth peer name ovr2f netns "$foreign"
  at_end "ip -n $hop link del ovr1f"
  ip -n "$hop" link set ovr1f up
  ip -n "$hop" addr add 198.51.100.1/24 dev ovr1f
  ip -n "$foreign" link set ovr2f up
  ip -n "$foreign" addr add 198.51.100.2/24 dev ovr2f
  ip -n "$foreign" route add default via 198.51.100.1
  ip netns exec "$foreign" "$PYTHON" - >"$scratch/foreign" <<'PYTHON' &
import os, socket, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
parent = os.getppid()
n = 0
while os.getppid() == parent:
    try:
        out.sendto(bytes(100), ("198.19.0.1", 11))
    except OSError:
        pass
    n += 1
    if n == 10:
        print("sends", flush=True)
    time.sleep(0.0005)
PYTHON
  at_end "end_ours $!"
  wait_until grep -q sends "$scratch/foreign" || fail "the other host does not send"
}

# A rule drops our frames and others' alike: how many of those that it counted are ours is not certain. All of ours that are lost are
# in its account, which has to be a range around them.
test_a_foreign_stream_through_the_hop_makes_ranges() {
  local counted frames=20000
  use_ipv4
  begin_foreign_stream
  rules "$hop" forward 'meta l4proto udp numgen inc mod 10 0 counter drop'
  blast --rate 10kpps
  counted=$(in_hop nft list table inet ovr | sed -n 's/.* counter packets \([0-9]*\) .*/\1/p')
  json "$result" "0 < l['lost'] < $counted" 'l["unexplained"] == 0' \
    'all(a["frames_min"] < l["lost"] <= a["frames_max"] for a in l["accounts"] if a["place"] == "rx.netfilter")' \
    'all(a["frames_min"] == 0 for a in l["accounts"] if a["place"] == "rx.udp")' \
    "any('$hop: up to' in n and 'packets of others came through' in n for n in t['notes'])"
}

# A rule of the receiver meets none of our frames, and as many others as we lose on the hop, where a rule counts nothing: the first
# rule is not their owner: the drop reasons of the hop are.
test_a_rule_that_met_others_alone_is_no_certain_owner() {
  use_ipv4
  rules "$hop" forward 'udp dport 9 numgen inc mod 50 10 drop'
  in_receiver nft 'add table inet met; add chain inet met in { type filter hook input priority 0; };
    add rule inet met in udp dport 7 counter drop' || skip "no nft here"
  at_end "ip netns exec $receiver nft delete table inet met"
  in_receiver "$PYTHON" - >"$scratch/met" <<'PYTHON' &
import os, socket, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
parent = os.getppid()
while os.getppid() == parent:
    out.sendto(bytes(100), ("127.0.0.1", 7))
    print("sends", flush=True)
    time.sleep(0.02)
PYTHON
  at_end "end_ours $!"
  wait_until grep -q sends "$scratch/met" || fail "the receiver does not send"
  frames=2000 rate=2kpps
  blast
  has_witness || skip "no drop reasons here"
  owns rx.netfilter "hop:$hop" 40
  json "$result" 'sum(a.get("frames_min", a["frames"]) for a in l["accounts"] if a["place"] == "rx.netfilter") == 40'
}

# programs_of_ours: how many BPF programs that count drop reasons are loaded
programs_of_ours() {
  bpftool -j prog show |
    "$PYTHON" -c 'import json, sys; print(sum(p.get("name") == "ovr_kfree_skb" for p in json.load(sys.stdin)))'
}
has_programs() { [[ $(programs_of_ours) == "$1" ]]; }

test_a_killed_trial_leaves_nothing_loaded() {
  need_tool bpftool
  use_ipv4
  has_programs 0 || skip "others count drop reasons here"
  begin ip netns exec "$tester" "$OVERRUN" run --tx netdev:ovr0a --gateway "$gateway" --rx "udp:$to,netns=$receiver" \
    --via "netns=$hop" --time 60s --rate 1kpps --rate-tolerance 100%
  wait_until 20 has_programs 1 || skip "no BPF here: $(cat "$err")"
  end_by KILL
  wait_until has_programs 0 || fail "$(bpftool prog show)"
  # the interface that it used is put back by the next start
  blast
  owns rx.udp "udp:$to" 0
}

# Another namespace of this host, whose frames are lost for the same reasons as ours.
begin_noise() {
  neighbour=ovr-noise-$$
  make_namespace "$neighbour"
  ip -n "$neighbour" link set lo up
  ip netns exec "$neighbour" nft -f - <<'NFT' || skip "no nft here"
table inet noise {
  chain out {
    type filter hook output priority 0;
    udp dport 7 counter drop
  }
}
NFT
  ip netns exec "$neighbour" "$PYTHON" - >"$scratch/noise" <<'PYTHON' &
import os, socket, time
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
parent = os.getppid()
while os.getppid() == parent:
    for port in (7, 9, 11):  # a rule drops it; nobody has a socket there, twice
        try:
            out.sendto(bytes(1000), ("127.0.0.1", port))
        except OSError:
            pass
    print("sends", flush=True)
    time.sleep(0.0005)
PYTHON
  at_end "end_ours $!"
  wait_until grep -q sends "$scratch/noise" || fail "the neighbour does not send"
}

for i in "${!rows[@]}"; do
  row=${rows[i]}
  for version in 4 6; do
    if ((count > 1 || (seed + i) % 2 == (version == 6))); then
      eval "test_${row}_owns_its_loss_by_ipv$version() { use_ipv$version; row_$row; }"
    fi
  done
  # again with as many frames as the seed says
  if ((count > 1 || (seed + i) % 3 == 0)); then
    eval "test_beside_a_noisy_neighbour_${row}_owns_its_loss() { begin_noise; random_row $row; }"
  fi
done

# random_row ROW: by the version of IP, and with the count, that the seed says
random_row() {
  RANDOM=$((seed + ${#1}))
  frames=$((20 * (100 + RANDOM % 900)))
  if ((RANDOM % 2)); then use_ipv4; else use_ipv6; fi
  echo "$frames frames by IPv$ip"
  "row_$1"
}

run_tests
