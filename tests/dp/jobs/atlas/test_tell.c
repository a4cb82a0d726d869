/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/tell.h"

#include <criterion/criterion.h>

Test(tell, books_of_both_trials_are_told)
{
	static struct ovr_atlas_outcome outcome = {
		.has_before = true,
		.has_after = true,
		.before = { .unit = "frames",
			.sent = 100,
			.lost = 10,
			.n_accounts = 1,
			.account = { { "rx.ip", "hop:h", "IpExt:InNoRoutes", "no route", "", 10 } } },
		.after = { .unit = "frames", .sent = 100 },
	};
	struct ovr_reproduction told;

	ovr_atlas_tell(ovr_atlas_place_of("no-route"), &outcome, &told);
	cr_expect_str_eq(told.place, "no-route");
	cr_expect_str_eq(told.owner, "rx.ip");
	cr_expect_eq(told.outcome, OVR_REPRODUCTION_CURED);
	cr_expect_eq(told.before.lost, 10);
	cr_expect_str_eq(told.before.account[0].counter, "IpExt:InNoRoutes");
	cr_expect_eq(told.after.sent, 100);
	cr_expect_eq(told.after.n_accounts, 0);
}

Test(tell, a_place_that_no_host_reproduces_has_no_owner_and_no_books)
{
	static struct ovr_atlas_outcome outcome = { .verdict = OVR_ATLAS_CANNOT,
		.reason = "no device here can" };
	struct ovr_reproduction told;

	ovr_atlas_tell(ovr_atlas_place_of("crc"), &outcome, &told);
	cr_expect_str_empty(told.owner);
	cr_expect_eq(told.outcome, OVR_REPRODUCTION_CANNOT);
	cr_expect_str_eq(told.reason, "no device here can");
	cr_expect_not(told.has_before);
	cr_expect_not(told.has_after);
}
