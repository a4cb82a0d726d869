#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The default run takes less than 300 MB of memory.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

test_the_default_run_takes_less_than_300_mb() {
  "$PYTHON" - "$OVERRUN" <<'EOF' || fail "the default run takes too much memory, or did not run"
import resource, subprocess, sys
run = subprocess.run([sys.argv[1], "run", "--time", "500ms", "--quiet"], stdin=subprocess.DEVNULL, capture_output=True)
peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
print(f"exit code {run.returncode}, {peak_mb:.0f} MB at most")
if run.returncode not in (0, 1, 2):
    sys.stdout.write(run.stderr.decode())
    sys.exit(1)
sys.exit(0 if peak_mb < 300 else 1)
EOF
}

run_tests
