#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A ring is advised for stalls on purpose, and tries itself: the advised one loses nothing in them, the next power of two below
# does. A receiver that is slower than the arrivals is an overload with any ring. scripts/advise is the long form.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

result=$scratch/advice.json
in_ns=()

# advise CODES RING ARGUMENT…: the host may disturb every stall of a try, which is said (void); then another one, and in the end a
# skip: there is nothing to hold against what was asked
advise() {
  local codes=$1 ring=$2 try
  shift 2
  for ((try = 0; try < 4; try++)); do
    expect_exit '[0-2]' "${in_ns[@]}" "$OVERRUN" ring advise "$@" --json "$result"
    ((code == 2)) || break
    grep -q 'could not be tried' "$out" || fail "void for another reason: $(cat "$out")"
  done
  ((code != 2)) || skip "this host stalls too much to try a ring"
  # shellcheck disable=SC2053 # a pattern on purpose
  [[ $code == $codes ]] || fail "'ring advise $*' ended with $code: $(cat "$out")"
  json "$result" 'd["schema"] == "overrun.result/1"' 'd["command"] == "ring advise"' "d['advice']['ring'] == $ring"
}
held='{t["ring"]: t["outcome"] for t in d["advice"]["tries"]}'

advise 0 1024 wire:1 --rate 1mpps --stall 500us/10ms --cover asked --soak 500ms --time 500ms
json "$result" 'd["advice"]["below"] == 512' 'd["advice"]["command"] == "--rxd 1024"' "$held == {1024: 'held', 512: 'lost'}" \
  'd["advice"]["try_stall_ns"] == 833333' 'd["advice"]["model"]["ring_asked"] == 1024' \
  'all(t["lost"] == 0 for t in d["advice"]["tries"] if t["ring"] == 1024)' 'len(d["trials"]) == 2 + len(d["advice"]["tries"])'
grep -Fq 'command   --rxd 1024' "$out" || fail "no command: $(cat "$out")"

advise 1 None wire:1 --rate 100kpps --service 80kpps --soak 300ms --time 300ms
json "$result" 'd["advice"]["model"]["answer"] == "overload"' 'd["advice"]["model"]["queues_enough"] == 2 or d["advice"]["model"]["own_share"] > 0.1' \
  'd["advice"]["tries"] == []' 'd["advice"]["service"]["fps"] <= 80000.1'
grep -Fq 'no ring is enough' "$out" || fail "an overload is not told: $(cat "$out")"

# More than the largest ring lasts: no try.
expect_exit 1 "$OVERRUN" ring advise wire:1 --rate 1mpps --stall 50ms/500ms --cover asked --soak 1100ms --time 300ms
grep -Fq 'no ring of wire:1 is enough for stalls of 50.0 ms' "$out" || fail "what is too long is not told: $(cat "$out")"

refuse() {
  expect_exit 3 timeout 30 "$OVERRUN" ring advise "$@"
  one_sentence ring advise "$@"
}
refuse
refuse wire:2
refuse --rate 1mpps
refuse wire:1 wire:0
refuse wire:1 --rx wire:0
refuse wire:1 --rxd 512
refuse wire:1 --stall unread
refuse wire:1 --cover asked
refuse wire:1 --cover most
refuse wire:1 --confidence 100%
refuse wire:1 --margin 0
refuse wire:1 --soak 1ms
refuse wire:1 --time none
refuse wire:1 --imbalance 2
refuse no-such-if0
refuse no-such-if0 --tx netdev:no-such-if1
expect_exit 0 "$OVERRUN" ring advise wire:1 --soak 7s --dry-run
grep -q '^soak: 7s$' "$out" || fail "no plan: $(cat "$out")"
nothing_left

need_root
need_tool ip ethtool
make_lab
in_ns=("${in_lab[@]}")
advise 0 1024 ovr0b --tx netdev:ovr0a --rate 200kpps --stall 2ms/20ms --cover asked --soak 500ms --time 500ms
# virtual interfaces have no ring to set but the socket's
json "$result" "$held == {1024: 'held', 512: 'lost'}" 'd["plan"]["rx"] == "netdev:ovr0b"' \
  'd["advice"]["command"] == "--rxd 1024"' 'd["advice"]["nic"] is None' 'all(t["nic_ring"] is None for t in d["advice"]["tries"])'
! grep -F NIC "$out" || fail "there is no NIC"
nothing_left
