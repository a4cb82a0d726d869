#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"
# shellcheck source-path=SCRIPTDIR source=../../system/networks.sh
. ../networks.sh

make_receiver
make_sender
echo "$hop" >hop

# talk NAME TX-KEYS RX-KEYS [OPTION…]: connections from one namespace to the other
talk() {
  local name=$1 code=0
  overrun run --tx "tcp:198.19.0.1:5201,netns=$tester${2:+,$2}" --rx "tcp:198.19.0.1:5201,netns=$receiver${3:+,$3}" \
    --via "netns=$hop" --json "$name.json" "${@:4}" || code=$?
  ((code <= 2)) || fail "overrun could not run the trial '$name'"
}

talk clean '' '' --count 2000
talk accept connections=20 backlog=4,accept=0 --time 400ms
talk window '' rcvbuf=65536 --stall unread --time 1s
talk shrunk '' shrink=2304 --stall unread --time 1s

set_in "$receiver" net.ipv4.tcp_syncookies=0 net.ipv4.tcp_max_syn_backlog=64
rules "$hop" forward 'tcp flags & (syn | ack) == (syn | ack) counter drop'
talk syn connections=100 backlog=1024 --time 400ms
