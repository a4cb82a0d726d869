#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What a killed run leaves, the next one puts back and says so; what a living one has done is left alone.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip flock

ns=overrun-recover-$$
ip netns add "$ns" 2>/dev/null || skip "may not make a network namespace here"
at_end "ip netns del $ns"
in_ns=(ip netns exec "$ns")
ip -n "$ns" link add ovr-a type veth peer name ovr-b 2>/dev/null || skip "no veth in this kernel"

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

change "$dead" 1
is_changed || fail "the test's own change did not come about"
expect_exit '[0123]' "${in_ns[@]}" "${short[@]}"
is_as_before || fail "not put back: $(ip -n "$ns" -o link show ovr-a)"
[[ ! -e $journal ]] || fail "the journal is still there"
grep -q "overrun: ovr-a: promiscuity cleared (left by process $dead)" "$err" || fail "not said: $(cat "$err")"
grep -q "overrun: ovr-a: MTU 1500 put back, it was 3000 (left by process $dead)" "$err" || fail "not said: $(cat "$err")"

# The same, quietly.
change "$dead" 1
expect_exit '[0123]' "${in_ns[@]}" "${short[@]}" --quiet
is_as_before || fail "not put back by a quiet run"
[[ ! -s $err ]] || fail "a quiet run said: $(cat "$err")"

# A run in another network namespace leaves it, and says where it is put back.
change "$dead" 1
expect_exit '[0123]' "${short[@]}"
is_changed || fail "put back from another namespace"
grep -q "overrun: ovr-a: process $dead left it changed in another network namespace (net:\[$inode\])" "$err" ||
  fail "not said: $(cat "$err")"
expect_exit '[0123]' "${in_ns[@]}" "${short[@]}" --quiet
is_as_before || fail "not put back when its turn came"

# A journal that somebody holds is of the living, and left alone; one that nobody holds is of the
# dead, whoever has its pid.
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

# Help, a dry run and a command line with a mistake open no ports: they put nothing back.
change "$dead" 1
expect_exit 0 "${in_ns[@]}" "$OVERRUN" run --dry-run
expect_exit 3 "${in_ns[@]}" "$OVERRUN" run --rxd 0
is_changed || fail "a command that opens no port put something back"
expect_exit '[0123]' "${in_ns[@]}" "${short[@]}" --quiet
is_as_before || fail "not put back in the end"

# Hugepages: a run that ends leaves no file, one that is killed leaves them to the next.
hugetlbfs=$(awk '$3 == "hugetlbfs" { print $2; exit }' /proc/mounts)
free=$(awk '/^HugePages_Free/ { print $2 }' /proc/meminfo)
if [[ -z $hugetlbfs ]] || ((free < 64)) || (($(nproc) < 2)); then
  echo "without hugepages: no hugetlbfs, fewer than 64 free pages, or fewer than 2 CPUs"
  exit 0
fi
files_of() {
  find "$hugetlbfs" -maxdepth 1 -name "overrun$1map_*" | wc -l
}
"${short[@]}" --time 2s -- --socket-mem 64 >"$out" 2>"$err" </dev/null &
pid=$!
at_end "kill -KILL $pid 2>/dev/null"
for ((i = 0; i < 100; i++)); do
  (($(files_of "$pid") > 0)) && break
  sleep 0.05
done
(($(files_of "$pid") > 0)) || fail "no hugepage file of the run in $hugetlbfs: $(cat "$err")"
wait "$pid" || true
(($(files_of "$pid") == 0)) || fail "a run that ended left $(files_of "$pid") hugepage files"

"${short[@]}" --time 60s -- --socket-mem 64 >"$out" 2>"$err" </dev/null &
pid=$!
at_end "kill -KILL $pid 2>/dev/null"
for ((i = 0; i < 100; i++)); do
  (($(files_of "$pid") > 0)) && break
  sleep 0.05
done
left=$(files_of "$pid")
((left > 0)) || fail "no hugepage file of the run: $(cat "$err")"
# While it lives they are its own.
expect_exit '[0123]' "${short[@]}" --quiet
(($(files_of "$pid") >= left)) || fail "hugepage files of a living run were removed"
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
left=$(files_of "$pid")
expect_exit '[0123]' "${short[@]}"
(($(files_of "$pid") == 0)) || fail "hugepage files of a killed run were left"
grep -q "overrun: $left hugepage files of process $pid removed from $hugetlbfs" "$err" || fail "not said: $(cat "$err")"
