#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Ports stay open from trial to trial: the links of a search do not move while its ring stays the
# same, and nothing is lost to a switch that would have to begin again. Taps show it, since theirs
# is a link that goes when its port is closed; a veth's is not.
#
#   bash tests/system/session.sh [--stp] [--against PROGRAM]
#
# --stp: over a bridge whose spanning tree takes 30 s from a link to forwarding, and all kinds of
# interfaces: some three minutes.
# --against: the same with another build first, of which nothing is asked but what it shows.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

stp=0 settle=0 against=
while (($#)); do
  case $1 in
  --stp) stp=1 settle=32s ;;
  --against) against=$2 && shift ;;
  *) fail "session: unknown: $1" ;;
  esac
  shift
done

need_root
need_tool ip
need_cpus 2
[[ -c /dev/net/tun ]] || skip "no taps here"
make_lab
"${in_lab[@]}" ip link add br0 type bridge stp_state "$stp" || skip "no bridges in this kernel"
"${in_lab[@]}" ip link set br0 up

short=(--time 100ms --sum-time 300ms --width 1% --goals ndr --warmup 20ms --drain 20ms --settle 5ms --rate-tolerance 100%
  --max-rate 2kpps)

changes() {
  "${in_lab[@]}" cat "/sys/class/net/$1/carrier_changes"
}

# search PROGRAM TX RX OPTION…: what its trials lost, and how often the links moved
search() {
  local program=$1 tx=$2 rx=$3 before after begin=$EPOCHREALTIME
  shift 3
  before=$(changes "$a") && before+=" $(changes "$b")"
  code=0
  "${in_lab[@]}" "$program" search --tx "$tx" --rx "$rx" "${short[@]}" "$@" --quiet --json "$result" >"$out" 2>"$err" </dev/null ||
    code=$?
  after=$(changes "$a") && after+=" $(changes "$b")"
  read -r a_before b_before <<<"$before"
  read -r a_after b_after <<<"$after"
  moved="$((a_after - a_before)) $((b_after - b_before))"
  ((stp == 0)) || "$PYTHON" - "$result" "$begin" "$EPOCHREALTIME" "$tx" "$moved" <<'EOT'
import json, sys
d = json.load(open(sys.argv[1]))
trials = d["trials"]
print(f"{sys.argv[4]}: {len(trials)} trials in {float(sys.argv[3]) - float(sys.argv[2]):.1f} s,",
      f"lost {sum(t['lost'] for t in trials)} of {sum(t['sent'] for t in trials)}, links moved {sys.argv[5]} times")
EOT
}

# nothing_lost TRIALS: at least so many trials, and no frame of any is lost
nothing_lost() {
  ((code <= 1)) || fail "exit code $code: $(cat "$err" "$out")"
  json "$result" "len(d['trials']) >= $1" 'all(t["sent"] > 0 and t["lost"] == 0 for t in d["trials"])'
}

# taps that stay when nobody has them open
test_the_links_of_taps_stay_up_from_trial_to_trial() {
  for name in tap0 tap1; do
    "${in_lab[@]}" ip tuntap add dev "$name" mode tap multi_queue || skip "no taps here"
    "${in_lab[@]}" ip link set "$name" master br0
    "${in_lab[@]}" ip link set "$name" up
  done
  a=tap0 b=tap1
  taps=("vdev:net_tap0,iface=tap0,persist" "vdev:net_tap1,iface=tap1,persist")
  if ((stp)); then
    # the first trial takes the links up, and finds a bridge that forwards nothing
    [[ -z $against ]] || search "$against" "${taps[@]}" --search-time 10s
    search "$OVERRUN" "${taps[@]}" --link-settle "$settle" --search-time 50s
  else
    search "$OVERRUN" "${taps[@]}" --link-settle 50ms --search-time 2s
  fi
  nothing_lost 2
  # up when they were opened, down when they were closed
  [[ $moved == "2 2" ]] || fail "the links of the taps moved $moved times"
}

# veth pairs into the bridge, through packet sockets and AF_XDP
test_over_a_spanning_tree_no_trial_of_a_veth_pair_loses_a_frame() {
  "${in_lab[@]}" ip link add one type veth peer name one_br
  "${in_lab[@]}" ip link add two type veth peer name two_br
  for name in one_br two_br; do "${in_lab[@]}" ip link set "$name" master br0; done
  for name in one one_br two two_br; do "${in_lab[@]}" ip link set "$name" up; done
  a=one_br b=two_br
  sleep "$settle"
  for mode in af_packet af_xdp; do
    [[ -z $against ]] || search "$against" netdev:one,mode=$mode netdev:two,mode=$mode --search-time 15s
    search "$OVERRUN" netdev:one,mode=$mode netdev:two,mode=$mode --search-time 15s
    nothing_lost 5
    [[ $moved == "0 0" ]] || fail "the links of the veth pairs moved $moved times"
  done
}

if ((stp)); then
  run_tests
else
  run_tests test_the_links_of_taps_stay_up_from_trial_to_trial
fi
