#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The tester's own limits, as a user asks for them: exit codes, bad input, the JSON's form, a signal, a kernel interface.
# How fast anything is decides nothing here.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

# answered CODE: the answer follows from the trials, whose books balance, and from the exit code
answered() {
  json "$result" \
    'd["schema"] == "overrun.result/1" and d["command"] == "selftest"' \
    "d['exit_code'] == $1 and {'pass': 0, 'loss': 1}[d['verdict']] == $1" \
    'len(d["trials"]) > 0' \
    'all(s["trial"]["ledger"]["sent"] > 0 for s in d["trials"])' \
    'all(s["trial"]["ledger"]["lost"] == s["trial"]["ledger"]["sent"] - s["trial"]["ledger"]["unique"] for s in d["trials"])' \
    'all(s["trial"]["ledger"]["unexplained"] == 0 for s in d["trials"] if s["purpose"] != "send")' \
    'd["selftest"]["send"]["rate_pps"] > 0 and d["selftest"]["check"]["rate_pps"] > 0' \
    '(d["verdict"] == "pass") == (d["selftest"]["sustained"]["rate_pps"] is not None)' \
    'd["verdict"] != "pass" or d["trials"][-1]["purpose"] == "confirm" and d["trials"][-1]["outcome"] == "sustained"' \
    'd["verdict"] != "pass" or abs(d["trials"][-1]["intended_pps"] - d["selftest"]["sustained"]["rate_pps"]) < 1'
}

# on the wire, in its shortest form; the text says what the JSON does
test_the_text_says_what_the_json_does() {
  expect_trial '[01]' "$OVERRUN" selftest --time 60ms --json "$result"
  answered "$code"
  for word in send check "sustain" "core"; do
    grep -q "^  $word" "$out" || fail "the report does not say '$word'"
  done
  json "$result" '[s["purpose"] for s in d["trials"]][0] == "send"' 'len(d["selftest"]["stalls"]) == 2' \
    'd["plan"]["time"] == "60ms"'
  has_form result "$result"
}

# what changes the datapath is honoured, and JSON on stdout replaces the text
test_what_changes_the_datapath_is_honoured() {
  expect_trial '[01]' "$OVERRUN" selftest --time 100ms --size 128,1518 --burst 16 --rxq 2 --txq 2 --streams 8 --rxd 512 --vlan 7 --ip 6 \
    --line 1G --seed 3 --quiet --json -
  cp "$out" "$result"
  answered "$code"
  json "$result" 'd["plan"]["size"] == "128,1518" and d["plan"]["burst"] == "16" and d["plan"]["streams"] == "8"' \
    'all(s["plan"]["ip"] == "6" and s["plan"]["vlan"] == "7" and s["plan"]["seed"] == "3" for s in d["trials"])' \
    'all(s["plan"]["rxd"] == "512" and s["plan"]["line"] == "1G" for s in d["trials"] if s["purpose"] == "sustain")' \
    'd["selftest"]["sustained"]["limit_pps"] <= 1e9 / 8 / 843 + 1'
}

# the effective plan is a plan
test_the_effective_plan_reads_back() {
  expect_exit 0 "$OVERRUN" selftest --size 256 --dry-run
  cp "$out" "$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" selftest --plan "$scratch/plan.yaml" --dry-run
  cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back"
}

# a port on which nothing arrives: a reason, and no number
test_a_port_on_which_nothing_arrives_has_no_number() {
  expect_trial 1 "$OVERRUN" selftest --time 20ms --port vdev:net_null0,no-rx=1 --json "$result"
  json "$result" 'd["verdict"] == "loss" and "arrived" in d["reasons"][0]' 'd["selftest"]["sustained"] is None'
}

# a signal ends it, with what there is
test_a_signal_ends_it_with_what_there_is() {
  begin "$OVERRUN" selftest --time 1s --json "$result"
  wait_until is_in_a_later_trial || fail "no trial ended: $(<"$err")"
  end_by INT
  ((code == 2)) || fail "SIGINT: exit code $code, not 2: $(<"$err")"
  grep -q "VOID: .*stopped by a signal" "$out" || fail "SIGINT: no reason was printed: $(<"$out")"
  json "$result" 'd["verdict"] == "void" and d["exit_code"] == 2 and len(d["reasons"]) == 1' 'd["trials"][0]["purpose"] == "send"'
}

# a kernel interface: its own limit, and everything is put back
test_a_kernel_interface_has_a_limit_of_its_own() {
  make_lab
  expect_trial '[01]' "${in_lab[@]}" "$OVERRUN" selftest --tx netdev:ovr0a --rx netdev:ovr0b --time 50ms --json "$result"
  answered "$code"
  json "$result" 'd["trials"][0]["purpose"] == "saturation"' 'd["selftest"]["send"]["port"] == "netdev:ovr0a"'
  interfaces_are_clean
}

run_tests
