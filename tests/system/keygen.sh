#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The keys of a host: where they are written, who can read them, and what is left alone.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export HOME=$scratch/home
unset XDG_CONFIG_HOME

set_up() {
  rm -rf "$HOME"
  mkdir "$HOME"
}

test_a_pair_is_made_in_the_folder_of_settings() {
  expect_exit 0 "$OVERRUN" keygen
  folder=$HOME/.config/overrun
  [[ $(stat -c %a "$folder/secret") == 600 ]] || fail "others may read the secret key"
  [[ $(stat -c %a "$folder") == 700 ]] || fail "others may look into the folder"
  grep -Eqx '[0-9a-f]{64}' "$folder/secret" || fail "no secret key was written"
  grep -Eqx "[0-9a-f]{64} $(id -un)@$(uname -n)" "$folder/public" || fail "found $(<"$folder/public")"
  read -r key _ <"$folder/public"
  grep -qx "$key" "$out" || fail "the public key was not printed"
  ! grep -q "$(<"$folder/secret")" "$out" "$err" || fail "the secret key was printed"
  [[ $(ls "$folder") == $'public\nsecret' ]] || fail "there is more: $(ls "$folder")"
}

test_settings_have_another_folder() {
  XDG_CONFIG_HOME=$scratch/settings expect_exit 0 "$OVERRUN" keygen --comment 'bench, second floor'
  grep -Eqx '[0-9a-f]{64} bench, second floor' "$scratch/settings/overrun/public"
}

test_a_pair_that_is_there_stays() {
  expect_exit 0 "$OVERRUN" keygen "$scratch/keys"
  cp -r "$scratch/keys" "$scratch/before"
  expect_exit 3 "$OVERRUN" keygen "$scratch/keys"
  one_sentence keygen
  says "found a key, accepted: none, or --force, which replaces it" "$err"
  diff -r "$scratch/before" "$scratch/keys" || fail "the pair was changed"
  expect_exit 0 "$OVERRUN" keygen --force "$scratch/keys"
  ! cmp -s "$scratch/before/secret" "$scratch/keys/secret" || fail "the pair was not replaced"
}

test_nothing_is_left_where_a_file_cannot_be_written() {
  mkdir -p "$scratch/keys/public"
  expect_exit 3 "$OVERRUN" keygen --force "$scratch/keys"
  [[ $(ls "$scratch/keys") == public ]] || fail "found $(ls "$scratch/keys")"
  expect_exit 3 "$OVERRUN" keygen /proc/nowhere
  one_sentence keygen
}

run_tests
