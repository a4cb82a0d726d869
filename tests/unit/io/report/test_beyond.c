/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/beyond.h"

#include <criterion/criterion.h>

Test(beyond, what_nothing_explains_may_have_been_lost_on_either_side)
{
	struct ovr_result result = { .n_hosts = 0 };
	struct ovr_result_host host = { .lost = 200, .lost_before_min = 50, .lost_before_max = 60 };

	cr_assert_eq(ovr_report_beyond_min(&result, &host), 140);
	result.ledger.unexplained = 100;
	cr_assert_eq(ovr_report_beyond_min(&result, &host), 40);
	/* of other senders, too */
	result.ledger.unexplained = 1000;
	cr_assert_eq(ovr_report_beyond_min(&result, &host), 0);
}

Test(beyond, a_contradiction_stays_one)
{
	struct ovr_result result = { .ledger = { .unexplained = -10 } };
	struct ovr_result_host host = { .lost = (uint64_t)-3, .lost_before_max = 7 };

	cr_assert_eq(ovr_report_beyond_min(&result, &host), -10);
}
