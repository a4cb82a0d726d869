#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A trial over two hosts loses one of them, or its end process alone, at a random moment: killed, stopped, or its cable is cut. The trial is void within
# seconds, nothing of it counts as lost, both halves are on disk, and the hosts carry out the next trial.
#
#   hosts_faults.sh [--count N] [--seed S]   N moments; each fault takes 7, 100 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=hosts_lib.sh
. "$(dirname "$0")/hosts_lib.sh"

need_veth
need_cpus 2
need_tool nft
sample 7 "${SEED:-$RANDOM}" "$@"

ports=(--tx "host:a/netdev:ovr0a,mode=af_packet" --rx "host:b/netdev:ovr0b,mode=af_packet")

# the trial runs: both ends have told something
is_running() {
  compgen -G "$scratch/state-a/half-*" >/dev/null && compgen -G "$scratch/state-b/half-*" >/dev/null
}

# what is done to the hosts, and taken back
break_host() {
  case $1 in
  agent) kill -KILL "${agent[b]}" ;;
  caller) kill -KILL "$(pgrep -P "$caller")" ;;
  link) ip -n "$management" link set to-b down ;;
  blackhole) in_host b nft add table inet hole '{ chain in { type filter hook input priority -300; iifname mgmt0 drop; }; chain out { type filter hook output priority -300; oifname mgmt0 drop; }; }' ;;
  stop) kill -STOP "${agent[b]}" ;;
  receiver) kill -KILL "$(pgrep -P "${agent[b]}")" ;;
  sender) kill -STOP "$(pgrep -P "${agent[a]}")" ;;
  esac
}

fix_host() {
  case $1 in
  agent) start_agent b ;;
  caller | receiver | sender) ;;
  link) ip -n "$management" link set to-b up ;;
  blackhole) in_host b nft delete table inet hole ;;
  stop) kill -CONT "${agent[b]}" ;;
  esac
}

# the hosts are idle again, and carry out a trial
next_trial() {
  local code=0
  call run "${ports[@]}" --rate 5kpps --count 500 --warmup 0s --rate-tolerance 100% --on-full wait --json "$scratch/next.json" \
    >"$scratch/next" 2>&1 </dev/null || code=$?
  ((code == 0))
}

test_a_host_that_is_lost_voids_the_trial_and_nothing_is_lost() {
  make_hosts a b
  start_agent a
  start_agent b
  faults=(agent caller link blackhole stop receiver sender)
  for ((i = 0; i < count; i++)); do
    fault=${faults[i % 7]}
    lost=b
    [[ $fault != sender ]] || lost=a
    rm -rf "$result"* "$scratch"/state-[ab]/*
    call run "${ports[@]}" --rate 5kpps --time 60s --warmup 0s --rate-tolerance 100% --json "$result" >"$out" 2>"$err" </dev/null &
    caller=$!
    at_end "end_ours -KILL $caller"
    wait_until is_running || fail "$fault: the trial does not run: $(<"$err") $(ls -lR "$scratch"/state*) $(<"$scratch/agent-b")"
    sleep "$((RANDOM % 3)).$((RANDOM % 90 + 10))"
    break_host "$fault"
    begun=$(date +%s%N)
    code=0
    { wait "$caller" || code=$?; } 2>/dev/null
    took_ms=$((($(date +%s%N) - begun) / 1000000))
    if [[ $fault != caller ]]; then
      ((code == 2)) || fail "$fault: the caller ended with $code: $(<"$err")"
      ((took_ms < 20000)) || fail "$fault: the verdict came after $took_ms ms"
      json "$result" 'd["verdict"] == "void"' 'not l.get("lost")' "any('host $lost' in r for r in d['reasons'])"
      (($(find "$scratch" -maxdepth 1 -name 'result.json.half-*.json' | wc -l) == 2)) || fail "$fault: halves on disk: $(ls "$scratch")"
    fi
    fix_host "$fault"
    wait_until next_trial || fail "$fault: no trial afterwards: $(<"$scratch/next") $(<"$scratch/agent-a") $(<"$scratch/agent-b")"
    for host in a b; do
      [[ $(in_host $host ip link show) != *PROMISC* ]] || fail "$fault: an interface of $host is still promiscuous"
    done
    echo "$fault: $took_ms ms"
  done
}

run_tests
