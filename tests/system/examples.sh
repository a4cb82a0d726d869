#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every command that the documentation shows is one that the program takes: those that print a plan are asked for it with
# --dry-run, of the others the command line is read. An example that needs a file, an interface or a device names one here
# that there is; what the machine lacks, and not the example, may be refused.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Code lines that begin with the program, without their remarks and what a shell makes of their output. No interface of this
# machine is touched: each name stands for one that is not there.
examples() {
  "$PYTHON" - "$SOURCE_ROOT" <<'PY'
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
seen = set()
for path in [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]:
    lines = path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for line in lines:
        match = re.match(r"(?:    |\t|```)?\s{0,4}\$?\s*(?:sudo )?(?:scripts/lab run (?:\S+ )?-- |ip netns exec \S+ )?(?:build/app/)?overrun (\S.*)", line)
        if not match or not line.startswith("    "):
            continue
        command = re.split(r"\s+#|\s*[>|]{1,2}\s|\s*&&", match.group(1))[0].strip()
        command = re.sub(r"\b(?:eth|ens|enp|eno|ovr)(\d\w*)", r"nowhere\1", command)
        if command and command not in seen:
            seen.add(command)
            print(path.name + "\t" + command)
PY
}

test_every_command_that_the_documentation_shows_is_taken() {
  cd "$scratch"
  ln -s "$SOURCE_ROOT/config" config
  "$OVERRUN" run --rate 1mpps --dry-run >plan.yaml
  "$OVERRUN" reproduce --list >places
  n=0
  while IFS=$'\t' read -r page command; do
    read -ra words <<<"$command"
    # what a line leaves to its reader is no word of a command
    [[ $command == *...* || $command == *…* || $command == *VERB* ]] && continue
    limit=20
    case ${words[0]} in
    run | search | burst | selftest | sweep | plan-ring) asked=("${words[@]}" --dry-run) ;;
    ring)
      case ${words[1]} in
      advise | verify) asked=("${words[@]}" --dry-run) ;;
      show) asked=("${words[@]}") ;;
      *) # what changes rings needs the interface that is not there
        [[ "${words[*]}" == *nowhere* ]] || continue
        asked=("${words[@]}")
        ;;
      esac
      ;;
    path) # to this host: the addresses of examples are nobody's
      asked=(path 127.0.0.1 "${words[@]:2}" --count 1 --rate 1kpps --no-mtu)
      if [[ ${words[1]} == host:* ]]; then
        asked=("${words[@]}" --count 1)
      elif [[ ${words[1]} == *:* ]]; then
        asked[1]=::1
      fi
      # the far end waits for probes until it is stopped
      [[ ${words[1]} == --reflect ]] && continue
      ;;
    # keys are made for this test alone
    keygen) asked=(keygen "$scratch/keys-$n") ;;
    # it waits for callers until it is ended
    serve) asked=("${words[@]}") limit=1 ;;
    watch) asked=("${words[@]}" --count 1 --interval 10ms) ;;
    reproduce) # its lab takes time: the place is one of the list
      [[ ${words[1]} == all ]] || grep -q -- "^${words[1]} " places || [[ ${words[1]} == --list ]] ||
        fail "$page: 'overrun $command': there is no such place"
      asked=(reproduce --list)
      ;;
    *) asked=("${words[@]}") ;;
    esac
    code=0
    timeout "$limit" "$OVERRUN" "${asked[@]}" >"$out" 2>"$err" </dev/null || code=$?
    n=$((n + 1))
    ((code < 3)) && continue
    ((code == 124)) && [[ ${words[0]} == serve ]] && continue
    # an interface, an address, a namespace, a host, a file or a device that is not here; anything else is the example's fault
    grep -Eq 'there is no such interface|found no file [^ ]*hosts.yaml|there is none of this name|No such file|is no PCI device|nothing is saved|no such (PCI )?device|accepted: an address of this host|ping sockets are not allowed|Cannot assign requested address' "$err" ||
      fail "$page: 'overrun $command' is refused: $(<"$err")"
  done < <(examples)
  ((n >= 25)) || fail "only $n examples were found"
  echo "$n examples are taken"
}

run_tests
