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
ovr_plan_takes(enum ovr_plan_command command, const struct ovr_plan_row *row)
{
	const struct ovr_plan_spec *spec = specs[command];

	for (size_t i = 0; i < spec->n_refused; i++)
		if (strcmp(spec->refused[i].key, row->key) == 0)
			return false;
	return ovr_plan_has(command, row);
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

int
ovr_plan_refuse_changed(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_spec *spec = specs[plan->command];
	struct ovr_plan untouched;

	ovr_plan_default_for(plan->command, &untouched);
	for (size_t i = 0; i < spec->n_refused; i++) {
		const struct ovr_plan_row *row = ovr_plan_row_of(spec->refused[i].key);
		char asked_text[OVR_PLAN_VALUE_BYTES], usual_text[OVR_PLAN_VALUE_BYTES];
		const char *asked, *usual;

		if (row == NULL)
			continue;
		asked = row->print(row, plan, asked_text, sizeof(asked_text));
		usual = row->print(row, &untouched, usual_text, sizeof(usual_text));
		if (strcmp(asked, usual) != 0)
			return ovr_err_set(err, -EINVAL,
				"%s: found %.80s for %s, accepted: %s, its default, since %s", row->key,
				asked, spec->noun, usual, spec->refused[i].why);
	}
	return 0;
}
