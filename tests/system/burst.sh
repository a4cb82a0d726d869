#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The longest burst as a user asks for it: exact where nobody reads, a line of slope 1 over ring sizes where a slow receiver
# does, exit codes, bad input, the JSON's form.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

test_the_effective_plan_reads_back() {
  expect_exit 0 "$OVERRUN" burst --repeats 7 --burst-max 5ms --throughput 80% --dry-run
  cp "$out" "$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" burst --plan "$scratch/plan.yaml" --dry-run
  cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back as itself"
}

# nobody reads while frames arrive: the longest burst is the ring, whatever this machine does meanwhile
test_the_longest_burst_is_the_ring_where_nobody_reads() {
  expect_trial 0 "$OVERRUN" burst --stall unread --rxd 6 --burst-max 9 --repeats 1 --drain 1ms --actual-rate 50% --json "$result"
  json "$result" 'd["command"] == "burst" and d["verdict"] == "pass"' 'd["back_to_back"]["frames"]["average"] == 6' \
    'abs(d["back_to_back"]["buffer"]["frames"] - 6) < 1e-6' \
    'd["back_to_back"]["buffer"]["actual_pps"] > 7e6 and d["back_to_back"]["buffer"]["actual_s"] is None' \
    'd["back_to_back"]["throughput"]["rate_pps"] == 0' 'len(d["back_to_back"]["deviations"]) == 3' \
    'all(t["whole"] == (t["frames"] <= 6) for t in d["trials"])'
  for word in "longest burst" implied corrected "actual .*not below the throughput" search deviates; do
    grep -q "$word" "$out" || fail "the report does not say '$word'"
  done
  has_form result "$result"
}

test_a_limit_that_is_too_low_is_void() {
  expect_exit 2 "$OVERRUN" burst --stall unread --burst-max 1 --repeats 3 --drain 1ms --json "$result"
  json "$result" 'd["verdict"] == "void" and "limit" in d["reasons"][0]' 'd["back_to_back"]["buffer"] is None'
}

test_a_wire_that_drops_all_passes_no_frame() {
  expect_exit 1 "$OVERRUN" burst --rx wire:1,drop=100% --drain 1ms --json "$result"
  json "$result" '"single frame" in d["reasons"][0]'
}

# RFC 9004's identity: frames of buffer against the ring's size, by medians. A machine that disturbs so many bursts that no search
# has an answer, or that it takes long, shows nothing
test_frames_of_buffer_follow_the_ring() {
  for ring in 128 1024; do
    code=0
    timeout 7 "$OVERRUN" burst --rxd "$ring" --service 200kpps --line 1G --repeats 3 --drain 2ms --quiet \
      --burst-max $((2 * ring)) --burst-step $((ring / 128)) --json "$scratch/$ring.json" >"$out" 2>"$err" </dev/null || code=$?
    case $code in
      0) ;;
      124) skip "too many bursts were disturbed for three searches with a ring of $ring within 7 s" ;;
      1 | 2) skip "no three undisturbed searches with a ring of $ring: $(grep '^verdict' "$out")" ;;
      *) fail "the search with a ring of $ring ended with $code: $(cat "$err")" ;;
    esac
  done
  "$PYTHON" - "$scratch" <<'END' || fail "frames of buffer do not follow the ring"
import json, sys
frames = {}
for ring in (128, 1024):
    burst = json.load(open(f"{sys.argv[1]}/{ring}.json"))["back_to_back"]
    frames[ring] = burst["frames"]["median"] * (1 - burst["throughput"]["rate_pps"] / burst["max_pps"])
slope = (frames[1024] - frames[128]) / (1024 - 128)
print(frames, f"slope {slope:.4f}")
sys.exit(abs(slope - 1) > 0.05)
END
}

run_tests
