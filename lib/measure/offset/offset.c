/* SPDX-License-Identifier: BSD-3-Clause */
#include "offset/offset.h"

#include <errno.h>
#include <inttypes.h>

/* No clock shows more for a century; differences of such times fit an int64_t. */
#define TIME_MAX_NS (INT64_C(1) << 62)

static int64_t
rtt_of(const struct ovr_offset_exchange *exchange)
{
	return (exchange->t4_ns - exchange->t1_ns) - (exchange->t3_ns - exchange->t2_ns);
}

/* @return 0; -EBADMSG: one of the four is no time */
static int
check_times(const struct ovr_offset_exchange *exchange, size_t number, const char *who, struct ovr_err *err)
{
	const int64_t ns[] = { exchange->t1_ns, exchange->t2_ns, exchange->t3_ns, exchange->t4_ns };

	for (size_t i = 0; i < sizeof(ns) / sizeof(ns[0]); i++)
		if (ns[i] < 0 || ns[i] > TIME_MAX_NS)
			return ovr_err_set(err, -EBADMSG,
				"clock of %s: in exchange %zu it shows %" PRId64
				" ns, accepted: 0 to %" PRId64 " ns",
				who, number, ns[i], TIME_MAX_NS);
	return 0;
}

static int
check_exchange(
	const struct ovr_offset_exchange *exchange, size_t number, const char *who, struct ovr_err *err)
{
	if (check_times(exchange, number, who, err) != 0)
		return -EBADMSG;
	if (exchange->t4_ns < exchange->t1_ns)
		return ovr_err_set(err, -EBADMSG,
			"clock of %s: in exchange %zu our own clock went back by %" PRId64 " ns", who, number,
			exchange->t1_ns - exchange->t4_ns);
	if (exchange->t3_ns < exchange->t2_ns)
		return ovr_err_set(err, -EBADMSG,
			"clock of %s: in exchange %zu it went back by %" PRId64 " ns", who, number,
			exchange->t2_ns - exchange->t3_ns);
	if (rtt_of(exchange) < 0)
		return ovr_err_set(err, -EBADMSG,
			"clock of %s: in exchange %zu it says to have worked for %" PRId64
			" ns on an answer that took %" PRId64 " ns",
			who, number, exchange->t3_ns - exchange->t2_ns, exchange->t4_ns - exchange->t1_ns);
	return 0;
}

/* @return what two clocks may drift apart in this time; ns, never negative */
static int64_t
drift_of(int64_t span_ns)
{
	return span_ns / 1000000 * OVR_OFFSET_DRIFT_PPM + OVR_OFFSET_DRIFT_PPM;
}

/* There is one offset that all exchanges allow, but for drift. */
static int
check_step(const struct ovr_offset_exchange *exchange, size_t n, const char *who, struct ovr_err *err)
{
	int64_t least = INT64_MIN, most = INT64_MAX;
	int64_t drift = drift_of(exchange[n - 1].t4_ns - exchange[0].t1_ns);

	for (size_t i = 0; i < n; i++) {
		int64_t low = exchange[i].t3_ns - exchange[i].t4_ns;
		int64_t high = exchange[i].t2_ns - exchange[i].t1_ns;

		least = low > least ? low : least;
		most = high < most ? high : most;
	}
	if (least <= most || least - most <= drift)
		return 0;
	return ovr_err_set(err, -EBADMSG,
		"clock of %s: it was stepped by %" PRId64 " ns or more during %zu exchanges", who,
		least - most, n);
}

int
ovr_offset_of(const struct ovr_offset_exchange *exchange, size_t n, const char *who,
	struct ovr_offset *ret_offset, struct ovr_err *err)
{
	const struct ovr_offset_exchange *best = exchange;

	if (n < OVR_OFFSET_EXCHANGES_MIN)
		return ovr_err_set(err, -EINVAL, "clock of %s: found %zu exchanges, accepted: %u or more",
			who, n, OVR_OFFSET_EXCHANGES_MIN);
	for (size_t i = 0; i < n; i++) {
		int status = check_exchange(&exchange[i], i + 1, who, err);

		if (status == 0 && i > 0 && exchange[i].t1_ns < exchange[i - 1].t4_ns)
			status = ovr_err_set(err, -EBADMSG,
				"clock of %s: exchange %zu began before the one in front of it was over", who,
				i + 1);
		if (status != 0)
			return status;
		if (rtt_of(&exchange[i]) < rtt_of(best))
			best = &exchange[i];
	}
	int status = check_step(exchange, n, who, err);

	if (status != 0)
		return status;
	uint64_t rtt_ns = (uint64_t)rtt_of(best);
	int64_t low = best->t3_ns - best->t4_ns;

	*ret_offset = (struct ovr_offset){
		.offset_ns = low + (int64_t)(rtt_ns / 2),
		.bound_ns = rtt_ns - rtt_ns / 2,
		.rtt_ns = rtt_ns,
		.at_ns = best->t1_ns + (best->t4_ns - best->t1_ns) / 2,
	};
	return 0;
}

static uint64_t
distance(int64_t one, int64_t other)
{
	return one > other ? (uint64_t)one - (uint64_t)other : (uint64_t)other - (uint64_t)one;
}

int
ovr_offset_between(const struct ovr_offset *before, const struct ovr_offset *after, int64_t at_ns,
	const char *who, struct ovr_offset_at *ret_at, struct ovr_err *err)
{
	uint64_t bound_ns = before->bound_ns > after->bound_ns ? before->bound_ns : after->bound_ns;
	uint64_t change_ns = distance(before->offset_ns, after->offset_ns);
	int64_t span_ns = after->at_ns - before->at_ns;

	if (at_ns < before->at_ns || at_ns > after->at_ns)
		return ovr_err_set(err, -EINVAL,
			"clock of %s: its offset is asked for %" PRId64 " ns, accepted: %" PRId64
			" to %" PRId64 " ns, where it was measured",
			who, at_ns, before->at_ns, after->at_ns);
	if (change_ns > before->bound_ns + after->bound_ns + (uint64_t)drift_of(span_ns))
		return ovr_err_set(err, -EBADMSG,
			"clock of %s: it was stepped by some %" PRIu64 " ns between two measurements", who,
			change_ns);
	*ret_at = (struct ovr_offset_at){
		.offset_ns = before->offset_ns +
			(span_ns == 0 ? 0
				      : (int64_t)((__int128_t)(after->offset_ns - before->offset_ns) *
						(at_ns - before->at_ns) / span_ns)),
		.bound_ns = bound_ns + change_ns / 2 + change_ns % 2,
	};
	return 0;
}
