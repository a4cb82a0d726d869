#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Bad input: exit code 3, one sentence on stderr, nothing on stdout, nothing left behind.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

not_a_pcap=$scratch/not.pcap
echo "this is no capture" >"$not_a_pcap"
# A pcap header, a frame's header that promises 60 bytes, and 10 of them.
cut_pcap=$scratch/cut.pcap
printf '\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0' >"$cut_pcap"
printf '\0\0\0\0\0\0\0\0\x3c\0\0\0\x3c\0\0\0\0\0\0\0\0\0\0\0\0\0' >>"$cut_pcap"
empty_pcap=$scratch/empty.pcap
head -c 24 "$cut_pcap" >"$empty_pcap"

refused=0
refuse() {
  expect_exit 3 timeout 30 "$OVERRUN" "$@"
  one_sentence "$@"
  refused=$((refused + 1))
}

# the command line
refuse frobnicate
refuse run --nonsense
refuse run --rate
refuse run extra
refuse run --quiet=maybe
refuse help frobnicate

# rates and times
refuse run --rate banana
refuse run --rate 10
refuse run --rate 0mpps
refuse run --rate -1mpps
refuse run --rate 15mpps
refuse run --rate 101%
refuse run --rate 9gbps-l2 --size 64
refuse run --rate 1.1gbps --line 1G
refuse run --rate 2mpps --rx wire:1,speed=1G
refuse run --time 5
refuse run --time banana
refuse run --time 0 --count 0
refuse run --count -5
refuse run --shape burst=0,gap=1us
refuse run --shape sawtooth
refuse run --stall 10ms/1ms
refuse run --stall 1ms
refuse run --service 1gbps
refuse run --on-full explode
refuse run --max-loss 200%

# frames
refuse run --size 63
refuse run --size 9217
refuse run --size 64,banana
refuse run --ip 6 --size 64
refuse run --vlan 5 --size 64
refuse run --vlan 5000 --size 128
refuse run --ip 5
refuse run --src-mac 00:11:22:33:44
refuse run --streams 65537
refuse run --templates "$scratch/missing.pcap"
refuse run --templates "$not_a_pcap"
refuse run --templates "$cut_pcap"
refuse run --templates "$empty_pcap"

# ports, rings, queues, pools
refuse run --port nonsense
refuse run --tx wire:2
refuse run --rx ""
refuse run --tx vdev:
refuse run --tx wire:0,drop=1%
refuse run --rx wire:1,frobnicate=1
refuse run --rx wire:1,drop=2
refuse run --rx wire:1,speed=11G
refuse run --rx wire:1,drop-at=9-3
refuse run --rx vdev:net_no_such_driver0 --tx vdev:net_null0
refuse run --port pci:
refuse run --port pci:3b:00
refuse run --port pci:3b:00.8
refuse run --port pci:eth0
refuse run --port pci:fe:1f.7
refuse run --tx pci:fe:1f.7 --rx pci:fe:1f.7,x=1
refuse run --link-timeout soon
for device in /sys/bus/pci/devices/*; do
  [[ -e $device/class && $(<"$device/class") != 0x02* ]] || continue
  refuse run --port "pci:${device##*/}"
  grep -q "is no network controller" "$err" || fail "${device##*/} is refused for something else: $(<"$err")"
  break
done
# What the kernel's driver has is not taken from it.
for device in /sys/bus/pci/devices/*; do
  [[ -e $device/driver && $(<"$device/class") == 0x02* ]] || continue
  case $(basename "$(readlink "$device/driver")") in
  vfio-pci | uio_pci_generic | igb_uio | mlx?_core | mana) continue ;;
  esac
  refuse run --port "pci:${device##*/}"
  grep -q "the kernel's driver .* has the device" "$err" || fail "${device##*/} is refused for something else: $(<"$err")"
done
refuse run --rxd 0
refuse run --txd 0
refuse run --rxd 4294967296
refuse run --rxq 0
refuse run --rxq 17
refuse run --txq 17
refuse run --rxq 4 --streams 2
refuse run --mbufs 64
refuse run --window 1000
refuse run --burst 0

# the host
refuse run --cores tx=banana
refuse run --cores tx=1023,rx=1022
refuse run --cores tx=1,rx=1,wire=1
refuse run --cores bananas=1

# EAL's arguments
refuse run -- --bogus
refuse run -- --help
refuse run -- -h

# files
refuse run --plan "$scratch/missing.yaml"
refuse run --plan "$scratch"
refuse run --time 100ms --json "$scratch/no/such/folder/result.json"
refuse run --time 100ms --csv "$scratch/no/such/folder/series.csv"
refuse run --time 100ms --capture "$scratch/no/such/folder/loss.pcap"
refuse run --capture -
refuse run --rxd 0 --json "$scratch/result.json"
[[ ! -e $scratch/result.json ]] || fail "a trial that could not run left its result file behind"

# options of a run that another command does not have
refuse selftest --rate 5mpps
refuse selftest --nonsense
refuse selftest extra

# captures
refuse check
refuse check --trial-id
refuse check --trial-id banana "$not_a_pcap"
grep -q "value is missing" <("$OVERRUN" check "$not_a_pcap" --trial-id 2>&1) || fail "a missing trial id is called something else"
refuse check "$scratch/missing.pcap"
refuse check "$scratch"
refuse check "$not_a_pcap"
refuse check "$cut_pcap"
refuse check "$empty_pcap"

# interfaces
refuse watch
refuse watch ovr-nowhere
refuse watch a-name-of-more-than-15
refuse watch ""
refuse watch lo ovr-nowhere
refuse watch lo lo
refuse watch lo --count 0
refuse watch lo --count -1
refuse watch lo --count
refuse watch lo --interval
refuse watch lo --interval 1
refuse watch lo --interval 0
refuse watch lo --interval 1ms
refuse watch lo --nonsense
grep -q 'ovr-nowhere: there is no such interface; accepted: lo' <("$OVERRUN" watch ovr-nowhere 2>&1) ||
  fail "an interface that is not there is called something else"

# a device that takes nothing
full() {
  code=0
  "$OVERRUN" "$@" >/dev/full 2>"$err" </dev/null || code=$?
  ((code == 3)) || fail "'$*' to a full device ended with $code"
  : >"$out"
  one_sentence "$@"
  refused=$((refused + 1))
}
full help
full help run
full version
full run --dry-run
full watch lo --count 1 --interval 10ms
full watch lo --count 1 --interval 10ms --json

nothing_left
echo "$refused bad inputs refused"
