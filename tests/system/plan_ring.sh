#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What plan-ring calculates, as a user types it in. No port, no EAL: the numbers are exact.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# 100 us at 10G line rate: 1,489 slots.
test_a_stall_at_line_rate_needs_its_slots() {
  expect_exit 0 "$OVERRUN" plan-ring --stall 100us/10ms --margin 1 --json "$result"
  says '2048 is enough: 1,489 slots for 100 µs, so 1,490 descriptors at least' || fail "no answer: $(cat "$out")"
  grep -Eq '^ +512 +511 +34\.3 µs +977 +0\.6566 % +1 MiB$' "$out" || fail "no row of 512: $(cat "$out")"
  json "$result" 'd["schema"] == "overrun.ring/1"' 'd["command"] == "plan-ring"' 'd["verdict"] == "pass"' \
    'd["model"]["slots"] == 1489' 'd["model"]["descriptors"] == 1490' 'd["model"]["ring"] == 2048' \
    'd["plan"]["margin"] == "1"' \
    '[r["descriptors"] for r in d["rings"]] == [128, 256, 512, 1024, 2048, 4096, 8192]' \
    '[round(r["buffer_time_ns"]) for r in d["rings"]][2:6] == [34339, 68746, 137558, 275184]' \
    '[r["lost_per_stall"] for r in d["rings"]][4:] == [0, 0, 0]'
}

# Bursts of 4,000 frames/s served at 2,500: 751 slots before any stall, 25 more for one of 10 ms.
test_bursts_need_slots_without_any_stall() {
  expect_exit 0 "$OVERRUN" plan-ring --rate 4kpps --shape burst=2000,gap=500ms --service 2500pps --stall 10ms/1s --margin 1 \
    --json "$result"
  says '1024 is enough: 776 slots' || fail "no answer for bursts: $(cat "$out")"
  says '751 of these slots are needed without any stall' || fail "nothing of bursts alone: $(cat "$out")"
  json "$result" 'd["model"]["slots"] == 776' 'd["model"]["burst_slots"] == 751' 'd["model"]["burst_frames"] == 2000' \
    'd["model"]["gap_ns"] == 500000000' 'd["model"]["service_pps"] == 2500' 'd["model"]["ring"] == 1024'
}

# Four queues at 100G, the fullest with a quarter more than its share: 931 slots for 20 us.
test_the_fullest_queue_decides() {
  expect_exit 0 "$OVERRUN" plan-ring --line 100G --rxq 4 --imbalance 1.25 --stall 20us/1ms --margin 1 --json -
  cp "$out" "$result"
  json "$result" 'd["model"]["slots"] == 931' 'd["model"]["ring"] == 1024' 'round(d["model"]["arrival_pps"]) == 46502976'
}

# A receiver of 20 Mpps drains in 291 us; one that is slower than the arrivals is an overload with any ring.
test_a_slow_receiver_drains_after_a_stall() {
  expect_exit 0 "$OVERRUN" plan-ring --stall 100us/10ms --service 20mpps
  says '291 µs after a stall' || fail "no drain: $(cat "$out")"
}

test_an_overload_is_one_with_any_ring() {
  expect_exit 1 "$OVERRUN" plan-ring --rate 1.05mpps --service 1mpps --json "$result"
  says 'no ring is enough' || fail "an overload is not told: $(cat "$out")"
  json "$result" 'd["model"]["recommendation"] == "overload"' 'd["model"]["ring"] is None' 'd["model"]["queues_enough"] == 2' \
    'abs(d["model"]["overload"] - 0.047619) < 1e-6'
  says '1023 slots lose 4.762 % if frames come at random' || fail "nothing of random frames: $(cat "$out")"
}

# 10G into a receiver of 12 Mpps: 289 slots for 100 us, and 24 us to drain
test_a_burst_of_an_overload_may_come_for_a_share_of_the_time() {
  expect_exit 1 "$OVERRUN" plan-ring --service 12mpps --rxd 290
  says '1,492 frames at this rate fill 289 slots in 100 µs, which drain in 24.1 µs: it may come for 80.64 % of the time' ||
    fail "nothing of a burst: $(cat "$out")"
}

test_random_frames_need_slots() {
  expect_exit 0 "$OVERRUN" plan-ring --rate 9mpps --service 10mpps
  says '110 slots lose one frame in a million' || fail "no slots for random frames: $(cat "$out")"
  says '57 if each takes the same time (M/D/1/K)' || fail "no slots for equal service times: $(cat "$out")"
}

test_a_port_may_have_no_ring_that_is_enough() {
  expect_exit 1 "$OVERRUN" plan-ring --line 800G --stall 2ms/10ms --json "$result"
  json "$result" 'd["model"]["recommendation"] == "port"' 'd["model"]["queues_enough"] > 1'
}

test_without_options_it_answers() {
  expect_exit 0 "$OVERRUN" plan-ring
}

# more slots than 64 bits count, and it ends
test_more_slots_than_64_bits_count_and_it_ends() {
  expect_exit 1 timeout 30 "$OVERRUN" plan-ring --line 800G --stall 2000000h/2500000h
}

# With jitter two stalls may come within 1 ms, before the ring has drained. Where that decides, there is no loss in the long run.
test_with_jitter_two_stalls_may_come_close() {
  expect_exit 0 "$OVERRUN" plan-ring --stall 500us/10ms,jitter=45% --service 16mpps --margin 1 --json "$result"
  says 'can bring a stall 1.00 ms after the begin of another' || fail "jitter is not told: $(cat "$out")"
  grep -Eq '^ +8192 +8191 +550 µs +0 +- +16 MiB$' "$out" || fail "no row of 8192: $(cat "$out")"
  json "$result" 'd["model"]["slots"] == 14323' 'd["model"]["injected_spacing_ns"] == 1e6' 'd["rings"][6]["loss_ratio"] is None' \
    'list(d) == ["schema", "command", "verdict", "plan", "model", "rings"]' \
    'list(d["rings"][0]) == ["descriptors", "usable", "buffer_time_ns", "lost_per_stall", "loss_ratio", "memory_bytes"]'
}

# What it prints with --dry-run is a plan of its own.
test_what_a_dry_run_prints_is_a_plan() {
  expect_exit 0 "$OVERRUN" plan-ring --line 25G --stall 50us/1ms --dry-run
  cp "$out" "$scratch/plan.yaml"
  expect_exit 0 "$OVERRUN" plan-ring --plan "$scratch/plan.yaml" --json "$result"
  json "$result" 'd["plan"]["line"] == "25G"' 'd["plan"]["stall"] == "50us/1ms"'
}

test_what_is_refused() {
  refuse() {
    expect_exit 3 "$OVERRUN" "$@"
    one_sentence "$@"
  }
  refuse plan-ring --rate 15mpps
  refuse plan-ring --line 900G
  refuse plan-ring --line auto
  refuse plan-ring --imbalance 1.5
  refuse plan-ring --imbalance 0.5 --rxq 2
  refuse plan-ring --margin 0.5
  refuse plan-ring --margin
  refuse plan-ring --stall unread
  refuse plan-ring --stall 2ms/1ms
  refuse plan-ring --tx netdev:lo
  refuse plan-ring --time 5s
  refuse plan-ring --baseline 5s
  refuse plan-ring --rxd 0
  refuse plan-ring --json /no/such/folder/x.json
  refuse plan-ring -- -l 1
  refuse plan-ring wire:1
  refuse run --margin 2
  refuse run --line 800G
  refuse run --rx wire:1,speed=800G
}

run_tests
