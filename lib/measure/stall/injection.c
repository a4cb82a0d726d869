/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/injection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define JITTER_KEY "jitter="
#define PPB        1000000000u

/* How far a start may be moved to either side. */
static uint64_t
jitter_ns(const struct ovr_stall_plan *plan)
{
	return (uint64_t)((__uint128_t)plan->period_ns * plan->jitter_ppb / PPB);
}

/* Read @p n characters as a duration. @param which of the two: "length", "period" */
static int
parse_part(const char *what, const char *which, const char *text, size_t n, uint64_t *ret_ns,
	struct ovr_err *err)
{
	char part[OVR_UNITS_TEXT_BYTES], object[OVR_UNITS_TEXT_BYTES];

	snprintf(object, sizeof(object), "%.40s: %s", what, which);
	if (n >= sizeof(part))
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: a time, as in 200us", object, text);
	memcpy(part, text, n);
	part[n] = '\0';
	return ovr_units_parse_duration_ns(object, part, ret_ns, err);
}

int
ovr_stall_plan_parse(const char *what, const char *text, struct ovr_stall_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_stall_plan plan = { 0 };
	const char *slash = strchr(text, '/');
	const char *comma;
	int rc;

	plan.unread = strcmp(text, "unread") == 0;
	if (plan.unread || strcmp(text, "none") == 0) {
		*ret_plan = plan;
		return 0;
	}
	comma = slash == NULL ? NULL : strchr(slash, ',');
	if (slash == NULL || (comma != NULL && strncmp(comma + 1, JITTER_KEY, strlen(JITTER_KEY)) != 0))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: none, unread, or LENGTH/PERIOD[,jitter=SHARE], as "
			"in 200us/10ms,jitter=10%%",
			what, text);
	rc = parse_part(what, "length", text, (size_t)(slash - text), &plan.length_ns, err);
	if (rc == 0)
		rc = parse_part(what, "period", slash + 1,
			comma == NULL ? strlen(slash + 1) : (size_t)(comma - slash - 1), &plan.period_ns,
			err);
	if (rc == 0 && comma != NULL)
		rc = ovr_units_parse_share_ppb(what, comma + 1 + strlen(JITTER_KEY), &plan.jitter_ppb, err);
	if (rc != 0)
		return -EINVAL;
	if (plan.length_ns == 0 || plan.length_ns >= plan.period_ns)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: a length above 0 and below the period", what, text);
	/* The latest end of one stall and the earliest start of the next. */
	if (2 * (__uint128_t)jitter_ns(&plan) + plan.length_ns >= plan.period_ns)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", with which two stalls can meet, accepted: length + 2 * jitter "
			"* period below the period",
			what, text);
	*ret_plan = plan;
	return 0;
}

const char *
ovr_stall_plan_print(char *buf, size_t size, const struct ovr_stall_plan *plan)
{
	char length[OVR_UNITS_TEXT_BYTES];
	char period[OVR_UNITS_TEXT_BYTES];
	char jitter[OVR_UNITS_TEXT_BYTES] = "";

	if (plan->length_ns == 0) {
		snprintf(buf, size, plan->unread ? "unread" : "none");
		return buf;
	}
	if (plan->jitter_ppb != 0)
		ovr_units_print_share_ppb(jitter, sizeof(jitter), plan->jitter_ppb);
	snprintf(buf, size, "%s/%s%s%s", ovr_units_print_duration_ns(length, sizeof(length), plan->length_ns),
		ovr_units_print_duration_ns(period, sizeof(period), plan->period_ns),
		plan->jitter_ppb != 0 ? "," JITTER_KEY : "", jitter);
	return buf;
}

/* When stall number @p number (from 1) starts. */
static uint64_t
draw_start(struct ovr_stall_injection *injection, uint64_t number)
{
	uint64_t jitter = jitter_ns(&injection->plan);
	__uint128_t start = (__uint128_t)injection->plan.period_ns * number;

	if (jitter != 0)
		start = start - jitter + ovr_rng_below(&injection->rng, 2 * jitter + 1);
	return start < UINT64_MAX ? (uint64_t)start : UINT64_MAX;
}

void
ovr_stall_injection_init(struct ovr_stall_injection *injection, const struct ovr_stall_plan *plan,
	uint64_t seed, uint64_t sequence)
{
	*injection = (struct ovr_stall_injection){ .plan = *plan, .next_ns = UINT64_MAX };
	ovr_rng_seed(&injection->rng, seed, sequence);
	if (plan->unread)
		injection->next_ns = 0;
	else if (plan->length_ns != 0)
		injection->next_ns = draw_start(injection, 1);
}

uint64_t
ovr_stall_injection_begin(struct ovr_stall_injection *injection, uint64_t now_ns)
{
	uint64_t end_ns = now_ns + injection->plan.length_ns;

	if (injection->plan.unread) {
		injection->n++;
		injection->next_ns = UINT64_MAX;
		return UINT64_MAX;
	}
	/*
	 * A core that was held up for longer than a period passes over the starts it missed: they
	 * would follow on each other. They are skipped by arithmetic, since a period may be as
	 * short as a turn of the loop. Two starts at most are then drawn in vain.
	 */
	injection->n++;
	if (end_ns > jitter_ns(&injection->plan)) {
		uint64_t missed = (end_ns - jitter_ns(&injection->plan)) / injection->plan.period_ns;

		if (missed > injection->n + 1)
			injection->n = missed - 1;
	}
	injection->next_ns = draw_start(injection, injection->n + 1);
	while (injection->next_ns < end_ns) {
		injection->n++;
		injection->next_ns = draw_start(injection, injection->n + 1);
	}
	return end_ns;
}
