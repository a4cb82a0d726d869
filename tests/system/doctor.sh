#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun doctor`: each planted fault is found with its command, the commands that it prints cure them, those that undo
# bring them back, and it changes nothing itself. Works in a namespace of its own; settings of the whole host are played by
# files that are mounted over them, in a mount namespace of its own.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# outcome ID [FILE]: of a rule in the findings
outcome() {
  value "${2:-$result}" "[c['outcome'] for c in d['checks'] if c['id'] == '$1'][0]"
}

# command_of ID fix|undo|advice: what the findings say
command_of() {
  value "$result" "[c['$2'] for c in d['checks'] if c['id'] == '$1'][0] or ''"
}

# found ID…, cured ID…: every rule of these has found something, or nothing
found() {
  local id
  for id in "$@"; do
    [[ $(outcome "$id") == found ]] || fail "$id is $(outcome "$id"), not found"
  done
}
cured() {
  local id
  for id in "$@"; do
    [[ $(outcome "$id") == fine ]] || fail "$id is $(outcome "$id"), not fine"
  done
}

# run_commands fix|undo ID…: in the namespace, as a user copies them
run_commands() {
  local kind=$1 id line
  shift
  for id in "$@"; do
    line=$(command_of "$id" "$kind")
    [[ -n $line ]] || fail "$id has no $kind"
    "${in_ns[@]}" bash -c "$line" >"$scratch/said" 2>&1 || fail "$id: '$line' failed: $(<"$scratch/said")"
  done
}

# look CODES: the findings on ovr-a in the namespace
look() {
  expect_exit "$1" "${in_ns[@]}" "$OVERRUN" doctor ovr-a --json "$result"
  cp "$out" "$scratch/text"
  has_form doctor "$result"
}

# state: everything of ovr-a and of the namespace that a command could have changed
state() {
  "${in_ns[@]}" bash -c 'ip -d link show; tc qdisc show; ethtool -k ovr-a; ethtool -l ovr-a; sysctl -a --pattern "rp_filter|^net.core"' \
    2>/dev/null | sed 's/ promiscuity.*//'
}

test_the_host_alone_is_looked_at_by_anybody() {
  as_nobody=()
  if ((EUID == 0)); then
    need_tool setpriv
    as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all)
  fi
  chmod 755 "$scratch"/..
  install -m 755 "$OVERRUN" "$scratch/overrun"
  expect_exit '[01]' "${as_nobody[@]}" "$scratch/overrun" doctor
  says 'nothing was changed' || fail "no heading: $(<"$out")"
  grep -Eq '^will lose [0-9]+, may lose [0-9]+, hints [0-9]+; in order [0-9]+, not seen [0-9]+$' "$out" || fail "no sum: $(<"$out")"
  expect_exit '[01]' "${as_nobody[@]}" "$scratch/overrun" doctor lo --json -
  cp "$out" "$result"
  has_form doctor "$result"
  json "$result" 'd["schema"] == "overrun.doctor/1"' 'd["port"] == "lo"' \
    'd["will_lose"] == sum(c["outcome"] == "found" and c["weight"] == "will lose" for c in d["checks"])' \
    'd["fine"] + d["unseen"] + d["absent"] + d["will_lose"] + d["may_lose"] + d["hints"] == len(d["checks"])' \
    'all((c["outcome"] in ("found", "unseen")) == (c["evidence"] is not None) for c in d["checks"])' \
    'all(c["fix"] is None or c["outcome"] == "found" for c in d["checks"])'
  [[ $code == "$(value "$result" 'int(d["will_lose"] > 0)')" ]] || fail "exit code $code"
}

test_a_process_with_one_cpu_loses_and_its_shell_can_be_cured() {
  need_cpus 2
  need_tool taskset
  ours=$(taskset -pc $$ | sed 's/.*: //')
  first=${ours%%[-,]*}
  expect_exit 1 taskset -c "$first" "$OVERRUN" doctor --json "$result"
  found cpus
  says 'will lose: cpus' || fail "not in the text: $(<"$out")"
  # what a shell runs afterwards has what it was given
  line=$(command_of cpus fix)
  expect_exit '[01]' taskset -c "$first" bash -c "$line >/dev/null && '$OVERRUN' doctor --json '$result' >/dev/null; exit 0"
  cured cpus
}

# its_group: a control group of this test below the own one, whose CPU time can be limited; its folder and the file of the limit
its_group() {
  local at point
  if at=$(grep -E '^[0-9]+:([a-z_]+,)*cpu(,[a-z_]+)*:' /proc/self/cgroup); then
    point=$(awk '$0 ~ / - cgroup / && $NF ~ /(^|,)cpu(,|$)/ { print $5; exit }' /proc/self/mountinfo)
    limit=cpu.cfs_quota_us
  else
    at=$(grep '^0::' /proc/self/cgroup)
    point=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
    limit=cpu.max
  fi
  group=$point${at#*:*:}
  group=${group%/}/ovr-doctor-$$
  mkdir "$group" 2>/dev/null || skip "no control group can be made here"
  at_end "rmdir '$group'"
  [[ -w $group/$limit ]] || skip "no CPU time can be limited here"
}

# The group is removed again; nobody else is in it.
test_a_control_group_with_less_than_two_cpus_loses_until_its_command_is_run() {
  need_root
  its_group
  inside=(bash -c "echo \$\$ >'$group/cgroup.procs' && exec \"\$@\"" bash)
  echo 150000 >"$group/$limit"
  expect_exit 1 "${inside[@]}" "$OVERRUN" doctor --json "$result"
  found quota
  tr -s ' \n' ' ' <"$out" >"$scratch/line"
  grep -qF "($group) may have 150 ms of CPU time in every 100 ms" "$scratch/line" || fail "no figures: $(<"$out")"
  grep -Eq 'so far in [0-9]+ of [0-9]+ periods \(nr_throttled, nr_periods\)' "$scratch/line" || fail "not how often: $(<"$out")"
  undo=$(command_of quota undo)
  bash -c "$(command_of quota fix)"
  expect_exit '[01]' "${inside[@]}" "$OVERRUN" doctor --json "$result"
  cured quota throttled
  bash -c "$undo"
  expect_exit 1 "${inside[@]}" "$OVERRUN" doctor --json "$result"
  found quota
}

# Faults of an interface and of a namespace, each real.
test_planted_faults_of_an_interface_are_found_and_cured_by_the_commands() {
  need_root
  need_tool ethtool tc
  make_pair
  ip -n "$ns" link set ovr-a up
  ip -n "$ns" link set ovr-b up
  "${in_ns[@]}" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.ovr-a.rp_filter=0
  planted=(rp-filter link)
  "${in_ns[@]}" sysctl -qw net.ipv4.conf.all.rp_filter=1
  ! "${in_ns[@]}" ethtool -K ovr-a rx-gro-list on 2>/dev/null || planted+=(merging)
  if "${in_ns[@]}" tc qdisc add dev ovr-a root pfifo_fast 2>/dev/null; then
    "${in_ns[@]}" ip link set ovr-a txqueuelen 10
    planted+=(txqueuelen)
  fi
  if (($(nproc) >= 2)) && "${in_ns[@]}" ethtool -L ovr-a rx 2 2>/dev/null; then
    "${in_ns[@]}" ethtool -L ovr-a rx 1
    planted+=(queues)
  fi
  ip -n "$ns" link set ovr-a down
  state >"$scratch/planted"

  look 1
  found "${planted[@]}"
  json "$result" 'd["port"] == "ovr-a"' 'd["driver"] == "veth"'
  # the text has the same commands, each in a line of its own
  for id in "${planted[@]}"; do
    grep -Fq -- "  fix      $(command_of "$id" fix)" "$scratch/text" || fail "the text lacks the command of $id: $(<"$scratch/text")"
  done
  state >"$scratch/looked"
  cmp "$scratch/planted" "$scratch/looked" || fail "the doctor has changed something: $(diff "$scratch/planted" "$scratch/looked")"

  cp "$result" "$scratch/sick.json"
  run_commands fix "${planted[@]}"
  look '[01]'
  cured "${planted[@]}"

  # and back
  result=$scratch/sick.json
  run_commands undo "${planted[@]}"
  state >"$scratch/undone"
  cmp "$scratch/planted" "$scratch/undone" || fail "what was undone is not what was: $(diff "$scratch/planted" "$scratch/undone")"
}

test_a_qdisc_that_shapes_is_found_and_removed() {
  need_root
  need_tool tc
  make_pair
  ip -n "$ns" link set ovr-a up
  ip -n "$ns" link set ovr-b up
  "${in_ns[@]}" tc qdisc add dev ovr-a root tbf rate 10mbit burst 10k limit 20k 2>/dev/null || skip "no tbf in this kernel"
  look '[01]'
  found qdisc
  run_commands fix qdisc
  look '[01]'
  cured qdisc
}

# A root of several queues is as good as what stands below it.
test_what_stands_below_mq_is_found_cured_and_undone() {
  need_root
  need_tool tc
  make_pair
  ip -n "$ns" link del ovr-a
  ip -n "$ns" link add ovr-a numtxqueues 2 numrxqueues 2 type veth peer name ovr-b numtxqueues 2 numrxqueues 2
  ip -n "$ns" link set ovr-a up
  ip -n "$ns" link set ovr-b up
  "${in_ns[@]}" tc qdisc add dev ovr-a root handle 1: mq 2>/dev/null || skip "no mq in this kernel"
  look '[01]'
  cured qdisc queue-limits txqueuelen
  "${in_ns[@]}" tc qdisc replace dev ovr-a parent 1:1 pfifo limit 5
  "${in_ns[@]}" tc qdisc replace dev ovr-a parent 1:2 bfifo limit 3000
  state >"$scratch/planted"
  look '[01]'
  found queue-limits
  cured qdisc
  says '2 queueing disciplines of ovr-a hold less than 1000 frames' || fail "$(<"$out")"
  run_commands fix queue-limits
  cp "$result" "$scratch/sick.json"
  look '[01]'
  cured queue-limits
  result=$scratch/sick.json
  run_commands undo queue-limits
  state >"$scratch/undone"
  cmp "$scratch/planted" "$scratch/undone" || fail "what was undone is not what was: $(diff "$scratch/planted" "$scratch/undone")"

  result=$scratch/shaped.json
  "${in_ns[@]}" tc qdisc replace dev ovr-a parent 1:2 tbf rate 10mbit burst 10k limit 20k 2>/dev/null || skip "no tbf in this kernel"
  look '[01]'
  found qdisc
  run_commands fix qdisc
  look '[01]'
  cured qdisc
}

# Settings of the whole host are not touched: files stand in their place.
test_planted_faults_of_the_host_are_found_and_cured_by_the_commands() {
  need_root
  need_tool unshare sysctl
  cat >"$scratch/inside" <<'EOF'
set -euo pipefail
mount -t tmpfs none /proc/sys/net/core
mount -t tmpfs none /proc/sys/net/netfilter
cd /proc/sys/net
echo 8 >core/netdev_max_backlog
echo 50 >core/netdev_budget
echo 4096 >core/rmem_default
echo 8192 >core/rmem_max
echo 95 >netfilter/nf_conntrack_count
echo 100 >netfilter/nf_conntrack_max
cd /
"$@"
EOF
  unshare -m bash "$scratch/inside" true 2>/dev/null || skip "may not mount over /proc/sys here"
  ids=(conntrack backlog-below-poll budget rmem-default rmem-max)
  expect_exit 1 unshare -m bash "$scratch/inside" "$OVERRUN" doctor --json "$result"
  found "${ids[@]}"
  json "$result" 'd["will_lose"] >= 2' 'd["port"] is None'
  says 'conntrack has 95 of at most 100 entries (95 %)' || fail "no figures: $(<"$out")"
  {
    for id in "${ids[@]}"; do
      command_of "$id" fix
    done
    echo "cat /proc/sys/net/core/netdev_max_backlog /proc/sys/net/netfilter/nf_conntrack_max >&2"
    echo "exec '$OVERRUN' doctor --json '$result'"
  } >"$scratch/cure"
  expect_exit '[01]' unshare -m bash "$scratch/inside" bash -euo pipefail "$scratch/cure"
  [[ $(<"$err") == $'1000\n400' ]] || fail "the commands set $(<"$err")"
  cured "${ids[@]}" backlog
}

# The page describes every rule.
test_the_page_has_every_rule() {
  expect_exit '[01]' "$OVERRUN" doctor lo --json "$result"
  value "$result" '"\n".join(c["id"] + " " + c["weight"] for c in d["checks"])' >"$scratch/rules"
  sed 's/\\//g' "$SOURCE_ROOT/docs/man/overrun-doctor.1.in" >"$scratch/manual"
  while read -r id weight; do
    grep -q "^| \`$id\` | $weight |" "$SOURCE_ROOT/docs/reference/doctor.md" || fail "doctor.md lacks $id ($weight)"
    grep -qx "\.B $id" "$scratch/manual" || fail "the manual page lacks $id"
  done <"$scratch/rules"
  (($(wc -l <"$scratch/rules") >= 30)) || fail "too few rules"
  (($(grep -c '^| `' "$SOURCE_ROOT/docs/reference/doctor.md") == $(wc -l <"$scratch/rules"))) || fail "doctor.md has rules that there are not"
}

run_tests
