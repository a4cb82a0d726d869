/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/watch_places.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/watch_sample.h"

/* What is written to a stream. */
static char *text;
static size_t size;

static FILE *
stream(void)
{
	FILE *out = open_memstream(&text, &size);

	cr_assert_not_null(out);
	return out;
}

static void
assert_text(FILE *out, const char *expected)
{
	fclose(out);
	cr_assert_str_eq(text, expected, "is\n%s", text);
	free(text);
}

Test(watch_places, what_cannot_be_read_is_said_first)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_places_begin(&places, out, &err), 0);
	assert_text(out,
		"places of this network namespace, r1\n"
		"             unknown  r1: this user may not read rules\n"
		"\n");
}

Test(watch_places, headings_stand_above_their_columns)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_err err;
	FILE *out = stream();

	places.n_notes = 0;
	cr_assert_eq(ovr_report_places_headings("12:00:01", out, &err), 0);
	cr_assert_eq(ovr_report_places_rows("12:00:02", &places, false, out, &err), 0);
	assert_text(out,
		"12:00:01        lost  unit      place            counter\n"
		"12:00:02          40  skb       (tx.ip)          unresolved_discards (neighbour): "
		"arp_cache: the neighbour did not answer; of the whole host, not to be added\n"
		"12:00:02  5 to 1,500  frame     r1/rx.kernel     rx_dropped (link): vb: behind the ring\n"
		"12:00:02         183  datagram  r1/rx.socket     Udp:RcvbufErrors (mib): the receive buffer "
		"was full; again in Udp:InErrors 183, udp 10.9.0.2:9000 inode 1 drops 183\n");
}

Test(watch_places, an_interval_without_loss_is_a_line)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_kernel_claims claims = { .n = 0 };
	struct ovr_err err;
	FILE *out = stream();

	places.claims = &claims;
	places.n_notes = 0;
	cr_assert_eq(ovr_report_places_rows("12:00:02", &places, true, out, &err), 0);
	assert_text(out, "12:00:02           -  no counter of loss moved\n");
}

Test(watch_places, sentences_that_were_not_kept_are_counted)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_kernel_claims claims = { .n = 0 };
	struct ovr_err err;
	FILE *out = stream();

	places.claims = &claims;
	places.n_notes_beyond = 12;
	cr_assert_eq(ovr_report_places_rows("Total:", &places, false, out, &err), 0);
	assert_text(out,
		"Total:             -  no counter of loss moved\n"
		"             unknown  r1: this user may not read rules\n"
		"             unknown  and 12 more of such counters\n");
}

Test(watch_places, on_a_terminal_only_what_adds_is_bold)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_places_rows("12:00:02", &places, true, out, &err), 0);
	fclose(out);
	cr_assert_eq(strncmp(text, "12:00:02", 8), 0);
	cr_assert_not_null(strstr(text, "\n\033[1m12:00:02  5 to 1,500  frame "));
	cr_assert_not_null(strstr(text, "inode 1 drops 183\033[0m\n"));
	free(text);
}

Test(watch_places, json_has_them_beside_interfaces)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_watch_json("total", 1700000000000000000, NULL, 0, &places, out, &err), 0);
	assert_text(out,
		"{\"schema\":\"overrun.watch/1\",\"record\":\"total\",\"at_unix_ns\":1700000000000000000,"
		"\"interfaces\":[],\"netns\":[\"\",\"r1\"],\"places_ns\":2500000000,"
		"\"places\":["
		"{\"netns\":\"\",\"place\":\"tx.ip\",\"count\":40,\"count_min\":40,\"unit\":\"skb\","
		"\"scope\":\"host\",\"layer\":\"neighbour\",\"source\":\"neighbour\","
		"\"counter\":\"unresolved_discards\",\"object\":\"arp_cache\",\"aliases\":null,"
		"\"why\":\"arp_cache: the neighbour did not answer\"},"
		"{\"netns\":\"r1\",\"place\":\"rx.kernel\",\"count\":1500,\"count_min\":5,"
		"\"unit\":\"frame\",\"scope\":\"netns\",\"layer\":\"link\",\"source\":\"link\","
		"\"counter\":\"rx_dropped\",\"object\":\"vb\",\"aliases\":null,"
		"\"why\":\"vb: behind the ring\"},"
		"{\"netns\":\"r1\",\"place\":\"rx.socket\",\"count\":183,\"count_min\":183,"
		"\"unit\":\"datagram\",\"scope\":\"netns\",\"layer\":\"mib\",\"source\":\"mib\","
		"\"counter\":\"Udp:RcvbufErrors\",\"object\":null,"
		"\"aliases\":\"Udp:InErrors 183, udp 10.9.0.2:9000 inode 1 drops 183\","
		"\"why\":\"the receive buffer was full\"}],"
		"\"unknown\":[\"r1: this user may not read rules\"],\"unknown_more\":0}\n");
}

Test(watch_places, a_full_disk_is_told)
{
	struct ovr_report_places places = watch_sample_places();
	struct ovr_err err;
	FILE *out = fopen("/dev/full", "we");

	cr_assert_not_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	cr_assert_lt(ovr_report_places_rows("12:00:02", &places, false, out, &err), 0);
	fclose(out);
}
