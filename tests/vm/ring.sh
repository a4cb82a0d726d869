#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun ring` on real drivers: what they take and how they round, how their links flap, which counters they reset, what
# they refuse; and the way back, whatever moment the program was killed at.
#
#   ring.sh [--count N] [--seed S]   N kills at random moments; 20 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

sample 6 "${SEED:-$RANDOM}" "$@"
need_vm
in_vm ring --nic vmxnet3 --nic vmxnet3 --nic pcnet,hub=1 --nic e1000e,hub=2 --nic virtio-net-pci,hub=3 --nic rtl8139,hub=4 \
  --env "seed=$seed" --env "kills=$count"

test_rings_are_set_and_restored_whatever_the_moment() {
  of_job ring
  # step NAME CODE [EXPRESSION…]: it ended with this code, and its JSON is so. c is the first change, p the ports.
  step() {
    [[ $(<"$results/$1.code") == "$2" ]] || fail "$1 ended with $(<"$results/$1.code"), not $2: $(cat "$results/$1.err")"
    (($# == 2)) && return 0
    local expressions
    mapfile -t expressions < <(printf '%s\n' "${@:3}" | sed 's/\bc\[/d["changes"][0][/g; s/\bp\[/d["ports"][/g')
    json "$results/$1.json" "${expressions[@]}"
  }
  # ethtool NAME SIZES: it says the same
  ethtool() {
    [[ $(<"$results/$1.ethtool") == "$2" ]] || fail "after $1 ethtool says $(<"$results/$1.ethtool"), not $2"
  }
  # said NAME PATTERN: in one sentence
  said() {
    cp "$results/$1.err" "$err"
    : >"$out"
    one_sentence "$1"
    grep -q -- "$2" "$err" || fail "$1 said: $(cat "$err")"
  }

  step show 0 '[x["driver"] for x in d["ports"]] == ["vmxnet3", "pcnet32", "e1000e", "virtio_net", "8139cp"]' \
    'p[0]["maximum"] == {"rx": 4096, "rx_mini": 0, "rx_jumbo": 4096, "tx": 4096}' 'p[0]["current"]["rx"] == 1024' \
    'p[0]["usable"] == 1023' 'p[0]["usable_is_verified"]' 'p[1]["usable"] == 32' 'not p[2]["usable_is_verified"]' \
    'p[2]["buffer_time_ns"]["64"] == 256 * 84 * 8' 'p[3]["line_bps"] is None' 'p[3]["buffer_time_ns"] is None' \
    'all(x["ring_control"] for x in d["ports"])'

  vm_books before
  received=$(value "$results/before.json" 'l["received"]')
  ((received > 0)) || fail "no frame came through, so no counter can be reset"

  step round 0 'c["asked"]["rx"] == 80' 'c["took"]["rx"] == 96' 'c["before"]["rx"] == 1024' 'c["saved"]["rx"] == 1024' \
    'c["link"]["state"] == "up"' 'c["link"]["carrier_changes"] == 2' 'c["counters"]["reset"] >= 4' \
    'c["counters"]["first_names"][0] == "rx_packets"'
  ethtool round "96 512"
  step again 0 'not c["changed"]' 'c["link"] is None'
  step later 0 'c["took"]["rx"] == 2048' 'c["took"]["tx"] == 1024' 'c["saved"]["rx"] == 1024'
  ethtool later "2048 1024"
  step restore 0 'c["before"]["rx"] == 2048' 'c["took"] == {"rx": 1024, "rx_mini": 0, "rx_jumbo": 512, "tx": 512}'
  ethtool restore "1024 512"
  step nothing 3
  said nothing 'nothing is saved to restore'

  step pcnet32 0 'c["asked"]["rx"] == 80' 'c["took"]["rx"] == 128' 'c["counters"]["reset"] == 0'
  ethtool pcnet32 "128 16"
  step e1000e 0 'c["took"]["rx"] == 80' 'c["link"]["state"] == "up"' 'c["link"]["carrier_changes"] >= 2'
  ethtool e1000e "80 256"
  step odd 3
  said odd 'the driver virtio_net refuses rings of rx 80 tx 256: Cannot allocate memory; accepted: powers of two'
  step virtio 0 'c["took"]["rx"] == 128'
  ethtool virtio "128 256"
  step all 0 'sorted(x["driver"] for x in d["changes"]) == ["e1000e", "pcnet32", "virtio_net"]'
  ethtool all-pcnet32 "32 16"
  ethtool all-e1000e "256 256"
  ethtool all-virtio "1024 256"
  step none 3
  said none 'nothing is saved to restore in this network namespace'
  [[ ! -s $results/left ]] || fail "still saved: $(cat "$results/left")"

  step rtl 3
  said rtl 'has no ring control'
  step above 3
  said above '--rx 4097 was asked; accepted: at most 4096'
  step mini 3
  said mini 'the driver vmxnet3 has no such ring'
  step same 0 'not c["changed"]'
  step user 3
  said user 'this user may not set rings; accepted: root'
  [[ ! -s $results/left-by-refusals ]] || fail "a refusal left $(cat "$results/left-by-refusals")"
  ethtool refusals "1024 512"

  step busy 3
  said busy "process $(<"$results/tester") is using it"

  step hasty 3 'c["link"]["state"] == "lost"' 'c["took"]["rx"] == 80' 'c["saved"]["rx"] == 256'
  said hasty 'its rings are set, but its link has not come back within 50 ms'
  ethtool hasty "80 256"
  step hasty-back 0
  ethtool hasty-back "256 256"

  for signal in KILL INT TERM; do
    (($(<"$results/killed-$signal.saved") == 1)) || fail "killed by SIG$signal, it left $(<"$results/killed-$signal.saved") saved"
    step "killed-$signal" 0 'c["took"]["rx"] == 256'
    ethtool "killed-$signal" "256 256"
  done
  (($(wc -l <"$results/random") == count)) || fail "not all of $count were tried"
  while read -r code ring saved; do
    [[ $code == [03] && $ring == 1024 && $saved == 0 ]] ||
      fail "seed $seed: killed at a random moment: restore ended with $code, the ring is $ring, $saved still saved"
  done <"$results/random"
  echo "$(grep -c '^0' "$results/random" || true) of $count random kills left something to restore"

  step down 0 'c["link"]["state"] == "down"' 'c["took"]["rx"] == 256'
  ethtool down "256 512"
  step gone 0
  said gone 'is not the interface any more whose rings were saved'
  [[ ! -s $results/left-of-the-gone ]] || fail "still saved: $(cat "$results/left-of-the-gone")"
}

run_tests
