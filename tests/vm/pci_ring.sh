#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A PCI port's ring runs over. A ring of N that nobody reads keeps N - 1 frames, every other one stands in the driver's
# imissed, and a ring of another size loses elsewhere: to the frame.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm --nic vmxnet3 --nic vmxnet3

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

ring behind-killed 256 256

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
