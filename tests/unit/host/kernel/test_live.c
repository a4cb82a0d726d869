/* SPDX-License-Identifier: BSD-3-Clause */
/* Losses that are made between two readings of namespaces of the test's own. */
#include "kernel/live.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "support/kernel_lab.h"

#define PORT 9000

static struct ovr_kernel_live live;
static struct ovr_kernel_claims total;
static struct ovr_err err;
static int receiver = -1;

static void
begin(void)
{
	static const char *const name[] = { "s", "r" };

	kernel_lab_begin();
	cr_assert_eq(ovr_kernel_live_open(name, 2, &live, &err), 0, "%s", err.text);
}

static void
end(void)
{
	ovr_kernel_live_close(&live);
	ovr_kernel_claims_done(&total);
	if (receiver >= 0)
		close(receiver);
}

TestSuite(live, .init = begin, .fini = end, .timeout = 60);

static void
take(void)
{
	cr_assert_eq(ovr_kernel_live_take(&live, &err), 0, "%s", err.text);
}

static void
assert_only(const struct ovr_kernel_claims *claims, const char *netns, enum ovr_ledger_place place,
	const char *counter, uint64_t count)
{
	cr_assert_eq(claims->n, 1, "%u claims", claims->n);
	cr_assert_str_eq(claims->claim[0].netns, netns);
	cr_assert_eq(claims->claim[0].place, place);
	cr_assert_str_eq(claims->claim[0].counter, counter);
	cr_assert_eq(claims->claim[0].frames_min, count);
	cr_assert_eq(claims->claim[0].frames_max, count);
}

static const struct ovr_kernel_claims *
claim_total(void)
{
	cr_assert_eq(ovr_kernel_live_total(&live, &total, &err), 0, "%s", err.text);
	return &total;
}

Test(live, an_interval_has_what_was_lost_in_it_and_the_total_all)
{
	kernel_lab_send(PORT, 100, 100);
	take();
	assert_only(&live.claims, "r", OVR_PLACE_RX_UDP, "Udp:NoPorts", 100);
	take();
	cr_assert_eq(live.claims.n, 0);
	kernel_lab_send(PORT, 7, 100);
	take();
	assert_only(&live.claims, "r", OVR_PLACE_RX_UDP, "Udp:NoPorts", 7);
	assert_only(claim_total(), "r", OVR_PLACE_RX_UDP, "Udp:NoPorts", 107);
	cr_assert_gt(live.total_ns, live.interval_ns);
}

Test(live, a_full_receive_buffer_names_its_socket)
{
	uint64_t read;

	receiver = kernel_lab_receiver(PORT, 4096);
	take();
	kernel_lab_send(PORT, 200, 100);
	take();
	read = kernel_lab_drain(receiver);
	cr_assert_lt(read, 200);
	assert_only(&live.claims, "r", OVR_PLACE_RX_SOCKET, "Udp:RcvbufErrors", 200 - read);
	cr_assert_not_null(strstr(live.claims.claim[0].aliases, "udp 10.9.0.2:9000 inode "), "%s",
		live.claims.claim[0].aliases);
}

Test(live, a_link_that_is_gone_keeps_its_losses_in_the_total)
{
	kernel_lab_run("r", "ip link set vb mtu 600");
	kernel_lab_send(PORT, 50, 1000);
	take();
	assert_only(&live.claims, "s", OVR_PLACE_TX_KERNEL, "tx_dropped", 50);
	kernel_lab_run("s", "ip link del va");
	take();
	take();
	cr_assert_eq(live.claims.n, 0);
	assert_only(claim_total(), "s", OVR_PLACE_TX_KERNEL, "tx_dropped", 50);
}

Test(live, what_is_unknown_is_said_once)
{
	uint32_t n = live.n_notes;

	kernel_lab_run("s", "ip link del va");
	take();
	cr_assert_eq(live.first_note, n);
	cr_assert_gt(live.n_notes, n);
	n = live.n_notes;
	take();
	cr_assert_eq(live.first_note, n);
	cr_assert_eq(live.n_notes, n);
}

Test(live, a_namespace_named_twice_is_refused)
{
	static const char *const name[] = { "s", "/run/netns/s" };
	struct ovr_kernel_live other;

	cr_assert_eq(ovr_kernel_live_open(name, 2, &other, &err), -EEXIST);
	cr_assert_str_eq(
		err.text, "network namespace '/run/netns/s': it is 's'; accepted: each namespace once");
	cr_assert_eq(other.n_netns, 0);
}
