/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/sheet.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static char text[16384];

/* What a function prints. */
#define PRINTED(call)                                          \
	do {                                                   \
		FILE *out = fmemopen(text, sizeof(text), "w"); \
		cr_assert_not_null(out);                       \
		call;                                          \
		fclose(out);                                   \
	} while (0)

Test(sheet, the_list_has_every_place_and_its_needs)
{
	size_t n;
	const struct ovr_atlas_place *place = ovr_atlas_places(&n);

	PRINTED(ovr_atlas_sheet_list(out));
	for (size_t i = 0; i < n; i++)
		cr_expect_not_null(strstr(text, place[i].title), "%s", place[i].id);
	cr_expect_not_null(strstr(text, "needs 2 CPUs, root, veth, ip, sysctl, nft\n"));
	cr_expect_not_null(strstr(text, "not here: no device here can: virtual"));
}

Test(sheet, a_reproduction_shows_ledger_counter_and_remedy)
{
	static struct ovr_atlas_outcome outcome = {
		.has_before = true,
		.has_after = true,
		.before = { .unit = "frames",
			.sent = 100,
			.lost = 10,
			.n_accounts = 1,
			.account = { { "rx.ip", "hop:h", "IpExt:InNoRoutes", "no route", "Ip:Other +10",
				10 } } },
		.after = { .unit = "frames", .sent = 100 },
		.shown = { "IpExtInNoRoutes\t10\n", "" },
	};
	const struct ovr_atlas_place *place = ovr_atlas_place_of("no-route");
	struct ovr_atlas_lab *lab;
	struct ovr_err err;

	cr_assert_eq(ovr_atlas_lab_open(&lab, &err), 0);
	PRINTED(ovr_atlas_sheet_print(lab, place, &outcome, out));
	cr_expect_not_null(strstr(text, "cause     hop# ip route del 198.19.0.0/16 dev ovr1b\n"), "%s", text);
	cr_expect_not_null(strstr(text, "lost 10 of 100 frames, unexplained 0\n"), "%s", text);
	cr_expect_not_null(strstr(text, "rx.ip  hop:h  10  IpExt:InNoRoutes: no route\n"), "%s", text);
	cr_expect_not_null(strstr(text, "  equation  lost = IpExt:InNoRoutes of the hop\n"), "%s", text);
	cr_expect_not_null(strstr(text, "counted again, not added: Ip:Other +10\n"), "%s", text);
	cr_expect_not_null(strstr(text, "| IpExtInNoRoutes        10\n"), "%s", text);
	cr_expect_not_null(strstr(text, "hop# ip route add 198.19.0.0/16 dev ovr1b\n"), "%s", text);
	cr_expect_not_null(strstr(text, "lost 0 of 100 frames"), "%s", text);
	cr_expect_not_null(
		strstr(text, "REPRODUCED: rx.ip owns the loss; cured: nothing is lost\n"), "%s", text);

	outcome.verdict = OVR_ATLAS_UNCURED;
	snprintf(outcome.reason, sizeof(outcome.reason), "it is so");
	PRINTED(ovr_atlas_sheet_print(lab, place, &outcome, out));
	cr_expect_not_null(strstr(text, "NOT CURED: it is so\n"), "%s", text);
	ovr_atlas_lab_close(lab);
}
