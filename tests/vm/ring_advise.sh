#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# An advice for an interface with a real driver is tried on the NIC's own ring too. Whatever ends the command, the ring is what it
# was afterwards, and what `ring set` has saved stays.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3 --smp 3

# The tries may all be disturbed here: then it is void, and says so. Which rings they were made with is the same.
[[ $(<"$results/advice.code") == [02] ]] || fail "the advice ended with $(<"$results/advice.code"): $(cat "$results/advice.txt")"
json "$results/advice.json" 'd["advice"]["nic"] == {"ring": 2048, "refused_ring": None, "refused": None}' \
  'len(d["advice"]["tries"]) > 0' 'all(t["nic_ring"] == t["ring"] for t in d["advice"]["tries"])' \
  'd["verdict"] != "void" or d["advice"]["command"] is None'
# a void advice recommends nothing
if [[ $(<"$results/advice.code") == 0 ]]; then
  json "$results/advice.json" \
    "d['advice']['command'] == 'ethtool -G $(<"$results/name") rx %u' % d['advice']['ring']"
  ring=$(value "$results/advice.json" 'd["advice"]["ring"]')
  grep -q "^  ring $ring  *(NIC $ring) " "$results/advice.txt" ||
    fail "the rings of the tries are not told: $(cat "$results/advice.txt")"
fi

same() {
  cmp "$results/$1" "$results/$2" || fail "$1 is '$(<"$results/$1")', $2 is '$(<"$results/$2")'"
}
[[ $(<"$results/before.ethtool") == '2048 512' ]] || fail "the rings were '$(<"$results/before.ethtool")'"
for moment in after KILL-after TERM-after; do
  same before.ethtool "$moment.ethtool"
done
for signal in KILL TERM; do
  ! cmp -s "$results/before.ethtool" "$results/$signal-running.ethtool" || fail "the ring was not set before SIG$signal"
done
[[ $(<"$results/TERM.code") == 2 ]] || fail "ended by a signal with $(<"$results/TERM.code")"
read -r rx tx <"$results/KILL-running.ethtool"
grep -q "rings rx 2048 tx 512 put back, they were rx $rx tx $tx " "$results/KILL.said" || fail "not said: $(cat "$results/KILL.said")"
same saved.before saved.after
[[ ! -s $results/left ]] || fail "journals are left: $(<"$results/left")"
