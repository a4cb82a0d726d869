#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Agent, end process and caller are killed or stopped at random moments of a session over kernel interfaces. Afterwards nothing
# of it is left: no XDP program, no promiscuity, no other MTU, no journal. Where agent and end process die together, that is so
# after the next start of an agent.
#
#   serve_killed.sh [--count N] [--seed S]   N moments; the first 7 are one of each victim and signal, 100 the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip
need_cpus 2
sample 4 "${SEED:-$RANDOM}" "$@"
make_lab

clean() {
  local links
  links=$("${in_lab[@]}" ip -d link show)
  [[ $links != *prog/xdp* ]] || fail "$1: an XDP program is still attached: $links"
  [[ $links != *PROMISC* ]] || fail "$1: an interface is still promiscuous: $links"
  [[ $(grep -c 'mtu 1500' <<<"$links") == 2 ]] || fail "$1: an MTU was not put back: $links"
  [[ -z $(find /run/overrun -name '*.undo' 2>/dev/null) ]] || fail "$1: a journal is left: $(ls /run/overrun)"
}

test_nothing_is_left_of_a_session_that_was_ended_at_a_random_moment() {
  export OVERRUN STATE=$scratch/state LOG=$scratch/log
  local cases=("agent KILL" "end KILL" "both KILL" "caller KILL" "agent STOP" "end STOP" "both STOP") modes=("" ",mode=af_packet") victim signal
  for ((i = 0; i < count; i++)); do
    read -r victim signal <<<"${cases[(seed + i) % ${#cases[@]}]}"
    rm -f "$LOG"
    "${in_lab[@]}" "$PYTHON" "$SOURCE_ROOT/tests/system/serve_caller.py" at_a_moment "$victim" "$signal" \
      "$((RANDOM % 4)).$((RANDOM % 90 + 10))" "${modes[RANDOM % 2]}" >"$out" 2>"$err" ||
      fail "$victim SIG$signal: $(tail -n 4 "$err"); the agent said: $(<"$LOG")"
    cat "$out"
    if [[ $victim == both ]]; then
      "${in_lab[@]}" "$OVERRUN" serve --listen - --state "$STATE" </dev/null >"$out" 2>>"$LOG" || fail "the next agent: $(<"$LOG")"
    fi
    clean "$victim SIG$signal; the agent said: $(<"$LOG")"
  done
}

run_tests
