#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

# Frames have the first NIC, messages the second one, and the folder that is shared tells when it is over.
bind_nic 0000:00:02.0 virtio_net
bind_nic 0000:00:03.0 virtio_net
data=$(netdev_of 0000:00:02.0)
management=$(netdev_of 0000:00:03.0)
ip addr add 10.77.0.2/24 dev "$management"
bring_up "$data" "$management"
cp -r ../keys /run/keys
chmod -R go= /run/keys
overrun serve --listen 10.77.0.2:5205 --keys /run/keys --allow-port "netdev:$data" --state /run/state >agent 2>&1 &
agent=$!
echo "$data" >name

# tell_time: the clock of this machine, each time that somebody asks
tell_time() {
  local n
  for ((n = 1; n <= 20; n++)); do
    until [[ -e ../ask-$n ]]; do :; done
    sed -n 's/^now at \([0-9]*\) nsecs$/\1/p' /proc/timer_list >"answer-$n.new"
    mv "answer-$n.new" "../answer-$n"
  done
}
wait_for 300 test -e ../tell
tell_time
wait_for 300 test -e ../over
kill "$agent"
wait "$agent" || true
ip link show "$data" >interface
find /run/overrun -name '*.undo' >left
