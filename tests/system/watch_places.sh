#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
#
# `overrun watch --all-places` beside nstat, `tc -s`, `nft`, `ip -s link`, `ethtool -S` and `ss` for losses at thirteen places at
# once: a host sends through a router to another host, all three in namespaces of the test's own. Once the traffic has stopped,
# totals are equal to the frame.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

need_root
need_tool ip tc nft nstat ethtool ss

make_receiver
make_sender
for netns in "$tester" "$hop" "$receiver"; do
  # nothing is sent but by the test
  ip netns exec "$netns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done

# pair END NUMBER: one more veth pair between the sender and the router, 198.20.NUMBER.1 and .2
pair() {
  ip -n "$tester" link add "ovr0$1" numtxqueues 1 type veth peer name "ovr1$1" numrxqueues 1 netns "$hop"
  ip -n "$tester" link set "ovr0$1" up
  ip -n "$hop" link set "ovr1$1" up
  ip -n "$tester" addr add "198.20.$2.1/24" dev "ovr0$1"
  ip -n "$hop" addr add "198.20.$2.2/24" dev "ovr1$1"
  ip -n "$tester" neigh add "198.20.$2.2" lladdr "$(ip netns exec "$hop" cat "/sys/class/net/ovr1$1/address")" nud permanent \
    dev "ovr0$1"
  ip -n "$hop" neigh add "198.20.$2.1" lladdr "$(ip netns exec "$tester" cat "/sys/class/net/ovr0$1/address")" nud permanent \
    dev "ovr1$1"
}

n=1000

# A datagram of each kind, one kind after the other, N times. What a place is told by: its port, or its address.
programs=$scratch
cat >"$programs/send.py" <<'PY'
import errno, socket, struct, sys
n, mac = int(sys.argv[1]), bytes.fromhex(sys.argv[2].replace(":", ""))

def udp(address, **options):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.IPPROTO_IP, 10, options.get("discover", 0))  # IP_MTU_DISCOVER
    if "ttl" in options:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, options["ttl"])
    return s, address

kinds = [
    (udp(("198.19.0.1", 9001)), 100),               # a rule of the router drops one in ten
    (udp(("198.19.0.1", 9002)), 1000),              # a receive buffer that nobody reads
    (udp(("198.19.0.1", 9003)), 100),               # no socket
    (udp(("198.20.1.2", 9004)), 1000),              # a queue of the sender that is too slow
    (udp(("203.0.113.1", 9005)), 100),              # no route
    (udp(("198.19.0.1", 9006), ttl=1), 100),        # a TTL that ends
    (udp(("198.19.0.1", 9007), discover=3), 1350),  # too large for the router's next link, and not to be split
    (udp(("198.19.0.1", 9008)), 30),                # a checksum that the router makes wrong, found at once
    (udp(("198.20.2.2", 9009)), 1000),              # too large for the other end of the link
    (udp(("198.20.3.2", 9012)), 100),               # a program of XDP that drops them
    (udp(("198.20.3.2", 9013)), 100),               # and that sends them on to an interface that is not there
]
# a source that is behind another interface of the router
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
raw.bind(("ovr0a", 0))
header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 128, 1, 0, 64, 17, 0, socket.inet_aton("198.19.77.7"),
                     socket.inet_aton("198.19.0.1"))
total = sum(struct.unpack("!10H", header))
total = (total & 0xffff) + (total >> 16)
header = header[:10] + struct.pack("!H", 0xffff - total) + header[12:]
spoofed = mac + raw.getsockname()[4] + b"\x08\x00" + header + struct.pack("!HHHH", 9010, 9010, 108, 0) + bytes(100)

for _ in range(n):
    for (s, address), size in kinds:
        try:
            s.sendto(bytes(size), address)
        except OSError as e:  # the answers to others of these come here, too
            if e.errno not in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENOBUFS):
                raise
    raw.send(spoofed)
# and more connections than the listener's queue holds
clients = [socket.socket() for _ in range(20)]
for c in clients:
    c.setblocking(False)
    c.connect_ex(("198.19.0.1", 9011))
PY

# The host that receives: a small buffer that nobody reads, a large one, and a listener that accepts nobody
cat >"$programs/receive.py" <<'PY'
import socket, sys, time
held = []
for port, size in ((9001, 1 << 22), (9002, 4096), (9008, 1 << 22)):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, 33, size)  # SO_RCVBUFFORCE
    s.bind(("198.19.0.1", port))
    held.append(s)
s = socket.socket()
s.bind(("198.19.0.1", 9011))
s.listen(4)
held.append(s)
print("ready", flush=True)
time.sleep(600)
PY

lose_at_many_places() {
  pair q 1
  pair m 2
  pair x 3
  # the last byte of the port at 37: 9012 is 0x2334
  attach_xdp "$hop" ovr1x xdpdrv '
    static long (*redirect)(unsigned, unsigned long) = (void *)23;
    unsigned char *data = (void *)(unsigned long)frame->data;
    if (data + 38 > (unsigned char *)(unsigned long)frame->end || data[36] != 0x23) return 2;
    return data[37] == 0x34 ? 1 : redirect(0x7fffffff, 0);'
  ip netns exec "$tester" tc qdisc add dev ovr0q root handle 10: tbf rate 1mbit burst 5000 limit 20000
  ip -n "$hop" link set ovr1m mtu 600
  ip -n "$hop" link set ovr1b mtu 1300
  set_in "$hop" net.ipv4.conf.ovr1a.rp_filter=1
  rules "$hop" forward 'udp dport 9001 numgen inc mod 10 0 counter drop comment "one in ten"' \
    'udp dport 9008 udp checksum set udp checksum ^ 0x1'
  ip netns exec "$receiver" "$PYTHON" "$programs/receive.py" >"$scratch/receiver" 2>&1 &
  at_end "end_ours $!"
  wait_for "$scratch/receiver" ready
}

# snapshot NAME: what the familiar tools say
snapshot() {
  local netns role link
  for role in tester hop receiver; do
    netns=${!role}
    ip netns exec "$netns" nstat -asz >"$scratch/$1-nstat-$netns"
    ip -n "$netns" -j -s link show >"$scratch/$1-link-$netns"
    ip netns exec "$netns" tc -s -j qdisc show >"$scratch/$1-tc-$netns"
    ip netns exec "$netns" nft -j list ruleset >"$scratch/$1-nft-$netns"
    ip netns exec "$netns" ss -Hnaeimut >"$scratch/$1-ss-$netns" 2>"$scratch/ss-err" || fail "ss: $(<"$scratch/ss-err")"
    for link in $(ip -n "$netns" -j link show type veth | "$PYTHON" -c \
      'import json, sys; print(*(link["ifname"] for link in json.load(sys.stdin)))'); do
      echo "$link" && ip netns exec "$netns" ethtool -S "$link"
    done >"$scratch/$1-ethtool-$netns"
  done
}

# wait_for FILE PATTERN: until a line of it has it
wait_for() {
  wait_until grep -qs "$2" "$1" || fail "$1 got no line with '$2': $(cat "$1")"
}

# has_lines FILE NUMBER: at least so many
has_lines() {
  (($(wc -l <"$1") >= $2))
}

is_at_rest() {
  ip netns exec "$tester" tc -s qdisc show dev ovr0q | grep -q 'backlog 0b 0p'
}

test_its_totals_are_what_other_tools_say() {
  lose_at_many_places
  snapshot before
  "$OVERRUN" watch --all-places --json --interval 100ms "netns=$tester" "netns=$hop" "netns=$receiver" >"$scratch/watch" \
    2>"$scratch/watch-err" &
  watch_pid=$!
  at_end "end_ours $watch_pid"
  wait_for "$scratch/watch" '"interval"'
  ip netns exec "$tester" "$PYTHON" "$programs/send.py" "$n" "$(ip netns exec "$hop" cat /sys/class/net/ovr1a/address)" \
    2>"$scratch/sender" || fail "the sender failed: $(cat "$scratch/sender")"
  wait_until is_at_rest || fail "the queue did not empty"
  records=$(grep -c '' "$scratch/watch")
  wait_until has_lines "$scratch/watch" $((records + 2)) || fail "watch stands still"
  kill -INT "$watch_pid"
  code=0
  wait "$watch_pid" || code=$?
  ((code == 0)) || fail "watch ended with $code: $(cat "$scratch/watch-err")"
  [[ ! -s $scratch/watch-err ]] || fail "watch said on stderr: $(cat "$scratch/watch-err")"
  snapshot after

  "$PYTHON" - "$scratch" "$n" "$tester" "$hop" "$receiver" <<'PY' || fail "watch and the other tools differ"
import json, re, sys

scratch, n, (tester, hop, receiver) = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
bad = []

def check(what, found, expected):
    if found != expected:
        bad.append(f"{what}: {found}, not {expected}")

def read(name):
    with open(f"{scratch}/{name}", encoding="utf-8") as file:
        return file.read()

def rules(value):
    """Each rule's object as overrun names it, and what its counter shows."""
    for entry in value["nftables"]:
        rule = entry.get("rule")
        for part in rule["expr"] if rule else ():
            if "counter" in part:
                name = f"{rule['family']} {rule['table']} {rule['chain']} handle {rule['handle']}"
                yield name + (f" \"{rule['comment']}\"" if "comment" in rule else ""), part["counter"]["packets"]

def shown(when, netns):
    """What the tools show: {(layer, object, counter): value}."""
    values = {("mib", None, name): int(value)
              for name, value in re.findall(r"^(\w+) +(\d+)", read(f"{when}-nstat-{netns}"), re.M)}
    for link in json.loads(read(f"{when}-link-{netns}")):
        for way in ("rx", "tx"):
            for key, value in link["stats64"][way].items():
                values["link", link["ifname"], f"{way}_{key}"] = value
    for qdisc in json.loads(read(f"{when}-tc-{netns}")):
        values["qdisc", f"{qdisc['dev']} {qdisc['kind']} {qdisc['handle']}", "drops"] = qdisc["drops"]
    link = None
    for line in read(f"{when}-ethtool-{netns}").splitlines():
        name, _, value = line.strip().partition(": ")
        if value:
            values["driver", link, name] = int(value)
        elif not line.startswith("NIC statistics"):
            link = name
    # drops are the d of a socket's memory; connections are named by the address of their listener
    for head, drops in re.findall(r"^(\S.*\n?.*?)skmem:\(.*?,d(\d+)\)", read(f"{when}-ss-{netns}"), re.M):
        words = head.split()
        inode = re.search(r" ino:(\d+) ", head)
        if words[1] in ("UNCONN", "LISTEN"):
            values["socket", f"{words[0]} {words[4]} inode {inode[1]}", "drops"] = int(drops)
    for name, packets in rules(json.loads(read(f"{when}-nft-{netns}"))):
        values["nftables", name, "dropped"] = packets
    return values

def moved(netns):
    before, after = shown("before", netns), shown("after", netns)
    return {key: after[key] - before.get(key, 0) for key in after}

truth = {netns: moved(netns) for netns in (tester, hop, receiver)}
records = [json.loads(line) for line in read("watch").splitlines()]
check("records", [r["record"] for r in records], ["interval"] * (len(records) - 1) + ["total"])
total = records[-1]["places"]
check("namespaces", records[-1]["netns"], [tester, hop, receiver])

# each owner's total is what the familiar tool shows for that counter
for loss in total:
    if loss["scope"] == "host":  # of others
        continue
    name = loss["counter"].replace(":", "") if loss["layer"] == "mib" else loss["counter"]
    what = f"{loss['netns']} {loss['place']} {loss['object']} {loss['counter']}"
    check(what, loss["count"], truth[loss["netns"]].get((loss["layer"], loss["object"], name)))
    check(f"{what} at least", loss["count_min"], loss["count"])

# all places are there, and no other one
found = {(loss["netns"], loss["place"], loss["counter"]): loss for loss in total if loss["scope"] == "netns"}
exact = {
    (hop, "rx.netfilter", "dropped"): n // 10,
    (receiver, "rx.socket", "Udp:RcvbufErrors"): None,
    (receiver, "rx.udp", "Udp:NoPorts"): n,
    (tester, "tx.qdisc", "drops"): None,
    (hop, "rx.ip", "IpExt:InNoRoutes"): n,
    (hop, "rx.ip", "Ip:InHdrErrors"): n,
    (hop, "tx.ip", "Ip:FragFails"): n,
    (receiver, "rx.udp", "Udp:InCsumErrors"): n,
    (tester, "tx.kernel", "tx_dropped"): n,
    (hop, "rx.ip", "TcpExt:IPReversePathFilter"): n,
    (receiver, "rx.tcp", "TcpExt:ListenOverflows"): None,
    (hop, "rx.xdp", "rx_queue_0_xdp_drops"): n,
    (hop, "rx.ring", "rx_queue_0_drops"): n,
    # what the queue of the sender let through
    (hop, "rx.udp", "Udp:NoPorts"): None,
}
check("places", sorted(found), sorted(exact))
for key, count in exact.items():
    if count is not None and key in found:
        check(f"lost at {key}", found[key]["count"], count)
queued, passed = (found.get(key, {}).get("count") for key in ((tester, "tx.qdisc", "drops"), (hop, "rx.udp", "Udp:NoPorts")))
check("dropped and let through by the queue", (queued or 0) + (passed or 0), n)

# what counts them again is an alias, and the socket that was full is named
socket = found.get((receiver, "rx.socket", "Udp:RcvbufErrors"), {"aliases": "", "count": 0})
for alias in ("Udp:InErrors", "udp 198.19.0.1:9002 inode"):
    if alias not in socket["aliases"]:
        bad.append(f"rx.socket has no alias {alias}: {socket['aliases']}")
# ss has the same of both sockets, each SYN that found the accept queue full among them
sockets = {key[1].split(" inode ")[0]: (key[1], count) for key, count in truth[receiver].items() if key[0] == "socket"}
full, listener = sockets.get("udp 198.19.0.1:9002", ("", None)), sockets.get("tcp 198.19.0.1:9011", ("", None))
check("ss: the full receive buffer's drops", full[1], socket["count"])
if f"{full[0]} drops {full[1]}" not in socket["aliases"]:
    bad.append(f"rx.socket has no alias {full}: {socket['aliases']}")
check("ss: the listener's drops", listener[1],
      found.get((receiver, "rx.tcp", "TcpExt:ListenOverflows"), {}).get("count"))
queue = re.search(r"^tcp +LISTEN +(\d+) +(\d+) +198.19.0.1:9011 ", read(f"after-ss-{receiver}"), re.M)
check("ss: the accept queue and its limit", queue and queue.groups(), ("5", "4"))
if found.get((tester, "tx.kernel", "tx_dropped"), {}).get("aliases") != f"ovr1m rx_dropped {n}":
    bad.append(f"tx.kernel: the other end is no alias: {found}")

# rows of one namespace's own counters add up to the total
for key, loss in found.items():
    rows = [row["count"] for r in records[:-1] for row in r["places"]
            if (row["netns"], row["place"], row["counter"]) == key]
    if loss["layer"] != "link":
        check(f"rows of {key}", sum(rows), loss["count"])
print(*bad, sep="\n", end="\n" if bad else "")
sys.exit(1 if bad else 0)
PY
}

# What a program reads of it: every key that is promised, of its kind, and sums that are sums.
test_a_program_can_read_and_add_its_lines() {
  rules "$hop" forward 'udp dport 9001 counter drop'
  ip netns exec "$hop" "$OVERRUN" watch --all-places --json --interval 100ms ovr1a >"$scratch/watch" 2>"$err" &
  watch_pid=$!
  at_end "end_ours $watch_pid"
  for _ in 1 2 3; do
    wait_until has_lines "$scratch/watch" $(($(wc -l <"$scratch/watch") + 2)) || fail "watch stands still"
    ip netns exec "$tester" "$PYTHON" -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(70):
    s.sendto(b"", ("198.19.0.1", 9001))
    s.sendto(b"", ("198.19.0.1", 9003))'
  done
  wait_until has_lines "$scratch/watch" $(($(wc -l <"$scratch/watch") + 2)) || fail "watch stands still"
  kill -INT "$watch_pid"
  wait "$watch_pid" || fail "watch ended with $?: $(cat "$err")"
  "$PYTHON" - "$scratch/watch" "$SOURCE_ROOT/docs/reference/watch.schema.json" <<'PY' || fail "the JSON is not as it must be"
import json, sys

lines, schema = ([json.loads(line) for line in open(sys.argv[1], encoding="utf-8")],
                 json.load(open(sys.argv[2], encoding="utf-8")))
bad = []

def check(what, found, expected):
    if found != expected:
        bad.append(f"{what}: {found}, not {expected}")

def keys(of, promised, where):
    check(f"keys of {where}", sorted(of), sorted(promised))
    for key, rule in promised.items():
        kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "null": type(None)}
        rule = {**rule, **schema["$defs"].get(rule.get("$ref", "").rpartition("/")[2], {})}
        allowed = [rule["type"]] if isinstance(rule.get("type"), str) else rule.get("type", [])
        value = of.get(key)
        if allowed and not any(isinstance(value, kinds[kind]) for kind in allowed) or isinstance(value, bool) > ("boolean" in allowed):
            bad.append(f"{where}: {key} is {value!r}, not of {allowed}")
        for accepted in ("enum", "const"):
            if accepted in rule and value not in (rule["enum"] if accepted == "enum" else [rule["const"]]):
                bad.append(f"{where}: {key} is {value!r}, not in the schema")
        if "minimum" in rule and value is not None and value < rule["minimum"]:
            bad.append(f"{where}: {key} is {value!r}")

for number, line in enumerate(lines, 1):
    keys(line, schema["properties"], f"line {number}")
    for interface in line["interfaces"]:
        keys(interface, schema["$defs"]["interface"]["properties"], f"line {number}, interface")
        for counter in interface["counters"]:
            keys(counter, schema["$defs"]["counter"]["properties"], f"line {number}, counter")
    for place in line["places"]:
        keys(place, schema["$defs"]["place_loss"]["properties"], f"line {number}, place")
    check(f"namespaces of line {number}", line["netns"], [""])

rows, total = lines[:-1], lines[-1]
check("records", [line["record"] for line in lines], ["interval"] * len(rows) + ["total"])
check("times", sorted(line["at_unix_ns"] for line in lines), [line["at_unix_ns"] for line in lines])
check("sum of the intervals", total["places_ns"], sum(row["places_ns"] for row in rows))

def sums(of):
    found = {}
    for line in of:
        for place in line["places"]:
            if place["scope"] == "netns":
                key = tuple(place[name] for name in ("netns", "place", "unit", "layer", "counter", "object"))
                found[key] = found.get(key, 0) + place["count"]
    return found

check("sums of the places", sums(rows), sums([total]))
check("lost", [count for key, count in sums([total]).items() if key[1] == "rx.netfilter"], [210])
for name in ("rx_packets", "tx_packets", "rx_bytes", "tx_bytes", "interval_ns", "carrier_changes"):
    check(f"sum of {name}", total["interfaces"][0][name], sum(row["interfaces"][0][name] for row in rows))
print(*bad, sep="\n", end="\n" if bad else "")
sys.exit(1 if bad else 0)
PY
}

# The table says the same in words, beside rates of an interface, and a quiet host has a line, too.
test_the_table_has_a_line_for_each_place() {
  rules "$hop" forward 'udp dport 9001 counter drop'
  ip netns exec "$hop" "$OVERRUN" watch --all-places --interval 200ms ovr1a >"$out" 2>"$err" &
  watch_pid=$!
  at_end "end_ours $watch_pid"
  wait_for "$out" 'no counter of loss moved'
  ip netns exec "$tester" "$PYTHON" -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(70):
    s.sendto(b"", ("198.19.0.1", 9001))'
  wait_for "$out" ' 70  skb  *rx.netfilter '
  kill -INT "$watch_pid"
  wait "$watch_pid" || fail "watch ended with $?: $(cat "$err")"
  grep -q '^places of this network namespace$' "$out" || fail "what is watched is not said: $(cat "$out")"
  grep -q '^Average:  *ovr1a ' "$out" || fail "no average of the interface: $(cat "$out")"
  grep -q '^Total:  *70  skb  *rx.netfilter  *dropped (nftables)' "$out" || fail "no total: $(cat "$out")"
  ! grep -q $'\033' "$out" || fail "a terminal's codes in a file"
}

# Without a right, the own namespace is watched, and what cannot be read is said; another one is refused.
test_nobody_sees_the_own_namespace() {
  need_tool setpriv
  local nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all)
  expect_exit 0 ip netns exec "$hop" "${nobody[@]}" "$OVERRUN" watch --all-places --count 1 --interval 10ms
  grep -q 'unknown  this network namespace: this user may not read' "$out" ||
    fail "what nobody may not read is not said: $(cat "$out")"
  expect_exit 3 "${nobody[@]}" "$OVERRUN" watch --all-places --count 1 "netns=$hop"
  grep -q "network namespace '$hop': it cannot be entered: .*; accepted: root, or CAP_SYS_ADMIN" "$err" ||
    fail "the refusal: $(cat "$err")"
}

# A namespace that loses its name is watched on; it ends with the last who is in it.
test_a_namespace_without_its_name_is_watched_on() {
  ip netns add "ovr-gone-$$"
  at_end "ip netns del ovr-gone-$$ 2>/dev/null"
  "$OVERRUN" watch --all-places --interval 50ms "netns=ovr-gone-$$" >"$out" 2>"$err" &
  watch_pid=$!
  at_end "end_ours $watch_pid"
  wait_for "$out" 'no counter of loss moved'
  ip netns del "ovr-gone-$$"
  lines=$(grep -c '' "$out")
  wait_until has_lines "$out" $((lines + 2)) || fail "no more rows: $(cat "$out" "$err")"
  kill -INT "$watch_pid"
  wait "$watch_pid" || fail "watch ended with $?: $(cat "$err")"
}

run_tests
