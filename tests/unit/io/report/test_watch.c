/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/watch.h"

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

Test(watch, interfaces_are_introduced)
{
	struct watch_sample sample[2];
	struct ovr_report_watched watched[2] = { watch_sample_loss(&sample[0]),
		watch_sample_reset(&sample[1]) };
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_watch_begin(watched, 2, out, &err), 0);
	assert_text(out,
		"nic-b   veth   10G (made up) full   queues rx 2 tx 1\n"
		"nic-c   driver unknown   speed unknown   queues rx 1 tx 1   rings rx 512 tx 256   down   "
		"its counters by "
		"their standard names\n"
		"\n");
}

Test(watch, an_interface_of_another_host_has_its_name)
{
	struct watch_sample sample;
	struct ovr_report_watched watched = watch_sample_loss(&sample);
	struct ovr_err err;
	FILE *out = stream();

	watched.label = "rack2/nic-b";
	watched.host = "rack2";
	sample.interval.n = 0;
	cr_assert_eq(ovr_report_watch_begin(&watched, 1, out, &err), 0);
	cr_assert_eq(ovr_report_watch_rows("12:00:02", &watched, 1, false, out, &err), 0);
	assert_text(out,
		"rack2/nic-b   veth   10G (made up) full   queues rx 2 tx 1\n"
		"\n"
		"12:00:02        rack2/nic-b    10000.00       50.00      585.94        2.93     0.05     "
		"0.07\n");
}

Test(watch, headings_stand_above_their_columns)
{
	struct watch_sample sample;
	struct ovr_report_watched watched = watch_sample_loss(&sample);
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_watch_headings("12:00:01", out, &err), 0);
	cr_assert_eq(ovr_report_watch_rows("12:00:02", &watched, 1, false, out, &err), 0);
	assert_text(out,
		"12:00:01              IFACE     rxpck/s     txpck/s      rxkB/s      txkB/s  %ifutil    "
		"%line\n"
		"                     frames   account     trust           counter\n"
		"12:00:02              nic-b    10000.00       50.00      585.94        2.93     0.05     "
		"0.07\n"
		"                      3,952   rx.ring     exact           rx_queue_1_drops (driver, queue "
		"1): "
		"ring full\n"
		"                      3,952   (rx.ring)   port-level only rx_dropped (link) alias: of "
		"drops\n"
		"                          7   -           unverified      rx_odd_miss (driver)\n");
}

Test(watch, what_that_was_reset_is_said_and_not_subtracted)
{
	struct watch_sample sample;
	struct ovr_report_watched watched = watch_sample_reset(&sample);
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_watch_rows("Average:", &watched, 1, false, out, &err), 0);
	assert_text(out,
		"Average:              nic-c           -        0.00           -        0.00        -        "
		"-\n"
		"                       >=12   rx.ring     exact           pkts rx OOB (driver, queue 0): "
		"ring "
		"full; reset\n"
		"                          -   the carrier went or came 2 times\n"
		"                          -   37 counters were reset: by ethtool -G or by a "
		"driver's "
		"reload\n");
}

Test(watch, on_a_terminal_only_what_is_booked_is_bold)
{
	struct watch_sample sample;
	struct ovr_report_watched watched = watch_sample_loss(&sample);
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_watch_rows("12:00:02", &watched, 1, true, out, &err), 0);
	fclose(out);
	cr_assert_not_null(strstr(text,
		"\n\033[1m                      3,952   rx.ring     exact           "
		"rx_queue_1_drops (driver, queue 1): ring full\033[0m\n"));
	cr_assert_not_null(strstr(text, "\n                      3,952   (rx.ring)   port-level only "));
	free(text);
}

Test(watch, json_is_one_line)
{
	struct watch_sample sample[2];
	struct ovr_report_watched watched[2] = { watch_sample_loss(&sample[0]),
		watch_sample_reset(&sample[1]) };
	struct ovr_err err;
	FILE *out = stream();

	cr_assert_eq(ovr_report_watch_json("interval", 1700000000000000000, watched, 2, NULL, out, &err), 0);
	fclose(out);
	cr_assert_eq(strchr(text, '\n'), text + size - 1);
	cr_assert_not_null(strstr(text, "\"at_unix_ns\":1700000000000000000"));
	cr_assert_not_null(strstr(text, "\"rx_packets\":20000,\"rx_packets_per_s\":10000.0"));
	cr_assert_not_null(strstr(text, "\"ifutil_percent\":0.048"));
	cr_assert_not_null(strstr(text,
		"{\"name\":\"rx_queue_1_drops\",\"source\":\"driver\",\"queue\":1,\"added\":3952,"
		"\"was_reset\":false,\"kind\":\"loss\",\"place\":\"rx.ring\",\"trust\":\"exact\","
		"\"remark\":\"ring full\"}"));
	cr_assert_not_null(strstr(text, "\"rx_packets\":null,\"rx_packets_per_s\":null"));
	cr_assert_null(strstr(text, "\"places\":"));
	cr_assert_not_null(strstr(
		text, "\"queue\":null,\"added\":7,\"was_reset\":false,\"kind\":\"other\",\"place\":null"));
	free(text);
}

Test(watch, a_full_disk_is_told)
{
	struct watch_sample sample;
	struct ovr_report_watched watched = watch_sample_loss(&sample);
	struct ovr_err err;
	FILE *out = fopen("/dev/full", "we");

	cr_assert_not_null(out);
	setvbuf(out, NULL, _IONBF, 0);
	cr_assert_lt(ovr_report_watch_rows("12:00:02", &watched, 1, false, out, &err), 0);
	cr_assert_lt(ovr_report_watch_json("total", 0, &watched, 1, NULL, out, &err), 0);
	fclose(out);
}
