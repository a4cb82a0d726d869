#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A link that goes and comes back while a trial runs voids it, and the frames that found it down are counted all the same.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip
need_cpus 2
make_lab

test_a_link_that_goes_and_comes_back_voids_the_trial() {
  begin "${in_lab[@]}" "$OVERRUN" run --tx netdev:ovr0a --rx netdev:ovr0b --rate 20kpps --time 4s --warmup 0s --rate-tolerance 100% \
    --rxd 2048 --live line --interval 500ms --json "$result"
  wait_until is_sending || fail "nothing is sent: $(<"$err")"
  "${in_lab[@]}" ip link set ovr0b down
  sleep 0.2
  "${in_lab[@]}" ip link set ovr0b up
  code=0
  wait "$pid" || code=$?
  ((code == 2)) || fail "exit code $code, not 2: $(cat "$err" "$out")"
  books "$result" "$code"
  grep -q 'VOID: the link of netdev:ovr0[ab] ' "$out" || fail "the report does not say that the link changed: $(cat "$out")"
  grep -q '^  link lost: ' "$out" || fail "the report does not say when the link was away: $(cat "$out")"
  json "$result" 'l["lost"] > 0' 'l["unexplained"] == 0' 'frames("tx.kernel") > 0' \
    't["duration_ns"] >= 4e9' 't["outages"]["count"] >= 1' \
    'any(o["port"] == "netdev:ovr0b" and o["up_again_ns"] is not None for o in t["outages"]["list"])' \
    'any(s["link_lost"] for s in t["series"])' 'not t["series"][-1]["link_lost"]' 't["series"][-2]["received"] > 0' \
    'any(c["counter"] == "tx_dropped" and c["kind"] == "loss" and c["trust"] == "exact" for c in t["counters"])'
}

run_tests
