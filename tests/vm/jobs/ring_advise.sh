#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# shellcheck source-path=SCRIPTDIR source=../../../scripts/vm-guest/lib.sh
. "$VM_LIB"

bind_nic 0000:00:02.0 vmxnet3
bind_nic 0000:00:03.0 vmxnet3
rx=$(netdev_of 0000:00:02.0)
tx=$(netdev_of 0000:00:03.0)
bring_up "$rx" "$tx"
advise=(overrun ring advise "netdev:$rx,mode=af_packet" --tx "netdev:$tx,mode=af_packet" --dst-mac 52:54:00:00:00:01 --rate 2kpps
  --burst 8 --stall 20ms/80ms --cover injected --baseline 300ms --time 300ms --stall-min 10ms --warmup 0 --drain 100ms)

# sizes NAME: what ethtool says to NAME.ethtool, RX and TX
sizes() {
  echo "$(ring_of "$rx") $(ring_of "$rx" TX)" >"$1.ethtool"
}

# What the user has set is what it comes back to; what that was before stays saved.
overrun ring set "$rx" --rx 2048 >/dev/null
cat /run/overrun/rings/* >saved.before
sizes before
code=0
"${advise[@]}" --json advice.json >advice.txt || code=$?
echo "$code" >advice.code
sizes after
echo "$rx" >name

adviser=
in_try() {
  grep -qs "^took rings .* $rx " "/run/overrun/$adviser.undo"
}
# stopped_in_try NAME: an advice, begun anew where it ended too early, stands still while the ring is set
stopped_in_try() {
  if [[ -z $adviser ]] || ! kill -0 "$adviser" 2>/dev/null; then
    "${advise[@]}" >"$1.txt" 2>&1 &
    adviser=$!
  fi
  in_try || return 1
  kill -STOP "$adviser"
  ! in_try || return 0
  kill -CONT "$adviser"
  return 1
}

for signal in KILL TERM; do
  wait_for 200 stopped_in_try "$signal" || fail "the ring was not set: $(cat "$signal.txt")"
  sizes "$signal-running"
  kill -"$signal" "$adviser"
  kill -CONT "$adviser" 2>/dev/null || true
  code=0
  wait "$adviser" || code=$?
  echo "$code" >"$signal.code"
  [[ $signal == TERM ]] || overrun run --time 10ms --rate 1kpps --rate-tolerance 100% >/dev/null 2>"$signal.said" || true
  sizes "$signal-after"
done
cat /run/overrun/rings/* >saved.after
find /run/overrun -name '*.undo' >left
