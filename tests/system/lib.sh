# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the system tests share. A test is a bash script that ends with 0 (passed), 1 (failed) or 77 (skipped, and says
# why). From the build it gets OVERRUN (the program), SOURCE_ROOT and PYTHON.
set -euo pipefail

: "${OVERRUN:?is the path of the program to test}"
: "${SOURCE_ROOT:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${PYTHON:=python3}"

# Everything a test writes, and everything the program may leave behind, stands here.
scratch=$(mktemp -d)
export XDG_RUNTIME_DIR=$scratch/runtime TMPDIR=$scratch/tmp
mkdir -m 700 "$XDG_RUNTIME_DIR" "$TMPDIR"

cleanups=()
clean_up() {
  local code=$? i
  set +e
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do
    eval "${cleanups[i]}"
  done
  rm -rf "$scratch"
  exit "$code"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# at_end COMMAND: run when the test ends, the latest first
at_end() {
  cleanups+=("$1")
}

skip() {
  echo "skip: $*"
  exit 77
}

fail() {
  echo "fail: $*"
  exit 1
}

# says TEXT [FILE]: is it in there (in $out), wherever lines were broken?
says() {
  tr -s '[:space:]' ' ' <"${2-$out}" | grep -Fq -- "$1"
}

need_tool() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null || skip "no $tool here"
  done
}

need_root() {
  ((EUID == 0)) || skip "needs root"
}

# Transmit and receive workers each want a core.
need_cpus() {
  (($(nproc) >= $1)) || skip "needs $1 CPUs, this process may use $(nproc)"
}

# need_veth: namespaces and pairs of virtual interfaces can be made here
need_veth() {
  need_root
  need_tool ip ethtool
  local probe=ovr-probe-$$
  ip netns add "$probe" 2>/dev/null || skip "may not make a network namespace here"
  at_end "ip netns del $probe 2>/dev/null"
  ip -n "$probe" link add ovr0a type veth peer name ovr0b 2>/dev/null || skip "no veth in this kernel"
  ip netns del "$probe"
}

# make_lab [OPTIONS OF scripts/lab up]: a lab for this test alone, with ovr0a and ovr0b, gone at its end. $lab is its
# name; "${in_lab[@]}" COMMAND… runs in it, under the process id of what is started.
# shellcheck disable=SC2120 # most tests want the simple one
make_lab() {
  need_veth
  lab=test-$$
  at_end "'$SOURCE_ROOT/scripts/lab' down $lab"
  "$SOURCE_ROOT/scripts/lab" up "$lab" "$@" || fail "no lab, though veth is here"
  # shellcheck disable=SC2034 # the test uses it
  in_lab=("$SOURCE_ROOT/scripts/lab" run "$lab" --)
}

# expect_exit CODES COMMAND…: run it and demand one of the exit codes ("0", "[012]"). Its output stands in $out and
# $err afterwards, its exit code in $code. A text result fits a page of 100 columns.
out=$scratch/out
err=$scratch/err
code=0
expect_exit() {
  local codes=$1
  shift
  code=0
  "$@" >"$out" 2>"$err" </dev/null || code=$?
  # shellcheck disable=SC2053 # a pattern on purpose
  if [[ $code != $codes ]]; then
    echo "-- stdout" && tail -n 40 "$out"
    echo "-- stderr" && tail -n 40 "$err"
    fail "'$*' ended with $code, not $codes"
  fi
  # what another program reads has no page: plans, manual pages, CSV, JSON
  [[ " $* " == *" $OVERRUN "* && ! " $* " =~ " "(-|--dry-run|--man)" " && $(head -c 1 "$out") != '{' ]] || return 0
  lines_within 100 "$out" || fail "'$*' has lines of more than 100 columns, or a blank at their end"
}

# json FILE EXPRESSION…: each Python expression holds. d is the document, t its trial, l the ledger, frames(place) the
# sum of the accounts of that place.
json() {
  "$PYTHON" - "$@" <<'EOF' || fail "$1 is not as it must be"
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    d = json.load(file)
t = d.get("trial", {})
l = t.get("ledger", {})
frames = lambda place: sum(a["frames"] for a in l["accounts"] if a["place"] == place)
lost_copies = 0 if l.get("copies") is None else l["copies"] - l["duplicate"]
bad = [e for e in sys.argv[2:] if not eval(e)]
for e in bad:
    print("does not hold:", e)
if bad:
    print(json.dumps({"verdict": d.get("verdict"), "reasons": d.get("reasons"), "ledger": l}, indent=1))
sys.exit(1 if bad else 0)
EOF
}

# has_form NAME FILE: the document has the form that docs/reference/NAME.schema.json promises, as far as this host can tell
has_form() {
  "$PYTHON" -c 'import jsonschema' 2>/dev/null || return 0
  "$PYTHON" -c 'import json, jsonschema, sys; jsonschema.validate(*(json.load(open(p, encoding="utf-8")) for p in sys.argv[1:]))' \
    "$2" "$SOURCE_ROOT/docs/reference/$1.schema.json" || fail "$2 does not have the form that docs/reference/$1.schema.json promises"
}

# value FILE EXPRESSION: print it
value() {
  "$PYTHON" - "$@" <<'EOF'
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    d = json.load(file)
t = d.get("trial", {})
l = t.get("ledger", {})
frames = lambda place: sum(a["frames"] for a in l["accounts"] if a["place"] == place)
lost_copies = 0 if l.get("copies") is None else l["copies"] - l["duplicate"]
print(eval(sys.argv[2]))
EOF
}

# books FILE CODE: the equations of every result, and the verdict that the exit code tells
books() {
  json "$1" \
    'd["schema"] == "overrun.result/1"' \
    'd["command"] == "run"' \
    "{'pass': 0, 'loss': 1, 'void': 2}[d['verdict']] == $2" \
    'd["verdict"] == "pass" or len(d["reasons"]) > 0' \
    'l["sent"] > 0' \
    'l["offered"] == l["refused"] + l["sent"]' \
    'l["received"] == l["unique"] + l["duplicate"] + l["late"] + l["corrupt"] + l["stale"] + l["foreign"]' \
    'l["lost"] == l["sent"] - l["unique"]' \
    'l["lost"] == l["explained"] + l["unexplained"]' \
    'l["explained"] == sum(a["frames"] for a in l["accounts"] if a["place"] != "tx.ring") - lost_copies' \
    'l["refused"] == frames("tx.ring")'
}

# one_sentence: the last command printed nothing but one line on stderr
one_sentence() {
  [[ ! -s $out ]] || fail "'$*' printed on stdout: $(head -n 3 "$out")"
  (($(wc -l <"$err") == 1)) || fail "'$*' said more or less than one line: $(head -n 5 "$err")"
  [[ -n $(tr -d '[:space:]' <"$err") ]] || fail "'$*' said an empty line"
}

# lines_within COLUMNS FILE: no line is longer, nor ends with a blank; those that are or do are printed
lines_within() {
  ! LC_ALL=C.UTF-8 grep -E "^.{$(($1 + 1))}| \$" "$2"
}

# nothing_left: no file and no socket of the program remains
nothing_left() {
  local left
  left=$(find "$XDG_RUNTIME_DIR" "$TMPDIR" -not -type d)
  [[ -z $left ]] || fail "left behind: $left"
}

# sample COUNT SEED "$@": how much of a repeated demand this run takes, and its seed: --count N, --seed S
sample() {
  local name=${0##*/}
  count=$1 seed=$2
  shift 2
  while (($# > 0)); do
    case $1 in
    --count) count=${2-} ;;
    --seed) seed=${2-} ;;
    *) fail "$name: found \"$1\", accepted: --count N, --seed S" ;;
    esac
    shift 2
  done
  [[ $count =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || fail "$name: found --count $count --seed $seed, accepted: two whole numbers"
  echo "$name --count $count --seed $seed"
  RANDOM=$seed
}
