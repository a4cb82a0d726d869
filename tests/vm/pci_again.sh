#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Several trials of one process on PCI ports: each opens the devices anew, and has the books of its own frames. How fast a
# NIC of QEMU is decides nothing.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3
[[ $(<"$results/code") == [01] ]] || fail "a selftest on PCI ports ended with $(<"$results/code"): $(<"$results/text")"
json "$results/selftest.json" 'd["command"] == "selftest"' 'len(d["trials"]) > 1' 'd["trials"][0]["purpose"] == "flood"' \
  'all(s["verdict"] == "pass" for s in d["trials"])' 'all(s["trial"]["ledger"]["unique"] > 0 for s in d["trials"])' \
  'all(s["trial"]["ledger"]["stale"] == 0 for s in d["trials"])'
[[ ! -s $results/left ]] || fail "left behind: $(cat "$results/left")"
