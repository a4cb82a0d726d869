#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Losses that no counter sees, or that a counter tells lies about: to the frame unexplained, and no invented number.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic e1000e --nic e1000e --nic e1000,hub=1 --nic e1000,hub=1 --nic virtio-net-pci,hub=2 \
  --nic virtio-net-pci,hub=2,mrg_rxbuf=off,ctrl_rx=off

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
