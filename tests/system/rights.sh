#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Two users and two PID namespaces: nothing that another user wrote is believed, followed or
# removed, and a run of another PID namespace is seen to live.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
need_root
need_tool setpriv setcap unshare flock
make_lab
chmod 755 "$scratch"
as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
"${as_nobody[@]}" true 2>/dev/null || skip "may not become another user here"
short=(run --time 50ms --rate 1kpps --warmup 0 --rate-tolerance 100%)

sleep 0 &
dead=$!
wait "$dead"

# A folder in which somebody has linked EAL's to the files of a victim, who runs the program.
test_files_that_others_linked_stay() {
  mkdir -p "$scratch/victim/overrun$dead" "$scratch/shared"
  touch "$scratch/victim/overrun$dead/precious"
  ln -s "$scratch/victim" "$scratch/shared/dpdk"
  expect_exit '[012]' env "RUNTIME_DIRECTORY=$scratch/shared" "$OVERRUN" "${short[@]}"
  [[ -e $scratch/victim/overrun$dead/precious ]] || fail "a file of the victim was removed through a link of somebody else's"
  [[ $(ls "$scratch/victim") == "overrun$dead" ]] || fail "EAL used a folder that somebody else had linked"
}

# Nobody else may enter the folder of journals, or hold its lock.
test_nobody_else_holds_the_lock_of_the_journals() {
  mkdir -p /run/overrun
  chmod 755 /run/overrun
  expect_exit '[012]' "$OVERRUN" "${short[@]}"
  ! "${as_nobody[@]}" flock -n /run/overrun true 2>/dev/null || fail "another user may lock /run/overrun"
}

# A journal of a user's own, and a program that may do more than he (setcap): the interface stays as
# it is.
test_a_journal_of_another_user_is_not_heeded() {
  install -m 755 "$OVERRUN" "$scratch/overrun"
  setcap cap_net_admin,cap_net_raw=ep "$scratch/overrun" || skip "no file capabilities on this file system"
  install -d -m 700 -o 65534 -g 65534 "$scratch/nobody" "$scratch/nobody/overrun"
  index=$("${in_lab[@]}" cat /sys/class/net/ovr0a/ifindex)
  netns=$("${in_lab[@]}" readlink /proc/self/ns/net | tr -dc 0-9)
  journal=$scratch/nobody/overrun/$dead.undo
  printf 'overrun undo 1\nprocess %s 1 %s 0\nmtu %s ovr0a 1400\n' "$dead" "$netns" "$index" >"$journal"
  chown 65534:65534 "$journal"
  expect_exit '[012]' "${in_lab[@]}" "${as_nobody[@]}" env "XDG_RUNTIME_DIR=$scratch/nobody" "$scratch/overrun" "${short[@]}"
  [[ $("${in_lab[@]}" cat /sys/class/net/ovr0a/mtu) == 1500 ]] || fail "a forged journal changed an MTU"
  says 'with capabilities of the program' "$err" || fail "not said: $(<"$err")"
}

is_used() {
  "${in_lab[@]}" ip -o link show ovr0b | grep -q PROMISC
}

# A run of another PID namespace: it is named, and what it has done stays. When it was killed, it is
# put back.
test_a_run_of_another_pid_namespace_is_seen_to_live() {
  ports=(--tx "netdev:ovr0a,mode=af_packet" --rx "netdev:ovr0b,mode=af_packet")
  out=$scratch/other.out err=$scratch/other.err begin "${in_lab[@]}" unshare -p -f --mount-proc --kill-child "$OVERRUN" run "${ports[@]}" --time 60s --rate 1kpps \
    --rate-tolerance 100%
  wait_until is_used || fail "the run in another PID namespace did not begin: $(<"$scratch/other.err")"
  tester=$(<"/proc/$pid/task/$pid/children")
  expect_exit 3 "${in_lab[@]}" "$OVERRUN" "${short[@]}" "${ports[@]}"
  says 'of another PID namespace' "$err" || fail "the run is not named: $(<"$err")"
  is_used || fail "what a living run had done was put back"
  end_by KILL
  wait_until test ! -e "/proc/${tester% }" || fail "the run outlives its namespace"
  expect_exit '[0123]' "${in_lab[@]}" "$OVERRUN" "${short[@]}"
  ! is_used || fail "what a killed run had done was not put back"
}

run_tests
