/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The functions that reach a driver are this test's own (see meson.build): it rounds, flaps,
 * forgets and refuses as told.
 */
#include "ring/borrow.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"
#include "nic/counters.h"
#include "undo/saved.h"

/* The driver, and what it is to do when it is asked for rings. */
static struct {
	struct ovr_nic_facts facts;
	uint32_t round_to;   /* sizes become multiples of this */
	int refuses;         /* -errno; 0: it takes them */
	bool half_done;      /* it refuses, but has changed rx already */
	bool flaps;          /* the carrier goes and comes back … */
	bool stays_away;     /* … or does not */
	bool forgets;        /* counters are reset */
	unsigned int n_sets; /* how often it was asked */
	unsigned int n_waits;
	uint64_t count[3];
} driver;

char *__wrap_if_indextoname(unsigned int ifindex, char *name);
int __wrap_ovr_nic_facts_read(const char *name, struct ovr_nic_facts *ret_facts, struct ovr_err *err);
int __wrap_ovr_nic_rings_read(const char *name, struct ovr_nic_rings *ret_rings, struct ovr_err *err);
int __wrap_ovr_nic_rings_set(const char *name, const struct ovr_nic_rings *rings, struct ovr_err *err);
int __wrap_ovr_nic_link_wait(const char *name, uint32_t timeout_ms, struct ovr_err *err);
int __wrap_ovr_nic_counters_read(const char *name, struct ovr_nic_counters *counters, struct ovr_err *err);

char *
__wrap_if_indextoname(unsigned int ifindex, char *name)
{
	return ifindex == driver.facts.ifindex ? strcpy(name, driver.facts.name) : NULL;
}

int
__wrap_ovr_nic_facts_read(const char *name, struct ovr_nic_facts *ret_facts, struct ovr_err *err)
{
	if (strcmp(name, driver.facts.name) != 0)
		return ovr_err_set(err, -ENODEV, "%s: there is no such interface", name);
	*ret_facts = driver.facts;
	return 0;
}

int
__wrap_ovr_nic_rings_read(const char *name, struct ovr_nic_rings *ret_rings, struct ovr_err *err)
{
	(void)name;
	(void)err;
	*ret_rings = driver.facts.rings;
	return 0;
}

static uint32_t
rounded(uint32_t size)
{
	return (size + driver.round_to - 1) / driver.round_to * driver.round_to;
}

int
__wrap_ovr_nic_rings_set(const char *name, const struct ovr_nic_rings *rings, struct ovr_err *err)
{
	driver.n_sets++;
	if (driver.refuses != 0) {
		if (driver.half_done)
			driver.facts.rings.rx = rings->rx;
		return ovr_err_set(err, driver.refuses, "%s: the driver refuses", name);
	}
	driver.facts.rings.rx = rounded(rings->rx);
	driver.facts.rings.rx_jumbo = rounded(rings->rx_jumbo);
	driver.facts.rings.tx = rounded(rings->tx);
	if (driver.flaps) {
		driver.facts.has_carrier = false;
		driver.facts.carrier_changes++;
	}
	if (driver.forgets)
		driver.count[0] = driver.count[1] = 0;
	return 0;
}

int
__wrap_ovr_nic_link_wait(const char *name, uint32_t timeout_ms, struct ovr_err *err)
{
	driver.n_waits++;
	if (driver.stays_away)
		return ovr_err_set(err, -ETIMEDOUT, "%s: no carrier came within %u ms", name, timeout_ms);
	if (!driver.facts.has_carrier)
		driver.facts.carrier_changes++;
	driver.facts.has_carrier = true;
	return 0;
}

int
__wrap_ovr_nic_counters_read(const char *name, struct ovr_nic_counters *counters, struct ovr_err *err)
{
	static const char *const names[] = { "rx_packets", "pkts rx OOB", "resets" };

	(void)name;
	(void)err;
	counters->counter = calloc(3, sizeof(*counters->counter));
	counters->n = counters->capacity = 3;
	counters->carrier_changes = driver.facts.carrier_changes;
	for (uint32_t i = 0; i < 3; i++) {
		strcpy(counters->counter[i].name, names[i]);
		counters->counter[i].source = i == 0 ? OVR_NIC_LINK : OVR_NIC_DRIVER;
		counters->counter[i].queue = -1;
		counters->counter[i].value = driver.count[i];
	}
	return 0;
}

/* An interface like vmxnet3's, up, with counts. */
static void
begin(void)
{
	lab_enter();
	memset(&driver, 0, sizeof(driver));
	driver.round_to = 1;
	driver.count[0] = 5000;
	driver.count[1] = 700;
	driver.facts = (struct ovr_nic_facts){
		.name = "undo-r",
		.driver = "vmxnet3",
		.ifindex = 4711,
		.is_up = true,
		.has_carrier = true,
		.carrier_changes = 2,
		.rings = { .known = true,
			.rx = 1024,
			.rx_jumbo = 128,
			.tx = 512,
			.rx_max = 4096,
			.rx_jumbo_max = 2048,
			.tx_max = 4096 },
	};
}

TestSuite(change, .init = begin, .fini = lab_leave);

#define ASK_RX(n) (&(struct ovr_ring_sizes){ n, OVR_RING_KEEP, OVR_RING_KEEP, OVR_RING_KEEP })

static struct ovr_ring_change change;
static struct ovr_err err;

static int
set_rx_and_wait(uint32_t n, uint32_t timeout_ms)
{
	int status = ovr_ring_set(&lab_places, "undo-r", ASK_RX(n), timeout_ms, &change, &err);

	if (status == -EPERM)
		cr_skip_test("needs CAP_NET_ADMIN");
	return status;
}

static int
set_rx(uint32_t n)
{
	return set_rx_and_wait(n, 1000);
}

static int
restore(void)
{
	return ovr_ring_restore(&lab_places, "undo-r", 1000, &change, &err);
}

static bool
is_saved(uint32_t rx)
{
	struct ovr_undo_saved saved;

	return ovr_undo_saved_read(&lab_places, &driver.facts, &saved, NULL) == 0 && saved.rx == rx;
}

Test(change, what_was_asked_is_set_and_the_rest_is_kept)
{
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 2048);
	cr_expect_eq(driver.facts.rings.rx_jumbo, 128);
	cr_expect_eq(driver.facts.rings.tx, 512);
	cr_expect(change.is_change);
	cr_expect_eq(change.before.rx, 1024);
	cr_expect_eq(change.took.rx, 2048);
	cr_expect_eq(change.link, OVR_RING_LINK_UP);
	cr_expect_eq(change.carrier_changes, 0);
	cr_expect_eq(change.n_counters, 3);
	cr_expect_eq(change.n_reset, 0);
	cr_expect(change.is_saved);
	cr_expect_eq(change.saved.rx, 1024);
}

Test(change, a_driver_that_rounds_is_read_back)
{
	driver.round_to = 32;
	cr_assert_eq(set_rx(80), 0, "%s", err.text);
	cr_expect_eq(change.asked.rx, 80);
	cr_expect_eq(change.took.rx, 96);
}

Test(change, a_link_that_flaps_and_counters_that_were_reset_are_told)
{
	driver.flaps = driver.forgets = true;
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	cr_expect_eq(change.link, OVR_RING_LINK_UP);
	cr_expect_eq(change.carrier_changes, 2);
	cr_expect_eq(change.n_reset, 2);
	cr_expect_str_eq(change.reset[0], "rx_packets");
	cr_expect_str_eq(change.reset[1], "pkts rx OOB");
}

Test(change, a_link_that_does_not_come_back_is_said_and_all_is_told)
{
	driver.flaps = driver.stays_away = true;
	cr_expect_eq(set_rx(2048), -ETIMEDOUT);
	cr_expect_not_null(strstr(err.text, "its link has not come back within 1000 ms"), "%s", err.text);
	cr_expect_eq(change.took.rx, 2048);
	cr_expect_eq(change.link, OVR_RING_LINK_LOST);
	cr_expect(is_saved(1024));
}

Test(change, an_interface_that_is_down_is_not_waited_for)
{
	driver.facts.is_up = driver.facts.has_carrier = false;
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	cr_expect_eq(change.link, OVR_RING_LINK_DOWN);
	cr_expect_eq(driver.n_waits, 0);
}

Test(change, a_link_that_was_not_there_is_not_waited_for)
{
	driver.facts.has_carrier = false;
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	cr_expect_eq(change.link, OVR_RING_LINK_NO_CARRIER);
	cr_expect_eq(driver.n_waits, 0);
}

Test(change, who_does_not_want_to_wait_does_not)
{
	cr_assert_eq(set_rx_and_wait(2048, 0), 0, "%s", err.text);
	cr_expect_eq(change.link, OVR_RING_LINK_NOT_WAITED);
	cr_expect_eq(driver.n_waits, 0);
}

Test(change, what_it_has_already_is_not_asked_for)
{
	cr_assert_eq(set_rx(1024), 0, "%s", err.text);
	cr_expect_not(change.is_change);
	cr_expect_eq(driver.n_sets, 0);
	cr_expect_not(is_saved(1024));
}

Test(change, more_than_the_maximum_is_refused_with_the_maximum)
{
	cr_expect_eq(set_rx(4097), -ERANGE);
	cr_expect_str_eq(
		err.text, "undo-r: --rx 4097 was asked; accepted: at most 4096, the driver's maximum");
	cr_expect_eq(driver.n_sets, 0);
	cr_expect_not(is_saved(1024));
}

Test(change, a_ring_that_the_driver_does_not_have_is_refused)
{
	struct ovr_ring_sizes mini = { OVR_RING_KEEP, 64, OVR_RING_KEEP, OVR_RING_KEEP };

	cr_expect_eq(ovr_ring_set(&lab_places, "undo-r", &mini, 0, &change, &err), -ERANGE);
	cr_expect_str_eq(err.text, "undo-r: --rx-mini 64 was asked; the driver vmxnet3 has no such ring");
}

Test(change, a_driver_without_ring_control_is_said)
{
	driver.facts.rings = (struct ovr_nic_rings){ .known = false };
	strcpy(driver.facts.driver, "veth");
	cr_expect_eq(set_rx(64), -EOPNOTSUPP);
	cr_expect_str_eq(err.text,
		"undo-r: its rings cannot be set: the driver veth has no ring control (ethtool -g says so "
		"too)");
}

Test(change, an_interface_that_is_not_there_is_said)
{
	cr_expect_eq(ovr_ring_set(&lab_places, "undo-q", ASK_RX(64), 0, &change, &err), -ENODEV);
	cr_expect_str_eq(err.text, "undo-q: there is no such interface");
}

Test(change, a_refusal_leaves_nothing_saved)
{
	driver.refuses = -ENOMEM;
	cr_expect_eq(set_rx(80), -ENOMEM);
	cr_expect_str_eq(err.text, "undo-r: the driver refuses");
	cr_expect_not(is_saved(1024));
}

Test(change, a_refusal_of_virtio_says_what_it_takes)
{
	strcpy(driver.facts.driver, "virtio_net");
	driver.refuses = -ENOMEM;
	cr_expect_eq(set_rx(80), -ENOMEM);
	cr_expect_str_eq(err.text,
		"undo-r: the driver virtio_net refuses rings of rx 80 tx 512: Cannot allocate memory; "
		"accepted: powers of two");
	cr_expect_eq(set_rx(128), -ENOMEM);
	cr_expect_str_eq(err.text, "undo-r: the driver refuses");
}

Test(change, a_refusal_that_changed_something_leaves_it_saved)
{
	driver.refuses = -ENOMEM;
	driver.half_done = true;
	cr_expect_eq(set_rx(80), -ENOMEM);
	cr_expect(is_saved(1024));
}

Test(change, a_later_set_comes_back_to_the_first_sizes)
{
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	cr_assert_eq(set_rx(256), 0, "%s", err.text);
	cr_expect(is_saved(1024));
	cr_assert_eq(restore(), 0, "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 1024);
	cr_expect_eq(change.before.rx, 256);
	cr_expect_eq(change.took.rx, 1024);
	cr_expect_not(is_saved(1024));
}

Test(change, restoring_what_is_not_saved_is_said)
{
	cr_expect_eq(restore(), -ENOENT);
	cr_expect_str_eq(err.text,
		"undo-r: nothing is saved to restore; \"overrun ring set\" saves what the rings were before "
		"it");
}

Test(change, sizes_that_are_back_already_are_only_forgotten)
{
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	driver.facts.rings.rx = 1024;
	cr_assert_eq(restore(), 0, "%s", err.text);
	cr_expect_not(change.is_change);
	cr_expect_eq(driver.n_sets, 1);
	cr_expect_not(is_saved(1024));
}

Test(change, sizes_that_the_driver_does_not_take_again_stay_saved)
{
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	driver.round_to = 1000;
	cr_expect_eq(restore(), -EIO);
	cr_expect_str_eq(err.text,
		"undo-r: was to be restored to rx 1024 rx-jumbo 128 tx 512, but the driver took "
		"rx 2000 rx-jumbo 1000 tx 1000; what was saved is kept");
	cr_expect(is_saved(1024));
}

Test(change, a_restore_whose_link_stays_away_is_done_all_the_same)
{
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	driver.flaps = driver.stays_away = true;
	cr_expect_eq(restore(), -ETIMEDOUT);
	cr_expect_eq(change.took.rx, 1024);
	cr_expect_not(is_saved(1024));
}

Test(change, an_interface_that_a_living_tester_uses_is_left_alone)
{
	pid_t user = lab_start_user(&driver.facts);
	char text[64];

	cr_expect_eq(set_rx(2048), -EBUSY);
	snprintf(text, sizeof(text), "undo-r: process %d is using it", (int)user);
	cr_expect_eq(strncmp(err.text, text, strlen(text)), 0, "%s", err.text);
	cr_expect_eq(driver.n_sets, 0);
	lab_end(user);
	cr_expect_eq(set_rx(2048), 0, "%s", err.text);
}

static struct ovr_ring_loan *loan;

static int
borrow_rx(uint32_t n)
{
	int status = ovr_ring_borrow(&lab_places, "undo-r", ASK_RX(n), 1000, &loan, &change, &err);

	if (status == -EPERM)
		cr_skip_test("needs CAP_NET_ADMIN");
	return status;
}

static int
give_back(void)
{
	return ovr_ring_give_back(loan, 1000, &err);
}

/* What the next process would find: this one's journal after its head. */
static const char *
journal(void)
{
	char name[64];
	const char *text;

	snprintf(name, sizeof(name), "journals/%d.undo", (int)getpid());
	text = lab_read(name);
	return text == NULL ? "" : strchr(strchr(text, '\n') + 1, '\n') + 1;
}

Test(change, borrowed_rings_are_put_back_and_nothing_stays)
{
	driver.round_to = 32;
	cr_assert_eq(borrow_rx(80), 0, "%s", err.text);
	cr_expect_eq(change.took.rx, 96);
	cr_expect_eq(driver.facts.rings.rx, 96);
	cr_expect_str_eq(
		journal(), "rings 4711 undo-r 1024 0 128 512\ntook rings 4711 undo-r 96 0 128 512\n");
	cr_assert_eq(give_back(), 0, "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 1024);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(change, a_borrower_that_was_killed_is_put_back_by_the_next_process)
{
	struct ovr_undo_report report = { 0 };
	pid_t child = fork();
	int how = 0;

	if (child == 0)
		_exit(ovr_ring_borrow(&lab_places, "undo-r", ASK_RX(256), 1000, &loan, &change, &err) != 0);
	cr_assert_eq(waitpid(child, &how, 0), child);
	if (how != 0)
		cr_skip_test("needs CAP_NET_ADMIN");
	/* the child's driver is a copy */
	driver.facts.rings.rx = 256;
	cr_assert_eq(ovr_undo_recover(&lab_places, &report, &err), 0, "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 1024);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(change, what_was_set_before_is_what_borrowed_rings_come_back_to)
{
	cr_assert_eq(set_rx(2048), 0, "%s", err.text);
	cr_assert_eq(borrow_rx(256), 0, "%s", err.text);
	cr_expect(is_saved(1024));
	cr_assert_eq(give_back(), 0, "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 2048);
	cr_expect(is_saved(1024));
}

Test(change, borrowing_what_it_has_already_asks_for_nothing)
{
	cr_assert_eq(borrow_rx(1024), 0, "%s", err.text);
	cr_expect_eq(change.took.rx, 1024);
	cr_assert_eq(give_back(), 0, "%s", err.text);
	cr_expect_eq(driver.n_sets, 0);
	cr_expect_eq(driver.n_waits, 0);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(change, borrowed_rings_that_somebody_else_has_changed_stay)
{
	cr_assert_eq(borrow_rx(256), 0, "%s", err.text);
	driver.facts.rings.rx = 4096;
	cr_assert_eq(give_back(), 0, "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 4096);
}

Test(change, a_refusal_to_lend_leaves_nothing_behind)
{
	driver.refuses = -ENOMEM;
	cr_expect_eq(borrow_rx(256), -ENOMEM);
	cr_expect_str_eq(err.text, "undo-r: the driver refuses");
	cr_expect_eq(driver.facts.rings.rx, 1024);
	cr_expect_eq(lab_files("journals"), 0);
	cr_expect_eq(borrow_rx(4097), -ERANGE);
	cr_expect_str_eq(
		err.text, "undo-r: --rx 4097 was asked; accepted: at most 4096, the driver's maximum");
}

Test(change, rings_whose_link_does_not_come_back_are_not_lent)
{
	driver.flaps = driver.stays_away = true;
	cr_expect_eq(borrow_rx(256), -ETIMEDOUT);
	cr_expect_not_null(strstr(err.text, "its link has not come back within 1000 ms"), "%s", err.text);
	cr_expect_eq(driver.facts.rings.rx, 1024);
	cr_expect_eq(lab_files("journals"), 0);
}

Test(change, rings_that_are_back_without_their_link_are_said)
{
	cr_assert_eq(borrow_rx(256), 0, "%s", err.text);
	driver.flaps = driver.stays_away = true;
	cr_expect_eq(give_back(), -ETIMEDOUT);
	cr_expect_str_eq(err.text,
		"undo-r: its rings are what they were, but its link has not come back within 1000 ms");
	cr_expect_eq(driver.facts.rings.rx, 1024);
}

Test(change, no_loan_is_given_back_without_ado)
{
	cr_expect_eq(ovr_ring_give_back(NULL, 1000, &err), 0);
}
