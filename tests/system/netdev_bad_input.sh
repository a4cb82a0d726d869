#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Kernel interfaces that cannot be used: one sentence each, with the remedy, and exit code 3.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
as=()
chmod 755 "$scratch"

# refused WORDS OPTIONS…: the sentence holds the words
refused() {
  local words=$1
  shift
  expect_exit 3 "${as[@]}" "$OVERRUN" run --time 100ms "$@"
  one_sentence "$@"
  grep -qF -- "$words" "$err" || fail "'$*' says '$(cat "$err")', not '$words'"
}

test_what_nobody_can_use() {
  refused 'accepted: netdev:INTERFACE' --port netdev:
  refused 'accepted: netdev:INTERFACE' --port netdev:a/b
  refused 'accepted: af_xdp or af_packet' --port netdev:lo,mode=dpdk
  refused 'accepted: mode=af_xdp, mode=af_packet, queue=N' --port netdev:lo,ring=4096
  refused 'accepted for netdev:lo: a power of two' --port netdev:lo --rxd 1000 --txd 1000
  refused 'an even number' --port netdev:lo,mode=af_packet --rxd 999 --txd 999
  refused 'no such interface; accepted: ' --port netdev:ovr-none
}

test_a_user_without_rights_is_told_what_is_missing() {
  need_root
  need_tool setpriv
  as=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all env XDG_RUNTIME_DIR=/nonexistent)
  # the build may stand where nobody else may look
  install -m 755 "$OVERRUN" "$scratch/overrun"
  OVERRUN=$scratch/overrun
  refused 'needs root, and this process lacks CAP_NET_RAW; accepted: sudo overrun' --port netdev:lo
}

# A process with packet sockets on ovr0a has the number that net_af_packet is about to derive for ovr0b.
test_a_number_of_packet_sockets_that_is_taken_is_told() {
  make_lab
  cat >"$scratch/taken" <<'END'
ifindex=$(cat /sys/class/net/ovr0b/ifindex)
: >"$1"
"$PYTHON" -c '
import socket, struct, sys, time
SOL_PACKET, FANOUT, ALL, HASH, DEFRAG, ROLLOVER = 263, 18, 3, 0, 0x8000, 0x1000
number = (int(sys.argv[1]) ^ int(sys.argv[2])) & 0xffff
taken = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
taken.bind(("ovr0a", ALL))
taken.setsockopt(SOL_PACKET, FANOUT, struct.pack("I", number | (HASH | DEFRAG | ROLLOVER) << 16))
print("taken", flush=True)
time.sleep(120)' $$ "$ifindex" >>"$1" &
echo $! >"$1.pid"
for ((i = 0; i < 200; i++)); do
  ! grep -q taken "$1" || break
  sleep 0.05
done
shift
exec "$@"
END
  export PYTHON
  as=("${in_lab[@]}" bash "$scratch/taken" "$scratch/holder")
  refused 'another process of this network namespace has packet sockets of the same number' --tx vdev:net_null0 --rx netdev:ovr0b,mode=af_packet
  kill "$(<"$scratch/holder.pid")"
}

test_what_cannot_be_used_of_a_lab() {
  make_lab --queues 2
  as=("${in_lab[@]}")
  refused 'netdev:ovr0b: queue 2 was asked, the interface has 2; accepted: queues 0 to 1' --tx netdev:ovr0a --rx netdev:ovr0b --rxq 3
  refused 'queue 7 was asked' --tx netdev:ovr0a,queue=7 --rx netdev:ovr0b
  refused 'found one interface with different keys' --tx netdev:ovr0a --rx netdev:ovr0a,queue=1
  "${in_lab[@]}" ip link set ovr0b down
  refused 'netdev:ovr0b: the interface is down; accepted: one that is up: ip link set ovr0b up' --tx netdev:ovr0a --rx netdev:ovr0b
  "${in_lab[@]}" ip link set ovr0b up
  "${in_lab[@]}" ip address add 198.51.100.1/24 dev ovr0a
  "${in_lab[@]}" ip route add default via 198.51.100.2
  refused 'the default route of this host goes through it' --tx netdev:ovr0a --rx netdev:ovr0b
  "${in_lab[@]}" ip link add many0 numrxqueues 40 numtxqueues 40 type veth peer name many1 numrxqueues 40 numtxqueues 40
  "${in_lab[@]}" ip link set many0 up
  "${in_lab[@]}" ip link set many1 up
  refused 'found 40 queues, accepted: 1 to 31, since each is a device' --tx netdev:many0 --rx netdev:many1 --rxq 40
  [[ $("${in_lab[@]}" ip -d link show) != *PROMISC* ]] || fail "a refused run changed an interface"
}

run_tests
