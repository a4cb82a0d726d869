/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/fitness_ask.h"
#include "support/fitness_sample.h"

#define WILL OVR_FITNESS_WILL_LOSE
#define MAY  OVR_FITNESS_MAY_LOSE
#define HINT OVR_FITNESS_HINT

static void
is_fine(const struct ovr_fitness_facts *facts, const char *id)
{
	fitness_ask(facts, id, OVR_FITNESS_FINE);
}

static void
is_unseen(const struct ovr_fitness_facts *facts, const char *id)
{
	fitness_ask(facts, id, OVR_FITNESS_UNSEEN);
}

static void
is_absent(const struct ovr_fitness_facts *facts, const char *id)
{
	fitness_ask(facts, id, OVR_FITNESS_ABSENT);
}

Test(rules_port, an_interface_that_is_down_loses)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.is_up = facts.nic.has_carrier = false;
	fitness_finds(&facts, "link", WILL, "eth1 is down: no frame passes it", "ip link set dev eth1 up",
		"ip link set dev eth1 down");
	facts.nic.is_up = true;
	fitness_finds(&facts, "link", WILL, "eth1 has no carrier: no frame passes it", "", "");
}

Test(rules_port, a_pci_express_link_below_the_line_loses)
{
	struct ovr_fitness_facts facts = fitness_sample();

	/* 5 GT/s by 2 with 8 bits of 10 is 8 Gb/s */
	facts.nic.pcie.speed_mts = 5000;
	facts.nic.pcie.width = 2;
	fitness_finds(&facts, "pcie-below-line", WILL,
		"the PCI Express link of eth1 is 5.0 GT/s x2, 8000 Mb/s, for a line of 10000 Mb/s", "", "");
	/* 8 GT/s by 2 with 128 bits of 130 is 15.7 Gb/s */
	facts.nic.pcie.speed_mts = 8000;
	is_fine(&facts, "pcie-below-line");
	facts.nic.speed_mbps = 0;
	is_unseen(&facts, "pcie-below-line");
	facts.nic.bus[0] = '\0';
	is_absent(&facts, "pcie-below-line");
}

Test(rules_port, a_pci_express_link_below_the_devices_maximum_is_a_hint)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.pcie.width = 4;
	fitness_finds(&facts, "pcie-below-maximum", HINT,
		"the PCI Express link of eth1 is 8.0 GT/s x4, the device can do 8.0 GT/s x8", "", "");
	facts.nic.pcie.width_max = 0;
	is_unseen(&facts, "pcie-below-maximum");
}

/* 512 descriptors of ixgbe hold at most 511 or 512 frames; 67.2 ns each at 10G */
Test(rules_port, a_ring_below_its_maximum_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();
	const struct ovr_fitness_check *check;

	facts.nic.rings.rx = 512;
	check = fitness_ask(&facts, "ring", OVR_FITNESS_FOUND);
	cr_assert_eq(check->weight, MAY);
	cr_assert_str_eq(check->evidence,
		"the receive ring of eth1 has 512 of at most 4096 descriptors: without a reader it is full "
		"after 34.4 µs of 64-byte frames at 10G");
	cr_assert_str_eq(check->fix, "ethtool -G eth1 rx 4096");
	cr_assert_str_eq(check->undo, "ethtool -G eth1 rx 512");
	facts.nic.speed_mbps = 0;
	fitness_finds(&facts, "ring", MAY, "the receive ring of eth1 has 512 of at most 4096 descriptors",
		"ethtool -G eth1 rx 4096", "ethtool -G eth1 rx 512");
	facts.nic.rings.known = false;
	is_unseen(&facts, "ring");
}

Test(rules_port, fewer_queues_than_cpus_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.channels.combined = 1;
	fitness_finds(&facts, "queues", MAY,
		"eth1 has 1 receive queue for 4 CPUs, its driver can have 63: one core takes what others "
		"could "
		"share",
		"ethtool -L eth1 combined 4", "ethtool -L eth1 combined 1");
	/* more than the driver has is not asked for */
	facts.nic.channels.combined_max = 2;
	cr_assert_str_eq(fitness_ask(&facts, "queues", OVR_FITNESS_FOUND)->fix, "ethtool -L eth1 combined 2");
	facts.nic.channels.combined = 2;
	is_fine(&facts, "queues");
	facts.nic.channels.known = false;
	is_unseen(&facts, "queues");
}

Test(rules_port, queues_that_receive_alone_are_set_by_rx)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.channels = (struct ovr_nic_channels){ .known = true, .rx = 1, .tx = 1, .rx_max = 2 };
	cr_assert_str_eq(fitness_ask(&facts, "queues", OVR_FITNESS_FOUND)->fix, "ethtool -L eth1 rx 2");
}

Test(rules_port, queues_that_the_hash_never_chooses_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();
	const struct ovr_fitness_check *check;

	facts.rss.n_used = 1;
	fitness_finds(&facts, "rss", MAY,
		"eth1 chooses among 1 of its 4 receive queues (RSS): the others stay empty while these "
		"overflow",
		"ethtool -X eth1 equal 4", "ethtool -X eth1 equal 1");
	/* no short command makes a table of weights */
	facts.rss.is_equal = false;
	check = fitness_ask(&facts, "rss", OVR_FITNESS_FOUND);
	cr_assert_str_eq(check->undo, "");
	cr_assert_str_eq(check->advice, "keep the output of ethtool -x eth1, to set it again");
	facts.rss.known = false;
	is_unseen(&facts, "rss");
	facts.nic.n_rxq = 1;
	is_absent(&facts, "rss");
}

Test(rules_port, interrupts_of_one_cpu_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.irqs.cpus, "0");
	fitness_finds(&facts, "irqs", MAY,
		"all 5 interrupts of eth1 go to CPU 0 of 8: one core serves every queue",
		"n=0; for i in /sys/bus/pci/devices/0000:3b:00.0/msi_irqs/*; do echo $((n % 8)) > "
		"/proc/irq/${i##*/}/smp_affinity_list; n=$((n + 1)); done",
		"for i in /sys/bus/pci/devices/0000:3b:00.0/msi_irqs/*; do echo 0-7 > "
		"/proc/irq/${i##*/}/smp_affinity_list; done");
	/* CPUs with holes are not counted through */
	strcpy(facts.cpus.online, "0-6,8");
	cr_assert_str_eq(fitness_ask(&facts, "irqs", OVR_FITNESS_FOUND)->fix, "");
	facts.irqs.n = 1;
	is_fine(&facts, "irqs");
	facts.irqs.n = OVR_FITNESS_UNKNOWN;
	is_unseen(&facts, "irqs");
}

/* A command, with sys and proc of a folder of its own. @return what it leaves of that name there */
static char *
run_in_folder(const char *command, const char *file)
{
	static char text[64];
	char folder[] = "/tmp/rules_port.XXXXXX", path[64];
	FILE *script, *left;

	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	/* the shell of POSIX: root's may have no more than it */
	script = popen("sh", "w");
	cr_assert_not_null(script);
	fprintf(script,
		"mkdir -p sys/bus/pci/devices/0000:3b:00.0/msi_irqs proc/irq/24 proc/irq/25\n"
		": > sys/bus/pci/devices/0000:3b:00.0/msi_irqs/24\n"
		": > sys/bus/pci/devices/0000:3b:00.0/msi_irqs/25\n");
	for (; *command != '\0'; command++)
		if (*command != '/' || command[-1] != ' ')
			fputc(*command, script);
	fputc('\n', script);
	cr_assert_eq(pclose(script), 0);
	left = fopen(file, "re");
	cr_assert_not_null(left);
	text[fread(text, 1, sizeof(text) - 1, left)] = '\0';
	fclose(left);
	snprintf(path, sizeof(path), "rm -r %s", folder);
	cr_assert_eq(system(path), 0);
	return text;
}

Test(rules_port, interrupts_are_spread_by_any_shell)
{
	struct ovr_fitness_facts facts = fitness_sample();
	const struct ovr_fitness_check *check;

	strcpy(facts.irqs.cpus, "0");
	check = fitness_ask(&facts, "irqs", OVR_FITNESS_FOUND);
	cr_assert_str_eq(run_in_folder(check->fix, "proc/irq/24/smp_affinity_list"), "0\n");
	cr_assert_str_eq(run_in_folder(check->fix, "proc/irq/25/smp_affinity_list"), "1\n");
	cr_assert_str_eq(run_in_folder(check->undo, "proc/irq/25/smp_affinity_list"), "0-7\n");
}

Test(rules_port, a_strict_rp_filter_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.rp_filter = 0;
	facts.rp_filter_all = 1;
	fitness_finds(&facts, "rp-filter", MAY,
		"rp_filter of eth1 is strict (all 1, eth1 0): a packet is dropped whose source is reached "
		"through another interface",
		"sysctl -w net.ipv4.conf.eth1.rp_filter=2", "sysctl -w net.ipv4.conf.eth1.rp_filter=0");
	/* the larger one counts */
	facts.rp_filter = 2;
	is_fine(&facts, "rp-filter");
	facts.rp_filter = 0;
	facts.rp_filter_all = 0;
	is_fine(&facts, "rp-filter");
	facts.rp_filter = OVR_FITNESS_UNKNOWN;
	is_unseen(&facts, "rp-filter");
}

Test(rules_port, a_name_with_a_dot_is_set_by_its_path)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.name, "eth1.5");
	facts.rp_filter = 1;
	cr_assert_str_eq(fitness_ask(&facts, "rp-filter", OVR_FITNESS_FOUND)->fix,
		"sysctl -w net/ipv4/conf/eth1.5/rp_filter=2");
}

Test(rules_port, offloads_that_merge_frames_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.offloads.on = 1u << OVR_NIC_OFFLOAD_LRO | 1u << OVR_NIC_OFFLOAD_GRO_LIST;
	fitness_finds(&facts, "merging", MAY,
		"eth1 merges received frames (rx-lro, rx-gro-list): the stack counts fewer frames than the "
		"line carried",
		"ethtool -K eth1 rx-lro off rx-gro-list off", "ethtool -K eth1 rx-lro on rx-gro-list on");
	facts.nic.offloads.fixed = facts.nic.offloads.on;
	cr_assert_str_eq(fitness_ask(&facts, "merging", OVR_FITNESS_FOUND)->fix, "");
}

Test(rules_port, a_qdisc_that_shapes_may_lose)
{
	static const char *const plain[] = { "noqueue", "noop", "mq", "pfifo_fast", "fq_codel", "fq" };
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.qdisc, "tbf");
	fitness_finds(&facts, "qdisc", MAY,
		"the queueing discipline of eth1 is tbf, which may limit, delay or drop what the stack sends",
		"tc qdisc del dev eth1 root", "");
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		strcpy(facts.nic.qdisc, plain[i]);
		is_fine(&facts, "qdisc");
	}
	facts.has_queueings = false;
	is_unseen(&facts, "qdisc");
	facts.nic.qdisc[0] = '\0';
	is_unseen(&facts, "qdisc");
}

/* An mq with a discipline for each of two queues. */
static struct ovr_fitness_facts
two_queues(void)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.qdisc, "mq");
	facts.nic.mtu = 1500;
	facts.queueings = (struct ovr_nic_queueings){ .n = 3,
		.is_mq = true,
		.one = { { .kind = "mq", .parent = "root", .is_root = true, .has_address = true },
			{ .kind = "pfifo_fast", .parent = "parent 1:1" },
			{ .kind = "pfifo_fast", .parent = "parent 1:2" } } };
	return facts;
}

static void
give(struct ovr_nic_queueing *one, const char *kind, enum ovr_nic_queueing_unit unit, uint32_t limit)
{
	strcpy(one->kind, kind);
	one->has_address = true;
	one->unit = unit;
	one->limit = limit;
}

Test(rules_port, a_shaper_of_one_queue_below_mq_may_lose)
{
	struct ovr_fitness_facts facts = two_queues();

	is_fine(&facts, "qdisc");
	strcpy(facts.queueings.one[2].kind, "tbf");
	fitness_finds(&facts, "qdisc", MAY,
		"the queueing discipline of eth1 is mq, with tbf below it (parent 1:2), which may limit, "
		"delay or drop what the stack sends",
		"tc qdisc del dev eth1 root", "");
}

Test(rules_port, a_short_transmit_queue_below_mq_may_lose)
{
	struct ovr_fitness_facts facts = two_queues();

	is_fine(&facts, "txqueuelen");
	facts.nic.tx_queue_len = 10;
	cr_assert_str_eq(fitness_ask(&facts, "txqueuelen", OVR_FITNESS_FOUND)->fix,
		"ip link set dev eth1 txqueuelen 1000");
}

Test(rules_port, queues_with_small_limits_may_lose)
{
	struct ovr_fitness_facts facts = two_queues();

	is_fine(&facts, "queue-limits");
	give(&facts.queueings.one[1], "pfifo", OVR_NIC_QUEUEING_PACKETS, 5);
	give(&facts.queueings.one[2], "bfifo", OVR_NIC_QUEUEING_BYTES, 3000);
	fitness_finds(&facts, "queue-limits", MAY,
		"2 queueing disciplines of eth1 hold less than 1000 frames, the first is pfifo (parent 1:1) "
		"with 5 packets: what the stack sends beyond it is dropped",
		"tc qdisc change dev eth1 parent 1:1 pfifo limit 1000 && tc qdisc change dev eth1 parent 1:2 "
		"bfifo limit 1514000",
		"tc qdisc change dev eth1 parent 1:1 pfifo limit 5 && tc qdisc change dev eth1 parent 1:2 "
		"bfifo limit 3000");
	give(&facts.queueings.one[1], "pfifo", OVR_NIC_QUEUEING_PACKETS, 1000);
	give(&facts.queueings.one[2], "bfifo", OVR_NIC_QUEUEING_BYTES, 1514000);
	is_fine(&facts, "queue-limits");
}

Test(rules_port, a_root_with_a_small_limit_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.qdisc, "pfifo");
	give(&facts.queueings.one[0], "pfifo", OVR_NIC_QUEUEING_PACKETS, 25);
	fitness_finds(&facts, "queue-limits", MAY,
		"1 queueing discipline of eth1 holds less than 1000 frames, the first is pfifo (root) with "
		"25 "
		"packets: what the stack sends beyond it is dropped",
		"tc qdisc change dev eth1 root pfifo limit 1000",
		"tc qdisc change dev eth1 root pfifo limit 25");
	/* one that the kernel made has no number that tc could name */
	facts.queueings.one[0].has_address = false;
	cr_assert_str_eq(fitness_ask(&facts, "queue-limits", OVR_FITNESS_FOUND)->fix, "");
}

/* As many commands as there is room for; the rest is found the next time. */
Test(rules_port, many_queues_with_small_limits_are_cured_in_several_steps)
{
	struct ovr_fitness_facts facts = two_queues();
	const struct ovr_fitness_check *check;

	facts.queueings.n = OVR_NIC_QUEUEINGS_MAX;
	for (uint32_t i = 1; i < facts.queueings.n; i++) {
		snprintf(facts.queueings.one[i].parent, sizeof(facts.queueings.one[i].parent), "parent 1:%x",
			i);
		give(&facts.queueings.one[i], "pfifo", OVR_NIC_QUEUEING_PACKETS, 5);
	}
	check = fitness_ask(&facts, "queue-limits", OVR_FITNESS_FOUND);
	cr_expect_str_eq(check->fix + strlen(check->fix) - strlen(" limit 1000"), " limit 1000");
	cr_expect_str_eq(check->advice, "58 more are as short: ask again after these");
}

Test(rules_port, queues_that_are_not_all_known_are_not_fine)
{
	struct ovr_fitness_facts facts = two_queues();

	facts.queueings.n_more = 1;
	is_unseen(&facts, "qdisc");
	is_unseen(&facts, "queue-limits");
	facts.queueings.n_more = 0;
	facts.has_queueings = false;
	is_unseen(&facts, "queue-limits");
}

Test(rules_port, a_short_transmit_queue_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.tx_queue_len = 10;
	fitness_finds(&facts, "txqueuelen", MAY,
		"txqueuelen of eth1 is 10, below the default of 1000: pfifo_fast drops what the stack sends "
		"beyond it",
		"ip link set dev eth1 txqueuelen 1000", "ip link set dev eth1 txqueuelen 10");
	strcpy(facts.nic.qdisc, "fq_codel");
	strcpy(facts.queueings.one[0].kind, "fq_codel");
	is_absent(&facts, "txqueuelen");
}

Test(rules_port, an_xdp_program_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.xdp_prog_id = 12;
	strcpy(facts.nic.xdp_mode, "skb");
	fitness_finds(&facts, "xdp", MAY,
		"XDP program 12 (mode skb) is attached to eth1: it may drop or redirect frames before the "
		"stack counts them",
		"ip link set dev eth1 xdpgeneric off", "");
	strcpy(facts.nic.xdp_mode, "drv");
	cr_assert_str_eq(
		fitness_ask(&facts, "xdp", OVR_FITNESS_FOUND)->fix, "ip link set dev eth1 xdpdrv off");
}

Test(rules_port, cpus_of_another_node_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.n_cpus_on_node = 0;
	strcpy(facts.node_cpus, "4-7");
	fitness_finds(&facts, "numa", MAY,
		"eth1 is on NUMA node 1 (CPUs 4-7), of which this process may use none (0-3): each frame "
		"crosses the link between the nodes",
		"taskset -pc 4-7 $$", "taskset -pc 0-3 $$");
	facts.nic.numa_node = -1;
	is_unseen(&facts, "numa");
	facts.n_nodes = 1;
	is_absent(&facts, "numa");
}

Test(rules_port, half_duplex_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.duplex, "half");
	fitness_finds(&facts, "duplex", MAY, "eth1 is at half duplex: frames of both directions collide",
		"ethtool -s eth1 autoneg on", "");
	facts.nic.duplex[0] = '\0';
	is_unseen(&facts, "duplex");
}

Test(rules_port, flow_control_is_a_hint)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.pause.autoneg = facts.nic.pause.tx = true;
	fitness_finds(&facts, "flow-control", HINT,
		"eth1 has flow control (rx off, tx on): a full ring pauses the sender, and the loss is "
		"hidden "
		"or happens there",
		"ethtool -A eth1 autoneg off rx off tx off", "ethtool -A eth1 autoneg on rx off tx on");
	facts.nic.pause.known = false;
	is_unseen(&facts, "flow-control");
}

Test(rules_port, an_unknown_speed_is_a_hint)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.nic.speed_mbps = 0;
	fitness_finds(&facts, "speed", HINT,
		"the speed of eth1 is not known: neither the load of the link nor the buffer time of its "
		"ring "
		"can be said",
		"", "");
	facts.nic.has_carrier = false;
	is_absent(&facts, "speed");
}

Test(rules_port, counters_that_cannot_be_believed_are_a_hint)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.driver, "e1000");
	fitness_finds(&facts, "counters", HINT,
		"driver e1000 has 3 counters that cannot be believed, the first is rx_missed_errors "
		"(register "
		"MPC; under QEMU it grows with every look)",
		"", "");
	strcpy(facts.nic.driver, "none_of_ours");
	fitness_finds(&facts, "counters", HINT,
		"the counters of driver none_of_ours were never compared with counted losses; they are read "
		"by "
		"their standard names",
		"", "");
}

Test(rules_port, a_name_that_the_shell_would_read_is_quoted)
{
	struct ovr_fitness_facts facts = fitness_sample();

	strcpy(facts.nic.name, "a;reboot");
	facts.nic.is_up = false;
	cr_assert_str_eq(
		fitness_ask(&facts, "link", OVR_FITNESS_FOUND)->fix, "ip link set dev 'a;reboot' up");
}

Test(rules_port, a_device_that_dpdk_has_is_judged_by_its_pci_facts)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.has_nic = false;
	facts.has_pci = true;
	memset(&facts.nic, 0, sizeof(facts.nic));
	strcpy(facts.port, "pci:0000:3b:00.0");
	facts.pci = (struct ovr_pci_facts){ .is_there = true,
		.driver = "vfio-pci",
		.numa_node = 0,
		.link = { .mtps = 8000, .mtps_max = 16000, .lanes = 8, .lanes_max = 8 } };
	is_absent(&facts, "link");
	is_absent(&facts, "ring");
	is_absent(&facts, "rp-filter");
	is_absent(&facts, "counters");
	is_unseen(&facts, "pcie-below-line");
	is_fine(&facts, "numa");
	fitness_finds(&facts, "pcie-below-maximum", HINT,
		"the PCI Express link of pci:0000:3b:00.0 is 8.0 GT/s x8, the device can do 16.0 GT/s x8", "",
		"");
}
