#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the wire was told to do is what the books say, to the frame.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2


# Slow enough, and a ring long enough, that nothing but the wire loses frames on a busy machine.
seed=7
trial() {
  expect_exit '[012]' "$OVERRUN" run --rate 200kpps --count 20000 --rxd 8192 --rate-tolerance 100% --seed "$seed" \
    --json "$result" "$@"
  books "$result" "$code"
  json "$result" 'l["unexplained"] == 0' 'l["sent"] == 20000'
  if (($(value "$result" 'frames("rx.ring") + frames("rx.nombuf")') > 0)); then
    skip "this machine stalled for so long that a ring of 8192 ran over"
  fi
}

# nothing asked, nothing lost
test_a_clean_wire_loses_nothing() {
  trial
  ((code == 0)) || fail "a clean wire lost frames: exit $code"
  json "$result" 'l["lost"] == 0' 'l["duplicate"] == 0' 'l["reordered"] == 0' 'l["corrupt"] == 0'
}

# exactly these: the first, two in the middle, a run, the last
test_exactly_the_frames_that_were_asked_for_are_lost() {
  trial --rx wire:1,drop-at=0+10+20-24+19999 --streams 1
  ((code == 1)) || fail "eight lost frames are a loss: exit $code"
  json "$result" 'l["lost"] == 8' 'frames("path") == 8'
}

# the limit decides
test_max_loss_decides() {
  trial --rx wire:1,drop-at=0+10+20-24+19999 --max-loss 1%
  ((code == 0)) || fail "eight of 20000 are within 1 %: exit $code"

  # Each impairment ends in its own account or class, and nowhere else.
}

test_a_wrong_fcs_is_an_error_of_the_ring() {
  trial --rx wire:1,fcs=1%
  json "$result" 'l["lost"] > 0' 'l["lost"] == frames("rx.errors")' 'l["corrupt"] == 0'
}

test_a_damaged_frame_is_corrupt() {
  trial --rx wire:1,corrupt=1%
  json "$result" 'l["corrupt"] > 0' 'l["lost"] == l["corrupt"]' 'frames("rx.corrupt") == l["corrupt"]'
}

test_a_copy_is_a_duplicate() {
  trial --rx wire:1,dup=5%
  json "$result" 'l["lost"] == 0' 'l["duplicate"] > 0' 'l["received"] == 20000 + l["duplicate"]'
}

test_a_frame_out_of_order_is_reordered() {
  trial --rx wire:1,reorder=5:1% --streams 1
  json "$result" 'l["lost"] == 0' 'l["reordered"] > 0' 'l["late"] == 0'
}

test_a_dropped_burst_is_lost_on_the_path() {
  trial --rx wire:1,drop-burst=10:0.1%
  json "$result" 'l["lost"] > 0' 'l["lost"] == frames("path")'
}

test_a_delay_loses_nothing() {
  trial --rx wire:1,delay=5ms
  json "$result" 'l["lost"] == 0'
}

# the same seed does the same to the same frames, another one does not
test_the_same_seed_does_the_same_and_another_does_not() {
  everything=wire:1,drop=1%,drop-burst=5:0.1%,dup=1%,reorder=3:1%,fcs=0.5%,corrupt=0.5%
  fates='[l[k] for k in ("unique", "lost", "duplicate", "corrupt")] + [frames("path"), frames("rx.errors")]'
  trial --rx "$everything" --streams 4
  has_form result "$result"
  json "$result" 'l["lost"] == frames("path") + frames("rx.errors") + frames("rx.corrupt") + frames("rx.late") - lost_copies'
  first=$(value "$result" "$fates")
  trial --rx "$everything" --streams 4
  again=$(value "$result" "$fates")
  [[ $first == "$again" ]] || fail "seed 7 did $first, and then $again"
  seed=8
  trial --rx "$everything" --streams 4
  other=$(value "$result" "$fates")
  [[ $first != "$other" ]] || fail "seeds 7 and 8 both did $first"
}

run_tests
