#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Rings of the wire and of interfaces without ring control, as a user asks for them. Drivers with rings to set are those of
# tests/vm.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# The wire: what a run without options makes, and its buffer time.
test_the_wire_has_rings_that_last() {
  expect_exit 0 "$OVERRUN" ring show wire:0 wire:1,speed=40G
  grep -Eq '^  RX +65536 +1024$' "$out" || fail "the wire's rings are not shown: $(cat "$out")"
  grep -Eq '^  current +1024 +1024 +68\.8 µs +1\.26 ms$' "$out" || fail "the wire's times are not shown: $(cat "$out")"
  expect_exit 0 "$OVERRUN" ring show wire:0 wire:1,speed=40G --json
  cp "$out" "$result"
  has_form ring "$result"
  json "$result" 'd["schema"] == "overrun.ring/1"' 'd["command"] == "ring show"' 'len(d["ports"]) == 2' \
    'd["ports"][0]["buffer_time_ns"] == {"64": 68813, "1518": 1259930}' 'd["ports"][1]["line_bps"] == 40 * 10**9' \
    'd["ports"][1]["buffer_time_ns"]["64"] == 17203'
  expect_exit 0 "$OVERRUN" ring show --line 1G wire:0 --json
  cp "$out" "$result"
  has_form ring "$result"
  json "$result" 'd["ports"][0]["buffer_time_ns"]["64"] == 688128' 'd["ports"][0]["line_from"] == "given"'
}

# A port of DPDK, asked for its bounds and put away again.
test_a_port_of_dpdk_is_asked_for_its_bounds() {
  expect_exit 0 "$OVERRUN" ring show vdev:net_ring0 --line 10G --json
  cp "$out" "$result"
  has_form ring "$result"
  json "$result" 'd["ports"][0]["driver"] == "net_ring"' 'd["ports"][0]["buffer_time_ns"]["64"] == 68813'
}

# refuse WORDS…: in "${in_ns[@]}"
in_ns=()
refuse() {
  expect_exit 3 timeout 30 "${in_ns[@]}" "$OVERRUN" ring "$@"
  one_sentence ring "$@"
}

# Mistakes on the command line, each with what would be accepted.
test_mistakes_are_refused() {
  refuse
  refuse frobnicate
  refuse show
  refuse show no-such-if0
  refuse show no-such-if0 wire:0
  refuse show pci:0000:00:00.0
  refuse show wire:2
  refuse show vdev:net_no_such_driver0
  refuse show vdev:net_ring0 vdev:net_ring1
  refuse show wire:1,speed=40G --line 10G
  refuse show lo --line 11G
  refuse show lo --rx 5
  refuse set
  refuse set lo
  refuse set lo --rx
  refuse set lo --rx 0
  refuse set lo --rx -1
  refuse set lo --rx many
  refuse set lo rx 4294967296
  refuse set lo wan0 --rx 5
  refuse set lo --rx 5 --link-timeout 5
  refuse set lo --rx 5 --link-timeout 2h
  refuse set lo --rx 5 --json=yes
  refuse set wire:0 --rx 5
  refuse set no-such-if0 --rx 5
  refuse restore
  refuse restore lo --all
  refuse restore no-such-if0
  refuse restore wire:0
}

# without_control: a pair of interfaces without ring control. Leftovers of killed runs are none of this test's business.
without_control() {
  make_pair
  expect_exit 3 "${in_ns[@]}" "$OVERRUN" ring restore --all
  inode=$("${in_ns[@]}" readlink /proc/self/ns/net | tr -dc 0-9)
}

test_an_interface_without_ring_control_is_shown_as_one() {
  without_control
  expect_exit 0 "${in_ns[@]}" "$OVERRUN" ring show ovr-a netdev:ovr-b --line 10G
  (($(grep -c 'no ring control' "$out") == 2)) || fail "not said that there is no ring control: $(cat "$out")"
  grep -q '^ovr-b   veth   10G (--line)   down$' "$out" || fail "netdev:ovr-b is not ovr-b: $(cat "$out")"
  expect_exit 0 "${in_ns[@]}" "$OVERRUN" ring show ovr-a --json
  cp "$out" "$result"
  has_form ring "$result"
  json "$result" 'd["ports"][0]["ring_control"] is False' 'd["ports"][0]["current"] is None' \
    'd["ports"][0]["buffer_time_ns"] is None'
}

test_rings_without_control_cannot_be_set_or_restored() {
  without_control
  for words in '--rx 64' '--rx=64 --tx=64' 'rx 64 tx 64' '--rx-jumbo 64'; do
    # shellcheck disable=SC2086 # several words on purpose
    refuse set ovr-a $words
    grep -q 'ovr-a: its rings cannot be set: the driver veth has no ring control' "$err" || fail "refused as $(cat "$err")"
  done
  refuse set netdev:ovr-a --rx 64
  grep -q 'has no ring control' "$err" || fail "refused as $(cat "$err")"
  refuse restore ovr-a
  grep -q 'nothing is saved to restore' "$err" || fail "refused as $(cat "$err")"
  refuse restore --all
  grep -q 'nothing is saved to restore in this network namespace' "$err" || fail "refused as $(cat "$err")"
}

# An interface whose rings were saved, and which is gone.
test_an_interface_that_is_gone_is_restored_no_more() {
  without_control
  mkdir -p /run/overrun/rings
  printf 'overrun rings 1\ninterface %s 0 999 gone0\nrings 1024 0 0 512\n' "$inode" >"/run/overrun/rings/$inode-999-gone0.rings"
  at_end "rm -f /run/overrun/rings/$inode-*"
  expect_exit 0 "${in_ns[@]}" "$OVERRUN" ring restore --all
  grep -q 'gone0 is not the interface any more whose rings were saved' "$err" || fail "not said: $(cat "$err")"
  [[ ! -e /run/overrun/rings/$inode-999-gone0.rings ]] || fail "what was saved of an interface that is gone is still there"
}

# Files that cannot be heeded: each is said, and what stands behind them is taken all the same.
test_files_that_cannot_be_heeded_are_said() {
  without_control
  saved=/run/overrun/rings/$inode
  mkdir -p /run/overrun/rings
  at_end "rm -f $saved-*"
  echo "overrun rings 9" >"$saved-1-bad0.rings"
  printf 'overrun rings 1\ninterface %s 0 2 bad1\nrings 1 0 0 1\n' "$inode" >"$saved-2-bad1.rings"
  chmod 666 "$saved-2-bad1.rings"
  printf 'overrun rings 1\ninterface %s 0 999 gone0\nrings 1024 0 0 512\n' "$inode" >"$saved-999-gone0.rings"
  expect_exit 3 "${in_ns[@]}" "$OVERRUN" ring restore --all
  says "$saved-1-bad0.rings: holds no saved ring sizes" "$err" || fail "the first bad file is not said: $(cat "$err")"
  says "$saved-2-bad1.rings: holds no saved ring sizes that this version can heed (others than root" "$err" ||
    fail "the second bad file is not said: $(cat "$err")"
  says 'gone0 is not the interface any more' "$err" || fail "it stopped at the bad files: $(cat "$err")"
  [[ ! -e $saved-999-gone0.rings ]] || fail "it stopped at the bad files"
}

# No name does anything to a terminal.
test_no_name_does_anything_to_a_terminal() {
  without_control
  name=$'e\033[7m\302\2333mx'
  ip -n "$ns" link add "$name" type veth peer name ovr-c
  for words in "ring show $name" "ring show $name --json" "ring set $name --rx 64" "ring restore $name" "watch --interval 10ms --count 1 $name" \
    "watch --json --interval 10ms --count 1 $name" "run --tx netdev:$name --rx netdev:ovr-a" "help $name" "check $name"; do
    # shellcheck disable=SC2086 # several words on purpose
    expect_exit '[03]' "${in_ns[@]}" "$OVERRUN" $words
    ! LC_ALL=C grep -q -e $'\033' -e $'\302\233' "$out" "$err" || fail "'$words' printed what a terminal heeds: $(cat -v "$out" "$err")"
  done
}

run_tests
