#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the losses of a trial mean for TCP: the figures of a run over the wire, its bounds, and what is refused.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# trial FILE RATE PORT: 2 s; how much of its schedule the sender kept does not matter here
trial() {
  expect_trial '[01]' "$OVERRUN" run --time 2s --rate "$2" --rate-tolerance 100% --quiet --json "$1" --rx "$3"
}

made=$scratch
trial "$made/random.json" 5kpps wire:1,drop=5%
trial "$made/clean.json" 5kpps wire:1

# impact EXPRESSION…: of the answer in $scratch/impact.json, as d; alone and shared are the flows of the first RTT
impact() {
  "$PYTHON" - "$scratch/impact.json" "$@" <<'PY'
import json, sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
flows = {f["reading"]: f for f in d["rtts"][0]["flows"]} if d["rtts"] else {}
rates = {(name, r["algorithm"]): r for name, f in flows.items() for r in f["rates"]}
for expression in sys.argv[2:]:
    if not eval(expression, {"d": d, "rates": rates, **flows}):
        sys.exit(f"not so: {expression}\n{json.dumps(d, indent=1)}")
PY
}

test_the_answer_follows_its_schema_and_the_counts_of_the_trial() {
  expect_exit 0 "$OVERRUN" tcp "$made/random.json" --rtt 20ms --json "$scratch/impact.json"
  has_form tcp-impact "$scratch/impact.json"
  json "$made/random.json" 't["total"]["loss"]["frames"] > 5'
  impact 'd["measured"]["lost"] > 5' 'alone["p"] <= d["measured"]["lost"] / d["measured"]["sent"] * 1.000001' \
    'abs(alone["mathis_bps"] - 1448 * 8 * 1.2247449 / 0.02 / alone["p"] ** 0.5) < 1' \
    'rates["alone", "cubic"]["low_bps"] < rates["alone", "cubic"]["bps"] < rates["alone", "cubic"]["high_bps"]' \
    'rates["alone", "bbr"]["bps"] is None' 'abs(alone["fast_ratio"] + alone["rto_ratio"] - 1) < 1e-9'
  says 'bbr unknown: its rate follows the bottleneck'
}

test_algorithms_and_times_are_those_that_were_asked_for() {
  expect_exit 0 "$OVERRUN" tcp "$made/random.json" --rtt 5ms,50ms --cc reno --mss 536 --json "$scratch/impact.json"
  impact '[r["rtt_ns"] for r in d["rtts"]] == [5000000, 50000000]' 'list(rates) == [("shared", "reno"), ("alone", "reno")]' \
    'd["mss_bytes"] == 536'
}

test_no_loss_is_a_lower_bound() {
  expect_exit 0 "$OVERRUN" tcp "$made/clean.json" --rtt 20ms --json "$scratch/impact.json"
  impact 'd["is_bound"]' 'alone["p"] is None' 'abs(alone["p_high"] * d["measured"]["sent"] - 3) < 0.1' \
    'rates["alone", "reno"]["bps"] is None' 'rates["alone", "reno"]["low_bps"] > 0'
  says 'at least'
}

test_a_void_result_says_nothing_but_why() {
  # a sender that cannot keep its schedule
  expect_exit 2 "$OVERRUN" run --time 500ms --rate 400gbps --line 400G --rate-tolerance 0% --quiet --json "$result"
  expect_exit 2 "$OVERRUN" tcp "$result" --json "$scratch/impact.json"
  impact 'd["unknown"].startswith("the result is void: ")' 'd["rtts"] == []' 'd["measured"] is None'
}

test_the_page_of_a_result_has_it() {
  expect_exit 0 "$OVERRUN" report "$made/random.json"
  says 'What it means for TCP'
}

test_what_is_wrong_is_refused_in_a_sentence() {
  echo '{}' >"$scratch/empty.json"
  refused() {
    expect_exit 3 "$OVERRUN" tcp "$@"
    (($(wc -l <"$err") == 1)) || fail "'tcp $*' is answered in more than a line: $(<"$err")"
  }
  refused
  refused "$made/random.json" "$made/clean.json"
  refused "$scratch/empty.json"
  refused "$made/random.json" --rtt 0
  refused "$made/random.json" --rtt 20ms,
  refused "$made/random.json" --rtt 1,2,3,4,5,6,7,8,9
  refused "$made/random.json" --cc vegas
  refused "$made/random.json" --mss 5
  refused "$scratch/missing.json"
}

run_tests
