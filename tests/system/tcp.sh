#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Connections from a host through a Linux router to another host: what each place of the kernels on the way drops is what was lost,
# in segments, and has that place's counter for its owner.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=networks.sh
. "$(dirname "$0")/networks.sh"

need_veth
need_cpus 2
need_tool nft tc
make_receiver
make_sender

in_hop() { ip netns exec "$hop" "$@"; }
in_sender() { ip netns exec "$tester" "$@"; }
in_receiver() { ip netns exec "$receiver" "$@"; }

use_ipv4() { to=198.19.0.1:5201; }
use_ipv6() { to='[2001:2:0:1::1]:5201'; }

# talk TX-KEYS RX-KEYS [OPTION…]: one trial, whose result stands in $result; its exit code in $code
talk() {
  local tx=$1 rx=$2
  shift 2
  expect_exit '[012]' "$OVERRUN" run --tx "tcp:$to,netns=$tester${tx:+,$tx}" --rx "tcp:$to,netns=$receiver${rx:+,$rx}" \
    --via "netns=$hop" --json "$result" "$@"
  has_form tcp "$result"
  value "$result" '(d["verdict"], d["reasons"], d["notes"], [(a["place"], a["end"], a["counter"], a["segments_max"])
    for a in d["books"]["accounts"]])'
}

# owned PLACE END: how many segments the counters there hold, which is certain
owned() { echo "sum(a['segments_min'] for a in d['books']['accounts'] if (a['place'], a['end']) == ('$1', '$2'))"; }
# certain: nobody is in doubt, and nothing is unexplained
certain=('d["books"]["unexplained_min"] == d["books"]["unexplained_max"] == 0' 'not d["has_others"]'
  'd["books"]["lost_min"] == d["books"]["lost_max"]'
  'all(a["segments_min"] == a["segments_max"] for a in d["books"]["accounts"])')
# delivered: TCP has sent again whatever was lost
delivered=('d["is_drained"]' 'd["records_read"] == d["records_written"]' 'd["records_corrupt"] == 0')

test_a_clean_path_delivers_every_record_and_loses_no_segment() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    talk connections=4 '' --count 20000
    [[ $code == 0 ]] || fail "exit code $code"
    json "$result" "${certain[@]}" "${delivered[@]}" 'd["records_read"] == 20000' 'd["books"]["lost_max"] == 0' \
      'd["n_accepted"] == 4' 'd["books"]["forward"]["data_out"] >= 20000' 'd["books"]["accounts"] == []'
  done
}

# The rule answers in the receiver's place: the reset was sent by neither end.
test_connections_that_a_firewall_rejects_are_lost_there() {
  use_ipv4
  at_end 'in_hop nft delete table inet guard'
  in_hop nft 'add table inet guard; add chain inet guard forward { type filter hook forward priority 0; }'
  in_hop nft 'add rule inet guard forward tcp flags & (syn | ack) == syn counter reject with tcp reset'
  talk connections=4 '' --time 300ms
  [[ $code == 1 ]] || fail "exit code $code"
  json "$result" "${certain[@]}" "$(owned rx.netfilter "hop:$hop") == 4" 'd["books"]["lost_max"] == 4' \
    'd["books"]["backward"]["lost"] == 0' 'not any("repeats" in r for r in d["reasons"])'
}

# All is written before the last of them is answered.
test_a_thousand_connections_are_all_established() {
  use_ipv4
  talk connections=1000 '' --count 2000
  [[ $code == 0 ]] || fail "exit code $code"
  json "$result" "${certain[@]}" "${delivered[@]}" 'd["n_accepted"] == 1000' 'd["books"]["lost_max"] == 0' \
    'all(c["state"] == "established" for c in d["connections"])'
}

test_a_rule_of_the_receiver_owns_the_segments_that_it_drops() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    rules "$receiver" input 'tcp dport 5201 numgen inc mod 50 10 counter drop'
    talk '' '' --count 2000 --rate 10kpps
    [[ $code == 1 ]] || fail "exit code $code"
    json "$result" "${certain[@]}" "${delivered[@]}" 'd["books"]["lost_max"] > 30' \
      "$(owned rx.netfilter receiver) == d['books']['lost_max'] == d['books']['forward']['lost']"
  done
}

# Both directions pass it: data and acknowledgements.
test_a_rule_of_a_hop_owns_the_segments_of_both_directions() {
  use_ipv4
  rules "$hop" forward 'meta l4proto tcp numgen inc mod 40 10 counter drop'
  talk '' '' --count 2000 --rate 10kpps
  json "$result" "${certain[@]}" "${delivered[@]}" "$(owned rx.netfilter "hop:$hop") == d['books']['lost_max'] > 30" \
    'd["books"]["forward"]["lost"] > 0' 'd["books"]["backward"]["lost"] > 0'
}

test_a_queueing_discipline_owns_what_it_drops() {
  use_ipv4
  in_hop tc qdisc add dev ovr1b root handle 10: tbf rate 20mbit burst 5000 limit 20000
  at_end "ip netns exec $hop tc qdisc del dev ovr1b root"
  talk congestion=cubic '' --count 2000
  json "$result" "${certain[@]}" "${delivered[@]}" "$(owned tx.qdisc "hop:$hop") == d['books']['lost_max'] > 0"
}

# Packets of several segments: the counter tells of packets.
test_behind_gso_a_counter_of_packets_is_a_range() {
  use_ipv4
  ip -n "$tester" link set ovr0a gso_max_segs 64
  at_end "ip -n $tester link set ovr0a gso_max_segs 1"
  in_hop tc qdisc add dev ovr1b root handle 10: tbf rate 20mbit burst 5000 limit 20000
  at_end "ip netns exec $hop tc qdisc del dev ovr1b root"
  talk congestion=cubic '' --count 2000
  json "$result" "${delivered[@]}" 'd["segments_per_packet_max"] > 1' \
    'd["books"]["unexplained_min"] == 0' 'd["books"]["explained_min"] <= d["books"]["lost_max"] == d["books"]["explained_max"]'
}

# Large segments are counted as arrived before their checksum is looked at.
test_a_wrong_checksum_is_found_behind_the_count_of_arrivals() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    rules "$hop" forward 'tcp dport 5201 meta length > 1000 numgen inc mod 50 10 tcp checksum set tcp checksum ^ 0x1'
    talk '' '' --count 2000 --rate 10kpps
    [[ $code == 1 ]] || fail "exit code $code"
    json "$result" "${certain[@]}" "${delivered[@]}" 'd["books"]["lost_max"] == 0' \
      'd["books"]["dropped_min"] == d["books"]["dropped_max"] >= 30' "$(owned rx.tcp receiver) == d['books']['dropped_max']" \
      'd["books"]["accounts"][0]["counter"] == "Tcp:InCsumErrors"'
  done
}

# SYNs that were sent again: a second later, if the trial still lasts on a busy host
repeated='sum(c["syn_retrans"] for c in d["connections"])'

# listen(4) holds five: fifteen of twenty SYNs are dropped, and so are those of them that are sent again.
test_a_full_accept_queue_owns_the_syns_that_it_drops() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    talk connections=20 backlog=4,accept=0 --time 400ms
    [[ $code == 1 ]] || fail "exit code $code"
    json "$result" "${certain[@]}" "d['books']['lost_max'] == $(owned rx.tcp receiver) == 15 + $repeated" \
      'd["books"]["accounts"][0]["counter"] == "TcpExt:ListenOverflows"' 'd["n_accepted"] == 5' \
      'sum(c["state"] == "pending" for c in d["connections"]) == 15' 'd["records_read"] == d["records_written"]'
  done
}

# A SYN that is sent again is dropped again, and counts again.
test_a_repeated_syn_counts_again() {
  use_ipv4
  talk connections=20 backlog=4,accept=0 --time 1500ms
  json "$result" "${certain[@]}" "d['books']['lost_max'] == $(owned rx.tcp receiver) == 15 + $repeated" "$repeated >= 15"
}

# No handshake ends, since a rule drops every SYN-ACK. Of a queue of 64 a new SYN gets three quarters.
test_a_full_syn_queue_owns_the_syns_that_it_drops() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    set_in "$receiver" net.ipv4.tcp_syncookies=0 net.ipv4.tcp_max_syn_backlog=64
    rules "$hop" forward 'tcp flags & (syn | ack) == (syn | ack) counter drop'
    # how many there are after a second, when SYNs come again, is another matter
    for _ in 1 2 3 4; do
      talk connections=100 backlog=1024 --time 400ms
      (($(value "$result" "$repeated") > 0)) || break
    done
    [[ $code == 1 ]] || fail "exit code $code"
    # two CPUs in the listener at once may take one more; the hop's rule may meet a neighbour's packet too
    json "$result" '49 <= d["half_open"]["n"] <= 50' 'd["half_open"]["syn_acks"] == d["half_open"]["n"]' \
      'd["books"]["forward"]["lost"] == 100 - d["half_open"]["n"]' 'd["books"]["backward"]["lost"] == d["half_open"]["n"]' \
      "$(owned rx.tcp receiver) == d['books']['forward']['lost']" 'd["books"]["unexplained_min"] == 0' \
      "$(owned rx.netfilter "hop:$hop") + 2 >= d['half_open']['n']" 'd["n_accepted"] == 0' 'd["records_written"] == 0'
  done
}

test_a_closed_window_loses_nothing_and_is_told() {
  for use in use_ipv4 use_ipv6; do
    "$use"
    talk '' rcvbuf=65536 --stall unread --time 700ms
    [[ $code == 0 ]] || fail "exit code $code"
    json "$result" "${certain[@]}" "${delivered[@]}" 'd["books"]["lost_max"] == 0' 'd["books"]["dropped_max"] == 0' \
      'd["connections"][0]["sender"]["rwnd_limited_us"] > 300000' 'd["latency"]["max_ns"] > 500000000'
  done
}

# The reader waits until all is sent, and the sender for room.
test_what_was_not_written_is_no_pass() {
  use_ipv4
  talk '' rcvbuf=65536 --stall unread --count 100000 --drain 500ms
  [[ $code == 2 ]] || fail "exit code $code"
  json "$result" "${delivered[@]}" 'd["books"]["lost_max"] == 0' 'd["records_written"] < 100000' \
    'any("of 100,000 records were written" in r for r in d["reasons"])'
}

test_a_rate_that_was_not_reached_is_said() {
  use_ipv4
  talk '' rcvbuf=65536 --service 1kpps --rate 10kpps --time 500ms
  [[ $code == 0 ]] || fail "exit code $code"
  json "$result" "${delivered[@]}" 'any("where the rate called for 5,000" in n for n in d["notes"])'
  # a busy host may not reach it, and then says so
  for _ in 1 2 3 4; do
    talk '' '' --rate 1kpps --time 500ms
    [[ $(value "$result" 'd["notes"]') != '[]' ]] || break
  done
  json "$result" "${delivered[@]}" 'd["notes"] == []'
}

# A receiver whose buffer has become smaller than the window that it had announced. Kernels name the counter differently.
test_what_does_not_fit_the_receive_queue_is_dropped_by_tcp() {
  use_ipv4
  talk '' shrink=2304 --stall unread --time 700ms
  [[ $code == 1 ]] || fail "exit code $code"
  json "$result" "${certain[@]}" "${delivered[@]}" 'd["books"]["lost_max"] == 0' 'd["books"]["dropped_min"] > 0' \
    "$(owned rx.tcp receiver) == d['books']['dropped_max']" \
    'all(a["counter"] in ("TcpExt:TCPRcvQDrop", "TcpExt:BeyondWindow", "TcpExt:TCPZeroWindowDrop", "TcpExt:TCPOFODrop")
      for a in d["books"]["accounts"])'
}

# No counter tells of a blackhole.
test_what_no_counter_tells_of_stays_unexplained() {
  use_ipv4
  ip -n "$hop" route add blackhole 198.19.0.1
  at_end "ip -n $hop route del blackhole 198.19.0.1"
  talk connections=3 '' --time 400ms
  [[ $code == 1 ]] || fail "exit code $code"
  json "$result" "d['books']['lost_max'] == d['books']['unexplained_max'] == d['books']['unexplained_min'] == 3 + $repeated" \
    'd["n_accepted"] == 0'
}

test_a_missing_route_sends_no_segment_and_is_said() {
  use_ipv4
  ip -n "$tester" route del default
  at_end "ip -n $tester route add default via 198.18.255.254"
  talk connections=3 '' --time 400ms
  [[ $code == 2 ]] || fail "exit code $code"
  json "$result" 'all(c["state"] == "unsent" for c in d["connections"])' 'any("nothing was sent" in r for r in d["reasons"])' \
    'any("unreachable" in n for n in d["notes"])' 'd["books"]["accounts"] == []'
}

test_beside_others_in_the_namespace_counters_are_ranges() {
  use_ipv4
  in_receiver "$PYTHON" - >"$scratch/others" <<'PYTHON' &
import os, socket, time
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(20):
        try:
            socket.create_connection(("127.0.0.1", 9), 0.001)  # refused
        except OSError:
            pass
    print("sends", flush=True)
    time.sleep(0.001)
PYTHON
  at_end "end_ours $!"
  wait_until grep -q sends "$scratch/others" || fail "the others do not connect"
  rules "$receiver" input 'tcp dport { 9, 5201 } numgen inc mod 50 10 counter drop'
  talk '' '' --count 500 --rate 1kpps
  json "$result" 'd["has_others"]' 'd["books"]["unexplained_min"] == 0' 'd["books"]["explained_min"] == 0' \
    'all(a["segments_min"] == 0 for a in d["books"]["accounts"])' 'd["verdict"] != "void"'
}

# The acknowledgements, which do not come in there, do not stand for what others send to it.
test_packets_of_others_at_the_receiver_are_not_those_that_were_lost() {
  use_ipv4
  in_sender "$PYTHON" - >"$scratch/others" <<'PYTHON' &
import os, socket, time
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
parent = os.getppid()
while os.getppid() == parent:
    end.sendto(b"other", ("198.19.0.1", 7))
    print("sends", flush=True)
    time.sleep(0.005)
PYTHON
  at_end "end_ours $!"
  wait_until grep -q sends "$scratch/others" || fail "the others do not send"
  rules "$receiver" input 'meta l4proto udp counter drop'
  rules "$hop" forward 'tcp dport 5201 numgen inc mod 100 10 drop'
  talk '' '' --count 2000 --rate 2kpps
  [[ $code == 1 ]] || fail "exit code $code"
  json "$result" 'd["books"]["unexplained_max"] == d["books"]["lost_max"] > 15' 'd["books"]["explained_min"] == 0' \
    'all(a["segments_min"] == 0 for a in d["books"]["accounts"])'
}

test_a_slow_reader_is_asked_for_by_its_service() {
  use_ipv4
  talk '' '' --count 500 --service 1kpps
  json "$result" "${delivered[@]}" 'd["total_ns"] > 400000000' 'd["records_read"] == 500'
}

has_connections() { in_receiver ss -Htan | grep -q ESTAB; }

test_a_signal_ends_it_void() {
  use_ipv4
  begin "$OVERRUN" run --tx "tcp:$to,netns=$tester" --rx "tcp:$to,netns=$receiver" --time 60s --json "$result"
  wait_until has_connections || fail "no connection: $(cat "$err")"
  end_by INT
  [[ $code == 2 ]] || fail "exit code $code: $(cat "$err")"
  json "$result" 'd["verdict"] == "void"' 'any("signal" in r for r in d["reasons"])'
}

test_bad_input_is_refused_in_one_sentence() {
  use_ipv4
  refused() {
    local sentence=$1
    shift
    expect_exit 3 "$OVERRUN" run "$@"
    grep -qF "$sentence" "$err" || fail "found: $(cat "$err")"
    (($(wc -l <"$err") == 1)) || fail "more than a sentence: $(cat "$err")"
  }
  refused 'accepted: the name of a network namespace' --rx "tcp:127.0.0.1:9,netns="
  refused 'no-such-namespace' --rx "tcp:127.0.0.1:9,netns=no-such-namespace"
  refused 'the kernel refuses to listen there' --rx "tcp:198.19.0.9:9"
  refused 'found CPU 1023, which this process may not use' --rx "tcp:127.0.0.1:9" --cores tx=1023
  refused 'and the kernel refuses it' --rx "tcp:127.0.0.1:9" --tx "tcp:127.0.0.1:9,congestion=nosuch"
  refused 'accepted: tcp on both sides' --tx "tcp:127.0.0.1:9" --rx "udp:127.0.0.1:9"
  refused 'accepted: none, since no device of DPDK takes part' --rx "tcp:127.0.0.1:9" -- --no-pci
}

run_tests
