#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What a killed run leaves, the next one puts back and says so; what a living one has done is left alone.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_tool flock
make_pair
short=("$OVERRUN" run --time 50ms --rate 100kpps --rate-tolerance 100% --json "$scratch/result.json")
# What killed runs left before this test is none of its business.
expect_exit '[0123]' "${short[@]}" --quiet

# change PID START: a process with this pid and start left ovr-a promiscuous and with another MTU
change() {
  ip -n "$ns" link set ovr-a promisc on mtu 3000
  mkdir -p /run/overrun
  chmod 755 /run/overrun
  index=$("${in_ns[@]}" cat /sys/class/net/ovr-a/ifindex 2>/dev/null || ip -n "$ns" -o link show ovr-a | cut -d: -f1)
  inode=$("${in_ns[@]}" readlink /proc/self/ns/net | tr -dc 0-9)
  journal=/run/overrun/$1.undo
  printf 'overrun undo 1\nprocess %s %s %s 0\nmtu %s ovr-a 1500\npromisc %s ovr-a\n' \
    "$1" "$2" "$inode" "$index" "$index" >"$journal"
  at_end "rm -f $journal"
}
is_changed() {
  ip -n "$ns" -o link show ovr-a | grep -q 'PROMISC.* mtu 3000 '
}
is_as_before() {
  ip -n "$ns" -o link show ovr-a | grep -v PROMISC | grep -q ' mtu 1500 '
}

# A pid that nobody has: of a process that has ended.
sleep 0 &
dead=$!
wait "$dead"

test_the_next_run_puts_back_what_a_killed_one_left() {
  change "$dead" 1
  is_changed || fail "the test's own change did not come about"
  expect_exit '[0123]' "${in_ns[@]}" "${short[@]}"
  is_as_before || fail "not put back: $(ip -n "$ns" -o link show ovr-a)"
  [[ ! -e $journal ]] || fail "the journal is still there"
  grep -q "overrun: ovr-a: promiscuity cleared (left by process $dead)" "$err" || fail "not said: $(cat "$err")"
  grep -q "overrun: ovr-a: MTU 1500 put back, it was 3000 (left by process $dead)" "$err" || fail "not said: $(cat "$err")"
}

# The same, quietly.
test_quiet_puts_back_and_says_nothing() {
  change "$dead" 1
  expect_exit '[0123]' "${in_ns[@]}" "${short[@]}" --quiet
  is_as_before || fail "not put back by a quiet run"
  [[ ! -s $err ]] || fail "a quiet run said: $(cat "$err")"
}

# A run in another network namespace leaves it, and says where it is put back.
test_another_network_namespace_is_left_alone() {
  change "$dead" 1
  expect_exit '[0123]' "${short[@]}"
  is_changed || fail "put back from another namespace"
  grep -q "overrun: ovr-a: process $dead left it changed in another network namespace (net:\[$inode\])" "$err" ||
    fail "not said: $(cat "$err")"
  expect_exit '[0123]' "${in_ns[@]}" "${short[@]}" --quiet
  is_as_before || fail "not put back when its turn came"
}

# A journal that somebody holds is of the living, and left alone; one that nobody holds is of the
# dead, whoever has its pid.
test_a_journal_is_of_the_living_while_somebody_holds_it() {
  change 1 1
  exec {held}<"$journal"
  flock "$held"
  expect_exit '[0123]' "${in_ns[@]}" "${short[@]}"
  is_changed || fail "a living process's change was put back"
  [[ -e $journal ]] || fail "a living process's journal was removed"
  exec {held}<&-
  expect_exit '[0123]' "${in_ns[@]}" "${short[@]}"
  is_as_before || fail "a journal that nobody holds was not heeded"
  [[ $(stat -c %a /run/overrun) == 700 ]] || fail "others may enter the folder of journals, and hold its lock"
}

# Help, a dry run and a command line with a mistake open no ports: they put nothing back.
test_what_opens_no_port_puts_nothing_back() {
  change "$dead" 1
  expect_exit 0 "${in_ns[@]}" "$OVERRUN" run --dry-run
  expect_exit 3 "${in_ns[@]}" "$OVERRUN" run --rxd 0
  is_changed || fail "a command that opens no port put something back"
  expect_exit '[0123]' "${in_ns[@]}" "${short[@]}" --quiet
  is_as_before || fail "not put back in the end"
}

# Hugepages: a run that ends leaves no file, one that is killed leaves them to the next.
# needs_hugepages: and a hugetlbfs, which is $hugetlbfs
needs_hugepages() {
  need_cpus 2
  hugetlbfs=$(awk '$3 == "hugetlbfs" { print $2; exit }' /proc/mounts)
  [[ -n $hugetlbfs ]] || skip "no hugetlbfs is mounted"
  (($(awk '/^HugePages_Free/ { print $2 }' /proc/meminfo) >= 64)) || skip "fewer than 64 free hugepages"
}
n_files() {
  find "$hugetlbfs" -maxdepth 1 -name "overrun${pid}map_*" | wc -l
}
has_files() {
  (($(n_files) > 0))
}

test_a_run_that_ends_leaves_no_hugepage_file() {
  needs_hugepages
  begin "${short[@]}" --time 2s -- --socket-mem 64
  wait_until has_files || fail "no hugepage file of the run in $hugetlbfs: $(cat "$err")"
  wait "$pid" || true
  (($(n_files) == 0)) || fail "a run that ended left $(n_files) hugepage files"
}

test_hugepage_files_of_a_killed_run_are_removed_by_the_next() {
  local left
  needs_hugepages
  begin "${short[@]}" --time 60s -- --socket-mem 64
  wait_until has_files || fail "no hugepage file of the run in $hugetlbfs: $(cat "$err")"
  left=$(n_files)
  # While it lives they are its own.
  expect_exit '[0123]' "${short[@]}" --quiet
  (($(n_files) >= left)) || fail "hugepage files of a living run were removed"
  end_by KILL
  left=$(n_files)
  expect_exit '[0123]' "${short[@]}"
  (($(n_files) == 0)) || fail "hugepage files of a killed run were left"
  grep -q "overrun: $left hugepage files of process $pid removed from $hugetlbfs" "$err" || fail "not said: $(cat "$err")"
}

run_tests
