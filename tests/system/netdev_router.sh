#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A Linux router whose neighbour tables are empty stands between the ports: with --gateway nothing is lost, over IPv4 and IPv6,
# AF_XDP and packet sockets. A gateway that does not answer is no neighbour, and no trial.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_veth
need_cpus 2

# tester: ovr0a, ovr0b; router: ovr1a, ovr1b
tester=ovr-test-$$ router=ovr-router-$$
for ns in "$tester" "$router"; do
  ip netns add "$ns"
  at_end "ip netns del $ns"
done
for end in a b; do
  ip -n "$tester" link add "ovr0$end" type veth peer name "ovr1$end" netns "$router"
  ip netns exec "$tester" sysctl -qw "net.ipv6.conf.ovr0$end.disable_ipv6=1"
  ip -n "$tester" link set "ovr0$end" up
  ip -n "$router" link set "ovr1$end" up
done
ip netns exec "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv6.conf.all.accept_dad=0 \
  net.ipv6.conf.ovr1a.accept_dad=0 net.ipv6.conf.ovr1b.accept_dad=0
ip -n "$router" addr add 198.18.255.254/16 dev ovr1a
ip -n "$router" addr add 198.19.255.254/16 dev ovr1b
ip -n "$router" addr add 2001:2::ffff/64 dev ovr1a nodad
ip -n "$router" addr add 2001:2:0:1::ffff/64 dev ovr1b nodad

result=$scratch/result.json
router_mac=$(ip netns exec "$router" cat /sys/class/net/ovr1a/address)

# run_through MODE OPTIONS…: a trial through the router, whose tables are empty
run_through() {
  local mode=$1
  shift
  ip -n "$router" neigh flush all 2>/dev/null || true
  expect_exit '[0-3]' ip netns exec "$tester" "$OVERRUN" run --tx "netdev:ovr0a,mode=$mode" --rx "netdev:ovr0b,mode=$mode" \
    --path dut --rate 2kpps --time 300ms --rate-tolerance 100% --tmax 60s --json "$result" "$@"
}

for mode in af_xdp af_packet; do
  run_through "$mode" --gateway 198.18.255.254 --streams 20
  json "$result" 'd["exit_code"] == 0' 'l["lost"] == 0' 'l["sent"] > 0' 't["gateway"]["streams_through"] == 20' \
    "t['gateway']['mac'] == '$router_mac'"
  has_form result "$result"
  echo "$mode, IPv4: sent $(value "$result" 'l["sent"]'), lost 0"
done
run_through af_xdp --ip 6 --size 100 --gateway 2001:2::ffff --streams 20
json "$result" 'd["exit_code"] == 0' 'l["lost"] == 0' 'l["sent"] > 0' 't["gateway"]["streams_through"] == 20'
echo "af_xdp, IPv6: sent $(value "$result" 'l["sent"]'), lost 0"

# without a gateway the router is found by its MAC address; the destinations are answered for while the warm-up lasts
run_through af_xdp --dst-mac "$router_mac" --warmup 1s
json "$result" 'd["exit_code"] == 0' 'l["lost"] == 0' 'l["sent"] > 0' 't["gateway"] is None'

# nobody has this address
rm -f "$result"
run_through af_xdp --gateway 198.18.255.253
((code == 3)) || fail "a gateway that does not answer ended with $code"
grep -q '^overrun: gateway: no neighbour: 198.18.255.253 did not answer .* ARP requests on netdev:ovr0a' "$err" || {
  cat "$err"
  fail "it does not say that there is no neighbour"
}
[[ ! -s $result ]] || fail "there is a result of no trial"
nothing_left
