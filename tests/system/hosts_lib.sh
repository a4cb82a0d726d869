# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Hosts of a trial: network namespaces with an agent each. Frames have a path of their own, and so have messages.

# make_hosts NAME NAME: two hosts, with ovr0a (10.78.0.1) and ovr0b (10.78.0.2) between them for frames
make_hosts() {
  make_managed_hosts "$@"
  ip -n "ovr-$1-$$" link add ovr0a type veth peer name ovr0b netns "ovr-$2-$$"
  ip -n "ovr-$1-$$" addr add 10.78.0.1/24 dev ovr0a
  ip -n "ovr-$2-$$" addr add 10.78.0.2/24 dev ovr0b
  ip -n "ovr-$1-$$" link set ovr0a up
  ip -n "ovr-$2-$$" link set ovr0b up
}

# make_managed_hosts NAME…: hosts with a bridge that leads to all of them (10.77.0.1, 10.77.0.2, …) from $management
# (10.77.0.254), and with no other interface. Keys for all, and $scratch/hosts.yaml.
make_managed_hosts() {
  local name n=0
  management=ovr-mgmt-$$
  make_namespace "$management"
  ip -n "$management" link add br0 type bridge
  ip -n "$management" addr add 10.77.0.254/24 dev br0
  ip -n "$management" link set br0 up
  make_keys caller
  mkdir -p "$scratch/config/overrun"
  cp "$scratch/keys-caller/"* "$scratch/config/overrun/"
  cp "$scratch/keys-caller/public" "$scratch/authorized"
  chmod 600 "$scratch/authorized"
  for name; do
    n=$((n + 1))
    make_namespace "ovr-$name-$$"
    ip -n "ovr-$name-$$" link set lo up
    ip -n "$management" link add "to-$name" type veth peer name mgmt0 netns "ovr-$name-$$"
    ip -n "$management" link set "to-$name" master br0 up
    ip -n "ovr-$name-$$" addr add "10.77.0.$n/24" dev mgmt0
    ip -n "ovr-$name-$$" link set mgmt0 up
    make_keys "$name"
    echo "$name: {address: 10.77.0.$n, key: $(cut -d ' ' -f 1 "$scratch/keys-$name/public")}" >>"$scratch/hosts.yaml"
  done
}

# make_switched_hosts NAME…: hosts, each with ovr0 at one switch: br0 of the namespace $switch, whose ports are to-NAME
make_switched_hosts() {
  local name
  make_managed_hosts "$@"
  switch=ovr-switch-$$
  make_namespace "$switch"
  ip -n "$switch" link add br0 type bridge mcast_snooping 0
  ip -n "$switch" link set br0 up
  for name; do
    ip -n "$switch" link add "to-$name" type veth peer name ovr0 netns "ovr-$name-$$"
    ip -n "$switch" link set "to-$name" master br0 up
    ip -n "ovr-$name-$$" link set ovr0 up
  done
}

make_keys() {
  "$OVERRUN" keygen "$scratch/keys-$1" >/dev/null || fail "no keys for $1"
}

# in_host NAME COMMAND…
in_host() {
  local name=$1
  shift
  ip netns exec "ovr-$name-$$" "$@"
}

# start_agent NAME [OPTIONS]: its pid stands in ${agent[NAME]}, what it says in $scratch/agent-NAME
declare -A agent
start_agent() {
  local name=$1
  shift
  env --default-signal=INT,TERM ip netns exec "ovr-$name-$$" "$OVERRUN" serve --listen 0.0.0.0:5205 --keys "$scratch/keys-$name" \
    --authorized-keys "$scratch/authorized" --state "$scratch/state-$name" --allow-port '*' "$@" \
    >"$scratch/agent-$name" 2>&1 </dev/null &
  agent[$name]=$!
  at_end "end_agent ${agent[$name]}"
  wait_until listens "ovr-$name-$$" 5205 || fail "the agent $name does not listen: $(<"$scratch/agent-$name")"
}

# end_agent PID: it puts back what it changed
end_agent() {
  end_ours "$1"
  { wait "$1" || true; } 2>/dev/null
}

# listens NAMESPACE PORT
listens() {
  ip netns exec "$1" ss -Hltn "sport = :$2" | grep -q .
}

# start_loopback_agent: another one of this namespace, without keys, at 127.0.0.1:$agent_port
agent_port=$((20000 + RANDOM % 10000))
start_loopback_agent() {
  agent_port=$((agent_port + 1))
  env --default-signal=INT,TERM "$OVERRUN" serve --listen "127.0.0.1:$agent_port" --state "$scratch/state" \
    >"$scratch/agent" 2>&1 </dev/null &
  agent[here]=$!
  at_end "end_agent ${agent[here]}"
  wait_until bash -c "ss -Hltn 'sport = :$agent_port' | grep -q ." || fail "the agent does not listen: $(<"$scratch/agent")"
}

# call COMMAND…: overrun as a caller on the management network
call() {
  call_in "$management" "$@"
}

# call_from NAME COMMAND…: overrun as a caller on one of the hosts
call_from() {
  local name=$1
  shift
  call_in "ovr-$name-$$" "$@"
}

call_in() {
  local namespace=$1 verb=$2
  shift 2
  local hosts=()
  [[ " $* " == *" --hosts "* ]] || hosts=(--hosts "$scratch/hosts.yaml")
  XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state-caller ip netns exec "$namespace" "$OVERRUN" "$verb" "${hosts[@]}" "$@"
}
