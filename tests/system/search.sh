#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The highest load within a loss ratio, as a user asks for it: a slow receiver's rate, exit codes, bad input, the JSON's form,
# a signal; and on a pair of virtual interfaces a search that ends by itself.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

short=(--time 50ms --sum-time 150ms --warmup 20ms --drain 20ms --settle 5ms)
tiny=(--time 20ms --warmup 0 --drain 5ms --settle 1ms --rate-tolerance 100% --search-time 5s)

# answered CODE: what holds of every search, however noisy the machine is
answered() {
  json "$result" \
    'd["schema"] == "overrun.result/1" and d["command"] == "search"' \
    "d['exit_code'] == $1 and {'pass': 0, 'loss': 1}[d['verdict']] == $1" \
    'all(t["lost"] == t["sent"] - t["unique"] and t["unexplained"] == 0 for t in d["trials"])' \
    '[t["number"] for t in d["trials"]] == list(range(1, len(d["trials"]) + 1))' \
    '1 in d["search"]["warm_up_trials"]' \
    'all((a["lower_pps"] is None) == (a["conditional_throughput_pps"] is None) for s in d["search"]["sizes"] for a in s["answers"])' \
    'all(a["end"] != "found" or a["lower_pps"] < a["upper_pps"] for s in d["search"]["sizes"] for a in s["answers"])' \
    'all(s["trials"] >= sum(o["trials"] for o in s["loads"]) for s in d["search"]["sizes"])' \
    '(d["verdict"] == "pass") == all(s["reason"] is None for s in d["search"]["sizes"])'
}

# A receiver that takes 500 kpps: its ring of 128 hides 128 frames of the 25,000 of a trial, half a percent of the rate, and the
# sender's own shortfall widens the bounds; the truth is within them.
test_the_rate_of_a_slow_receiver_is_found() {
  expect_exit '[01]' "$OVERRUN" search "${short[@]}" --service 500kpps --rxd 128 --max-rate 1mpps --goals 1% --width 2% --search-time 3s --quiet \
    --json "$result" --csv "$scratch/search.csv"
  head -1 "$scratch/search.csv" | grep -q '^size,mean_bytes,theoretical_pps,' || fail "the CSV has no header: $(<"$scratch/search.csv")"
  (($(wc -l <"$scratch/search.csv") == 2)) || fail "the CSV does not have a row for the goal: $(<"$scratch/search.csv")"
  answered "$code"
  json "$result" '"NaN" not in str(d)' \
    'd["search"]["sizes"][0]["answers"][0]["end"] != "found" or d["search"]["sizes"][0]["answers"][0]["lower_pps"] < 520e3' \
    'd["search"]["sizes"][0]["tester_limit"]["load_pps"] <= 1e6' \
    'all((a["latency_ns"] is None) == (a["lower_pps"] is None) for s in d["search"]["sizes"] for a in s["answers"])' \
    'all(0 < o["latency_ns"]["min"] <= o["latency_ns"]["p50"] <= o["latency_ns"]["p99"] for o in d["search"]["sizes"][0]["loads"])' \
    'any(s["latency_ns"]["p99"] > 0 for s in d["trials"] if s["latency_ns"])' \
    'all(o["loss_ratio"] > 0.25 for o in d["search"]["sizes"][0]["loads"] if o["achieved_pps"] > 700e3)'
  for word in "tester limit" "% of it" "1 %" FRMOL "warm-up trial" "Not as RFC 2544" "Goal 1 %"; do
    says "$word" || fail "the report does not say '$word'"
  done
  # on a busy machine the time may be over before a trial loses frames
  (($(value "$result" 'sum(o["lossy"] for o in d["search"]["sizes"][0]["loads"])') == 0)) || says "Own receiver" ||
    fail "the report does not say whose receiver lost frames"
  has_form result "$result"
  expect_exit 0 "$OVERRUN" report "$result"
  [[ $(value "$result" 'd["search"]["sizes"][0]["answers"][0]["latency_ns"] is None') == True ]] ||
    grep -q 'Latency at the found loads' "$out" || fail "the page's tables have no latency: $(<"$out")"
}

# What a ring that is not read holds is the limit (how exactly, tests/dp/jobs/search asserts). JSON replaces the text.
test_json_on_stdout_replaces_the_text() {
  expect_exit '[01]' "$OVERRUN" search --algorithm binary --attempts 1 "${tiny[@]}" --stall unread --rxd 256 --min-rate 10kpps \
    --max-rate 15kpps --goals ndr --width 20% --quiet --json -
  cp "$out" "$result"
  answered "$code"
  json "$result" 'd["plan"]["attempts"] == "1" and d["plan"]["goals"] == "ndr"'
}

# sizes have answers of their own, and a curve has none
test_sizes_have_answers_of_their_own() {
  expect_exit '[01]' "$OVERRUN" search --algorithm binary --attempts 3 "${tiny[@]}" --max-rate 40kpps --goals ndr --sizes 64,512 --quiet \
    --json "$result"
  answered "$code"
  json "$result" '[s["size"] for s in d["search"]["sizes"]] == ["64", "512"]' 'all(t["attempt"] <= 3 for t in d["trials"])'
}

test_a_curve_has_no_answers() {
  expect_exit '[01]' "$OVERRUN" search --algorithm curve --step 10% "${tiny[@]}" --max-rate 20kpps --quiet --json "$result"
  answered "$code"
  json "$result" 'd["search"]["sizes"][0]["answers"] == []' \
    'd["search"]["sizes"][0]["curve_complete"] == ([o["lost"] for o in d["search"]["sizes"][0]["loads"]][-2:] == [0, 0])'
}

# the effective plan is a plan
test_the_effective_plan_reads_back() {
  expect_exit 0 "$OVERRUN" search --goals ndr,1% --sizes 64,imix --dry-run
  cp "$out" "$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" search --plan "$scratch/plan.yaml" --dry-run
  cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back"
}

# no number where there is none: a reason. It ends early where the time is over, too
test_it_ends_where_its_time_is_over() {
  expect_exit '[01]' "$OVERRUN" search "${short[@]}" --service 500kpps --width 0.01% --sum-time 10s --search-time 500ms --json "$result"
  answered "$code"
  # its sums alone, of 10 s for each load, would take minutes
  json "$result" 'd["exit_code"] == 0 or "--search-time was over" in d["reasons"][0]' 'all(s["spent_ns"] < 60e9 for s in d["search"]["sizes"])'
}

test_a_port_on_which_nothing_arrives_has_no_number() {
  expect_exit 1 "$OVERRUN" search "${short[@]}" --port vdev:net_null0,no-rx=1 --json "$result"
  json "$result" '"nothing that" in d["reasons"][0]' 'd["search"]["sizes"][0]["answers"] == []' 'd["search"]["sizes"][0]["loads"] == []'
}

test_without_a_load_to_try_there_is_a_reason() {
  expect_exit 1 "$OVERRUN" search "${short[@]}" --max-rate 10kpps --min-rate 90% --json "$result"
  json "$result" '"no load was tried" in d["reasons"][0]' 'd["search"]["sizes"][0]["loads"] == []'
}

# a signal ends it, with what there is
test_a_signal_ends_it_with_what_there_is() {
  begin "$OVERRUN" search --time 100ms --sum-time 10m --json "$result"
  wait_until is_in_a_later_trial || fail "no trial ended: $(<"$err")"
  end_by INT
  ((code == 2)) || fail "SIGINT: exit code $code, not 2: $(<"$err")"
  grep -q "VOID: .*stopped by a signal" "$out" || fail "SIGINT: no reason was printed: $(<"$out")"
  json "$result" 'd["verdict"] == "void" and d["exit_code"] == 2' 'len(d["trials"]) > 0 and len(d["search"]["sizes"]) == 1' \
    'all(o["trials"] > 0 for o in d["search"]["sizes"][0]["loads"])'
}

# A kernel interface: it ends by itself, within its time, with what it rests on; a link that is down is a sentence.
test_on_kernel_interfaces_it_ends_within_its_time() {
  make_lab
  expect_exit '[01]' "${in_lab[@]}" "$OVERRUN" search --tx netdev:ovr0a --rx netdev:ovr0b "${short[@]}" --width 5% \
    --goals 5% --rxd 2048 --search-time 3s --quiet --json "$result"
  answered "$code"
  json "$result" 'd["search"]["sizes"][0]["trials"] > 0' 'd["search"]["sizes"][0]["tester_limit"]["load_pps"] > 0' \
    'd["search"]["sizes"][0]["spent_ns"] < 60e9'
  grep -q "irregular:" "$out" || fail "the report does not say how many trials were irregular"
}

test_a_link_that_is_down_is_a_sentence() {
  make_lab
  "${in_lab[@]}" ip link set ovr0b down
  expect_exit 3 "${in_lab[@]}" "$OVERRUN" search --tx netdev:ovr0a --rx netdev:ovr0b --link-timeout 100ms
  one_sentence search on a dead link
  interfaces_are_clean
}

run_tests
