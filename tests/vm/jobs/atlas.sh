#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

table=/proc/sys/net/netfilter/nf_conntrack_max

settings() {
  (cd /proc/sys/net && grep -rHs . core ipv4 netfilter | sort) || true
}

# a rule loads it, and stays loaded: the settings are there before and after
modprobe -a veth tun nf_conntrack
settings >before
# reproduce PLACE: the sheet goes to PLACE.txt, the exit code to PLACE.code
reproduce() {
  local code=0
  overrun reproduce "$1" --global >"$1.txt" || code=$?
  echo "$code" >"$1.code"
  return "$code"
}

# On a busy host a trial of TCP may last so long that SYNs are sent again, and only bounds are known: once more then.
for place in $PLACES; do
  reproduce "$place" || reproduce "$place" || true
done

# killed while the setting is another one
overrun reproduce conntrack-full --global >killed.txt &
pid=$!
is_set() { (($(<"$table") == 40)); }
wait_for 60 is_set || fail "conntrack-full sets nothing"
kill -KILL "$pid"
wait "$pid" || true
cat "$table" >killed
overrun run --count 100 --rate 1kpps --rate-tolerance 100% >/dev/null 2>recovered || true
settings >after
ip netns list | grep ovr-lab >left || true
