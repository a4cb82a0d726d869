#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:04.0 virtio_net
bind_nic 0000:00:05.0 virtio_net
one=$(netdev_of 0000:00:04.0)
other=$(netdev_of 0000:00:05.0)
bring_up "$one" "$other"
echo "$one" >one
echo "$other" >other

# state NAME: what is attached, promiscuous and pinned
state() {
  (
    set +e # what is not there is counted, too
    ip link show | grep -c prog/xdp
    ip link show | grep -c PROMISC
    compgen -G '/sys/fs/bpf/xdp/dispatch-*/*' | wc -l
    compgen -G '/run/overrun/*.undo' | wc -l
    true
  ) | paste -sd ' ' - >"$1.state"
}

# Killed with AF_XDP sockets open: libxdp pins its dispatcher's programs if it is let.
for dispatcher in with without; do
  LIBXDP_SKIP_DISPATCHER=$([[ $dispatcher == without ]] && echo 1 || echo 0)
  export LIBXDP_SKIP_DISPATCHER
  state "$dispatcher-before"
  overrun run --tx "netdev:$one" --rx "netdev:$other" --rate 1kpps --time 120s --rate-tolerance 100% >"$dispatcher.log" 2>&1 &
  tester=$!
  wait_for 60 grep -qs "^took xdp .* $other " "/run/overrun/$tester.undo" || fail "no program was attached: $(cat "$dispatcher.log")"
  state "$dispatcher-running"
  kill -KILL "$tester"
  wait "$tester" 2>/dev/null || true
  state "$dispatcher-killed"
  echo "$tester" >"$dispatcher.pid"
  overrun run --time 10ms --rate 1kpps --rate-tolerance 100% >/dev/null 2>"$dispatcher.said" || true
  state "$dispatcher-after"
done
