#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The reports that pages show are those that the program prints: the same lines, and where a trial is exact to the
# frame, the same numbers.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# command_of PAGE PATTERN: the words of the first command of overrun on the page that has the pattern, one a line
command_of() {
  local line
  line=$(grep -m 1 -- "^    .*overrun run .*$2" "$SOURCE_ROOT/$1") || fail "$1 shows no command with $2"
  line=${line#*overrun }
  # shellcheck disable=SC2086 # these are words
  printf '%s\n' $line
}

# labels FILE: what stands at the begin of the lines of a report, down to the unexplained frames
labels() {
  sed -nE '/^ *(attempted|attempted) /,/^ *unexplained/s/^ *([a-z_.]+( queue [0-9]+)?)  .*/\1/p' "$1"
}

# page_labels PAGE: the same of the first report on a page
page_labels() {
  labels "$SOURCE_ROOT/$1" | sed '/^unexplained$/q'
}

same_report() {
  local page=$1 words
  mapfile -t words < <(command_of "$page" "--rxd 256")
  expect_exit '[12]' "$OVERRUN" "${words[@]}"
  labels "$out" >"$scratch/printed"
  page_labels "$page" >"$scratch/shown"
  (($(wc -l <"$scratch/shown") >= 8)) || fail "$page shows no report"
  diff "$scratch/shown" "$scratch/printed" || fail "the report on $page is not what the program prints"
}

test_the_report_of_the_readme_is_printed() {
  same_report README.md
}

test_the_report_of_the_first_trial_is_printed() {
  same_report docs/tutorial/first-trial.md
}

test_the_report_of_the_readme_fits_a_page() {
  awk '/^```/ { inside = !inside } inside' "$SOURCE_ROOT/README.md" >"$scratch/sample"
  lines_within 100 "$scratch/sample" || fail "the report in the README is wider than 100 columns"
  grep -q unexplained "$scratch/sample" || fail "the report in the README is not in a block of its own"
}

# block_below PAGE LINE: what is indented below a line of the page, without the indentation
block_below() {
  sed -n "/^    $2/,\$p" "$SOURCE_ROOT/$1" | sed '1,/^$/d' | sed -n '/^    /,$p' | sed '/^[^ ]/,$d; s/^    //' | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

# same_output PAGE COMMAND [WORDS]: the page shows what the command prints, to the letter; up to three times more where the host
# disturbed it, so that it does not print these words
same_output() {
  local page=$1 words
  words=$(grep -m 1 "^    overrun $2" "$SOURCE_ROOT/$page") || fail "$page shows no command overrun $2"
  read -ra words <<<"${words#*overrun }"
  for _ in 1 2 3 4; do
    expect_exit '[01]' "$OVERRUN" "${words[@]}"
    ! says "${3-}" || break
  done
  block_below "$page" "overrun $2" >"$scratch/shown"
  (($(wc -l <"$scratch/shown") >= 10)) || fail "$page shows no report"
  diff "$scratch/shown" "$out" || fail "the report on $page is not what the program prints"
  lines_within 100 "$out" || fail "the report on $page is wider than 100 columns"
}

test_the_report_of_plan_ring_is_printed_to_the_letter() {
  same_output docs/reference/plan-ring.md "plan-ring --line 10G"
}

# rings that nobody reads lose by their sizes alone
test_the_report_of_a_sweep_is_printed_to_the_letter() {
  same_output docs/reference/sweep.md "sweep --rings 64..512 --rates" '4 of 4 injected stalls compared: 4 '
}

# 1,000 datagrams into a small buffer that nobody reads; how many it holds is the kernel's matter
test_the_small_buffer_of_the_socket_page_overruns() {
  page=docs/how-to/socket.md
  mapfile -t words < <(command_of "$page" "--stall unread")
  words=("${words[@]/:9000/:$((20000 + RANDOM % 10000))}")
  expect_exit '[12]' "$OVERRUN" "${words[@]}" --tmax 60s
  sed -nE 's/^ *(rx\.socket) +[0-9]+ +([A-Za-z:]+) +(.*)/\1 \2 \3/p' "$out" >"$scratch/printed"
  sed -nE 's/^ *(rx\.socket) +[0-9]+ +([A-Za-z:]+) +(.*)/\1 \2 \3/p' "$SOURCE_ROOT/$page" >"$scratch/shown"
  (($(wc -l <"$scratch/shown") == 1)) || fail "$page shows no full buffer"
  diff "$scratch/shown" "$scratch/printed" || fail "the report on $page is not what the program prints"
  grep -Eq '^  unexplained +0$' "$out" || fail "not all losses have an owner"
}

# 1,000 frames into a ring of 256 that nobody reads
test_the_numbers_of_the_first_ring_are_exact() {
  page=docs/tutorial/first-ring.md
  make_lab
  mapfile -t words < <(command_of "$page" "--stall unread")
  expect_exit 1 "${in_lab[@]}" "$OVERRUN" "${words[@]}"
  sed -nE 's/^ *(sent|unique|lost|rx\.ring queue 0) +([0-9,]+) .*/\1 \2/p' "$out" >"$scratch/printed"
  sed -nE 's/^ {4} *(sent|unique|lost|rx\.ring queue 0) +([0-9,]+) .*/\1 \2/p' "$SOURCE_ROOT/$page" >"$scratch/shown"
  (($(wc -l <"$scratch/shown") == 4)) || fail "$page shows no report"
  diff "$scratch/shown" "$scratch/printed" || fail "the report on $page is not what the program prints"
  "${in_lab[@]}" ethtool -S ovr0b >"$scratch/ethtool"
  grep -oE 'rx_queue_0_[a-z_]+: [0-9]+' "$SOURCE_ROOT/$page" >"$scratch/shown"
  (($(wc -l <"$scratch/shown") == 3)) || fail "$page shows no counters"
  while read -r line; do
    grep -q "$line\$" "$scratch/ethtool" || fail "ethtool -S has no '$line', as $page shows it"
  done <"$scratch/shown"
}

run_tests
