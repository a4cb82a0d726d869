#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Half a second on the embedded wire with nothing else said: a valid result whose books balance to the frame.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

test_the_books_of_the_default_run_balance_and_its_plan_runs_again() {
  expect_exit '[012]' "$OVERRUN" run --time 500ms --json "$result"
  books "$result" "$code"
  json "$result" 'l["unexplained"] == 0' 'd["plan"]["time"] == "500ms"'
  grep -qi "$(value "$result" 'd["verdict"]')" "$out" || fail "the text does not name the verdict: $(cat "$out")"

  # the plan in the result is one that can be run again, with nothing left open but the line, which is the port's to say, and what
  # depends on the terminal
  plan=$scratch/again.json
  value "$result" 'json.dumps(d["plan"])' >"$plan"
  json "$result" 'int(d["plan"]["trial-id"], 16) == int(t["trial_id"], 16)' 'd["plan"]["cores"].startswith("tx=")' \
    '[k for k, v in d["plan"].items() if v == "auto"] == ["line", "live", "color"]' \
    't["rings"]["rxd"] == t["rings"]["txd"] == {"asked": 1024, "set": 1024, "read_back": True}'
  expect_exit 0 "$OVERRUN" run --plan "$plan" --dry-run
  expect_exit '[012]' "$OVERRUN" run --plan "$plan" --json "$scratch/second.json"
  json "$scratch/second.json" "d['plan']['cores'] == '$(value "$result" 'd["plan"]["cores"]')'" \
    "t['trial_id'] == '$(value "$result" 't["trial_id"]')'"
  nothing_left

  schema=$SOURCE_ROOT/docs/reference/result.schema.json
  [[ -f $schema ]] || fail "there is no $schema"
  "$PYTHON" -c 'import jsonschema' 2>/dev/null || skip "the books balance; no jsonschema for $PYTHON to check the form"
  "$PYTHON" - "$schema" "$result" <<'EOF' || fail "the result does not have the form that docs/reference/result.schema.json promises"
import json, sys
import jsonschema
schema, result = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema) if "draft-07" in schema.get("$schema", "") else None
jsonschema.validate(result, schema)
EOF
}

run_tests
