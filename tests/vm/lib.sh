# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the tests in the VM share. A script starts one VM with its NICs, in which jobs/JOB.sh runs for each of its jobs, one after
# the other, with the functions of scripts/vm-guest/lib.sh. The script's tests check on the host what came out.
# shellcheck source-path=SCRIPTDIR source=../system/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../system/lib.sh"

: "${VM_FOLDER:?is where the kernel and the image of the VM are kept}"
vm=$SOURCE_ROOT/scripts/vm
results=$scratch/results

# need_turn: with CI_VM_SEED every third script is run, by the seed; without it all are
need_turn() {
  local scripts=("$SOURCE_ROOT"/tests/vm/*.sh) i
  [[ -n ${CI_VM_SEED-} ]] || return 0
  for i in "${!scripts[@]}"; do
    [[ ${scripts[i]##*/} != "${0##*/}" ]] || break
  done
  (((i + CI_VM_SEED) % 3 == 0)) || skip "not in the sample of CI_VM_SEED=$CI_VM_SEED; scripts/test --suite vm runs all"
}

# need_vm: QEMU, the other tools and a kernel are to be had. What is wrong after that is a fault.
need_vm() {
  local code=0
  need_turn
  "$vm" fetch -C "$VM_FOLDER" 2>"$err" || code=$?
  ((code == 0)) || skip "$(sed -n '$s/^vm: //p' "$err")"
}

# need_taps: for a NIC with several queues
need_taps() {
  local own=(--net)
  ((EUID == 0)) || own+=(--user --map-root-user)
  unshare "${own[@]}" bash -c 'ip tuntap add tap0 mode tap multi_queue &&
    ip link add br0 type bridge && ip link set tap0 master br0' 2>"$err" ||
    skip "no multi-queue tap can be bridged here: $(tail -n 1 "$err")"
}

# in_vm "JOB…" [OPTIONS OF scripts/vm run]: the jobs, each in a folder of its own of $results. Beside these stands networks.sh.
in_vm() {
  local jobs=$1 job
  shift
  mkdir -p "$results"
  cp "$(dirname "$0")/../system/networks.sh" "$results"
  for job in $jobs; do
    mkdir -p "$results/$job"
    cp "$(dirname "$0")/jobs/$job.sh" "$results/$job/job"
    printf '(cd %q && bash job; echo $? >exit) >%q 2>&1\n' "$job" "$job/said"
  done >"$scratch/jobs"
  expect_exit 0 "$vm" run "$scratch/jobs" -C "$VM_FOLDER" --out "$results" --timeout 1200 "$@"
}

# of_job JOB: it has ended well; $results is its folder from here on
of_job() {
  local end
  results=$results/$1
  end=$(cat "$results/exit" 2>/dev/null) || fail "the job did not begin, or not end: $(cat "$results/said" 2>/dev/null)"
  [[ $end != 77 ]] || skip "$(sed -n 's/^skip: //p' "$results/said")"
  ((end == 0)) || fail "the job ended with $end: $(cat "$results/said")"
}

# vm_books NAME: the equations of a job's `trial NAME`
vm_books() {
  books "$results/$1.json" "$(<"$results/$1.code")"
}
