/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of a port. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "fitness/rules_priv.h"
#include "nic/meaning.h"
#include "ring/depth.h"

#define SMALLEST_FRAME      64
#define TX_QUEUE_LEN_WANTED 1000
#define ETHERNET_HEADER     14
#define RP_FILTER_STRICT    1
#define RP_FILTER_LOOSE     2
/* Up to 5 GT/s a PCI Express link has 8 bits of data in 10, from 8 GT/s on 128 in 130. */
#define MTPS_OF_8B10B 5000

static enum ovr_fitness_outcome
link_state(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (nic->is_up && nic->has_carrier)
		return OVR_FITNESS_FINE;
	if (!nic->is_up) {
		FIT_SAY(check->evidence, "%s is down: no frame passes it", nic->name);
		FIT_SAY(check->fix, "ip link set dev %s up", fit_word(nic->name).text);
		FIT_SAY(check->undo, "ip link set dev %s down", fit_word(nic->name).text);
		return OVR_FITNESS_FOUND;
	}
	FIT_SAY(check->evidence, "%s has no carrier: no frame passes it", nic->name);
	FIT_SAY(check->advice, "look at the cable, and at the other end");
	return OVR_FITNESS_FOUND;
}

/* Transfers of all PCI Express lanes together, without the line code, in Mb/s. */
static uint64_t
pcie_mbps(uint64_t mtps, uint64_t width)
{
	return mtps <= MTPS_OF_8B10B ? mtps * width * 8 / 10 : mtps * width * 128 / 130;
}

/* The link of the device, from whichever reader knows it. @return whether it is known */
static bool
pcie_of(const struct ovr_fitness_facts *facts, struct ovr_nic_pcie *ret_pcie)
{
	const struct ovr_pci_link *link = &facts->pci.link;

	*ret_pcie = facts->nic.pcie;
	if (!facts->nic.pcie.known && facts->has_pci)
		*ret_pcie = (struct ovr_nic_pcie){
			.known = link->mtps != 0 && link->lanes != 0,
			.speed_mts = link->mtps,
			.speed_max_mts = link->mtps_max,
			.width = link->lanes,
			.width_max = link->lanes_max,
		};
	return ret_pcie->known;
}

static bool
is_pci_device(const struct ovr_fitness_facts *facts)
{
	return facts->has_pci || facts->nic.bus[0] != '\0';
}

static enum ovr_fitness_outcome
pcie_below_line(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	uint32_t line_mbps = facts->has_nic ? facts->nic.speed_mbps : 0;
	struct ovr_nic_pcie pcie;
	uint64_t mbps;

	if (!is_pci_device(facts))
		return OVR_FITNESS_ABSENT;
	if (!pcie_of(facts, &pcie) || line_mbps == 0)
		return fit_unseen(check,
			"PCI Express of %s: its link, or the speed of the line, is not known", facts->port);
	mbps = pcie_mbps(pcie.speed_mts, pcie.width);
	if (mbps >= line_mbps)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"the PCI Express link of %s is %" PRIu32 ".%" PRIu32 " GT/s x%" PRIu32 ", %" PRIu64
		" Mb/s, for a line of %" PRIu32 " Mb/s",
		facts->port, pcie.speed_mts / 1000, pcie.speed_mts % 1000 / 100, pcie.width, mbps, line_mbps);
	FIT_SAY(check->advice, "use a slot with more lanes, or a faster one");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
pcie_below_maximum(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	struct ovr_nic_pcie pcie;

	if (!is_pci_device(facts))
		return OVR_FITNESS_ABSENT;
	if (!pcie_of(facts, &pcie) || pcie.speed_max_mts == 0 || pcie.width_max == 0)
		return fit_unseen(check, "PCI Express of %s: its link is not known, as of virtual devices",
			facts->port);
	if (pcie.speed_mts >= pcie.speed_max_mts && pcie.width >= pcie.width_max)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"the PCI Express link of %s is %" PRIu32 ".%" PRIu32 " GT/s x%" PRIu32
		", the device can do %" PRIu32 ".%" PRIu32 " GT/s x%" PRIu32,
		facts->port, pcie.speed_mts / 1000, pcie.speed_mts % 1000 / 100, pcie.width,
		pcie.speed_max_mts / 1000, pcie.speed_max_mts % 1000 / 100, pcie.width_max);
	FIT_SAY(check->advice, "use a slot with more lanes, or a faster one");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
ring(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;
	char lasts[OVR_UNITS_TEXT_BYTES], line[OVR_UNITS_TEXT_BYTES];
	struct ovr_ring_view view;
	uint64_t ns;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (!nic->rings.known)
		return fit_unseen(check, "the ring of %s: its driver (%s) does not tell its size", nic->name,
			nic->driver[0] == '\0' ? "unknown" : nic->driver);
	if (nic->rings.rx >= nic->rings.rx_max)
		return OVR_FITNESS_FINE;
	ovr_ring_view_facts(nic, 0, &view);
	ns = ovr_ring_buffer_time_ns(view.usable, SMALLEST_FRAME, view.line_bps);
	FIT_SAY(check->evidence, "the receive ring of %s has %" PRIu32 " of at most %" PRIu32 " descriptors",
		nic->name, nic->rings.rx, nic->rings.rx_max);
	if (ns != 0) {
		size_t n = strlen(check->evidence);

		snprintf(check->evidence + n, sizeof(check->evidence) - n,
			": without a reader it is full after %s of %d-byte frames at %s",
			ovr_units_print_time(lasts, sizeof(lasts), ns), SMALLEST_FRAME,
			ovr_units_print_line_bps(line, sizeof(line), view.line_bps));
	}
	FIT_SAY(check->fix, "ethtool -G %s rx %" PRIu32, fit_word(nic->name).text, nic->rings.rx_max);
	FIT_SAY(check->undo, "ethtool -G %s rx %" PRIu32, fit_word(nic->name).text, nic->rings.rx);
	return OVR_FITNESS_FOUND;
}

/* Combined queues where the driver has them, else those that receive alone. */
static enum ovr_fitness_outcome
queues(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_channels *channels = &facts->nic.channels;
	bool is_combined = channels->combined_max != 0;
	uint32_t now = is_combined ? channels->combined : channels->rx;
	uint32_t max = is_combined ? channels->combined_max : channels->rx_max;
	const char *kind = is_combined ? "combined" : "rx";
	uint32_t wanted;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (!channels->known || facts->cpus.n < 0)
		return fit_unseen(check, "the queues of %s: its driver (%s) has no channels to set",
			facts->nic.name, facts->nic.driver[0] == '\0' ? "unknown" : facts->nic.driver);
	wanted = facts->cpus.n < max ? (uint32_t)facts->cpus.n : max;
	if (now >= wanted)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%s has %" PRIu32 " receive queue%s for %" PRId64 " CPUs, its driver can have %" PRIu32
		": one core takes what others could share",
		facts->nic.name, now, now == 1 ? "" : "s", facts->cpus.n, max);
	FIT_SAY(check->fix, "ethtool -L %s %s %" PRIu32, fit_word(facts->nic.name).text, kind, wanted);
	FIT_SAY(check->undo, "ethtool -L %s %s %" PRIu32, fit_word(facts->nic.name).text, kind, now);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
rss_spread(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_rss *rss = &facts->rss;
	const char *name = facts->nic.name;

	/* one queue needs no table */
	if (!facts->has_nic || facts->nic.n_rxq < 2)
		return OVR_FITNESS_ABSENT;
	if (!rss->known)
		return fit_unseen(check, "the table of queues (RSS) of %s: its driver (%s) does not tell it",
			name, facts->nic.driver[0] == '\0' ? "unknown" : facts->nic.driver);
	if (rss->n_used == rss->n_queues)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%s chooses among %" PRIu32 " of its %" PRIu32
		" receive queues (RSS): the others stay empty while these overflow",
		name, rss->n_used, rss->n_queues);
	FIT_SAY(check->fix, "ethtool -X %s equal %" PRIu32, fit_word(name).text, rss->n_queues);
	if (rss->is_equal)
		FIT_SAY(check->undo, "ethtool -X %s equal %" PRIu32, fit_word(name).text, rss->n_used);
	else
		FIT_SAY(check->advice, "keep the output of ethtool -x %s, to set it again",
			fit_word(name).text);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
merging(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_offloads *offloads = &facts->nic.offloads;
	char names[OVR_NIC_OFFLOADS_TEXT_BYTES], list[2 * OVR_NIC_OFFLOADS_TEXT_BYTES];
	uint32_t can_change = offloads->on & ~offloads->fixed;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (offloads->on == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%s merges received frames (%s): the stack counts fewer frames than the line carried",
		facts->nic.name, ovr_nic_offloads_print(names, sizeof(names), offloads->on, ", "));
	if (can_change == 0) {
		FIT_SAY(check->advice, "the driver does not let it be turned off: use another interface");
		return OVR_FITNESS_FOUND;
	}
	FIT_SAY(check->fix, "ethtool -K %s %s off", fit_word(facts->nic.name).text,
		ovr_nic_offloads_print(list, sizeof(list), can_change, " off "));
	FIT_SAY(check->undo, "ethtool -K %s %s on", fit_word(facts->nic.name).text,
		ovr_nic_offloads_print(list, sizeof(list), can_change, " on "));
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
rp_filter(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const char *name = facts->nic.name;
	char setting[64];
	int64_t works = facts->rp_filter > facts->rp_filter_all ? facts->rp_filter : facts->rp_filter_all;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (facts->rp_filter < 0 || facts->rp_filter_all < 0)
		return fit_unseen(check, "rp_filter of %s: it cannot be read", name);
	/* the larger one of both is in force (Documentation/networking/ip-sysctl) */
	if (works != RP_FILTER_STRICT)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"rp_filter of %s is strict (all %" PRId64 ", %s %" PRId64 "): a packet is dropped whose "
		"source is reached through another interface",
		name, facts->rp_filter_all, name, facts->rp_filter);
	/* a dot in the name would end it */
	if (strchr(name, '.') == NULL)
		FIT_SAY(setting, "net.ipv4.conf.%s.rp_filter", name);
	else
		FIT_SAY(setting, "net/ipv4/conf/%s/rp_filter", name);
	fit_sysctl(check, setting, RP_FILTER_LOOSE, facts->rp_filter);
	return OVR_FITNESS_FOUND;
}

/* Those that let every frame pass until their queue is full. */
static bool
is_plain_qdisc(const char *kind)
{
	static const char *const plain[] = { "noqueue", "noop", "mq", "mqprio", "pfifo_fast", "pfifo",
		"bfifo", "fq_codel", "fq" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcmp(plain[i], kind) == 0)
			return true;
	return false;
}

/* Whether disciplines of its queues are not known, or not all of them. */
static bool
is_unseen_below(const struct ovr_fitness_facts *facts)
{
	return !facts->has_queueings || facts->queueings.n_more != 0;
}

/* The first below the root that is no plain one; NULL: none. */
static const struct ovr_nic_queueing *
shaper_below(const struct ovr_nic_queueings *queueings)
{
	for (uint32_t i = 0; i < queueings->n; i++)
		if (!queueings->one[i].is_root && !is_plain_qdisc(queueings->one[i].kind))
			return &queueings->one[i];
	return NULL;
}

static enum ovr_fitness_outcome
qdisc(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;
	const struct ovr_nic_queueing *below = shaper_below(&facts->queueings);
	bool is_root_plain = is_plain_qdisc(nic->qdisc);

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (nic->qdisc[0] == '\0' || (is_root_plain && below == NULL && is_unseen_below(facts)))
		return fit_unseen(
			check, "the queueing discipline of %s: the kernel does not tell it", nic->name);
	if (is_root_plain && below == NULL)
		return OVR_FITNESS_FINE;
	if (is_root_plain)
		FIT_SAY(check->evidence,
			"the queueing discipline of %s is %s, with %s below it (%s), which may limit, delay "
			"or drop what the stack sends",
			nic->name, nic->qdisc, below->kind, below->parent);
	else
		FIT_SAY(check->evidence,
			"the queueing discipline of %s is %s, which may limit, delay or drop what the stack "
			"sends",
			nic->name, nic->qdisc);
	FIT_SAY(check->fix, "tc qdisc del dev %s root", fit_word(nic->name).text);
	FIT_SAY(check->advice, "keep the output of tc qdisc show dev %s, and of tc class, to set it again",
		fit_word(nic->name).text);
	return OVR_FITNESS_FOUND;
}

static bool
has_kind(const struct ovr_fitness_facts *facts, const char *kind)
{
	if (strcmp(facts->nic.qdisc, kind) == 0)
		return true;
	for (uint32_t i = 0; i < facts->queueings.n; i++)
		if (strcmp(facts->queueings.one[i].kind, kind) == 0)
			return true;
	return false;
}

static enum ovr_fitness_outcome
txqueuelen(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;

	/* others have limits of their own, or none */
	if (!facts->has_nic || !has_kind(facts, "pfifo_fast"))
		return OVR_FITNESS_ABSENT;
	if (nic->tx_queue_len >= TX_QUEUE_LEN_WANTED)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"txqueuelen of %s is %" PRIu32 ", below the default of %d: pfifo_fast drops what the stack "
		"sends beyond it",
		nic->name, nic->tx_queue_len, TX_QUEUE_LEN_WANTED);
	FIT_SAY(check->fix, "ip link set dev %s txqueuelen %d", fit_word(nic->name).text,
		TX_QUEUE_LEN_WANTED);
	FIT_SAY(check->undo, "ip link set dev %s txqueuelen %" PRIu32, fit_word(nic->name).text,
		nic->tx_queue_len);
	return OVR_FITNESS_FOUND;
}

/* What it has to hold: so many frames, of bytes so many of the largest. */
static uint32_t
wanted_limit(const struct ovr_nic_facts *nic, const struct ovr_nic_queueing *one)
{
	return one->unit == OVR_NIC_QUEUEING_BYTES ? TX_QUEUE_LEN_WANTED * (nic->mtu + ETHERNET_HEADER)
						   : TX_QUEUE_LEN_WANTED;
}

static bool
is_short(const struct ovr_nic_facts *nic, const struct ovr_nic_queueing *one)
{
	return one->unit != OVR_NIC_QUEUEING_UNKNOWN && one->limit < wanted_limit(nic, one);
}

/* Add a command that gives it a limit. @return whether there was room */
static bool
add_limit(char *text, size_t size, const char *name, const struct ovr_nic_queueing *one, uint32_t limit)
{
	size_t n = strlen(text);
	int length = snprintf(text + n, size - n, "%stc qdisc change dev %s %s %s limit %" PRIu32,
		n == 0 ? "" : " && ", name, one->parent, one->kind, limit);

	if (n + (size_t)length < size)
		return true;
	text[n] = '\0';
	return false;
}

static enum ovr_fitness_outcome
queue_limits(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;
	const struct ovr_nic_queueings *queueings = &facts->queueings;
	const struct ovr_nic_queueing *first = NULL;
	struct fit_word name = fit_word(nic->name);
	uint32_t n_short = 0, n_cured = 0;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	for (uint32_t i = 0; i < queueings->n; i++) {
		const struct ovr_nic_queueing *one = &queueings->one[i];

		if (!is_short(nic, one))
			continue;
		if (n_short++ == 0)
			first = one;
		if (n_cured + 1 == n_short && one->has_address &&
			add_limit(check->fix, sizeof(check->fix), name.text, one, wanted_limit(nic, one)) &&
			add_limit(check->undo, sizeof(check->undo), name.text, one, one->limit))
			n_cured++;
	}
	if (first == NULL)
		return is_unseen_below(facts)
			? fit_unseen(check, "the limits of the queues of %s: the kernel does not tell them",
				  nic->name)
			: OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%" PRIu32
		" queueing discipline%s of %s hold%s less than %d frames, the first is %s (%s) with "
		"%" PRIu32 " %s: what the stack sends beyond it is dropped",
		n_short, n_short == 1 ? "" : "s", nic->name, n_short == 1 ? "s" : "", TX_QUEUE_LEN_WANTED,
		first->kind, first->parent, first->limit,
		first->unit == OVR_NIC_QUEUEING_BYTES ? "bytes" : "packets");
	if (n_cured == 0)
		FIT_SAY(check->advice,
			"tc cannot change one that the kernel made: ip link set dev %s txqueuelen %d, then "
			"make "
			"the root anew",
			name.text, TX_QUEUE_LEN_WANTED);
	else if (n_cured < n_short)
		FIT_SAY(check->advice, "%" PRIu32 " more are as short: ask again after these",
			n_short - n_cured);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
xdp(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;
	bool is_skb = strcmp(nic->xdp_mode, "skb") == 0, is_hw = strcmp(nic->xdp_mode, "hw") == 0;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (nic->xdp_prog_id == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"XDP program %" PRIu32 " (mode %s) is attached to %s: it may drop or redirect frames before "
		"the stack counts them",
		nic->xdp_prog_id, nic->xdp_mode, nic->name);
	FIT_SAY(check->fix, "ip link set dev %s %s off", fit_word(nic->name).text,
		is_skb          ? "xdpgeneric"
			: is_hw ? "xdpoffload"
				: "xdpdrv");
	FIT_SAY(check->advice, "who attached it attaches it again: bpftool prog show id %" PRIu32 " names it",
		nic->xdp_prog_id);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
numa(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	int32_t node = facts->has_pci ? facts->pci.numa_node : facts->nic.numa_node;

	if (facts->n_nodes == 1)
		return OVR_FITNESS_ABSENT;
	if (node < 0 || facts->n_cpus_on_node < 0)
		return fit_unseen(check, "the NUMA node of %s: it has none, or the firmware does not tell",
			facts->port);
	if (facts->n_cpus_on_node > 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%s is on NUMA node %" PRId32
		" (CPUs %s), of which this process may use none (%s): each frame "
		"crosses the link between the nodes",
		facts->port, node, facts->node_cpus, facts->cpus.list);
	FIT_SAY(check->fix, "taskset -pc %s $$", facts->node_cpus);
	FIT_SAY(check->undo, "taskset -pc %s $$", facts->cpus.list);
	FIT_SAY(check->advice, "$$ is the shell that then runs overrun");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
irqs(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const char *bdf = facts->has_pci ? facts->pci.bdf.text : facts->nic.bus;
	const struct ovr_fitness_irqs *irqs = &facts->irqs;
	char all[OVR_FITNESS_LIST_BYTES] = "";

	/* polled by DPDK, it has none to spread */
	if (!facts->has_nic || !is_pci_device(facts))
		return OVR_FITNESS_ABSENT;
	if (irqs->n < 0 || facts->cpus.n_online < 0)
		return fit_unseen(check, "the interrupts of %s: sysfs does not tell them", facts->port);
	if (irqs->n < 2 || irqs->cpus[0] == '\0' || facts->cpus.n_online < 2)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"all %" PRId64 " interrupts of %s go to CPU %s of %" PRId64 ": one core serves every queue",
		irqs->n, facts->port, irqs->cpus, facts->cpus.n_online);
	FIT_SAY(all, "0-%" PRId64, facts->cpus.n_online - 1);
	/* CPUs that are numbered without holes can be counted through */
	if (strcmp(all, facts->cpus.online) == 0)
		FIT_SAY(check->fix,
			"n=0; for i in /sys/bus/pci/devices/%s/msi_irqs/*; do echo $((n %% %" PRId64
			")) > /proc/irq/${i##*/}/smp_affinity_list; n=$((n + 1)); done",
			bdf, facts->cpus.n_online);
	if (irqs->affinity[0] != '\0' && strlen(irqs->affinity) < 64)
		FIT_SAY(check->undo,
			"for i in /sys/bus/pci/devices/%s/msi_irqs/*; do echo %s > "
			"/proc/irq/${i##*/}/smp_affinity_list; done",
			bdf, irqs->affinity);
	else
		FIT_SAY(check->advice, "keep the output of grep . /proc/irq/*/smp_affinity_list");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
duplex(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (nic->duplex[0] == '\0')
		return fit_unseen(check, "the duplex mode of %s: its driver does not tell it", nic->name);
	if (strcmp(nic->duplex, "half") != 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence, "%s is at half duplex: frames of both directions collide", nic->name);
	FIT_SAY(check->fix, "ethtool -s %s autoneg on", fit_word(nic->name).text);
	FIT_SAY(check->advice, "the other end has to negotiate too");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
flow_control(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_pause *pause = &facts->nic.pause;
	const char *name = facts->nic.name;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (!pause->known)
		return fit_unseen(check, "flow control of %s: its driver (%s) does not tell it", name,
			facts->nic.driver[0] == '\0' ? "unknown" : facts->nic.driver);
	if (!pause->rx && !pause->tx)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%s has flow control (rx %s, tx %s): a full ring pauses the sender, and the loss is hidden "
		"or happens there",
		name, pause->rx ? "on" : "off", pause->tx ? "on" : "off");
	FIT_SAY(check->fix, "ethtool -A %s autoneg off rx off tx off", fit_word(name).text);
	FIT_SAY(check->undo, "ethtool -A %s autoneg %s rx %s tx %s", fit_word(name).text,
		pause->autoneg ? "on" : "off", pause->rx ? "on" : "off", pause->tx ? "on" : "off");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
speed(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_nic_facts *nic = &facts->nic;

	/* of a link that is down it is unknown anyway */
	if (!facts->has_nic || !nic->has_carrier || !nic->is_up)
		return OVR_FITNESS_ABSENT;
	if (ovr_nic_driver_makes_speed_up(nic->driver))
		return OVR_FITNESS_ABSENT;
	if (nic->speed_mbps != 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"the speed of %s is not known: neither the load of the link nor the buffer time of its ring "
		"can be said",
		nic->name);
	FIT_SAY(check->advice, "say it with --line");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
counters(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const char *driver = facts->nic.driver;
	const char *name, *remark;
	uint32_t n;

	if (!facts->has_nic)
		return OVR_FITNESS_ABSENT;
	if (driver[0] == '\0')
		return fit_unseen(check, "the driver of %s: the kernel does not tell it", facts->nic.name);
	if (!ovr_nic_driver_is_known(driver)) {
		FIT_SAY(check->evidence,
			"the counters of driver %s were never compared with counted losses; they are read "
			"by their standard names",
			driver);
		FIT_SAY(check->advice, "overrun ring verify %s compares them",
			fit_word(facts->nic.name).text);
		return OVR_FITNESS_FOUND;
	}
	n = ovr_nic_driver_traps(driver, &name, &remark);
	if (n == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"driver %s has %" PRIu32 " counter%s that cannot be believed, the first is %s (%s)", driver,
		n, n == 1 ? "" : "s", name, remark);
	FIT_SAY(check->advice, "overrun-counters(7) says which of them are booked");
	return OVR_FITNESS_FOUND;
}

const struct ovr_fitness_rule fit_port_rules[] = {
	{ "link", OVR_FITNESS_WILL_LOSE, link_state },
	{ "pcie-below-line", OVR_FITNESS_WILL_LOSE, pcie_below_line },
	{ "ring", OVR_FITNESS_MAY_LOSE, ring },
	{ "queues", OVR_FITNESS_MAY_LOSE, queues },
	{ "rss", OVR_FITNESS_MAY_LOSE, rss_spread },
	{ "irqs", OVR_FITNESS_MAY_LOSE, irqs },
	{ "rp-filter", OVR_FITNESS_MAY_LOSE, rp_filter },
	{ "merging", OVR_FITNESS_MAY_LOSE, merging },
	{ "qdisc", OVR_FITNESS_MAY_LOSE, qdisc },
	{ "txqueuelen", OVR_FITNESS_MAY_LOSE, txqueuelen },
	{ "queue-limits", OVR_FITNESS_MAY_LOSE, queue_limits },
	{ "xdp", OVR_FITNESS_MAY_LOSE, xdp },
	{ "numa", OVR_FITNESS_MAY_LOSE, numa },
	{ "duplex", OVR_FITNESS_MAY_LOSE, duplex },
	{ "flow-control", OVR_FITNESS_HINT, flow_control },
	{ "pcie-below-maximum", OVR_FITNESS_HINT, pcie_below_maximum },
	{ "speed", OVR_FITNESS_HINT, speed },
	{ "counters", OVR_FITNESS_HINT, counters },
	{ NULL, OVR_FITNESS_HINT, NULL },
};
