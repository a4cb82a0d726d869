#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Agents that mpirun starts on four hosts: namespaces with a host name each, on a management network through which mpirun reaches
# them, and on a switch for the frames.
#
#   serve_mpi.sh [--count N] [--seed S]   N processes of the launcher are killed; 2 are each kind
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=hosts_lib.sh
. "$(dirname "$0")/hosts_lib.sh"

need_veth
need_cpus 2
need_tool mpirun nft unshare
[[ $(mpirun --version 2>/dev/null) == *'Open MPI'* ]] || skip "this mpirun is not Open MPI's"
[[ $("$OVERRUN" serve --mpi 2>&1) != *'without PMIx'* ]] || skip "overrun was built without PMIx"
sample 1 "${SEED:-$RANDOM}" "$@"

# make_nodes: the hosts node0 to node3, and $scratch/rsh, by which mpirun reaches them as by ssh. "${job[@]}" COMMAND… is a job on
# all of them.
make_nodes() {
  make_switched_hosts node0 node1 node2 node3
  cat >"$scratch/rsh" <<END
#!/bin/bash
node=\$1
shift
exec ip netns exec "ovr-\$node-$$" unshare --uts bash -c 'hostname \$0 && eval "\$*"' "\$node" "\$@"
END
  chmod 755 "$scratch/rsh"
  mkdir "$scratch/openmpi" "$scratch/state"
  job=(env "--default-signal=INT,TERM" XDG_STATE_HOME="$scratch/state" ip netns exec "$management" mpirun --allow-run-as-root
    --mca plm_rsh_agent "$scratch/rsh" --mca plm_rsh_no_tree_spawn 1 --mca oob_tcp_if_include 10.77.0.0/24
    --mca orte_tmpdir_base "$scratch/openmpi" -x XDG_RUNTIME_DIR -x XDG_STATE_HOME
    --host "node0,node1,node2,node3" --map-by ppr:1:node --bind-to none
    "$OVERRUN" serve --mpi --listen 10.77.0.0/24 --allow-port netdev:ovr0 --)
}

# of_node NAME: the processes there
of_node() {
  ip netns pids "ovr-$1-$$"
}

# agent_of NAME: the process of the agent, which is the child of the one that the launcher knows
agent_of() {
  local pid
  for pid in $(of_node "$1"); do
    if grep -qzx -e --mpi "/proc/$pid/cmdline" && [[ $(tr '\0' ' ' <"/proc/$(ps -o ppid= "$pid" | tr -d ' ')/cmdline") == *"serve --mpi"* ]]; then
      echo "$pid"
    fi
  done 2>/dev/null
}

nodes_are_idle() {
  [[ -z $(of_node node0)$(of_node node1)$(of_node node2)$(of_node node3) ]]
}

# a trial is under way once each end has told figures
is_running() {
  (($(find "$scratch/state" -name 'half-*' | wc -l) == 4))
}

port=netdev:ovr0,mode=af_packet
incast=("$OVERRUN" run --tx "host:1/$port,host:node2/$port,host:3/$port" --rx "host:node0/$port" --path dut --rxd 8192 --warmup 0s --rate-tolerance 100% --on-full wait --tmax 1m)

# The switch drops every tenth frame of node2 and every fourth of node3.
drop_of_two() {
  ip netns exec "$switch" nft -f - <<'END'
table bridge ovr
delete table bridge ovr
table bridge ovr {
  chain forward {
    type filter hook forward priority 0
    iifname to-node2 oifname to-node0 ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 numgen inc mod 10 == 0 counter drop
    iifname to-node3 oifname to-node0 ether daddr & 01:00:00:00:00:00 == 00:00:00:00:00:00 numgen inc mod 4 == 0 counter drop
  }
}
END
}

test_three_senders_meet_at_one_receiver() {
  make_nodes
  # on a busy host an end may miss the start, or a sign of life
  for _ in 1 2 3; do
    drop_of_two
    expect_exit '[123]' "${job[@]}" "${incast[@]}" --rate 2kpps --count 500 --json "$result"
    ((code != 1)) || break
  done
  books "$result" 1
  json "$result" 'l["sent"] == 1500' 'l["lost"] == 175' 'frames("path") == 175' 'l["unexplained"] == 0' \
    '[p["lost"] for p in t["pairs"]] == [0, 50, 125]' '[p["unique"] for p in t["pairs"]] == [500, 450, 375]' \
    '[h["name"] for h in t["hosts"]] == ["1", "node2", "3", "node0"]'
  wait_until nodes_are_idle || fail "left on the nodes: $(of_node node0) $(of_node node1) $(of_node node2) $(of_node node3)"
}

# begin_trial: a long one is under way
begin_trial() {
  for _ in 1 2 3; do
    begin "${job[@]}" "${incast[@]}" --rate 1kpps --time 1m --json "$result"
    ! wait_until 20 is_running || return 0
    { kill -TERM "$pid" && wait "$pid"; } 2>/dev/null || true
  done
  fail "no trial is under way: $(<"$err")"
}

test_an_agent_that_dies_takes_no_books_with_it() {
  make_nodes
  begin_trial
  kill -KILL "$(agent_of node3)"
  wait_until bash -c "! kill -0 $pid 2>/dev/null" || fail "the job goes on: $(<"$err")"
  code=0
  wait "$pid" || code=$?
  ((code == 2)) || fail "the job ended with $code: $(<"$err")"
  says 'the job goes on without it' "$err" || fail "nobody says that an agent was lost: $(<"$err")"
  says VOID || fail "the books are not printed: $(<"$out")"
  json "$result" 'd["verdict"] == "void"' '{h["name"]: h["half"] for h in t["hosts"]}["3"] != "whole"'
  wait_until nodes_are_idle || fail "left on the nodes: $(of_node node0) $(of_node node1) $(of_node node2) $(of_node node3)"
}

# Of the first host its rank is killed, which the launcher knows, or of all the launcher itself.
test_nothing_stays_of_a_launcher_that_is_killed() {
  local victims=("launcher" "rank") first=$RANDOM i victim
  make_nodes
  for ((i = 0; i < count; i++)); do
    victim=${victims[(first + i) % 2]}
    rm -rf "$scratch/state/overrun"
    begin_trial
    echo "# the $victim is killed"
    case $victim in
    launcher) kill -KILL "$pid" ;;
    rank) kill -KILL "$(ps -o ppid= "$(agent_of node0)" | tr -d ' ')" ;;
    esac
    { wait "$pid" || true; } 2>/dev/null
    wait_until nodes_are_idle || fail "left on the nodes: $(of_node node0) $(of_node node1) $(of_node node2) $(of_node node3)"
    nothing_left
  done
}

run_tests
