#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The tester is ended at random moments, by SIGINT, SIGTERM and SIGKILL. After the next start nothing of it is left: no XDP
# program, no promiscuity, no other MTU, no journal, no hugepage file.
#
#   netdev_killed.sh [--count N] [--seed S]   N moments; each signal in each mode takes 6, 50 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip
need_cpus 2
sample 18 "${SEED:-$RANDOM}" "$@"
make_lab

# With hugepages where some are free: EAL's memory is files then.
huge=()
if (($(awk '/^HugePages_Free/ { print $2 }' /proc/meminfo) >= 128)) && grep -q ' hugetlbfs ' /proc/mounts; then
  huge=(-- -m 200)
fi

hugepage_files() {
  local mount
  while read -r mount; do
    find "$mount" -maxdepth 1 -name 'overrun*map_*'
  done < <(awk '$3 == "hugetlbfs" { print $2 }' /proc/mounts)
}

clean() {
  local links
  links=$("${in_lab[@]}" ip -d link show)
  [[ $links != *prog/xdp* ]] || fail "$1: an XDP program is still attached: $links"
  [[ $links != *PROMISC* ]] || fail "$1: an interface is still promiscuous: $links"
  [[ $(grep -c 'mtu 1500' <<<"$links") == 2 ]] || fail "$1: an MTU was not put back: $links"
  [[ -z $(find /run/overrun -name '*.undo' 2>/dev/null) ]] || fail "$1: a journal is left: $(ls /run/overrun)"
  [[ -z $(hugepage_files) ]] || fail "$1: hugepage files are left: $(hugepage_files)"
}

# start: the tester that is going to be ended, in $mode and with $memory, as $pid
start() {
  "${in_lab[@]}" env --default-signal=INT,TERM "$OVERRUN" run --tx "netdev:ovr0a$mode" --rx "netdev:ovr0b$mode" \
    --rate 5kpps --size 2000 --time 60s --rate-tolerance 100% "${memory[@]}" >"$out" 2>"$err" </dev/null &
  pid=$!
  at_end "end_ours -KILL $pid"
}

is_changed() {
  [[ $("${in_lab[@]}" ip link show) == *PROMISC* ]]
}

# Twice the time that this host needs to change something, and a second at least
measure_moments() {
  local from
  mode="" memory=()
  from=$(date +%s%3N)
  start
  until is_changed; do
    kill -0 "$pid" 2>/dev/null || fail "it ended by itself: $(cat "$err")"
    sleep 0.02
  done
  moments_ms=$((2 * ($(date +%s%3N) - from)))
  ((moments_ms >= 1000)) || moments_ms=1000
  kill -INT "$pid"
  { wait "$pid" || true; } 2>/dev/null
}

test_nothing_is_left_of_a_tester_that_was_ended_at_a_random_moment() {
  modes=("" ",mode=af_packet")
  signals=(INT TERM KILL)
  n_changed=0
  measure_moments
  for ((i = 0; i < count; i++)); do
    mode=${modes[i % 2]}
    signal=${signals[i % 3]}
    memory=()
    ((i % 4 == 0)) && memory=("${huge[@]}")
    start
    ms=$((RANDOM % moments_ms + 10))
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
    if is_changed; then
      n_changed=$((n_changed + 1))
    fi
    kill -"$signal" "$pid" 2>/dev/null || fail "it had ended before SIG$signal: $(cat "$err")"
    { wait "$pid" || true; } 2>/dev/null
    [[ $signal == KILL ]] || clean "SIG$signal"
    expect_exit '[012]' "${in_lab[@]}" "$OVERRUN" run --tx "netdev:ovr0a$mode" --rx "netdev:ovr0b$mode" --rate 1kpps --count 10 \
      --warmup 0s --drain 20ms --rate-tolerance 100%
    clean "the start after SIG$signal"
  done
  echo "$n_changed of $count were ended when something had been changed"
  ((n_changed > 0)) || fail "no moment was one at which anything was changed"
}

run_tests
