#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A Linux bridge that loses some frames, and a ring that overruns, with and without frames of others in it: what the ledger lays to
# the path and to the ring is what was lost there, or a range that holds it. The truth is the kernel's: nft counts what it drops.
#
#   netdev_split.sh [--count N] [--seed S]   N random trials of each kind; 20 are the full check
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

sample 1 1 "$@"
need_veth
need_cpus 2
need_tool nft

make_bridge

# others SEED N: as many frames as nobody in this trial sent, over two seconds
others() {
  ip netns exec "$tester" "$PYTHON" - "$@" <<'PYTHON'
import random, socket, struct, sys, time

random.seed(int(sys.argv[1]))
n = int(sys.argv[2])
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("ovr0c", 0))
mac = bytes.fromhex("02aabbccdd01")

def udp(port):
    body = bytes(random.randrange(256) for _ in range(30))
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(body), 1, 0, 64, 17, 0, bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
    return b"\x08\x00" + ip + struct.pack("!HHHH", 5000, port, 8 + len(body), 0) + body

kinds = (
    lambda: udp(9),
    lambda: udp(53),
    lambda: b"\x08\x06" + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + bytes(14) + bytes(18),
    lambda: b"\x88\xa8\x00\x05\x81\x00\x00\x07" + udp(9),
    lambda: b"\x08\x42" + b"\xff" * 6 + mac * 16,
)
start = time.monotonic()
for i in range(n):
    out.send(b"\xff" * 6 + mac + random.choice(kinds)())
    time.sleep(max(0, start + 2 * i / n - time.monotonic()))
PYTHON
}

# Frames that the bridge's interfaces dropped besides, on a busy machine: before nft, and after it.
dropped_besides() {
  ip -n "$hop" -s -j link show | "$PYTHON" -c '
import json, sys
of = {one["ifname"]: one["stats64"] for one in json.load(sys.stdin)}
print(of["ovr1a"]["rx"]["dropped"] + of["ovr1b"]["tx"]["dropped"])
'
}

# trial SEED OTHERS: one trial, held against what nft dropped
trial() {
  local percent=$((5 + $1 * 7 % 20)) stall=$((60 + $1 * 13 % 100)) pid dropped passed besides
  ip netns exec "$hop" nft -f - <<NFT || skip "no nft at an interface's ingress here"
table netdev split
delete table netdev split
table netdev split {
  chain loss {
    type filter hook ingress device "ovr1a" priority 0;
    ether type ip ip daddr 198.18.0.0/15 numgen random mod 100 < $percent counter drop
    ether type ip ip daddr 198.18.0.0/15 counter
  }
}
NFT
  besides=$(dropped_besides)
  others "$1" "$2" &
  pid=$!
  expect_exit '[0-3]' ip netns exec "$tester" "$OVERRUN" run --tx netdev:ovr0a --rx netdev:ovr0b --path dut \
    --rate 3kpps --time 2s --warmup 0 --rxd 64 --stall "${stall}ms/400ms" --seed "$1" --rate-tolerance 100% --json "$result"
  wait "$pid"
  has_form result "$result"
  read -r dropped passed < <(ip netns exec "$hop" nft -j list table netdev split | "$PYTHON" -c '
import json, sys
print(*(e["counter"]["packets"] for one in json.load(sys.stdin)["nftables"]
        for e in one.get("rule", {}).get("expr", []) if "counter" in e))
')
  "$PYTHON" - "$result" "$passed" "$dropped" "$2" "$(($(dropped_besides) - besides))" <<'PYTHON' || fail "seed $1 with $2 frames of others"
import json, sys

ledger = json.load(open(sys.argv[1]))
reasons = ledger["reasons"]
verdict = ledger["verdict"]
ledger = ledger["trial"]["ledger"]
passed, dropped, others, besides = map(int, sys.argv[2:])

def range_of(place):
    of = [a for a in ledger["accounts"] if a["place"] == place]
    return [sum(a.get(key, a["frames"]) for a in of) for key in ("frames_min", "frames_max")]

# what the bridge dropped besides is the path's, but with others there nobody knows whose it was
path = (dropped, dropped + besides) if others else (dropped + besides,) * 2
ring = tuple(ledger["lost"] - frames for frames in reversed(path))
path_range, ring_range = range_of("path"), range_of("rx.ring")
print(f"sent {ledger['sent']} lost {ledger['lost']} foreign {ledger['foreign']}: path {path} in {path_range}, "
      f"ring {ring} in {ring_range}; {verdict}")
overlaps = lambda truth, printed: printed[0] <= truth[1] and truth[0] <= printed[1]
holds = overlaps(path, path_range) and overlaps(ring, ring_range)
is_exact = path_range[0] == path_range[1] and ring_range[0] == ring_range[1]
corrupt = range_of("rx.corrupt")[1]
if verdict == "void":
    print("void:", reasons)
sys.exit(0 if holds and corrupt == 0 and verdict != "void" and (is_exact or others)
         and (besides > 0 or passed + dropped == ledger["sent"]) else 1)
PYTHON
}

test_what_path_and_ring_lost_is_told_apart() {
  for ((i = 0; i < count; i++)); do
    trial $((seed + i)) 0
  done
}

test_among_frames_of_others_the_ranges_hold_what_was_lost() {
  for ((i = 0; i < count; i++)); do
    trial $((seed + i)) 5000
  done
}

run_tests
