#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# state: what a doctor might have changed, of the host and of every interface
state() {
  local each
  (cd /proc/sys/net && grep -rHs . core ipv4 netfilter | grep -v nf_conntrack_count | sort) || true
  grep . /proc/sys/vm/nr_hugepages /proc/irq/*/smp_affinity_list
  ip -d link show
  tc qdisc show
  for each in "${nics[@]}"; do
    ethtool -k "$each"
    for question in -g -l -a -c; do
      ethtool "$question" "$each" 2>&1 || true
    done
  done
}

# look NAME INTERFACE [WORDS BEFORE overrun]: the findings go to NAME.json and NAME.txt, the exit code to NAME.code, and to
# NAME.changed what is another state afterwards
look() {
  local code=0
  state >before
  "${@:3}" overrun doctor "$2" --json - >"$1.json" 2>"$1.err" || code=$?
  echo "$code" >"$1.code"
  overrun doctor "$2" >"$1.txt" || true
  state >after
  diff before after >"$1.changed" || true
}

# commands NAME: every command of the findings, one a line; a long one stands there in several
commands() {
  awk '
    /^  fix      / { sub(/^  fix      /, ""); line = $0; next }
    line != "" && /^           / { sub(/^ +/, " "); line = line $0; next }
    line != "" { print line; line = "" }
    END { if (line != "") print line }' "$1.txt"
}

# cure NAME: run all commands of its findings. A link that goes down for one comes back before the next: e1000e would
# negotiate flow control over what is set meanwhile.
cure() {
  local line each
  commands "$1" >"$1.commands"
  while read -r line; do
    bash -c "$line" </dev/null || fail "$line"
    sleep 0.5
    for each in "${nics[@]}"; do
      wait_for 60 has_carrier "$each"
    done
  done <"$1.commands"
}

bind_nic 0000:00:02.0 vmxnet3
bind_nic 0000:00:03.0 vmxnet3
bind_nic 0000:00:04.0 e1000e
bind_nic 0000:00:05.0 e1000e
bind_nic 0000:00:06.0 virtio_net
vmxnet3=$(netdev_of 0000:00:02.0)
e1000e=$(netdev_of 0000:00:04.0)
virtio=$(netdev_of 0000:00:06.0)
nics=("$vmxnet3" "$(netdev_of 0000:00:03.0)" "$e1000e" "$(netdev_of 0000:00:05.0)" "$virtio")
bring_up "${nics[@]}"

# settings of the whole host, which this one has for itself
modprobe nf_conntrack
# a slow machine looks minutes later
sysctl -w net.netfilter.nf_conntrack_udp_timeout=3600
nft -f - <<'EOF'
table inet tracked {
  chain out {
    type filter hook output priority 0
    ct state new counter
  }
}
EOF
ip link set lo up
for port in {5001..5009}; do
  echo >"/dev/udp/127.0.0.1/$port" || true
done 2>/dev/null
sysctl -w net.netfilter.nf_conntrack_max="$(cat /proc/sys/net/netfilter/nf_conntrack_count)"
sysctl -w net.core.netdev_max_backlog=8
sysctl -w net.core.netdev_budget=50
sysctl -w net.ipv4.conf.all.rp_filter=1
ethtool -A "$e1000e" autoneg off rx on tx on
ethtool -K "$vmxnet3" lro on
ip link set "$vmxnet3" txqueuelen 10
tc qdisc replace dev "$vmxnet3" root pfifo_fast
# one queue of two, and below its mq a short queue and a shaper
ethtool -L "$virtio" combined 1
tc qdisc replace dev "$virtio" root handle 1: mq
tc qdisc replace dev "$virtio" parent 1:1 pfifo limit 5

look e1000e "$e1000e"
look vmxnet3 "$vmxnet3"
look virtio "$virtio"
look nobody "$e1000e" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all
look nobody-virtio "$virtio" setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all
for name in e1000e vmxnet3 virtio; do
  cure "$name"
done
look e1000e-cured "$e1000e"
look vmxnet3-cured "$vmxnet3"
look virtio-cured "$virtio"

# A shaper of one queue goes with the root, which the driver makes anew.
tc qdisc replace dev "$virtio" root handle 1: mq
tc qdisc replace dev "$virtio" parent 1:2 tbf rate 10mbit burst 10k limit 20k
look shaper "$virtio"
cure shaper
look shaper-cured "$virtio"

# The table of queues names one of two; the undo makes it so again.
ethtool -X "$virtio" weight 1 0
look rss "$virtio"
cure rss
look rss-cured "$virtio"
undo=$(awk '/: rss$/ { is_rss = 1 } is_rss && sub(/^  undo     /, "") { print; exit }' rss.txt)
[[ -z $undo ]] || bash -c "$undo"
look rss-undone "$virtio"
