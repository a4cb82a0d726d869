/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "args.h"
#include "base/units.h"
#include "flows/flows.h"
#include "hop/hop.h"
#include "output.h"
#include "page.h"
#include "report/replay.h"
#include "report/tcp_impact.h"
#include "result/tcp_flow.h"

/* Of each flow, as a default. */
#define TIME_NS UINT64_C(10000000000)

static const struct app_arg options_table[] = {
	{ "rtt", "TIME,...", "round-trip times of the flows, up to 8 [1ms,20ms,100ms]" },
	{ "mss", "BYTES", "payload of a segment [1448]" },
	{ "cc", "NAME,...", "congestion control: cubic, reno, bbr [cubic,reno,bbr]" },
	{ "json", "FILE", "the answer as JSON; -: to stdout, in place of the text [none]" },
	{ "measure", NULL,
		"send flows of this kernel's TCP beside the prediction, in network namespaces, through a hop "
		"that loses what the trial lost; needs root" },
	{ "time", "TIME", "of each flow, behind slow start [10s]" },
	{ "impair", "KEY=VALUE,...",
		"the hop does this to data in place of the trial's losses: keys of overrun hop [none]" },
	{ "seed", "N", "of the random draws of --impair [1]" },
	{ "rx", "tcp:ADDRESS:PORT",
		"measure over a path that is there, as run --rx does; --rtt does not "
		"matter then [none]" },
	{ "tx", "tcp:ADDRESS:PORT", "the sending end of that path, as of run --tx [as --rx]" },
	{ "quiet", NULL, "do not say which flow is being measured" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct tcp_options {
	const char *path, *json;
	struct ovr_tcp_impact_question question;
	bool is_measured, is_quiet;
	const char *only_measured; /* an option that says nothing without --measure; NULL: none */
	const char *only_lab;      /* one that says nothing with ports of a path; NULL: none */
	struct ovr_flows_conf flows;
};

static int
add_rtt(struct ovr_tcp_impact_question *question, const char *text, struct ovr_err *err)
{
	uint64_t ns = 0;
	int status = ovr_units_parse_duration_ns("--rtt", text, &ns, err);

	if (status != 0)
		return status;
	if (ns < OVR_TCP_IMPACT_RTT_MIN_NS || ns > OVR_TCP_IMPACT_RTT_MAX_NS)
		return ovr_err_set(err, -ERANGE, "--rtt: found \"%.80s\", accepted: 1us to 60s", text);
	if (question->n_rtts == OVR_TCP_IMPACT_RTTS_MAX)
		return ovr_err_set(err, -E2BIG, "--rtt: found more than %d times, accepted: 1 to %d",
			OVR_TCP_IMPACT_RTTS_MAX, OVR_TCP_IMPACT_RTTS_MAX);
	question->rtt_ns[question->n_rtts++] = ns;
	return 0;
}

static int
add_algorithm(struct ovr_tcp_impact_question *question, const char *text, struct ovr_err *err)
{
	for (int cc = 0; cc < OVR_TCP_IMPACT_CCS; cc++)
		if (strcmp(text, ovr_tcp_impact_cc_name((enum ovr_tcp_impact_cc)cc)) == 0) {
			question->asks[cc] = true;
			return 0;
		}
	return ovr_err_set(err, -EINVAL, "--cc: found \"%.80s\", accepted: cubic, reno, bbr", text);
}

/* Each item of a list with commas; an empty one is refused by @p add. */
static int
read_list(struct ovr_tcp_impact_question *question, const char *list,
	int (*add)(struct ovr_tcp_impact_question *question, const char *text, struct ovr_err *err),
	struct ovr_err *err)
{
	const char *at = list;
	int status;

	do {
		size_t n = strcspn(at, ",");
		char item[96];

		snprintf(item, sizeof(item), "%.*s", n < sizeof(item) ? (int)n : (int)sizeof(item) - 1, at);
		status = add(question, item, err);
		at += n;
	} while (status == 0 && *at++ == ',');
	return status;
}

/* An option of the measurement. */
static int
apply_measured(const char *name, const char *text, struct tcp_options *options, struct ovr_err *err)
{
	struct ovr_flows_conf *flows = &options->flows;

	options->only_measured = name;
	if (strcmp(name, "time") == 0) {
		int status = ovr_units_parse_duration_ns("--time", text, &flows->time_ns, err);

		if (status == 0 &&
			(flows->time_ns < OVR_FLOWS_TIME_MIN_NS || flows->time_ns > OVR_FLOWS_TIME_MAX_NS))
			return ovr_err_set(
				err, -ERANGE, "--time: found \"%.80s\", accepted: 100ms to 1h", text);
		return status;
	}
	if (strcmp(name, "rx") == 0) {
		flows->rx = text;
	} else if (strcmp(name, "tx") == 0) {
		flows->tx = text;
	} else {
		options->only_lab = name;
		if (strcmp(name, "seed") == 0)
			return ovr_units_parse_u64("--seed", text, 0, INT64_MAX - 1, &flows->seed, err);
		flows->keys = text;
		return ovr_hop_keys_parse("--impair", text, &flows->line, err);
	}
	return 0;
}

static int
apply(const struct app_word *word, struct tcp_options *options, struct ovr_err *err)
{
	struct ovr_tcp_impact_question *question = &options->question;
	const char *name = word->option == NULL ? "" : word->option->name;
	uint64_t mss = 0;
	int status;

	if (word->option == NULL && options->path != NULL)
		return ovr_err_set(
			err, -EINVAL, "tcp: found a second result \"%.80s\", accepted: one", word->text);
	if (word->option == NULL) {
		options->path = word->text;
	} else if (strcmp(name, "rtt") == 0) {
		question->n_rtts = 0;
		return read_list(question, word->text, add_rtt, err);
	} else if (strcmp(name, "cc") == 0) {
		memset(question->asks, 0, sizeof(question->asks));
		return read_list(question, word->text, add_algorithm, err);
	} else if (strcmp(name, "mss") == 0) {
		status = ovr_units_parse_u64(
			"--mss", word->text, OVR_TCP_IMPACT_MSS_MIN, OVR_TCP_IMPACT_MSS_MAX, &mss, err);
		question->mss = (uint32_t)mss;
		return status;
	} else if (strcmp(name, "json") == 0) {
		options->json = word->text;
	} else if (strcmp(name, "measure") == 0) {
		options->is_measured = true;
	} else if (strcmp(name, "quiet") == 0) {
		options->is_quiet = true;
	} else {
		return apply_measured(name, word->text, options, err);
	}
	return 0;
}

/* What only a lab can do, and what its hop cannot. */
static int
check_lab(const struct tcp_options *options, struct ovr_err *err)
{
	const struct ovr_tcp_impact_question *question = &options->question;

	if (options->flows.rx != NULL || options->flows.tx != NULL)
		return options->only_lab == NULL
			? 0
			: ovr_err_set(err, -EINVAL,
				  "tcp: found --%s with ports of a path, accepted: "
				  "without --rx and --tx, since no hop of ours stands "
				  "there",
				  options->only_lab);
	if (question->mss > OVR_FLOWS_MSS_MAX)
		return ovr_err_set(err, -ERANGE, "--mss: found %u with --measure, accepted: up to %u",
			question->mss, OVR_FLOWS_MSS_MAX);
	for (uint32_t i = 0; i < question->n_rtts; i++)
		if (question->rtt_ns[i] + 2 * options->flows.line.delay_ns > OVR_FLOWS_RTT_MAX_NS)
			return ovr_err_set(err, -ERANGE,
				"--rtt: found %.3g s with --measure, accepted: up to 2 s, twice the delay= "
				"of "
				"--impair included",
				(double)question->rtt_ns[i] / 1e9);
	return 0;
}

static int
check(const struct tcp_options *options, struct ovr_err *err)
{
	if (options->path == NULL)
		return ovr_err_set(
			err, -EINVAL, "tcp: no result was named; accepted: overrun tcp RESULT.json");
	if (!options->is_measured && options->only_measured != NULL)
		return ovr_err_set(err, -EINVAL, "tcp: found --%s without --measure, accepted: with it",
			options->only_measured);
	if (app_output_check_apart("tcp", options->path, options->json, err) != 0)
		return -EINVAL;
	return options->is_measured ? check_lab(options, err) : 0;
}

static int
parse(int argc, char **argv, struct tcp_options *options, struct ovr_err *err)
{
	struct app_args args = { "tcp", options_table, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, options, err);
	}
	return status == 0 ? check(options, err) : status;
}

static void
say(uint32_t number, uint32_t n, const struct ovr_tcp_flow *flow, uint64_t time_ns)
{
	char rtt[64] = "";

	if (flow->rtt_asked_ns != 0)
		snprintf(rtt, sizeof(rtt), "RTT %.6g ms, ", (double)flow->rtt_asked_ns / 1e6);
	app_say("overrun: tcp: flow %u of %u: %s, %s%.3g s", number, n, ovr_tcp_impact_cc_name(flow->cc), rtt,
		(double)time_ns / 1e9);
}

/* Flows beside the answer: through the losses of the trial, or --impair. */
static int
measure(struct tcp_options *options, struct ovr_tcp_impact *impact, struct ovr_err *err)
{
	struct ovr_flows_conf *flows = &options->flows;
	bool has_lab = flows->rx == NULL && flows->tx == NULL;
	struct ovr_replay replay = { 0 };
	int status = 0;

	if (has_lab && flows->keys[0] == '\0')
		status = ovr_replay_read(options->path, &replay, err);
	flows->replay = (struct ovr_cable_replay){ replay.range, replay.n, replay.sent };
	if (!options->is_quiet)
		flows->say = say;
	app_signals_open();
	/* without root no lab is made, and nothing of one is removed */
	if (has_lab && geteuid() == 0)
		app_recover(options->is_quiet);
	if (status == 0)
		status = ovr_flows_measure(flows, impact, &app_stop, err);
	ovr_replay_done(&replay);
	return status;
}

static int
answer(const struct tcp_options *options, const struct ovr_tcp_impact *impact, struct ovr_err *err)
{
	struct app_output output = { 0 };
	int status = 0;

	if (options->json != NULL)
		status = app_output_open(&output, "json", options->json, err);
	if (status == 0 && !output.is_stdout)
		status = ovr_report_tcp_impact_text(impact, app_page(APP_PAGE_RESULT), err);
	if (status == 0 && options->json != NULL)
		status = ovr_report_tcp_impact_json(impact, output.file, err);
	if (status == 0 && options->json != NULL)
		status = app_output_finish(&output, 1, err);
	app_output_drop(&output);
	return status;
}

int
cmd_tcp(int argc, char **argv)
{
	struct tcp_options options = {
		.question = ovr_tcp_impact_usual(),
		.flows = { .time_ns = TIME_NS, .keys = "", .seed = 1 },
	};
	struct ovr_tcp_impact impact = { 0 };
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	if (status == 0)
		status = ovr_tcp_impact_read(options.path, &options.question, &impact, &err);
	if (status == 0 && options.is_measured && impact.unknown[0] == '\0')
		status = measure(&options, &impact, &err);
	if (status == 0)
		status = answer(&options, &impact, &err);
	ovr_tcp_impact_done(&impact);
	if (status == -EINTR) {
		app_say("overrun: %s", err.text);
		return APP_EXIT_VOID;
	}
	if (status != 0)
		return app_fail(&err);
	return impact.unknown[0] != '\0' ? APP_EXIT_VOID : APP_EXIT_PASS;
}

void
cmd_tcp_help(FILE *out)
{
	fprintf(out,
		"\nReads a result of run that --json wrote, and says what its losses, reordering and outages "
		"mean "
		"for a TCP flow: loss events, the rate by formulas, how losses are repaired, how long "
		"outages "
		"stop it. Without --measure it sends nothing. Exit codes: 0 answered, 2 the result says "
		"nothing (it is void), or interrupted, 3 could not.\n\n");
	app_args_help(options_table, out);
}
