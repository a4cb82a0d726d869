#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The VM boots, overrun runs in it over the embedded wire, and the books balance.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm
vm_books wire
json "$results/wire.json" 'l["sent"] == 2000' 'l["unexplained"] == 0' '"TCG" in d["environment"]["cpu_model"]' \
  "d['environment']['kernel'].split()[1] == '$(<"$results/kernel")'"
vm_books lossy
json "$results/lossy.json" 'l["sent"] == 2000' 'l["unexplained"] == 0' 'frames("path") == 20'
