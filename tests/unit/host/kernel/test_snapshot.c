/* SPDX-License-Identifier: BSD-3-Clause */
/* Losses that are made in namespaces of the test's own, counted, and claimed to the frame. */
#include "kernel/snapshot.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include "kernel/rules.h"
#include "support/kernel_lab.h"
#include "support/netns.h"
#include "support/xdp.h"

#define PORT 9000

static struct ovr_kernel_netns *netns[2];
static struct ovr_kernel_snapshot before, after;
static struct ovr_kernel_changes changes;
static struct ovr_kernel_claims claims;
static struct ovr_err err;
static int receiver = -1;

static void
begin(void)
{
	kernel_lab_begin();
	cr_assert_eq(ovr_kernel_netns_open("s", &netns[0], &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_netns_open("r", &netns[1], &err), 0, "%s", err.text);
}

static void
end(void)
{
	ovr_kernel_netns_close(netns[0]);
	ovr_kernel_netns_close(netns[1]);
	ovr_kernel_snapshot_done(&before);
	ovr_kernel_snapshot_done(&after);
	ovr_kernel_changes_done(&changes);
	ovr_kernel_claims_done(&claims);
	if (receiver >= 0)
		close(receiver);
}

TestSuite(snapshot, .init = begin, .fini = end, .timeout = 60);

static void
read_both(struct ovr_kernel_snapshot *snapshot)
{
	bool is_stable;

	cr_assert_eq(ovr_kernel_snapshot_settle((const struct ovr_kernel_netns *const *)netns, 2, 5000,
			     snapshot, &is_stable, &err),
		0, "%s", err.text);
	cr_assert(is_stable);
	if (receiver >= 0)
		cr_assert_eq(
			ovr_kernel_snapshot_add_socket(snapshot, "r", receiver, "udp 10.9.0.2:9000", &err), 0,
			"%s", err.text);
}

/* Read what arrived, and the counters after it. @return how many arrived */
static uint64_t
read_after(void)
{
	uint64_t read;
	bool is_stable;

	/* a shaper may still send */
	cr_assert_eq(ovr_kernel_snapshot_settle((const struct ovr_kernel_netns *const *)netns, 2, 5000,
			     &after, &is_stable, &err),
		0, "%s", err.text);
	cr_assert(is_stable);
	read = receiver < 0 ? 0 : kernel_lab_drain(receiver);
	read_both(&after);
	return read;
}

static void
claim(uint64_t read)
{
	const struct ovr_kernel_side side[] = {
		{ .netns = "s", .roles = OVR_KERNEL_SENDER },
		{ .netns = "r",
			.roles = OVR_KERNEL_RECEIVER,
			.is_traffic_known = true,
			.datagrams_ours = read },
	};
	struct ovr_kernel_path path = { .side = side, .n_sides = 2, .changes = &changes, .ip_version = 4 };

	cr_assert_eq(ovr_kernel_changes(&before, &after, &changes, &err), 0, "%s", err.text);
	path.link = after.link;
	path.n_links = after.n_links;
	cr_assert_eq(ovr_kernel_claim(&path, &claims, &err), 0, "%s", err.text);
}

/* All that was claimed, a line each. */
static const char *
claimed(void)
{
	static char text[1024];
	size_t length = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < claims.n && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
			"%s %s %s %" PRIu64 "..%" PRIu64 "\n", claims.claim[i].netns,
			ovr_ledger_place_name(claims.claim[i].place), claims.claim[i].counter,
			claims.claim[i].frames_min, claims.claim[i].frames_max);
	return text;
}

static void
assert_only(const char *side, enum ovr_ledger_place place, const char *counter, uint64_t frames)
{
	cr_assert_eq(claims.n, 1, "%s", claimed());
	cr_assert_str_eq(claims.claim[0].netns, side);
	cr_assert_eq(claims.claim[0].place, place, "%s", claimed());
	cr_assert_str_eq(claims.claim[0].counter, counter);
	cr_assert_eq(claims.claim[0].frames_min, frames, "%s", claimed());
	cr_assert_eq(claims.claim[0].frames_max, frames, "%s", claimed());
}

Test(snapshot, where_nothing_is_lost_nothing_is_claimed)
{
	receiver = kernel_lab_receiver(PORT, 0);
	read_both(&before);
	kernel_lab_send(PORT, 50, 200);
	cr_assert_eq(read_after(), 50);
	claim(50);
	cr_assert_eq(claims.n, 0, "%s", claimed());
	cr_assert_eq(claims.n_notes, 0);
}

Test(snapshot, a_pair_knows_its_other_end)
{
	const struct ovr_kernel_link *va = NULL, *vb = NULL;

	read_both(&before);
	for (uint32_t i = 0; i < before.n_links; i++) {
		if (strcmp(before.link[i].name, "va") == 0)
			va = &before.link[i];
		if (strcmp(before.link[i].name, "vb") == 0)
			vb = &before.link[i];
	}
	cr_assert_neq(va, NULL);
	cr_assert_neq(vb, NULL);
	cr_assert_str_eq(va->driver, "veth");
	cr_assert_eq(va->peer_ifindex, vb->ifindex);
	cr_assert_eq(va->peer_netns_id, ovr_kernel_netns_id(netns[1]));
	cr_assert_eq(vb->peer_ifindex, va->ifindex);
	cr_assert_eq(vb->peer_netns_id, va->netns_id);
}

Test(snapshot, one_in_ten_is_the_rules_loss)
{
	kernel_lab_run("r",
		"nft 'table inet filter { chain input { type filter hook input priority 0; "
		"udp dport 9000 numgen inc mod 10 0 counter drop comment \"one in ten\"; }; }'");
	receiver = kernel_lab_receiver(PORT, 4 << 20);
	read_both(&before);
	kernel_lab_send(PORT, 100, 100);
	cr_assert_eq(read_after(), 90);
	claim(90);
	assert_only("r", OVR_PLACE_RX_NETFILTER, "dropped", 10);
	cr_assert_neq(strstr(claims.claim[0].why, "\"one in ten\": a rule dropped them"), NULL, "%s",
		claims.claim[0].why);
}

Test(snapshot, a_small_buffer_loses_what_does_not_fit)
{
	uint64_t read;

	receiver = kernel_lab_receiver(PORT, 8192);
	read_both(&before);
	kernel_lab_send(PORT, 200, 1000);
	read = read_after();
	cr_assert_gt(read, 0);
	cr_assert_lt(read, 100);
	claim(read);
	assert_only("r", OVR_PLACE_RX_SOCKET, "Udp:RcvbufErrors", 200 - read);
}

/* A neighbour's socket, whose buffer is full as well, moves the same counter of the namespace. */
Test(snapshot, a_full_buffer_of_another_socket_is_not_ours)
{
	int other = kernel_lab_receiver(PORT + 1, 8192);
	uint64_t read;

	receiver = kernel_lab_receiver(PORT, 8192);
	read_both(&before);
	kernel_lab_send(PORT + 1, 300, 1000);
	kernel_lab_send(PORT, 200, 1000);
	read = read_after();
	claim(read);
	assert_only("r", OVR_PLACE_RX_SOCKET, "Udp:RcvbufErrors", 200 - read);
	cr_assert_eq(claims.n_notes, 1);
	close(other);
}

Test(snapshot, datagrams_that_nobody_waits_for_have_no_port)
{
	read_both(&before);
	kernel_lab_send(PORT, 100, 100);
	read_after();
	claim(0);
	assert_only("r", OVR_PLACE_RX_UDP, "Udp:NoPorts", 100);
}

Test(snapshot, others_datagrams_make_it_uncertain)
{
	int other = kernel_lab_receiver(PORT + 1, 0);

	read_both(&before);
	kernel_lab_send(PORT, 100, 100);
	kernel_lab_send(PORT + 1, 7, 100);
	cr_assert_eq(kernel_lab_drain(other), 7);
	read_after();
	claim(0);
	cr_assert_str_eq(claimed(), "r rx.udp Udp:NoPorts 0..100\n");
	cr_assert_str_eq(claims.note[0],
		"r: UDP delivered 7 datagrams and our sockets read 0: others' traffic may be in its "
		"counters");
	close(other);
}

Test(snapshot, a_shapers_queue_loses_the_rest_of_a_burst)
{
	uint64_t read;

	kernel_lab_run("s", "tc qdisc add dev va root handle 10: tbf rate 8mbit burst 10000 limit 30000");
	receiver = kernel_lab_receiver(PORT, 4 << 20);
	read_both(&before);
	kernel_lab_send(PORT, 200, 1000);
	read = read_after();
	cr_assert_lt(read, 150);
	claim(read);
	assert_only("s", OVR_PLACE_TX_QDISC, "drops", 200 - read);
	cr_assert_neq(
		strstr(claims.claim[0].aliases, "Udp:SndbufErrors"), NULL, "%s", claims.claim[0].aliases);
}

static int
drop_by_xdp(void *context, struct ovr_err *its_err)
{
	(void)context;
	(void)its_err;
	xdp_attach("vb", xdp_load(XDP_DROP), XDP_FLAGS_DRV_MODE);
	return 0;
}

Test(snapshot, an_xdp_program_of_the_driver_owns_what_it_drops)
{
	cr_assert_eq(ovr_kernel_netns_run(netns[1], drop_by_xdp, NULL, &err), 0);
	receiver = kernel_lab_receiver(PORT, 0);
	read_both(&before);
	kernel_lab_send(PORT, 100, 100);
	cr_assert_eq(read_after(), 0);
	claim(0);
	assert_only("r", OVR_PLACE_RX_XDP, "rx_queue_0_xdp_drops", 100);
	cr_assert_str_eq(claims.claim[0].source, "veth");
	cr_assert_str_eq(claims.claim[0].why, "vb: dropped by the XDP program");
}

/* 10 of 1,000 bytes at 80 kbit/s take more than a second behind a burst of 2,000 bytes. */
Test(snapshot, what_stands_in_a_queue_is_in_flight)
{
	const struct ovr_kernel_netns *const list[] = { netns[0], netns[1] };
	bool is_stable = true;

	kernel_lab_run("s", "tc qdisc add dev va root handle 10: tbf rate 80kbit burst 2000 limit 30000");
	receiver = kernel_lab_receiver(PORT, 0);
	read_both(&before);
	kernel_lab_send(PORT, 10, 1000);
	cr_assert_eq(ovr_kernel_snapshot_settle(list, 2, 200, &after, &is_stable, &err), 0, "%s", err.text);
	cr_assert_not(is_stable);
	cr_assert_gt(after.n_queued, 0);
	cr_assert_eq(read_after(), 10);
	cr_assert_eq(after.n_queued, 0);
	claim(10);
	cr_assert_eq(claims.n, 0, "%s", claimed());
}

Test(snapshot, a_neighbour_that_does_not_answer_is_named)
{
	bool is_said = false;

	kernel_lab_run("s", "ip neigh replace 10.9.0.77 dev va nud failed");
	cr_assert_eq(ovr_kernel_snapshot_read(netns[0], &before, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < before.n_notes; i++)
		is_said |=
			strcmp(before.note[i],
				"s: neighbour 10.9.0.77 does not answer; what its queue drops is counted in "
				"the initial namespace only, and unknown here") == 0;
	cr_assert(is_said);
}

Test(snapshot, where_all_is_read_nothing_is_noted)
{
	read_both(&before);
	cr_assert_eq(before.n_notes, 0, "%s", before.n_notes == 0 ? "" : before.note[0]);
}

/* The other end takes no frame as large: both ends count it. */
Test(snapshot, frames_too_large_for_the_other_end_are_lost_once)
{
	kernel_lab_run("r", "ip link set vb mtu 500");
	receiver = kernel_lab_receiver(PORT, 0);
	read_both(&before);
	kernel_lab_send(PORT, 40, 1000);
	cr_assert_eq(read_after(), 0);
	claim(0);
	assert_only("s", OVR_PLACE_TX_KERNEL, "tx_dropped", 40);
	cr_assert_str_eq(claims.claim[0].aliases, "vb rx_dropped 40");
}

Test(snapshot, without_a_right_what_is_hidden_is_said)
{
	struct ovr_kernel_netns *own;
	bool is_said = false;

	if (geteuid() != 0 || setresuid(65534, 65534, 65534) != 0)
		cr_skip_test("needs root");
	cr_assert_eq(ovr_kernel_netns_open("", &own, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_snapshot_read(own, &before, &err), 0, "%s", err.text);
	for (uint32_t i = 0; i < before.n_notes; i++)
		is_said |=
			strcmp(before.note[i],
				"this network namespace: this user may not read rules of nftables, so losses "
				"counted there alone are unexplained; accepted: root, or CAP_NET_ADMIN") == 0;
	cr_assert(is_said);
	cr_assert_neq(ovr_kernel_snapshot_find(&before, "", OVR_KERNEL_MIB, "", "Udp:NoPorts"), NULL);
	cr_assert_neq(ovr_kernel_snapshot_find(&before, "", OVR_KERNEL_LINK, "lo", "rx_dropped"), NULL);
	ovr_kernel_netns_close(own);
}

/* How many counters of a driver or a class the namespace's object has. */
static unsigned int
count_of(enum ovr_kernel_layer layer, const char *object)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < before.n; i++)
		n += before.counter[i].layer == layer && strcmp(before.counter[i].object, object) == 0 &&
			strcmp(before.counter[i].netns, "s") == 0;
	return n;
}

Test(snapshot, links_of_one_driver_have_their_own_counters)
{
	unsigned int of_one_queue;

	kernel_lab_run("s", "ip link add one numrxqueues 1 type veth peer name other numrxqueues 1");
	kernel_lab_run("s", "ip link add two numrxqueues 2 type veth peer name four numrxqueues 4");
	kernel_lab_run("s", "ip link add five numrxqueues 1 type veth peer name six numrxqueues 1");
	read_both(&before);
	of_one_queue = count_of(OVR_KERNEL_DRIVER, "one");
	cr_assert_gt(of_one_queue, 0);
	cr_assert_eq(count_of(OVR_KERNEL_DRIVER, "other"), of_one_queue);
	cr_assert_gt(count_of(OVR_KERNEL_DRIVER, "two"), of_one_queue);
	cr_assert_gt(count_of(OVR_KERNEL_DRIVER, "four"), count_of(OVR_KERNEL_DRIVER, "two"));
	cr_assert_eq(count_of(OVR_KERNEL_DRIVER, "five"), of_one_queue);
	cr_assert_eq(count_of(OVR_KERNEL_DRIVER, "lo"), 0);
	cr_assert_not_null(
		ovr_kernel_snapshot_find(&before, "s", OVR_KERNEL_DRIVER, "four", "rx_queue_3_xdp_drops"));
	cr_assert_null(
		ovr_kernel_snapshot_find(&before, "s", OVR_KERNEL_DRIVER, "two", "rx_queue_3_xdp_drops"));
}

Test(snapshot, classes_of_every_link_are_read)
{
	kernel_lab_run("s", "ip link add one type veth peer name other");
	kernel_lab_run("s", "tc qdisc add dev one root handle 1: htb default 1");
	kernel_lab_run("s", "tc class add dev one parent 1: classid 1:1 htb rate 40mbit");
	read_both(&before);
	cr_assert_eq(count_of(OVR_KERNEL_CLASS, "one htb 1:1"), 1);
}
