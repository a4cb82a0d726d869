/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/books.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

static struct ovr_atlas_books books;
static struct ovr_err err;

#define ACCOUNTS                                                                                          \
	"[{\"place\":\"rx.ip\",\"port\":\"hop:r\",\"frames\":7,\"counter\":\"IpExt:InNoRoutes\",\"why\":" \
	"\"\","                                                                                           \
	"\"aliases\":\"x\"},{\"place\":\"rx.udp\",\"port\":\"udp:a\",\"frames\":0,\"counter\":\"c\"},"    \
	"{\"place\":\"rx.ip\",\"port\":\"hop:s\",\"frames\":2,\"counter\":\"reason IP_RPFILTER\"}]"
#define FRAMES(lost)                                                                                        \
	"{\"schema\":\"overrun.result/1\",\"verdict\":\"loss\",\"reasons\":[\"too "                         \
	"many\"],\"trial\":{\"notes\":[],"                                                                  \
	"\"ledger\":{\"sent\":100,\"refused\":3,\"lost\":" lost ",\"unexplained\":1,\"accounts\":" ACCOUNTS \
	"}}}"

Test(books, frames_are_read_and_empty_accounts_left_out)
{
	cr_assert_eq(ovr_atlas_books_read(FRAMES("10"), &books, &err), 0, "%s", err.text);
	cr_expect_str_eq(books.unit, "frames");
	cr_expect_str_eq(books.verdict, "loss");
	cr_expect_str_eq(books.reason, "too many");
	cr_expect_eq(books.sent, 100);
	cr_expect_eq(books.lost, 10);
	cr_expect_eq(books.refused, 3);
	cr_expect_eq(books.unexplained, 1);
	cr_assert_eq(books.n_accounts, 2);
	cr_expect_str_eq(books.account[0].counter, "IpExt:InNoRoutes");
	cr_expect_str_eq(books.account[0].aliases, "x");
	cr_expect_not(books.lacks_reasons);
}

Test(books, an_account_is_asked_for_by_place_and_end)
{
	cr_assert_eq(ovr_atlas_books_read(FRAMES("10"), &books, &err), 0);
	cr_expect_eq(ovr_atlas_books_of(&books, "rx.ip", "hop:r"), 7);
	cr_expect_eq(ovr_atlas_books_of(&books, "rx.ip", NULL), 9);
	cr_expect_eq(ovr_atlas_books_of(&books, "rx.udp", NULL), 0);
}

Test(books, segments_that_tcp_dropped_are_lost_too)
{
	cr_assert_eq(
		ovr_atlas_books_read("{\"schema\":\"overrun.tcp/1\",\"verdict\":\"loss\",\"reasons\":[],"
				     "\"notes\":[\"drop reasons are not known, so\"],"
				     "\"connections\":[{\"sender\":{\"rwnd_limited_us\":5}},"
				     "{\"sender\":{\"rwnd_limited_us\":6}}],"
				     "\"books\":{\"forward\":{\"out\":20},\"backward\":{\"out\":30},"
				     "\"lost_max\":4,\"dropped_max\":3,\"unexplained_max\":0,\"accounts\":["
				     "{\"place\":\"rx.tcp\",\"end\":\"receiver\",\"segments_max\":7}]}}",
			&books, &err),
		0, "%s", err.text);
	cr_expect_str_eq(books.unit, "segments");
	cr_expect_eq(books.sent, 50);
	cr_expect_eq(books.lost, 7);
	cr_expect_eq(books.window_waited_us, 11);
	cr_expect_eq(ovr_atlas_books_of(&books, "rx.tcp", "receiver"), 7);
	cr_expect(books.lacks_reasons);
}

Test(books, what_is_no_result_is_refused)
{
	static const char *const bad[] = { "", "{", "{}", "[]", FRAMES("\"ten\""),
		"{\"schema\":\"overrun.ring/1\",\"verdict\":\"pass\"}",
		"{\"schema\":\"overrun.tcp/1\",\"verdict\":\"pass\"}" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err.text[0] = '\0';
		cr_expect_eq(ovr_atlas_books_read(bad[i], &books, &err), -EINVAL, "%s", bad[i]);
		cr_expect_neq(err.text[0], '\0');
	}
}
