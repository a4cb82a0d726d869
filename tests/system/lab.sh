#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# scripts/lab makes what it promises, finds it made, removes it, and leaves alone what it did not make.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

labs=$SOURCE_ROOT/scripts/lab
name=test-lab-$$

# what is asked wrongly gets one sentence, whoever asks
test_what_is_asked_wrongly_gets_one_sentence() {
  for wrong in '' frob 'up --pairs' 'up --pairs 0' 'up --queues 65' 'up --queues x' 'up a/b' 'up -x' 'up a b' 'run' \
    "run $name" "list $name"; do
    # shellcheck disable=SC2086 # words on purpose
    expect_exit 3 "$labs" $wrong
    one_sentence lab "$wrong"
  done
}

need_veth
need_tool mountpoint setpriv
need_cpus 2
chmod 755 "$scratch"
at_end "'$labs' down $name"
run=("$labs" run "$name" --)
in_host=$(ip -br link | grep -c '^ovr[0-9]' || true)

# say WHAT COMMAND…: what the command prints is WHAT
say() {
  local what=$1 said
  shift
  said=$("$@") || fail "'$*' failed"
  [[ $said == "$what" ]] || fail "'$*' says '$said', not '$what'"
}

test_it_makes_what_it_promises() {
  expect_exit 0 "$labs" up "$name" --pairs 2 --queues 4
  expect_exit 0 "$labs" list
  grep -qx "$name: 2 pair(s), 4 queue(s) each, namespace ovr-$name" "$out" || fail "not in the list: $(cat "$out")"
  for end in ovr0a ovr0b ovr1a ovr1b; do
    say up "${run[@]}" cat "/sys/class/net/$end/operstate"
    say 8 "${run[@]}" sh -c "ls -d /sys/class/net/$end/queues/[rt]x-* | wc -l"
    [[ ! -d /proc/sys/net/ipv6 ]] || say 1 "${run[@]}" cat "/proc/sys/net/ipv6/conf/$end/disable_ipv6"
    for feature in tx-checksumming generic-receive-offload generic-segmentation-offload tcp-segmentation-offload; do
      "${run[@]}" ethtool -k "$end" | grep -q "^$feature: off" || fail "$end has $feature: its frames are not counted one by one"
    done
  done
  (($(ip -br link | grep -c '^ovr[0-9]' || true) == in_host)) || fail "an interface of the lab stands outside of it"
}

# nobody sends but the tester
test_nobody_sends_but_the_tester() {
  sleep 1
  for end in ovr0a ovr0b ovr1a ovr1b; do
    say 0 "${run[@]}" cat "/sys/class/net/$end/statistics/rx_packets"
  done
}

test_it_ends_with_the_exit_code_of_the_command() {
  expect_exit 7 "${run[@]}" sh -c 'exit 7'
}

test_what_is_pinned_stays_from_command_to_command() {
  if [[ $("${run[@]}" stat -f -c %T /sys/fs/bpf) == bpf_fs ]]; then
    "${run[@]}" mkdir /sys/fs/bpf/pinned
    "${run[@]}" test -d /sys/fs/bpf/pinned || fail "what was put into the BPF file system is gone with the command"
    [[ ! -e /sys/fs/bpf/pinned ]] || fail "the lab's BPF file system is the host's"
  fi
}

# ids: what tells a lab from one that was made anew
ids() {
  "${run[@]}" sh -c 'cat /sys/class/net/ovr*/ifindex /sys/class/net/ovr*/address | tr "\n" " "'
}

# asked again, it is found made; asked for another, it stands as it is
test_asked_again_it_is_found_made() {
  before=$(ids)
  expect_exit 0 "$labs" up "$name" --queues 4 --pairs 2
  say "$before" ids
  expect_exit 3 "$labs" up "$name"
  one_sentence lab up
  say "$before" ids
}

# frames cross each pair
test_frames_cross_each_pair() {
  for pair in 0 1; do
    result=$scratch/$pair.json
    expect_exit '[012]' "${run[@]}" "$OVERRUN" run --tx "vdev:net_af_packet0,iface=ovr${pair}a" \
      --rx "vdev:net_pcap0,rx_iface=ovr${pair}b" --path direct --rate 5kpps --count 1000 --rate-tolerance 100% --json "$result"
    books "$result" "$code"
    json "$result" 'l["sent"] == 1000' 'l["unique"] > 0' 'l["corrupt"] == 0'
  done
}

# gone, with a process still in it; gone twice is no fault
test_it_is_gone_with_a_process_still_in_it() {
  "${run[@]}" sleep 60 &
  sleeper=$!
  at_end "end_ours $sleeper"
  wait_until grep -qx sleep "/proc/$sleeper/comm" || fail "nothing sleeps in the lab"
  expect_exit 0 "$labs" down "$name"
  say '' nsenter -t "$sleeper" -n sh -c 'ip -br link | grep ovr || true'
  kill "$sleeper"
  wait "$sleeper" || true
  [[ ! -e /run/netns/ovr-$name ]] || fail "the namespace is still there"
  [[ ! -e /run/ovr-lab/$name ]] || fail "the BPF file system is still there"
  expect_exit 0 "$labs" down "$name"
  expect_exit 3 "${run[@]}" true
  one_sentence lab run
}

# a lab that was never completed is made anew
test_a_lab_that_was_never_completed_is_made_anew() {
  ip netns add "ovr-$name"
  ip -n "ovr-$name" link set dev lo alias "overrun-lab making"
  ip -n "ovr-$name" link add ovr0a type veth peer name ovr0b
  expect_exit 3 "${run[@]}" true
  one_sentence lab run
  expect_exit 0 "$labs" up "$name"
  say 2 "${run[@]}" sh -c 'ls -d /sys/class/net/ovr* | wc -l'
  say up "${run[@]}" cat /sys/class/net/ovr0b/operstate
  expect_exit 0 "$labs" down "$name"
}

# what others made is theirs
test_what_others_made_is_theirs() {
  ip netns add "ovr-$name"
  at_end "ip netns del ovr-$name 2>/dev/null"
  for verb in up down "run"; do
    case $verb in
    run) expect_exit 3 "${run[@]}" true ;;
    *) expect_exit 3 "$labs" "$verb" "$name" ;;
    esac
    one_sentence lab "$verb"
  done
  [[ -e /run/netns/ovr-$name ]] || fail "a namespace that was not ours is gone"
  expect_exit 0 "$labs" list
  ! grep -q "^$name:" "$out" || fail "a namespace that is not ours is in the list"
  ip netns del "ovr-$name"
}

# a user without rights is told so
test_a_user_without_rights_is_told_so() {
  cp "$labs" "$scratch/lab"
  chmod 755 "$scratch/lab"
  expect_exit 3 setpriv --reuid=65534 --regid=65534 --clear-groups "$scratch/lab" up "$name"
  one_sentence lab up
  [[ ! -e /run/netns/ovr-$name ]] || fail "a plain user made a lab"
}

run_tests
