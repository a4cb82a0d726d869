#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Places of the kernel whose limits are the whole host's, which the virtual machine may change: the table of conntrack and the
# CPUs' backlogs. What was lost has its place for an owner, to the frame; system/kernel_places.sh has the other places.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm "conntrack_full softnet_backlog"

# lost_at NAME PLACE PORT: all that a job's trial lost, which is as much as Linux itself counted there meanwhile
lost_at() {
  vm_books "$1"
  json "$results/$1.json" 'l["sent"] == 1000' 'l["refused"] == 0' "0 < l['lost'] == owned('$2', '$3')" \
    "l['lost'] == $(<"$results/$1.dropped")" 'l["unexplained"] == 0'
}

to=udp:198.19.0.1:9 to6='udp:[2001:2:0:1::1]:9'

# Of a hundred flows forty find room. Some that have it may lose it to others meanwhile, and the frames are still the table's.
test_a_full_conntrack_of_a_hop_owns_what_it_drops() {
  of_job conntrack_full
  hop=hop:$(<"$results/hop")
  lost_at hop rx.netfilter "$hop"
  lost_at hop6 rx.netfilter "$hop"
}

test_beside_a_full_neighbour_conntrack_owns_its_own() {
  of_job conntrack_full
  lost_at noisy rx.netfilter "hop:$(<"$results/hop")"
  (($(<"$results/noise") > 0)) || fail "the neighbour's table dropped nothing"
}

test_a_full_conntrack_of_the_receiver_owns_what_it_drops() {
  of_job conntrack_full
  lost_at receiver rx.netfilter "$to"
}

# send() is told, and all of it is lost.
test_a_full_conntrack_of_the_sender_owns_what_it_drops() {
  of_job conntrack_full
  lost_at sender tx.netfilter "$to"
  json "$results/sender.json" 'l["lost"] == 1000'
}

# dropped_by_backlogs NAME PORT: all that a job's trial lost, at PORT first of all; a busy host fills other backlogs of ours, too.
# What Linux counted has no owners: a frame by which neighbours are found (ARP, ND, MLD) may be in it.
dropped_by_backlogs() {
  vm_books "$1"
  json "$results/$1.json" 'l["sent"] == 1000' 'l["refused"] == 0' "owned('rx.softnet', '$2') > 0" 'l["unexplained"] == 0' \
    "l['lost'] == frames('rx.softnet') + owned('tx.kernel', 'netdev:ovr0a')" \
    "0 <= $(<"$results/$1.dropped") - l['lost'] <= 3"
}

# The three counters of one loss are one loss.
test_a_full_backlog_owns_what_it_drops() {
  of_job softnet_backlog
  for name in receiver steered; do
    dropped_by_backlogs "$name" "$to"
    json "$results/$name.json" "all([alias.rsplit(' ', 1)[0] for alias in a['aliases'].split(', ')] == \
      ['ovr1b tx_dropped', 'ovr2b rx_dropped'] and all(0 <= int(alias.rsplit(' ', 1)[1]) - a['frames'] <= 3 \
      for alias in a['aliases'].split(', ')) for a in l['accounts'] if (a['place'], a['port']) == ('rx.softnet', '$to'))"
  done
  dropped_by_backlogs receiver6 "$to6"
}

test_a_full_backlog_of_a_hop_owns_what_it_drops_of_a_socket() {
  of_job softnet_backlog
  dropped_by_backlogs hop "hop:$(<"$results/hop")"
}

test_a_full_backlog_of_the_loopback_owns_what_it_drops() {
  of_job softnet_backlog
  dropped_by_backlogs loopback udp:127.0.0.1:9
}

# Backlogs are the whole host's. Where a neighbour's frames are among what they dropped, drop reasons tell ours.
test_beside_a_noisy_neighbour_a_full_backlog_owns_its_own() {
  of_job softnet_backlog
  for name in noisy contended; do
    vm_books "$name"
    json "$results/$name.json" 'l["sent"] == 1000' "owned('rx.softnet', '$to') > 0" 'l["unexplained"] == 0' \
      "l['lost'] == frames('rx.softnet') + owned('tx.kernel', 'netdev:ovr0a') <= $(<"$results/$name.dropped")"
  done
}

run_tests
