/* SPDX-License-Identifier: BSD-3-Clause */
#include "many.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "env/env.h"
#include "plans.h"

#define NS_PER_S UINT64_C(1000000000)

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static void
announce(struct app_many *many)
{
	if (many->announcement[0] != '\0')
		app_say("%s; Ctrl-C ends it with what is known", many->announcement);
	many->announcement[0] = '\0';
}

/* A line that each trial writes anew. */
static void
show_trial(void *context, uint32_t number, const char *label)
{
	struct app_many *many = context;

	announce(many);
	if (many->n_expected != 0)
		app_show("cell %u of %u: %s", number, many->n_expected, label);
	else
		app_show("trial %u: %s", number, label);
}

/*
 * A line for each trial, one a second at most. The first trial is not told: a command that cannot
 * run at all says that in one sentence.
 */
static void
tell_trial(void *context, uint32_t number, const char *label)
{
	struct app_many *many = context;
	uint64_t at_ns = now_ns();

	if (number == 1)
		many->begun_ns = at_ns;
	if (number == 1 || at_ns - many->told_ns < NS_PER_S)
		return;
	announce(many);
	many->told_ns = at_ns;
	if (many->n_expected != 0)
		app_say("%llu s: cell %u of %u: %s",
			(unsigned long long)((at_ns - many->begun_ns) / NS_PER_S), number, many->n_expected,
			label);
	else
		app_say("%llu s: trial %u: %s", (unsigned long long)((at_ns - many->begun_ns) / NS_PER_S),
			number, label);
}

uint64_t
app_many_trial_ns(const struct ovr_plan *plan, uint64_t sends_ns)
{
	return plan->warmup_ns + sends_ns + plan->drain_ns + plan->settle_ns + NS_PER_S;
}

void
app_many_announce(struct app_many *many, uint64_t at_most_ns, const char *what)
{
	char time[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_time(time, sizeof(time), at_most_ns);
	if (at_most_ns == 0)
		snprintf(many->announcement, sizeof(many->announcement),
			"%s: how long they take is known with the speed of the line (--line)", what);
	else
		snprintf(many->announcement, sizeof(many->announcement), "at most about %s for %s", time,
			what);
}

bool
app_many_settle(int status, app_freeze *freeze, struct app_options *options, struct app_output *json,
	int *ret_code, struct ovr_err *err)
{
	*ret_code = APP_EXIT_CANNOT;
	if (status == 0)
		status = app_plan_take_templates(&options->plan, err);
	if (status == 0)
		status = freeze(&options->plan, err);
	if (status == 0 && options->dry_run) {
		*ret_code = app_plan_print(&options->plan, err);
		return false;
	}
	if (status == 0)
		status = app_output_open(json, "json", options->plan.json, err);
	if (status != 0)
		app_fail(err);
	return status == 0;
}

bool
app_many_prepare(int argc, char **argv, enum ovr_plan_command command, app_freeze *freeze,
	struct app_options *ret_options, struct app_output *json, int *ret_code, struct ovr_err *err)
{
	int status = app_options_parse(argc, argv, command, ret_options, err);

	return app_many_settle(status, freeze, ret_options, json, ret_code, err);
}

void
app_many_begin(struct app_many *many, const struct app_options *options)
{
	struct ovr_series_hooks hooks = { .context = many, .stop = &app_stop };

	app_recover(options->plan.quiet);
	*many = (struct app_many){ .env = { .extra = options->eal } };
	many->is_shown = !options->plan.quiet && isatty(STDERR_FILENO);
	if (!options->plan.quiet)
		hooks.trial = many->is_shown ? show_trial : tell_trial;
	ovr_series_begin(&many->series, &hooks);
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
}

int
app_many_start(struct app_many *many, int status, struct ovr_err *err)
{
	if (status == 0)
		status = ovr_env_start(&many->env, err);
	app_signals_open();
	return status;
}

void
app_many_end(struct app_many *many)
{
	struct ovr_err err;

	if (many->is_shown)
		app_show("%s", "");
	if (ovr_series_close(&many->series, &err) != 0)
		app_fail(&err);
	ovr_env_stop();
	app_clean_up();
}
