#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Files of a result: links and devices are written through, all files appear or none, an older one outlives a failure.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2

results=$scratch/results
mkdir "$results"
short=(run --count 1000 --rate 100kpps --rxd 4096 --warmup 0 --drain 5ms --settle 0 --rate-tolerance 100% --quiet)

# only FILE…: the folder holds these and nothing else
only() {
  local there wanted
  there=$(find "$results" -mindepth 1 -printf '%f\n' | sort)
  wanted=$(printf '%s\n' "$@" | sort)
  [[ $there == "$wanted" ]] || fail "the folder holds: $there"
}

# a link is written through, and what was longer before is cut
head -c 1000000 /dev/zero >"$results/target.json"
ln -s target.json "$results/link.json"
expect_exit '[012]' "$OVERRUN" "${short[@]}" --json "$results/link.json"
[[ -L $results/link.json ]] || fail "the link was replaced"
books "$results/target.json" "$code"
only link.json target.json

# a link to nothing makes its file
rm "$results/target.json"
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
rm "$results/link.json"

# stdout by its other name
expect_exit '[012]' "$OVERRUN" "${short[@]}" --json /dev/stdout
books "$out" "$code"
# shellcheck disable=SC2016 # the inner shell is to expand them
expect_exit '[012]' bash -c '"$@" | cat; exit "${PIPESTATUS[0]}"' - "$OVERRUN" "${short[@]}" --json /dev/stdout
books "$out" "$code"

# all of them or none: the CSV file finds no room, so that there is no JSON file either
echo old >"$results/old.json"
expect_exit 3 "$OVERRUN" "${short[@]}" --json "$results/old.json" --csv /dev/full
one_sentence "${short[@]}"
[[ $(cat "$results/old.json") == old ]] || fail "half a result replaced an older file"
only old.json
code=0
"$OVERRUN" "${short[@]}" --json "$results/new.json" >/dev/full 2>"$err" || code=$?
((code == 3)) || fail "a report that cannot be printed ended with $code"
only old.json

expect_exit '[012]' "$OVERRUN" "${short[@]}" --json "$results/old.json" --csv "$results/new.csv"
books "$results/old.json" "$code"
only old.json new.csv
nothing_left
