#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What --dry-run prints is a plan that prints as itself again, whatever the options were.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# roundtrip_of "COMMAND" OPTION…
roundtrip_of() {
  local command
  read -ra command <<<"$1"
  shift
  expect_exit 0 "$OVERRUN" "${command[@]}" "$@" --dry-run
  cp "$out" "$scratch/a.yaml"
  expect_exit 0 "$OVERRUN" "${command[@]}" --plan "$scratch/a.yaml" --dry-run
  cp "$out" "$scratch/b.yaml"
  cmp "$scratch/a.yaml" "$scratch/b.yaml" || {
    diff -u "$scratch/a.yaml" "$scratch/b.yaml" || true
    fail "${command[*]} $*: the plan changed on its way"
  }
}

roundtrip() {
  roundtrip_of run "$@"
}

test_a_plan_of_a_run() {
  roundtrip
  roundtrip --rate 1.234567mpps --size imix --time 1500ms
  roundtrip --rate 33.3% --size 64:7,594:4,1518 --shape poisson --seed 7
  roundtrip --rate 7gbps-l2 --size 1518,64 --shape burst=64,gap=10us --count 1000000
  roundtrip --rxq 4 --txq 2 --streams 64 --rxd 512 --txd 256 --ip 6 --size 128 --vlan 100,200
  roundtrip --stall 200us/10ms,jitter=10% --service 5mpps --window 4096 --tmax 100ms --delta 5
  roundtrip --rx wire:1,speed=40G,drop=0.1%,dup=0.05%,reorder=5:0.1%,delay=10us,fcs=0.01%,corrupt=0.01%,drop-at=1-3+9
  roundtrip --on-full wait --catch-up --numa strict --max-loss 0.001% --rate-tolerance 1% --quiet --path dut
  roundtrip --json "$scratch/with blank.json" --csv "$scratch/it's.csv" --capture "$scratch/a: b #c.pcap" --trial-id 305419896
}

# Commands that have options of their own, and take fewer of a run's.
test_plans_of_other_commands() {
  for command in selftest search burst sweep plan-ring "ring advise wire:1" "ring verify wire:1"; do
    roundtrip_of "$command"
  done
  roundtrip_of search --goals 0%,0.1%,2% --sizes 64,imix --sum-time 5s --exceed 20% --width 2% --search-time 3m
  roundtrip_of search --algorithm binary --attempts 3 --retry-loss 10 --min-rate 10kpps --max-rate 1mpps
  roundtrip_of burst --repeats 3 --burst-max 4000 --burst-step 8 --attempts 2 --throughput 2mpps --actual-rate 1mpps
  roundtrip_of sweep --rings 64..4096 --rates 50%,1mpps --sizes 64,imix --stalls none,100us/10ms --repeats 2
  roundtrip_of plan-ring --line 800G --rxq 8 --imbalance 1.5 --margin 2 --held-back 32 --buffer 4096 --stall 10us/1ms
  roundtrip_of "ring advise wire:1" --baseline 5s --confidence 99% --margin 2 --cover injected --stall 1ms/20ms
}

# An option beats the file, the file beats the default.
test_an_option_beats_the_file_and_the_file_the_default() {
  printf 'rate: 1mpps\nrxd: 512\n' >"$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" run --plan "$scratch/plan.yaml" --rate 2mpps --dry-run
  grep -Eq '^rate: *"?2mpps"?$' "$out" || fail "--rate did not beat the file: $(grep rate "$out")"
  grep -Eq '^rxd: *"?512"?$' "$out" || fail "the file did not beat the default: $(grep rxd "$out")"
  expect_exit 0 "$OVERRUN" run --rate 2mpps --plan "$scratch/plan.yaml" --dry-run
  grep -Eq '^rate: *"?2mpps"?$' "$out" || fail "the order of --rate and --plan matters: $(grep rate "$out")"
}

run_tests
