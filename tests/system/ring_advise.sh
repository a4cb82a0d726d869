#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A ring is recommended for injected stalls, and verified: the recommended one loses nothing in them, the next power of two below
# does. A receiver that is slower than the arrivals is an overload with any ring. scripts/advise is the long form.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

in_ns=()

# advise CODES RING ARGUMENT…: that ring is advised. A host that disturbs every stall of a try leaves nothing to hold against
# what was asked, which the answer says.
advise() {
  local codes=$1 ring=$2
  shift 2
  expect_exit '[0-2]' "${in_ns[@]}" "$OVERRUN" ring advise "$@" --json "$result"
  if ((code == 2)); then
    grep -q 'could not be verified' "$out" || fail "void for another reason: $(cat "$out")"
    skip "this host stalls too much to verify a ring"
  fi
  # shellcheck disable=SC2053 # a pattern on purpose
  [[ $code == $codes ]] || fail "'ring advise $*' ended with $code: $(cat "$out")"
  json "$result" 'd["schema"] == "overrun.result/1"' 'd["command"] == "ring advise"' "d['advice']['ring'] == $ring"
}
outcome='{t["ring"]: t["outcome"] for t in d["advice"]["verifications"]}'

test_the_advised_ring_loses_nothing_and_the_next_below_does() {
  advise 0 1024 wire:1 --rate 1mpps --stall 500us/10ms --cover injected --baseline 500ms --time 500ms
  json "$result" 'd["advice"]["below"] == 512' 'd["advice"]["command"] == "--rxd 1024"' "$outcome == {1024: 'lossless', 512: 'lost'}" \
    'd["advice"]["verification_stall_ns"] == 833333' 'd["advice"]["model"]["ring_injected"] == 1024' \
    'all(t["lost"] == 0 for t in d["advice"]["verifications"] if t["ring"] == 1024)' 'len(d["trials"]) == 2 + len(d["advice"]["verifications"])'
  grep -Fq 'command   --rxd 1024' "$out" || fail "no command: $(cat "$out")"
}

test_a_slow_receiver_is_an_overload_with_any_ring() {
  advise 1 None wire:1 --rate 100kpps --service 80kpps --baseline 300ms --time 300ms
  json "$result" 'd["advice"]["model"]["recommendation"] == "overload"' 'd["advice"]["model"]["queues_enough"] == 2 or d["advice"]["model"]["host_share"] > 0.1' \
    'd["advice"]["verifications"] == []' 'd["advice"]["service"]["pps"] <= 80000.1'
  grep -Fq 'no ring is enough' "$out" || fail "an overload is not told: $(cat "$out")"
}

# More than the buffer time of the largest ring: no verification.
test_what_no_ring_lasts_for_is_not_tried() {
  expect_exit 1 "$OVERRUN" ring advise wire:1 --rate 1mpps --stall 50ms/500ms --cover injected --baseline 1100ms --time 300ms
  grep -Fq 'no ring of wire:1 is enough for stalls of 50.0 ms' "$out" || fail "what is too long is not told: $(cat "$out")"
}

test_a_dry_run_prints_a_plan() {
  expect_exit 0 "$OVERRUN" ring advise wire:1 --baseline 7s --dry-run
  grep -q '^baseline: 7s$' "$out" || fail "no plan: $(cat "$out")"
}

test_an_interface_without_ring_control_is_advised_a_socket_s_ring() {
  need_root
  need_tool ip ethtool
  make_lab
  in_ns=("${in_lab[@]}")
  advise 0 1024 ovr0b --tx netdev:ovr0a --rate 200kpps --stall 2ms/20ms --cover injected --baseline 500ms --time 500ms
  # virtual interfaces have no ring to set but the socket's
  json "$result" "$outcome == {1024: 'lossless', 512: 'lost'}" 'd["plan"]["rx"] == "netdev:ovr0b"' \
    'd["advice"]["command"] == "--rxd 1024"' 'd["advice"]["nic"] is None' 'all(t["nic_ring"] is None for t in d["advice"]["verifications"])'
  ! grep -F NIC "$out" || fail "there is no NIC"
}

run_tests
