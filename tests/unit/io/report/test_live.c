/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/report.h"

#include <criterion/criterion.h>
#include <string.h>

/* One second of 10G line rate at 64 bytes, of which a little was missed. */
static struct ovr_result_sample
one_second(void)
{
	return (struct ovr_result_sample){
		.start_ns = 2000000000,
		.end_ns = 3000000000,
		.attempted = 14880952,
		.sent = 14880952,
		.sent_bytes = 952380928,
		.received = 14610000,
		.missed = 41210,
		.n_rxq = 1,
		.rxq_received = { 14610000 },
		.rxq_missed = { 41210 },
	};
}

static void
assert_line(const struct ovr_result_sample *sample, unsigned int columns, uint64_t elapsed_ns,
	uint64_t total_ns, const char *expected)
{
	char buf[256];

	cr_assert_str_eq(ovr_report_live(buf, sizeof(buf), columns, sample, elapsed_ns, total_ns), expected);
}

Test(live, time_bar_rates_and_missed_in_one_line)
{
	struct ovr_result_sample sample = one_second();

	assert_line(&sample, 200, 3000000000, 5000000000,
		"3.0 s ██████░░░░ 60 %   tx 14.88 Mpps 10.00 Gb/s   rx 14.61 Mpps   missed 41,210 (q0 "
		"41,210)");
}

Test(live, only_queues_that_missed_are_named)
{
	struct ovr_result_sample sample = one_second();

	sample.n_rxq = 4;
	sample.missed = 41215;
	sample.rxq_missed[3] = 5;
	assert_line(&sample, 200, 3000000000, 5000000000,
		"3.0 s ██████░░░░ 60 %   tx 14.88 Mpps 10.00 Gb/s   rx 14.61 Mpps   "
		"missed 41,215 (q0 41,210 q3 5)");
}

Test(live, nothing_missed_names_no_queue)
{
	struct ovr_result_sample sample = one_second();

	sample.missed = sample.rxq_missed[0] = 0;
	assert_line(&sample, 200, 0, 5000000000,
		"0.0 s ░░░░░░░░░░ 0 %   tx 14.88 Mpps 10.00 Gb/s   rx 14.61 Mpps   missed 0");
}

Test(live, a_link_that_was_lost_is_said)
{
	struct ovr_result_sample sample = one_second();

	sample.link_lost = true;
	assert_line(&sample, 200, 61500000000, 0,
		"61.5 s   tx 14.88 Mpps 10.00 Gb/s   rx 14.61 Mpps   missed 41,210 (q0 41,210)   link lost");
}

Test(live, an_unknown_end_has_no_bar)
{
	struct ovr_result_sample sample = one_second();

	assert_line(&sample, 200, 61500000000, 0,
		"61.5 s   tx 14.88 Mpps 10.00 Gb/s   rx 14.61 Mpps   missed 41,210 (q0 41,210)");
}

Test(live, long_times_have_minutes_hours_and_days)
{
	struct ovr_result_sample sample = one_second();
	static const uint64_t day_ns = UINT64_C(86400000000000);

	assert_line(&sample, 7, 599900000000, 0, "599.9 s");
	assert_line(&sample, 7, 605000000000, 0, "10m 05s");
	assert_line(&sample, 29, 11112900000000, day_ns, "3h 05m 12s █░░░░░░░░░ 12.8 % ");
	assert_line(&sample, 32, 2 * day_ns + 11112900000000, 3 * day_ns, "2d 03h 05m 12s ███████░░░ 70.9 %");
	assert_line(&sample, 34, day_ns - 1, day_ns, "23h 59m 59s █████████░ 99.9 %   tx");
}

Test(live, a_trial_that_runs_over_its_time_stays_at_100_percent)
{
	struct ovr_result_sample sample = one_second();

	assert_line(&sample, 24, 5200000000, 5000000000, "5.2 s ██████████ 100 %  ");
}

Test(live, the_line_is_cut_to_columns_and_not_to_bytes)
{
	struct ovr_result_sample sample = one_second();

	assert_line(&sample, 8, 3000000000, 5000000000, "3.0 s ██");
	assert_line(&sample, 16, 3000000000, 5000000000, "3.0 s ██████░░░░");
	assert_line(&sample, 21, 3000000000, 5000000000, "3.0 s ██████░░░░ 60 %");
}

Test(live, no_columns_is_no_text)
{
	struct ovr_result_sample sample = one_second();

	assert_line(&sample, 0, 3000000000, 5000000000, "");
}

/*
 * 6 bytes and two blocks of 3 bytes each fit into 13 bytes with the end; of the third block only a
 * part would.
 */
Test(live, a_small_buffer_does_not_cut_a_character_in_two)
{
	struct ovr_result_sample sample = one_second();
	char buf[14];

	memset(buf, 'x', sizeof(buf));
	cr_assert_str_eq(
		ovr_report_live(buf, sizeof(buf) - 1, 200, &sample, 3000000000, 5000000000), "3.0 s ██");
	cr_assert_eq(buf[13], 'x');
	cr_assert_str_eq(ovr_report_live(buf, sizeof(buf), 200, &sample, 3000000000, 5000000000), "3.0 s ██");
}

Test(live, rates_are_of_the_interval_and_not_of_a_second)
{
	struct ovr_result_sample sample = one_second();

	sample.end_ns = 2500000000;
	assert_line(&sample, 200, 2500000000, 0,
		"2.5 s   tx 29.76 Mpps 20.00 Gb/s   rx 29.22 Mpps   missed 41,210 (q0 41,210)");
}

Test(live, every_queue_fits)
{
	struct ovr_result_sample sample = one_second();
	char buf[16384];

	sample.n_rxq = OVR_PLAN_QUEUES_MAX;
	for (unsigned int q = 0; q < OVR_PLAN_QUEUES_MAX; q++)
		sample.rxq_missed[q] = UINT64_MAX;
	ovr_report_live(buf, sizeof(buf), 16000, &sample, 0, 0);
	cr_assert_not_null(strstr(buf, " q255 18,446,744,073,709,551,615)"));
}
