#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# look NAME INTERFACE: the findings go to NAME.json and NAME.txt, the exit code to NAME.code
look() {
  local code=0
  overrun doctor "$2" --json "$1.json" >"$1.txt" || code=$?
  echo "$code" >"$1.code"
}

# cure NAME ID…: run the commands that the findings of NAME print for these rules, one after the other. A link that goes
# down for one comes back before the next: e1000e would negotiate flow control over what is set meanwhile.
cure() {
  local id line
  for id in "${@:2}"; do
    line=$(sed -n "/: $id\$/,/^\$/s/^  fix      //p" "$1.txt")
    [[ -n $line ]] || fail "no command for $id"
    bash -c "$line" || fail "$line"
    sleep 0.5
    wait_for 20 has_carrier "$e1000e"
    wait_for 20 has_carrier "$vmxnet3"
  done
}

bind_nic 0000:00:02.0 vmxnet3
bind_nic 0000:00:03.0 vmxnet3
bind_nic 0000:00:04.0 e1000e
bind_nic 0000:00:05.0 e1000e
vmxnet3=$(netdev_of 0000:00:02.0)
e1000e=$(netdev_of 0000:00:04.0)
bring_up "$vmxnet3" "$(netdev_of 0000:00:03.0)" "$e1000e" "$(netdev_of 0000:00:05.0)"

# settings of the whole host, which this one has for itself
modprobe nf_conntrack
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
tc qdisc replace dev "$vmxnet3" root pfifo_fast || echo "no pfifo_fast"

look e1000e "$e1000e"
look vmxnet3 "$vmxnet3"
cure e1000e conntrack backlog-below-poll budget ring rp-filter flow-control hugepages
cure vmxnet3 ring rp-filter merging
look e1000e-cured "$e1000e"
look vmxnet3-cured "$vmxnet3"
