#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A small sample of scripts/attack: random commands under random signals and limits. The seed is printed; the long form takes
# --count 300 and --count 100.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
seed=${SEED:-$RANDOM}
# A loaded machine may take longer to end than 2 s.
"$PYTHON" "$SOURCE_ROOT/scripts/attack" signals --count 5 --seed "$seed" --patience 20 --overrun "$OVERRUN" || fail "signals, seed $seed"
"$PYTHON" "$SOURCE_ROOT/scripts/attack" limits --count 4 --seed "$seed" --patience 20 --overrun "$OVERRUN" || fail "limits, seed $seed"
