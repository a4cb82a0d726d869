#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Files of a result: links stay, all files appear or none, an older one outlives a failure, and none is lost with stdout.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

set_up() {
  results=$scratch/results
  mkdir "$results"
}
short=(run --count 1000 --rate 100kpps --rxd 4096 --warmup 0 --drain 5ms --settle 0 --rate-tolerance 100% --quiet)

# one_line TEXT: the last command said one line on stderr, with this in it
one_line() {
  (($(wc -l <"$err") == 1)) || fail "more or less than one line was said: $(head -n 5 "$err")"
  grep -Fq -- "$1" "$err" || fail "it was said: $(cat "$err")"
}

# only FILE…: the folder holds these and nothing else
only() {
  local there wanted
  there=$(find "$results" -mindepth 1 -printf '%f\n' | sort)
  wanted=$( (($# == 0)) || printf '%s\n' "$@" | sort)
  [[ $there == "$wanted" ]] || fail "the folder holds: $there"
}

# a link stays, and its file is replaced
test_a_link_stays_and_its_file_is_replaced() {
  head -c 1000000 /dev/zero >"$results/target.json"
  ln -s target.json "$results/link.json"
  expect_exit '[012]' "$OVERRUN" "${short[@]}" --json "$results/link.json"
  [[ -L $results/link.json ]] || fail "the link was replaced"
  books "$results/target.json" "$code"
  only link.json target.json
}

# a link to nothing makes its file
test_a_link_to_nothing_makes_its_file_if_the_trial_runs() {
  ln -s target.json "$results/link.json"
  expect_exit '[012]' "$OVERRUN" "${short[@]}" --json "$results/link.json"
  [[ -L $results/link.json && -f $results/target.json ]] || fail "the link's file was not made"
  books "$results/target.json" "$code"

  # ... unless the trial cannot run; and a link's old file outlives that
  cp "$results/target.json" "$scratch/before.json"
  expect_exit 3 "$OVERRUN" "${short[@]}" --json "$results/link.json" -- --bogus
  cmp "$results/target.json" "$scratch/before.json" || fail "a trial that did not run cost the old file"
  rm "$results/target.json"
  expect_exit 3 "$OVERRUN" "${short[@]}" --json "$results/link.json" -- --bogus
  only link.json
}

# stdout by its other name
test_stdout_has_another_name() {
  expect_exit '[012]' "$OVERRUN" "${short[@]}" --json /dev/stdout
  books "$out" "$code"
  # shellcheck disable=SC2016 # the inner shell is to expand them
  expect_exit '[012]' bash -c '"$@" | cat; exit "${PIPESTATUS[0]}"' - "$OVERRUN" "${short[@]}" --json /dev/stdout
  books "$out" "$code"
}

# all of them or none: the CSV file finds no room, so that there is no JSON file either; the text is there
test_all_files_appear_or_none() {
  echo old >"$results/old.json"
  expect_exit 3 "$OVERRUN" "${short[@]}" --json "$results/old.json" --csv /dev/full
  one_line 'csv: "/dev/full" cannot be written: No space left on device; accepted: '
  says 'unexplained' || fail "the text was lost with a file"
  [[ $(cat "$results/old.json") == old ]] || fail "half a result replaced an older file"
  only old.json

  expect_exit '[012]' "$OVERRUN" "${short[@]}" --json "$results/old.json" --csv "$results/new.csv"
  books "$results/old.json" "$code"
  only old.json new.csv
}

# a capture goes the same way
test_a_capture_without_room_costs_no_older_one() {
  need_root
  full=$scratch/full
  mkdir "$full"
  mount -t tmpfs -o size=16k tmpfs "$full"
  at_end "umount '$full'"
  echo old >"$full/old.pcapng"
  expect_exit 3 "$OVERRUN" "${short[@]}" --rx wire:1,drop=10% --capture "$full/old.pcapng" --json "$results/capture.json"
  one_line "capture: \"$full/old.pcapng\" cannot be written: No space left on device; accepted: "
  [[ $(cat "$full/old.pcapng") == old && $(ls "$full") == old.pcapng ]] || fail "the old capture is lost: $(ls "$full")"
  only
}

# a file that is mounted for itself cannot be replaced, which is known before a trial
test_a_file_that_is_mounted_is_not_written_over() {
  need_root
  echo old >"$scratch/mounted"
  touch "$results/mount"
  mount --bind "$scratch/mounted" "$results/mount"
  at_end "umount '$results/mount' 2>/dev/null"
  expect_exit 3 "$OVERRUN" "${short[@]}" --json "$results/mount"
  one_sentence --json "$results/mount"
  [[ $(cat "$scratch/mounted") == old ]] || fail "a mounted file was written over"
  only mount
}

test_a_capture_appears_with_its_trial() {
  expect_exit 3 "$OVERRUN" "${short[@]}" --capture "$results/new.pcapng" -- --bogus
  only
  expect_exit '[012]' "$OVERRUN" "${short[@]}" --rx wire:1,drop-at=500 --capture "$results/new.pcapng"
  expect_exit 1 "$OVERRUN" check "$results/new.pcapng"
  expect_exit 3 "$OVERRUN" check "$results/new.pcapng" --json "$results/./new.pcapng"
  one_line 'which are one file; accepted: a file for each'
  only new.pcapng
}

test_a_result_that_is_read_is_not_written_over() {
  expect_exit '[012]' "$OVERRUN" "${short[@]}" --json "$results/run.json"
  cp "$results/run.json" "$scratch/before"
  local command
  for command in 'tcp RESULT' 'report RESULT --format html' 'hop eth1 eth2 --replay RESULT'; do
    # shellcheck disable=SC2086 # words
    expect_exit 3 "$OVERRUN" ${command/RESULT/"$results/run.json"} "$([[ $command == report* ]] && echo -o || echo --json)" "$results/./run.json"
    one_line 'which are one file; accepted: a file for each'
    cmp "$scratch/before" "$results/run.json" || fail "overrun $command has written over what it read"
  done
}

# Files are finished before the text is printed: whoever does not take it costs no file. No trial is needed for that.
text=(plan-ring --stall 200us/10ms)

# whole FILE: a JSON document, with nothing of the text in it
whole() {
  "$PYTHON" -m json.tool "$1" >/dev/null || fail "$1 is no JSON"
  rm "$1"
  only
}
# | head: the reader may have left before the first line; nothing is said of it
# shellcheck disable=SC2016 # the inner shells are to expand them
test_of_a_reader_that_left_nothing_is_said() {
  expect_exit 0 bash -c 'exec 3> >(:); wait $!; "$@" >&3' - "$OVERRUN" "${text[@]}" --json "$results/left.json"
  [[ ! -s $err ]] || fail "of a reader that left is said: $(cat "$err")"
  whole "$results/left.json"
  for command in 'help run --man' version 'watch lo --interval 10ms' 'run --dry-run' 'plan-ring --stall 200us/10ms --json -'; do
    # shellcheck disable=SC2086 # words
    expect_exit 0 timeout 60 bash -c 'exec 3> >(:); wait $!; "$@" >&3' - "$OVERRUN" $command
    [[ ! -s $err ]] || fail "'$command' says of a reader that left: $(cat "$err")"
  done
}

# shellcheck disable=SC2016 # the inner shells are to expand them
test_a_full_stdout_costs_no_file() {
  expect_exit 3 bash -c '"$@" >/dev/full' - "$OVERRUN" "${text[@]}" --json "$results/full.json"
  one_line 'stdout cannot be written: No space left on device'
  whole "$results/full.json"
}

# shellcheck disable=SC2016 # the inner shells are to expand them
test_no_descriptor_below_3_is_a_file_s() {
  expect_exit 3 bash -c '"$@" >&-' - "$OVERRUN" "${short[@]}" --json "$results/out.json"
  one_line 'stdout cannot be written: Bad file descriptor'
  whole "$results/out.json"
  expect_exit 3 bash -c '"$@" <&- >&- 2>&-' - "$OVERRUN" "${text[@]}" --json "$results/all.json"
  whole "$results/all.json"
  # a closed stdin is no empty plan
  expect_exit 3 bash -c '"$@" <&-' - "$OVERRUN" run --plan /dev/stdin --dry-run
  one_sentence --plan /dev/stdin
}

# shellcheck disable=SC2016 # the inner shells are to expand them
test_a_pipe_has_a_reader_or_is_refused() {
  mkfifo "$results/pipe"
  expect_exit 3 timeout 60 "$OVERRUN" "${text[@]}" --json "$results/pipe"
  one_sentence --json "$results/pipe"
  rm "$results/pipe"
  expect_exit 0 timeout 60 bash -c '"$@" --json >(cat >"$0")' "$scratch/piped.json" "$OVERRUN" "${text[@]}"
}

# shellcheck disable=SC2016 # the inner shells are to expand them
test_a_limit_of_file_sizes_ends_nothing() {
  expect_exit 3 bash -c '{ ulimit -f 0; "$@"; } 2>&1 | cat; exit "${PIPESTATUS[0]}"' - "$OVERRUN" "${text[@]}" \
    --json "$results/large.json"
  says "json: \"$results/large.json\" cannot be written: File too large; accepted: "
  only
}

# A plan is not written over, and a checkpoint's name is no other file's.
test_a_plan_is_not_written_over() {
  "$OVERRUN" run --dry-run >"$results/plan.yaml"
  cp "$results/plan.yaml" "$scratch/plan.yaml"
  ln "$results/plan.yaml" "$results/hard.yaml"
  expect_exit 3 "$OVERRUN" run --plan "$results/plan.yaml" --json "$results/hard.yaml"
  one_line 'plan and json: found'
  cmp "$results/plan.yaml" "$scratch/plan.yaml"
  expect_exit 3 "$OVERRUN" "${short[@]}" --json "$results/a" --csv "$results/a.partial"
  one_line 'csv and checkpoint: found'
  only hard.yaml plan.yaml
}

# is_interrupted: it has ended, or gets a signal
is_interrupted() {
  ! kill -INT "$pid" 2>/dev/null
}

# A signal in the first moments leaves no temporary file: none is made before there is somebody to remove it.
test_a_signal_in_the_first_moments_leaves_no_file() {
  for ms in 2 5 8 11 14 18 23 30; do
    env --default-signal=INT "$OVERRUN" run --time 60s --rate 10kpps --json "$results/a" --csv "$results/b" >/dev/null 2>&1 &
    pid=$!
    at_end "end_ours -KILL $pid"
    sleep "0.$(printf '%03d' "$ms")"
    # a background process heeds no SIGINT before env has had its turn
    wait_until is_interrupted || fail "still running after the signal"
    wait "$pid" || true
    rm -f "$results/a" "$results/b"
    only
  done
}

test_test_cases_have_the_form_of_junit_and_of_tap() {
  code=0
  "$OVERRUN" run --time 200ms --rate 20kpps --rate-tolerance 100% --rxd 16 --stall 5ms/20ms --quiet \
    --junit "$scratch/junit.xml" --tap - >"$scratch/out.tap" 2>"$err" || code=$?
  [[ $code == [01] ]] || fail "it ended with $code: $(<"$err")"
  head -n 3 "$scratch/out.tap" | grep -qx '1\.\.[0-9]*' || fail "this is no TAP: $(<"$scratch/out.tap")"
  (($(grep -c '^not ok\|^ok' "$scratch/out.tap") == $(sed -n 's/^1\.\.//p' "$scratch/out.tap"))) || fail "TAP has other tests than it says"
  if ((code == 1)); then
    grep -q '^not ok 1 - verdict' "$scratch/out.tap" || fail "the verdict does not fail: $(<"$scratch/out.tap")"
    grep -q 'failures="[1-9]' "$scratch/junit.xml" || fail "nothing fails: $(<"$scratch/junit.xml")"
  fi
  command -v xmllint >/dev/null || skip "xmllint is not installed"
  xmllint --noout --schema "$SOURCE_ROOT/tests/support/junit.xsd" "$scratch/junit.xml" 2>"$err" || fail "not of JUnit's form: $(<"$err")"
}

run_tests
