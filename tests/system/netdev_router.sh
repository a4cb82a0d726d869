#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A Linux router whose neighbour tables are empty stands between the ports: with --gateway nothing is lost, over IPv4 and IPv6,
# AF_XDP and packet sockets. A gateway that does not answer is no neighbour, and no trial.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
make_router
router_mac=$(ip netns exec "$hop" cat /sys/class/net/ovr1a/address)

# run_through MODE OPTIONS…: a trial through the router, whose tables are empty
run_through() {
  local mode=$1
  shift
  ip -n "$hop" neigh flush all 2>/dev/null || true
  expect_exit '[0-3]' ip netns exec "$tester" "$OVERRUN" run --tx "netdev:ovr0a,mode=$mode" --rx "netdev:ovr0b,mode=$mode" \
    --path dut --rate 2kpps --time 300ms --rate-tolerance 100% --tmax 60s --json "$result" "$@"
}

test_over_ipv4_nothing_is_lost() {
  for mode in af_xdp af_packet; do
    run_through "$mode" --gateway 198.18.255.254 --streams 20
    json "$result" 'd["exit_code"] == 0' 'l["lost"] == 0' 'l["sent"] > 0' 't["gateway"]["streams_through"] == 20' \
      "t['gateway']['mac'] == '$router_mac'"
    has_form result "$result"
    echo "$mode, IPv4: sent $(value "$result" 'l["sent"]'), lost 0"
  done
}

test_over_ipv6_nothing_is_lost() {
  run_through af_xdp --ip 6 --size 100 --gateway 2001:2::ffff --streams 20
  json "$result" 'd["exit_code"] == 0' 'l["lost"] == 0' 'l["sent"] > 0' 't["gateway"]["streams_through"] == 20'
  echo "af_xdp, IPv6: sent $(value "$result" 'l["sent"]'), lost 0"
}

# without a gateway the router is found by its MAC address; the destinations are answered for while the warm-up lasts
test_a_router_is_found_by_its_mac_address() {
  run_through af_xdp --dst-mac "$router_mac" --warmup 1s
  json "$result" 'd["exit_code"] == 0' 'l["lost"] == 0' 'l["sent"] > 0' 't["gateway"] is None'
}

# nobody has this address
test_a_gateway_that_does_not_answer_is_no_neighbour() {
  run_through af_xdp --gateway 198.18.255.253
  ((code == 3)) || fail "a gateway that does not answer ended with $code"
  grep -q '^overrun: gateway: no neighbour: 198.18.255.253 did not answer .* ARP requests on netdev:ovr0a' "$err" || {
    cat "$err"
    fail "it does not say that there is no neighbour"
  }
  [[ ! -s $result ]] || fail "there is a result of no trial"
}

run_tests
