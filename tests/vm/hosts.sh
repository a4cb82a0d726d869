#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The virtual machine as a second host: an agent in it, the caller and the other end on this host. Frames go between virtio and a
# tap, messages over another pair of both. Two kernels have two clocks: latency is within its bound, or unknown.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=../system/hosts_lib.sh
. "$(dirname "$0")/../system/hosts_lib.sh"

need_veth
need_vm

# boot: the machine with its agent, and this host's namespace with a tap for frames (ovr0) and one for messages. The machine's
# interface for frames is $guest.
boot() {
  local tap
  make_namespace "ovr-host-$$"
  ip -n "ovr-host-$$" link set lo up
  for tap in ovr0 mgmt0; do
    ip -n "ovr-host-$$" tuntap add "$tap" mode tap 2>/dev/null || skip "may not make a tap here"
    ip -n "ovr-host-$$" link set "$tap" up
  done
  ip -n "ovr-host-$$" addr add 10.77.0.1/24 dev mgmt0
  make_keys caller
  make_keys guest
  mkdir -p "$results" "$scratch/config/overrun"
  cp "$scratch/keys-caller/"* "$scratch/config/overrun/"
  cp -r "$scratch/keys-guest" "$results/keys"
  cp "$scratch/keys-caller/public" "$results/keys/authorized"
  echo "guest: {address: 10.77.0.2, key: $(cut -d ' ' -f 1 "$scratch/keys-guest/public")}" >"$scratch/hosts.yaml"
  printf '#!/bin/bash\nexec ip netns exec ovr-host-%s %q "$@"\n' "$$" "$vm" >"$scratch/vm"
  chmod +x "$scratch/vm"
  run_machine >"$scratch/machine" 2>&1 &
  machine=$!
  at_end end_machine
  wait_until 300 listens_in_machine || fail "no agent in the machine: $(cat "$scratch/machine" "$results/hosts/said" 2>&1)"
  guest=$(<"$results/hosts/name")
}

# run_machine: beside trials, which have $out and $err
run_machine() {
  local vm=$scratch/vm out=$scratch/vm.out err=$scratch/vm.err
  in_vm hosts --nic virtio-net-pci,tap=ovr0 --nic virtio-net-pci,tap=mgmt0
}

listens_in_machine() {
  kill -0 "$machine" 2>/dev/null || fail "the machine is down: $(cat "$scratch/machine")"
  [[ -s $results/hosts/name ]] && in_host host bash -c ': </dev/tcp/10.77.0.2/5205' 2>/dev/null
}

end_machine() {
  touch "$results/tell" "$results/over"
  wait "$machine"
}

# trial CODE [OPTIONS OF overrun run]: from this host, and again where the machine, or this host, stood still
trial() {
  local wanted=$1
  shift
  for _ in 1 2 3; do
    expect_exit '[0-3]' call_from host run "$@" --warmup 0s --rate-tolerance 100% --on-full wait --tmax 1m --drain 1s --json "$result"
    ((code != wanted)) || break
    echo "once more after $code: $(grep -h 'VOID\|overrun:' "$out" "$err" | head -n 2)"
  done
  ((code == wanted)) || fail "the trial ended with $code, not $wanted: $(cat "$out" "$err" "$results/hosts/agent")"
  books "$result" "$wanted"
}

# clock_of_machine: its clock less this host's is between the two numbers of nanoseconds that are printed, as files tell
clock_of_machine() {
  "$PYTHON" - "$results" <<'END'
import os, sys, time

folder, low, high = sys.argv[1], -(1 << 63), 1 << 63
open(f"{folder}/tell", "w").close()
for n in range(1, 21):
    time.sleep(0.05)
    before = time.monotonic_ns()
    open(f"{folder}/ask-{n}", "w").close()
    while not os.path.exists(f"{folder}/answer-{n}"):
        pass
    after = time.monotonic_ns()
    with open(f"{folder}/answer-{n}", encoding="utf-8") as answer:
        there = int(answer.read())
    low, high = max(low, there - after), min(high, there - before)
print(low, high)
END
}

test_the_machine_is_a_host_with_a_clock_of_its_own() {
  local clock
  boot
  trial 0 --tx netdev:ovr0,mode=af_packet --rx "host:guest/netdev:$guest,mode=af_packet" --rate 2kpps --count 2000 --rxd 4096
  json "$result" 'l["sent"] == l["unique"] == 2000' '[h["name"] for h in t["hosts"]] == ["localhost", "guest"]' \
    't["hosts"][0]["kernel"] != t["hosts"][1]["kernel"]' 'not t["clock"]["is_shared"]' \
    't["latency_ns"] is None or t["clock"]["bound_ns"] < t["latency_ns"]["p50"]' \
    'bool(t["latency_unknown"]) == (t["latency_ns"] is None)'
  read -ra clock < <(clock_of_machine)
  json "$result" "${clock[0]} <= t['hosts'][1]['clock_offset_ns'] + t['hosts'][1]['clock_bound_ns']" \
    "t['hosts'][1]['clock_offset_ns'] - t['hosts'][1]['clock_bound_ns'] <= ${clock[1]}"
  echo "the machine's clock, by files: ${clock[*]}; by messages, the bound, and the median of latency:" \
    "$(value "$result" '(t["hosts"][1]["clock_offset_ns"], t["clock"]["bound_ns"], (t["latency_ns"] or {}).get("p50"))')"

  # the ring of the machine runs over, and its own counter has what was lost
  trial 1 --tx netdev:ovr0,mode=af_packet --rx "host:guest/netdev:$guest,mode=af_packet" --rate 2kpps --count 1000 --rxd 256 --stall unread
  json "$result" 'l["sent"] == 1000' 'l["lost"] == 744' 'frames("rx.ring") == 744' 'l["unexplained"] == 0'

  trial 0 --tx "host:guest/netdev:$guest,mode=af_packet" --rx netdev:ovr0,mode=af_packet --rate 2kpps --count 2000 --rxd 4096
  json "$result" 'l["sent"] == l["unique"] == 2000' '[h["name"] for h in t["hosts"]] == ["guest", "localhost"]'

  end_machine || fail "the machine did not end well: $(cat "$scratch/machine")"
  of_job hosts
  [[ $(<"$results/interface") != *PROMISC* ]] || fail "the machine's interface is still promiscuous"
  [[ ! -s $results/left ]] || fail "left in the machine: $(<"$results/left")"
  [[ $(in_host host ip link show) != *PROMISC* ]] || fail "an interface of this host is still promiscuous"
}

run_tests
