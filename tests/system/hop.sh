#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A lossy cable between two interfaces: its list of impairment events is what the receiver found, to the frame; TCP passes it
# with its large segments; and nothing of it stays, however it ends.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# start_hop OPTION…: a hop between ovr1a and ovr1b, in the background; its result will be in $scratch/hop.json
start_hop() {
  : >"$scratch/hop.err"
  env --default-signal=INT,TERM ip netns exec "$hop" "$OVERRUN" hop ovr1a ovr1b --json "$scratch/hop.json" "$@" >"$scratch/hop.out" 2>"$scratch/hop.err" &
  hop_pid=$!
  at_end "end_ours -KILL $hop_pid"
  wait_until grep -q 'are connected' "$scratch/hop.err" || fail "the hop does not come up: $(<"$scratch/hop.err")"
}

# stop_hop: as a user ends it
stop_hop() {
  local code=0
  kill -INT "$hop_pid"
  wait "$hop_pid" || code=$?
  ((code == 0)) || fail "the hop ended with $code: $(<"$scratch/hop.err") $(<"$scratch/hop.out")"
  ! grep -q ' 0 ns late' "$scratch/hop.out" || fail "what nothing passed is late by nothing: $(<"$scratch/hop.out")"
  has_form hop "$scratch/hop.json"
}

# send COUNT OPTION…: frames through the hop; the result is in $result
send() {
  local count=$1
  shift
  expect_exit '[01]' ip netns exec "$tester" "$OVERRUN" run --tx netdev:ovr0a,mode=af_packet --rx netdev:ovr0b,mode=af_packet \
    --path dut --count "$count" --rate 10kpps --rate-tolerance 100% --warmup 0 --drain 500ms --quiet --json "$result" "$@"
}

# agree EXPRESSION…: of the result as t (its trial) and of the way there as w; listed(KIND) are the frames of its events. On a
# busy host the tester's own ring may lose some too, and says how many: then holds(KIND) wants no more than that.
agree() {
  "$PYTHON" - "$result" "$scratch/hop.json" "$@" <<'PY'
import json, sys
trial, hop = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
t, w = trial["trial"], hop["ways"][0]
def listed(kind):
    return [e["frame"] for e in w["events"] if e["kind"] == kind]
own = sum(a["frames"] for a in t["ledger"]["accounts"] if a["place"].startswith("rx.") and a["place"] != "rx.corrupt")
def holds(kind, found):
    return set(listed(kind)) <= set(found) and len(found) == len(listed(kind)) + own
lost = sorted(n for p in t["loss_periods"] for n in range(p["first_seq"], p["first_seq"] + p["frames"]))
for expression in sys.argv[3:]:
    if not eval(expression):
        sys.exit(f"not so: {expression}: {json.dumps(w['counts'])} {json.dumps(t['total'])[:600]}")
PY
}

test_every_lost_doubled_and_reordered_frame_is_in_its_list() {
  make_hop a b
  start_hop --there drop=1%,dup=1%,reorder=5:1%,drop-burst=5:0.1% --seed 7
  send 10000
  stop_hop
  agree 'w["received"] == 10000 == t["ledger"]["sent"]' 'w["counts"]["drop"] == len(listed("drop")) > 50' \
    'holds("drop", lost)' '0 <= w["counts"]["dup"] - t["ledger"]["duplicate"] <= own' 'w["counts"]["dup"] > 50' \
    'len(listed("reorder")) == w["counts"]["reorder"] > 50' '0 <= w["counts"]["reorder"] - t["ledger"]["reordered"] <= own' \
    'w["received"] + w["counts"]["dup"] == w["delivered"] + w["counts"]["drop"] + w["left"]' 'w["left"] == 0'
}

test_every_tenth_frame_is_every_tenth() {
  make_hop a b
  start_hop --there drop-every=10
  send 5000
  stop_hop
  agree 'w["counts"]["drop"] == 500' 'listed("drop") == list(range(9, 5000, 10))' 'holds("drop", lost)'
}

# 5,000 frames of another trial, whose losses come again in each 5,000
test_losses_of_a_result_are_repeated_frame_by_frame() {
  make_hop a b
  expect_exit '[01]' "$OVERRUN" run --rx wire:1,drop=2%,drop-burst=7:0.1% --count 5000 --rate 50kpps --rate-tolerance 100% \
    --warmup 0 --quiet --json "$scratch/measured.json"
  start_hop --replay "$scratch/measured.json"
  send 10000
  stop_hop
  "$PYTHON" - "$scratch/measured.json" >"$scratch/lost" <<'PY'
import json, sys
periods = json.load(open(sys.argv[1], encoding="utf-8"))["trial"]["loss_periods"]
print(sorted(n for p in periods for n in range(p["first_seq"], p["first_seq"] + p["frames"])))
PY
  agree "listed('drop') == [n + i for i in (0, 5000) for n in $(<"$scratch/lost")]" 'holds("drop", lost)' 'len(lost) > 100'
}

test_damaged_frames_arrive_damaged() {
  make_hop a b
  start_hop --there corrupt=1%
  send 5000
  stop_hop
  agree 'w["counts"]["corrupt"] > 20' '0 <= w["counts"]["corrupt"] - t["ledger"]["corrupt"] <= own' 'holds("corrupt", lost)'
}

test_a_delay_is_kept_and_a_rate_limit_drops_what_its_queue_has_no_room_for() {
  make_hop a b
  start_hop --there delay=10ms
  send 500
  stop_hop
  agree 't["latency_ns"]["min"] >= 10_000_000' 't["ledger"]["lost"] == own'
  start_hop --there speed=10M --queue 20
  send 2000 --size 1518
  stop_hop
  agree 'w["counts"]["queue"] > 200' 'holds("queue", lost)'
}

# Linux hands over segments of up to 64 KiB, without checksums. What arrives is what was sent, and no checksum is wrong.
test_tcp_passes_with_its_large_segments() {
  need_tool "$PYTHON"
  make_hop a b
  local peer=ovr-peer-$$
  make_namespace "$peer"
  ip -n "$tester" link set ovr0b netns "$peer"
  ip -n "$tester" addr add 198.18.0.1/24 dev ovr0a
  ip -n "$peer" addr add 198.18.0.2/24 dev ovr0b
  ip -n "$peer" link set ovr0b up
  start_hop --both drop=0.5% --seed 3
  cat >"$scratch/pass.py" <<'PY'
import socket, sys
data = bytes(i * 31 % 251 for i in range(65537)) * 48
if sys.argv[1] == "receive":
    with socket.create_server(("198.18.0.2", 5201)) as server:
        server.settimeout(30)
        connection, _ = server.accept()
        connection.settimeout(30)
        got = b"".join(iter(lambda: connection.recv(65536), b""))
    sys.exit(0 if got == data else f"{len(got)} of {len(data)} bytes")
with socket.create_connection(("198.18.0.2", 5201), 30) as connection:
    connection.sendall(data)
PY
  ip netns exec "$peer" timeout 60 "$PYTHON" "$scratch/pass.py" receive &
  local receiver_pid=$!
  at_end "end_ours $receiver_pid"
  wait_until ip netns exec "$peer" sh -c "ss -ltn | grep -q ':5201 '" || fail "nobody listens"
  ip netns exec "$tester" timeout 60 "$PYTHON" "$scratch/pass.py" send || fail "the data cannot be sent"
  wait "$receiver_pid" || fail "what arrived is not what was sent"
  stop_hop
  "$PYTHON" - "$scratch/hop.json" <<'PY' || fail "the hop did not see what TCP sends: $(<"$scratch/hop.out")"
import json, sys
there, back = json.load(open(sys.argv[1], encoding="utf-8"))["ways"]
# 3,145,776 bytes are 2,173 segments of 1,448
sys.exit(not (there["received"] >= 2173 + there["counts"]["drop"] and there["counts"]["drop"] > 0 and back["received"] > 20))
PY
  ip netns exec "$peer" nstat -asz TcpInCsumErrors | grep -q '^TcpInCsumErrors  *0 ' || fail "checksums were wrong"
}

test_nothing_stays_when_it_is_killed() {
  make_hop a b
  start_hop
  ip -n "$hop" -d link show ovr1a | grep -q 'promiscuity 1' || fail "the interface is not promiscuous: $(ip -n "$hop" -d link show ovr1a)"
  kill -KILL "$hop_pid"
  wait "$hop_pid" 2>/dev/null || true
  ip -n "$hop" -d link show ovr1a | grep -q 'promiscuity 0' || fail "promiscuity stayed"
  # the next one finds the journal of the dead one, and works
  start_hop
  stop_hop
}

test_another_overrun_cannot_have_its_interfaces() {
  make_hop a b
  start_hop
  expect_exit 3 ip netns exec "$hop" "$OVERRUN" hop ovr1a ovr1b
  grep -q 'ovr1a' "$err" || fail "the sentence names no interface: $(<"$err")"
  stop_hop
}

test_an_interface_that_goes_away_voids_it() {
  make_hop a b
  start_hop --there drop=1%
  ip -n "$hop" link set ovr1a down
  local code=0
  wait "$hop_pid" || code=$?
  ((code == 2)) || fail "the hop ended with $code: $(<"$scratch/hop.err")"
  has_form hop "$scratch/hop.json"
  grep -q 'VOID: hop: ovr1a' "$scratch/hop.out" || fail "the text does not say why: $(<"$scratch/hop.out")"
}

test_the_way_to_this_host_and_what_is_wrong_are_refused() {
  make_hop a b
  refused() {
    expect_exit 3 ip netns exec "$hop" "$OVERRUN" hop "$@"
    (($(wc -l <"$err") == 1)) || fail "'hop $*' is answered in more than a line: $(<"$err")"
  }
  refused
  refused ovr1a
  refused ovr1a ovr1a
  refused ovr1a nowhere
  refused ovr1a ovr1b ovr1c
  refused ovr1a ovr1b --there drop=200%
  refused ovr1a ovr1b --there fcs=1%
  refused ovr1a ovr1b --back rotate=2
  refused ovr1a ovr1b --replay "$scratch/missing.json"
  refused ovr1a ovr1b --queue 0
  refused ovr1a ovr1b --time 0
  # who may not have the socket is told that, and not where the journal would be
  chmod 755 "$scratch"/..
  install -m 755 "$OVERRUN" "$scratch/overrun"
  expect_exit 3 ip netns exec "$hop" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all \
    "$scratch/overrun" hop ovr1a ovr1b
  grep -q 'accepted: a user with CAP_NET_RAW' "$err" || fail "a user without privileges is told: $(<"$err")"
  ip -n "$hop" addr add 198.18.0.9/24 dev ovr1b
  ip -n "$hop" route add default via 198.18.0.1
  refused ovr1a ovr1b
  grep -q 'default route' "$err" || fail "the sentence does not say why: $(<"$err")"
  expect_exit 0 ip netns exec "$hop" "$OVERRUN" hop ovr1a ovr1b --force --time 100ms --quiet
}

run_tests
