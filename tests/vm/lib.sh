# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# What the tests in the VM share. A test has two halves of one name: NAME.sh starts the VM with its NICs and checks what
# came out, on the host; jobs/NAME.sh does it, in the VM, with the functions of scripts/vm-guest/lib.sh.
# shellcheck source-path=SCRIPTDIR source=../system/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../system/lib.sh"

: "${VM_FOLDER:?is where the kernel and the image of the VM are kept}"
vm=$SOURCE_ROOT/scripts/vm
results=$scratch/results

# need_vm: QEMU, the other tools and a kernel are to be had. What is wrong after that is a fault.
need_vm() {
  local code=0
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

# in_vm [OPTIONS OF scripts/vm run]: the other half of this test. Its files stand in $results.
# shellcheck disable=SC2120 # some tests need no NIC
in_vm() {
  expect_exit '@(0|77)' "$vm" run "$(dirname "$0")/jobs/$(basename "$0")" -C "$VM_FOLDER" --out "$results" --timeout 400 "$@"
  ((code == 0)) || skip "$(sed -n 's/^skip: //p' "$out")"
}

# vm_books NAME: the equations of a job's `trial NAME`
vm_books() {
  books "$results/$1.json" "$(<"$results/$1.code")"
}
