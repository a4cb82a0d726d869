#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Pages of all kinds of results, as a browser draws them: tests/support/browse.py. WRITERS is the folder of the programs that
# write sample results.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

: "${WRITERS:=$SOURCE_ROOT/build/tests/unit/io/report}"
command -v chromium >/dev/null || skip "chromium is not installed (scripts/install-deps --browser)"
cd "$scratch"

# A trial that loses 1,000 frames to the wire, whatever else this machine does to it.
lossy=$scratch/lossy.json
expect_exit '[12]' "$OVERRUN" run --count 20000 --rate 20kpps --rx 'wire:1,drop=5%' --json "$lossy"

# sample NAME WRITER ARGUMENT…: the page of a sample result
sample() {
  local name=$1
  shift
  "$WRITERS/$1" "${@:2}" >"$name.json"
  "$OVERRUN" report "$name.json" -o "$name.html"
  pages+=("$name.html")
}

test_a_browser_draws_the_pages_of_every_kind() {
  [[ -x $WRITERS/write_samples ]] || skip "the programs that write samples are not built"
  local alone=() pages=()
  # no request can leave where there is no network
  unshare -n true 2>/dev/null && alone=(unshare -n)
  for name in pass loss impaired void ranges kernel soak hosts mesh host_lost; do
    sample "run-$name" write_samples json "$name"
  done
  sample many write_incast json 100
  sample search write_search found
  sample curve write_search curve
  sample sweep write_sweep falling
  sample burst write_back_to_back found
  sample advice write_advice ring
  sample selftest write_selftest sustained
  "$OVERRUN" compare run-pass.json run-loss.json --format json >compare.json || true
  "$OVERRUN" report compare.json run-pass.json run-loss.json -o compare.html
  # what a busy host makes of these decides nothing here
  expect_exit '[012]' "$OVERRUN" run --tx tcp:127.0.0.1:5201 --rx tcp:127.0.0.1:5201 --time 200ms --json tcp.json
  "$OVERRUN" report tcp.json -o tcp.html
  "$OVERRUN" reproduce crc --json crc.json >/dev/null
  "$OVERRUN" report crc.json -o crc.html
  "$PYTHON" - <<'PY'
import json
books = {"unit": "frames", "sent": 2000, "refused": 0, "lost": 2000, "unexplained": 0, "window_waited_us": 0, "accounts": []}
with open("crc.json") as file:
    document = json.load(file)
document["places"] = [{"place": name, "title": name, "owner": "rx.ip", "outcome": "cured", "reason": "", "remedy": "A route.",
                       "before": books, "after": {**books, "lost": 0}}
                      for name in ("no-route", "a-place-with-a-name-that-is-longer-than-most")]
with open("atlas.json", "w") as file:
    json.dump(document, file)
PY
  "$OVERRUN" report atlas.json -o atlas.html
  # sizes as in RFC 2544, and a folder of results
  "$PYTHON" - <<'PY'
import copy, json, pathlib
with open("search.json") as file:
    document = json.load(file)
size = document["search"]["sizes"][0]
document["search"]["sizes"] = []
for n in (64, 128, 256, 512, 1024, 1280, 1518):
    document["search"]["sizes"].append({**copy.deepcopy(size), "size": str(n), "line_pps": 1e10 / 8 / (n + 20)})
with open("sizes.json", "w") as file:
    json.dump(document, file)
pathlib.Path("folder").mkdir()
with open("run-loss.json") as file:
    document = json.load(file)
for n in range(8):
    document["environment"]["started_utc"] = f"2025-01-31T12:0{n}:00Z"
    with open(f"folder/{n}.json", "w") as file:
        json.dump(document, file)
PY
  "$OVERRUN" report sizes.json -o sizes.html
  (($(grep -c '<figure>' sizes.html) == 8)) || fail "there are not seven loads and one picture of all sizes"
  "$OVERRUN" compare --trend folder --format json >trend.json
  "$OVERRUN" report trend.json -o trend.html
  expect_exit '[012]' "$OVERRUN" path 127.0.0.1 --tcp --port 9 --rate 50pps --count 20 --no-mtu --json path.json
  "$OVERRUN" report path.json -o path.html
  pages+=(compare.html tcp.html atlas.html sizes.html trend.html path.html)
  "$OVERRUN" report "$lossy" -o lossy.html --title 'A title that is longer than most, for a window of 480 pixels'
  "$OVERRUN" report run-loss.json run-pass.json -o two.html
  timeout 200 "${alone[@]}" "$PYTHON" "$SOURCE_ROOT/tests/support/browse.py" "${pages[@]}" lossy.html two.html
}

test_the_browser_finds_planted_faults() {
  "$OVERRUN" report "$lossy" -o good.html
  local fault=0
  sed 's|</main>|<p>first text</p><p class="over">second text</p></main>|; s|<style>|<style>.over { margin-top: -20px }|;
    s|<meta http-equiv[^>]*>||' good.html >overlap.html
  sed 's|</main>|<img src="http://192.0.2.1/x.png"></main>|' good.html >asks.html
  sed 's|</main>|<script>alert(1)</script></main>|' good.html >script.html
  sed 's|<g class="nothing"/>||; s|<rect |<none |g; s|<path |<none |g; s|<line |<none |g' good.html >empty.html
  for name in overlap asks script empty; do
    if timeout 100 "$PYTHON" "$SOURCE_ROOT/tests/support/browse.py" "$name.html" >"$name.txt"; then
      echo "$name is found to be good" && fault=1
    fi
  done
  ((fault == 0)) || fail "faults are not found"
  grep -q 'texts overlap: first text | second text' overlap.txt || fail "$(<overlap.txt)"
  grep -q 'console: .*Content Security Policy' asks.txt || fail "$(<asks.txt)"
  grep -q 'console: .*Content Security Policy' script.txt || fail "$(<script.txt)"
  grep -q 'picture is not drawn' empty.txt || fail "$(<empty.txt)"
}

run_tests
