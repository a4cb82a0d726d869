#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Flows of the kernel's TCP beside the prediction: what the command reports is what the kernel counts and what the hop
# dropped, and nothing of it stays, however it ends.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# sent slowly, so that the tester itself loses none; how much of its schedule it kept does not matter here
lossy=$scratch/lossy.json
chmod 755 "$scratch"
expect_exit '[01]' "$OVERRUN" run --rx wire:1,drop=2% --rxd 32768 --count 5000 --rate 20kpps --rate-tolerance 100% --warmup 0 \
  --quiet --json "$lossy"

# agree EXPRESSION…: of the answer in $scratch/flows.json, as d; f is its first flow, count(NAME) one of its counters
agree() {
  "$PYTHON" - "$scratch/flows.json" "$lossy" "$@" <<'PY'
import json, sys
d, lossy = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
f = d["flows"][0]
def count(name):
    return next(c["count"] for c in f["counters"] if c["name"] == name)
def listed(kind):
    return [e["frame"] for e in f["hop"]["events"] if e["kind"] == kind]
sent = lossy["trial"]["ledger"]["sent"]
lost = [n for p in lossy["trial"]["loss_periods"] for n in range(p["first_seq"], p["first_seq"] + p["frames"])]
for expression in sys.argv[3:]:
    if not eval(expression):
        sys.exit(f"not so: {expression}: {json.dumps({**f, 'hop': f['hop'] and f['hop']['counts']})}")
PY
}

# begin_flow: a long one, under way
begin_flow() {
  : >"$err"
  begin "$OVERRUN" tcp "$lossy" --measure --rtt 5ms --cc cubic --time 60s
  wait_until is_under_way || fail "no flow: $(<"$err")"
}

no_lab() { ! ip netns list | grep -q "^ovr-lab-$pid-"; }
is_under_way() { grep -q 'flow 1 of' "$err"; }

test_what_the_hop_did_in_place_of_the_trials_losses_is_said() {
  need_veth
  expect_exit 0 "$OVERRUN" tcp "$lossy" --measure --rtt 5ms --cc cubic --time 300ms --impair drop=2% --json "$scratch/impaired.json"
  has_form tcp-impact "$scratch/impaired.json"
  json "$scratch/impaired.json" 'd["impaired"] == "drop=2%"'
  says "did drop=2% in place of the trial's losses"
  expect_exit 0 "$OVERRUN" report "$scratch/impaired.json" -o "$scratch/page.html"
  grep -q 'did drop=2% in place of' "$scratch/page.html" || fail "the page does not say what the hop did"
}

test_a_flow_meets_the_losses_of_the_trial_frame_by_frame() {
  need_veth
  begin "$OVERRUN" tcp "$lossy" --measure --rtt 5ms --cc cubic,bbr --time 600ms --json "$scratch/flows.json"
  wait "$pid" || fail "ended with $?: $(<"$err")"
  no_lab || fail "left behind: $(ip netns list)"
  has_form tcp-impact "$scratch/flows.json"
  agree 'd["kernel"].startswith("Linux ")' 'f["unknown"] is None' 'f["algorithm"] == "cubic"' 'f["rtt_asked_ns"] == 5000000' \
    'f["rtt_min_ns"] >= 5000000' 'f["counted_ns"] > 0' 'abs(f["bps"] - f["bytes"] * 8e9 / f["counted_ns"]) < 1' \
    'f["low_bps"] < f["predicted_bps"] < f["high_bps"]' \
    'len(listed("drop")) == f["hop"]["counts"]["drop"] >= f["events_whole"] >= f["events"] > 0' \
    'listed("drop") == [n for n in sorted(n + i * sent for i in range(f["hop"]["received"] // sent + 1) for n in lost) if n < f["hop"]["received"]]' \
    'count("Tcp:RetransSegs") >= f["retransmitted"] > 0' 'f["hop"]["missed"] == 0'
  agree 'd["flows"][1]["algorithm"] == "bbr"' 'd["flows"][1]["unknown"] or d["flows"][1]["bps"] > 0' \
    'd["flows"][1]["predicted_bps"] is None'
  says '5.00 ms cubic'
  says 'no formula' || says 'the kernel refuses bbr'
  expect_exit 0 "$OVERRUN" report "$lossy" "$scratch/flows.json" -o "$scratch/page.html"
  grep -q 'Measured flows' "$scratch/page.html" || fail "the page has no flows"
}

# a path with a hop of its own, whose drops are over when the flow ends: then nothing moves a counter any more
make_path() {
  make_hop a b
  peer=ovr-peer-$$
  make_namespace "$peer"
  ip -n "$tester" link set ovr0b netns "$peer"
  ip -n "$tester" addr add 198.18.0.1/24 dev ovr0a
  ip -n "$peer" addr add 198.18.0.2/24 dev ovr0b
  ip -n "$peer" link set ovr0b up
}

start_hop() {
  : >"$scratch/hop.err"
  env --default-signal=INT,TERM ip netns exec "$hop" "$OVERRUN" hop ovr1a ovr1b --json "$scratch/hop.json" "$@" 2>"$scratch/hop.err" >/dev/null &
  hop_pid=$!
  at_end "end_ours -KILL $hop_pid"
  wait_until grep -q 'are connected' "$scratch/hop.err" || fail "the hop does not come up: $(<"$scratch/hop.err")"
}

stop_hop() {
  kill -INT "$hop_pid"
  wait "$hop_pid" || fail "the hop ended with $?: $(<"$scratch/hop.err")"
}

counters() { ip netns exec "$tester" nstat -asz; }

# over_path OPTION…: measure over it
over_path() {
  expect_exit 0 "$OVERRUN" tcp "$lossy" --measure --tx "tcp:198.18.0.2:5201,netns=$tester" --rx "tcp:198.18.0.2:5201,netns=$peer" \
    --cc cubic --json "$scratch/flows.json" "$@"
}

# The same counters, read by nstat. A host that stands still may move one between the readings: then again.
test_counters_are_those_that_nstat_reads() {
  need_tool nstat
  make_path
  local try
  for try in 1 2 3; do
    start_hop --there drop-at=200-204+600+900-901,delay=2ms --back delay=2ms
    counters >"$scratch/before"
    over_path --time 1s
    counters >"$scratch/after"
    stop_hop
    if agree 'f["hop"] is None' 'f["events"] is None' 'f["rtt_asked_ns"] is None' 'f["rtt_min_ns"] >= 4000000' \
      'json.load(open("'"$scratch"'/hop.json"))["ways"][0]["counts"]["drop"] == 8' 'count("Tcp:RetransSegs") >= 8' &&
      "$PYTHON" - "$scratch/flows.json" "$scratch/before" "$scratch/after" <<'PY'; then
import json, sys
def read(path):
    return {w[0]: int(w[1]) for w in map(str.split, open(path, encoding="utf-8")) if len(w) > 1 and w[0] != "#kernel"}
before, after = map(read, sys.argv[2:])
found = {c["name"].replace(":", ""): c["count"] for c in json.load(open(sys.argv[1], encoding="utf-8"))["flows"][0]["counters"]}
wrong = {n: (c, after.get(n, 0) - before.get(n, 0)) for n, c in found.items() if c is not None and c != after.get(n, 0) - before.get(n, 0)}
known = sum(c is not None for c in found.values())
print(f"{known} counters known, differ: {wrong}")
sys.exit(bool(wrong) or known < 10)
PY
      return
    fi
    echo "try $try: a counter moved"
  done
  fail "the counters are not those of nstat"
}

# Periodic losses give every sender the same rate. Twice of it, or half, is no agreement.
test_iperf3_reaches_the_same_rate() {
  need_tool iperf3
  make_path
  start_hop --there drop-every=40,delay=5ms --back delay=5ms
  local try
  for try in 1 2 3; do
    over_path --time 1s
    ip netns exec "$peer" iperf3 -s -1 >/dev/null &
    at_end "end_ours $!"
    wait_until ip netns exec "$peer" sh -c "ss -ltn | grep -q ':5201 '" || fail "iperf3 does not listen"
    ip netns exec "$tester" iperf3 -c 198.18.0.2 -C cubic -O 1 -t 1 -J >"$scratch/iperf.json" || fail "$(<"$scratch/iperf.json")"
    ! agree '0.5 < f["bps"] / json.load(open("'"$scratch"'/iperf.json"))["end"]["sum_received"]["bits_per_second"] < 2' || break
    ((try < 3)) || fail "iperf3 reaches another rate"
  done
  stop_hop
}

test_nothing_stays_when_it_is_interrupted_or_killed() {
  need_veth
  begin_flow
  end_by INT
  ((code == 2)) || fail "ended with $code: $(<"$err")"
  no_lab || fail "left behind after SIGINT: $(ip netns list)"
  begin_flow
  end_by KILL
  local dead=$pid
  at_end "ip netns list | grep -o '^ovr-lab-$dead-[a-z]*' | xargs -rn1 ip netns del"
  ! no_lab || fail "the killed one had no lab"
  expect_exit 0 "$OVERRUN" tcp "$lossy" --measure --rtt 1ms --cc cubic --time 100ms
  grep -q "ovr-lab-$dead-hop: network namespace removed" "$err" || fail "it does not say what it removed: $(<"$err")"
  no_lab || fail "left behind after SIGKILL: $(ip netns list)"
  ! find /run/overrun -name "$dead*" | grep . || fail "a journal is left"
}

test_what_is_wrong_is_refused_in_a_sentence() {
  refused() {
    expect_exit 3 "$OVERRUN" tcp "$lossy" "$@"
    one_sentence tcp "$@"
  }
  refused --time 1s
  refused --rx tcp:127.0.0.1:5201
  refused --measure --time 1ms
  refused --measure --impair drop=200%
  refused --measure --impair fcs=1%
  refused --measure --rtt 3s
  refused --measure --rtt 1s --impair delay=600ms
  refused --measure --mss 9000
  refused --measure --rx tcp:127.0.0.1:5201 --impair drop=1%
  refused --measure --rx udp:127.0.0.1:5201
  refused --measure --rx wire:1
  refused --measure --tx tcp:127.0.0.1:5201,connections=2
  refused --measure --tx tcp:127.0.0.1:5201,congestion=reno
  refused --measure --rx tcp:127.0.0.1:5201,netns=nowhere
}

test_a_lab_needs_root_and_says_so() {
  local as_nobody=()
  if ((EUID == 0)); then
    need_tool setpriv
    as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    "${as_nobody[@]}" true 2>/dev/null || skip "may not become another user here"
  fi
  chmod 755 "$scratch"
  install -m 755 "$OVERRUN" "$scratch/overrun"
  install -m 644 "$lossy" "$scratch/lossy.json"
  expect_exit 3 "${as_nobody[@]}" "$scratch/overrun" tcp "$scratch/lossy.json" --measure
  one_sentence tcp --measure
  says 'found no root' "$err" || fail "$(<"$err")"
}

run_tests
