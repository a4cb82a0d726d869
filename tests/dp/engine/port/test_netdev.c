/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/netdev.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#include "base/wait.h"
#include "eal.h"
#include "netns.h"
#include "rig.h"
#include "undo/undo.h"
#include "xdp.h"

#define XDP    "tx", "netdev:one", "rx", "netdev:other"
#define PACKET "tx", "netdev:one,mode=af_packet", "rx", "netdev:other,mode=af_packet"

static struct rig rig;

/* A pair of interfaces with some queues, in a namespace of its own. */
static void
start(void)
{
	if (geteuid() != 0)
		cr_skip_test("needs root");
	netns_enter();
	eal_start();
}

static void
stop(void)
{
	rig_close(&rig);
	eal_stop();
}

TestSuite(netdev, .init = start, .fini = stop);

static void
refused(int code, const char *sentence, const char *const *settings)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_plan plan = rig_plan(settings);
	struct ovr_port_pair *pair = NULL;
	struct ovr_err err = { "" };

	cr_expect_eq(ovr_port_pair_open(&plan, &clock, &pair, &err), code, "%s", err.text);
	cr_expect_str_eq(err.text, sentence);
	cr_expect_null(pair);
}

#define REFUSED(code, sentence, ...) refused(code, sentence, (const char *const[]){ __VA_ARGS__, NULL })

/* A busy host delivers later than it sends. */
#define LATE_MS 20000

/* Frames in the accounts of a counter. */
static uint64_t
counted(const struct ovr_port_counters *counters, const char *counter)
{
	uint64_t frames = 0;

	for (uint32_t i = 0; i < counters->n; i++)
		if (counters->counter[i].is_account &&
			strcmp(counters->counter[i].account.counter, counter) == 0)
			frames += counters->counter[i].account.frames;
	return frames;
}

/* Frames that no queue had room for. */
static uint64_t
missed(const struct ovr_port_counters *counters)
{
	uint64_t frames = 0;

	for (uint16_t q = 0; q < rig.pair->rx.n_rxq; q++)
		frames += counters->rx_missed[q];
	return frames;
}

/* What the counters have moved by since, when so many frames were missed. */
static void
read_moved(const struct ovr_port_counters *before, uint64_t n_missed, struct ovr_port_counters *ret_moved)
{
	struct ovr_port_counters after = { 0 };

	ovr_port_pair_flush(rig.pair);
	for (int waited_ms = 0; waited_ms < LATE_MS; waited_ms += 10) {
		ovr_port_counters_read(rig.pair, &after);
		ovr_port_counters_subtract(&after, before, ret_moved);
		if (missed(ret_moved) >= n_missed)
			break;
		usleep(10000);
	}
}

/* So many, and those that come with them. @return how many came */
static unsigned int
take(unsigned int n)
{
	unsigned int taken = rig_take(&rig, 0, NULL, UINT_MAX);

	for (int waited_ms = 0; taken < n && waited_ms < LATE_MS; waited_ms += 10) {
		usleep(10000);
		taken += rig_take(&rig, 0, NULL, UINT_MAX);
	}
	return taken;
}

Test(netdev, an_unread_af_xdp_ring_keeps_its_size_and_the_kernel_counts_the_rest)
{
	struct ovr_port_counters before = { 0 }, moved = { 0 };

	netns_make_pair("one", "other");
	RIG_OPEN(&rig, XDP, "rxd", "64", "txd", "512");
	cr_expect_str_eq(rig.pair->rx.driver, "net_af_xdp");
	cr_expect_eq(rig.pair->rx.rxd, 64);
	cr_expect_eq(rig.pair->tx.txd, 512);
	cr_expect_eq(rig.pair->rx.line_bps, 10000000000);
	ovr_port_counters_read(rig.pair, &before);
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 300), 300);
	read_moved(&before, 236, &moved);
	cr_expect_eq(counted(&moved, "rx_queue_0_drops"), 236);
	cr_expect_eq(counted(&moved, "tx_invalid_descs"), 0);
	cr_expect(moved.rx_missed_known);
	cr_expect_eq(moved.rx_missed[0], 236);
	cr_expect_str_eq(moved.reset, "");
	cr_expect_eq(take(64), 64);
}

/* Past the 64 sockets of libxdp's program, and past any list of a fixed length. */
Test(netdev, a_high_queue_of_very_many_has_its_account)
{
	struct ovr_port_counters before = { 0 }, moved = { 0 };
	struct ovr_ledger ledger = { 0 };
	uint64_t in_ring = 0;

	netns_make_queues("one", "other", 1024);
	RIG_OPEN(&rig, "tx", "netdev:one,queue=1000", "rx", "netdev:other,queue=1000", "rxd", "64", "txd",
		"512");
	ovr_port_counters_read(rig.pair, &before);
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 300), 300);
	read_moved(&before, 236, &moved);
	ovr_port_counters_own(rig.pair, &moved);
	cr_expect_eq(counted(&moved, "rx_queue_1000_drops"), 236);
	cr_expect_eq(moved.rx_missed[0], 236);
	ovr_port_counters_book(&moved, &ledger);
	for (uint32_t i = 0; i < ledger.n_accounts; i++)
		if (ledger.account[i].place == OVR_PLACE_RX_RING)
			in_ring += ledger.account[i].frames;
	cr_expect_eq(in_ring, 236);
	/* queues that nobody reads have no row each */
	cr_expect_lt(ledger.n_accounts, 20);
	ovr_ledger_done(&ledger);
}

Test(netdev, a_large_af_xdp_ring_holds_no_more_than_the_driver_has_buffers_for)
{
	netns_make_pair("one", "other");
	RIG_OPEN(&rig, XDP, "rxd", "4096", "txd", "4096");
	cr_expect_eq(rig.pair->rx.rxd, 2048);
	for (unsigned int i = 0; i < 30; i++)
		cr_assert_eq(rig_send(&rig, 0, 0, 64, 100), 100);
	ovr_port_pair_flush(rig.pair);
	cr_expect_eq(take(2048), 2048);
}

Test(netdev, queues_have_rings_and_counters_of_their_own)
{
	struct ovr_port_counters before = { 0 }, moved = { 0 };

	netns_make_queues("one", "other", 4);
	RIG_OPEN(&rig, "tx", "netdev:one", "rx", "netdev:other", "rxq", "4", "txq", "4", "rxd", "64", "txd",
		"512", "streams", "4");
	cr_assert_eq(rig.pair->rx.n_devices, 4);
	ovr_port_counters_read(rig.pair, &before);
	for (uint16_t q = 0; q < 4; q++)
		cr_assert_eq(rig_send(&rig, q, q, 64, 64 + 10u * q), 64 + 10u * q);
	read_moved(&before, 60, &moved);
	for (uint16_t q = 0; q < 4; q++)
		cr_expect_eq(
			moved.rx_missed[q], 10u * q, "queue %u: %lu", q, (unsigned long)moved.rx_missed[q]);
	for (uint16_t q = 0; q < 4; q++)
		cr_expect_eq(rig_take(&rig, q, NULL, 100), 64);
}

Test(netdev, queues_that_nobody_reads_are_told)
{
	netns_make_queues("one", "other", 4);
	RIG_OPEN(&rig, XDP);
	cr_expect_eq(ovr_port_unread_queues(rig.pair), 3);
	rig_close(&rig);
	RIG_OPEN(&rig, PACKET);
	cr_expect_eq(ovr_port_unread_queues(rig.pair), 0);
}

Test(netdev, a_packet_socket_counts_what_its_ring_had_no_room_for)
{
	struct ovr_port_counters before = { 0 }, moved = { 0 };

	netns_make_pair("one", "other");
	RIG_OPEN(&rig, PACKET, "rxd", "64", "txd", "512");
	cr_expect_str_eq(rig.pair->rx.driver, "net_af_packet");
	cr_expect_eq(rig.pair->rx.rxd, 64);
	ovr_port_counters_read(rig.pair, &before);
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 300), 300);
	read_moved(&before, 236, &moved);
	cr_expect_eq(moved.rx_missed[0], 236);
	cr_expect_eq(take(64), 64);
}

Test(netdev, an_mtu_that_somebody_set_meanwhile_is_left)
{
	struct ovr_nic_facts facts;

	netns_make_pair("one", "other");
	RIG_OPEN(&rig, PACKET, "size", "4000", "rxd", "64", "txd", "64");
	netns_run("ip link set other mtu 3000");
	rig_close(&rig);
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	cr_expect_eq(facts.mtu, 3000);
	cr_assert_eq(ovr_nic_facts_read("one", &facts, NULL), 0);
	cr_expect_eq(facts.mtu, 1500);
}

Test(netdev, what_was_changed_is_put_back_when_it_is_closed)
{
	struct ovr_nic_facts facts;

	netns_make_pair("one", "other");
	RIG_OPEN(&rig, PACKET, "size", "4000", "rxd", "64", "txd", "64");
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	cr_expect(facts.is_promiscuous);
	cr_expect_eq(facts.mtu, 3982);
	rig_close(&rig);
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	cr_expect_not(facts.is_promiscuous);
	cr_expect_eq(facts.mtu, 1500);
	RIG_OPEN(&rig, XDP);
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	cr_expect_neq(facts.xdp_prog_id, 0);
	rig_close(&rig);
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	cr_expect_eq(facts.xdp_prog_id, 0);
	cr_expect_not(facts.is_promiscuous);
}

/* Offloads of an interface that merge frames, and are on. */
static uint32_t
offloads_of(const char *name)
{
	struct ovr_nic_offloads offloads;

	cr_assert_eq(ovr_nic_offloads_read(name, &offloads, NULL), 0);
	return offloads.on;
}

Test(netdev, offloads_that_merge_frames_are_off_while_it_is_open)
{
	const uint32_t both = 1u << OVR_NIC_OFFLOAD_GRO_LIST | 1u << OVR_NIC_OFFLOAD_GRO_UDP;

	netns_make_pair("one", "other");
	/* what comes within two milliseconds is merged; a sender with TSO does not have it done */
	netns_run(
		"ethtool -K one tso off && ethtool -K other gro on rx-gro-list on rx-udp-gro-forwarding on");
	netns_run("echo 2000000 > /sys/class/net/other/gro_flush_timeout");
	netns_run("echo 1 > /sys/class/net/other/napi_defer_hard_irqs");
	cr_assert_eq(offloads_of("other"), both);
	RIG_OPEN(&rig, PACKET, "rxd", "64", "txd", "512");
	cr_expect_eq(offloads_of("other"), 0);
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 20), 20);
	ovr_port_pair_flush(rig.pair);
	cr_expect_eq(take(20), 20);
	rig_close(&rig);
	cr_expect_eq(offloads_of("other"), both);
	RIG_OPEN(&rig, XDP);
	cr_expect_eq(offloads_of("other"), 0);
	rig_close(&rig);
	cr_expect_eq(offloads_of("other"), both);
	/* the sender's stay: nothing is read from it */
	netns_run("ethtool -K one rx-gro-list on");
	RIG_OPEN(&rig, PACKET);
	cr_expect_eq(offloads_of("one"), 1u << OVR_NIC_OFFLOAD_GRO_LIST);
}

/* A macvlan, like a VLAN or a bond, gets what the interface below it merged. */
Test(netdev, offloads_of_the_interface_below_are_off_while_it_is_open)
{
	netns_make_pair("one", "other");
	netns_run("ip link add link other name above type macvlan && ip link set above up");
	netns_run("ethtool -K other gro on rx-gro-list on");
	RIG_OPEN(&rig, "tx", "netdev:one,mode=af_packet", "rx", "netdev:above,mode=af_packet", "rxd", "64",
		"txd", "512");
	cr_expect_eq(offloads_of("other"), 0);
	rig_close(&rig);
	cr_expect_eq(offloads_of("other"), 1u << OVR_NIC_OFFLOAD_GRO_LIST);
}

Test(netdev, af_xdp_receives_every_size_up_to_the_largest)
{
	/*
	 * the bounds of a standard frame, of a pool of the customary size, of multiples of 64
	 * above, and of veth's MTU with XDP
	 */
	const char *const sizes[] = { "64", "1514", "1518", "1792", "1796", "1797", "1860", "1861", "2048",
		"2052", "2308", "3000", "3459", "3460", "3461", "3522" };

	netns_make_pair("one", "other");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		RIG_OPEN(&rig, XDP, "size", sizes[i], "rxd", "64", "txd", "64");
		cr_assert_eq(rig_send(&rig, 0, 0, (unsigned int)strtoul(sizes[i], NULL, 10), 5), 5);
		ovr_port_pair_flush(rig.pair);
		cr_expect_eq(take(5), 5, "%s bytes", sizes[i]);
		rig_close(&rig);
	}
}

Test(netdev, a_driver_without_xdp_is_reached_through_the_kernels_generic_one)
{
	struct ovr_nic_facts facts;

	netns_make_pair("one", "other");
	if (system("ip link add ovr-br type bridge 2>/dev/null && ip link set ovr-br up && "
		   "ip link set other master ovr-br") != 0)
		cr_skip_test("no bridge in this kernel");
	RIG_OPEN(&rig, "tx", "netdev:one", "rx", "netdev:ovr-br", "rxd", "64", "txd", "64");
	cr_assert_eq(ovr_nic_facts_read("ovr-br", &facts, NULL), 0);
	cr_expect_str_eq(facts.xdp_mode, "skb");
	cr_expect_eq(rig.pair->n_notes, 1);
	cr_expect_str_eq(rig.pair->note[0],
		"netdev:ovr-br: its driver bridge has no XDP; the kernel's generic XDP stands in for it, "
		"which "
		"is slower");
	cr_assert_eq(rig_send(&rig, 0, 0, 64, 30), 30);
	ovr_port_pair_flush(rig.pair);
	cr_expect_eq(take(30), 30);
	rig_close(&rig);
	cr_assert_eq(ovr_nic_facts_read("ovr-br", &facts, NULL), 0);
	cr_expect_eq(facts.xdp_prog_id, 0);
}

/* What somebody changed of the ports of the rig. */
static const char *
changed(void)
{
	static char why[OVR_RESULT_NOTE_BYTES];

	cr_expect_eq(ovr_port_pair_is_intact(rig.pair, why, sizeof(why)), why[0] == '\0');
	return why;
}

Test(netdev, a_program_that_was_detached_or_replaced_is_told)
{
	int fd;

	netns_make_pair("one", "other");
	RIG_OPEN(&rig, XDP);
	cr_expect_str_eq(changed(), "");
	netns_run("ip link set dev other xdp off");
	cr_expect_str_eq(changed(),
		"netdev:other: its XDP program was detached, and from then on no frame came to its sockets");
	fd = xdp_load(XDP_PASS);
	xdp_attach("other", fd, XDP_FLAGS_DRV_MODE);
	close(fd);
	cr_expect_not_null(strstr(changed(), "took the place of ours"), "%s", changed());
	netns_run("ip link set dev other xdp off");
}

Test(netdev, what_else_a_trial_relies_on_is_told_when_it_changed)
{
	netns_make_pair("one", "other");
	RIG_OPEN(&rig, PACKET);
	cr_expect_str_eq(changed(), "");
	netns_run("ethtool -K other rx-gro-list on");
	cr_expect_str_eq(changed(), "netdev:other: rx-gro-list was turned on, which merges frames");
	netns_run("ethtool -K other rx-gro-list off");
	netns_run("ip link set other promisc off");
	cr_expect_str_eq(changed(), "netdev:other: its promiscuous mode was turned off");
	netns_run("ip link set other promisc on");
	netns_run("ip link set one mtu 1400");
	cr_expect_str_eq(changed(), "netdev:one: its MTU was changed from 1500 to 1400");
	netns_run("ip link set one mtu 1500");
	cr_expect_str_eq(changed(), "");
	netns_run("ip link set other down");
	cr_expect_str_eq(changed(), "netdev:other: the interface was set down");
	netns_run("ip link del one");
	cr_expect_str_eq(changed(),
		"netdev:other: the interface was removed, or moved to another network namespace, while it "
		"was "
		"used");
}

Test(netdev, an_interface_that_is_renamed_stays_the_same_and_is_put_back)
{
	struct ovr_nic_facts facts;

	netns_make_pair("one", "other");
	RIG_OPEN(&rig, XDP);
	if (system("ip link set other name another 2>/dev/null") != 0)
		cr_skip_test("this kernel renames no interface that is up");
	cr_expect_str_eq(changed(), "");
	cr_expect(ovr_port_link_read(rig.pair, &rig.pair->rx).up);
	rig_close(&rig);
	cr_assert_eq(ovr_nic_facts_read("another", &facts, NULL), 0);
	cr_expect_not(facts.is_promiscuous);
	cr_expect_eq(facts.xdp_prog_id, 0);
}

Test(netdev, no_socket_of_a_closed_port_stays_open)
{
	struct ovr_sockets before, after;

	netns_make_pair("one", "other");
	ovr_sockets_find(AF_PACKET, &before);
	RIG_OPEN(&rig, PACKET, "rxq", "2");
	rig_close(&rig);
	ovr_sockets_find(AF_PACKET, &after);
	cr_expect_leq(after.n, before.n + 2, "those that the driver opens to look at the interface");
}

Test(netdev, an_interface_that_is_not_there_or_down_is_refused_with_the_remedy)
{
	netns_make_pair("one", "other");
	REFUSED(-ENODEV, "eth9: there is no such interface; accepted: lo, other, one", "tx", "netdev:eth9",
		"rx", "netdev:other");
	netns_run("ip link set one down");
	REFUSED(-ENETDOWN, "netdev:one: the interface is down; accepted: one that is up: ip link set one up",
		XDP);
}

Test(netdev, a_link_that_stays_down_is_waited_for_as_long_as_the_plan_says)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_plan plan = RIG_PLAN(
		"tx", "netdev:one,mode=af_packet", "rx", "netdev:one,mode=af_packet", "link-timeout", "50ms");
	struct ovr_err err = { "" };

	netns_make_pair("one", "other");
	netns_run("ip link set other down");
	cr_assert_eq(ovr_port_pair_open(&plan, &clock, &rig.pair, &err), 0, "%s", err.text);
	cr_expect_eq(ovr_port_pair_start(rig.pair, &plan.ports, &plan.frames, &err), -ETIMEDOUT);
	cr_expect_str_eq(err.text,
		"netdev:one: the link is down after 50ms, accepted: one that is up by then, or a longer "
		"--link-timeout");
	netns_run("ip link set other up");
	plan.ports.link_timeout_ns = UINT64_C(60000000000);
	cr_expect_eq(ovr_port_pair_start(rig.pair, &plan.ports, &plan.frames, &err), 0, "%s", err.text);
}

Test(netdev, a_link_came_up_only_where_the_kernel_counts_a_change_since_it_was_opened)
{
	netns_make_pair("one", "other");
	RIG_OPEN(&rig, PACKET);
	cr_expect_not(ovr_port_pair_links_came_up(rig.pair));
	netns_run("ip link set other down");
	netns_run("ip link set other up");
	for (int i = 0; i < 2000 && !ovr_port_pair_links_came_up(rig.pair); i++)
		usleep(10000);
	cr_expect(ovr_port_pair_links_came_up(rig.pair));
}

Test(netdev, the_wait_for_a_link_ends_when_the_program_is_asked_to_stop)
{
	static atomic_bool stop = true;
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);
	struct ovr_plan plan = RIG_PLAN(
		"tx", "netdev:one,mode=af_packet", "rx", "netdev:one,mode=af_packet", "link-timeout", "10m");
	struct ovr_err err = { "" };

	netns_make_pair("one", "other");
	netns_run("ip link set other down");
	cr_assert_eq(ovr_port_pair_open(&plan, &clock, &rig.pair, &err), 0, "%s", err.text);
	ovr_wait_stop_by(&stop);
	cr_expect_eq(ovr_port_pair_start(rig.pair, &plan.ports, &plan.frames, &err), -EINTR);
	cr_expect_str_eq(err.text, "netdev:one: the wait for its link was interrupted");
}

Test(netdev, queues_that_are_not_there_are_refused)
{
	netns_make_pair("one", "other");
	REFUSED(-ERANGE, "netdev:other: queue 1 was asked, the interface has 1; accepted: queues 0 to 0", XDP,
		"rxq", "2");
	REFUSED(-ERANGE, "netdev:one: queue 5 was asked, the interface has 1; accepted: queues 0 to 0", "tx",
		"netdev:one,queue=5", "rx", "netdev:other");
}

Test(netdev, a_program_of_somebody_else_is_left_where_it_is)
{
	struct ovr_nic_facts facts;
	char sentence[256];

	netns_make_pair("one", "other");
	xdp_attach("other", xdp_load(XDP_PASS), XDP_FLAGS_DRV_MODE);
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	snprintf(sentence, sizeof(sentence),
		"netdev:other: an XDP program (id %u) is attached to it; accepted: mode=af_packet, or none; "
		"if nobody needs it: ip link set other xdp off",
		facts.xdp_prog_id);
	REFUSED(-EBUSY, sentence, XDP);
	cr_assert_eq(ovr_nic_facts_read("other", &facts, NULL), 0);
	cr_expect_neq(facts.xdp_prog_id, 0);
}

/* A process that has an interface in its journal, and does nothing more. */
static pid_t
start_run_on(const char *name)
{
	int ready[2];
	char byte;
	pid_t child;

	cr_assert_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct ovr_nic_facts facts;
		struct ovr_undo *undo;

		if (ovr_nic_facts_read(name, &facts, NULL) != 0 || ovr_undo_open(NULL, &undo, NULL) != 0 ||
			ovr_undo_note(undo, OVR_UNDO_XDP, &facts, NULL) != 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	cr_assert_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

Test(netdev, a_program_of_a_living_run_is_not_advised_to_be_detached_but_the_run_is_named)
{
	struct ovr_undo_report report;
	char sentence[256];
	pid_t run;

	netns_make_pair("one", "other");
	run = start_run_on("other");
	xdp_attach("other", xdp_load_named("xsk_def_prog", XDP_PASS), 0);
	snprintf(sentence, sizeof(sentence),
		"netdev:other: other: process %d is using it, and two would spoil each other's counts; wait "
		"until it has ended, or end it (kill %d)",
		(int)run, (int)run);
	REFUSED(-EBUSY, sentence, XDP);
	kill(run, SIGKILL);
	cr_assert_eq(waitpid(run, NULL, 0), run);
	cr_expect_eq(ovr_undo_recover(NULL, &report, NULL), 0);
}

Test(netdev, the_way_to_the_rest_of_the_world_is_used_by_force_only)
{
	netns_make_pair("one", "other");
	netns_run("ip address add 198.51.100.1/24 dev one");
	netns_run("ip route add default via 198.51.100.2");
	REFUSED(-EPERM,
		"netdev:one: the default route of this host goes through it, and test frames would flood it; "
		"accepted: another interface, or --force",
		XDP);
	RIG_OPEN(&rig, XDP, "force", "true");
}
