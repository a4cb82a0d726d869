#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:06.0 e1000e
bind_nic 0000:00:07.0 vmxnet3
rx=$(netdev_of 0000:00:06.0)
tx=$(netdev_of 0000:00:07.0)
bring_up "$rx" "$tx"
# The emulation holds 10000 frames before it drops one.
stalled_trial stalled "$tx" "$rx" 14000
