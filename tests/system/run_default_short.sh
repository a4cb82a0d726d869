#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Half a second on the embedded wire with nothing else said: a valid result whose books balance to the frame.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

result=$scratch/result.json
expect_exit '[012]' "$OVERRUN" run --time 500ms --json "$result"
books "$result" "$code"
json "$result" 'l["unexplained"] == 0' 'd["plan"]["time"] == "500ms"'
grep -qi "$(value "$result" 'd["verdict"]')" "$out" || fail "the text does not name the verdict: $(cat "$out")"
nothing_left

schema=$SOURCE_ROOT/docs/result.schema.json
[[ -f $schema ]] || fail "there is no $schema"
"$PYTHON" -c 'import jsonschema' 2>/dev/null || skip "the books balance; no jsonschema for $PYTHON to check the form"
"$PYTHON" - "$schema" "$result" <<'EOF' || fail "the result does not have the form that docs/result.schema.json promises"
import json, sys
import jsonschema
schema, result = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema) if "draft-07" in schema.get("$schema", "") else None
jsonschema.validate(result, schema)
EOF
