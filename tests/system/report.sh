#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun report`: pages of real results in every form, and files that somebody has tampered with.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cd "$scratch"

# A trial that loses 1,000 frames to the wire, whatever else this machine does to it.
lossy=$scratch/lossy.json
expect_exit '[12]' "$OVERRUN" run --count 20000 --rate 20kpps --rx 'wire:1,drop=5%' --json "$lossy"

# figure EXPRESSION: of the trial
figure() {
  value "$lossy" "d['trial']$1"
}

# sum_in FILE ID PART: the frames that a picture of the page shows as that part
sum_in() {
  "$PYTHON" - "$@" <<'PY'
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
picture = page[page.index(f'id="{sys.argv[2]}"'):]
picture = picture[:picture.index("</svg>")]
print(sum(int(n) for n in re.findall(sys.argv[3] + r'[^>]* data-frames="(-?\d+)"', picture)))
PY
}

test_a_page_tells_what_its_result_does() {
  expect_exit 0 "$OVERRUN" report "$lossy" -o page.html --title 'A <b>title</b>' --note "so & so"
  [[ ! -s $out ]] || fail "it printed on stdout: $(<"$out")"
  grep -q '<h1>A &lt;b&gt;title&lt;/b&gt;</h1>' page.html || fail "the title is another"
  grep -q '<p class="note">so &amp; so</p>' page.html || fail "the note is another"
  local lost delivered
  lost=$(sum_in page.html r1-where-log 'data-part="lost"')
  delivered=$(sum_in page.html r1-where-log 'data-part="delivered"')
  ((lost == $(figure "['ledger']['lost']"))) || fail "$lost frames are lost in the picture"
  ((lost + delivered == $(figure "['ledger']['sent']"))) || fail "$lost + $delivered are not those that were sent"
  # at the end of the drain every frame has arrived, or is lost: the time series ends with all of them
  ((lost == $(sum_in page.html r1-time ''))) || fail "other frames are lost over time"
}

test_the_same_result_gives_the_same_bytes() {
  for format in html md svg csv text; do
    "$OVERRUN" report "$lossy" --format "$format" -o first
    "$OVERRUN" report "$lossy" --format "$format" -o second
    cmp first second || fail "$format differs"
    [[ -s first ]] || fail "$format is empty"
  done
}

test_the_ending_of_the_name_says_the_form() {
  for name in a.md a.csv a.svg a a.HTM; do
    "$OVERRUN" report "$lossy" -o "$name"
  done
  for name in a.pdf a.json .hidden; do
    expect_exit 3 "$OVERRUN" report "$lossy" -o "$name"
    one_sentence "$name"
    [[ ! -e $name ]] || fail "$name was written"
  done
  grep -q '^| lost | ' a.md || fail "a.md is no Markdown"
  [[ $(head -n 1 a.csv) == result,table,row,column,value ]] || fail "a.csv is no CSV"
  [[ $(head -c 5 a.svg) == '<svg ' ]] || fail "a.svg is no SVG"
  [[ $(head -c 15 a) == '<!doctype html>' ]] || fail "a is no page"
  "$OVERRUN" report "$lossy" --output=b --format md
  cmp a.md b || fail "--format md differs"
}

test_the_pictures_are_well_formed() {
  "$OVERRUN" report "$lossy" -o a.svg
  "$PYTHON" -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' a.svg
}

test_a_picture_can_be_had_alone() {
  "$OVERRUN" report "$lossy" -o all.svg
  "$OVERRUN" report "$lossy" -o one.svg --picture time
  (($(grep -c '<svg ' one.svg) == 2)) || fail "one.svg has other pictures too"
  grep -q 'id="r1-time"' one.svg || fail "one.svg has another picture"
  (($(stat -c %s one.svg) < $(stat -c %s all.svg))) || fail "one picture is larger than all"
  expect_exit 3 "$OVERRUN" report "$lossy" -o none.svg --picture tim
  grep -q 'found "tim", accepted: where, time, latency, periods' "$err" || fail "the sentence is another: $(<"$err")"
  [[ ! -e none.svg ]] || fail "a file is left"
  expect_exit 3 "$OVERRUN" report "$lossy" -o none.html --picture time
  one_sentence
}

test_without_a_file_the_tables_are_printed() {
  expect_exit 0 "$OVERRUN" report "$lossy"
  grep -q '^Where frames went$' "$out" || fail "no table is printed"
  expect_exit 0 bash -c "'$OVERRUN' report - <'$lossy'"
}

test_the_command_of_the_page_repeats_the_trial() {
  local line
  line=$("$OVERRUN" report "$lossy" --format text | tr '\n' ' ' | sed 's/  */ /g; s/.*to repeat it: overrun //')
  read -ra words <<<"$line"
  expect_exit 0 "$OVERRUN" "${words[@]}" --dry-run
  grep -qx "rx: wire:1,drop=5%" "$out" || fail "it is another plan: $line"
}

# refuse WORDS… : one sentence, and nothing is left
refuse() {
  rm -f refused.html
  expect_exit 3 timeout 60 "$OVERRUN" report "$@" -o refused.html
  one_sentence "$@"
  [[ ! -e refused.html ]] || fail "'$*' left a page"
}

# What an older overrun wrote, before keys were added.
test_results_of_an_older_version_are_read() {
  local name
  for name in run-1 search sweep verify; do
    for format in html md csv text; do
      expect_exit 0 "$OVERRUN" report "$SOURCE_ROOT/tests/older/$name.json" --format "$format" -o "older.$format"
    done
  done
  expect_exit 0 "$OVERRUN" report "$SOURCE_ROOT/tests/older/run-1.json"
  grep -q '^ *receives  wire:1,drop=3%  *unknown  *unknown  *1,024$' "$out" || fail "of drivers that nobody knows it says: $(grep -A 2 driver "$out")"
  expect_exit 0 "$OVERRUN" report "$SOURCE_ROOT/tests/older/search.json"
  { grep -q 'latency at NDR' "$out" && grep -q '^ *64 .* 0.011 % *unknown ' "$out"; } ||
    fail "a latency that nobody knows is shown: $(grep -A 2 latency "$out")"
  "$PYTHON" - "$SOURCE_ROOT/tests/older/run-1.json" >without.json <<'PY'
import json, sys
document = json.load(open(sys.argv[1], encoding="utf-8"))
del document["trial"]["rings"]
json.dump(document, sys.stdout)
PY
  refuse without.json
  grep -q 'trial.rings: found nothing' "$err" || fail "a key that was always there may be missing"
}

test_what_is_no_result_is_refused() {
  refuse none.json
  echo 'no JSON' >bad.json
  refuse bad.json
  echo '{"schema": "overrun.result/2"}' >bad.json
  refuse bad.json
  "$OVERRUN" plan-ring --line 10G --stall 200us/10ms --json ring.json >/dev/null
  refuse ring.json
  grep -q 'found a document of overrun plan-ring, accepted: a result of run, run over TCP, search' "$err" || fail "the sentence is another: $(<"$err")"
  "$OVERRUN" watch lo --interval 50ms --count 2 --json >watch.json
  refuse watch.json
  grep -q 'found a document of overrun watch, accepted' "$err" || fail "the sentence is another: $(<"$err")"
  truncate -s 1G huge.json
  refuse huge.json
  expect_exit 3 "$OVERRUN" report
  one_sentence
  expect_exit 3 "$OVERRUN" report - - -o twice.html <"$lossy"
  grep -q 'stdin: found nothing to read, accepted: JSON that overrun wrote, named once (-)' "$err" || fail "the sentence is another: $(<"$err")"
  [[ ! -e twice.html ]] || fail "a page was left of a result that was named twice"
  expect_exit 3 "$OVERRUN" report "$lossy" --format pdf
  grep -q 'accepted: html, md, svg, csv, text' "$err" || fail "the sentence is another: $(<"$err")"
  cp "$lossy" own.json
  expect_exit 3 "$OVERRUN" report own.json -o own.json
  cmp own.json "$lossy" || fail "the result is overwritten"
}

# A result in which every text is markup, and in turn each number an extreme one: a sentence, or a page without the markup.
test_a_malicious_result_gives_a_sentence_or_a_harmless_page() {
  "$PYTHON" - "$lossy" "$OVERRUN" <<'PY'
import json, random, re, subprocess, sys

path, program = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    good = json.load(file)
evil = "</title></svg></style><script>alert(1)</script><img src=x onerror=alert(1)>\u0001\u202e'\"&"
rng = random.Random(1)


def places(value, at=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield at + (key,)
            yield from places(item, at + (key,))
    elif isinstance(value, list):
        for index, item in enumerate(value[:3]):
            yield at + (index,)
            yield from places(item, at + (index,))


def put(root, at, value):
    for step in at[:-1]:
        root = root[step]
    root[at[-1]] = value


def get(root, at):
    for step in at:
        root = root[step]
    return root


def report(text):
    ran = subprocess.run([program, "report", "-", "--format", "html"], input=text.encode(), capture_output=True, timeout=60)
    page = ran.stdout.decode()
    if ran.returncode == 3:
        assert page == "" and ran.stderr.count(b"\n") == 1, ran.stderr
        return 0
    assert ran.returncode == 0, (ran.returncode, ran.stderr)
    assert len(re.findall("<script", page)) == 1 and "<img" not in page and "\u0001" not in page, "markup got through"
    assert not re.search(r'="[^"]*\b(nan|inf)\b', page), "a length that is no number"
    return 1


all_places = list(places(good))
texts = [at for at in all_places if isinstance(get(good, at), str)]
pages = 0
everything = json.loads(json.dumps(good))
for at in texts:
    if at[-1] not in ("schema", "command", "verdict", "trial_id", "place", "kind", "cause", "direction"):
        put(everything, at, evil)
pages += report(json.dumps(everything))
for at in rng.sample(all_places, 100):
    value = rng.choice([1e308, -1e308, 2**63 - 1, -1, 0, None, "", evil, [], {}, True])
    changed = json.loads(json.dumps(good))
    put(changed, at, value)
    pages += report(json.dumps(changed))
    # and no number at all
    report(json.dumps(changed).replace("1e+308", "NaN"))
print(pages, "of 101 changed results have a page")
assert pages > 5
PY
}

run_tests
