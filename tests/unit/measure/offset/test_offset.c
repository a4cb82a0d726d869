/* SPDX-License-Identifier: BSD-3-Clause */
#include "offset/offset.h"

#include <criterion/criterion.h>
#include <errno.h>

#define N 8

static struct ovr_err err;

/*
 * Eight exchanges 1 ms apart, with a clock that is 5,000,000 ns ahead: each takes 60 µs there,
 * 10 µs in work and 40 µs back. The true offset is within half of the round trip of 100 µs.
 */
static void
fill(struct ovr_offset_exchange exchange[static N])
{
	for (int i = 0; i < N; i++) {
		int64_t t1_ns = 1000000000 + i * 1000000;

		exchange[i] = (struct ovr_offset_exchange){ t1_ns, t1_ns + 5060000, t1_ns + 5070000,
			t1_ns + 110000 };
	}
}

static void
expect_refused(const struct ovr_offset_exchange *exchange, size_t n, int status, const char *sentence)
{
	struct ovr_offset offset = { .offset_ns = 7 };

	cr_assert_eq(ovr_offset_of(exchange, n, "rack1", &offset, &err), status);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(offset.offset_ns, 7);
}

Test(offset, the_middle_of_an_exchange_is_off_by_half_of_its_round_trip)
{
	struct ovr_offset_exchange exchange[N];
	struct ovr_offset offset;

	fill(exchange);
	cr_assert_eq(ovr_offset_of(exchange, N, "rack1", &offset, &err), 0, "%s", err.text);
	cr_assert_eq(offset.offset_ns, 5010000);
	cr_assert_eq(offset.bound_ns, 50000);
	cr_assert_eq(offset.rtt_ns, 100000);
	cr_assert_eq(offset.at_ns, 1000055000);
}

Test(offset, the_shortest_round_trip_counts)
{
	struct ovr_offset_exchange exchange[N];
	struct ovr_offset offset;

	fill(exchange);
	/* 3,001 ns, of which 1,000 there */
	exchange[5] = (struct ovr_offset_exchange){ 1005000000, 1010001000, 1010001500, 1005003501 };
	cr_assert_eq(ovr_offset_of(exchange, N, "rack1", &offset, &err), 0, "%s", err.text);
	cr_assert_eq(offset.rtt_ns, 3001);
	cr_assert_eq(offset.bound_ns, 1501);
	cr_assert_eq(offset.offset_ns, 4999499);
	cr_assert_eq(offset.at_ns, 1005001750);
}

Test(offset, a_clock_behind_ours_has_a_negative_offset)
{
	struct ovr_offset_exchange exchange[N];
	struct ovr_offset offset;

	for (int i = 0; i < N; i++) {
		int64_t t1_ns = 9000000000 + i * 1000000;

		exchange[i] = (struct ovr_offset_exchange){ t1_ns, t1_ns - 7999990000, t1_ns - 7999990000,
			t1_ns + 20000 };
	}
	cr_assert_eq(ovr_offset_of(exchange, N, "rack1", &offset, &err), 0, "%s", err.text);
	cr_assert_eq(offset.offset_ns, -8000000000);
	cr_assert_eq(offset.bound_ns, 10000);
}

Test(offset, an_exchange_without_a_round_trip_is_exact)
{
	struct ovr_offset_exchange exchange[N];
	struct ovr_offset offset;

	for (int i = 0; i < N; i++)
		exchange[i] = (struct ovr_offset_exchange){ 1000 * i, 1000 * i + 5, 1000 * i + 5, 1000 * i };
	cr_assert_eq(ovr_offset_of(exchange, N, "rack1", &offset, &err), 0, "%s", err.text);
	cr_assert_eq(offset.offset_ns, 5);
	cr_assert_eq(offset.bound_ns, 0);
}

Test(offset, each_fault_has_its_sentence)
{
	struct ovr_offset_exchange exchange[N];

	fill(exchange);
	expect_refused(exchange, N - 1, -EINVAL, "clock of rack1: found 7 exchanges, accepted: 8 or more");
	exchange[2].t4_ns = exchange[2].t1_ns - 3;
	expect_refused(
		exchange, N, -EBADMSG, "clock of rack1: in exchange 3 our own clock went back by 3 ns");
	fill(exchange);
	exchange[2].t3_ns = exchange[2].t2_ns - 4;
	expect_refused(exchange, N, -EBADMSG, "clock of rack1: in exchange 3 it went back by 4 ns");
	fill(exchange);
	exchange[2].t3_ns = exchange[2].t2_ns + 110001;
	expect_refused(exchange, N, -EBADMSG,
		"clock of rack1: in exchange 3 it says to have worked for 110001 ns on an answer that took "
		"110000 ns");
	fill(exchange);
	exchange[3] = exchange[1];
	expect_refused(exchange, N, -EBADMSG,
		"clock of rack1: exchange 4 began before the one in front of it was over");
}

/* Differences of times of up to 2^63 would not fit. */
Test(offset, times_that_no_clock_shows_are_refused)
{
	struct ovr_offset_exchange exchange[N];

	fill(exchange);
	exchange[0].t2_ns = exchange[0].t3_ns = INT64_MAX;
	exchange[1].t2_ns = exchange[1].t3_ns = 0;
	expect_refused(exchange, N, -EBADMSG,
		"clock of rack1: in exchange 1 it shows 9223372036854775807 ns, accepted: 0 to "
		"4611686018427387904 ns");
	fill(exchange);
	exchange[4].t2_ns = -1;
	expect_refused(exchange, N, -EBADMSG,
		"clock of rack1: in exchange 5 it shows -1 ns, accepted: 0 to 4611686018427387904 ns");
}

Test(offset, a_step_among_exchanges_is_found)
{
	struct ovr_offset_exchange exchange[N];
	struct ovr_offset offset;

	fill(exchange);
	/* the intervals of before and after, 100 µs wide, are 1 ms apart */
	for (int i = 4; i < N; i++) {
		exchange[i].t2_ns += 1100000;
		exchange[i].t3_ns += 1100000;
	}
	expect_refused(exchange, N, -EBADMSG,
		"clock of rack1: it was stepped by 1000000 ns or more during 8 exchanges");
	/* a drift of 9 µs in 7 ms is not possible, one of 7 µs is */
	fill(exchange);
	for (int i = 4; i < N; i++) {
		exchange[i].t2_ns += 100000 + 7000;
		exchange[i].t3_ns += 100000 + 7000;
	}
	cr_assert_eq(ovr_offset_of(exchange, N, "rack1", &offset, &err), 0, "%s", err.text);
	for (int i = 4; i < N; i++) {
		exchange[i].t2_ns += 2000;
		exchange[i].t3_ns += 2000;
	}
	expect_refused(exchange, N, -EBADMSG,
		"clock of rack1: it was stepped by 9000 ns or more during 8 exchanges");
}

static const struct ovr_offset before = { .offset_ns = 5000, .bound_ns = 50, .at_ns = 1000000000 };
static const struct ovr_offset after = { .offset_ns = 5300, .bound_ns = 80, .at_ns = 4000000000 };

static void
expect_at(int64_t at_ns, int64_t offset_ns, uint64_t bound_ns)
{
	struct ovr_offset_at at;

	cr_assert_eq(ovr_offset_between(&before, &after, at_ns, "rack1", &at, &err), 0, "%s", err.text);
	cr_assert_eq(at.offset_ns, offset_ns);
	cr_assert_eq(at.bound_ns, bound_ns);
}

Test(offset, between_two_sets_it_is_interpolated)
{
	expect_at(1000000000, 5000, 80 + 150);
	expect_at(2000000000, 5100, 80 + 150);
	expect_at(4000000000, 5300, 80 + 150);
}

Test(offset, it_is_not_told_for_other_times)
{
	struct ovr_offset_at at = { .offset_ns = 7 };

	cr_assert_eq(ovr_offset_between(&before, &after, 999999999, "rack1", &at, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"clock of rack1: its offset is asked for 999999999 ns, accepted: 1000000000 to 4000000000 "
		"ns, where it "
		"was measured");
	cr_assert_eq(ovr_offset_between(&before, &after, 4000000001, "rack1", &at, &err), -EINVAL);
	cr_assert_eq(at.offset_ns, 7);
}

Test(offset, a_step_between_two_sets_is_found)
{
	struct ovr_offset later = after;
	struct ovr_offset_at at;

	/* 1,000 ppm of 3 s, and both bounds */
	later.offset_ns = before.offset_ns + 3000000 + 1000 + 50 + 80;
	cr_assert_eq(ovr_offset_between(&before, &later, 2000000000, "rack1", &at, &err), 0, "%s", err.text);
	later.offset_ns += 1;
	cr_assert_eq(ovr_offset_between(&before, &later, 2000000000, "rack1", &at, &err), -EBADMSG);
	cr_assert_str_eq(
		err.text, "clock of rack1: it was stepped by some 3001131 ns between two measurements");
}
