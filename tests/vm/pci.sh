#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# PCI ports under uio_pci_generic: rings that run over, losses on the way, losses that no counter sees.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm "pci_ring pci_again pci_path pci_unseen" --nic vmxnet3 --nic vmxnet3 --nic vmxnet3,hub=1 --nic vmxnet3,hub=1 \
  --nic e1000e,hub=2 --nic e1000e,hub=2 --nic e1000,hub=3 --nic e1000,hub=3 --nic virtio-net-pci,hub=4 \
  --nic virtio-net-pci,hub=4,mrg_rxbuf=off,ctrl_rx=off

# A PCI port's ring runs over. A ring of N that nobody reads keeps N - 1 frames, every other one stands in the driver's
# imissed, and a ring of another size loses elsewhere: to the frame.
test_a_ring_loses_what_its_counter_says() {
  of_job pci_ring
  # ring NAME ASKED SET: of 6000 frames it kept all that it could
  ring() {
    vm_books "$1"
    json "$results/$1.json" "t['rings']['rxd'] == {'asked': $2, 'set': $3, 'read_back': False}" 'l["sent"] == 6000' \
      "l['unique'] == $3 - 1" 'frames("rx.ring") == l["lost"]' 'l["unexplained"] == 0' \
      '[a["counter"] for a in l["accounts"] if a["place"] == "rx.ring"] == ["imissed (pktsRxOutOfBuf)"]'
  }
  ring 128 128 128
  ring 1024 1024 1024
  ring 4096 4096 4096
  ring rounded 130 160

  ring after-killed 256 256

  # A receiver that comes round now and then: what was lost is what the counter says, however much that is.
  for name in stalled-128 stalled-4096; do
    vm_books "$name"
    json "$results/$name.json" 'l["sent"] == 6000' 'l["lost"] == frames("rx.ring")' 'l["unexplained"] == 0'
  done
  json "$results/stalled-128.json" 'l["lost"] > 0'
  json "$results/stalled-4096.json" 'l["lost"] == 0'

  # One NIC that sends and receives: nothing comes back, for nobody is there who would send it back.
  vm_books alone
  json "$results/alone.json" 'l["sent"] == 500' 'l["unique"] == 0' 'l["unexplained"] == 500'

  # What the driver can be asked for, without a trial.
  json "$results/ring-show.json" 'd["ports"][0]["driver"] == "net_vmxnet3"' \
    'd["ports"][0]["maximum"]["rx"] == 4096' 'd["ports"][0]["limits"]["rx_min"] == 128' \
    '(d["ports"][0]["usable"], d["ports"][0]["usable_is_verified"]) == (1023, True)'

  [[ ! -s $results/left ]] || fail "left behind: $(cat "$results/left")"
}

# Several trials of one process on PCI ports: each opens the devices anew, and has the books of its own frames. How fast a
# NIC of QEMU is decides nothing.
test_each_trial_of_a_process_has_its_own_books() {
  of_job pci_again
  [[ $(<"$results/code") == [01] ]] || fail "a selftest on PCI ports ended with $(<"$results/code"): $(<"$results/text")"
  json "$results/selftest.json" 'd["command"] == "selftest"' 'len(d["trials"]) > 1' 'd["trials"][0]["purpose"] == "saturation"' \
    'all(s["verdict"] == "pass" for s in d["trials"])' 'all(s["trial"]["ledger"]["unique"] > 0 for s in d["trials"])' \
    'all(s["trial"]["ledger"]["stale"] == 0 for s in d["trials"])'
  [[ ! -s $results/left ]] || fail "left behind: $(cat "$results/left")"
}

# A lossy hop before a stalled receiver: the kernel of the VM carries frames from one PCI port to the other and loses 2 % on
# the way. What the ring lost and what the path lost come apart, and add up to the frame.
test_path_and_ring_come_apart() {
  of_job pci_path
  vm_books dut
  read -r dropped <"$results/dropped"
  json "$results/dut.json" 'l["sent"] == 6000' "frames('path') == $dropped > 0" 'l["unique"] == 1023' \
    "frames('rx.ring') == 6000 - 1023 - $dropped" 'l["lost"] == frames("path") + frames("rx.ring")' 'l["unexplained"] == 0'
}

# Losses that no counter sees, or that a counter tells lies about: to the frame unexplained, and no invented number.
test_what_no_counter_sees_is_unexplained() {
  of_job pci_unseen
  # QEMU holds 10000 frames for an e1000e whose ring is full, and drops the rest where nobody counts.
  vm_books e1000e
  json "$results/e1000e.json" 'l["sent"] == 12000' 'l["unique"] == 10000 + 256 - 1' 'l["lost"] == l["unexplained"] == 1745' \
    "t['rings']['rxd'] == {'asked': 256, 'set': 256, 'read_back': True}" \
    'len([n for n in t["notes"] if "flow control was on in both directions; off while the trial runs" in n]) == 2'

  # The 82540EM's counter adds up what it held before at every reading.
  vm_books e1000
  json "$results/e1000.json" 'l["sent"] == 12000' 'l["lost"] > 0' 'l["unexplained"] == l["lost"]' 'frames("rx.ring") == 0' \
    '[n for n in t["notes"] if "imissed" in n and "wrong" in n]'

  # virtio has no such counter, and does not lose: it holds the sender up.
  vm_books virtio
  json "$results/virtio.json" 'l["sent"] == 3000' 'l["lost"] == 0' \
    'not [a for a in l["accounts"] if a["place"] == "rx.ring"]' "t['rings']['rxd']['set'] is None"

  # Its header stands before each frame in the buffer, and its vector receive brings no fewer than 8 frames.
  vm_books large
  json "$results/large.json" 'l["sent"] == l["unique"] == 300' \
    '[(s["size"], s["sent"], s["lost"]) for s in t["sizes"]] == [(2048, 150, 0), (9018, 150, 0)]'
  vm_books vector
  json "$results/vector.json" 'l["sent"] == l["unique"] == 300' \
    '[n for n in t["notes"] if "each poll asks for 32 frames, not 4" in n]' \
    '[n for n in t["notes"] if "refuses promiscuous mode" in n]'
}

run_tests
