/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/samples.h"

#include <criterion/criterion.h>
#include <errno.h>

static struct ovr_samples samples;

static void
begin(uint32_t limit)
{
	struct ovr_err err;

	cr_assert_eq(ovr_samples_init(&samples, limit, &err), 0, "%s", err.text);
}

/*
 * Interval k, from 0: ten seconds in which ten frames more than in the one before were sent, and
 * two queues got some.
 */
static void
add(uint64_t k)
{
	struct ovr_result_sample sample = {
		.start_ns = k * UINT64_C(10000000000),
		.end_ns = (k + 1) * UINT64_C(10000000000),
		.attempted = 10 * k + 3,
		.refused = 3,
		.sent = 10 * k,
		.shortfall = 1,
		.received = 10 * k - k,
		.unique = 10 * k - 2 * k,
		.missed = k,
		.sent_bytes = 640 * k,
		.received_bytes = 576 * k,
		.n_rxq = 2,
		.rxq_received = { 7 * k, 2 * k },
		.rxq_missed = { 0, k },
	};

	ovr_samples_add(&samples, &sample);
}

Test(samples, up_to_the_limit_each_interval_has_a_row)
{
	begin(4);
	for (uint64_t k = 0; k < 4; k++)
		add(k);
	cr_assert_eq(samples.n_rows, 4);
	cr_assert_eq(samples.intervals_per_row, 1);
	cr_assert_eq(samples.row[3].start_ns, 30000000000);
	cr_assert_eq(samples.row[3].sent, 30);
	ovr_samples_done(&samples);
}

Test(samples, one_more_makes_one_row_of_each_two_neighbours)
{
	begin(4);
	for (uint64_t k = 0; k < 5; k++)
		add(k);
	cr_assert_eq(samples.n_rows, 3);
	cr_assert_eq(samples.intervals_per_row, 2);
	cr_assert_eq(samples.row[0].start_ns, 0);
	cr_assert_eq(samples.row[0].end_ns, 20000000000);
	cr_assert_eq(samples.row[0].sent, 10);
	cr_assert_eq(samples.row[1].start_ns, 20000000000);
	cr_assert_eq(samples.row[1].end_ns, 40000000000);
	cr_assert_eq(samples.row[1].sent, 50);
	cr_assert_eq(samples.row[2].start_ns, 40000000000);
	cr_assert_eq(samples.row[2].end_ns, 50000000000);
	cr_assert_eq(samples.row[2].sent, 40);
	ovr_samples_done(&samples);
}

Test(samples, a_row_takes_its_number_of_intervals_before_the_next_begins)
{
	begin(4);
	for (uint64_t k = 0; k < 7; k++)
		add(k);
	cr_assert_eq(samples.n_rows, 4);
	cr_assert_eq(samples.row[2].sent, 90);
	cr_assert_eq(samples.row[2].end_ns, 60000000000);
	cr_assert_eq(samples.row[3].sent, 60);
	cr_assert_eq(samples.n_in_last, 1);
	ovr_samples_done(&samples);
}

Test(samples, every_figure_is_added_up)
{
	begin(2);
	for (uint64_t k = 1; k < 4; k++)
		add(k);
	cr_assert_eq(samples.n_rows, 2);
	cr_assert_eq(samples.row[0].attempted, 36);
	cr_assert_eq(samples.row[0].refused, 6);
	cr_assert_eq(samples.row[0].sent, 30);
	cr_assert_eq(samples.row[0].shortfall, 2);
	cr_assert_eq(samples.row[0].received, 27);
	cr_assert_eq(samples.row[0].unique, 24);
	cr_assert_eq(samples.row[0].missed, 3);
	cr_assert_eq(samples.row[0].sent_bytes, 1920);
	cr_assert_eq(samples.row[0].received_bytes, 1728);
	cr_assert_eq(samples.row[0].n_rxq, 2);
	cr_assert_eq(samples.row[0].rxq_received[0], 21);
	cr_assert_eq(samples.row[0].rxq_received[1], 6);
	cr_assert_eq(samples.row[0].rxq_missed[0], 0);
	cr_assert_eq(samples.row[0].rxq_missed[1], 3);
	ovr_samples_done(&samples);
}

/* A day at one interval a second into 2,048 rows: 42.2 intervals for each, so 64. */
Test(samples, a_day_stays_within_its_rows_and_loses_no_frame)
{
	uint64_t sent = 0, missed = 0;

	begin(2048);
	for (uint64_t k = 0; k < 86400; k++)
		add(k);
	cr_assert_eq(samples.n_rows, 1350);
	cr_assert_eq(samples.intervals_per_row, 64);
	for (uint32_t i = 0; i < samples.n_rows; i++) {
		cr_assert_eq(samples.row[i].start_ns, i * UINT64_C(640000000000));
		sent += samples.row[i].sent;
		missed += samples.row[i].missed;
	}
	cr_assert_eq(samples.row[1349].end_ns, 864000000000000);
	cr_assert_eq(sent, 37324368000);
	cr_assert_eq(missed, 3732436800);
	ovr_samples_done(&samples);
}

Test(samples, the_last_of_an_odd_number_of_rows_waits_for_its_neighbour)
{
	begin(3);
	for (uint64_t k = 0; k < 5; k++)
		add(k);
	cr_assert_eq(samples.n_rows, 3);
	cr_assert_eq(samples.row[0].sent, 10);
	cr_assert_eq(samples.row[1].sent, 50);
	cr_assert_eq(samples.row[2].sent, 40);
	cr_assert_eq(samples.n_in_last, 1);
	ovr_samples_done(&samples);
}

Test(samples, a_link_that_was_lost_in_one_interval_was_lost_in_its_row)
{
	struct ovr_result_sample down = { .start_ns = 10, .end_ns = 20, .link_lost = true };
	struct ovr_result_sample up = { .start_ns = 20, .end_ns = 30 };

	begin(2);
	ovr_samples_add(&samples, &down);
	ovr_samples_add(&samples, &up);
	ovr_samples_add(&samples, &up);
	ovr_samples_add(&samples, &up);
	cr_assert_eq(samples.n_rows, 2);
	cr_assert(samples.row[0].link_lost);
	cr_assert_not(samples.row[1].link_lost);
	ovr_samples_done(&samples);
}

Test(samples, a_single_row_is_refused)
{
	struct ovr_err err;

	cr_assert_eq(ovr_samples_init(&samples, 1, &err), -EINVAL);
	cr_assert_str_eq(err.text, "series-rows: found 1, accepted: 2 or more, since two rows become one");
}

Test(samples, what_was_counted_between_two_readings_is_their_difference)
{
	static const struct ovr_result_sample before = { .attempted = 110,
		.refused = 10,
		.sent = 100,
		.shortfall = 1,
		.received = 90,
		.unique = 89,
		.missed = 10,
		.sent_bytes = 6400,
		.received_bytes = 5760,
		.n_rxq = 2,
		.rxq_received = { 60, 30 },
		.rxq_missed = { 4, 6 } };
	static const struct ovr_result_sample after = { .attempted = 215,
		.refused = 15,
		.sent = 200,
		.shortfall = 3,
		.received = 170,
		.unique = 168,
		.missed = 30,
		.sent_bytes = 12800,
		.received_bytes = 10880,
		.n_rxq = 2,
		.rxq_received = { 100, 70 },
		.rxq_missed = { 4, 26 } };
	struct ovr_result_sample sample = ovr_samples_between(&before, &after);

	cr_assert(sample.attempted == 105 && sample.refused == 5 && sample.sent == 100 &&
		sample.shortfall == 2);
	cr_assert(sample.received == 80 && sample.unique == 79 && sample.missed == 20);
	cr_assert(sample.sent_bytes == 6400 && sample.received_bytes == 5120);
	cr_assert(sample.rxq_received[0] == 40 && sample.rxq_received[1] == 40);
	cr_assert(sample.rxq_missed[0] == 0 && sample.rxq_missed[1] == 20);
}

/* A link that went took the device's counters with it. */
Test(samples, a_ports_counter_that_that_was_reset_has_counted_from_zero_since)
{
	static const struct ovr_result_sample before = {
		.missed = 1000, .n_rxq = 2, .rxq_missed = { 900, 100 }
	};
	static const struct ovr_result_sample after = { .missed = 7, .n_rxq = 2, .rxq_missed = { 0, 7 } };
	struct ovr_result_sample sample = ovr_samples_between(&before, &after);

	cr_assert_eq(sample.missed, 7);
	cr_assert(sample.rxq_missed[0] == 0 && sample.rxq_missed[1] == 7);
}
