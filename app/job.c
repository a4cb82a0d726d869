/* SPDX-License-Identifier: BSD-3-Clause */
#include "job.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "env/env.h"
#include "hosts.h"
#include "live.h"

#define NS_PER_S UINT64_C(1000000000)

/* The trials of a job, as far as the user is told. */
struct progress {
	struct app_job_outlook outlook;
	bool is_announced;
	uint64_t begun_ns; /* the first trial; monotonic, as the next one */
	uint64_t told_ns;  /* the last line, off a terminal */
	struct app_live *live;
};

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* What the job takes at most, once, before its trials; off a terminal after the first one. */
static void
announce(struct progress *progress)
{
	const struct app_job_outlook *outlook = &progress->outlook;
	char time[OVR_UNITS_TEXT_BYTES];

	if (progress->is_announced)
		return;
	progress->is_announced = true;
	ovr_units_print_time(time, sizeof(time), outlook->at_most_ns);
	if (outlook->at_most_ns == 0)
		app_say("%s: how long they take is known with the speed of the line (--line); Ctrl-C ends it "
			"with what is known",
			outlook->what);
	else
		app_say("at most about %s for %s; Ctrl-C ends it with what is known", time, outlook->what);
}

/* "trial 7: LABEL" */
static const char *
name_trial(const struct progress *progress, uint32_t number, const char *label, char *text, size_t size)
{
	if (progress->outlook.n_cells != 0)
		snprintf(text, size, "cell %u of %u: %s", number, progress->outlook.n_cells, label);
	else
		snprintf(text, size, "trial %u: %s", number, label);
	return text;
}

/* A line that each trial writes anew. */
static void
show_trial(struct progress *progress, uint32_t number, const char *label)
{
	char text[320];

	announce(progress);
	app_show("%s", name_trial(progress, number, label, text, sizeof(text)));
}

/*
 * A line for each trial, one a second at most. The first trial is not told: a command that cannot
 * run at all says that in one sentence.
 */
static void
tell_trial(struct progress *progress, uint32_t number, const char *label)
{
	uint64_t at_ns = now_ns();
	char text[320];

	if (number == 1)
		progress->begun_ns = at_ns;
	if (number == 1 || at_ns - progress->told_ns < NS_PER_S)
		return;
	announce(progress);
	progress->told_ns = at_ns;
	app_say("%llu s: %s", (unsigned long long)((at_ns - progress->begun_ns) / NS_PER_S),
		name_trial(progress, number, label, text, sizeof(text)));
}

static void
on_trial(void *context, uint32_t number, const char *label)
{
	struct progress *progress = context;

	if (app_live_show(progress->live) == OVR_SHOW_LINE && isatty(STDERR_FILENO))
		show_trial(progress, number, label);
	else if (app_live_show(progress->live) == OVR_SHOW_LINE ||
		app_live_show(progress->live) == OVR_SHOW_AUTO)
		tell_trial(progress, number, label);
	app_live_trial(progress->live, number, label);
}

static void
on_reading(void *context, const struct ovr_live_reading *reading)
{
	struct progress *progress = context;

	app_live_reading(progress->live, reading);
}

static void
on_over(void *context, const struct ovr_result *result)
{
	struct progress *progress = context;

	app_live_over(progress->live, result);
}

uint64_t
app_job_trial_ns(const struct ovr_plan *plan, uint64_t sends_ns)
{
	return plan->trial.warmup_ns + sends_ns + plan->trial.drain_ns + plan->trial.settle_ns + NS_PER_S;
}

/* The trials, with EAL around them. */
static int
run_trials(const struct app_job *job, const struct app_options *options, void *result, struct ovr_err *err)
{
	struct progress progress = { .outlook = job->outlook(&options->plan, result) };
	struct ovr_series_hooks hooks = {
		.context = &progress, .stop = &app_stop, .trial = on_trial, .over = on_over
	};
	struct ovr_env_conf env = { .extra = options->eal };
	struct ovr_caller *caller = NULL;
	struct ovr_series series;
	struct ovr_err undone;
	int status;

	app_recover(options->plan.output.quiet);
	status = app_hosts_open(&options->plan, options->eal, &caller, &hooks.runner, err);
	if (status != 0)
		return status;
	status = app_live_open(&options->plan, &progress.live, err);
	if (status != 0) {
		ovr_caller_close(caller);
		return status;
	}
	if (app_live_is_wanted(progress.live))
		hooks.live = on_reading;
	ovr_series_begin(&series, &hooks);
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	status = job->expect(&series, &options->plan, result, &env, err);
	if (status == 0)
		status = ovr_series_start(&series, &env, err);
	app_signals_open();
	if (status == 0)
		status = app_live_start(progress.live, progress.outlook.n_cells, progress.outlook.at_most_ns,
			env.cpu, env.n_workers, err);
	if (status == 0)
		status = job->run(&series, &options->plan, result, err);
	if (app_live_show(progress.live) == OVR_SHOW_LINE && isatty(STDERR_FILENO))
		app_show("%s", "");
	app_live_close(progress.live);
	if (ovr_series_close(&series, &undone) != 0)
		app_fail(&undone);
	ovr_caller_close(caller);
	ovr_env_stop();
	app_clean_up();
	return status;
}

/* A job of which every trial is done needs no EAL to come to its end. */
static int
run_none(const struct app_job *job, const struct ovr_plan *plan, void *result, struct ovr_err *err)
{
	struct ovr_series series;

	ovr_series_begin(&series, NULL);
	return job->run(&series, plan, result, err);
}

/* @return the exit code; the sentence is in @p err where it is APP_EXIT_CANNOT */
static int
carry_out(const struct app_job *job, const struct app_options *options, struct app_output *outputs,
	struct ovr_err *err)
{
	enum ovr_ledger_verdict *verdict;
	char *result = calloc(1, job->result_bytes);
	int status = 0;
	int code = APP_EXIT_CANNOT;

	if (result == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for a result");
		return code;
	}
	verdict = (enum ovr_ledger_verdict *)(void *)(result + job->verdict_at);
	if (job->prepare != NULL)
		status = job->prepare(&options->plan, result, err);
	if (status == 0)
		status = job->is_complete != NULL && job->is_complete(result)
			? run_none(job, &options->plan, result, err)
			: run_trials(job, options, result, err);
	if (status == 0)
		status = app_report_write(&job->report, result, outputs, APP_REPORT_OUTPUTS, err);
	if (status == 0) {
		if (job->conclude != NULL)
			job->conclude(result);
		code = (int)*verdict;
	}
	if (job->done != NULL)
		job->done(result);
	free(result);
	return code;
}

int
app_job_run(const struct app_job *job, int argc, char **argv)
{
	struct app_output outputs[APP_REPORT_OUTPUTS] = { 0 };
	struct app_options options;
	struct ovr_err err;
	int status = job->parse(argc, argv, job->command, &options, &err);
	int code = APP_EXIT_CANNOT;

	if (status == 0)
		status = app_plan_freeze(&options.plan, job->freeze, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_report_open(outputs, &options.plan, &err);
	if (status == 0)
		code = carry_out(job, &options, outputs, &err);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	app_report_drop(outputs, APP_REPORT_OUTPUTS);
	return code;
}

void
app_job_help(const struct app_job *job, FILE *out)
{
	fputs(job->help, out);
	app_options_help(job->command, out);
}
