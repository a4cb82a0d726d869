#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Help knows every option, and the manual page is made from the same rows.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

keys=(tx rx path line rxd txd rxq txq burst mbufs size templates ip vlan src-mac dst-mac streams rate shape time count
  on-full catch-up stall service window tmax delta cores numa warmup drain settle stall-min interval series-rows event-gap max-loss rate-tolerance
  seed trial-id json checkpoint csv capture capture-frames quiet port plan dry-run)

expect_exit 0 "$OVERRUN" help
for command in run burst check plan-ring ring search selftest sweep watch help version; do
  grep -qw "$command" "$out" || fail "'overrun help' does not name '$command'"
done
expect_exit 0 "$OVERRUN" version
grep -Eq '[0-9]+\.[0-9]+' "$out" || fail "'overrun version' names no version"

expect_exit 0 "$OVERRUN" help run
cp "$out" "$scratch/help"
for key in "${keys[@]}"; do
  grep -q -- "--$key\b" "$scratch/help" || fail "'overrun help run' does not name --$key"
done
expect_exit 0 "$OVERRUN" run --help
cmp "$out" "$scratch/help" || fail "'overrun run --help' and 'overrun help run' differ"
expect_exit 0 "$OVERRUN" help check
expect_exit 0 "$OVERRUN" help ring
for key in rx tx rx-mini rx-jumbo link-timeout line all json quiet soak margin confidence cover; do
  grep -q -- "--$key\b" "$out" || fail "'overrun help ring' does not name --$key"
done
cp "$out" "$scratch/help-ring"
expect_exit 0 "$OVERRUN" ring --help
cmp "$out" "$scratch/help-ring" || fail "'overrun ring --help' and 'overrun help ring' differ"
expect_exit 0 "$OVERRUN" help watch
cp "$out" "$scratch/help"
expect_exit 0 "$OVERRUN" watch --help
cmp "$out" "$scratch/help" || fail "'overrun watch --help' and 'overrun help watch' differ"

expect_exit 0 "$OVERRUN" help selftest
for key in tx rx size time rxq txq burst rxd txd streams cores json quiet plan dry-run; do
  grep -q -- "--$key\b" "$out" || fail "'overrun help selftest' does not name --$key"
done
for key in rate stall service count shape max-loss csv capture; do
  grep -q -- "^  --$key " "$out" && fail "'overrun help selftest' names --$key, which it does not have"
done
cp "$out" "$scratch/help"
expect_exit 0 "$OVERRUN" selftest --help
cmp "$out" "$scratch/help" || fail "'overrun selftest --help' and 'overrun help selftest' differ"

expect_exit 0 "$OVERRUN" help plan-ring
for key in line rate size rxq imbalance stall service margin rxd held-back buffer json; do
  grep -q -- "^  --$key " "$out" || fail "'overrun help plan-ring' does not name --$key"
done
for key in tx count time; do
  grep -q -- "^  --$key " "$out" && fail "'overrun help plan-ring' names --$key, which it does not have"
done
cp "$out" "$scratch/help"
expect_exit 0 "$OVERRUN" plan-ring --help
cmp "$out" "$scratch/help" || fail "'overrun plan-ring --help' and 'overrun help plan-ring' differ"

expect_exit 0 "$OVERRUN" help search
for key in algorithm goals sum-time exceed width initial-time attempts retry-loss min-rate max-rate step search-time sizes time \
  service json quiet plan dry-run; do
  grep -q -- "--$key\b" "$out" || fail "'overrun help search' does not name --$key"
done
for key in rate count shape max-loss csv capture interval; do
  grep -q -- "^  --$key " "$out" && fail "'overrun help search' names --$key, which it does not have"
done

expect_exit 0 "$OVERRUN" help selftest --man
grep -q '^\.TP' "$out" || fail "the manual page of selftest has no list of options"
expect_exit 0 "$OVERRUN" help run --man
sed 's/\\f[BIR]/ /g; s/\\//g' <"$out" >"$scratch/man"
for key in "${keys[@]}"; do
  grep -q -- "--$key\b" "$scratch/man" || fail "the manual page's list lacks --$key"
done
if command -v groff >/dev/null; then
  { echo '.TH T 1' && cat "$out"; } >"$scratch/page.1"
  complaints=$(groff -man -ww -z -Tutf8 -Kutf8 "$scratch/page.1" 2>&1) || true
  [[ -z $complaints ]] || fail "the manual page's list is no clean roff: $complaints"
fi
nothing_left
