#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A small sample of scripts/attack: random commands under random signals and limits. The seed is
# printed. The long form is that script, with 300 signals and 100 limits.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
seed=${SEED:-$RANDOM}
echo "# seed $seed"
# attack KIND COUNT; a loaded machine may take longer to end than 2 s
attack() {
  "$PYTHON" "$SOURCE_ROOT/scripts/attack" "$1" --count "$2" --seed "$seed" --patience 20 --overrun "$OVERRUN" ||
    fail "$1, seed $seed"
}

test_random_signals_leave_nothing() {
  attack signals 4
}

test_random_limits_crash_and_hang_nothing() {
  attack limits 3
}

run_tests
