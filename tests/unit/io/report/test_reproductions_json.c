/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/reproductions.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "report/saved.h"

/* A place that was cured, and one that this host cannot reproduce. */
static struct ovr_reproduction place[] = {
	{ "no-route", "a missing route", "The route.", "rx.ip", OVR_REPRODUCTION_CURED, "", true, true,
		{ "frames", 2000, 0, 2000, 0, 0, 1, { { "rx.ip", "hop:h", "IpExt:InNoRoutes", 2000 } } },
		{ "frames", 2000, 0, 0, 0, 0, 0, { { "" } } } },
	{ "crc", "a bad checksum", "", "", OVR_REPRODUCTION_CANNOT, "no device here can", false, false,
		{ "" }, { "" } },
};
static const struct ovr_reproductions all = {
	"Linux 6.1.0 x86_64",
	"2025-01-31T12:00:00Z",
	place,
	2,
	{ 1, 0, 0, 1 },
};

static struct ovr_saved
written(void)
{
	struct ovr_saved saved = { 0 };
	struct ovr_err err = { "" };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	cr_assert_eq(ovr_report_reproductions_json(&all, out, &err), 0, "%s", err.text);
	cr_assert_eq(fclose(out), 0);
	cr_assert_eq(ovr_saved_parse(text, size, &saved, &err), 0, "%s", err.text);
	free(text);
	return saved;
}

Test(reproductions_json, a_place_has_its_books_before_and_after)
{
	struct ovr_saved saved = written();

	cr_expect_str_eq(saved.name, "reproduce");
	cr_expect_eq(ovr_saved_count(saved.root, "cured"), 1);
	cr_expect_str_eq(ovr_saved_text(saved.root, "places[0].outcome"), "cured");
	cr_expect_eq(ovr_saved_whole(saved.root, "places[0].before.lost"), 2000);
	cr_expect_str_eq(
		ovr_saved_text(saved.root, "places[0].before.accounts[0].counter"), "IpExt:InNoRoutes");
	cr_expect_eq(ovr_saved_whole(saved.root, "places[0].after.lost"), 0);
	ovr_saved_close(&saved);
}

Test(reproductions_json, without_a_trial_there_are_no_books)
{
	struct ovr_saved saved = written();

	cr_expect_str_eq(ovr_saved_text(saved.root, "places[1].outcome"), "not here");
	cr_expect_str_eq(ovr_saved_text(saved.root, "places[1].reason"), "no device here can");
	cr_expect_not(ovr_saved_is_known(saved.root, "places[1].before"));
	cr_expect_not(ovr_saved_is_known(saved.root, "places[1].after"));
	ovr_saved_close(&saved);
}
