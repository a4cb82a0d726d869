/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/atlas.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_atlas_outcome outcome;

/* Books of one account. */
static struct ovr_atlas_books
books(const char *verdict, int64_t lost, const char *place, int64_t owned)
{
	struct ovr_atlas_books made = {
		.unit = "frames", .sent = 100, .lost = lost, .unexplained = lost - owned
	};

	snprintf(made.verdict, sizeof(made.verdict), "%s", verdict);
	snprintf(made.reason, sizeof(made.reason), "why");
	if (owned != 0) {
		made.n_accounts = 1;
		snprintf(made.account[0].place, sizeof(made.account[0].place), "%s", place);
		snprintf(made.account[0].end, sizeof(made.account[0].end), "hop:h");
		made.account[0].lost = owned;
	}
	return made;
}

static enum ovr_atlas_verdict
judge(const char *id, struct ovr_atlas_books before, struct ovr_atlas_books after)
{
	outcome.before = before;
	outcome.after = after;
	ovr_atlas_judge(ovr_atlas_place_of(id), "hop:h", &outcome);
	cr_expect_eq(outcome.reason[0] == '\0', outcome.verdict == OVR_ATLAS_CURED, "%s", outcome.reason);
	return outcome.verdict;
}

static const struct ovr_atlas_books clean = { .unit = "frames", .verdict = "pass", .sent = 100 };

Test(atlas, a_loss_with_its_owner_that_the_remedy_ends_is_cured)
{
	cr_expect_eq(judge("no-route", books("loss", 10, "rx.ip", 10), clean), OVR_ATLAS_CURED);
}

Test(atlas, a_loss_with_another_owner_or_none_is_not_reproduced)
{
	cr_expect_eq(judge("no-route", books("loss", 10, "rx.udp", 10), clean), OVR_ATLAS_UNSEEN);
	cr_expect_eq(judge("no-route", books("loss", 10, "rx.ip", 9), clean), OVR_ATLAS_UNSEEN);
	cr_expect_str_eq(outcome.reason, "1 of 10 lost frames have no owner");
	cr_expect_eq(judge("no-route", clean, clean), OVR_ATLAS_UNSEEN);
	cr_expect_eq(judge("no-route", books("void", 10, "rx.ip", 10), clean), OVR_ATLAS_UNSEEN);
}

Test(atlas, a_counter_that_the_equation_does_not_have_is_not_the_place)
{
	struct ovr_atlas_books before = books("loss", 10, "rx.ip", 10);

	snprintf(before.account[0].counter, sizeof(before.account[0].counter), "IpExt:InNoRoutes");
	cr_expect_eq(judge("no-route", before, clean), OVR_ATLAS_CURED);
	snprintf(before.account[0].counter, sizeof(before.account[0].counter), "Ip:InAddrErrors");
	cr_expect_eq(judge("no-route", before, clean), OVR_ATLAS_UNSEEN);
	cr_expect_str_eq(outcome.reason,
		"Ip:InAddrErrors owns lost frames, and is not in the equation \"lost = IpExt:InNoRoutes of "
		"the "
		"hop\"");
}

Test(atlas, a_loss_that_stays_is_not_cured)
{
	cr_expect_eq(judge("no-route", books("loss", 10, "rx.ip", 10), books("loss", 1, "rx.ip", 1)),
		OVR_ATLAS_UNCURED);
	cr_expect_eq(judge("no-route", books("loss", 10, "rx.ip", 10), books("loss", 1, "rx.udp", 1)),
		OVR_ATLAS_UNCURED);
	cr_expect_eq(judge("no-route", books("loss", 10, "rx.ip", 10), books("void", 0, "", 0)),
		OVR_ATLAS_UNCURED);
}

Test(atlas, a_loss_may_move_to_where_the_row_says)
{
	cr_expect_eq(judge("syn-queue", books("loss", 10, "rx.tcp", 10), books("loss", 4, "rx.netfilter", 4)),
		OVR_ATLAS_CURED);
	cr_expect_eq(judge("syn-queue", books("loss", 10, "rx.tcp", 10), books("loss", 4, "rx.ip", 4)),
		OVR_ATLAS_UNCURED);
}

Test(atlas, what_only_drop_reasons_own_is_not_here_without_them)
{
	struct ovr_atlas_books before = books("loss", 10, "", 0);

	cr_expect_eq(judge("blackhole", before, clean), OVR_ATLAS_UNSEEN);
	before.lacks_reasons = true;
	cr_expect_eq(judge("blackhole", before, clean), OVR_ATLAS_CANNOT);
	cr_expect_eq(judge("no-route", before, clean), OVR_ATLAS_UNSEEN);
}

Test(atlas, what_this_kernel_counts_nowhere_is_not_here)
{
	struct ovr_atlas_books uncounted = books("loss", 10, "tx.kernel", 0);

	uncounted.unexplained = 10;
	cr_expect_eq(judge("link-down", uncounted, clean), OVR_ATLAS_CANNOT);
	cr_expect_str_eq(
		outcome.reason, "this kernel counts nowhere what an interface without carrier drops");
	/* some of it, and not all, is an error in the books */
	uncounted.unexplained = 9;
	cr_expect_eq(judge("link-down", uncounted, clean), OVR_ATLAS_UNSEEN);
	uncounted.unexplained = 10;
	cr_expect_eq(judge("no-route", uncounted, clean), OVR_ATLAS_UNSEEN);
}

Test(atlas, a_sender_that_waits_loses_nothing_and_waits_less)
{
	struct ovr_atlas_books waits = clean;

	cr_expect_eq(judge("zero-window", clean, clean), OVR_ATLAS_UNSEEN);
	waits.window_waited_us = 500000;
	cr_expect_eq(judge("zero-window", waits, clean), OVR_ATLAS_CURED);
	cr_expect_eq(judge("zero-window", waits, waits), OVR_ATLAS_UNCURED);
	cr_expect_eq(judge("zero-window", books("loss", 1, "rx.tcp", 1), clean), OVR_ATLAS_UNSEEN);
}

Test(atlas, a_sender_that_is_refused_loses_nothing)
{
	struct ovr_atlas_books refused = books("pass", 0, "tx.app", 50);

	cr_expect_eq(judge("send-buffer", clean, clean), OVR_ATLAS_UNSEEN);
	refused.unexplained = 0;
	refused.refused = 50;
	cr_expect_eq(judge("send-buffer", refused, clean), OVR_ATLAS_CURED);
	cr_expect_eq(judge("send-buffer", refused, refused), OVR_ATLAS_UNCURED);
	cr_expect_eq(judge("send-buffer", refused, books("loss", 1, "rx.udp", 1)), OVR_ATLAS_UNCURED);
	/* a transmit ring has refused them */
	cr_expect_eq(judge("nic-saturation", refused, clean), OVR_ATLAS_UNSEEN);
	refused.refused = 51;
	cr_expect_eq(judge("send-buffer", refused, clean), OVR_ATLAS_UNSEEN);
	cr_expect_str_eq(outcome.reason, "tx.app owns not all that was refused");
}

Test(atlas, a_place_that_nothing_can_reproduce_says_why)
{
	struct ovr_atlas_lab *lab;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_atlas_lab_open(&lab, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_atlas_reproduce(lab, ovr_atlas_place_of("crc"), &outcome, &err), 0);
	cr_expect_eq(outcome.verdict, OVR_ATLAS_CANNOT);
	cr_expect_str_eq(outcome.reason, ovr_atlas_place_of("crc")->cannot);
	cr_expect_not(outcome.has_before);
	ovr_atlas_lab_close(lab);
}
