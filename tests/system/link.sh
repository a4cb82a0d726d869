#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The link between two hosts, in two network namespaces: who is let in, and how soon it is known that the other side is gone.
# From the build it also gets LINK_PEER, one end of a link.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

: "${LINK_PEER:?is the path of the program that is one end of a link}"
need_root
need_tool ip nft
here=ovr-here-$$ there=ovr-there-$$
make_namespace "$here"
make_namespace "$there"
ip -n "$here" link add ovr0 type veth peer name ovr1 netns "$there" 2>/dev/null || skip "no veth in this kernel"
ip -n "$here" addr add 192.0.2.1/24 dev ovr0
ip -n "$there" addr add 192.0.2.2/24 dev ovr1
for name in agent caller stranger; do
  "$OVERRUN" keygen --comment "$name@test" "$scratch/$name" >/dev/null
done
cp "$scratch/caller/public" "$scratch/authorized"
read -r agent_key _ <"$scratch/agent/public"
read -r stranger_key _ <"$scratch/stranger/public"
keys=$scratch

set_up() {
  ip -n "$here" link set ovr0 up
  ip -n "$there" link set ovr1 up
  agent_log=$scratch/agent.log caller_log=$scratch/caller.log
  start_agent
}

start_agent() {
  ip netns exec "$there" "$LINK_PEER" listen 192.0.2.2:5205 "$keys/agent" "$keys/authorized" >"$agent_log" 2>&1 &
  agent=$!
  at_end "end $agent"
  wait_for "listening at" "$agent_log"
}

# end PROCESS: whether it runs, is stopped, or has ended
end() {
  {
    end_ours -CONT "$1"
    end_ours -KILL "$1"
    wait "$1"
  } 2>/dev/null || true
}

# start_caller KIND KEYS [AGENT_KEY]: its process is $caller
start_caller() {
  rm -f "$caller_log"
  ip netns exec "$here" "$LINK_PEER" "$1" 192.0.2.2 "$keys/$2" "${3-$agent_key}" >"$caller_log" 2>&1 &
  caller=$!
  at_end "end $caller"
}

# wait_for TEXT FILE
wait_for() {
  wait_until grep -qs -- "$1" "$2" || fail "no \"$1\" in: $(cat "$2")"
}

meet() {
  start_caller connect caller
  wait_for answered "$caller_log"
  wait_for "received hello from caller 192.0.2.1 (caller@test)" "$agent_log"
}

now_ms() {
  date +%s%3N
}

# gone_since MS FILE TEXT: this side learns after then that the other one is gone: within 4 s on a host that has a CPU to spare for
# it, and long before TCP gives a connection up
gone_since() {
  local at
  wait_until is_gone "$@" || fail "no \"gone: $3\" since $1 in: $(cat "$2")"
  ((at - $1 < 20000)) || fail "it was known after $((at - $1)) ms: $(<"$2")"
  echo "known after $((at - $1)) ms"
}
is_gone() {
  at=$(awk -v since="$1" -v text="gone: $3" '$1 >= since && index($0, text) { print $1; exit }' "$2") && [[ -n $at ]]
}

of_caller="caller 192.0.2.1 (caller@test) is gone: the connection is lost"
of_agent="agent (192.0.2.2:5205) is gone: the connection is lost"

test_messages_go_both_ways() {
  meet
  sleep 5
  ! grep -q gone "$agent_log" "$caller_log" || fail "found $(cat "$agent_log" "$caller_log")"
}

test_a_key_that_is_not_authorized_is_refused_and_told() {
  start_caller connect stranger
  wait_for "gone: agent (192.0.2.2:5205) is gone: it does not accept our key" "$caller_log"
  wait_for "told: caller 192.0.2.1: refused, its key $stranger_key is not authorized" "$agent_log"
  ! grep -q received "$agent_log" || fail "it was let in: $(<"$agent_log")"
  meet
}

test_an_agent_with_another_key_is_refused() {
  start_caller connect caller "$stranger_key"
  wait_for "it has another key than the given one, or is no agent" "$caller_log"
  wait_for "told: refused a connection: it was made for another key than that of this host" "$agent_log"
}

test_a_message_of_another_session_is_discarded() {
  start_caller replay caller
  wait_for answered "$caller_log"
  wait_for "discarded 1" "$agent_log"
  (($(grep -c "received hello" "$agent_log") == 1)) || fail "a hello was replayed: $(<"$agent_log")"
}

test_a_peer_that_is_killed_is_known_to_be_gone() {
  meet
  since=$(now_ms)
  end "$caller"
  gone_since "$since" "$agent_log" "$of_caller"
  meet
  since=$(now_ms)
  end "$agent"
  gone_since "$since" "$caller_log" "$of_agent"
}

test_a_peer_that_is_stopped_is_known_to_be_gone() {
  meet
  since=$(now_ms)
  kill -STOP "$agent"
  gone_since "$since" "$caller_log" "$of_agent"
  since=$(now_ms)
  kill -CONT "$agent"
  gone_since "$since" "$agent_log" "$of_caller"
  meet
  since=$(now_ms)
  kill -STOP "$caller"
  gone_since "$since" "$agent_log" "$of_caller"
}

test_a_link_that_is_down_is_known_on_both_sides() {
  meet
  since=$(now_ms)
  ip -n "$here" link set ovr0 down
  gone_since "$since" "$caller_log" "$of_agent"
  gone_since "$since" "$agent_log" "$of_caller"
}

test_a_blackhole_is_known_on_both_sides() {
  meet
  ip netns exec "$there" nft -f - <<<'table ip hole { chain c { type filter hook input priority 0; policy drop; };
    chain d { type filter hook output priority 0; policy drop; }; }'
  since=$(now_ms)
  at_end "ip netns exec $there nft delete table ip hole"
  gone_since "$since" "$caller_log" "$of_agent"
  gone_since "$since" "$agent_log" "$of_caller"
}

test_a_connection_that_comes_back_revives_nothing() {
  meet
  ip -n "$here" link set ovr0 down
  wait_for "gone: $of_agent" "$caller_log"
  ip -n "$here" link set ovr0 up
  wait "$caller" || fail "the caller did not end: $(<"$caller_log")"
  sleep 1
  (($(grep -c "received hello" "$agent_log") == 1)) || fail "found $(<"$agent_log")"
}

test_a_flood_of_garbage_leaves_the_agent_alive_and_small() {
  ip netns exec "$here" "$PYTHON" "$SOURCE_ROOT/tests/system/link_flood.py" 192.0.2.2 5205 6 &
  flood=$!
  at_end "end_ours $flood; wait $flood"
  sleep 1
  meet
  wait "$flood" || fail "the flood did not flow"
  ! grep -q gone "$agent_log" "$caller_log" || fail "the flood ended a session: $(grep -h gone "$agent_log" "$caller_log")"
  peak_kib=$(awk '/VmHWM/ { print $2 }' "/proc/$agent/status")
  echo "peak of the agent: $peak_kib KiB"
  ((peak_kib < 65536)) || fail "the agent took $peak_kib KiB"
  grep -q "told: refused" "$agent_log" || fail "nothing of it was told"
  (($(grep -c "told: " "$agent_log") < 1000)) || fail "too much of it was told: $(wc -l <"$agent_log") lines"
}

# Whoever has a key may say what messages allow, as fast as the link carries it.
test_a_flood_of_messages_leaves_the_agent_alive_and_small() {
  start_caller flood caller
  wait_for answered "$caller_log"
  sleep 3
  # what comes while nobody listens is not kept without end
  kill -STOP "$agent"
  sleep 1
  kill -CONT "$agent"
  sleep 1
  end "$caller"
  peak_kib=$(awk '/VmHWM/ { print $2 }' "/proc/$agent/status")
  echo "peak of the agent: $peak_kib KiB"
  ((peak_kib < 65536)) || fail "the agent took $peak_kib KiB"
  meet
}

run_tests "$@"
