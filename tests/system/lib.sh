# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the system tests share. A script defines one function `test_…` for each behaviour, in the order in which they run, and
# ends with `run_tests`. A test passes if its function returns, fails by `fail` or by any command that fails, and skips by
# `skip`; each is a line of TAP. `set_up`, if there is one, runs before each. What stands outside of the functions prepares all
# of them: a skip there skips all.
# From the build a script gets OVERRUN (the program), SOURCE_ROOT and PYTHON.
set -euo pipefail

: "${OVERRUN:?is the path of the program to test}"
: "${SOURCE_ROOT:=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}"
: "${PYTHON:=python3}"

# use_scratch FOLDER: everything that is written from here on, and everything that the program may leave behind, stands there.
# A command's output stands in $out and $err, a result is written to $result.
use_scratch() {
  scratch=$1
  out=$scratch/out err=$scratch/err
  # shellcheck disable=SC2034 # the test uses it
  result=$scratch/result.json
  export XDG_RUNTIME_DIR=$scratch/runtime TMPDIR=$scratch/tmp
  [[ -d $scratch ]] || mkdir -m 755 "$scratch"
  mkdir -m 700 "$XDG_RUNTIME_DIR" "$TMPDIR"
}

# end_ours [-SIGNAL] PID…: those of them that are background processes of this shell and have not ended: the number of one that has
# ended may be another's by now
end_ours() {
  local signal=-TERM pid ours
  [[ $1 != -* ]] || { signal=$1 && shift; }
  ours=$'\n'$(jobs -rp)$'\n'$(jobs -sp)$'\n'
  for pid; do
    [[ $ours != *$'\n'"$pid"$'\n'* ]] || kill "$signal" "$pid"
  done
}

cleanups=()
clean_up() {
  local code=$? i
  trap - ERR
  set +e
  for ((i = ${#cleanups[@]} - 1; i >= 0; i--)); do
    eval "${cleanups[i]}"
  done
  rm -rf "$scratch"
  exit "$code"
}

# at_end COMMAND: run when this test ends, or after all of them if it stands outside; the latest first
at_end() {
  cleanups+=("$1")
}

clean_up_at_end() {
  trap clean_up EXIT
  trap 'exit 1' INT TERM HUP
}

use_scratch "$(mktemp -d)"
chmod 700 "$scratch"
clean_up_at_end

in_test=
skip() {
  if [[ -z $in_test ]]; then
    echo "1..0 # SKIP $*"
    exit 0
  fi
  echo "skip: $*"
  echo "$*" >"$skipped"
  exit 77
}

fail() {
  echo "fail: $*"
  [[ -n $in_test ]] || echo "Bail out! $*"
  exit 1
}

# tests_of_script: its functions test_…, in the order of their definition
tests_of_script() {
  (
    shopt -s extdebug
    while read -r _ _ name; do
      declare -F "$name"
    done < <(declare -F | grep ' test_') | sort -k 2n | cut -d ' ' -f 1
  )
}

# part_of_script K N: every Nth of the script's tests, from the Kth on
part_of_script() {
  tests_of_script | awk -v k="$1" -v n="$2" 'NR % n == k % n'
}

# run_tests [NAME… | K/N]: the script's tests, or these alone, or the Kth of N parts, which may run side by side; ends the script
# with 1 if any failed. Its variables are seen by the tests, which have others of plain names.
run_tests() {
  local in_test tests=("$@") test_number=0 test_code any_failed=0
  case ${1-} in
  '') mapfile -t tests < <(tests_of_script) ;;
  */*) mapfile -t tests < <(part_of_script "${1%/*}" "${1#*/}") ;;
  esac
  echo "1..${#tests[@]}"
  skipped=$scratch/skipped
  for in_test in "${tests[@]}"; do
    test_number=$((test_number + 1))
    # what a test says is a comment in TAP
    set +e
    (
      set -Eeuo pipefail
      trap 'echo "fail: line $LINENO: $BASH_COMMAND" >&2' ERR
      cleanups=()
      use_scratch "$scratch/$test_number"
      clean_up_at_end
      ! declare -F set_up >/dev/null || set_up
      "$in_test"
      nothing_left
    ) 2>&1 | sed -u 's/^/# /'
    test_code=${PIPESTATUS[0]}
    set -e
    in_test=${in_test#test_}
    case $test_code in
    0) echo "ok $test_number - ${in_test//_/ }" ;;
    77) echo "ok $test_number - ${in_test//_/ } # SKIP $(<"$skipped")" ;;
    *)
      echo "not ok $test_number - ${in_test//_/ }"
      any_failed=1
      ;;
    esac
  done
  return "$any_failed"
}

# shellcheck source-path=SCRIPTDIR source=networks.sh
. "$(dirname "${BASH_SOURCE[0]}")/networks.sh"

# says TEXT [FILE]: is it in there (in $out), wherever lines were broken?
says() {
  tr -s '[:space:]' ' ' <"${2-$out}" | grep -Fq -- "$1"
}

# Transmit and receive workers each want a core.
need_cpus() {
  (($(nproc) >= $1)) || skip "needs $1 CPUs, this process may use $(nproc)"
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

# wait_until [SECONDS] COMMAND…: until it succeeds; 1 if it does not within that time, which only ends what hangs: how fast a host
# is decides nothing. Fewer seconds are for what a test can do without.
wait_until() {
  local limit=60 end
  [[ $1 != [0-9]* ]] || { limit=$1 && shift; }
  end=$((SECONDS + limit + 1))
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

# begin COMMAND…: in the background, with signals at their default, which bash would have it ignore. Its pid is in $pid, and it
# is killed when the test ends.
begin() {
  env --default-signal=INT,TERM "$@" >"$out" 2>"$err" </dev/null &
  pid=$!
  at_end "end_ours -KILL $pid"
}

# has_workers: of what was begun, the transmit and the receive worker are up
has_workers() {
  (($(find "/proc/$pid/task" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l) >= 3))
}

# is_sending: what was begun with "${live[@]}" has sent frames
# shellcheck disable=SC2034 # the test uses it
live=(--live line --interval 100ms)
is_sending() {
  grep -q '   tx [1-9]' "$err"
}

# is_in_a_later_trial: the first trial of what was begun is over, or all of it is
is_in_a_later_trial() {
  grep -q '^[0-9]* s: trial ' "$err" || is_over
}

# is_over: what was begun has ended
is_over() {
  ! kill -0 "$pid" 2>/dev/null
}

# end_by SIGNAL: sends it to what was begun, if that has not ended yet, and waits for its end; the exit code stands in $code
end_by() {
  kill -"$1" "$pid" 2>/dev/null || true
  code=0
  { wait "$pid" || code=$?; } 2>/dev/null
}

# interfaces_are_clean: no XDP program and no promiscuity is left on those of the lab
interfaces_are_clean() {
  local links
  links=$("${in_lab[@]}" ip -d link show)
  [[ $links != *xdp* && $links != *PROMISC* ]] || fail "left on the interfaces: $links"
}

# expect_exit CODES COMMAND…: run it and demand one of the exit codes ("0", "[012]"). Its output stands in $out and
# $err afterwards, its exit code in $code. A text result fits a page of 100 columns.
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
  page_fits "$@"
}

# page_fits COMMAND…: what it printed; what another program reads has no page: plans, manual pages, CSV, JSON
page_fits() {
  [[ " $* " == *" $OVERRUN "* && ! " $* " =~ " "(-|--dry-run|--man)" " && $(head -c 1 "$out") != '{' ]] || return 0
  lines_within 100 "$out" || fail "'$*' has lines of more than 100 columns, or a blank at their end"
}

# json FILE EXPRESSION…: each Python expression holds. d is the document, t its trial, l the ledger, frames(place) the
# sum of the accounts of that place, owned(place, port) of those at one port or hop.
json() {
  "$PYTHON" - "$@" <<'EOF' || fail "$1 is not as it must be"
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    d = json.load(file)
t = d.get("trial", {})
l = t.get("ledger", {})
frames = lambda place: sum(a["frames"] for a in l["accounts"] if a["place"] == place)
owned = lambda place, port: sum(a["frames"] for a in l["accounts"] if (a["place"], a["port"]) == (place, port))
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
    'l["attempted"] == l["refused"] + l["sent"]' \
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

# expect_trial CODES COMMAND…: as expect_exit, and up to three times more where this host was too busy: it started later than
# its peers, or stood still for all of a short trial
expect_trial() {
  local codes=$1
  shift
  for _ in 1 2 3; do
    code=0
    "$@" >"$out" 2>"$err" </dev/null || code=$?
    # shellcheck disable=SC2053 # a pattern on purpose
    if [[ $code == $codes ]]; then
      page_fits "$@"
      return
    fi
    echo "# once more after $code: $(grep -h 'VOID\|overrun:' "$out" "$err" | head -n 2 || true)"
  done
  expect_exit "$codes" "$@"
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
  echo "# $name --count $count --seed $seed"
  RANDOM=$seed
}
