#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# scripts/vm hands over variables and files, ends with the job's exit code, and says in one sentence why it cannot.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

job=$scratch/job
echo true >"$job"

test_what_is_asked_wrongly_gets_one_sentence() {
  for wrong in '' frob 'run' 'run /no/such/job' "run $job $job" "run $job --nic" "run $job --nic ,hub=1" "run $job --nic e1000,hub=x" \
    "run $job --nic e1000,fast" "run $job --nic virtio-net-pci,queues=1" "run $job --nic e1000,queues=4" \
    "run $job --nic e1000,tap=" "run $job --nic e1000,tap=nowhere0" \
    "run $job --smp 0" "run $job --env x" "run $job --frob" 'image --iommu' 'fetch x'; do
    # shellcheck disable=SC2086 # words on purpose
    expect_exit 3 "$vm" $wrong
    one_sentence vm "$wrong"
  done
}

run=("$vm" run "$job" -C "$VM_FOLDER")

test_variables_files_and_the_exit_code_are_handed_over() {
  need_vm
  cat >"$job" <<'EOT'
. "$VM_LIB"
echo "said to stdout" && echo "said to stderr" >&2
printf '%s\n' "$words" >"a file"
cp /proc/cmdline cmdline
nproc >cpus
exit 7
EOT
  words=$'two  words, "quoted" $HOME\nand a line'
  mkdir "$results"
  echo old >"$results/stays"
  expect_exit 7 "${run[@]}" --out "$results" --env "words=$words" --smp 3 --append "some=thing"
  [[ $(<"$out") == $'said to stdout\nsaid to stderr' ]] || fail "the job's words are not what came out: $(cat "$out")"
  [[ $(<"$results/a file") == "$words" ]] || fail "the variable came as $(cat "$results/a file")"
  [[ $(<"$results/cpus") == 3 ]] || fail "3 processors asked, $(<"$results/cpus") there"
  grep -q ' some=thing$' "$results/cmdline" || fail "the kernel's line is $(<"$results/cmdline")"
  [[ $(<"$results/stays") == old ]] || fail "a file that was there before is gone"
}

# a machine that does not come to the job's end
cannot() {
  local pattern=$1
  shift
  expect_exit 3 "${run[@]}" --out "$results" "$@"
  tail -n 1 "$err" | grep -q "^vm: $pattern" || fail "instead of '$pattern': $(tail -n 1 "$err")"
}

test_a_machine_that_does_not_come_to_its_end_is_told() {
  need_vm
  echo 'while :; do sleep 1; done' >"$job"
  cannot 'the job did not end within 15 s' --timeout 15
  echo 'echo c >/proc/sysrq-trigger' >"$job"
  cannot "the VM went down before the job's end"
  cannot "QEMU ended with 1: .*'nosuch' is not a valid device" --nic nosuch
  left=$(find "$VM_FOLDER" -name 'tmp.*')
  [[ -z $left ]] || fail "left behind: $left"
}

run_tests
