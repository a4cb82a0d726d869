/* SPDX-License-Identifier: BSD-3-Clause */
#include "many.h"

#include <stdio.h>
#include <unistd.h>

#include "env/env.h"
#include "plans.h"

static void
show_trial(void *context, uint32_t number, const char *label)
{
	const struct app_many *many = context;

	if (many->n_expected != 0)
		fprintf(stderr, "\r\033[Kcell %u of %u: %s", number, many->n_expected, label);
	else
		fprintf(stderr, "\r\033[Ktrial %u: %s", number, label);
	fflush(stderr);
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
	if (many->is_shown)
		hooks.trial = show_trial;
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
	if (many->is_shown)
		fputs("\r\033[K", stderr);
	ovr_env_stop();
	app_clean_up();
}
