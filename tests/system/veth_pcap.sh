#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Frames over a veth pair, through the kernel: af_packet sends, libpcap receives, the books balance. Works in a lab of
# its own; no interface of this machine is touched.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
make_lab

# is_written: the capture has every frame by now
is_written() {
  "$OVERRUN" check "$scratch/veth.pcap" >/dev/null 2>&1
}

test_the_books_over_a_veth_pair_balance() {
  captured=no
  if command -v tcpdump >/dev/null; then
    "${in_lab[@]}" tcpdump -i ovr0b -w "$scratch/veth.pcap" --time-stamp-precision=nano -B 16384 -U 'udp port 9' \
      2>"$scratch/tcpdump" &
    tcpdump_pid=$!
    at_end "end_ours $tcpdump_pid"
    wait_until 20 grep -q listening "$scratch/tcpdump" && captured=yes
  fi

  expect_exit '[012]' "${in_lab[@]}" "$OVERRUN" run --tx vdev:net_af_packet0,iface=ovr0a --rx vdev:net_pcap0,rx_iface=ovr0b \
    --path direct --rate 20kpps --size 128 --time 2s --rate-tolerance 100% --json "$result"
  books "$result" "$code"
  json "$result" 'l["sent"] > 1000' 'l["unique"] > 0' 'l["unexplained"] >= 0' 'l["corrupt"] == 0'
  if (($(value "$result" 'l["lost"]') > 0)); then
    echo "lost $(value "$result" 'l["lost"]') of $(value "$result" 'l["sent"]'), unexplained $(value "$result" 'l["unexplained"]')"
  fi

  if [[ $captured == yes ]]; then
    # what the kernel has for it is written a moment later
    (($(value "$result" 'l["sent"] - l["unique"]') > 0)) || wait_until 20 is_written || true
    kill -INT "$tcpdump_pid"
    wait "$tcpdump_pid" || true
    expect_exit '[01]' "$OVERRUN" check "$scratch/veth.pcap"
    if grep -q '^0 packets dropped by kernel' "$scratch/tcpdump" && (($(value "$result" 'l["sent"] - l["unique"]') == 0)); then
      ((code == 0)) || fail "tcpdump dropped nothing, but overrun check finds losses: $(cat "$out")"
    fi
  fi
}

run_tests
