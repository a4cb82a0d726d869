/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/places.h"

#include <stdio.h>
#include <string.h>

/* Datagrams from a kernel interface through the router into a socket that takes all of them. */
#define FROM_TO(rx)                                                                             \
	"--tx netdev:ovr0a --gateway 198.18.255.254 --rx udp:198.19.0.1:9,netns={receiver}," rx \
	" --via netns={hop} --count 2000 --rate 20kpps --warmup 0 --rate-tolerance 100%"
#define DATAGRAMS FROM_TO("rcvbuf=8388608")
/* Connections from one host to the other. */
#define CONNECTIONS(tx, rx)                                                                          \
	"--tx tcp:198.19.0.1:5201,netns={tester}" tx " --rx tcp:198.19.0.1:5201,netns={receiver}" rx \
	" --via netns={hop}"

/* A table of nftables with one chain, and its rule. */
#define CHAIN(hook) \
	"nft 'add table inet lab; add chain inet lab places { type filter hook " hook " priority 0; }'"
#define RULE(rule) "nft add rule inet lab places " rule
#define NO_RULES   "nft delete table inet lab"

#define SOCKET "udp:198.19.0.1:9"
#define HOP    "hop:{hop}"

/* Datagrams from one host's socket to the other's. */
#define FROM_SOCKET(tx)                                                                                      \
	"--tx udp:198.19.0.1:9,netns={tester}," tx " --rx udp:198.19.0.1:9,netns={receiver},rcvbuf=8388608 " \
	"--via netns={hop} --count 1000 --rate 20kpps --size 500 --warmup 0 --drain 2s --rate-tolerance "    \
	"100%"

/* Irregular frames on an emulated link, all that 100 Mb/s carry. */
#define LINK(speed)                                                                                    \
	"--tx wire:0,speed=" speed " --rx wire:1,speed=" speed " --txd 16 --rxd 32768 --rate 100mbps " \
	"--shape poisson --count 30000 --warmup 0 --rate-tolerance 100%"
/* Into a ring of an emulated NIC that nobody reads until all are sent. */
#define RING(descriptors)                                                                        \
	"--rate 20kpps --count 2000 --rxd " descriptors " --stall unread --tmax 60s --warmup 0 " \
	"--rate-tolerance 100%"
/* Flows over the 8 queues of an emulated NIC, and nobody reads until all are sent. */
#define FLOWS(n)                                                                                   \
	"--rxq 8 --rxd 1024 --streams " n " --rate 20kpps --count 8000 --stall unread --tmax 60s " \
	"--warmup 0 --rate-tolerance 100%"
/* Over a veth pair into a socket of AF_XDP, in the same manner. */
#define TO_XDP(ring)                                                                                  \
	"--tx netdev:ovr3a --rx netdev:ovr3b --rxd " ring " --stall unread --tmax 60s --rate 20kpps " \
	"--count 1500 --warmup 0 --rate-tolerance 100%"

static const struct ovr_atlas_place places[] = {
	{
		.id = "send-buffer",
		.title = "a full send buffer of a socket",
		.happens = "The application sends faster than the line takes it. The socket's send buffer "
			   "holds 8 kB; what finds no room is refused (EAGAIN), or send() waits. Nothing is "
			   "lost: the application knows, and sends it again.",
		.where = "the sender's socket, before UDP",
		.familiar =
			"UdpSndbufErrors and IpOutDiscards count attempts, and no frames: IpOutRequests does "
			"not count them. The same two count frames that a queueing discipline dropped.",
		.lab = OVR_ATLAS_SENDER,
		.tools = "tc nstat",
		.cause = { { OVR_ATLAS_TESTER,
			"tc qdisc add dev ovr0a root tbf rate 10mbit burst 5000 limit 3000000" } },
		.trial = { OVR_ATLAS_HERE, FROM_SOCKET("sndbuf=8192") },
		.show = { { OVR_ATLAS_TESTER, "nstat -asz UdpSndbufErrors IpOutDiscards IpOutRequests" } },
		.owner = OVR_PLACE_TX_APP,
		.effect = OVR_ATLAS_REFUSES,
		.equation = "refused = EAGAIN, ENOBUFS of send(); lost = 0",
		.cure = "A larger buffer (SO_SNDBUF, up to net.core.wmem_max) for bursts, and a faster line "
			"for more.",
		.cured = { OVR_ATLAS_HERE, FROM_SOCKET("sndbuf=4194304") },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "qdisc",
		.title = "a queueing discipline whose queue is full",
		.happens = "The hop's line is slower than what comes in, so that frames wait in the queue of "
			   "its queueing discipline. The queue holds txqueuelen frames, here 25. What comes "
			   "while it is full is dropped before the driver sees it.",
		.where = "the hop's way out, behind routing and before the driver's transmit ring",
		.familiar = "`ifconfig` shows no TX dropped for it: the driver never had the frame. Only tc "
			    "counts it.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "tc",
		.cause = { { OVR_ATLAS_HOP, "ip link set dev ovr1b txqueuelen 25" },
			{ OVR_ATLAS_HOP, "tc qdisc add dev ovr1b root handle 1: htb default 1" },
			{ OVR_ATLAS_HOP, "tc class add dev ovr1b parent 1: classid 1:1 htb rate 40mbit" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS " --size 500 --drain 1s" },
		.show = { { OVR_ATLAS_HOP, "tc -s qdisc show dev ovr1b" } },
		.owner = OVR_PLACE_TX_QDISC,
		.owner_end = HOP,
		.equation = "lost = drops of the root queueing discipline",
		.cure = "A longer queue takes a burst, and a faster line what comes for longer. A queue "
			"takes "
			"its length when it is made, so that it is made anew. (`ifconfig eth0 txqueuelen "
			"1500` "
			"alone changes pfifo_fast, and no queue below a class.)",
		.remedy = { { OVR_ATLAS_HOP, "ip link set dev ovr1b txqueuelen 1500" },
			{ OVR_ATLAS_HOP, "tc qdisc del dev ovr1b root" },
			{ OVR_ATLAS_HOP, "tc qdisc add dev ovr1b root handle 1: htb default 1" },
			{ OVR_ATLAS_HOP, "tc class add dev ovr1b parent 1: classid 1:1 htb rate 40mbit" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "peer-mtu",
		.title = "frames larger than the other end of the link takes",
		.happens =
			"The receiver's end of the link has an MTU of 1300, the hop's end one of 1500. The "
			"hop sends frames of 1400 bytes, and the link drops them.",
		.where = "the hop's way out, in the driver of the link",
		.familiar = "Of a veth pair the sender counts TX dropped and the receiver RX dropped for the "
			    "same frames: they may not be added.",
		.lab = OVR_ATLAS_ROUTER,
		.cause = { { OVR_ATLAS_RECEIVER, "ip link set dev ovr2b mtu 1300" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS " --size 1400" },
		.show = { { OVR_ATLAS_HOP, "ip -s link show dev ovr1b" },
			{ OVR_ATLAS_RECEIVER, "ip -s link show dev ovr2b" } },
		.owner = OVR_PLACE_TX_KERNEL,
		.owner_end = HOP,
		.equation = "lost = tx_dropped of the hop's interface",
		.cure = "All interfaces of one link have the same MTU.",
		.remedy = { { OVR_ATLAS_RECEIVER, "ip link set dev ovr2b mtu 1500" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "link-down",
		.title = "a link whose other end is down",
		.happens =
			"The receiver's interface is down. The hop still has its route, and its driver drops "
			"every frame.",
		.where = "the hop's way out, in the driver of the link",
		.familiar = "NO-CARRIER in the first line of `ip -s link`, and TX dropped below; older "
			    "kernels (6.1) count these frames nowhere.",
		.uncounted = "this kernel counts nowhere what an interface without carrier drops",
		.lab = OVR_ATLAS_ROUTER,
		.cause = { { OVR_ATLAS_RECEIVER, "ip link set dev ovr2b down" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_HOP, "ip -s link show dev ovr1b" } },
		.owner = OVR_PLACE_TX_KERNEL,
		.owner_end = HOP,
		.equation = "lost = tx_dropped of the hop's interface",
		.cure = "The interface is brought up; its routes, which went with it, too.",
		.remedy = { { OVR_ATLAS_RECEIVER, "ip link set dev ovr2b up" },
			{ OVR_ATLAS_RECEIVER, "ip route add default via 198.19.255.254" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "arp-queue",
		.title = "a neighbour that does not answer",
		.happens =
			"The hop does not know the receiver's MAC address and asks for it. Meanwhile frames "
			"wait in a short queue (unres_qlen_bytes). What finds no room is dropped, and "
			"what waits is dropped when the questions stay unanswered.",
		.where = "the hop's way out, behind routing and before the queueing discipline",
		.familiar = "No counter of a namespace tells of it; `ip neigh` shows INCOMPLETE or FAILED. "
			    "Ip:ForwDatagrams counts these frames as forwarded.",
		.lab = OVR_ATLAS_ROUTER,
		.needs_reasons = true,
		.cause = { { OVR_ATLAS_RECEIVER, "ip link set dev ovr2b arp off" },
			{ OVR_ATLAS_HOP, "ip neigh del 198.19.0.1 dev ovr1b" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS " --settle 4s" },
		.show = { { OVR_ATLAS_HOP, "ip neigh show dev ovr1b" } },
		.owner = OVR_PLACE_TX_IP,
		.owner_end = HOP,
		.equation = "lost = NEIGH_QUEUEFULL + NEIGH_FAILED (drop reasons)",
		.cure = "The receiver answers, or the hop is told its address.",
		.remedy = { { OVR_ATLAS_RECEIVER, "ip link set dev ovr2b arp on" },
			{ OVR_ATLAS_HOP,
				"ip neigh replace 198.19.0.1 lladdr 02:00:00:00:02:0b nud permanent dev "
				"ovr1b" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "nic-saturation",
		.title = "a link that is used to its limit",
		.happens =
			"The load is all that the link carries, 100 Mb/s, and comes irregularly, as traffic "
			"does. The transmit ring, here of 16 frames, takes what is ahead of the line. While "
			"it is full the driver takes no more: an own program is refused, and a kernel "
			"queues, and drops where the queueing discipline is full.",
		.where = "the sender's NIC, at its transmit ring: the emulated link of this program",
		.familiar =
			"`ethtool eth0` has the link's Speed, and `sar -n DEV 1` what is used of it in kB/s: "
			"10000Mb/s are 1250 MB/s, since a byte has 8 bits (125 MB/s are 1000Mb/s). Of small "
			"frames it is less: preamble and gap take 20 bytes of each. The Speed of virtual "
			"interfaces is invented.",
		.lab = OVR_ATLAS_NO_LAB,
		.trial = { OVR_ATLAS_HERE, LINK("100M") },
		.owner = OVR_PLACE_TX_RING,
		.owner_end = "wire:0",
		.effect = OVR_ATLAS_REFUSES,
		.equation = "refused = tx_burst refused; lost = 0",
		.cure = "A faster link, here of 1 Gb/s, which the same load uses to 10 %; or the load split "
			"over several links and hosts. A larger ring helps for bursts alone.",
		.cured = { OVR_ATLAS_HERE, LINK("1G") },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "tap-ring",
		.title = "a tap whose program reads too slowly",
		.happens = "A bridge sends frames into a tap, behind which is a program: elsewhere a virtual "
			   "machine or a VPN, here this one, which reads nothing until all 2000 are sent. "
			   "The tap's ring holds txqueuelen frames, here 100. What comes while it is full is "
			   "dropped.",
		.where = "the host's way out, in the driver of the tap",
		.familiar =
			"TX dropped of `ip -s link` is the tap's. `ethtool -S` and `ethtool -g` have nothing "
			"on a tap, and a queueing discipline before it shows no drop.",
		.lab = OVR_ATLAS_ROUTER,
		.cause = { { OVR_ATLAS_TESTER,
				   "ip link add ovr3a type veth peer name ovr3b && ip link add ovr3br type "
				   "bridge "
				   "mcast_snooping 0" },
			{ OVR_ATLAS_TESTER, "ip tuntap add dev ovr4 mode tap multi_queue" },
			{ OVR_ATLAS_TESTER,
				"ip link set ovr3b master ovr3br && ip link set ovr4 master ovr3br "
				"txqueuelen 100" },
			{ OVR_ATLAS_TESTER,
				"ip link set ovr3a up && ip link set ovr3b up && ip link set ovr3br up && ip "
				"link set ovr4 up" } },
		.trial = { OVR_ATLAS_TESTER,
			"--tx netdev:ovr3a --rx vdev:net_tap0,iface=ovr4 --via netns={tester} --stall unread "
			"--tmax 60s --rate 20kpps --count 2000 --warmup 0 --rate-tolerance 100%" },
		.show = { { OVR_ATLAS_TESTER, "ip -s link show dev ovr4" } },
		.owner = OVR_PLACE_TX_KERNEL,
		.owner_end = "hop:{tester}",
		.equation = "lost = tx_dropped of the tap",
		.cure = "A program that reads faster, or in several queues, and a longer ring for its "
			"pauses: "
			"`ip link set dev ovr4 txqueuelen 5000`, which holds at once.",
		.remedy = { { OVR_ATLAS_TESTER, "ip link set dev ovr4 txqueuelen 5000" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "crc",
		.title = "frames with a wrong checksum of the link (FCS)",
		.happens = "A cable, a plug or a transceiver changes bits. The MAC of the receiver finds a "
			   "wrong FCS and drops the frame.",
		.where = "the receiver's NIC, before its receive ring",
		.familiar = "`ethtool -S eth0 | grep -i crc`, and RX errors and frame of `ifconfig`.",
		.cannot = "no device here can: virtual interfaces have no FCS, and emulated NICs make no "
			  "wrong one; the emulated link of this program does: overrun run --rx wire:1,fcs=1%",
		.owner = OVR_PLACE_RX_ERRORS,
		.equation = "lost = rx_crc_errors",
		.cure = "Another cable, plug or port; the counter stands still afterwards.",
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "ip-conflict",
		.title = "two hosts with one IP address",
		.happens =
			"A second host on the receiver's link takes the receiver's address, and announces it "
			"(gratuitous ARP). The hop's table of neighbours believes the one who spoke last, "
			"so that the frames go to the second host, which has no socket for them. When the "
			"first one speaks, they come back: the loss comes and goes.",
		.where = "another host: the hop's table of neighbours chose it",
		.familiar = "`ip neigh` of the hop has a MAC address that is not the receiver's, or another "
			    "one now "
			    "and then. `arping -c 3 198.19.0.1` gets answers of two, and `tcpdump -e arp` "
			    "shows both. "
			    "The receiver itself counts nothing.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.needs_reasons = true,
		.cause = { { OVR_ATLAS_RECEIVER,
				   "ip link add link ovr2b name ovr3 address 02:00:00:00:03:0b type macvlan "
				   "mode "
				   "private && ip link set ovr3 netns {tester}" },
			{ OVR_ATLAS_HOP,
				"ip neigh replace 198.19.0.1 lladdr 02:00:00:00:02:0b nud stale dev ovr1b" },
			{ OVR_ATLAS_HOP, "sysctl -w net.ipv4.neigh.ovr1b.locktime=0" },
			{ OVR_ATLAS_TESTER, "sysctl -w net.ipv4.conf.ovr3.arp_notify=1" },
			{ OVR_ATLAS_TESTER, "ip addr add 198.19.0.1/32 dev ovr3 && ip link set ovr3 up" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS " --via netns={tester}" },
		.show = { { OVR_ATLAS_HOP, "ip neigh show dev ovr1b" },
			{ OVR_ATLAS_TESTER, "nstat -asz UdpNoPorts" } },
		.owner = OVR_PLACE_RX_UDP,
		.owner_end = "hop:{tester}",
		.equation = "lost = NO_SOCKET (a drop reason) of the second host",
		.cure = "A unique address, and the hop learns anew: `ip neigh flush dev ovr1b`.",
		.remedy = { { OVR_ATLAS_TESTER,
				    "ip addr add 198.19.0.2/32 dev ovr3 && ip addr del 198.19.0.1/32 dev "
				    "ovr3" },
			{ OVR_ATLAS_HOP, "ip neigh flush dev ovr1b" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "mac-filter",
		.title = "frames for another MAC address",
		.happens = "The hop has an old MAC address for the receiver: the host was replaced, or two "
			   "hosts have one IP address. A NIC drops such frames before its receive ring, "
			   "unless it is promiscuous. A virtual interface has no filter, and the stack drops "
			   "them.",
		.where = "the receiver's interface, before IP",
		.familiar =
			"`ip -s -s link` counts what the stack dropped as otherhost, from Linux 5.19 on. Few "
			"NICs count what their filter dropped. `ip neigh` of the hop shows the old "
			"address.",
		.lab = OVR_ATLAS_ROUTER,
		.cause = { { OVR_ATLAS_HOP,
			"ip neigh replace 198.19.0.1 lladdr 02:00:00:00:02:ff nud permanent "
			"dev ovr1b" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_RECEIVER, "ip -s -s link show dev ovr2b" },
			{ OVR_ATLAS_HOP, "ip neigh show dev ovr1b" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = SOCKET,
		.equation = "lost = rx_otherhost_dropped of the receiver's interface",
		.cure = "The hop learns the address anew (`ip neigh flush dev ovr1b`), and every IP address "
			"is of one host.",
		.remedy = { { OVR_ATLAS_HOP,
			"ip neigh replace 198.19.0.1 lladdr 02:00:00:00:02:0b nud permanent "
			"dev ovr1b" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "ring-overflow",
		.title = "a receive ring (RingBuffer) that is too small",
		.happens = "Nobody takes frames from the ring while 2000 come, and it has 64 descriptors. "
			   "What comes "
			   "while none is free is dropped by the NIC.",
		.where = "the receiver's NIC, at its receive ring: the emulated link of this program",
		.familiar =
			"Of a NIC: `ethtool -S eth0` (rx_missed_errors, rx_queue_0_drops or as the driver "
			"calls it), RX overruns of `ifconfig`, and the size with `ethtool -g eth0`.",
		.lab = OVR_ATLAS_NO_LAB,
		.trial = { OVR_ATLAS_HERE, RING("64") },
		.owner = OVR_PLACE_RX_RING,
		.owner_end = "wire:1",
		.equation = "lost = rx_q0_missed",
		.cure = "A larger ring: `ethtool -G eth0 rx 4096`, or `overrun ring set eth0 --rx 4096`. It "
			"lasts for longer pauses, and does not help against a load that never ends.",
		.cured = { OVR_ATLAS_HERE, RING("4096") },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "veth-ring",
		.title = "a socket of AF_XDP whose ring is too small",
		.happens =
			"A program takes frames of a veth interface by AF_XDP, as DPDK does in a container. "
			"It reads nothing until all 1500 are sent, and its ring has 64 descriptors. What "
			"comes while none is free is dropped in XDP, before "
			"the stack.",
		.where = "the receiving end of the veth pair, at the ring of the socket",
		.familiar = "`ethtool -S ovr3b` counts it as rx_queue_0_drops, and RX dropped of `ip -s "
			    "link` once "
			    "more. A veth has no ring of descriptors: `ethtool -g` says so.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "ethtool",
		.cause = { { OVR_ATLAS_TESTER, "ip link add ovr3a type veth peer name ovr3b" },
			{ OVR_ATLAS_TESTER, "ip link set ovr3a up && ip link set ovr3b up" } },
		.trial = { OVR_ATLAS_TESTER, TO_XDP("64") },
		.show = { { OVR_ATLAS_TESTER, "ethtool -S ovr3b" } },
		.owner = OVR_PLACE_RX_RING,
		.owner_end = "netdev:ovr3b",
		.equation = "lost = rx_queue_0_drops of the receiving end",
		.cure = "A larger ring of the socket, here 2048, for pauses, and a program that reads faster "
			"or "
			"on several queues for more.",
		.cured = { OVR_ATLAS_TESTER, TO_XDP("2048") },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "rss-imbalance",
		.title = "one of several receive queues that gets too much",
		.happens =
			"A NIC chooses the queue by a hash of addresses and ports (RSS), so that a flow "
			"stays "
			"on one. Of 9 equal flows over 8 queues two fall on one. Nothing is read until all "
			"8000 are sent: that queue gets 1777 and its ring holds 1024; the others get 889 at "
			"most, and have room.",
		.where = "the receiver's NIC, at the receive ring of one queue: the emulated link of this "
			 "program",
		.familiar = "Of a NIC: `ethtool -S eth0 | grep rx_queue`, whose counters differ from queue "
			    "to queue; "
			    "`ethtool -x eth0` has the table, and `ethtool -n eth0 rx-flow-hash udp4` the "
			    "fields of "
			    "the hash. The sum over all queues looks harmless.",
		.lab = OVR_ATLAS_NO_LAB,
		.trial = { OVR_ATLAS_HERE, FLOWS("9") },
		.owner = OVR_PLACE_RX_RING,
		.owner_end = "wire:1",
		.equation = "lost = rx_q0_missed, and no other queue's",
		.cure = "More flows, here 128, spread evenly. Where they are given: ports in the hash "
			"(`ethtool "
			"-N eth0 rx-flow-hash udp4 sdfn`), another table (`ethtool -X eth0 equal 8`, or "
			"weight), or a larger ring.",
		.cured = { OVR_ATLAS_HERE, FLOWS("128") },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "softnet-backlog",
		.title = "a CPU's backlog that is full",
		.happens = "Soft interrupts put frames into a queue of each CPU (netdev_max_backlog). What "
			   "comes while it is full is dropped. Here the hop gathers frames for 1.5 s and "
			   "sends them at once, and the queue holds 40.",
		.where = "behind the receive ring, before IP",
		.familiar = "The second column of `cat /proc/net/softnet_stat`, in hexadecimal. It is of all "
			    "namespaces together.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "tc cat",
		.cause = { { OVR_ATLAS_HOP,
				   "tc qdisc add dev ovr1b root netem slot 1500ms packets 10000 limit "
				   "10000" },
			{ OVR_ATLAS_WHOLE_HOST, "sysctl -w net.core.netdev_max_backlog=40" } },
		/* sent before the first is let go: a full backlog drops those of the tester, too */
		.trial = { OVR_ATLAS_TESTER,
			"--tx netdev:ovr0a --gateway 198.18.255.254 --rx "
			"udp:198.19.0.1:9,netns={receiver},rcvbuf=8388608 --via netns={hop} --count 400 "
			"--rate 20kpps --warmup 0 --drain 4s --rate-tolerance 100%" },
		.show = { { OVR_ATLAS_RECEIVER, "cat /proc/net/softnet_stat" } },
		.owner = OVR_PLACE_RX_SOFTNET,
		.owner_end = SOCKET,
		.equation = "lost = dropped of softnet_stat",
		.cure = "A longer backlog, and the load spread over more CPUs.",
		.remedy = { { OVR_ATLAS_WHOLE_HOST, "sysctl -w net.core.netdev_max_backlog=10000" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "firewall-drop",
		.title = "a firewall rule that drops",
		.happens = "A rule of the receiver's firewall drops the datagrams of one port. Sender and "
			   "application notice nothing.",
		.where = "the receiver's netfilter, behind the interface and before UDP",
		.familiar =
			"`iptables -L -n -v` shows rules of iptables in the same manner; a rule of nftables "
			"counts only if it says `counter`.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nft",
		.cause = { { OVR_ATLAS_RECEIVER, CHAIN("input") },
			{ OVR_ATLAS_RECEIVER, RULE("udp dport 9 counter drop") } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_RECEIVER, "nft list ruleset" } },
		.owner = OVR_PLACE_RX_NETFILTER,
		.owner_end = SOCKET,
		.equation = "lost = dropped by the rule",
		.cure = "A rule that accepts, before the one that drops. Where rules are appended (`iptables "
			"-A "
			"INPUT -p udp --dport 9 -j ACCEPT`), it stands behind, and does not help: insert it "
			"(-I).",
		.remedy = { { OVR_ATLAS_RECEIVER,
			"nft insert rule inet lab places udp dport 9 counter accept" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "firewall-policy",
		.title = "a firewall without a rule that lets it in",
		.happens = "The receiver's firewall drops what no rule accepts (policy drop), and has no "
			   "rule for the datagrams of the application. Sender and application notice "
			   "nothing.",
		.where = "the receiver's netfilter, behind the interface and before UDP",
		.familiar =
			"No rule counts it. `iptables -L -n -v` has the packets of a policy in the line of "
			"its chain; `nft list ruleset` shows the policy, and no count.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nft",
		.needs_reasons = true,
		.cause = { { OVR_ATLAS_RECEIVER,
			"nft 'add table inet lab; add chain inet lab places { type filter hook input "
			"priority 0; policy drop; }'" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_RECEIVER, "nft list ruleset" } },
		.owner = OVR_PLACE_RX_NETFILTER,
		.owner_end = SOCKET,
		.equation = "lost = NETFILTER_DROP (a drop reason) of the receiver",
		.cure = "The missing rule: `iptables -A INPUT -p udp --dport 9 -j ACCEPT`. Here nothing "
			"stands before it, so that it may be appended.",
		.remedy = { { OVR_ATLAS_RECEIVER, RULE("udp dport 9 counter accept") } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "conntrack-full",
		.title = "a full table of connection tracking",
		.happens = "A firewall with states keeps every flow in a table. While it is full "
			   "(nf_conntrack_max), frames of new flows are dropped. Here 100 flows come, and it "
			   "has room for 40.",
		.where = "netfilter of a hop or of the receiver, before the rules",
		.familiar =
			"`conntrack -S` (drop), and \"nf_conntrack: table full, dropping packet\" in dmesg.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nft cat",
		.cause = { { OVR_ATLAS_HOP, CHAIN("prerouting") },
			{ OVR_ATLAS_HOP, RULE("ct state new counter") },
			{ OVR_ATLAS_WHOLE_HOST, "sysctl -w net.netfilter.nf_conntrack_max=40" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS " --streams 100" },
		.show = { { OVR_ATLAS_HOP, "cat /proc/net/stat/nf_conntrack" },
			{ OVR_ATLAS_HOP,
				"sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max" } },
		.owner = OVR_PLACE_RX_NETFILTER,
		.owner_end = HOP,
		.equation = "lost = drop of conntrack -S",
		.cure = "A larger table, or no tracking of such flows (notrack).",
		.remedy = { { OVR_ATLAS_WHOLE_HOST, "sysctl -w net.netfilter.nf_conntrack_max=1048576" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "no-route",
		.title = "a missing route",
		.happens = "The hop has no route to the receiver's network. It drops the frame, and may tell "
			   "the sender by ICMP.",
		.where = "the hop's IP input, where it looks for the route",
		.familiar = "`netstat -s` shows it as InNoRoutes; the table of routes with `ip route` or "
			    "`route -n`.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.cause = { { OVR_ATLAS_HOP, "ip route del 198.19.0.0/16 dev ovr1b" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_HOP, "nstat -asz IpExtInNoRoutes" }, { OVR_ATLAS_HOP, "ip route" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = HOP,
		.equation = "lost = IpExt:InNoRoutes of the hop",
		.cure = "The route.",
		.remedy = { { OVR_ATLAS_HOP, "ip route add 198.19.0.0/16 dev ovr1b" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "blackhole",
		.title = "a route to nowhere",
		.happens = "The hop has a route of type blackhole to the receiver. It drops the frame and "
			   "tells nobody.",
		.where = "the hop's IP input, where it looks for the route",
		.familiar = "No counter of a namespace tells of it; the route is in `ip route`. `dropwatch "
			    "-l kas` names the function that dropped it: -l takes a way to name symbols, and "
			    "no interface.",
		.lab = OVR_ATLAS_ROUTER,
		.needs_reasons = true,
		.cause = { { OVR_ATLAS_HOP, "ip route add blackhole 198.19.0.1" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_HOP, "ip route" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = HOP,
		.equation = "lost = NOT_SPECIFIED (a drop reason) of the hop",
		.cure = "The route is removed.",
		.remedy = { { OVR_ATLAS_HOP, "ip route del blackhole 198.19.0.1" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "no-forwarding",
		.title = "a host that does not forward",
		.happens = "The hop's routes are right, and ip_forward is 0. A frame for another host is "
			   "dropped, and nobody is told.",
		.where = "the hop's IP input, behind routing",
		.familiar = "It is in InAddrErrors of `nstat`, and in no counter of an interface.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.cause = { { OVR_ATLAS_HOP, "sysctl -w net.ipv4.ip_forward=0" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_HOP, "nstat -asz IpInAddrErrors" },
			{ OVR_ATLAS_HOP, "sysctl net.ipv4.ip_forward" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = HOP,
		.equation = "lost = Ip:InAddrErrors of the hop",
		.cure = "`sysctl -w net.ipv4.ip_forward=1`, and in /etc/sysctl.d for the next boot.",
		.remedy = { { OVR_ATLAS_HOP, "sysctl -w net.ipv4.ip_forward=1" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "rp-filter",
		.title = "a strict reverse path filter",
		.happens = "The hop's route back to the sender is another interface than the one that the "
			   "frame came by. A strict filter (rp_filter 1) takes it for forged and drops it.",
		.where = "the hop's IP input, before routing",
		.familiar = "`netstat -s` shows it as IPReversePathFilter.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.cause = { { OVR_ATLAS_HOP, "sysctl -w net.ipv4.conf.ovr1a.rp_filter=1" },
			{ OVR_ATLAS_HOP, "ip route add 198.18.0.1/32 dev ovr1b" } },
		.trial = { OVR_ATLAS_TESTER,
			"--tx netdev:ovr0a --gateway none --dst-mac 02:00:00:00:01:0a --rx "
			"udp:198.19.0.1:9,netns={receiver},rcvbuf=8388608 --via netns={hop} --count 2000 "
			"--rate 20kpps --warmup 0 --rate-tolerance 100%" },
		.show = { { OVR_ATLAS_HOP, "nstat -asz TcpExtIPReversePathFilter" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = HOP,
		.equation = "lost = TcpExt:IPReversePathFilter of the hop",
		.cure = "A loose filter (2): any route back will do. The larger value of `all` and of the "
			"interface holds.",
		.remedy = { { OVR_ATLAS_HOP, "sysctl -w net.ipv4.conf.all.rp_filter=2" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "ttl",
		.title = "a time to live that has run out",
		.happens = "Each hop counts the TTL down, and drops a frame whose TTL would be 0. Loops of "
			   "routes end so.",
		.where = "the hop's IP input, before it forwards",
		.familiar =
			"`nstat` has it in IpInHdrErrors, together with damaged headers; `traceroute` makes "
			"use of it.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nft nstat",
		.cause = { { OVR_ATLAS_HOP, CHAIN("prerouting") },
			{ OVR_ATLAS_HOP, RULE("meta l4proto udp ip ttl set 1") } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_HOP, "nstat -asz IpInHdrErrors IcmpOutTimeExcds" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = HOP,
		.equation = "lost = Ip:InHdrErrors of the hop",
		.cure = "No loop of routes, and a TTL that is larger than the number of hops.",
		.remedy = { { OVR_ATLAS_HOP, NO_RULES } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "mtu",
		.title = "frames larger than the next link takes",
		.happens = "The hop's next link has an MTU of 1300. Datagrams of 1400 bytes may not be "
			   "fragmented (DF): the hop drops them and tells the sender by ICMP, which many "
			   "firewalls drop.",
		.where = "the hop's IP, when it forwards",
		.familiar = "Ip:ForwDatagrams counts them as forwarded all the same.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.cause = { { OVR_ATLAS_HOP, "ip link set dev ovr1b mtu 1300" } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS " --size 1400" },
		.show = { { OVR_ATLAS_HOP, "nstat -asz IpFragFails" },
			{ OVR_ATLAS_HOP, "ip link show dev ovr1b" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = HOP,
		.equation = "lost = Ip:FragFails of the hop",
		.cure = "The MTU of the way is the smallest of its links': a larger one there, or smaller "
			"datagrams.",
		.remedy = { { OVR_ATLAS_HOP, "ip link set dev ovr1b mtu 1500" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "fragments",
		.title = "a datagram of which a fragment is missing",
		.happens =
			"The sender's link has an MTU of 1300, so that its host makes two fragments of each "
			"datagram of 1400 bytes. The second one does not arrive: a filter on the way drops "
			"what has no port numbers. The first one waits for it, here for a second, and is "
			"dropped.",
		.where = "the receiver's IP, where it puts datagrams together",
		.familiar = "`nstat` has it in IpReasmFails, and in IpReasmTimeout once more.",
		.lab = OVR_ATLAS_SENDER,
		.tools = "nft nstat",
		.cause = { { OVR_ATLAS_TESTER, "ip link set dev ovr0a mtu 1300" },
			{ OVR_ATLAS_RECEIVER, "sysctl -w net.ipv4.ipfrag_time=1" },
			{ OVR_ATLAS_RECEIVER,
				"nft 'add table netdev lab; add chain netdev lab places { type filter hook "
				"ingress device \"ovr2b\" priority 0; }'" },
			{ OVR_ATLAS_RECEIVER,
				"nft add rule netdev lab places 'ip frag-off & 0x1fff != 0 drop'" } },
		.trial = { OVR_ATLAS_HERE,
			"--tx udp:198.19.0.1:9,netns={tester} --rx "
			"udp:198.19.0.1:9,netns={receiver},rcvbuf=8388608 --via netns={hop} --count 200 "
			"--rate 2kpps --size 1400 --settle 3s --warmup 0 --rate-tolerance 100%" },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz IpReasmFails IpReasmTimeout" } },
		.owner = OVR_PLACE_RX_IP,
		.owner_end = SOCKET,
		.equation = "lost = Ip:ReasmFails of the receiver",
		.cure = "Datagrams that fit every link of the way, and filters that let fragments through.",
		.remedy = { { OVR_ATLAS_RECEIVER, "nft delete table netdev lab" } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "udp-checksum",
		.title = "datagrams with a wrong checksum",
		.happens = "Something on the way changed a datagram after its checksum was made: here a rule "
			   "of the hop, in the field memory of a device, or an offload that was not carried "
			   "out. UDP drops the datagram.",
		.where = "the receiver's UDP, before the socket",
		.familiar =
			"`netstat -su` shows InCsumErrors. They are part of InErrors and may not be added to "
			"it. Large datagrams are counted only when they are read.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nft nstat",
		.cause = { { OVR_ATLAS_HOP, CHAIN("forward") },
			{ OVR_ATLAS_HOP, RULE("'meta l4proto udp udp checksum set udp checksum ^ 0x1'") } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz UdpInCsumErrors UdpInErrors" } },
		.owner = OVR_PLACE_RX_UDP,
		.owner_end = SOCKET,
		.equation = "lost = Udp:InCsumErrors of the receiver",
		.cure = "The device or software that damages them is replaced; offloads are turned off one "
			"by "
			"one (`ethtool -K eth0 tx off`) to find it.",
		.remedy = { { OVR_ATLAS_HOP, NO_RULES } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "no-socket",
		.title = "a port that no socket has",
		.happens =
			"The datagrams arrive at port 11, and the application listens at port 9. UDP drops "
			"them and tells the sender by ICMP, as often as its limit allows.",
		.where = "the receiver's UDP, where it looks for the socket",
		.familiar =
			"`netstat -su` shows packets to unknown port received; `ss -uan` shows who listens.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nft nstat",
		.cause = { { OVR_ATLAS_HOP, CHAIN("forward") },
			{ OVR_ATLAS_HOP, RULE("meta l4proto udp udp dport set 11") } },
		.trial = { OVR_ATLAS_TESTER, DATAGRAMS },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz UdpNoPorts" } },
		.owner = OVR_PLACE_RX_UDP,
		.owner_end = SOCKET,
		.equation = "lost = Udp:NoPorts of the receiver",
		.cure = "Both agree on the port.",
		.remedy = { { OVR_ATLAS_HOP, NO_RULES } },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "syn-queue",
		.title = "a full queue of half-open connections",
		.happens =
			"SYNs come whose senders never answer: a rule drops every SYN-ACK, as in a flood "
			"with forged addresses. The queue has 64 places and keeps a quarter for hosts that "
			"it knows. Further SYNs are dropped.",
		.where = "the receiver's TCP, at the listening socket",
		.familiar =
			"`netstat -s | grep -i \"SYNs to LISTEN sockets dropped\"` counts both queues of a "
			"listener: what is not in \"overflowed\" is of this one.",
		.lab = OVR_ATLAS_SENDER,
		.tools = "nft nstat",
		.cause = { { OVR_ATLAS_RECEIVER,
				   "sysctl -w net.ipv4.tcp_syncookies=0 net.ipv4.tcp_max_syn_backlog=64" },
			{ OVR_ATLAS_RECEIVER, "ip tcp_metrics flush all" },
			{ OVR_ATLAS_HOP, CHAIN("forward") },
			{ OVR_ATLAS_HOP, RULE("'tcp flags & (syn | ack) == (syn | ack) counter drop'") } },
		.trial = { OVR_ATLAS_HERE, CONNECTIONS(",connections=100", ",backlog=1024") " --time 400ms" },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz TcpExtListenDrops TcpExtListenOverflows" } },
		.owner = OVR_PLACE_RX_TCP,
		.owner_end = "receiver",
		.equation = "lost = (TcpExt:ListenDrops - TcpExt:ListenOverflows) of the receiver + dropped "
			    "by the hop's rule",
		.cure = "A longer queue, and cookies, which need none. The SYN-ACKs are dropped as before.",
		.remedy = { { OVR_ATLAS_RECEIVER,
			"sysctl -w net.ipv4.tcp_max_syn_backlog=1024 net.ipv4.tcp_syncookies=1" } },
		/* half-open connections of the first trial live on for a minute */
		.anew = true,
		.moves_to = OVR_PLACE_RX_NETFILTER,
	},
	{
		.id = "accept-queue",
		.title = "a full queue of connections that nobody accepts",
		.happens = "The application does not call accept(). The queue of its listening socket holds "
			   "backlog + 1 connections, here 5 of 20. Further SYNs are dropped, and sent again "
			   "a second later.",
		.where = "the receiver's TCP, at the listening socket",
		.familiar =
			"`netstat -s | grep overflowed`; ListenDrops counts the same SYNs again. `ss -ltn` "
			"shows the queue and its limit as Recv-Q and Send-Q.",
		.lab = OVR_ATLAS_SENDER,
		.tools = "nstat",
		.trial = { OVR_ATLAS_HERE,
			CONNECTIONS(",connections=20", ",backlog=4,accept=0") " --time 400ms" },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz TcpExtListenOverflows TcpExtListenDrops" } },
		.owner = OVR_PLACE_RX_TCP,
		.owner_end = "receiver",
		.equation = "lost = TcpExt:ListenOverflows of the receiver",
		.cure = "A larger backlog of listen(), with net.core.somaxconn as its limit, and an "
			"application "
			"that accepts faster.",
		.cured = { OVR_ATLAS_HERE, CONNECTIONS(",connections=20", ",backlog=1024") " --time 400ms" },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "tcp-receive-queue",
		.title = "segments for which the receive queue has no room",
		.happens = "The receive buffer became smaller than the window that was announced before: a "
			   "sender that keeps to the window sends more than there is room for. TCP drops the "
			   "segments, and they are sent again.",
		.where = "the receiver's TCP, before the socket's receive queue",
		.familiar = "TCPRcvQDrop in /proc/net/netstat; newer kernels count most of them as "
			    "TCPZeroWindowDrop or BeyondWindow.",
		.lab = OVR_ATLAS_SENDER,
		.tools = "nstat",
		.trial = { OVR_ATLAS_HERE, CONNECTIONS("", ",shrink=2304") " --stall unread --time 700ms" },
		.show = { { OVR_ATLAS_RECEIVER,
			"nstat -asz TcpExtTCPRcvQDrop TcpExtTCPZeroWindowDrop TcpExtBeyondWindow" } },
		.owner = OVR_PLACE_RX_TCP,
		.owner_end = "receiver",
		.equation = "lost = TcpExt:TCPRcvQDrop + TcpExt:TCPOFODrop + TcpExt:BeyondWindow (or "
			    "TcpExt:TCPZeroWindowDrop, by kernel)",
		.cure = "A buffer that stays as large (`sysctl net.ipv4.tcp_rmem`, no SO_RCVBUF later), and "
			"an application that reads.",
		.cured = { OVR_ATLAS_HERE, CONNECTIONS("", "") " --time 700ms" },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "zero-window",
		.title = "a closed receive window",
		.happens = "The application does not read, and the receive buffer is full. TCP announces a "
			   "window of 0 and the sender waits. Nothing is lost: everything is late.",
		.where = "the receiver's TCP, at the socket's receive queue",
		.familiar = "`nstat` shows TcpExtTCPToZeroWindowAdv, `ss -ti` rwnd_limited at the sender.",
		.lab = OVR_ATLAS_SENDER,
		.tools = "nstat",
		.trial = { OVR_ATLAS_HERE, CONNECTIONS("", ",rcvbuf=65536") " --stall unread --time 700ms" },
		.show = { { OVR_ATLAS_RECEIVER,
			"nstat -asz TcpExtTCPToZeroWindowAdv TcpExtTCPFromZeroWindowAdv" } },
		.owner = OVR_PLACE_COUNT,
		.effect = OVR_ATLAS_WAITS,
		.equation = "lost = 0; waited = tcpi_rwnd_limited of the sender",
		.cure = "An application that reads, and larger buffers (`sysctl net.ipv4.tcp_rmem`) for what "
			"comes in bursts.",
		.cured = { OVR_ATLAS_HERE, CONNECTIONS("", "") " --count 2000" },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "udp-receive-buffer",
		.title = "a full receive buffer of a socket",
		.happens = "Datagrams come while the application does not read. The socket's receive buffer "
			   "holds 100 kB, which is some hundred datagrams with what the kernel needs for "
			   "each. What comes while it is full is dropped.",
		.where = "the receiver's socket, behind UDP",
		.familiar =
			"`netstat -su` shows receive buffer errors; InErrors counts them again. `ss -uanm` "
			"shows each socket's (d).",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.trial = { OVR_ATLAS_TESTER, FROM_TO("rcvbuf=100000") " --stall unread --tmax 60s" },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz UdpRcvbufErrors UdpInErrors" } },
		.owner = OVR_PLACE_RX_SOCKET,
		.owner_end = SOCKET,
		.equation = "lost = Udp:RcvbufErrors of the receiver",
		.cure = "A larger buffer: SO_RCVBUF of the application, up to net.core.rmem_max. It lasts "
			"for bursts; for more, the application reads faster.",
		.cured = { OVR_ATLAS_TESTER, DATAGRAMS " --stall unread --tmax 60s" },
		.moves_to = OVR_PLACE_COUNT,
	},
	{
		.id = "slow-application",
		.title = "an application that reads too slowly",
		.happens = "20,000 datagrams a second come, and the application reads 1,000. The receive "
			   "buffer is full after a moment, however large it is.",
		.where = "the receiver's socket, behind UDP",
		.familiar =
			"The counters are those of a full receive buffer; Recv-Q of `ss -uan` stays high.",
		.lab = OVR_ATLAS_ROUTER,
		.tools = "nstat",
		.trial = { OVR_ATLAS_TESTER, FROM_TO("rcvbuf=100000") " --service 1kpps --tmax 60s" },
		.show = { { OVR_ATLAS_RECEIVER, "nstat -asz UdpRcvbufErrors UdpInErrors" } },
		.owner = OVR_PLACE_RX_SOCKET,
		.owner_end = SOCKET,
		.equation = "lost = Udp:RcvbufErrors of the receiver",
		.cure = "Faster code, more threads (SO_REUSEPORT), several datagrams a call (recvmmsg).",
		.cured = { OVR_ATLAS_TESTER, FROM_TO("rcvbuf=2000000") },
		.moves_to = OVR_PLACE_COUNT,
	},
};

const struct ovr_atlas_place *
ovr_atlas_places(size_t *ret_n)
{
	*ret_n = sizeof(places) / sizeof(places[0]);
	return places;
}

const struct ovr_atlas_place *
ovr_atlas_place_of(const char *id)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (strcmp(places[i].id, id) == 0)
			return &places[i];
	return NULL;
}

bool
ovr_atlas_place_is_global(const struct ovr_atlas_place *place)
{
	for (size_t i = 0; i < OVR_ATLAS_COMMANDS_MAX && place->cause[i].line != NULL; i++)
		if (place->cause[i].host == OVR_ATLAS_WHOLE_HOST)
			return true;
	return false;
}

const char *
ovr_atlas_host_name(enum ovr_atlas_host host)
{
	static const char *const name[] = { "tester", "hop", "receiver", "", "" };

	return name[host];
}

const char *
ovr_atlas_place_needs(char *buf, size_t size, const struct ovr_atlas_place *place)
{
	size_t n;

	if (place->cannot != NULL)
		return memcpy(buf, "\342\200\223", 4); /* – */
	n = (size_t)snprintf(buf, size, "2 CPUs");
	if (place->lab == OVR_ATLAS_NO_LAB)
		return buf;
	n += (size_t)snprintf(buf + n, size - n, ", root, veth, ip, sysctl%s",
		place->lab == OVR_ATLAS_SENDER ? ", ethtool" : "");
	for (const char *at = place->tools == NULL ? "" : place->tools; *at != '\0';) {
		int length = (int)strcspn(at, " ");

		n += (size_t)snprintf(buf + n, size - n, ", %.*s", length, at);
		at += length + (at[length] == ' ');
	}
	if (place->needs_reasons)
		n += (size_t)snprintf(buf + n, size - n, ", BPF");
	if (ovr_atlas_place_is_global(place))
		snprintf(buf + n, size - n, ", --global");
	return buf;
}
