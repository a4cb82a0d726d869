#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A result of a thousand senders, whose halves the caller's code joins (write_incast): its report, its page and its JSON.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

: "${WRITERS:=$SOURCE_ROOT/build/tests/unit/io/report}"
[[ -x $WRITERS/write_incast ]] || skip "the program that writes the sample is not built"

# Of sender i, i mod 7 frames of 1,000 are lost in the ring, and of every fourth 50 more before the line.
incast=$scratch/incast.json took=$scratch/took
"$WRITERS/write_incast" json 1000 >"$incast" 2>"$took"
sed 's/^/# /' "$took"

test_the_books_of_a_thousand_senders_are_joined() {
  has_form result "$incast"
  json "$incast" 'l["sent"] == 1000000' 'len(t["hosts"]) == 1001' 'len(t["pairs"]) == 1000' \
    'l["lost"] == sum(p["lost"] for p in t["pairs"]) == sum(i % 7 for i in range(1000)) + 12500' 'l["unexplained"] == 0' \
    'frames("rx.ring") == sum(i % 7 for i in range(1000))' 'frames("tx.qdisc") == 12500' \
    'all(p["lost_before_min"] == p["lost_before_max"] == 50 * (i % 4 == 3) for i, p in enumerate(t["pairs"]))'
  # joining and writing take no memory that grows with the square of the senders
  (($(sed -n 's/.* peak \([0-9]*\) KiB/\1/p' "$took") < 131072)) || fail "$(cat "$took")"
}

test_the_text_lists_those_that_lost_most() {
  expect_exit 0 "$WRITERS/write_incast" text 1000
  (($(wc -l <"$out") < 100)) || fail "the report has $(wc -l <"$out") lines"
  (($(grep -c '^  rack.* tx ' "$out") == 16)) || fail "$(cat "$out")"
  says '984 other hosts sent 984,000 and lost ' || fail "$(cat "$out")"
  says 'rack1-node27 tx 1,000 944 56 50 6' || fail "$(cat "$out")"
  says '219 other accounts have 10,950 frames at most' || fail "$(cat "$out")"
}

test_the_page_is_small_and_names_the_worst_first() {
  expect_exit 0 "$OVERRUN" report "$incast" -o "$scratch/page.html"
  (($(stat -c %s "$scratch/page.html") <= 300 * 1024)) || fail "the page has $(stat -c %s "$scratch/page.html") bytes"
  "$PYTHON" - "$scratch/page.html" <<'PYTHON' || fail "the page does not read as it must"
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
rows = re.findall(r"<tr><td[^>]*>(rack\d+-node\d+) → sink</td><td[^>]*>[^<]*</td><td[^>]*>[^<]*</td><td[^>]*>(\d+)</td>", page)
lost = [int(row[1]) for row in rows]
sys.exit(0 if len(rows) == 512 and lost[0] == 56 and lost == sorted(lost, reverse=True)
         and "Senders by loss" in page and "rows from 25 on" in page else f"{len(rows)} rows, {lost[:20]}")
PYTHON
}

run_tests
