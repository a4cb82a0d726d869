/* SPDX-License-Identifier: BSD-3-Clause */
/* A search as test cases: of each size, whether every goal has its answer. */
#include "report/search.h"

#include "report/figure.h"
#include "report/search_parts.h"

static struct ovr_figure
pps(double value)
{
	return ovr_figure_count((uint64_t)(value + 0.5));
}

static void
say_answer(
	struct ovr_cases *cases, const struct ovr_method_goal *goal, const struct ovr_method_answer *answer)
{
	struct ovr_figure name = ovr_search_goal_name(goal);

	switch (answer->end) {
	case OVR_METHOD_AT_LEAST:
		ovr_cases_say(cases, "%s: at least %s pps", name.text, pps(answer->lower_pps).text);
		break;
	case OVR_METHOD_FOUND:
		ovr_cases_say(cases, "%s: %s pps, below %s pps", name.text, pps(answer->lower_pps).text,
			pps(answer->upper_pps).text);
		break;
	case OVR_METHOD_BELOW:
		ovr_cases_say(cases, "%s: none, more is lost at %s pps, the lowest load", name.text,
			pps(answer->upper_pps).text);
		break;
	case OVR_METHOD_OPEN:
		ovr_cases_say(cases, "%s: not as narrow as required", name.text);
		break;
	}
}

/* @param is_cut whether the search became void at this size */
static void
add_size(struct ovr_cases *cases, const struct ovr_result_search *search,
	const struct ovr_result_search_size *size, bool is_cut)
{
	enum ovr_case_outcome outcome = is_cut ? OVR_CASE_VOID
		: size->reason[0] != '\0'      ? OVR_CASE_LOSS
					       : OVR_CASE_PASS;

	ovr_cases_add(cases, outcome, size->spent_ns, "size %s", size->size);
	if (size->reason[0] != '\0')
		ovr_cases_say(cases, "%s", size->reason);
	else if (is_cut)
		ovr_cases_say(cases, "%s", search->reason);
	for (uint32_t g = 0; g < search->n_goals && size->n_loads != 0; g++)
		say_answer(cases, &search->goal[g], &size->answer[g]);
	if (search->n_goals == 0)
		ovr_cases_say(cases, "%u loads", size->n_loads);
}

void
ovr_report_search_cases(const struct ovr_result_search *search, struct ovr_cases *cases)
{
	const struct ovr_plan_sizes *asked = &search->plan.sizes;

	ovr_cases_begin(cases, &search->plan, &search->environment);
	ovr_cases_verdict(cases, search->verdict, 0, search->reason);
	for (uint32_t i = 0; i < search->n_sizes; i++)
		add_size(cases, search, &search->size[i],
			search->verdict == OVR_VERDICT_VOID && i + 1 == search->n_sizes);
	for (uint32_t i = search->n_sizes; i < asked->n; i++) {
		ovr_cases_add(cases, OVR_CASE_ASIDE, 0, "size %s", asked->text[i]);
		ovr_cases_say(cases, "not begun");
	}
}
