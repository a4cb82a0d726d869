/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The rings are this test's own (see meson.build): they are lent, refused and taken back as told.
 */
#include "advise/nic_ring.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>

static struct {
	int refuses; /* -errno; 0: it lends them */
	int stays;   /* what giving back returns */
	uint32_t took, asked_rx, timeout_ms, n_asked, n_given_back;
} nic;

static struct ovr_result_advice advice;
static struct ovr_ring_loan *loan;
static struct ovr_err err;

int __wrap_ovr_ring_borrow(const struct ovr_undo_places *places, const char *name,
	const struct ovr_ring_sizes *asked, uint32_t timeout_ms, struct ovr_ring_loan **ret_loan,
	struct ovr_ring_change *ret_change, struct ovr_err *err);
int __wrap_ovr_ring_give_back(struct ovr_ring_loan *loan, uint32_t timeout_ms, struct ovr_err *err);

int
__wrap_ovr_ring_borrow(const struct ovr_undo_places *places, const char *name,
	const struct ovr_ring_sizes *asked, uint32_t timeout_ms, struct ovr_ring_loan **ret_loan,
	struct ovr_ring_change *ret_change, struct ovr_err *ret_err)
{
	cr_assert_null(places);
	cr_assert_str_eq(name, "eth2");
	cr_assert_eq(asked->tx, OVR_RING_KEEP);
	nic.n_asked++;
	nic.asked_rx = asked->rx;
	nic.timeout_ms = timeout_ms;
	if (nic.refuses != 0)
		return ovr_err_set(ret_err, nic.refuses, "eth2: refused %u", asked->rx);
	ret_change->took.rx = nic.took;
	*ret_loan = (struct ovr_ring_loan *)&nic;
	return 0;
}

int
__wrap_ovr_ring_give_back(struct ovr_ring_loan *lent, uint32_t timeout_ms, struct ovr_err *ret_err)
{
	(void)timeout_ms;
	nic.n_given_back += lent != NULL;
	return nic.stays == 0 ? 0 : ovr_err_set(ret_err, nic.stays, "eth2: stays as it is");
}

static void
begin(void)
{
	ovr_plan_default(&advice.plan);
	cr_assert_eq(ovr_port_name_parse("rx", "netdev:eth2,mode=af_packet", &advice.plan.ports.rx, &err), 0);
	advice.plan.ports.link_timeout_ns = UINT64_C(2500000000);
	advice.ring_control = true;
	advice.nic_ring = 1024;
	advice.advice.ring = 512;
	advice.advice.below = 256;
}

TestSuite(nic_ring, .init = begin);

Test(nic_ring, a_try_is_told_what_the_driver_took)
{
	nic.took = 544;
	cr_expect_eq(ovr_advise_nic_ring_set(&advice, 512, &loan), 544);
	cr_expect_eq(nic.asked_rx, 512);
	cr_expect_eq(nic.timeout_ms, 2500);
	cr_expect_eq(ovr_advise_nic_ring_restore(&advice, loan, &err), 0);
	cr_expect_eq(nic.n_given_back, 1);
	cr_expect_eq(advice.nic_refused_ring, 0);
	ovr_advise_name_command(&advice);
	cr_expect_str_eq(advice.command, "ethtool -G eth2 rx 512");
}

Test(nic_ring, an_interface_without_ring_control_is_not_asked)
{
	advice.ring_control = false;
	cr_expect_eq(ovr_advise_nic_ring_set(&advice, 512, &loan), 0);
	cr_expect_null(loan);
	cr_expect_eq(nic.n_asked, 0);
	ovr_advise_name_command(&advice);
	cr_expect_str_eq(advice.command, "--rxd 512");
}

Test(nic_ring, a_refusal_of_the_advised_size_leaves_the_ring_of_the_socket)
{
	nic.refuses = -EINVAL;
	cr_expect_eq(ovr_advise_nic_ring_set(&advice, 512, &loan), 0);
	cr_expect_null(loan);
	cr_expect_eq(ovr_advise_nic_ring_set(&advice, 256, &loan), 0);
	cr_expect_eq(advice.nic_refused_ring, 512);
	cr_expect_str_eq(advice.nic_refused, "eth2: refused 512");
	ovr_advise_name_command(&advice);
	cr_expect_str_eq(advice.command, "--rxd 512");
}

Test(nic_ring, a_refusal_of_the_size_below_leaves_the_advice_as_it_was_tried)
{
	nic.took = 512;
	cr_expect_eq(ovr_advise_nic_ring_set(&advice, 512, &loan), 512);
	nic.refuses = -EINVAL;
	cr_expect_eq(ovr_advise_nic_ring_set(&advice, 256, &loan), 0);
	cr_expect_eq(advice.nic_refused_ring, 256);
	ovr_advise_name_command(&advice);
	cr_expect_str_eq(advice.command, "ethtool -G eth2 rx 512");
}

Test(nic_ring, a_ring_that_cannot_be_put_back_is_a_failure_and_a_late_link_is_not)
{
	nic.stays = -EBUSY;
	cr_expect_eq(ovr_advise_nic_ring_restore(&advice, NULL, &err), -EBUSY);
	cr_expect_str_eq(err.text, "eth2: stays as it is");
	nic.stays = -ETIMEDOUT;
	cr_expect_eq(ovr_advise_nic_ring_restore(&advice, NULL, &err), 0);
}

Test(nic_ring, no_ring_has_no_command)
{
	advice.advice.ring = 0;
	ovr_advise_name_command(&advice);
	cr_expect_str_eq(advice.command, "");
}
