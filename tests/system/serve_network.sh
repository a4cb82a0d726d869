#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Agents over the network: who is answered, keys, garbage, and a hundred agents that do nothing. The callers are serve_peers.c.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

: "${SERVE_PEERS:?is the program of the callers}"
export XDG_CONFIG_HOME=$scratch/config

# serve [OPTION…]: an agent in the background; its pid and address stand in $agent and $address
serve() {
  local log=$scratch/log
  : >"$log"
  "$OVERRUN" serve --listen 127.0.0.1:0 --state "$scratch/state" "$@" 2>"$log" &
  agent=$!
  at_end "end_ours $agent; wait $agent"
  wait_until listens || fail "overrun serve does not listen: $(<"$log")"
}

# listens: $address is where
listens() {
  kill -0 "$agent" 2>/dev/null || fail "overrun serve has ended: $(<"$scratch/log")"
  address=$(sed -n 's/.*listening on \([^,]*\),.*/\1/p' "$scratch/log")
  [[ -n $address ]]
}

# peers SCENARIO [KEYS AGENT_KEY]
peers() {
  "$SERVE_PEERS" "$1" "${2:--}" "${3:--}" "$address" >"$out" 2>"$err" || fail "$1: $(<"$err"); the agent said: $(<"$scratch/log")"
}

logged() {
  grep -q -- "$1" "$scratch/log" || fail "no line of the log says: $1; it has: $(<"$scratch/log")"
}

ends() {
  kill "$agent"
  wait "$agent" || fail "overrun serve ended with code $?"
  nothing_left
}

test_callers_come_and_go() {
  serve
  peers hello
  peers hello
  logged 'over after 0 trials: closed by the caller'
  ends
}

test_one_session_at_a_time() {
  serve
  peers busy
  logged 'refused: .* while there is a session'
  ends
}

test_a_caller_that_leaves_is_noticed() {
  serve
  peers leaves
  logged 'the caller is lost'
  ends
}

test_an_agent_of_no_job_is_held_by_nobody() {
  serve
  peers holder
  logged 'since this agent belongs to no job'
  ends
}

test_once_is_one_session() {
  serve --once
  peers hello
  wait "$agent" || fail "overrun serve --once ended with code $?"
  nothing_left
}

test_garbage_is_survived() {
  serve
  "$PYTHON" - "$address" <<'END'
import os, socket, sys
host, port = sys.argv[1].rsplit(":", 1)
for i in range(200):
    with socket.create_connection((host, int(port))) as peer:
        peer.settimeout(2)
        try:
            # half of them begin as ZeroMQ does
            peer.sendall((b"\xff" + bytes(8) + b"\x7f\x03\x00NULL" if i % 2 else b"") + os.urandom(20000))
        except OSError:
            pass
END
  peers hello
  (($(awk '/VmHWM/ { print $2 }' "/proc/$agent/status") < 131072)) || fail "the agent took $(grep VmHWM "/proc/$agent/status")"
  ends
}

test_keys_are_needed_beyond_loopback() {
  expect_exit 3 "$OVERRUN" serve --listen 0.0.0.0:0
  one_sentence serve
}

test_callers_are_known_by_their_keys() {
  expect_exit 0 "$OVERRUN" keygen "$scratch/host"
  expect_exit 0 "$OVERRUN" keygen "$scratch/caller"
  expect_exit 0 "$OVERRUN" keygen "$scratch/stranger"
  cp "$scratch/caller/public" "$scratch/host/authorized"
  chmod 600 "$scratch/host/authorized"
  key=$(cut -d ' ' -f 1 "$scratch/host/public")
  serve --keys "$scratch/host"
  peers hello "$scratch/caller" "$key"
  peers unknown "$scratch/stranger" "$key"
  peers unknown "$scratch/caller" "$(cut -d ' ' -f 1 "$scratch/stranger/public")"
  peers unknown
  peers hello "$scratch/caller" "$key"
  ends
}

test_a_port_alone_is_one_of_the_loopback_interface() {
  serve --listen 0
  [[ $address == 127.0.0.1:* ]] || fail "it listens at $address"
  peers hello
  ends
}

test_bad_options_are_refused_in_a_sentence() {
  for options in '--listen none' '--listen nowhere' '--max-rate 50%' '--max-rate fast' '--keys /nowhere' 'word' '--mpi' '--mpi --once' '--mpi --keys /nowhere' \
    '--mpi --listen -' '--mpi --' '-- true'; do
    read -ra words <<<"$options"
    expect_exit 3 "$OVERRUN" serve "${words[@]}"
    one_sentence "serve $options"
  done
  expect_exit 3 "$OVERRUN" serve --listen nowhere
  says 'accepted: -, a port from 0 to 65535' "$err"
}

# A hundred agents that wait: no EAL, little memory, hardly any time of a CPU.
test_a_hundred_agents_do_nothing() {
  local n=100 pids=() addresses=() ticks_before=0 ticks_after=0 kib=0 i
  for ((i = 0; i < n; i++)); do
    "$OVERRUN" serve --listen 127.0.0.1:0 --state "$scratch/state" 2>"$scratch/log.$i" &
    pids+=($!)
  done
  at_end "end_ours ${pids[*]}; wait"
  for ((i = 0; i < n; i++)); do
    wait_until grep -q 'listening on' "$scratch/log.$i" || fail "agent $i does not listen: $(<"$scratch/log.$i")"
    addresses+=("$(sed -n 's/.*listening on \([^,]*\),.*/\1/p' "$scratch/log.$i")")
  done
  "$SERVE_PEERS" hello - - "${addresses[@]}" >"$out" 2>"$err" || fail "$(<"$err")"
  [[ $(<"$out") == "$n" ]] || fail "$(<"$out") agents answered, not $n"
  for pid in "${pids[@]}"; do
    ticks_before=$((ticks_before + $(awk '{ print $14 + $15 }' "/proc/$pid/stat")))
    kib=$((kib + $(awk '/^Pss:/ { print $2 }' "/proc/$pid/smaps_rollup")))
    (($(awk '/^Threads/ { print $2 }' "/proc/$pid/status") <= 4)) || fail "an agent has $(grep Threads "/proc/$pid/status"): EAL?"
  done
  sleep 5
  for pid in "${pids[@]}"; do
    ticks_after=$((ticks_after + $(awk '{ print $14 + $15 }' "/proc/$pid/stat")))
  done
  echo "# $n agents: $((kib / n)) KiB each, $((ticks_after - ticks_before)) ticks of 10 ms in 5 s"
  ((kib / n < 16384)) || fail "an agent takes $((kib / n)) KiB"
  ((ticks_after - ticks_before < 250)) || fail "idle agents took $((ticks_after - ticks_before)) ticks in 5 s"
  kill "${pids[@]}"
  for pid in "${pids[@]}"; do
    wait "$pid" || fail "an agent ended with code $?"
  done
  nothing_left
}

run_tests
