/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "app.h"
#include "args.h"
#include "base/units.h"
#include "hop/hop.h"
#include "output.h"
#include "page.h"
#include "report/hop.h"
#include "report/replay.h"

static const struct app_arg options_table[] = {
	{ "there", "KEY=VALUE,...",
		"from the first interface to the second: speed=, drop=, drop-burst=, drop-at=, drop-every=, "
		"dup=, reorder=, delay=, corrupt=, list= [none]" },
	{ "back", "KEY=VALUE,...", "the other way [none]" },
	{ "both", "KEY=VALUE,...", "both ways" },
	{ "replay", "RESULT.json",
		"there, lose the frames that a trial lost, by their order, again and again [none]" },
	{ "seed", "N", "of all random draws [1]" },
	{ "queue", "FRAMES", "that may wait for speed=, up to 1000000 [1000]" },
	{ "time", "TIME", "end after so long [on SIGINT or SIGTERM]" },
	{ "json", "FILE", "counts and the list of impairment events; -: to stdout [none]" },
	{ "force", NULL, "also an interface that this host is reached through" },
	{ "quiet", NULL, "do not say when the hop is up, nor its counts" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct hop_options {
	struct ovr_hop_conf conf;
	unsigned int n_names;
	uint64_t time_ns;
	const char *json, *replay;
	bool quiet;
};

static int
read_keys(const char *option, const char *text, struct ovr_hop_conf *conf, unsigned int way,
	struct ovr_err *err)
{
	conf->keys[way] = text;
	return ovr_hop_keys_parse(option, text, &conf->line[way], err);
}

static int
read_name(const char *text, struct hop_options *options, struct ovr_err *err)
{
	if (options->n_names == 2)
		return ovr_err_set(
			err, -EINVAL, "hop: found a third interface \"%.80s\", accepted: two", text);
	if (options->n_names == 1 && strcmp(options->conf.name[0], text) == 0)
		return ovr_err_set(
			err, -EINVAL, "hop: found \"%.80s\" twice, accepted: two interfaces", text);
	options->conf.name[options->n_names++] = text;
	return 0;
}

static int
apply(const struct app_word *word, struct hop_options *options, struct ovr_err *err)
{
	const char *name = word->option == NULL ? "" : word->option->name;
	uint64_t queue = 0;
	int status = 0;

	if (word->option == NULL)
		return read_name(word->text, options, err);
	if (strcmp(name, "there") == 0)
		return read_keys("--there", word->text, &options->conf, 0, err);
	if (strcmp(name, "back") == 0)
		return read_keys("--back", word->text, &options->conf, 1, err);
	if (strcmp(name, "both") == 0) {
		status = read_keys("--both", word->text, &options->conf, 0, err);
		return status != 0 ? status : read_keys("--both", word->text, &options->conf, 1, err);
	}
	if (strcmp(name, "seed") == 0)
		return ovr_units_parse_u64("--seed", word->text, 0, INT64_MAX - 1, &options->conf.seed, err);
	if (strcmp(name, "queue") == 0) {
		status = ovr_units_parse_u64("--queue", word->text, 1, 1000000, &queue, err);
		options->conf.queue_frames = (uint32_t)queue;
	} else if (strcmp(name, "time") == 0) {
		status = ovr_units_parse_duration_ns("--time", word->text, &options->time_ns, err);
		if (status == 0 && options->time_ns == 0)
			status = ovr_err_set(err, -ERANGE,
				"--time: found \"%.80s\", accepted: more than 0, or no --time", word->text);
	} else if (strcmp(name, "replay") == 0) {
		options->replay = word->text;
	} else if (strcmp(name, "json") == 0) {
		options->json = word->text;
	} else if (strcmp(name, "force") == 0) {
		options->conf.force = true;
	} else {
		options->quiet = true;
	}
	return status;
}

static int
parse(int argc, char **argv, struct hop_options *options, struct ovr_err *err)
{
	struct app_args args = { "hop", options_table, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, options, err);
	}
	if (status == 0 && options->n_names != 2)
		return ovr_err_set(err, -EINVAL,
			"hop: found %u interfaces, accepted: two: overrun hop eth1 eth2 --there drop=1%%",
			options->n_names);
	return status == 0 ? app_output_check_apart("hop", options->replay, options->json, err) : status;
}

static int
write_result(const struct hop_options *options, const struct ovr_result_hop *result,
	struct app_output *output, struct ovr_err *err)
{
	int status = 0;

	if (!options->quiet && !output->is_stdout)
		status = ovr_report_hop_text(result, app_page(APP_PAGE_RESULT), err);
	if (status == 0 && options->json != NULL)
		status = ovr_report_hop_json(result, output->file, err);
	return status == 0 && options->json != NULL ? app_output_finish(output, 1, err) : status;
}

/* Carry frames. What was carried until an interface went away is written, too. */
static int
carry(const struct hop_options *options, struct ovr_hop *hop, struct app_output *output, bool *ret_is_void,
	struct ovr_err *err)
{
	struct ovr_result_hop result;
	struct ovr_err why = { "" };
	int broken, status;

	if (!options->quiet)
		app_say("overrun: hop: %s and %s are connected", options->conf.name[0],
			options->conf.name[1]);
	broken = ovr_hop_run(hop, options->time_ns, &why);
	ovr_hop_end(hop, &result);
	if (broken != 0)
		snprintf(result.reason, sizeof(result.reason), "%s", why.text);
	*ret_is_void = result.reason[0] != '\0';
	status = write_result(options, &result, output, err);
	return status;
}

int
cmd_hop(int argc, char **argv)
{
	struct hop_options options = {
		.conf = { .seed = 1, .queue_frames = OVR_CABLE_QUEUE, .keys = { "", "" } },
	};
	struct app_output output = { 0 };
	struct ovr_replay replay = { 0 };
	struct ovr_hop *hop = NULL;
	bool is_void = false;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	if (status == 0 && options.replay != NULL)
		status = ovr_replay_read(options.replay, &replay, &err);
	options.conf.replay = (struct ovr_cable_replay){ replay.range, replay.n, replay.sent };
	if (status == 0 && options.json != NULL)
		status = app_output_open(&output, "json", options.json, &err);
	app_signals_open();
	if (status == 0) {
		app_recover(options.quiet);
		status = ovr_hop_open(&options.conf, &hop, &err);
	}
	if (status == 0)
		status = carry(&options, hop, &output, &is_void, &err);
	ovr_hop_close(hop);
	ovr_replay_done(&replay);
	app_output_drop(&output);
	if (status != 0)
		return app_fail(&err);
	return is_void ? APP_EXIT_VOID : APP_EXIT_PASS;
}

void
cmd_hop_help(FILE *out)
{
	fprintf(out,
		"\nConnects two interfaces like a lossy cable: what arrives at one leaves by the other, "
		"delayed, "
		"dropped, doubled, reordered or damaged, seeded and listed. Each of them should have no "
		"address. "
		"Exit codes: 0 carried, 2 more was lost than the plan says, 3 could not.\n\n");
	app_args_help(options_table, out);
}
