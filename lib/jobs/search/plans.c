/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/plans.h"

#include <errno.h>
#include <string.h>

#include "plan/command.h"
#include "plan/sweep.h"

#define NS_PER_S UINT64_C(1000000000)
#define PPB      1000000000u
/* CSIT's duration sum, in trials of a second. */
#define SUM_TRIALS 21
/* Faster than any number of cores, and the most that a plan takes. */
#define RATE_MAX UINT64_C(10000000000000)

_Static_assert(OVR_PLAN_GOALS_MAX == OVR_METHOD_GOALS_MAX, "a search has room for the goals of a plan");

#define BY(algorithm) (1u << OVR_ALGORITHM_##algorithm)

/* Options that some algorithms have, and the words for these. */
static const struct {
	const char *key;
	unsigned int algorithms;
	const char *words;
} by_algorithm[] = {
	{ "goals", BY(MLR) | BY(BINARY), "mlr and binary" },
	{ "sum-time", BY(MLR), "mlr" },
	{ "exceed", BY(MLR), "mlr" },
	{ "initial-time", BY(MLR), "mlr" },
	{ "width", BY(MLR) | BY(BINARY), "mlr and binary" },
	{ "attempts", BY(BINARY), "binary" },
	{ "retry-loss", BY(BINARY), "binary" },
	{ "step", BY(CURVE), "curve" },
};

static int
refuse_other_algorithms(const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan untouched;

	ovr_plan_default_for(OVR_PLAN_SEARCH, &untouched);
	for (size_t i = 0; i < sizeof(by_algorithm) / sizeof(by_algorithm[0]); i++) {
		const struct ovr_plan_row *row = ovr_plan_row_of(by_algorithm[i].key);
		char asked_text[OVR_PLAN_VALUE_BYTES], usual_text[OVR_PLAN_VALUE_BYTES];
		const char *asked = row->print(row, plan, asked_text, sizeof(asked_text));

		if ((by_algorithm[i].algorithms & 1u << plan->search.algorithm) == 0 &&
			strcmp(asked, row->print(row, &untouched, usual_text, sizeof(usual_text))) != 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found %.80s for another algorithm, accepted: with --algorithm %s",
				row->key, asked, by_algorithm[i].words);
	}
	return 0;
}

static int
check_times(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_search *search = &plan->search;
	struct ovr_method_goal goal;
	char found[OVR_UNITS_TEXT_BYTES], time[OVR_UNITS_TEXT_BYTES];

	if (plan->load.time_ns == 0 || plan->load.time_ns == OVR_PLAN_TIME_AUTO)
		return ovr_err_set(err, -EINVAL,
			"time: found no length of a trial for a search, accepted: a time, as in 1s");
	goal = ovr_search_goal_of(plan, 0);
	ovr_units_print_duration_ns(time, sizeof(time), plan->load.time_ns);
	if (goal.initial_ns > plan->load.time_ns)
		return ovr_err_set(err, -EINVAL, "initial-time: found %s, accepted: at most --time, %s",
			ovr_units_print_duration_ns(found, sizeof(found), goal.initial_ns), time);
	if (goal.sum_ns < plan->load.time_ns)
		return ovr_err_set(err, -EINVAL, "sum-time: found %s, accepted: at least --time, %s",
			ovr_units_print_duration_ns(found, sizeof(found), goal.sum_ns), time);
	if (search->limit_ns < plan->load.time_ns)
		return ovr_err_set(err, -EINVAL,
			"search-time: found %s, in which no trial of --time %s ends, accepted: more",
			ovr_units_print_duration_ns(found, sizeof(found), search->limit_ns), time);
	return ovr_plan_check_stall(plan, err);
}

static int
check_range(const struct ovr_plan_search *search, struct ovr_err *err)
{
	const struct ovr_rate *min = &search->min_rate, *max = &search->max_rate;
	char lowest[OVR_UNITS_TEXT_BYTES], highest[OVR_UNITS_TEXT_BYTES];

	if (min->value == 0 || max->value == 0 || min->unit != max->unit || min->value <= max->value)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"min-rate: found %s, above --max-rate %s, so that there is no load to try, accepted: at most "
		"that",
		ovr_units_print_rate(lowest, sizeof(lowest), min),
		ovr_units_print_rate(highest, sizeof(highest), max));
}

uint32_t
ovr_search_plan_sizes(const struct ovr_plan_sizes *sizes)
{
	return sizes->n == 0 ? 1 : sizes->n;
}

void
ovr_search_plan_of_size(const struct ovr_plan *plan, uint32_t index, struct ovr_plan *ret_plan)
{
	struct ovr_plan trial = *plan;

	trial.command = OVR_PLAN_RUN;
	trial.trial.tolerance_ppb = PPB;
	trial.trial.max_loss_ppb = PPB;
	if (plan->sizes.n != 0)
		ovr_mix_parse("sizes", plan->sizes.text[index], &trial.frames.size, NULL);
	*ret_plan = trial;
}

int
ovr_search_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan frozen = *plan;
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0)
		status = refuse_other_algorithms(plan, err);
	if (status == 0)
		status = check_times(plan, err);
	if (status == 0)
		status = check_range(&plan->search, err);
	if (status == 0)
		status = ovr_plan_check_lists(plan, err);
	if (status == 0)
		status = ovr_plan_freeze(&frozen, err);
	for (uint32_t i = 0; status == 0 && i < ovr_search_plan_sizes(&plan->sizes); i++) {
		struct ovr_plan trial, saturation;

		ovr_search_plan_of_size(&frozen, i, &trial);
		status = ovr_search_plan_saturation(&trial, &saturation, err);
	}
	if (status == 0)
		*plan = frozen;
	return status;
}

/* How long a warm-up and the measurement of the tester limit take: a trial, at most a second. */
static uint64_t
limit_ns(const struct ovr_plan_load *load)
{
	return load->time_ns < NS_PER_S ? load->time_ns : NS_PER_S;
}

int
ovr_search_plan_saturation(const struct ovr_plan *plan, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = *plan;
	int status;

	trial.load.time_ns = limit_ns(&plan->load);
	if (plan->search.max_rate.value != 0)
		trial.load.rate = plan->search.max_rate;
	/* the whole line, which is the default, where the plan tells what that is */
	else if (plan->ports.tx.kind != OVR_PORT_WIRE && plan->ports.line_bps == 0)
		trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = RATE_MAX };
	status = ovr_plan_freeze_trial(&trial, ret_plan, err);
	if (status != 0 && plan->search.max_rate.value != 0)
		ovr_err_prefix(err, "max-rate");
	return status;
}

int
ovr_search_plan_trial(const struct ovr_plan *plan, double pps, uint64_t duration_ns,
	struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = *plan;

	trial.load.time_ns = duration_ns;
	trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = (uint64_t)(pps * 1000) };
	if (trial.load.rate.value == 0)
		trial.load.rate.value = 1;
	return ovr_plan_freeze_trial(&trial, ret_plan, err);
}

struct ovr_method_goal
ovr_search_goal_of(const struct ovr_plan *plan, uint32_t index)
{
	const struct ovr_plan_search *search = &plan->search;
	uint64_t second_ns = limit_ns(&plan->load);
	uint64_t sum_ns = second_ns * SUM_TRIALS;

	if (sum_ns < plan->load.time_ns)
		sum_ns = plan->load.time_ns;
	return (struct ovr_method_goal){
		.final_ns = plan->load.time_ns,
		.sum_ns = search->sum_ns != 0 ? search->sum_ns : sum_ns,
		.initial_ns = search->initial_ns != 0 ? search->initial_ns : second_ns,
		.loss_ratio = search->goals.loss_ppb[index] / (double)PPB,
		.exceed_ratio = search->exceed_ppb / (double)PPB,
		.width_ratio = search->width_ppb / (double)PPB,
		.attempts = search->algorithm == OVR_ALGORITHM_BINARY ? plan->repetition.attempts : 0,
		.retry_lost = search->retry_loss,
	};
}

double
ovr_search_pps_of(const struct ovr_mix *size, const struct ovr_rate *rate, uint64_t line_bps)
{
	struct ovr_pace_conf conf = { .rate = *rate, .line_bps = line_bps };

	return ovr_pace_mean_pps(&conf, size);
}
