#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A malformed plan: the sentence names file, line and column.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

plan=$scratch/bad.yaml

# refuse_at LINE: the plan on stdin is refused, and the sentence names that line
refuse_at() {
  cat >"$plan"
  expect_exit 3 "$OVERRUN" run --plan "$plan" --dry-run
  one_sentence "--plan with an error in line $1"
  grep -Eq "bad\.yaml:$1:[0-9]+" "$err" || fail "no 'bad.yaml:$1:COLUMN' in: $(cat "$err")"
}

test_the_sentence_names_file_line_and_column() {
  refuse_at 2 <<'EOF'
rate: 1mpps
frobnicate: 7
EOF
  refuse_at 3 <<'EOF'
# a comment
size: 64
rate: banana
EOF
  refuse_at 2 <<'EOF'
rxd: 1024
rxd: 2048
EOF
  refuse_at 2 <<'EOF'
rxd: 1024
rate: [1mpps, 2mpps]
EOF
  refuse_at 1 <<'EOF'
- rate
- 1mpps
EOF
  refuse_at 2 <<'EOF'
rate: 1mpps
size: "64
EOF
  refuse_at 2 < <(printf 'rate: 1mpps\n\tsize: 64\n')
  refuse_at 1 <<'EOF'
time: 5
EOF
}

# What is no single value's fault is still one sentence.
test_what_is_no_single_value_s_fault_is_still_one_sentence() {
  printf 'size: 64\nip: 6\n' >"$plan"
  expect_exit 3 "$OVERRUN" run --plan "$plan" --dry-run
  one_sentence "a plan whose frames are too small"
}

# Nothing at all is the default plan, and a JSON object is YAML.
test_nothing_is_the_default_plan_and_json_is_yaml() {
  : >"$plan"
  expect_exit '[03]' "$OVERRUN" run --plan "$plan" --dry-run
  echo '{"rate": "1mpps", "size": "128"}' >"$plan"
  expect_exit 0 "$OVERRUN" run --plan "$plan" --dry-run
}

run_tests
