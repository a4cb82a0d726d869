#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Any user can run the default trial: no root, no hugepages, no home, hardly any environment.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

# A copy that anybody can reach, wherever the build folder is.
chmod 755 "$scratch"
install -m 755 "$OVERRUN" "$scratch/overrun"
folder=$scratch/nobody
mkdir -m 777 "$folder"
copy=$scratch/overrun

as_nobody=()
if ((EUID == 0)); then
  need_tool setpriv
  as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all)
  "${as_nobody[@]}" true 2>/dev/null || skip "may not become another user here"
fi

test_any_user_can_run_the_default_trial() {
  cd "$folder"
  result=$folder/result.json
  for environment in "PATH=$PATH" "PATH=$PATH XDG_RUNTIME_DIR=$folder" "PATH=$PATH XDG_RUNTIME_DIR=/no/such/folder"; do
    rm -f "$result"
    # shellcheck disable=SC2086 # words on purpose
    expect_exit '[012]' "${as_nobody[@]}" env -i $environment "$copy" run --time 300ms --json "$result"
    books "$result" "$code"
    json "$result" 'l["unexplained"] == 0'
  done
  left=$(find "$folder" -not -type d -not -name result.json)
  [[ -z $left ]] || fail "left behind: $left"
}

test_any_user_sends_through_the_hosts_stack_with_one_option() {
  cd "$folder"
  result=$folder/one.json
  expect_exit '[02]' "${as_nobody[@]}" env -i "PATH=$PATH" "$copy" run --rx "udp:127.0.0.1:$((20000 + RANDOM % 10000))" \
    --time 300ms --json "$result"
  books "$result" "$code"
  json "$result" 'l["unexplained"] == 0' 'd["plan"]["rate"] == "10kpps"'
  rm "$result"
}

test_any_user_loses_frames_in_a_socket_and_is_told_what_could_not_be_seen() {
  cd "$folder"
  result=$folder/socket.json
  expect_exit 1 "${as_nobody[@]}" env -i "PATH=$PATH" "$copy" run --rx "udp:127.0.0.1:$((20000 + RANDOM % 10000)),rcvbuf=10000" \
    --stall unread --tmax 60s --count 2000 --rate 5kpps --rate-tolerance 100% --json "$result"
  books "$result" "$code"
  # others on this host may lose datagrams meanwhile: what our socket dropped is known to the frame
  json "$result" '1900 < l["lost"] < 2000' 'frames("rx.socket") == l["lost"]' 'l["unexplained"] == 0' \
    'any("nftables" in note and "CAP_NET_ADMIN" in note for note in t["notes"])' \
    'any("drop reasons" in note for note in t["notes"])'
  rm "$result"
}
test_any_user_measures_connections_and_is_told_what_could_not_be_seen() {
  cd "$folder"
  result=$folder/tcp.json
  expect_exit 0 "${as_nobody[@]}" env -i "PATH=$PATH" "$copy" run --rx "tcp:127.0.0.1:$((20000 + RANDOM % 10000))" --count 1000 \
    --json "$result"
  has_form tcp "$result"
  json "$result" 'd["records_read"] == 1000' 'd["is_drained"]' 'd["books"]["forward"]["lost"] == 0' \
    'any("nftables" in note and "CAP_NET_ADMIN" in note for note in d["notes"])'
  rm "$result"
}

test_any_user_reproduces_a_full_ring_and_is_told_what_needs_root() {
  cd "$folder"
  expect_exit 0 "${as_nobody[@]}" env -i "PATH=$PATH" "$copy" reproduce ring-overflow
  says 'REPRODUCED: rx.ring owns the loss' || fail "$(<"$out")"
  expect_exit 0 "${as_nobody[@]}" env -i "PATH=$PATH" "$copy" reproduce no-route
  says 'NOT HERE: needs root' || fail "$(<"$out")"
}

run_tests
