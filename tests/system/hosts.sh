#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Trials over several hosts: namespaces with an agent each, a caller beside them on a management network, and a path of their
# own for the frames.
#
#   hosts.sh [--count N] [--seed S]   N random trials with impairments, and 20,000 frames from one interface to another; 200 are
#                                     the full check, with 100,000
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=hosts_lib.sh
. "$(dirname "$0")/hosts_lib.sh"

need_veth
need_cpus 2
sample 4 "${SEED:-$RANDOM}" "$@"
frames=$((count < 200 ? 20000 : 100000))
# how many datagrams may wait while the receiver's processor stands still is not what is asked here
socket=udp:10.78.0.2:9000
large=rcvbuf=67108864
lossless=(--warmup 0s --rate-tolerance 100% --on-full wait --tmax 1m)

test_a_socket_of_another_host_receives_every_frame() {
  make_hosts a b
  start_agent a
  start_agent b
  expect_trial 0 call run --tx "host:a/$socket" --rx "host:b/$socket,$large" --rate 40kpps --count 100000 \
    "${lossless[@]}" --json "$result"
  books "$result" 0
  json "$result" 'l["sent"] == 100000' 'l["lost"] == 0'
}

test_an_interface_of_another_host_receives_every_frame() {
  make_hosts a b
  start_agent a
  start_agent b
  for mode in af_packet af_xdp; do
    expect_trial 0 call run --tx "host:a/netdev:ovr0a,mode=$mode" --rx "host:b/netdev:ovr0b,mode=$mode" --rate 20kpps --count "$frames" \
      --rxd 8192 --txd 8192 "${lossless[@]}" --json "$result"
    books "$result" 0
    json "$result" "l['sent'] == $frames" 'l["lost"] == 0'
  done
  # a socket's kernel leaves the checksum to a NIC, and there is none
  in_host a ip neigh add 10.78.0.2 lladdr "$(in_host b cat /sys/class/net/ovr0b/address)" nud permanent dev ovr0a
  expect_trial 0 call run --tx host:a/udp:10.78.0.2:9000 --rx host:b/netdev:ovr0b,mode=af_packet --rate 20kpps --count 5000 --size 64,1000 \
    --rxd 8192 "${lossless[@]}" --json "$result"
  books "$result" 0
  json "$result" 'l["sent"] == 5000' 'l["lost"] == 0' 'l["corrupt"] == 0'
}

test_the_sender_may_be_of_this_host() {
  make_hosts a b
  start_agent b
  expect_trial 0 call_from a run --tx netdev:ovr0a,mode=af_packet --rx host:b/netdev:ovr0b,mode=af_packet --rate 20kpps --count 20000 \
    --rxd 8192 "${lossless[@]}" --json "$result"
  books "$result" 0
  json "$result" 'l["sent"] == 20000' 'l["lost"] == 0'
}

# keeps_off_cpu0 PROCESS: none of its threads may run there
keeps_off_cpu0() {
  grep -hq '^Cpus_allowed_list:' "/proc/$1"/task/*/status && ! grep -hqE '^Cpus_allowed_list:.0([,-]|$)' "/proc/$1"/task/*/status
}

test_the_caller_stays_off_the_cpus_of_its_own_end() {
  make_hosts a b
  start_agent b
  ! keeps_off_cpu0 $$ || skip "this process may not use CPU 0"
  call_from a run --tx netdev:ovr0a,mode=af_packet --rx host:b/netdev:ovr0b,mode=af_packet --cores tx=0,rx=1 --rate 1kpps --time 30s \
    "${lossless[@]}" >"$out" 2>"$err" </dev/null &
  runner=$!
  wait_until pgrep -P "$runner" >/dev/null || fail "the caller does not run: $(<"$err")"
  caller=$(pgrep -P "$runner")
  at_end "pkill -TERM -P $runner; wait $runner"
  wait_until keeps_off_cpu0 "$caller" || fail "$(grep -h Cpus_allowed_list "/proc/$caller"/task/*/status) $(<"$err")"
}

test_what_a_filter_drops_before_the_receiver_is_owned_by_its_half() {
  need_tool nft
  make_hosts a b
  in_host b nft -f - <<'END'
table inet ovr {
  chain input {
    type filter hook input priority 0
    udp dport 9000 numgen inc mod 10 == 0 counter drop
  }
}
END
  start_agent a
  start_agent b
  expect_trial 1 call run --tx "host:a/$socket" --rx "host:b/$socket,$large" --rate 40kpps --count 100000 \
    "${lossless[@]}" --json "$result"
  books "$result" 1
  json "$result" 'l["sent"] == 100000' 'l["lost"] == 10000' 'frames("rx.netfilter") == 10000' 'l["unexplained"] == 0'
}

test_a_ring_that_overflows_on_another_host_is_counted_there() {
  make_hosts a b
  start_agent a
  start_agent b
  expect_trial 1 call run --tx host:a/netdev:ovr0a --rx host:b/netdev:ovr0b --rate 20kpps --count 1000 --rxd 256 --stall unread \
    "${lossless[@]}" --json "$result"
  books "$result" 1
  json "$result" 'l["lost"] == 744' 'frames("rx.ring") == 744' \
    'any(a["counter"] == "rx_queue_0_drops" and a["frames"] == 744 for a in l["accounts"])'
}

test_both_ports_of_one_host_are_one_end() {
  start_loopback_agent
  random_trials=$count
  for ((i = 0; i < random_trials; i++)); do
    keys="drop=0.$((RANDOM % 50))%,dup=0.$((RANDOM % 50))%,reorder=$((RANDOM % 8 + 1)):0.$((RANDOM % 50))%,corrupt=0.$((RANDOM % 20))%"
    expect_trial '[01]' "$OVERRUN" run --rx "host:127.0.0.1:$agent_port/wire:1,$keys" --rate 100kpps --count $((RANDOM + 1000)) \
      --warmup 0s --rate-tolerance 100% --seed $((RANDOM + 1)) --json "$result"
    books "$result" "$code"
    json "$result" 'l["unexplained"] == 0'
  done
}

test_a_search_over_hosts_gives_the_answer_of_one() {
  start_loopback_agent
  # the receiver takes 2 kpps, which any core can do: the answer is the same wherever it runs
  options=(--service 2kpps --rxd 64 --algorithm binary --goals 1% --width 20% --time 500ms --max-rate 4kpps --attempts 3)
  expect_trial '[012]' "$OVERRUN" search --rx "host:127.0.0.1:$agent_port/wire:1" "${options[@]}" --json "$scratch/far.json"
  expect_trial '[012]' "$OVERRUN" search --rx wire:1 "${options[@]}" --json "$scratch/near.json"
  local code=0
  "$PYTHON" - "$scratch/far.json" "$scratch/near.json" <<'END' || code=$?
import json, sys
far, near = (json.load(open(p, encoding="utf-8"))["search"]["sizes"][0]["answers"] for p in sys.argv[1:])
if not far or not near:
    print("no answer:", far, near)
    sys.exit(77)
far, near = far[0], near[0]
print("far", far["lower_pps"], far["upper_pps"], "near", near["lower_pps"], near["upper_pps"])
overlap = lambda one, other: one["lower_pps"] <= 1.1 * (other["upper_pps"] or float("inf"))
sys.exit(0 if overlap(far, near) and overlap(near, far) else 1)
END
  ((code != 77)) || skip "this host was too busy for an answer"
  ((code == 0)) || fail "the answers differ"
}

test_the_counters_of_another_host_are_verified() {
  is='lambda name: {c["classification"] for c in d["verify"]["counters"] if c["counter"] == name}'
  # two hosts: the receiver's driver is read there
  make_hosts a b
  start_agent a
  start_agent b
  expect_trial 0 call ring verify host:b/netdev:ovr0b --tx host:a/netdev:ovr0a --hosts "$scratch/hosts.yaml" --rxd 64 --json "$result"
  json "$result" 'd["verify"]["driver"] == "veth"' "($is)('rx_queue_0_drops') == {'exact'}" "($is)('rx_dropped') == {'port-level only'}" \
    'all(t["summary"]["unexplained"] == 0 for t in d["trials"])'
  has_form result "$result"
}

test_a_burst_search_over_hosts_gives_the_answer_of_one() {
  start_loopback_agent
  # nobody reads while frames arrive: the longest burst is the ring, on any host
  expect_trial 0 "$OVERRUN" burst --rx "host:127.0.0.1:$agent_port/wire:1" --stall unread --rxd 6 --burst-max 9 --repeats 1 --drain 1ms \
    --json "$result"
  json "$result" 'd["back_to_back"]["frames"]["average"] == 6' 'all(t["whole"] == (t["frames"] <= 6) for t in d["trials"])'
}

# ring_advise.sh has the same on one host.
test_a_ring_is_advised_over_hosts_as_on_one() {
  local outcome='{t["ring"]: t["outcome"] for t in d["advice"]["verifications"]}'
  start_loopback_agent
  expect_exit '[0-2]' "$OVERRUN" ring advise "host:127.0.0.1:$agent_port/wire:1" --rate 1mpps --stall 500us/10ms --cover injected \
    --baseline 500ms --time 500ms --json "$result"
  if ((code != 0)); then
    json "$result" 'd["verdict"] == "void" or d["advice"]["model"]["host_share"] > 0.1'
    skip "this host stalls too much to verify a ring"
  fi
  json "$result" 'd["advice"]["ring"] == 1024' 'd["advice"]["below"] == 512' "$outcome == {1024: 'lossless', 512: 'lost'}" \
    'd["advice"]["model"]["ring_injected"] == 1024' 'd["advice"]["verification_stall_ns"] == 833333'
}

test_the_limits_of_cores_of_other_hosts_are_found() {
  start_loopback_agent
  # how fast anything is decides nothing here; a signal ends it with what is known
  begin "$OVERRUN" selftest --rx "host:127.0.0.1:$agent_port/wire:1" --time 20ms --json "$result"
  wait_until is_in_a_later_trial || fail "no trial ended: $(<"$err")"
  end_by INT
  [[ $code == [012] ]] || fail "exit code $code, not 0, 1 or 2: $(<"$err")"
  json "$result" 'd["command"] == "selftest"' 'd["trials"][0]["purpose"] == "send"' \
    '{s["purpose"] for s in d["trials"]} <= {"send", "check", "sustain", "confirm"}' \
    'all(b["lost"] is None or b["lost"] == b["sent"] - b["unique"] for b in (s["trial"]["ledger"] for s in d["trials"]))' \
    'all(s["trial"]["ledger"]["unexplained"] in (None, 0) for s in d["trials"] if s["purpose"] != "send")' \
    'd["verdict"] != "pass" or d["selftest"]["sustained"]["rate_pps"] > 0'
  has_form result "$result"
  refused=$agent_port
  start_loopback_agent
  expect_exit 3 "$OVERRUN" selftest --tx "host:127.0.0.1:$refused/udp:127.0.0.1:9,host:127.0.0.1:$agent_port/udp:127.0.0.1:9" \
    --rx udp:127.0.0.1:9
  one_sentence selftest
  says 'found 2 senders for a selftest' "$err"
}

test_an_interface_of_another_host_is_watched_beside_a_trial() {
  make_hosts a b
  start_agent a
  start_agent b
  touch "$scratch/watch"
  call watch host:b/netdev:ovr0b host:b/netdev:mgmt0 --interval 100ms --json >"$scratch/watch" 2>"$scratch/watch-err" &
  watch=$!
  at_end "end_ours $watch"
  wait_until grep -q interval "$scratch/watch" || fail "nothing is watched: $(<"$scratch/watch-err")"
  expect_trial 0 call run --tx host:a/netdev:ovr0a,mode=af_packet --rx host:b/netdev:ovr0b,mode=af_packet --rate 5kpps --count 2000 --rxd 8192 \
    "${lossless[@]}" --json "$result"
  says 'begins with' "$scratch/agent-b"
  # its agent is killed: what was seen counts
  kill -KILL "${agent[b]}"
  { wait "${agent[b]}" || true; } 2>/dev/null
  code=0
  wait "$watch" || code=$?
  ((code == 3)) || fail "watch ended with $code, not 3: $(<"$scratch/watch-err")"
  says 'host b: ' "$scratch/watch-err"
  tail -n 1 "$scratch/watch" >"$scratch/total.json"
  json "$scratch/total.json" 'd["record"] == "total"' '[(i["host"], i["name"]) for i in d["interfaces"]] == [("b", "ovr0b"), ("b", "mgmt0")]' \
    'd["interfaces"][0]["rx_packets"] >= 2000' 'd["interfaces"][0]["driver"] == "veth"'
  has_form watch "$scratch/total.json"
}

test_what_may_not_be_watched_is_refused_in_one_sentence() {
  start_loopback_agent
  expect_exit 3 "$OVERRUN" watch "host:127.0.0.1:$agent_port/netdev:lo" --count 1
  one_sentence watch
  says 'interface: found "netdev:lo", which this host does not allow' "$err"
  expect_exit 3 "$OVERRUN" watch "host:127.0.0.1:$agent_port/udp:127.0.0.1:9" --count 1
  one_sentence watch
  expect_exit 3 "$OVERRUN" watch --all-places "host:127.0.0.1:$agent_port/netdev:lo" --count 1
  one_sentence watch
}

test_several_senders_share_one_receiver_and_each_has_its_books() {
  senders=()
  for _ in 1 2 3; do
    start_loopback_agent
    senders+=("host:127.0.0.1:$agent_port/udp:127.0.0.1:9000")
  done
  start_loopback_agent
  tx=$(IFS=,; echo "${senders[*]}")
  expect_trial 0 "$OVERRUN" run --tx "$tx" --rx "host:127.0.0.1:$agent_port/udp:127.0.0.1:9000,rcvbuf=16777216" --rate 2kpps --count 2000 \
    --streams 4 "${lossless[@]}" --json "$result"
  books "$result" 0
  json "$result" 'l["sent"] == 6000' 'l["lost"] == 0' 'len(t["streams"]) == 12' 'len(t["hosts"]) == 4' \
    'len(t["pairs"]) == 3' 'all((p["sent"], p["unique"], p["lost"]) == (2000, 2000, 0) for p in t["pairs"])' \
    '[p["stream_first"] for p in t["pairs"]] == [0, 4, 8]' 'abs(t["fairness"] - 1) < 1e-9'
  # a buffer that overflows: what each sender lost is what the receiver's counter has in sum
  expect_trial 1 "$OVERRUN" run --tx "$tx" --rx "host:127.0.0.1:$agent_port/udp:127.0.0.1:9000,rcvbuf=16384" --rate 2kpps --count 1000 \
    --stall unread "${lossless[@]}" --json "$result"
  books "$result" 1
  json "$result" 'l["sent"] == 3000' 'l["lost"] > 0' 'l["lost"] == frames("rx.socket")' 'l["unexplained"] == 0' \
    'sum(p["lost"] for p in t["pairs"]) == l["lost"]'
}

# drop_in HOST HOOK MATCH: what matches is dropped there, and counted anew
drop_in() {
  in_host "$1" nft "table inet ovr; delete table inet ovr
    table inet ovr { chain drops { type filter hook $2 priority 0; $3 counter drop; }; }"
}

# dropped HOST: how much that was
dropped() {
  in_host "$1" nft -j list table inet ovr | "$PYTHON" -c '
import json, sys
print(*(part["counter"]["packets"] for entry in json.load(sys.stdin)["nftables"]
        for part in entry.get("rule", {}).get("expr", []) if "counter" in part))'
}

# Of two senders one loses on its own host, before the line, and at a filter of the receiver's. Messages to the caller pass the same
# hooks, so that both may be ranges.
test_each_of_several_senders_knows_what_it_lost() {
  local before beyond
  need_tool nft
  make_hosts a c b
  # b has a way of its own to the receiver
  ip -n "ovr-b-$$" link add ovr1b type veth peer name ovr1c netns "ovr-c-$$"
  ip -n "ovr-b-$$" addr add 10.79.0.1/24 dev ovr1b
  ip -n "ovr-c-$$" addr add 10.79.0.2/24 dev ovr1c
  ip -n "ovr-b-$$" link set ovr1b up
  ip -n "ovr-c-$$" link set ovr1c up
  ip -n "ovr-b-$$" route add 10.78.0.2/32 via 10.79.0.2
  start_agent a
  start_agent b
  start_agent c
  # three ends on two CPUs: a busy host may miss the start, or a sign of life
  for _ in 1 2 3; do
    drop_in b output 'udp dport 9000 numgen inc mod 20 == 0'
    drop_in c input 'iifname ovr1c udp dport 9000 numgen inc mod 10 == 0'
    expect_exit '[123]' call run --tx host:a/udp:10.78.0.2:9000,host:b/udp:10.78.0.2:9000 \
      --rx host:c/udp:10.78.0.2:9000,rcvbuf=16777216 --rate 2kpps --count 2000 "${lossless[@]}" --json "$result"
    ((code != 1)) || break
  done
  books "$result" 1
  before=$(dropped b) beyond=$(dropped c)
  # a datagram that was refused beside others is sent again, once
  json "$result" 'l["sent"] == 4000' "0 <= $before + $beyond - l['lost'] <= 1" "l['lost'] - $beyond >= 99 and $beyond >= 189" \
    'l["unexplained"] == 0' '[h["name"] for h in t["hosts"]] == ["a", "b", "c"]' '[p["lost"] for p in t["pairs"]] == [0, l["lost"]]' \
    "all(p['lost_before_min'] <= n <= p['lost_before_max'] for p, n in zip(t['pairs'], (0, l['lost'] - $beyond)))" \
    "all(p['lost_beyond_min'] <= n <= p['lost_beyond_max'] for p, n in zip(t['pairs'], (0, $beyond)))" \
    'abs(t["fairness"] - l["unique"]**2 / (2 * (2000**2 + (2000 - l["lost"])**2))) < 1e-9'
}

# arrivals: until it is ended it counts the frames that come to ovr0 of r, as another socket there gets them. Then it prints
# each sender's address, how many came from it, and how many of these were among the first 1,024 of all.
arrivals() {
  exec ip netns exec "ovr-r-$$" "$PYTHON" -u -c '
import collections, signal, socket

RCVBUFFORCE, PROTOCOL_ALL, RING = 33, 3, 1024
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(PROTOCOL_ALL))
tap.setsockopt(socket.SOL_SOCKET, RCVBUFFORCE, 64 << 20)
tap.bind(("ovr0", PROTOCOL_ALL))
tap.settimeout(0.2)
is_over = False
def end(*_):
    global is_over
    is_over = True
signal.signal(signal.SIGTERM, end)
came, first, n = collections.Counter(), collections.Counter(), 0
print("ready")
while True:
    try:
        frame, (_, _, kind, _, _) = tap.recvfrom(2048)
    except socket.timeout:
        if is_over:
            break
        continue
    if kind == socket.PACKET_OUTGOING:
        continue
    n += 1
    # what is sent to all is no frame of the trial, and has a place in the ring all the same
    if not frame[0] & 1:
        sender = frame[6:12].hex(":")
        came[sender] += 1
        first[sender] += n <= RING
for sender in came:
    print(sender, came[sender], first[sender])'
}

# incast [OPTIONS OF overrun run]: 8 senders into a ring of 1,024. The switch drops every 4th frame of s5 and every 10th of s7; its counters are
# in $scratch/dropped, what arrived of each sender in $scratch/came.
incast() {
  local n ways=() tap
  for n in 1 2 3 4 5 6 7 8; do
    ways+=("host:s$n/netdev:ovr0,mode=af_packet")
  done
  # nine ends on two CPUs: a busy host may miss the start, or a sign of life
  for _ in 1 2 3; do
    ip netns exec "$switch" nft -f - <<'END'
table bridge ovr
delete table bridge ovr
table bridge ovr {
  chain forward {
    type filter hook forward priority 0
    iifname to-s5 oifname to-r ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 numgen inc mod 4 == 0 counter drop
    iifname to-s7 oifname to-r ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 numgen inc mod 10 == 0 counter drop
  }
}
END
    arrivals >"$scratch/came" &
    tap=$!
    at_end "end_ours -KILL $tap"
    wait_until grep -q ready "$scratch/came" || fail "nobody counts what arrives"
    expect_exit '[123]' call run --tx "$(IFS=,; echo "${ways[*]}")" --rx host:r/netdev:ovr0,mode=af_packet --path dut --rate 10kpps \
      --count 500 --rxd 1024 "${lossless[@]}" --json "$result" "$@"
    kill -TERM "$tap"
    wait "$tap"
    ((code != 1)) || break
  done
  books "$result" 1
  ip netns exec "$switch" nft -j list table bridge ovr >"$scratch/dropped"
}

# holds EXPRESSION…: these are true of the senders s1 to s8, each a list: sent, unique and lost as the result has them, came and first
# as the tap, dropped as the switch
holds() {
  "$PYTHON" - "$result" "$scratch" "$@" <<'END' || fail "what each sender lost is not what was seen"
import json, sys

trial = json.load(open(sys.argv[1], encoding="utf-8"))["trial"]
of = {line.split()[0]: line.split()[1:] for line in open(sys.argv[2] + "/came", encoding="utf-8") if line != "ready\n"}
counted = [part["counter"]["packets"] for entry in json.load(open(sys.argv[2] + "/dropped", encoding="utf-8"))["nftables"]
           for part in entry.get("rule", {}).get("expr", []) if "counter" in part]
addresses = [f"02:00:00:00:{n:02x}:01" for n in range(8)]
came, first = ([int(of.get(address, (0, 0))[i]) for address in addresses] for i in range(2))
dropped = [0, 0, 0, 0, counted[0], 0, counted[1], 0]
sent, unique, lost = ([pair[key] for pair in trial["pairs"]] for key in ("sent", "unique", "lost"))
frames = lambda place: sum(a["frames"] for a in trial["ledger"]["accounts"] if a["place"] == place)
jain = lambda x: sum(x) ** 2 / (len(x) * sum(n * n for n in x))
print("sent", sent, "dropped", dropped, "came", came, "first", first, "unique", unique, "ring", frames("rx.ring"))
false = [text for text in sys.argv[3:] if not eval(text)]
for text in false:
    print("does not hold:", text)
sys.exit(1 if false else 0)
END
}

# What the ring lost is shared among senders as it came: a frame is lost where 1,024 were there before it. While the ring is read,
# which ones those are is seen by nobody, and their sum is.
test_eight_senders_share_a_ring_and_each_knows_what_it_lost() {
  need_tool nft
  make_switched_hosts r s1 s2 s3 s4 s5 s6 s7 s8
  # one CPU hands frames over, to both sockets in one order
  in_host r bash -c 'echo 1 >/sys/class/net/ovr0/queues/rx-0/rps_cpus'
  local host
  for host in r s1 s2 s3 s4 s5 s6 s7 s8; do
    start_agent "$host"
  done
  local always=('[s - u for s, u in zip(sent, unique)] == lost' '[s - d for s, d in zip(sent, dropped)] == came'
    'frames("path") == sum(dropped)' 'frames("rx.ring") > 0' 'sum(lost) == frames("path") + frames("rx.ring")'
    'trial["ledger"]["unexplained"] == 0' 'abs(trial["fairness"] - jain(unique)) < 1e-9')
  incast --service 2kpps
  json "$result" 'any("8 ends of one machine share CPU" in n for n in t["notes"])'
  holds "${always[@]}" 'all(u <= c for u, c in zip(unique, came))'
  incast --stall unread
  holds "${always[@]}" 'unique == first'
}

# A namespace does not count what the queue of a neighbour drops that never answers: nobody knows which side lost it.
test_what_nothing_explains_is_not_said_to_be_lost_beyond_the_sender() {
  make_hosts a b
  start_agent a
  start_agent b
  expect_trial 1 call run --tx host:a/udp:10.78.0.77:9000 --rx host:b/udp:0.0.0.0:9000 --rate 1kpps --count 200 "${lossless[@]}" --json "$result"
  books "$result" 1
  json "$result" 'l["lost"] == 200' 'l["unexplained"] > 0' 't["pairs"][0]["lost_beyond_min"] <= 200 - l["unexplained"]' \
    't["pairs"][0]["lost_beyond_max"] == 200'
}

test_pairs_at_once_have_books_of_their_own_and_what_goes_astray_is_not_delivered() {
  for _ in 1 2 3 4; do start_loopback_agent; done
  local a="host:127.0.0.1:$((agent_port - 3))" b="host:127.0.0.1:$((agent_port - 2))"
  local rx="host:127.0.0.1:$((agent_port - 1))/udp:127.0.0.1:9000,rcvbuf=16777216"
  rx+=",host:127.0.0.1:$agent_port/udp:127.0.0.1:9001,rcvbuf=16777216"
  options=(--rate 2kpps --count 500 --streams 4 "${lossless[@]}" --json "$result")
  expect_trial 0 "$OVERRUN" run --tx "$a/udp:127.0.0.1:9000,$b/udp:127.0.0.1:9001" --rx "$rx" "${options[@]}"
  books "$result" 0
  json "$result" 'l["sent"] == 1000' 'l["lost"] == 0' '[s["stream"] for s in t["streams"]] == list(range(8))' \
    'len(t["hosts"]) == 4' 'len({p["receiver"] for p in t["pairs"]}) == 2' 't["astray"] == []' \
    '[(r["ledger"]["sent"], r["ledger"]["unique"], r["ledger"]["unexplained"]) for r in t["receivers"]] == [(500, 500, 0)] * 2' \
    'abs(t["fairness"] - 1) < 1e-9'
  # the second sender sends to the first one's receiver
  expect_trial 1 "$OVERRUN" run --tx "$a/udp:127.0.0.1:9000,$b/udp:127.0.0.1:9000" --rx "$rx" "${options[@]}"
  books "$result" 1
  json "$result" 'l["sent"] == 1000' 'l["unique"] == 500' 'l["lost"] == 500' 'l["astray"] == 500' 'l["unexplained"] == 0' \
    '[(r["ledger"]["lost"], r["ledger"]["astray"], r["ledger"]["unexplained"]) for r in t["receivers"]] == [(0, 500, 0), (500, 0, 0)]' \
    '[(x["sender"], x["receiver"], x["frames"]) for x in t["astray"]] == [(t["pairs"][1]["sender"], t["pairs"][0]["receiver"], 500)]' \
    'all(sum(r["ledger"][k] for r in t["receivers"]) == l[k] for k in ("sent", "received", "unique", "lost", "foreign", "astray"))'
}

test_two_processes_with_one_trial_id_have_no_latency() {
  make_hosts a b
  # the receiver's time begins first
  begin ip netns exec "ovr-b-$$" "$OVERRUN" run --tx vdev:net_null0,no-rx=1 --rx netdev:ovr0b,mode=af_packet --trial-id 0x12345678 \
    --rate 1kpps --time 60s --warmup 0s --rate-tolerance 100% "${live[@]}" --json "$scratch/receiver.json"
  wait_until is_sending || fail "the receiver does not run: $(<"$err")"
  in_host a "$OVERRUN" run --tx netdev:ovr0a,mode=af_packet --rx vdev:net_null0,no-rx=1 --trial-id 0x12345678 --rate 1kpps --time 2s \
    --warmup 0s --rate-tolerance 100% >"$scratch/sender" 2>&1 || true
  end_by INT
  says 'latency unknown: what vdev:net_null0 sends comes out nowhere'
  json "$scratch/receiver.json" 'l["received"] > 0' 't["latency_ns"] is None' '"another process sent what arrived" in t["latency_unknown"]' \
    't["interarrival_ns"] is not None'
}

test_names_versions_and_keys_are_refused_in_one_sentence() {
  make_hosts a b
  start_agent b
  expect_exit 3 call run --tx netdev:ovr0a --rx host:nobody/netdev:ovr0b --count 10
  one_sentence run
  says 'host nobody: found no host of this name in' "$err"
  expect_exit 3 call run --tx udp:10.78.0.2:9000 --rx host:b/netdev:nowhere0 --count 10
  one_sentence run
  expect_exit 3 call run --hosts "$scratch/none.yaml" --tx udp:10.78.0.2:9000 --rx host:b/netdev:ovr0b --count 10
  one_sentence run
  says 'none.yaml' "$err"
  # the key of another host
  sed "s/key: .*}/key: $(cut -d ' ' -f 1 "$scratch/keys-a/public")}/" "$scratch/hosts.yaml" >"$scratch/wrong.yaml"
  expect_exit 3 call run --hosts "$scratch/wrong.yaml" --tx udp:10.78.0.2:9000 --rx host:b/netdev:ovr0b --count 10
  one_sentence run
}

test_frames_and_messages_do_not_share_an_interface() {
  make_hosts a b
  start_agent b
  expect_exit 3 call_from a run --tx netdev:mgmt0,mode=af_packet --rx host:b/netdev:ovr0b,mode=af_packet --count 10
  one_sentence run
  says 'this host: netdev:mgmt0: messages of another host pass through it' "$err"
  expect_exit 3 call_from a run --tx netdev:ovr0a,mode=af_packet --rx host:b/netdev:mgmt0,mode=af_packet --count 10
  one_sentence run
  says 'host b: netdev:mgmt0: messages of another host pass through it' "$err"
  # of two agents that are reached on two ways, neither's is used
  ip -n "ovr-a-$$" link add ctl0 type veth peer name ctl1 netns "ovr-b-$$"
  ip -n "ovr-a-$$" addr add 10.79.0.1/24 dev ctl0
  ip -n "ovr-b-$$" addr add 10.79.0.2/24 dev ctl1
  ip -n "ovr-a-$$" link set ctl0 up
  ip -n "ovr-b-$$" link set ctl1 up
  start_agent b --listen 10.79.0.2:5206
  wait_until listens "ovr-b-$$" 5206 || fail "the second agent does not listen: $(<"$scratch/agent-b")"
  echo "c: {address: '10.79.0.2:5206', key: $(cut -d ' ' -f 1 "$scratch/keys-b/public")}" >>"$scratch/hosts.yaml"
  expect_exit 3 call_from a run --tx netdev:mgmt0,mode=af_packet,host:b/netdev:ovr0b,mode=af_packet --rx host:c/udp:10.79.0.2:9000 --count 10
  says 'this host: netdev:mgmt0: messages of another host pass through it' "$err"
}

test_ssh_starts_an_agent_for_one_session() {
  make_hosts a b
  # ssh that leads to the namespace of the host
  mkdir "$scratch/bin"
  cat >"$scratch/bin/ssh" <<END
#!/bin/bash
[[ "\$1 \$2 \$3 \$4 \$5" == "-T -o BatchMode=yes -- root@b" ]] || exit 255
exec ip netns exec ovr-b-$$ sh -c "\$6"
END
  chmod +x "$scratch/bin/ssh"
  ln -s "$OVERRUN" "$scratch/bin/overrun"
  PATH=$scratch/bin:$PATH expect_trial 0 call_from a run --tx netdev:ovr0a,mode=af_packet --rx host:ssh://root@b/netdev:ovr0b,mode=af_packet \
    --rate 5kpps --count 2000 "${lossless[@]}" --json "$result"
  books "$result" 0
  json "$result" 'l["sent"] == 2000' 'l["lost"] == 0'
}

run_tests
