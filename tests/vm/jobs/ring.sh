#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# ring NAME WORDS…: what `overrun ring WORDS --json` says goes to NAME.json and NAME.err, its exit code to NAME.code
ring() {
  local code=0
  overrun ring "${@:2}" --json >"$1.json" 2>"$1.err" || code=$?
  echo "$code" >"$1.code"
}

# sizes NAME INTERFACE: what ethtool says to NAME.ethtool, RX and TX
sizes() {
  echo "$(ring_of "$2") $(ring_of "$2" TX)" >"$1.ethtool"
}

place=2
for driver in vmxnet3 vmxnet3 pcnet32 e1000e virtio_net 8139cp; do
  bind_nic "0000:00:0$place.0" "$driver"
  place=$((place + 1))
done
vmxnet3=$(netdev_of 0000:00:02.0)
other=$(netdev_of 0000:00:03.0)
pcnet32=$(netdev_of 0000:00:04.0)
e1000e=$(netdev_of 0000:00:05.0)
virtio=$(netdev_of 0000:00:06.0)
rtl=$(netdev_of 0000:00:07.0)
bring_up "$vmxnet3" "$other" "$pcnet32" "$e1000e" "$virtio" "$rtl"

ring show show "$vmxnet3" "$pcnet32" "$e1000e" "$virtio" "$rtl"

# vmxnet3 rounds, flaps, and sets every counter back: so there must be something in them.
trial before --tx "vdev:net_af_packet0,iface=$other" --rx "vdev:net_af_packet1,iface=$vmxnet3" \
  --dst-mac 52:54:00:00:00:01 --rate 5kpps --count 1000
ring round set "$vmxnet3" rx 80
sizes round "$vmxnet3"
ring again set "netdev:$vmxnet3" --rx 96
ring later set "$vmxnet3" --rx 2048 --tx 1024
sizes later "$vmxnet3"
ring restore restore "$vmxnet3"
sizes restore "$vmxnet3"
ring nothing restore "$vmxnet3"

# pcnet32 rounds to a power of two, e1000e takes what it is asked, virtio takes powers of two alone.
ring pcnet32 set "$pcnet32" --rx 80
sizes pcnet32 "$pcnet32"
ring e1000e set "$e1000e" --rx 80
sizes e1000e "$e1000e"
ring odd set "$virtio" --rx 80
ring virtio set "$virtio" --rx 128
sizes virtio "$virtio"
ring all restore --all
sizes all-pcnet32 "$pcnet32"
sizes all-e1000e "$e1000e"
sizes all-virtio "$virtio"
ring none restore --all
find /run/overrun/rings -type f >left

# What is refused, and leaves nothing behind.
ring rtl set "$rtl" --rx 32
ring above set "$vmxnet3" --rx 4097
ring mini set "$vmxnet3" --rx-mini 64
ring same set "$vmxnet3" --rx 1024 --tx 512
echo 'nobody:x:65534:65534::/:/bin/sh' >/etc/passwd
echo 'nogroup:x:65534:' >/etc/group
code=0
su -s /bin/bash nobody -c "XDG_RUNTIME_DIR=/tmp/nobody overrun ring set $vmxnet3 --rx 256" >user.json 2>user.err || code=$?
echo "$code" >user.code
find /run/overrun/rings -type f >left-by-refusals
sizes refusals "$vmxnet3"

# While a tester uses the interface, its rings are its own.
overrun run --tx "netdev:$other,mode=af_packet" --rx "netdev:$vmxnet3,mode=af_packet" --dst-mac 52:54:00:00:00:01 --rate 100pps \
  --time 120s --rate-tolerance 100% >/dev/null 2>&1 &
tester=$!
wait_for 60 grep -qs "^use\|^promisc .* $vmxnet3\$" "/run/overrun/$tester.undo" || fail "the tester has no journal"
ring busy set "$vmxnet3" --rx 256
echo "$tester" >tester
kill -INT "$tester"
wait "$tester" || true

# A link that comes back later than anybody waits: the rings are set, and the way back is there.
ring hasty set "$e1000e" --rx 80 --link-timeout 50ms
sizes hasty "$e1000e"
wait_for 60 has_carrier "$e1000e" || fail "$e1000e has no link any more"
ring hasty-back restore "$e1000e"
sizes hasty-back "$e1000e"

# Killed while it waits for the link, which e1000e takes two seconds to bring back.
ring_is() {
  [[ $(ring_of "$1") == "$2" ]]
}
for signal in KILL INT TERM; do
  overrun ring set "$e1000e" --rx 80 >/dev/null 2>&1 &
  setter=$!
  wait_for 60 ring_is "$e1000e" 80 || fail "the ring was not set before SIG$signal"
  kill -"$signal" "$setter"
  code=0
  wait "$setter" || code=$?
  echo "$code" >"killed-$signal.code"
  find /run/overrun/rings -type f | wc -l >"killed-$signal.saved"
  wait_for 60 has_carrier "$e1000e" || fail "$e1000e has no link any more"
  ring "killed-$signal" restore "$e1000e"
  sizes "killed-$signal" "$e1000e"
done

# Killed at any moment: either nothing was saved, and it is as it was, or restore brings it back.
RANDOM=${seed:?is where the random moments begin}
for ((i = 0; i < ${kills:?is how many}; i++)); do
  overrun ring set "$vmxnet3" --rx 256 >/dev/null 2>&1 &
  setter=$!
  sleep "0.$(printf '%03d' $((RANDOM % 800)))"
  kill -KILL "$setter" 2>/dev/null || true
  wait "$setter" 2>/dev/null || true
  code=0
  overrun ring restore "$vmxnet3" >/dev/null 2>random.err || code=$?
  echo "$code $(ring_of "$vmxnet3") $(find /run/overrun/rings -type f | wc -l)"
done >random

# An interface that is down, and one that is gone since.
ip link set "$vmxnet3" down
ring down set "$vmxnet3" --rx 256
sizes down "$vmxnet3"
unbind_nic 0000:00:02.0
bind_nic 0000:00:02.0 vmxnet3
ring gone restore --all
find /run/overrun/rings -type f >left-of-the-gone
