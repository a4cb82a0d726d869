#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The capabilities that packaging/Containerfile states are enough. No container is made here: a network namespace and a bounding
# set stand for it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_cpus 2
need_root
need_tool setpriv unshare
file=$SOURCE_ROOT/packaging/Containerfile
chmod 755 "$scratch"
short=(--count 500 --rate 10kpps --rate-tolerance 100%)

# as_container CAPABILITIES: words before a command that may have no others; Linux's names, with commas
as_container() {
  local set=-all name
  for name in ${1//,/ }; do
    set+=,+${name,,}
  done
  container=(setpriv --bounding-set="$set" --inh-caps=-all --no-new-privs)
}

test_the_wire_needs_none() {
  chmod 755 "$scratch"
  install -m 755 "$OVERRUN" "$scratch/overrun"
  as_container ''
  mkdir -m 777 "$scratch/nobody"
  expect_exit '[012]' unshare -n "${container[@]}" --reuid=65534 --regid=65534 --clear-groups env -i "PATH=$PATH" \
    "XDG_RUNTIME_DIR=$scratch/nobody" "$scratch/overrun" run "${short[@]}" --json "$scratch/nobody/result.json"
  books "$scratch/nobody/result.json" "$code"
  json "$scratch/nobody/result.json" 'l["attempted"] == 500' 'l["unexplained"] == 0'
}

# stated PORT: the capabilities of the command with that port in the file
stated() {
  sed -n '/--cap-add/{N;s/\n//;p}' "$file" | sed -n "/$1/s/.*--cap-add=\([A-Z_,]*\).*/\1/p"
}

# enough MODE CAPABILITIES: these carry a trial
enough() {
  as_container "$2"
  expect_exit '[012]' "${in_lab[@]}" "${container[@]}" "$OVERRUN" run --tx "netdev:ovr0a$1" --rx "netdev:ovr0b$1" \
    "${short[@]}" --json "$result"
  books "$result" "$code"
  json "$result" 'l["attempted"] == 500' 'l["unexplained"] == 0'
  rm "$result"
}

# too_few MODE CAPABILITIES: without each one of them there is no trial
too_few() {
  local name
  for name in ${2//,/ }; do
    as_container "$(tr , '\n' <<<"$2" | grep -vx "$name" | paste -sd,)"
    expect_exit 3 "${in_lab[@]}" "${container[@]}" "$OVERRUN" run --tx "netdev:ovr0a$1" --rx "netdev:ovr0b$1" "${short[@]}"
  done
}

test_packet_sockets_need_those_that_the_file_states() {
  make_lab
  capabilities=$(stated mode=af_packet)
  [[ $capabilities == NET_ADMIN,NET_RAW ]] || fail "packaging/Containerfile states '$capabilities'"
  enough ,mode=af_packet "$capabilities"
  too_few ,mode=af_packet "$capabilities"
}

test_af_xdp_needs_those_that_the_file_states() {
  make_lab
  capabilities=$(stated 'netdev:eth1 ')
  [[ $capabilities == NET_ADMIN,NET_RAW,SYS_ADMIN,IPC_LOCK ]] || fail "packaging/Containerfile states '$capabilities'"
  enough '' "$capabilities"
  too_few '' "$capabilities"
  as_container "${capabilities/SYS_ADMIN/BPF}"
  expect_exit 3 "${in_lab[@]}" "${container[@]}" "$OVERRUN" run --tx netdev:ovr0a --rx netdev:ovr0b "${short[@]}"
  says 'this process lacks CAP_SYS_ADMIN' "$err" || fail "$(<"$err")"
}

run_tests
