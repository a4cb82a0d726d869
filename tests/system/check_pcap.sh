#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A capture of our frames is what others take it for: tshark finds our tag and no wrong checksum, and overrun check
# finds the loss that the trial reported.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
captures=$scratch

# captured NAME OPTIONS…: a trial that loses frames 500 to 504 of its only stream, captured around the loss
captured() {
  local name=$1
  shift
  expect_exit '[012]' "$OVERRUN" run --rate 100kpps --count 1000 --rxd 8192 --rate-tolerance 100% --streams 1 \
    --trial-id 305419896 --rx wire:1,drop-at=500-504 --capture "$captures/$name.pcap" --json "$captures/$name.json" "$@"
  books "$captures/$name.json" "$code"
  json "$captures/$name.json" 'l["unexplained"] == 0'
  if (($(value "$captures/$name.json" 'l["lost"]') != 5)); then
    skip "this machine stalled for so long that the ring ran over"
  fi
  [[ -s $captures/$name.pcap ]] || fail "$name: nothing was captured"
}

captured plain --size 64
captured mixed --size imix
captured ip6 --ip 6 --size 84,1518
captured vlan --vlan 100,200 --size 128

test_the_loss_of_the_trial_is_that_of_its_capture() {
  for name in plain mixed ip6 vlan; do
    expect_exit 1 "$OVERRUN" check "$captures/$name.pcap"
    grep -Eqi '\blost\b.*\b5\b|\b5\b.*\blost\b' "$out" || fail "overrun check does not report 5 lost frames: $(cat "$out")"
  done
}

# An excerpt of two losses has lost what they lost, and each frame says where it stands.
test_an_excerpt_of_two_losses_has_both() {
  expect_exit '[012]' "$OVERRUN" run --rate 100kpps --count 3000 --rxd 8192 --rate-tolerance 100% --streams 1 \
    --rx wire:1,drop-at=500-504+2000-2001 --capture "$scratch/two.pcap" --json "$scratch/two.json"
  if (($(value "$scratch/two.json" 'l["lost"]') == 7)); then
    expect_exit 1 "$OVERRUN" check "$scratch/two.pcap" --json "$scratch/two_account.json"
    json "$scratch/two_account.json" 'd["excerpt"]' 'd["total"]["loss"]["frames"] == 7' 'd["total"]["loss"]["periods"] == 2'
    grep -aq 'after a hole: stream 0, numbers 2000 to 2001' "$scratch/two.pcap" || fail "no frame names the second hole"
  fi
}

test_a_file_that_is_cut_is_accounted_for_up_to_there() {
  head -c -7 "$captures/plain.pcap" >"$scratch/cut.pcap"
  expect_exit 1 "$OVERRUN" check "$scratch/cut.pcap"
  grep -q 'ends in the middle of a frame' "$out" || fail "overrun check does not say that the file is cut: $(cat "$out")"
}

test_a_pipe_is_read_like_a_file() {
  piped=$("$OVERRUN" check - <"$captures/plain.pcap" | tail -n +2) || true
  catted=$(tail -c +1 "$captures/plain.pcap" | "$OVERRUN" check /dev/stdin | tail -n +2) || true
  expect_exit 1 "$OVERRUN" check "$captures/plain.pcap"
  [[ $piped == "$(tail -n +2 "$out")" && $catted == "$piped" ]] || fail "a pipe is not the same as a file: $piped"
}

# The capture's frames serve as templates.
test_the_frames_of_a_capture_serve_as_templates() {
  expect_exit '[012]' "$OVERRUN" run --templates "$captures/vlan.pcap" --rate 10kpps --count 1000 --rate-tolerance 100% \
    --json "$scratch/again.json"
  books "$scratch/again.json" "$code"
}

test_tshark_sees_what_was_sent() {
  need_tool tshark
  for name in plain mixed ip6 vlan; do
    tshark -n -r "$captures/$name.pcap" -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE \
      -T fields -E occurrence=f -e udp.checksum.status -e ip.checksum.status -e udp.dstport -e data.data -e udp.payload \
      >"$scratch/fields" 2>"$scratch/complaints" || fail "$name: tshark cannot read the capture: $(cat "$scratch/complaints")"
    [[ -s $scratch/fields ]] || fail "$name: tshark sees no frame"
    # 1 is good. The tag: trial id 12345678, stream 0, then the sequence number.
    "$PYTHON" - "$scratch/fields" <<'EOF' || fail "$name: tshark does not see what was sent"
import sys
numbers = []
for line in open(sys.argv[1], encoding="ascii"):
    udp_status, ip_status, port, data, payload = (line.rstrip("\n").split("\t") + [""] * 5)[:5]
    tag = (payload or data).replace(":", "")
    assert udp_status == "1", f"UDP checksum status {udp_status} in {line}"
    assert ip_status in ("1", ""), f"IP checksum status {ip_status} in {line}"
    assert port == "9", f"port {port}"
    assert tag[:12] == "123456780000", f"tag {tag[:36]}"
    numbers.append(int(tag[12:24], 16))
assert numbers == sorted(numbers), "not in order"
holes = [n for a, b in zip(numbers, numbers[1:]) for n in range(a + 1, b)]
assert holes == [500, 501, 502, 503, 504], f"holes {holes[:10]}"
EOF
  done
}

run_tests
