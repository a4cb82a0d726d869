#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The prediction of `overrun tcp` beside TCP of this kernel: the quick cells of scripts/tcp-model, two of each kind of
# loss, all flows at a time. Seven of eight must agree within a factor of 1.5, so that no kind can be wrong. A host that
# stands still may spoil a cell: then once more, for twice as long. scripts/tcp-model runs all cells.
#
#   tests/system/tcp_model.sh [--count N] [--seed S]
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
sample 8 1 "$@"

# model EVENTS SECONDS: flows of so many loss events, and of so many seconds at most
model() {
  "$PYTHON" "$SOURCE_ROOT/scripts/tcp-model" --overrun "$OVERRUN" --rtt 20 --count "$count" --seed "$seed" --frames 20000 --jobs 8 \
    --cells "random 1%,random 3%,periodic 1%,periodic 3%,bursts of 5 1%,bursts of 5 3%,reorder 2,reorder 6" --events "$1" --at-most "$2"
}

test_tcp_reaches_what_was_predicted() {
  need_veth
  model 30 12 || model 60 24 || fail "TCP does not reach what was predicted (--count $count --seed $seed)"
}

run_tests
