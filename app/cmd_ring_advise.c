/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advise/advise.h"
#include "app.h"
#include "env/env.h"
#include "options.h"
#include "output.h"
#include "plans.h"
#include "report/advice.h"

static void
show_trial(void *context, uint32_t number, const char *label)
{
	(void)context;
	fprintf(stderr, "\r\033[Ktrial %u: %s", number, label);
	fflush(stderr);
}

static int
report(const struct ovr_result_advice *advice, struct app_output *json, struct ovr_err *err)
{
	int status = 0;

	if (json->file != NULL)
		status = ovr_report_advice_json(advice, json->file, err);
	if (status == 0)
		status = app_output_complete(json, 1, err);
	if (status == 0 && json->file != stdout)
		status = ovr_report_advice_text(advice, stdout, err);
	if (status == 0)
		status = app_output_finish(json, 1, err);
	return status;
}

static int
advise(const struct ovr_plan *plan, char *const *eal, struct app_output *json, struct ovr_err *err)
{
	struct ovr_series_hooks hooks = { .stop = &app_stop };
	struct ovr_env_conf env = { .extra = eal };
	struct ovr_result_advice *advice = calloc(1, sizeof(*advice));
	bool is_shown = !plan->quiet && isatty(STDERR_FILENO);
	struct ovr_series series;
	int code = APP_EXIT_CANNOT;
	int status;

	if (advice == NULL) {
		ovr_err_set(err, -ENOMEM, "no memory for an advice");
		return APP_EXIT_CANNOT;
	}
	if (is_shown)
		hooks.trial = show_trial;
	/* workers are born with signals blocked: they interrupt the control thread alone */
	app_signals_block();
	ovr_series_begin(&series, &hooks);
	status = ovr_advise_env(plan, &series, &env, err);
	if (status == 0)
		status = ovr_env_start(&env, err);
	app_signals_open();
	if (status == 0)
		status = ovr_advise_run(plan, &series, advice, err);
	if (is_shown)
		fputs("\r\033[K", stderr);
	ovr_env_stop();
	app_clean_up();
	if (status == 0)
		status = report(advice, json, err);
	if (status == 0)
		code = (int)advice->verdict;
	free(advice);
	return code;
}

/* PORT may be an interface without netdev: before it. No interface's name has a colon. */
static int
name_port(const char *word, char *name, size_t size, struct ovr_err *err)
{
	int n = snprintf(name, size, "%s%s", strchr(word, ':') == NULL ? "netdev:" : "", word);

	if (word[0] == '\0' || word[0] == '-' || n < 0 || (size_t)n >= size)
		return ovr_err_set(err, -EINVAL,
			"ring advise: found \"%.80s\", accepted: the port that receives, as in ring advise "
			"wire:1 or "
			"ring advise eth0 --tx netdev:eth1",
			word);
	return 0;
}

/* The command line with PORT as its --rx. */
static int
parse(int argc, char **argv, struct app_options *ret_options, struct ovr_err *err)
{
	char port[OVR_PORT_NAME_BYTES];
	char **words = calloc((size_t)argc + 2, sizeof(*words));
	struct ovr_port_name name;
	int status;

	if (words == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the command line");
	status = name_port(argc > 1 ? argv[1] : "", port, sizeof(port), err);
	if (status == 0)
		status = ovr_port_name_parse("ring advise", port, &name, err);
	if (status == 0) {
		words[0] = argv[0];
		words[1] = (char *)"--rx";
		words[2] = port;
		for (int i = 2; i < argc; i++)
			words[i + 1] = argv[i];
		status = app_options_parse(argc + 1, words, OVR_PLAN_ADVISE, ret_options, err);
	}
	if (status == 0 && strcmp(ret_options->plan.rx.text, name.text) != 0)
		status = ovr_err_set(err, -EINVAL,
			"rx: found %.80s beside the port %.80s, accepted: one of them",
			ret_options->plan.rx.text, name.text);
	/* the EAL arguments stand in argv, not in the copy */
	if (status == 0) {
		int end = 1;

		while (end < argc && strcmp(argv[end], "--") != 0)
			end++;
		ret_options->eal = argv + (end < argc ? end + 1 : argc);
	}
	free(words);
	return status;
}

int
cmd_ring_advise(int argc, char **argv)
{
	struct app_options options = { .help = false };
	struct ovr_err err;
	struct app_output json = { 0 };
	int code = APP_EXIT_CANNOT;
	int status;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		char *help[] = { (char *)"help", (char *)"ring", NULL };

		return cmd_help(2, help);
	}
	status = parse(argc, argv, &options, &err);
	if (status == 0)
		status = app_plan_take_templates(&options.plan, &err);
	if (status == 0)
		status = ovr_advise_plan_freeze(&options.plan, &err);
	if (status == 0 && options.dry_run)
		return app_plan_print(&options.plan, &err);
	if (status == 0)
		status = app_output_open(&json, "json", options.plan.json, &err);
	if (status == 0) {
		app_recover(options.plan.quiet);
		code = advise(&options.plan, options.eal, &json, &err);
	}
	app_output_drop(&json);
	if (code == APP_EXIT_CANNOT)
		app_fail(&err);
	return code;
}

void
cmd_ring_advise_help(FILE *out)
{
	fprintf(out,
		"\noverrun ring advise PORT [OPTION]... [-- EAL-ARGUMENT...]\n\n"
		"Which receive ring is enough for this load on this host: a soak measures what comes to each "
		"queue and how the\n"
		"receive cores stall, a flood what they can take; the answer is tried, and the next power of "
		"two "
		"below it too. Exit\n"
		"codes: 0 a ring is enough, 1 none is, or the host is to be mended, 2 void, 3 could not run. "
		"Its "
		"options:\n");
	app_options_help(OVR_PLAN_ADVISE, out);
}

void
cmd_ring_advise_man(FILE *out)
{
	app_options_man(OVR_PLAN_ADVISE, out);
}
