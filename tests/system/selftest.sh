#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The tester's own limits, as a user asks for them: exit codes, bad input, the JSON's form, a signal, a kernel interface.
# How fast anything is decides nothing here.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

result=$scratch/selftest.json

# answered CODE: the answer follows from the trials, whose books balance, and from the exit code
answered() {
  json "$result" \
    'd["schema"] == "overrun.result/1" and d["command"] == "selftest"' \
    "d['exit_code'] == $1 and {'pass': 0, 'loss': 1}[d['verdict']] == $1" \
    'len(d["trials"]) > 0' \
    'all(s["trial"]["ledger"]["sent"] > 0 for s in d["trials"])' \
    'all(s["trial"]["ledger"]["lost"] == s["trial"]["ledger"]["sent"] - s["trial"]["ledger"]["unique"] for s in d["trials"])' \
    'all(s["trial"]["ledger"]["unexplained"] == 0 for s in d["trials"] if s["purpose"] != "send")' \
    'd["selftest"]["send"]["rate_fps"] > 0 and d["selftest"]["check"]["rate_fps"] > 0' \
    '(d["verdict"] == "pass") == (d["selftest"]["sustained"]["rate_fps"] is not None)' \
    'd["verdict"] != "pass" or d["trials"][-1]["purpose"] == "confirm" and d["trials"][-1]["outcome"] == "sustained"' \
    'd["verdict"] != "pass" or abs(d["trials"][-1]["asked_fps"] - d["selftest"]["sustained"]["rate_fps"]) < 1'
}

# on the wire, in its shortest form; the text says what the JSON does
expect_exit '[01]' "$OVERRUN" selftest --time 30ms --json "$result"
answered "$code"
for word in send check "sustain" "core"; do
  grep -q "^  $word" "$out" || fail "the report does not say '$word'"
done
json "$result" '[s["purpose"] for s in d["trials"]][0] == "send"' 'len(d["selftest"]["stalls"]) == 2' \
  'd["plan"]["time"] == "30ms"'
has_form result "$result"

# what changes the datapath is honoured, and JSON on stdout replaces the text
expect_exit '[01]' "$OVERRUN" selftest --time 20ms --size 128,1518 --burst 16 --rxq 2 --txq 2 --streams 8 --rxd 512 --vlan 7 --ip 6 \
  --line 1G --seed 3 --quiet --json -
cp "$out" "$result"
answered "$code"
json "$result" 'd["plan"]["size"] == "128,1518" and d["plan"]["burst"] == "16" and d["plan"]["streams"] == "8"' \
  'all(s["plan"]["ip"] == "6" and s["plan"]["vlan"] == "7" and s["plan"]["seed"] == "3" for s in d["trials"])' \
  'all(s["plan"]["rxd"] == "512" and s["plan"]["line"] == "1G" for s in d["trials"] if s["purpose"] == "sustain")' \
  'd["selftest"]["sustained"]["limit_fps"] <= 1e9 / 8 / 843 + 1'

# the effective plan is a plan
expect_exit 0 "$OVERRUN" selftest --size 256 --dry-run
cp "$out" "$scratch/plan.yaml"
expect_exit 0 "$OVERRUN" selftest --plan "$scratch/plan.yaml" --dry-run
cmp "$out" "$scratch/plan.yaml" || fail "the effective plan does not read back"

# a port on which nothing arrives: a reason, and no number
expect_exit 1 "$OVERRUN" selftest --time 20ms --port vdev:net_null0,no-rx=1 --json "$result"
json "$result" 'd["verdict"] == "loss" and "arrived" in d["reasons"][0]' 'd["selftest"]["sustained"] is None'

refuse() {
  expect_exit 3 timeout 30 "$OVERRUN" selftest "$@"
  one_sentence selftest "$@"
}
refuse --rate 5mpps
refuse --stall 1ms/10ms
refuse --service 5mpps
refuse --count 1000
refuse --shape poisson
refuse --max-loss 1%
refuse --rate-tolerance 1%
refuse --on-full wait
refuse --catch-up
refuse --path dut
refuse --trial-id 7
refuse --csv "$scratch/series.csv"
refuse --capture "$scratch/loss.pcap"
refuse --rx wire:1,drop=1%
refuse --time none
refuse --nonsense
grep -q "help selftest" "$err" || fail "the help of another command is pointed at: $(<"$err")"
refuse --size 63
refuse --json "$scratch/no/such/folder/result.json"
refuse --port vdev:net_no_such_driver0
refuse -- --bogus

# a signal ends it, with what there is
env --default-signal=INT "$OVERRUN" selftest --time 20s --json "$result" >"$out" 2>"$err" </dev/null &
pid=$!
at_end "kill -KILL $pid 2>/dev/null"
for ((i = 0; i < 100; i++)); do
  (($(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l) >= 3)) && break
  sleep 0.1
done
sleep 0.5
kill -INT "$pid"
code=0
wait "$pid" || code=$?
((code == 2)) || fail "SIGINT: exit code $code, not 2: $(<"$err")"
grep -q "VOID: .*stopped by a signal" "$out" || fail "SIGINT: no reason was printed: $(<"$out")"
json "$result" 'd["verdict"] == "void" and d["exit_code"] == 2 and len(d["reasons"]) == 1'
nothing_left

# a kernel interface: its own limit, and everything is put back
((EUID == 0)) && command -v ip >/dev/null || exit 0
make_lab
expect_exit '[01]' "${in_lab[@]}" "$OVERRUN" selftest --tx netdev:ovr0a --rx netdev:ovr0b --time 50ms --json "$result"
answered "$code"
json "$result" 'd["trials"][0]["purpose"] == "flood"' 'd["selftest"]["send"]["port"] == "netdev:ovr0a"'
links=$("${in_lab[@]}" ip -d link show)
[[ $links != *xdp* && $links != *PROMISC* ]] || fail "left on the interfaces: $links"
nothing_left
