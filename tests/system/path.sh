#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun path` over three routers, each host in a namespace of the test's own: a router that limits its answers, a rule of
# the second one that drops one in ten and counts what it drops, and faults of routes, neighbours and MTUs.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip nft sysctl setpriv

hosts=(src r1 r2 r3 dst)
destination=10.91.3.2
port=7777

# in_ns HOST COMMAND…
in_ns() {
  local host=$1
  shift
  ip netns exec "ovr-path-$host-$$" "$@"
}

# link ONE OTHER NET: ONE has .1 on "to-OTHER", OTHER has .2 on "to-ONE"
link() {
  ip -n "ovr-path-$1-$$" link add "to-$2" type veth peer name "to-$1" netns "ovr-path-$2-$$"
  ip -n "ovr-path-$1-$$" addr add "$3.1/24" dev "to-$2"
  ip -n "ovr-path-$2-$$" addr add "$3.2/24" dev "to-$1"
  ip -n "ovr-path-$1-$$" link set "to-$2" up
  ip -n "ovr-path-$2-$$" link set "to-$1" up
}

for host in "${hosts[@]}"; do
  ip netns add "ovr-path-$host-$$"
  at_end "ip netns del ovr-path-$host-$$"
  ip -n "ovr-path-$host-$$" link set lo up
  in_ns "$host" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.disable_ipv6=1
done
link src r1 10.91.0
link r1 r2 10.91.1
link r2 r3 10.91.2
link r3 dst 10.91.3
ip -n "ovr-path-src-$$" route add default via 10.91.0.2
ip -n "ovr-path-r1-$$" route add default via 10.91.1.2
ip -n "ovr-path-r2-$$" route add 10.91.0.0/24 via 10.91.1.1
ip -n "ovr-path-r2-$$" route add 10.91.3.0/24 via 10.91.2.2
ip -n "ovr-path-r3-$$" route add default via 10.91.2.1
ip -n "ovr-path-dst-$$" route add default via 10.91.3.1
# the first router answers once a second, as routers do; the others always
in_ns r1 sysctl -qw net.ipv4.icmp_ratelimit=1000
for host in r2 r3 dst; do
  in_ns "$host" sysctl -qw net.ipv4.icmp_ratelimit=0
  # of the whole host where a namespace has none
  in_ns "$host" sysctl -qw net.ipv4.icmp_msgs_per_sec=1000000 net.ipv4.icmp_msgs_burst=1000000 2>/dev/null || true
done

programs=$scratch
cat >"$programs/echo.py" <<'PY'
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.bind((sys.argv[1], int(sys.argv[2])))
print("up", flush=True)
while True:
    data, peer = s.recvfrom(65536)
    s.sendto(data, peer)
PY
# echo_at HOST ADDRESS: a service that sends every datagram back
echo_at() {
  ip netns exec "ovr-path-$1-$$" "$PYTHON" "$programs/echo.py" "$2" "$port" >"$scratch/echo.out" &
  echo_pid=$!
  at_end "end_ours $echo_pid"
  wait_until grep -qs up "$scratch/echo.out" || fail "the echo service did not begin"
}
echo_at dst "$destination"

# Where anybody can reach it.
chmod 755 "$scratch"
copy=$scratch/overrun folder=$scratch/nobody
install -m 755 "$OVERRUN" "$copy"
mkdir -m 777 "$folder"
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all)

# path CODES OPTION…: as nobody, from the first host; the document stands in $result
result=$folder/path.json
path() {
  local codes=$1
  shift
  expect_exit "$codes" ip netns exec "ovr-path-src-$$" "${nobody[@]}" "$copy" path --json "$folder/path.json" "$@"
  result=$folder/path.json
}

# drop_one_in_ten: of what the second router sends to the third
drop_one_in_ten() {
  in_ns r2 nft -f - <<'NFT'
table inet ovr {
  chain forward {
    type filter hook forward priority 0;
    oifname "to-r3" meta l4proto udp numgen inc mod 10 == 0 counter drop
  }
}
NFT
  at_end "ip netns exec ovr-path-r2-$$ nft delete table inet ovr"
}

dropped() {
  in_ns r2 nft list table inet ovr | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'
}

test_loss_starts_behind_the_second_router_and_the_first_one_is_limited() {
  drop_one_in_ten
  path 1 "$destination" --port "$port" --rate 100pps --count 500 --seed 1
  has_form path "$result"
  json "$result" 'd["together"]["verdict"] == "loss"' 'len(d["together"]["hops"]) == 4' \
    'd["together"]["hops"][0]["verdict"] == "answers limited"' \
    'd["together"]["hops"][0]["limit"]["interval_ns"] > 0.9e9' \
    'd["together"]["hops"][1]["verdict"] == "no loss"' \
    'd["together"]["hops"][2]["verdict"] == "loss starts here"' \
    'd["together"]["hops"][3]["verdict"] == "loss before"' \
    'd["together"]["direction"] == "unknown"' \
    'd["unsent"] == d["uncounted"] == d["duplicates"] == 0' \
    'all(h["sent"] == 500 for h in d["together"]["hops"])' \
    "0 <= $(dropped) - sum(h['missing'] for h in d['together']['hops'][2:]) - d['mtu']['missing'] <= d['search_missing']"
  grep -q 'loss starts between hop 2 (10.91.1.2) and hop 3 (10.91.2.2)' "$out" || fail "no place: $(<"$out")"
  grep -q 'hop 1 (10.91.0.2) limits its answers' "$out" || fail "no limit: $(<"$out")"
  grep -q 'direction: not known' "$out" || fail "a direction is claimed: $(<"$out")"
  expect_exit 0 "$OVERRUN" report "$result" -o "$scratch/path.html"
  grep -q 'Missing answers by hop' "$scratch/path.html" || fail "the page has no picture of the hops"
  grep -q '>loss starts here<' "$scratch/path.html" || fail "the page has no place"
  expect_exit 0 "$OVERRUN" report "$result"
  grep -q 'loss starts here' "$out" || fail "the page as text has no place: $(<"$out")"
}

test_without_the_rule_there_is_no_loss_anywhere() {
  path 0 "$destination" --port "$port" --rate 100pps --count 300 --seed 2
  json "$result" 'd["together"]["verdict"] == "no loss"' \
    'd["together"]["hops"][0]["verdict"] == "answers limited"' \
    'all(h["verdict"] == "no loss" and h["missing"] == 0 for h in d["together"]["hops"][1:])' \
    'd["mtu"]["state"] == "own" and d["mtu"]["passes_bytes"] == 1500'
}

test_a_destination_that_is_down_is_unknown_and_no_loss() {
  ip -n "ovr-path-dst-$$" link set to-r3 down
  at_end "ip -n ovr-path-dst-$$ link set to-r3 up; ip -n ovr-path-dst-$$ route replace default via 10.91.3.1"
  # the third router's link has no carrier: it has no route any more
  path 2 "$destination" --port "$port" --rate 20pps --count 40
  json "$result" 'd["together"]["verdict"] == "unknown"' 'd["together"]["hops"][-1]["verdict"] == "unknown"' \
    'all(h["verdict"] in ("no loss", "answers limited") for h in d["together"]["hops"][:-1])'
}

test_a_destination_that_is_silent_is_unknown_and_no_loss() {
  in_ns dst nft -f - <<<'table inet ovr { chain input { type filter hook input priority 0; udp dport 7777 drop; }; }'
  at_end "ip netns exec ovr-path-dst-$$ nft delete table inet ovr"
  path 2 "$destination" --port "$port" --rate 20pps --count 40
  json "$result" 'd["together"]["verdict"] == "unknown"' 'len(d["together"]["hops"]) == 4' \
    'd["together"]["hops"][3]["verdict"] == "unknown"' 'd["together"]["hops"][3]["answered"] == 0' \
    'd["together"]["hops"][2]["verdict"] == "no loss"'
}

test_loss_on_the_way_back_is_seen_and_not_called_forward() {
  in_ns r2 nft -f - <<'NFT'
table inet ovr {
  chain forward {
    type filter hook forward priority 0;
    oifname "to-r1" numgen inc mod 5 == 0 counter drop
  }
}
NFT
  at_end "ip netns exec ovr-path-r2-$$ nft delete table inet ovr"
  path 1 "$destination" --port "$port" --rate 100pps --count 200
  json "$result" 'd["together"]["direction"] == "unknown"' 'd["together"]["hops"][2]["verdict"] == "loss starts here"'
  grep -q 'direction: not known' "$out" || fail "a direction is claimed: $(<"$out")"
}

# reflector_at ADDRESS: overrun's own service, at the destination, beside the other one
reflector_at() {
  ip netns exec "ovr-path-dst-$$" "${nobody[@]}" "$copy" path --reflect "$1" >"$scratch/reflector.out" 2>"$scratch/reflector.err" &
  reflector=$!
  at_end "end_ours $reflector"
  wait_until grep -qs reflecting "$scratch/reflector.err" || fail "the reflector did not begin: $(<"$scratch/reflector.err")"
}

test_with_a_reflector_losses_there_and_back_are_told_apart() {
  reflector_at "$destination:7779"
  in_ns r2 nft -f - <<'NFT'
table inet ovr {
  chain forward {
    type filter hook forward priority 0;
    oifname "to-r3" udp dport 7779 numgen inc mod 10 == 0 counter drop comment "there"
    oifname "to-r1" udp sport 7779 numgen inc mod 7 == 0 counter drop comment "back"
  }
}
NFT
  at_end "ip netns exec ovr-path-r2-$$ nft delete table inet ovr"
  path 1 "$destination" --port 7779 --rate 100pps --count 400 --no-mtu
  has_form path "$result"
  there=$(in_ns r2 nft list table inet ovr | sed -n 's/.*mod 10 .*counter packets \([0-9]*\) .*/\1/p')
  back=$(in_ns r2 nft list table inet ovr | sed -n 's/.*mod 7 .*counter packets \([0-9]*\) .*/\1/p')
  # the third router misses some of what is lost there, too
  json "$result" 'd["together"]["direction"] == "both"' \
    "d['together']['there_missing'] + d['together']['hops'][2]['missing'] + d['together']['undirected_missing'] + d['search_missing'] >= $there" \
    "d['together']['there_missing'] + d['together']['hops'][2]['missing'] <= $there" \
    "$back - d['together']['undirected_missing'] - d['search_missing'] <= d['together']['back_missing'] <= $back" \
    'd["together"]["hops"][3]["missing"] == sum(d["together"][k] for k in ("there_missing", "back_missing", "undirected_missing"))'
  grep -q 'direction: the reflector tells:' "$out" || fail "$(<"$out")"
  kill "$reflector"
  wait "$reflector" || fail "the reflector ended with $?"
  grep -q 'of 1 flow; not answered: 0 other' "$scratch/reflector.out" || fail "$(<"$scratch/reflector.out")"
}

test_with_a_reflector_no_loss_has_no_direction() {
  reflector_at "$destination:7780"
  path 0 "$destination" --port 7780 --rate 50pps --count 50 --ecmp 2
  json "$result" 'd["together"]["direction"] == "none"' 'd["mtu"]["state"] == "own"' \
    'all(f["path"]["there_missing"] == f["path"]["back_missing"] == 0 for f in d["flows"])'
}

test_a_closed_port_answers_by_errors_and_is_not_called_loss() {
  in_ns dst sysctl -qw net.ipv4.icmp_ratelimit=1000
  at_end "ip netns exec ovr-path-dst-$$ sysctl -qw net.ipv4.icmp_ratelimit=0"
  path 2 "$destination" --port 7778 --rate 50pps --count 250 --no-mtu
  json "$result" 'd["together"]["is_reached"]' 'd["together"]["verdict"] == "unknown"' \
    'd["together"]["hops"][3]["verdict"] == "answers limited"' 'd["together"]["hops"][2]["verdict"] == "no loss"'
}

test_echo_requests_need_a_group_that_may_send_them() {
  in_ns src sysctl -qw net.ipv4.ping_group_range='1 0'
  path 3 "$destination" --icmp --count 2
  one_sentence path --icmp
  grep -q 'ping_group_range: 1 0' "$err" || fail "$(<"$err")"
  in_ns src sysctl -qw net.ipv4.ping_group_range='0 2147483647'
  path 0 "$destination" --icmp --rate 50pps --count 100
  json "$result" 'd["together"]["verdict"] == "no loss"' 'd["protocol"] == "icmp"' 'd["port"] is None' \
    'len(d["together"]["hops"]) == 4' 'all(h["missing"] == 0 for h in d["together"]["hops"][1:])'
}

test_syns_are_answered_by_routers_and_by_a_closed_port() {
  path 0 "$destination" --tcp --port 9 --rate 5pps --count 10
  json "$result" 'd["together"]["verdict"] == "no loss"' 'len(d["together"]["hops"]) == 4' \
    'all(h["missing"] == 0 for h in d["together"]["hops"][1:])' 'd["mtu"]["state"] == "unknown"'
}

test_a_missing_route_is_named() {
  ip -n "ovr-path-r2-$$" route del 10.91.3.0/24
  at_end "ip -n ovr-path-r2-$$ route add 10.91.3.0/24 via 10.91.2.2"
  path 2 "$destination" --port "$port" --rate 20pps --count 20
  json "$result" 'd["together"]["faults"][0]["kind"] == "no route"' \
    'd["together"]["faults"][0]["address"] == "10.91.1.2"' 'd["together"]["faults"][0]["place"] == "no-route"'
  grep -q 'no route: 10.91.1.2 has none' "$out" || fail "$(<"$out")"
}

test_a_loop_of_routes_is_named() {
  ip -n "ovr-path-r2-$$" route replace 10.91.3.0/24 via 10.91.1.1
  at_end "ip -n ovr-path-r2-$$ route replace 10.91.3.0/24 via 10.91.2.2"
  in_ns r1 sysctl -qw net.ipv4.icmp_ratelimit=0
  at_end "ip netns exec ovr-path-r1-$$ sysctl -qw net.ipv4.icmp_ratelimit=1000"
  path 2 "$destination" --port "$port" --rate 20pps --count 5 --max-hops 12
  json "$result" 'd["together"]["faults"][0]["kind"] == "loop"' 'd["together"]["faults"][0]["period"] == 2' \
    'd["together"]["faults"][0]["place"] == "ttl"'
}

# arrived N: so many probes have come to the destination, by the counter of a rule there
arrived() {
  (($(in_ns dst nft list table inet ovr | sed -n 's/.*counter packets \([0-9]*\) .*"arrived".*/\1/p') >= $1))
}

test_a_way_that_becomes_a_loop_meanwhile_is_no_answer_of_the_destination() {
  in_ns dst nft -f - <<<'table inet ovr { chain input { type filter hook input priority 0; udp dport 7777 counter comment "arrived"; }; }'
  at_end "ip netns exec ovr-path-dst-$$ nft delete table inet ovr"
  at_end "ip -n ovr-path-r3-$$ route del $destination/32 2>/dev/null"
  {
    wait_until arrived 20
    ip -n "ovr-path-r3-$$" route add "$destination/32" via 10.91.2.1
  } &
  path 2 "$destination" --port "$port" --rate 20pps --count 100 --no-mtu
  wait "$!" || fail "the route was not changed"
  has_form path "$result"
  json "$result" 'd["together"]["verdict"] == "unknown"' 'd["together"]["hops"][3]["verdict"] == "unknown"' \
    'd["together"]["hops"][3]["answered"] < 100' 'd["together"]["hops"][2]["verdict"] == "no loss"' \
    'any(f["kind"] == "detour" and f["ttl"] == 4 and f["place"] == "ttl" for f in d["together"]["faults"])'
  grep -q 'at hop 4, where the destination did' "$out" || fail "$(<"$out")"
}

# A firewall that drops what is beyond its rate saves up what it allows while nothing comes.
test_a_limit_of_the_destination_is_no_loss_though_the_sender_is_held_up() {
  local sender result=$folder/path.json
  in_ns dst nft -f - <<'NFT'
table inet ovr {
  chain input {
    type filter hook input priority 0;
    icmp type echo-request counter comment "arrived"
    icmp type echo-request limit rate 2/second burst 4 packets accept
    icmp type echo-request drop
  }
}
NFT
  at_end "ip netns exec ovr-path-dst-$$ nft delete table inet ovr"
  in_ns src sysctl -qw net.ipv4.ping_group_range='0 2147483647'
  ip netns exec "ovr-path-src-$$" "${nobody[@]}" "$copy" path "$destination" --icmp --rate 20pps --count 160 --no-mtu \
    --json "$folder/path.json" >"$out" 2>&1 </dev/null &
  sender=$!
  at_end "end_ours -CONT $sender; end_ours $sender"
  for n in 30 60 90 120; do
    wait_until arrived "$n"
    kill -STOP "$sender"
    # two answers are saved up
    sleep 1.2
    kill -CONT "$sender"
  done
  code=0
  wait "$sender" || code=$?
  [[ $code == 2 ]] || fail "it ended with $code: $(<"$out")"
  json "$result" 'd["together"]["verdict"] == "unknown"' 'd["together"]["hops"][3]["verdict"] == "answers limited"' \
    '0.4e9 < d["together"]["hops"][3]["limit"]["interval_ns"] < 0.6e9'
}

test_a_neighbour_that_does_not_answer_is_named() {
  ip -n "ovr-path-dst-$$" link set to-r3 arp off
  ip -n "ovr-path-r3-$$" neigh flush all
  at_end "ip -n ovr-path-dst-$$ link set to-r3 arp on"
  # three questions, one a second
  path 2 "$destination" --port "$port" --rate 5pps --count 30 --wait 4s
  json "$result" 'any(f["kind"] == "no neighbour" and f["address"] == "10.91.2.2" and f["place"] == "arp-queue" for f in d["together"]["faults"])'
}

# agent_at HOST ADDRESS USER OPTION…: an agent for the caller $folder/config; $folder/hosts.yaml has it. USER is nobody, or root
agent_at() {
  local host=$1 address=$2 user=() keys=$folder/keys-$1
  [[ $3 != nobody ]] || user=("${nobody[@]}")
  shift 3
  if [[ ! -d $folder/config ]]; then
    "${nobody[@]}" mkdir -p "$folder/config"
    "${nobody[@]}" "$copy" keygen "$folder/config/overrun" >/dev/null
  fi
  "${user[@]}" "$copy" keygen "$keys" >/dev/null
  "${user[@]}" install -m 600 "$folder/config/overrun/public" "$keys/authorized"
  echo "$host: {address: $address, key: $(cut -d ' ' -f 1 "$keys/public")}" >>"$folder/hosts.yaml"
  env --default-signal=INT,TERM ip netns exec "ovr-path-$host-$$" "${user[@]}" "$copy" serve --listen "$address:5205" --keys "$keys" \
    --state "$folder/state-$host" "$@" >"$scratch/agent-$host" 2>&1 </dev/null &
  agent=$!
  at_end "end_ours $agent; wait $agent; rm -rf $keys $folder/hosts.yaml"
  wait_until grep -qs 'listening on' "$scratch/agent-$host" || fail "the agent of $host did not begin: $(<"$scratch/agent-$host")"
}

# path_with_agents CODES OPTION…
path_with_agents() {
  local codes=$1
  shift
  expect_exit "$codes" ip netns exec "ovr-path-src-$$" "${nobody[@]}" env "XDG_CONFIG_HOME=$folder/config" "$copy" path \
    --hosts "$folder/hosts.yaml" --json "$folder/path.json" "$@"
  result=$folder/path.json
}

# path_until_told BEFORE CODES OPTION…: run BEFORE and then path_with_agents, and once more where a host stood still, so that
# an agent ended its session, or its socket was full
path_until_told() {
  local before=$1 attempt
  shift
  for attempt in 1 2 3; do
    "$before"
    path_with_agents "$@"
    ! "$PYTHON" - "$result" <<'PY' || return 0
import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(not (d["far_end"]["lost"] is None and d["far_end"]["socket_dropped"] == 0 and all(a["lost"] is None for a in d["hop_agents"])))
PY
    echo "attempt $attempt: an agent tells nothing, or its socket was full: $(grep '^host' "$out")"
  done
}

drop_there_and_back() {
  in_ns r2 nft -f - <<'NFT'
table inet ovr
delete table inet ovr
table inet ovr {
  chain forward {
    type filter hook forward priority 0;
    oifname "to-r3" udp dport 7783 numgen inc mod 10 == 0 counter drop comment "there"
    oifname "to-r1" udp sport 7783 numgen inc mod 7 == 0 counter drop comment "back"
  }
}
NFT
}

test_with_agents_each_probe_has_its_fate_and_the_loss_its_place() {
  agent_at dst "$destination" nobody --allow-port "udp:$destination:*" --max-rate 200pps
  agent_at r2 10.91.1.2 root --allow-port places
  path_with_agents 3 "host:dst" --count 1 --hop-agents host:dst
  one_sentence path
  grep -q 'found "places", which this host does not allow' "$err" || fail "$(<"$err")"
  path_with_agents 3 "host:dst" --count 1 --rate 201pps
  grep -q 'found 201 probes a second, accepted by this host: at most 200pps' "$err" || fail "$(<"$err")"
  at_end "ip netns exec ovr-path-r2-$$ nft delete table inet ovr"
  path_until_told drop_there_and_back '[012]' "host:dst" --port 7783 --rate 100pps --count 300 --hop-agents host:r2 --no-mtu
  has_form path "$result"
  there=$(in_ns r2 nft list table inet ovr | sed -n 's/.*mod 10 .*counter packets \([0-9]*\) .*/\1/p')
  back=$(in_ns r2 nft list table inet ovr | sed -n 's/.*mod 7 .*counter packets \([0-9]*\) .*/\1/p')
  # nothing is left over: what was dropped is of these rows, or looked for the distance
  json "$result" 'd["together"]["verdict"] == "loss"' 'd["together"]["is_listed"]' 'd["together"]["direction"] == "both"' 'd["together"]["undirected_missing"] == 0' \
    'd["together"]["hops"][3]["missing"] == d["together"]["there_missing"] + d["together"]["back_missing"]' \
    "0 <= $there - d['together']['there_missing'] - d['together']['hops'][2]['missing'] <= d['search_missing']" \
    "0 <= $back - d['together']['back_missing'] <= d['search_missing']" \
    'd["far_end"]["lost"] is None and d["far_end"]["duplicates"] == d["far_end"]["reordered"] == d["far_end"]["socket_dropped"] == 0' \
    'len(d["hop_agents"]) == 1 and d["hop_agents"][0]["ttl"] == 2' \
    'd["hop_agents"][0]["ended_max"] >= 300' \
    "{p['object'].split('\"')[1]: p['count'] for p in d['hop_agents'][0]['lost_there']['places'] if p['layer'] == 'nftables'} == {'there': $there, 'back': $back}" \
    'not any(p["counter"] == "Ip:InHdrErrors" for p in d["hop_agents"][0]["lost_there"]["places"])'
  grep -q 'direction: host dst lists what came' "$out" || fail "$(<"$out")"
  grep -q 'host r2 (hop 2, 10.91.1.2) lost meanwhile' "$out" || fail "$(<"$out")"
  expect_exit 0 "$OVERRUN" report "$result"
  grep -q 'host r2, hop 2' "$out" || fail "the page has no place: $(<"$out")"
}

# announces at intervals that it has an address, as a host does that comes up with one
cat >"$programs/announce.py" <<'PY'
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0x0806))
mac, ip = s.getsockname()[4], socket.inet_aton(sys.argv[2])
time.sleep(float(sys.argv[3]))
print("up", flush=True)
while True:
    s.send(b"\xff" * 6 + mac + bytes.fromhex("0806000108000604" "0002") + mac + ip + b"\xff" * 6 + ip)
    time.sleep(0.6)
PY

# The third router has a bridge in place of its link to the destination, and one more host with the destination's address there.
test_two_hosts_of_one_address_are_named() {
  ip -n "ovr-path-r3-$$" link add br0 type bridge
  ip -n "ovr-path-r3-$$" addr del 10.91.3.1/24 dev to-dst
  at_end "ip -n ovr-path-r3-$$ link del br0; ip -n ovr-path-r3-$$ addr add 10.91.3.1/24 dev to-dst"
  ip -n "ovr-path-r3-$$" addr add 10.91.3.1/24 dev br0
  ip -n "ovr-path-r3-$$" link set to-dst master br0
  ip -n "ovr-path-r3-$$" link set br0 up
  in_ns r3 sysctl -qw net.ipv4.neigh.br0.locktime=0
  ip -n "ovr-path-dst-$$" addr add 10.91.3.9/24 dev to-r3
  at_end "ip -n ovr-path-dst-$$ addr del 10.91.3.9/24 dev to-r3"
  ip netns add "ovr-path-twin-$$"
  at_end "ip netns del ovr-path-twin-$$"
  ip -n "ovr-path-r3-$$" link add to-twin type veth peer name to-r3 netns "ovr-path-twin-$$"
  ip -n "ovr-path-r3-$$" link set to-twin master br0 up
  ip -n "ovr-path-twin-$$" link set to-r3 up
  ip -n "ovr-path-twin-$$" addr add "$destination/24" dev to-r3
  ip -n "ovr-path-twin-$$" route add default via 10.91.3.1
  in_ns twin sysctl -qw net.ipv4.icmp_ratelimit=0
  for host in dst twin; do
    ip netns exec "ovr-path-$host-$$" "$PYTHON" "$programs/announce.py" to-r3 "$destination" "$([[ $host == dst ]] && echo 0 || echo 0.3)" \
      >"$scratch/announce-$host" &
    at_end "end_ours $!"
    wait_until grep -qs up "$scratch/announce-$host" || fail "$host did not begin"
  done
  # the agent is reached at an address that is its host's alone
  agent_at dst 10.91.3.9 nobody --allow-port "udp:$destination:*"
  path_until_told true '[012]' "host:dst/$destination" --rate 50pps --count 200 --no-mtu
  has_form path "$result"
  json "$result" 'any(f["kind"] == "two answers" and f["place"] == "ip-conflict" for f in d["together"]["faults"])' \
    'any(f["kind"] == "other host" and f["place"] == "ip-conflict" and f["address"] == "10.91.3.2" for f in d["together"]["faults"])' \
    'd["together"]["direction"] == "unknown"'
  grep -q 'overrun reproduce ip-conflict' "$out" || fail "$(<"$out")"
}

test_an_mtu_that_a_router_tells_of_is_found() {
  ip -n "ovr-path-r2-$$" link set to-r3 mtu 1300
  ip -n "ovr-path-r3-$$" link set to-r2 mtu 1300
  at_end "ip -n ovr-path-r2-$$ link set to-r3 mtu 1500; ip -n ovr-path-r3-$$ link set to-r2 mtu 1500"
  path 0 "$destination" --port "$port" --rate 20pps --count 10
  json "$result" 'd["mtu"]["state"] == "told"' 'd["mtu"]["passes_bytes"] == 1300' 'd["mtu"]["told_by"] == "10.91.1.2"' \
    'd["mtu"]["told_ttl"] == 2' 'd["mtu"]["own_bytes"] == 1500'
}

test_an_mtu_that_nobody_tells_of_is_found_with_its_place() {
  ip -n "ovr-path-r2-$$" link set to-r3 mtu 1300
  ip -n "ovr-path-r3-$$" link set to-r2 mtu 1300
  at_end "ip -n ovr-path-r2-$$ link set to-r3 mtu 1500; ip -n ovr-path-r3-$$ link set to-r2 mtu 1500"
  in_ns r2 nft -f - <<<'table inet ovr { chain output { type filter hook output priority 0; icmp type destination-unreachable drop; }; }'
  at_end "ip netns exec ovr-path-r2-$$ nft delete table inet ovr"
  path 0 "$destination" --port "$port" --rate 20pps --count 10
  json "$result" 'd["mtu"]["state"] == "black hole"' 'd["mtu"]["passes_bytes"] == 1300' 'd["mtu"]["fails_bytes"] == 1301' \
    'd["mtu"]["reached_ttl"] == 2'
  grep -q 'overrun reproduce mtu' "$out" || fail "$(<"$out")"
}

test_of_two_ways_the_one_that_loses_is_found() {
  # a second link between the second and the third router, and a choice by ports
  ip -n "ovr-path-r2-$$" link add to-r3b type veth peer name to-r2b netns "ovr-path-r3-$$"
  at_end "ip -n ovr-path-r2-$$ link del to-r3b"
  ip -n "ovr-path-r2-$$" addr add 10.91.4.1/24 dev to-r3b
  ip -n "ovr-path-r3-$$" addr add 10.91.4.2/24 dev to-r2b
  ip -n "ovr-path-r2-$$" link set to-r3b up
  ip -n "ovr-path-r3-$$" link set to-r2b up
  in_ns r2 sysctl -qw net.ipv4.fib_multipath_hash_policy=1
  # it answers with the address that the probe came to
  in_ns r3 sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.to-r2b.rp_filter=0 net.ipv4.icmp_errors_use_inbound_ifaddr=1
  ip -n "ovr-path-r2-$$" route replace 10.91.3.0/24 nexthop via 10.91.2.2 nexthop via 10.91.4.2
  at_end "ip -n ovr-path-r2-$$ route replace 10.91.3.0/24 via 10.91.2.2"
  drop_one_in_ten
  # that both ways are taken is sure but for one in 32,768
  path 1 "$destination" --port "$port" --rate 20pps --count 150 --ecmp 16 --no-mtu
  json "$result" '{f["path"]["verdict"] for f in d["flows"]} == {"loss", "no loss"}' \
    'all((f["path"]["verdict"] == "loss") == (f["path"]["hops"][2]["addresses"] == ["10.91.2.2"]) for f in d["flows"])' \
    'set(d["together"]["hops"][2]["addresses"]) >= {"10.91.2.2", "10.91.4.2"}' \
    "0 <= $(dropped) - sum(h['missing'] for f in d['flows'] for h in f['path']['hops'][2:]) <= d['search_missing']"
}

test_mtr_sees_the_same_hops() {
  need_tool mtr
  path 0 "$destination" --port "$port" --rate 5pps --count 10 --no-mtu
  # as root: mtr needs raw sockets
  in_ns src mtr --udp --port "$port" --no-dns --report --report-cycles 5 --interval 1 --json "$destination" >"$scratch/mtr.json" ||
    skip "mtr cannot do this here"
  "$PYTHON" - "$scratch/mtr.json" "$result" <<'PY' || fail "mtr has other hops: $(<"$scratch/mtr.json")"
import json, sys
mtr = [hub["host"] for hub in json.load(open(sys.argv[1]))["report"]["hubs"]]
ours = [hop["addresses"][0] for hop in json.load(open(sys.argv[2]))["together"]["hops"]]
print(mtr, ours)
# a destination that sends datagrams back is no hop to mtr, which expects an ICMP error
sys.exit(mtr[:3] != ours[:3])
PY
}

# Answers probes whose TTL ends at the first router by an ICMP error with 8 bytes of them behind the IP header.
cat >"$programs/quote.py" <<'PY'
import socket, struct, sys

def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF

seen = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
seen.bind((sys.argv[1], 0x0800))
out = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
print("up", flush=True)
while True:
    packet, where = seen.recvfrom(65536)
    if where[2] == socket.PACKET_OUTGOING or packet[8] != 1 or packet[9] not in (1, 17):
        continue
    quote = packet[:28]
    error = struct.pack("!BBHI", 11, 0, checksum(struct.pack("!BBHI", 11, 0, 0, 0) + quote), 0) + quote
    out.sendto(error, (socket.inet_ntoa(packet[12:16]), 0))
PY

test_a_router_that_quotes_eight_bytes_alone_is_numbered_all_the_same() {
  in_ns r1 nft -f - <<<'table inet ovr { chain output { type filter hook output priority 0; icmp type time-exceeded meta length != 56 drop; }; }'
  at_end "ip netns exec ovr-path-r1-$$ nft delete table inet ovr"
  ip netns exec "ovr-path-r1-$$" "$PYTHON" "$programs/quote.py" to-src >"$scratch/quote.out" &
  at_end "end_ours $!"
  wait_until grep -qs up "$scratch/quote.out" || fail "the router did not begin"
  path 0 "$destination" --port "$port" --rate 10pps --count 20 --no-mtu
  json "$result" 'd["together"]["hops"][0]["missing"] == 0' 'd["together"]["hops"][0]["answered"] >= 16' \
    'd["is_one_at_a_time"]' 'd["uncounted"] <= 4' 'd["together"]["verdict"] == "no loss"' 'd["together"]["hops"][0]["addresses"] == ["10.91.0.2"]'
  in_ns src sysctl -qw net.ipv4.ping_group_range='0 2147483647'
  path 0 "$destination" --icmp --rate 20pps --count 40 --no-mtu
  json "$result" 'd["together"]["hops"][0]["missing"] == 0' 'not d["is_one_at_a_time"]' 'd["uncounted"] == 0' \
    'd["together"]["hops"][0]["answered"] == 40'
}

test_the_same_with_ipv6() {
  local host
  for host in "${hosts[@]}"; do
    in_ns "$host" sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.all.forwarding=1 net.ipv6.icmp.ratelimit=0
  done
  local n=0 one=src other
  for other in r1 r2 r3 dst; do
    ip -n "ovr-path-$one-$$" addr add "fd91:$n::1/64" dev "to-$other" nodad
    ip -n "ovr-path-$other-$$" addr add "fd91:$n::2/64" dev "to-$one" nodad
    one=$other n=$((n + 1))
  done
  ip -n "ovr-path-src-$$" route add default via fd91:0::2
  ip -n "ovr-path-r1-$$" route add fd91:3::/64 via fd91:1::2
  ip -n "ovr-path-r2-$$" route add fd91:3::/64 via fd91:2::2
  ip -n "ovr-path-r2-$$" route add fd91:0::/64 via fd91:1::1
  ip -n "ovr-path-r3-$$" route add default via fd91:2::1
  ip -n "ovr-path-dst-$$" route add default via fd91:3::1
  reflector_at "[fd91:3::2]:7781"
  ip -n "ovr-path-r2-$$" link set to-r3 mtu 1300
  ip -n "ovr-path-r3-$$" link set to-r2 mtu 1300
  at_end "ip -n ovr-path-r2-$$ link set to-r3 mtu 1500; ip -n ovr-path-r3-$$ link set to-r2 mtu 1500"
  path 0 fd91:3::2 -6 --port 7781 --rate 20pps --count 20
  json "$result" 'len(d["together"]["hops"]) == 4' 'd["together"]["verdict"] == "no loss"' \
    '[h["addresses"] for h in d["together"]["hops"]] == [["fd91::2"], ["fd91:1::2"], ["fd91:2::2"], ["fd91:3::2"]]' \
    'd["together"]["direction"] == "none"' 'd["mtu"]["state"] == "told" and d["mtu"]["passes_bytes"] == 1300'
  in_ns src sysctl -qw net.ipv4.ping_group_range='0 2147483647'
  path 0 fd91:3::2 --icmp --rate 20pps --count 20 --no-mtu
  json "$result" 'all(h["missing"] == 0 for h in d["together"]["hops"])' 'len(d["together"]["hops"]) == 4'
  path 0 fd91:3::2 --tcp --port 9 --rate 5pps --count 5
  json "$result" 'all(h["missing"] == 0 for h in d["together"]["hops"])' 'len(d["together"]["hops"]) == 4'
}

# sends every datagram back a second later, sixty times: more than any receive buffer of the host has room for
cat >"$programs/late.py" <<'PY'
import collections, select, socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
s.bind((sys.argv[1], int(sys.argv[2])))
print("up", flush=True)
waiting = collections.deque()
taken = 0
while True:
    if select.select([s], [], [], 0.001)[0]:
        waiting.append((time.monotonic() + 1, *s.recvfrom(65536)))
        taken += 1
        if taken == 1000:
            print("many", flush=True)
    while waiting and waiting[0][0] <= time.monotonic():
        _, data, peer = waiting.popleft()
        for _ in range(60):
            s.sendto(data, peer)
PY

# the socket of the first host that is connected to port 7782 has dropped some
has_dropped() {
  in_ns src cat /proc/net/udp | awk '$3 ~ /:1E66$/ && $NF > 0 { found = 1 } END { exit !found }'
}

test_answers_that_this_host_may_have_dropped_are_unknown() {
  ip netns exec "ovr-path-dst-$$" "$PYTHON" "$programs/late.py" "$destination" 7782 >"$scratch/late.out" &
  at_end "end_ours $!"
  wait_until grep -qs up "$scratch/late.out" || fail "the service did not begin"
  ip netns exec "ovr-path-src-$$" "${nobody[@]}" "$copy" path "$destination" --port 7782 --rate 1kpps --count 2000 --wait 3s --no-mtu \
    --json "$folder/path.json" >"$out" 2>"$err" &
  local pid=$!
  at_end "end_ours -KILL $pid"
  # answers to hundreds of probes are under way when it stops to take them
  wait_until grep -qs many "$scratch/late.out" || fail "the service got no thousand probes: $(<"$err")"
  kill -STOP "$pid"
  wait_until has_dropped
  kill -CONT "$pid"
  local code=0
  wait "$pid" || code=$?
  ((code == 2)) || fail "ended with $code: $(<"$out") $(<"$err")"
  result=$folder/path.json
  json "$result" 'd["crowded"] > 0' 'd["together"]["verdict"] == "unknown"' \
    'all(h["verdict"] not in ("loss starts here", "loss before") for h in d["together"]["hops"])'
  grep -q 'did not take answers in time' "$out" || fail "$(<"$out")"
}

test_probes_that_the_own_firewall_drops_are_said_and_counted() {
  in_ns src nft -f - <<<'table inet ovr { chain output { type filter hook output priority 0; udp dport 7777 numgen inc mod 4 == 0 counter drop; }; }'
  at_end "ip netns exec ovr-path-src-$$ nft delete table inet ovr"
  path 0 "$destination" --port "$port" --rate 20pps --count 40 --no-mtu
  json "$result" "d['unsent'] == $(in_ns src nft list table inet ovr | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p') >= 40" \
    'all(h["missing"] == 0 for h in d["together"]["hops"][1:])'
  grep -q 'not sent by this host (its own firewall drops them)' "$out" || fail "$(<"$out")"
}

test_who_sends_nothing_says_why() {
  path 3 198.51.100.1 --count 1 --no-mtu -6
  one_sentence path -6
  ip -n "ovr-path-src-$$" route del default
  at_end "ip -n ovr-path-src-$$ route add default via 10.91.0.2"
  path 3 198.51.100.1 --count 1
  one_sentence path
  grep -q 'Network is unreachable' "$err" || fail "$(<"$err")"
}

run_tests "$@"
