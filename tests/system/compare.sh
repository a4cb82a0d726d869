#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Results of short runs over the wire, compared: what was changed is found, and what cannot be compared is refused.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# trial FILE OPTIONS…: a short run with injected stalls. How much of its schedule the sender kept does not matter here
trial() {
  local file=$1
  shift
  expect_trial '[01]' "$OVERRUN" run --time 500ms --rate 20kpps --rate-tolerance 100% --stall 2ms/20ms --quiet --json "$file" "$@"
}

made=$scratch
for i in 1 2 3 4 5; do
  trial "$scratch/large$i.json" --rxd 4096 --seed "$i"
  trial "$scratch/small$i.json" --rxd 16 --seed "$i"
done

# in_form FORM CODES WORDS…: a form whose lines are as long as they come
in_form() {
  local form=$1 codes=$2 code=0
  shift 2
  "$OVERRUN" compare "$@" --format "$form" >"$out" 2>"$err" || code=$?
  # shellcheck disable=SC2053 # the codes are a pattern
  [[ $code == $codes ]] || fail "compare $* ended with $code: $(<"$err")"
}

test_a_smaller_ring_is_the_difference_and_the_loss_its_effect() {
  expect_exit 1 "$OVERRUN" compare "$made"/large?.json --against "$made"/small?.json --level 95% --format json
  cp "$out" "$scratch/compare.json"
  has_form compare "$scratch/compare.json"
  json "$scratch/compare.json" 'd["regression"] == 1' 'd["of"] == "run"' \
    '[f["changes"][0]["outcome"] for f in d["figures"] if f["figure"] == "loss"] == ["worse"]' \
    '{(v["source"], v["name"]) for v in d["differences"]} == {("plan", "rxd"), ("plan", "mbufs"), ("ring", "rxd")}' \
    '[f["text"][:54] for f in d["findings"]] == ["more loss is an effect of the smaller receive ring (40"]' \
    'all(len(g["files"]) == 5 for g in d["groups"])'
  json "$made/large1.json" 't["ports"]["rx"]["dpdk_driver"] == "wire"'
  expect_exit 1 "$OVERRUN" compare "$made"/large?.json --against "$made"/small?.json --level 95%
  grep -q 'worse: a regression, p' "$out" || fail "the text names no regression: $(<"$out")"
}

test_its_page_draws_a_result_of_each_group() {
  in_form html 1 "$made"/large?.json --against "$made"/small?.json --level 95%
  "$PYTHON" - "$out" <<'END' || fail "the page is not whole"
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
parts = [part for part in re.split("<h2", page)[1:] if re.match(r"[^>]*>[123]: overrun", part)]
assert len(parts) == 3 and all("<svg" in part for part in parts[1:]), len(parts)
assert re.search(r"<li>B: loss 0 % → [^<]* %, × ∞ \([0-9.]+ … ∞\), worse: a regression</li>", parts[0]), parts[0]
assert "Content-Security-Policy" in page
# figures that none has, and why one was not tested
assert ">duplicate<" not in parts[0] and ">untested<" not in parts[0]
END
  cp "$out" "$scratch/page.html"
  in_form html 1 "$made"/large?.json --against "$made"/small?.json --level 95%
  cmp "$out" "$scratch/page.html" || fail "the same results have another page"
}

test_the_page_of_a_trend_is_that_of_its_document() {
  mkdir "$scratch/history"
  cp "$made"/large[123].json "$scratch/history"
  expect_exit 0 "$OVERRUN" compare --trend "$scratch/history" --format json
  cp "$out" "$scratch/trend.json"
  expect_exit 0 "$OVERRUN" report "$scratch/trend.json" -o "$scratch/trend.html" --title trend
  in_form html 0 --trend "$scratch/history"
  grep -q '<svg' "$out" || fail "the page of a trend has no picture"
}

test_a_loss_within_its_tolerance_is_no_regression() {
  expect_exit "[01]" "$OVERRUN" compare "$made"/large?.json --against "$made"/small?.json --level 95% --loss-tolerance 100% --tolerance 100%
  grep -q 'worse: tolerated' "$out" || fail "the text does not say that it is tolerated: $(<"$out")"
}

test_the_other_way_round_less_loss_is_the_larger_rings() {
  in_form md "[01]" "$made"/small?.json --against "$made"/large?.json --level 95% --tolerance 100%
  grep -q '^| loss .*| better, p' "$out" || fail "the loss is not better: $(<"$out")"
  grep -q 'B: less loss is an effect of the larger receive ring' "$out" || fail "the ring is not named: $(<"$out")"
}

# A history survives an update: nothing that the older ones do not have is called a difference.
test_results_of_an_older_version_are_compared_with_new_ones() {
  local old=$SOURCE_ROOT/tests/older
  expect_exit 0 "$OVERRUN" compare "$old/run-1.json" "$old/run-2.json"
  # what today's would be without the keys, and the options, that were added since
  mkdir -p "$scratch/history"
  cp "$made/large1.json" "$scratch/history"
  "$PYTHON" - "$made/large1.json" >"$scratch/history/older.json" <<'PY'
import json, sys
document = json.load(open(sys.argv[1], encoding="utf-8"))
for option in ("via", "live", "color", "junit", "tap"):
    del document["plan"][option]
del document["trial"]["ports"]
json.dump(document, sys.stdout)
PY
  expect_exit 0 "$OVERRUN" compare "$scratch/history/older.json" "$scratch/history/large1.json" --format json
  json "$out" 'd["differences"] == []'
  expect_exit 0 "$OVERRUN" compare --trend "$scratch/history" --format json
  json "$out" '[len(s["points"]) for s in d["series"]] == [2]'
  # an option that is not at its default is another plan, and a difference
  sed -i 's/"via": "none"/"via": "netns=r"/' "$scratch/history/large1.json"
  expect_exit 0 "$OVERRUN" compare "$scratch/history/older.json" "$scratch/history/large1.json" --format json
  json "$out" '[v["name"] for v in d["differences"]] == ["via"]'
  expect_exit 0 "$OVERRUN" compare --trend "$scratch/history" --format json
  json "$out" '[len(s["points"]) for s in d["series"]] == [1, 1]'
}

test_a_page_has_no_table_without_rows() {
  mkdir -p "$scratch/quiet"
  cp "$made/large1.json" "$scratch/quiet/1.json"
  cp "$made/large1.json" "$scratch/quiet/2.json"
  expect_exit 0 "$OVERRUN" compare --trend "$scratch/quiet" --format json
  cp "$out" "$scratch/quiet.json"
  expect_exit 0 "$OVERRUN" report "$scratch/quiet.json" -o "$scratch/quiet.html"
  grep -q 'changes shown: 0, at a level of 99 %; regressions: 0' "$scratch/quiet.html" || fail "its sentence is another"
  ! grep -q 'Changes in the course of the results' "$scratch/quiet.html" || fail "there is a table of no changes"
}

# Every group stands on a page, however many there are; what was nothing before is infinitely more.
test_a_page_has_all_groups() {
  expect_exit '[01]' "$OVERRUN" compare "$made"/large[123].json "$made"/small[123].json --format json
  cp "$out" "$scratch/six.json"
  expect_exit 0 "$OVERRUN" report "$scratch/six.json"
  grep -q '^ *plan *rxd *F *16$' "$out" || fail "group F is not among the differences: $(grep rxd "$out")"
  grep -q ' tests at a level of 99 %; regressions: ' "$out" || fail "the first sentence is another: $(head -6 "$out")"
  expect_exit '[01]' "$OVERRUN" compare "$made/large1.json" "$made/small1.json" --format json
  "$PYTHON" - "$out" >"$scratch/none.json" <<'PY'
import json, sys
document = json.load(open(sys.argv[1], encoding="utf-8"))
loss = next(figure for figure in document["figures"] if figure["figure"] == "loss")
loss["sides"][0].update(value=0, events=0)
loss["sides"][1].update(value=0.5, events=loss["sides"][1]["of"] // 2)
loss["changes"][0]["ratio"] = None
json.dump(document, sys.stdout)
PY
  expect_exit 0 "$OVERRUN" report "$scratch/none.json"
  grep -q '^ *loss *B .* × ∞ ' "$out" || fail "a loss that was none before is: $(grep loss "$out")"
}

test_a_result_is_no_different_from_itself() {
  expect_exit 0 "$OVERRUN" compare "$made/small1.json" "$made/small1.json"
  grep -q 'No change is shown' "$out" || fail "a change is shown: $(<"$out")"
}

test_a_folder_is_a_trend_of_each_plan() {
  mkdir "$scratch/folder"
  cp "$made"/large?.json "$made"/small?.json "$scratch/folder"
  echo '{}' >"$scratch/folder/other.json"
  expect_exit 0 "$OVERRUN" compare --trend "$scratch/folder"
  (($(grep -c '^trend   run   plan . of 2   5 results$' "$out") == 2)) || fail "there are not two plans of five: $(<"$out")"
  grep -q '^1 file left out' "$out" || fail "a file that is no result is not counted: $(<"$out")"
  "$OVERRUN" compare --trend "$scratch/folder" --format json >"$scratch/trend.json"
  has_form trend "$scratch/trend.json"
  json "$scratch/trend.json" '[p["file"] for p in d["series"][0]["points"]] == [f"large{i}.json" for i in range(1, 6)]'
  "$OVERRUN" compare --trend "$scratch/folder" --format md >"$out"
  grep -q '^| began (UTC) | file | tx rate | loss |' "$out" || fail "there is no table: $(<"$out")"
}

# refused SENTENCE WORDS…: it is told so, with exit code 3
refused() {
  local sentence=$1
  shift
  expect_exit 3 "$OVERRUN" compare "$@"
  grep -qF -- "$sentence" "$err" || fail "'$sentence' is not what is said: $(<"$err")"
  [[ ! -s $out ]] || fail "something was printed: $(<"$out")"
}

test_what_cannot_be_compared_is_refused() {
  local one=$made/large1.json
  refused 'found 0 files, accepted: two at least'
  refused 'found 1 file, accepted: two at least' "$one"
  refused 'no file before --against' --against "$one" "$one"
  refused 'no file after --against' "$one" "$one" --against
  refused 'small1.json: plan.rxd: found "16" after "4096" in group A' "$one" "$made/small1.json" --against "$one"
  refused 'found no result in 0 files' --trend "$XDG_RUNTIME_DIR"
  refused 'beside --trend, accepted: a folder alone' --trend "$made" "$one"
  refused '--level: found "100%", accepted: 50%' "$one" "$one" --level 100%
  refused '--format: found "pdf", accepted: text, md, json, html' "$one" "$one" --format pdf
  refused 'No such file or directory' "$one" "$scratch/none.json"
  expect_exit 0 "$OVERRUN" plan-ring --line 10G --stall 200us/10ms --json "$scratch/ring.json"
  refused 'found a result of plan-ring, accepted: of run, search' "$scratch/ring.json" "$scratch/ring.json"
}

# changed EXPRESSION: a result of which Python changed the text
changed() {
  "$PYTHON" -c "import sys; t = sys.stdin.read(); sys.stdout.write($1)" <"$made/large1.json" >"$scratch/changed.json"
}

test_a_malicious_result_is_one_sentence_with_the_key() {
  local one=$made/large1.json two=$scratch/changed.json
  changed 't.replace("\"sent\": ", "\"sent\": -", 1)'
  refused 'changed.json: trial.ledger.sent: found -' "$one" "$two"
  changed 't.replace("\"planned_pps\": ", "\"planned_pps\": 1e308, \"x\": ", 1)'
  refused 'changed.json: trial.planned_pps: found 1e308, accepted: a number within' "$one" "$two"
  changed 't.replace("\"planned_pps\": ", "\"planned_pps\": NaN, \"x\": ", 1)'
  refused "invalid token near 'NaN'" "$one" "$two"
  changed 't.replace("\"kernel\"", "\"kernel\": \"x\", \"kernel\"", 1)'
  refused 'duplicate object key' "$one" "$two"
  changed 't.replace("overrun.result/1", "overrun.result/9")'
  refused 'schema: found "overrun.result/9", which a later version of overrun wrote' "$one" "$two"
  changed '"[" * 100000'
  refused 'nested deeper than 32' "$one" "$two"
  changed 't.replace("\"streams\": [", "\"stream\": [")'
  refused 'changed.json: trial.streams: found nothing, accepted: the key, which is always there' "$one" "$two"
  truncate -s 1G "$two"
  refused 'found more than 256 MiB' "$one" "$two"
  rm "$two"
  mkdir "$two"
  refused 'found a folder, accepted: a file' "$one" "$two"
  rmdir "$two"
}

# A name may hold anything: no command reaches the terminal, and no tag the Markdown.
test_a_script_in_a_name_is_harmless() {
  changed 't.replace("\"kernel\": \"", "\"kernel\": \"<script>\u005cu001b[2J|")'
  expect_exit '[01]' "$OVERRUN" compare "$made/large1.json" "$scratch/changed.json"
  grep -q '<script>?\[2J' "$out" || fail "the kernel is not shown: $(<"$out")"
  in_form md '[01]' "$made/large1.json" "$scratch/changed.json"
  grep -qF '\<script\>?\[2J\|' "$out" || fail "the Markdown is not escaped: $(<"$out")"
}

run_tests
