#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Each place where a host loses frames is reproduced with its owner, and cured; nothing stays of it, however it ends.
#
#   reproduce.sh [--count N] [--seed S]   N kills at random moments
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

sample 3 1 "$@"

need_veth
need_cpus 2
need_tool nft tc nstat sysctl ethtool
# What killed runs left before this test is none of its business.
expect_exit 0 "$OVERRUN" reproduce crc

labs() { ip netns list | grep -o '^ovr-lab-[^ ]*' || true; }
no_lab() { [[ -z $(labs) ]]; }
has_lab() { ip netns list | grep -q "^ovr-lab-$pid-receiver"; }
is_measured() { pgrep -P "$pid" -f 'run --json' >/dev/null; }

remove_labs() {
  local left
  for left in $(labs); do
    ip netns del "$left"
  done
}

set_up() {
  at_end remove_labs
  no_lab || fail "a lab is there before: $(labs)"
}

# All places once, for the tests of single ones: $all has the sheets, $all_json the document.
all=$scratch/all all_json=$scratch/all.json
test_all_places_are_reproduced_and_cured() {
  expect_exit 0 "$OVERRUN" reproduce all --json "$all_json"
  cat "$out"
  cp "$out" "$all"
  no_lab || fail "left behind: $(labs)"
  # without BPF some places have no owner, and the whole host is not ours to change
  "$OVERRUN" reproduce --list >"$scratch/list"
  global=$(grep -c ' needs .*, --global$' "$scratch/list")
  can=$(($(grep -c ' needs ' "$scratch/list") - global)) cannot=$(($(grep -c ' not here: ' "$scratch/list") + global))
  by_reasons=$(grep -c ' needs .*, BPF$' "$scratch/list")
  says "$can reproduced and cured, 0 not reproduced, 0 not cured, $cannot not here" ||
    says "$((can - by_reasons)) reproduced and cured, 0 not reproduced, 0 not cured, $((cannot + by_reasons)) not here" ||
    fail "$(tail -n 1 "$out")"
}

test_the_json_of_all_places_says_what_the_sheets_do() {
  [[ -s $all ]] || skip "the places were not reproduced"
  has_form reproduce "$all_json"
  json "$all_json" 'd["not_reproduced"] == 0' 'd["not_cured"] == 0' \
    'd["cured"] + d["not_here"] == len(d["places"])' \
    'all(p["before"]["unexplained"] == 0 for p in d["places"] if p["before"])' \
    '[p for p in d["places"] if p["place"] == "firewall-drop"][0]["before"]["lost"] == 2000' \
    '[p for p in d["places"] if p["place"] == "firewall-drop"][0]["after"]["lost"] == 0'
  expect_exit 0 "$OVERRUN" report "$all_json" -o "$scratch/all.html"
  grep -q 'data-part="before" data-place="firewall-drop" data-frames="2000"' "$scratch/all.html" ||
    fail "the page has no bar of firewall-drop"
}

test_json_on_stdout_stands_in_place_of_the_sheets() {
  expect_exit 0 "$OVERRUN" reproduce crc --json -
  cp "$out" "$scratch/crc.json"
  has_form reproduce "$scratch/crc.json"
  json "$scratch/crc.json" 'd["not_here"] == 1' 'd["places"][0]["before"] is None'
}

# cured PLACE ACCOUNT: its sheet, which then stands in $out, says so
cured() {
  [[ -s $all ]] || skip "the places were not reproduced"
  sed -n "/^$1: /,/^  [A-Z ]*: /p" "$all" >"$out"
  ! says 'NOT HERE: drop reasons are not known here' || skip "$1 needs drop reasons"
  says "REPRODUCED: $2 owns the loss; cured: " || fail "$(cat "$out")"
  says 'unexplained 0' || fail "$(cat "$out")"
}

test_a_firewall_rule_is_reproduced_and_cured() {
  cured firewall-drop rx.netfilter
  says 'receiver# nft list ruleset'
  says 'udp dport 9 counter packets 2000 '
  says 'lost 2000 of 2000 frames'
  says 'lost 0 of 2000 frames'
}

test_a_receive_buffer_is_reproduced_and_cured() {
  cured udp-receive-buffer rx.socket
  grep -Eq '\| UdpRcvbufErrors +[1-9][0-9]* ' "$out" || fail "nstat shows nothing"
  says 'lost 0 of 2000 frames'
}

test_a_missing_route_is_reproduced_and_cured() {
  cured no-route rx.ip
  grep -Eq '\| IpExtInNoRoutes +2000 ' "$out" || fail "nstat shows something else"
  says 'lost 0 of 2000 frames'
}

test_a_full_accept_queue_is_reproduced_and_cured() {
  cured accept-queue rx.tcp
  grep -Eq '\| TcpExtListenOverflows +15 ' "$out" || fail "nstat shows something else"
}

test_a_full_syn_queue_is_reproduced_and_what_stays_has_another_owner() {
  cured syn-queue rx.tcp
  grep -Eq '\| TcpExtListenDrops +51 ' "$out" || fail "nstat shows something else"
  says 'cured: what is still lost is of rx.netfilter'
}

test_a_saturated_link_refuses_and_a_faster_one_does_not() {
  [[ -s $all ]] || skip "the places were not reproduced"
  sed -n "/^nic-saturation: /,/^  [A-Z ]*: /p" "$all" >"$out"
  says 'REPRODUCED: nothing is lost, tx.ring refuses; cured: it refuses less' || fail "$(cat "$out")"
  grep -Eq ' refused [1-9][0-9]* more, which were never sent' "$out" || fail "nothing was refused"
}

# A queue of 1024 descriptors gets two of nine flows of 8000 frames; nobody reads meanwhile, so that the count is exact but
# for the frame that a reader may have had before.
test_the_queue_that_gets_two_flows_overflows_alone() {
  cured rss-imbalance rx.ring
  grep -Eq 'lost 75[34] of 8000 frames' "$out" || fail "$(cat "$out")"
  says 'rx_q0_missed' || fail "$(cat "$out")"
  ! grep -q 'rx_q[1-7]_missed:' "$out" || fail "$(cat "$out")"
}

test_a_ring_of_a_veth_socket_and_one_of_a_tap_hold_what_they_are_long() {
  cured veth-ring rx.ring
  says '| rx_queue_0_drops: 1436' || fail "$(cat "$out")"
  says 'lost 1436 of 1500 frames' || fail "$(cat "$out")"
  cured tap-ring tx.kernel
  says 'lost 1900 of 2000 frames' || fail "$(cat "$out")"
}

test_frames_for_an_address_of_two_hosts_are_owned_by_the_other_one() {
  cured ip-conflict rx.udp
  says '198.19.0.1 lladdr 02:00:00:00:03:0b' || fail "the hop still knows the receiver: $(cat "$out")"
  grep -Eq '\| UdpNoPorts +2000 ' "$out" || fail "nstat shows something else"
}

test_the_page_about_lost_packets_shows_what_is_printed() {
  [[ -s $all ]] || skip "the places were not reproduced"
  "$PYTHON" "$SOURCE_ROOT/tests/system/page_examples.py" "$all" "$(uname -r)" || fail "the page and the program differ"
}

test_one_place_alone_is_one_sheet() {
  expect_exit 0 "$OVERRUN" reproduce udp-checksum
  (($(grep -c REPRODUCED "$out") == 1)) || fail "$(cat "$out")"
  no_lab || fail "left behind: $(labs)"
}

test_the_list_names_every_place() {
  expect_exit 0 "$OVERRUN" reproduce --list
  for place in firewall-drop udp-receive-buffer no-route; do
    grep -q "^$place " "$out" || fail "the list lacks $place"
  done
  no_lab || fail "the list made a lab"
}

test_a_kept_lab_stays_and_is_removed_as_it_says() {
  expect_exit 0 "$OVERRUN" reproduce no-route --keep
  (($(labs | wc -l) == 3)) || fail "kept: $(labs)"
  # it is cured, and nobody's but the user's: the next start leaves it
  ip -n "$(labs | grep -e -hop)" route show 198.19.0.0/16 | grep -q ovr1b || fail "the route is not there"
  expect_exit 0 "$OVERRUN" reproduce no-route --keep
  (($(labs | wc -l) == 6)) || fail "kept: $(labs)"
  sed -n 's/^ *\(ip netns del .*\)/\1/p' "$out" >"$scratch/remove"
  sh -e "$scratch/remove"
  (($(labs | wc -l) == 3)) || fail "not removed: $(labs)"
}

test_a_lab_that_was_not_made_is_not_said_to_be_kept() {
  # without a journal nothing is changed
  for place in no-route all; do
    expect_exit 3 unshare -m sh -c 'mkdir -p /run/overrun && mount -t tmpfs -o ro tmpfs /run/overrun && exec "$@"' sh \
      "$OVERRUN" reproduce "$place" --json "$scratch/none.json"
    grep -q '^overrun: /run/overrun.*: Read-only file system' "$err" || fail "$place: $(cat "$err")"
    ! says 'NOT REPRODUCED: ' || fail "$place: $(cat "$out")"
    [[ ! -s $scratch/none.json ]] || fail "$place: a result of nothing"
  done
  expect_exit 3 unshare -m sh -c 'mkdir -p /run/overrun && mount -t tmpfs -o ro tmpfs /run/overrun && exec "$@"' sh \
    "$OVERRUN" reproduce no-route --keep
  ! says 'The lab is kept' || fail "$(cat "$out")"
  # nor is the folder itself made where nothing can be
  expect_exit 3 unshare -m sh -c 'mount -t tmpfs -o ro tmpfs /run && exec "$@"' sh "$OVERRUN" reproduce no-route
  one_sentence reproduce no-route
  grep -q '/run/overrun, which keeps the journal of what is changed, cannot be made: Read-only file system' "$err" ||
    fail "$(cat "$err")"
  no_lab || fail "left behind: $(labs)"
}

test_a_signal_leaves_nothing() {
  for signal in INT TERM HUP; do
    begin "$OVERRUN" reproduce all
    wait_until has_lab || fail "no lab: $(cat "$err")"
    end_by "$signal"
    [[ $code == 2 ]] || fail "exit code $code: $(cat "$err")"
    no_lab || fail "left behind: $(labs)"
    [[ ! -e /run/overrun/$pid.undo ]] || fail "the journal is still there"
  done
}

test_what_a_killed_one_left_the_next_start_removes() {
  begin "$OVERRUN" reproduce no-route
  wait_until is_measured || fail "no trial: $(cat "$err")"
  end_by KILL
  (($(labs | wc -l) == 3)) || fail "there was nothing to remove: $(labs)"
  wait_until no_child || fail "its trial runs on"
  expect_exit '[01]' "$OVERRUN" run --count 1000 --rate 10kpps --rate-tolerance 100%
  grep -q "ovr-lab-$pid-hop: network namespace removed (left by process $pid)" "$err" || fail "not said: $(cat "$err")"
  no_lab || fail "left behind: $(labs)"
  [[ ! -e /run/overrun/$pid.undo ]] || fail "the journal is still there"
}
no_child() { ! pgrep -f "/proc/$pid/exe run --json" >/dev/null; }

# Of any place, since all of them together take longer than a test may.
test_kills_at_random_moments_leave_nothing() {
  "$OVERRUN" reproduce --list | grep -o '^[a-z][a-z-]*' >"$scratch/places"
  mapfile -t places <"$scratch/places"
  ((${#places[@]} > 20)) || fail "the list has ${#places[@]} places"
  for ((i = 0; i < count; i++)); do
    begin "$OVERRUN" reproduce "${places[RANDOM % ${#places[@]}]}"
    sleep "$((RANDOM % 3)).$((RANDOM % 10))"
    # a short one has ended by itself
    end_by KILL || true
    wait_until no_child || fail "its trial runs on"
    expect_exit '[01]' "$OVERRUN" run --count 100 --rate 10kpps --rate-tolerance 100%
    no_lab || fail "kill $i of --seed $seed left $(labs)"
    [[ ! -e /run/overrun/$pid.undo ]] || fail "kill $i of --seed $seed left its journal"
  done
}

test_a_place_that_cannot_be_here_says_why_and_is_no_failure() {
  expect_exit 0 "$OVERRUN" reproduce crc
  says 'NOT HERE: no device here can'
  # a folder of programs without nft
  mkdir "$scratch/bin"
  for tool in ip sysctl sh nstat; do
    ln -s "$(command -v "$tool")" "$scratch/bin/$tool"
  done
  expect_exit 0 env PATH="$scratch/bin" "$OVERRUN" reproduce firewall-drop
  says 'NOT HERE: there is no program nft here'
  rm "$scratch/bin/sh"
  expect_exit 0 env PATH="$scratch/bin" "$OVERRUN" reproduce no-route
  says 'NOT HERE: there is no program sh here'
}

# They are reproduced in the virtual machine (vm/atlas.sh).
test_settings_of_the_whole_host_are_left_alone_unless_allowed() {
  for place in softnet-backlog conntrack-full; do
    expect_exit 0 "$OVERRUN" reproduce "$place"
    says 'NOT HERE: needs --global: a setting of the whole host changes meanwhile' || fail "$(cat "$out")"
  done
}

test_bad_input_is_refused_in_one_sentence() {
  for words in '' 'nowhere' 'no-route crc' '--list no-route' 'all --keep' 'ring-overflow --keep' '--lists' '--list --global' \
    'no-route --keep --global'; do
    read -ra words <<<"$words"
    expect_exit 3 "$OVERRUN" reproduce "${words[@]}"
    one_sentence reproduce "${words[@]}"
    no_lab || fail "left behind: $(labs)"
  done
}

run_tests
