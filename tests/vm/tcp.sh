#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The queues of TCP on the virtual machine's kernel, which names some counters differently from newer ones; system/tcp.sh has the
# same on this host's.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_vm
in_vm tcp_queues

# certain NAME EXPRESSION…: nobody is in doubt, nothing is unexplained, and these hold
certain() {
  has_form tcp "$results/$1.json"
  json "$results/$1.json" 'd["books"]["unexplained_min"] == d["books"]["unexplained_max"] == 0' 'not d["has_others"]' \
    'd["books"]["lost_min"] == d["books"]["lost_max"]' 'all(a["segments_min"] == a["segments_max"] for a in d["books"]["accounts"])' \
    "${@:2}"
}

test_a_clean_path_delivers_every_record() {
  of_job tcp_queues
  certain clean 'd["verdict"] == "pass"' 'd["records_read"] == 2000' 'd["books"]["lost_max"] == 0'
}

test_a_full_accept_queue_owns_the_syns_that_it_drops() {
  of_job tcp_queues
  # an emulated processor is slow: a SYN may have been sent again, and counts again
  certain accept 'd["n_accepted"] == 5' 'd["books"]["lost_max"] == 15 + sum(c["syn_retrans"] for c in d["connections"])' \
    '[(a["counter"], a["segments_max"]) for a in d["books"]["accounts"]] == [("TcpExt:ListenOverflows", d["books"]["lost_max"])]'
}

test_a_full_syn_queue_owns_the_syns_that_it_drops() {
  of_job tcp_queues
  certain syn '49 <= d["half_open"]["n"] <= 50' 'd["n_accepted"] == 0' \
    'sum(a["segments_max"] for a in d["books"]["accounts"] if a["counter"] == "TcpExt:ListenDrops") == d["books"]["forward"]["lost"]' \
    'd["books"]["forward"]["lost"] == 100 - d["half_open"]["n"] + sum(c["syn_retrans"] for c in d["connections"])'
}

test_a_closed_window_loses_nothing() {
  of_job tcp_queues
  certain window 'd["verdict"] == "pass"' 'd["books"]["lost_max"] == d["books"]["dropped_max"] == 0' \
    'd["connections"][0]["sender"]["rwnd_limited_us"] > 300000'
}

# Linux before 6.17 has TCPZeroWindowDrop where later ones have BeyondWindow.
test_what_does_not_fit_the_receive_queue_is_dropped_by_tcp() {
  of_job tcp_queues
  certain shrunk 'd["is_drained"]' 'd["books"]["lost_max"] == 0' 'd["books"]["dropped_min"] == d["books"]["dropped_max"] > 0' \
    '{a["counter"] for a in d["books"]["accounts"]} <= {"TcpExt:TCPRcvQDrop", "TcpExt:TCPZeroWindowDrop", "TcpExt:TCPOFODrop"}'
}

run_tests
