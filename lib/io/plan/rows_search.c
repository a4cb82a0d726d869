/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan/specs.h"
#include "plan/values.h"

#define MEMBER(name) offsetof(struct ovr_plan, search.name)
#define SEARCH       "search"
#define OWN          (1u << OVR_PLAN_SEARCH)
#define NS_PER_MS    UINT64_C(1000000)
#define NS_PER_HOUR  UINT64_C(3600000000000)

/* What the words of --goals allow to be lost: nothing, and 0.5 %. */
#define NDR_PPB 0
#define PDR_PPB 5000000

static int
parse_goal(const struct ovr_plan_row *row, const char *text, uint32_t *ret_ppb, struct ovr_err *err)
{
	if (strcmp(text, "ndr") == 0)
		*ret_ppb = NDR_PPB;
	else if (strcmp(text, "pdr") == 0)
		*ret_ppb = PDR_PPB;
	else if (strspn(text, "0123456789.") == 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: ndr, pdr, or a loss ratio, as in 0.1%%", row->key,
			text);
	else
		return ovr_units_parse_share_ppb(row->key, text, ret_ppb, err);
	return 0;
}

static OVR_PLAN_PARSE(goals)
{
	struct ovr_plan_goals goals = { .n_goals = 0 };
	const char *at = text;

	while (at != NULL) {
		char word[OVR_UNITS_TEXT_BYTES] = "";
		size_t n = strcspn(at, ",");
		uint32_t ppb = 0;
		int rc;

		if (n == 0 || n >= sizeof(word) || goals.n_goals == OVR_PLAN_GOALS_MAX)
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: one to %d of ndr, pdr or a loss ratio, as in "
				"ndr,pdr,0.1%%",
				row->key, text, OVR_PLAN_GOALS_MAX);
		memcpy(word, at, n);
		rc = parse_goal(row, word, &ppb, err);
		if (rc != 0)
			return rc;
		for (uint32_t i = 0; i < goals.n_goals; i++)
			if (goals.loss_ppb[i] == ppb)
				return ovr_err_set(err, -EINVAL,
					"%s: found the loss ratio of %s twice, accepted: every one once",
					row->key, word);
		goals.loss_ppb[goals.n_goals++] = ppb;
		at = at[n] == ',' ? at + n + 1 : NULL;
	}
	plan->search.goals = goals;
	return 0;
}

static OVR_PLAN_PRINT(goals)
{
	const struct ovr_plan_goals *goals = &plan->search.goals;
	size_t n = 0;

	(void)row;
	for (uint32_t i = 0; i < goals->n_goals && n < size; i++) {
		char share[OVR_UNITS_TEXT_BYTES];

		ovr_units_print_share_ppb(share, sizeof(share), goals->loss_ppb[i]);
		n += (size_t)snprintf(buf + n, size - n, "%s%s", i > 0 ? "," : "",
			goals->loss_ppb[i] == NDR_PPB           ? "ndr"
				: goals->loss_ppb[i] == PDR_PPB ? "pdr"
								: share);
	}
	return buf;
}

static OVR_PLAN_PARSE(retry)
{
	if (strcmp(text, "any") != 0)
		return ovr_plan_parse_u64(row, text, plan, err);
	plan->search.retry_loss = OVR_PLAN_RETRY_ANY;
	return 0;
}

static OVR_PLAN_PRINT(retry)
{
	if (plan->search.retry_loss != OVR_PLAN_RETRY_ANY)
		return ovr_plan_print_u64(row, plan, buf, size);
	snprintf(buf, size, "any");
	return buf;
}

/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "algorithm", SEARCH, "mlr|binary|curve", "mlr",
		"MLRsearch, binary search with loss verification, or loss at loads from the highest down",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(algorithm), 0, 0, OWN },
	{ "goals", SEARCH, "LIST", "ndr,pdr",
		"what may be lost: ndr (nothing), pdr (0.5%) or other ratios, up to 4",
		ovr_plan_parse_goals, ovr_plan_print_goals, MEMBER(goals), 0, 0, OWN },
	{ "sum-time", SEARCH, "TIME", "auto",
		"mlr: trials in which a load is decided, together; auto: 21 of --time up to 1s, then 21s or one trial",
		ovr_plan_parse_auto_duration, ovr_plan_print_auto_duration, MEMBER(sum_ns), 1, NS_PER_HOUR * 24, OWN },
	{ "exceed", SEARCH, "SHARE", "50%",
		"mlr: share of that time in which more may be lost, below 100%",
		ovr_plan_parse_level, ovr_plan_print_share, MEMBER(exceed_ppb), 0, 990000000, OWN },
	{ "width", SEARCH, "SHARE", "0.5%",
		"mlr, binary: how close the bounds of an answer are, as a share of the upper one",
		ovr_plan_parse_level, ovr_plan_print_share, MEMBER(width_ppb), 10000, 500000000, OWN },
	{ "initial-time", SEARCH, "TIME", "auto",
		"mlr: length of the first trials; auto: --time, at most 1s",
		ovr_plan_parse_auto_duration, ovr_plan_print_auto_duration, MEMBER(initial_ns), 1, NS_PER_HOUR, OWN },
	{ "attempts", SEARCH, "N", "2",
		"trials at one load (--algorithm binary), or of one burst, in all, before losses are believed",
		ovr_plan_parse_u32, ovr_plan_print_u32, offsetof(struct ovr_plan, repetition.attempts), 1, 100,
		OWN | 1u << OVR_PLAN_BURST },
	{ "retry-loss", SEARCH, "N", "any",
		"binary: most frames lost by a trial that is repeated before it is believed, see --attempts; any: however many",
		ovr_plan_parse_retry, ovr_plan_print_retry, MEMBER(retry_loss), 0, OVR_PLAN_COUNT_MAX, OWN },
	{ "min-rate", SEARCH, "RATE", "auto",
		"lowest load to be tried; auto: 0.1% of the highest",
		ovr_plan_parse_rate_or_word, ovr_plan_print_rate_or_word, MEMBER(min_rate), 0, 0, OWN },
	{ "max-rate", SEARCH, "RATE", "auto",
		"highest load to be tried; auto: what the tester is measured to do on this port, at most the line",
		ovr_plan_parse_rate_or_word, ovr_plan_print_rate_or_word, MEMBER(max_rate), 0, 0, OWN },
	{ "step", SEARCH, "SHARE", "10%",
		"curve: from one load to the next, as a share of the highest",
		ovr_plan_parse_level, ovr_plan_print_share, MEMBER(step_ppb), 1000000, 100000000, OWN },
	{ "search-time", SEARCH, "TIME", "20m",
		"no trial of a size begins that would end later",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(limit_ns), NS_PER_MS, NS_PER_HOUR * 24, OWN },
};
/* clang-format on */

/* What a search changes of a run's defaults. */
static const struct ovr_plan_fallback fallbacks[] = {
	{ "time", "1s" },
};

/* What it does not have, and why. */
static const struct ovr_plan_refusal refused[] = {
	{ "rate", "the load is what a search looks for, from --min-rate to --max-rate" },
	{ "shape", "it sends smoothly at each load" },
	{ "count", "its trials are as long as --time says" },
	{ "on-full", "what the port refuses is no load" },
	{ "catch-up", "a sender that is late would attempt more than the load" },
	{ "max-loss", "--goals says what may be lost" },
};

const struct ovr_plan_spec ovr_plan_spec_search = {
	.name = "search",
	.noun = "a search",
	.fallback = fallbacks,
	.n_fallbacks = sizeof(fallbacks) / sizeof(fallbacks[0]),
	.groups = OVR_PLAN_GROUP_DISTANCES | OVR_PLAN_GROUP_SERIES | OVR_PLAN_GROUP_ID |
		OVR_PLAN_GROUP_CAPTURE,
	.refused = refused,
	.n_refused = sizeof(refused) / sizeof(refused[0]),
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(rows[0]),
};
