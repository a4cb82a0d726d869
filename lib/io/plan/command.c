/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/command.h"

#include <errno.h>
#include <string.h>

#include "plan/specs.h"

static const struct ovr_plan_spec *const specs[OVR_PLAN_COMMANDS] = {
	[OVR_PLAN_RUN] = &ovr_plan_spec_run,
	[OVR_PLAN_SELFTEST] = &ovr_plan_spec_selftest,
	[OVR_PLAN_MODEL] = &ovr_plan_spec_model,
	[OVR_PLAN_SWEEP] = &ovr_plan_spec_sweep,
	[OVR_PLAN_SEARCH] = &ovr_plan_spec_search,
	[OVR_PLAN_ADVISE] = &ovr_plan_spec_advise,
	[OVR_PLAN_BURST] = &ovr_plan_spec_burst,
	[OVR_PLAN_RING_VERIFY] = &ovr_plan_spec_ring_verify,
	[OVR_PLAN_HALF] = &ovr_plan_spec_half,
};

/* The groups' keys, and why no command with many trials takes them. */
static const struct {
	enum ovr_plan_group group;
	struct ovr_plan_refusal refusal;
} groups[] = {
	{ OVR_PLAN_GROUP_DISTANCES,
		{ "delta,event-gap", "it counts losses, not the distances between them" } },
	{ OVR_PLAN_GROUP_SERIES, { "interval,series-rows", "it has no time series" } },
	{ OVR_PLAN_GROUP_CSV, { "csv", "it has no single time series; the JSON result has all trials" } },
	{ OVR_PLAN_GROUP_ID, { "trial-id", "each of its trials has one of its own" } },
	{ OVR_PLAN_GROUP_CAPTURE, { "capture,capture-frames", "it loses frames on purpose" } },
};

/* Lists of values, and the option that each stands for. */
static const struct {
	const char *list, *single;
} lists[] = {
	{ "rings", "rxd" },
	{ "sizes", "size" },
	{ "rates", "rate" },
	{ "bursts", "burst" },
	{ "queues", "rxq" },
	{ "stalls", "stall" },
};

const struct ovr_plan_spec *
ovr_plan_spec_of(enum ovr_plan_command command)
{
	return specs[command];
}

void
ovr_plan_default_for(enum ovr_plan_command command, struct ovr_plan *plan)
{
	const struct ovr_plan_spec *spec = specs[command];

	ovr_plan_default(plan);
	plan->command = command;
	for (size_t i = 0; i < spec->n_fallbacks; i++)
		ovr_plan_set(plan, spec->fallback[i].key, spec->fallback[i].text, NULL);
}

bool
ovr_plan_has(enum ovr_plan_command command, const struct ovr_plan_row *row)
{
	return row->only == 0 || (row->only & 1u << command) != 0;
}

bool
ovr_plan_is_among(const char *keys, const char *key)
{
	size_t n = strlen(key);

	for (const char *at = keys; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, key, n) == 0 && (at[n] == ',' || at[n] == '\0'))
			return true;
	}
	return false;
}

/* Why a command does not take a row of the trial; NULL: it does. */
static const char *
why_refused(const struct ovr_plan_spec *spec, const char *key)
{
	for (size_t i = 0; i < spec->n_refused; i++)
		if (ovr_plan_is_among(spec->refused[i].keys, key))
			return spec->refused[i].why;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if ((spec->groups & groups[i].group) != 0 && ovr_plan_is_among(groups[i].refusal.keys, key))
			return groups[i].refusal.why;
	return spec->takes != NULL && !ovr_plan_is_among(spec->takes, key) ? spec->why_others : NULL;
}

bool
ovr_plan_takes(enum ovr_plan_command command, const struct ovr_plan_row *row)
{
	return ovr_plan_has(command, row) &&
		(row->only != 0 || why_refused(specs[command], row->key) == NULL);
}

/* A value as text, where it is not the command's default; NULL: it is. */
static const char *
changed_text(const struct ovr_plan *plan, const struct ovr_plan_row *row, char buf[OVR_PLAN_VALUE_BYTES])
{
	struct ovr_plan untouched;
	char usual_buf[OVR_PLAN_VALUE_BYTES];
	const char *text = row->print(row, plan, buf, OVR_PLAN_VALUE_BYTES);

	ovr_plan_default_for(plan->command, &untouched);
	return strcmp(text, row->print(row, &untouched, usual_buf, sizeof(usual_buf))) != 0 ? text : NULL;
}

int
ovr_plan_check_lists(const struct ovr_plan *plan, struct ovr_err *err)
{
	if (plan->sizes.n != 0 && plan->frames.templates[0] != '\0')
		return ovr_err_set(err, -EINVAL,
			"sizes: found beside --templates, whose frames have sizes of their own, accepted: "
			"one of both");
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct ovr_plan_row *list = ovr_plan_row_of(lists[i].list);
		const struct ovr_plan_row *single = ovr_plan_row_of(lists[i].single);
		char list_buf[OVR_PLAN_VALUE_BYTES], single_buf[OVR_PLAN_VALUE_BYTES];
		const char *text = changed_text(plan, single, single_buf);

		if (text != NULL && changed_text(plan, list, list_buf) != NULL)
			return ovr_err_set(err, -EINVAL, "%s: found beside --%s %.80s, accepted: one of both",
				list->key, single->key, text);
	}
	return 0;
}

/* Refuse a row that is not at the command's default. */
static int
refuse_row(const struct ovr_plan *plan, const struct ovr_plan_row *row, const char *noun, const char *why,
	struct ovr_err *err)
{
	char asked_text[OVR_PLAN_VALUE_BYTES], usual_text[OVR_PLAN_VALUE_BYTES];
	const char *asked = changed_text(plan, row, asked_text);
	struct ovr_plan untouched;

	if (asked == NULL)
		return 0;
	ovr_plan_default_for(plan->command, &untouched);
	return ovr_err_set(err, -EINVAL, "%s: found %.80s for %s, accepted: %s, its default, since %s",
		row->key, asked, noun, row->print(row, &untouched, usual_text, sizeof(usual_text)), why);
}

int
ovr_plan_refuse_changed(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_spec *spec = specs[plan->command];
	const struct ovr_plan_row *row;
	int rc = 0;

	for (size_t i = 0; rc == 0 && (row = ovr_plan_row_at(i)) != NULL; i++) {
		const char *why = row->only == 0 ? why_refused(spec, row->key) : NULL;

		if (why != NULL)
			rc = refuse_row(plan, row, spec->noun, why, err);
	}
	return rc;
}

int
ovr_plan_refuse_all_but(
	const struct ovr_plan *plan, const char *keys, const char *noun, const char *why, struct ovr_err *err)
{
	const struct ovr_plan_row *row;
	int rc = 0;

	for (size_t i = 0; rc == 0 && (row = ovr_plan_row_at(i)) != NULL; i++)
		if (ovr_plan_has(plan->command, row) && !ovr_plan_is_among(keys, row->key))
			rc = refuse_row(plan, row, noun, why, err);
	return rc;
}
