/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "app.h"
#include "args.h"
#include "atlas/sheet.h"
#include "atlas/tell.h"
#include "base/nearest.h"
#include "output.h"
#include "page.h"
#include "report/reproductions.h"

static const struct app_arg options_table[] = {
	{ "list", NULL, "the places, and what each needs" },
	{ "keep", NULL, "leave the lab of the place, cured, and say how to enter and remove it" },
	{ "global", NULL,
		"change settings of the whole host, too, for the places that need it, and put them back: "
		"other "
		"programs lose frames meanwhile" },
	{ "json", "FILE", "write what came of each place as JSON; -: to stdout, in place of the sheets" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct reproduce_options {
	const char *name;
	const struct ovr_atlas_place *place; /* NULL: all */
	bool list, keep, global;
	const char *json; /* "": none is written */
};

static int
refuse_place(const char *name, struct ovr_err *err)
{
	struct ovr_nearest nearest = ovr_nearest_to(name);
	char question[OVR_NEAREST_QUESTION_BYTES];
	size_t n;
	const struct ovr_atlas_place *place = ovr_atlas_places(&n);

	for (size_t i = 0; i < n; i++)
		ovr_nearest_offer(&nearest, place[i].id);
	ovr_nearest_offer(&nearest, "all");
	return ovr_err_set(err, -EINVAL,
		"reproduce: found \"%.80s\"%s accepted: all, or a place that overrun reproduce --list names",
		name, ovr_nearest_ask(&nearest, question));
}

static int
apply(const struct app_word *word, struct reproduce_options *options, struct ovr_err *err)
{
	if (word->option != NULL) {
		if (strcmp(word->option->name, "list") == 0)
			options->list = true;
		else if (strcmp(word->option->name, "keep") == 0)
			options->keep = true;
		else if (strcmp(word->option->name, "json") == 0)
			options->json = word->text;
		else
			options->global = true;
		return 0;
	}
	if (options->name != NULL)
		return ovr_err_set(err, -EINVAL,
			"reproduce: found \"%.80s\" after %.80s, accepted: one place, or all", word->text,
			options->name);
	options->name = word->text;
	options->place = ovr_atlas_place_of(word->text);
	if (options->place == NULL && strcmp(word->text, "all") != 0)
		return refuse_place(word->text, err);
	return 0;
}

static int
parse(int argc, char **argv, struct reproduce_options *ret_options, struct ovr_err *err)
{
	struct reproduce_options options = { .json = "" };
	struct app_args args = { "reproduce", options_table, argc, argv, 1 };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, &options, err);
	}
	if (status == 0 && options.list && (options.name != NULL || options.keep || options.global))
		status = ovr_err_set(err, -EINVAL,
			"reproduce: --list found with %s, accepted: nothing beside it",
			options.keep             ? "--keep"
				: options.global ? "--global"
						 : "a place");
	if (status == 0 && options.list && options.json[0] != '\0')
		status = ovr_err_set(
			err, -EINVAL, "reproduce: --list found with --json, accepted: nothing beside it");
	if (status == 0 && options.keep && strcmp(options.json, "-") == 0)
		status = ovr_err_set(err, -EINVAL,
			"reproduce: --keep found with --json -, accepted: a file, since stdout says how to "
			"remove "
			"the lab");
	if (status == 0 && options.keep && options.global)
		status = ovr_err_set(err, -EINVAL,
			"reproduce: --keep found with --global, accepted: one of them; settings of the whole "
			"host are never kept");
	if (status == 0 && !options.list && options.name == NULL)
		status = ovr_err_set(err, -EINVAL,
			"reproduce: no place was named; accepted: all, or a place that overrun reproduce "
			"--list names");
	if (status == 0 && options.keep && (options.place == NULL || options.place->lab == OVR_ATLAS_NO_LAB))
		status = ovr_err_set(err, -EINVAL,
			"reproduce: --keep found with %s, accepted: a place that has a lab", options.name);
	if (status == 0)
		*ret_options = options;
	return status;
}

/* How many places came to each verdict. */
struct tally {
	unsigned int n[OVR_ATLAS_CANNOT + 1];
	bool has_lab; /* the last one has a lab that its cause was made in */
};

/* What is written with --json. */
struct record {
	struct app_output json;
	struct ovr_reproductions all;
};

/* Open the file, and make room for every place. */
static int
record_open(struct record *record, const char *path, struct ovr_err *err)
{
	time_t now = time(NULL);
	struct utsname names;
	struct tm tm;
	size_t n;
	int status;

	(void)ovr_atlas_places(&n);
	status = app_output_open(&record->json, "json", path, err);
	if (status != 0)
		return status;
	record->all.place = (struct ovr_reproduction *)calloc(n, sizeof(*record->all.place));
	if (record->all.place == NULL)
		return ovr_err_set(err, -ENOMEM, "reproduce: no memory for what came of %zu places", n);
	if (uname(&names) == 0)
		snprintf(record->all.kernel, sizeof(record->all.kernel), "%.12s %.64s %.32s", names.sysname,
			names.release, names.machine);
	if (gmtime_r(&now, &tm) != NULL)
		strftime(record->all.started_utc, sizeof(record->all.started_utc), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return 0;
}

static void
note(struct record *record, const struct ovr_atlas_place *place, const struct ovr_atlas_outcome *outcome)
{
	struct ovr_reproduction *told = &record->all.place[record->all.n++];

	ovr_atlas_tell(place, outcome, told);
	record->all.n_of[told->outcome]++;
}

/* Write what all places came to. @return code; APP_EXIT_CANNOT: it could not be written */
static int
record_write(struct record *record, int code)
{
	struct ovr_err err;
	int status = 0;

	if (record->json.file == NULL || code == APP_EXIT_VOID || code == APP_EXIT_CANNOT)
		return code;
	status = ovr_report_reproductions_json(&record->all, record->json.file, &err);
	if (status == 0)
		status = app_output_finish(&record->json, 1, &err);
	return status != 0 ? app_fail(&err) : code;
}

static void
record_drop(struct record *record)
{
	app_output_drop(&record->json);
	free(record->all.place);
}

static int
reproduce(struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place, size_t n, struct tally *tally,
	struct record *record, struct ovr_err *err)
{
	static struct ovr_atlas_outcome outcome;
	int status = 0;

	for (size_t i = 0; i < n && status == 0; i++) {
		status = ovr_atlas_reproduce(lab, &place[i], &outcome, err);
		if (status != 0)
			break;
		tally->n[outcome.verdict]++;
		tally->has_lab = outcome.has_before;
		note(record, &place[i], &outcome);
		if (record->json.is_stdout)
			continue;
		ovr_atlas_sheet_print(lab, &place[i], &outcome, app_page(APP_PAGE_RESULT));
		/* who does not take the sheets any more has seen enough */
		if (app_page_flush() != 0)
			break;
	}
	return status;
}

static int
exit_code(const struct tally *tally, bool is_quiet)
{
	if (!is_quiet)
		fprintf(app_page(APP_PAGE_RESULT),
			"%u reproduced and cured, %u not reproduced, %u not cured, %u not here\n",
			tally->n[OVR_ATLAS_CURED], tally->n[OVR_ATLAS_UNSEEN], tally->n[OVR_ATLAS_UNCURED],
			tally->n[OVR_ATLAS_CANNOT]);
	return tally->n[OVR_ATLAS_UNSEEN] + tally->n[OVR_ATLAS_UNCURED] == 0 ? APP_EXIT_PASS : APP_EXIT_LOSS;
}

static int
run(const struct reproduce_options *options, struct ovr_atlas_lab *lab, struct record *record)
{
	struct tally tally = { { 0 }, false };
	struct ovr_err err, late_err;
	size_t n;
	const struct ovr_atlas_place *places = ovr_atlas_places(&n);
	bool is_one = options->place != NULL;
	int status = reproduce(lab, is_one ? options->place : places, is_one ? 1 : n, &tally, record, &err);
	int late = 0;

	if (status == 0 && options->keep && tally.has_lab) {
		ovr_atlas_sheet_kept(lab, app_page(APP_PAGE_RESULT));
		ovr_atlas_lab_keep(lab);
	} else {
		late = ovr_atlas_lab_remove(lab, &late_err);
	}
	if (late != 0)
		app_say("overrun: %s", late_err.text);
	if (status == -EINTR) {
		app_say("overrun: reproduce was interrupted; its lab is removed");
		return APP_EXIT_VOID;
	}
	return status != 0 || late != 0 ? (status != 0 ? app_fail(&err) : APP_EXIT_CANNOT)
					: exit_code(&tally, is_one || record->json.is_stdout);
}

int
cmd_reproduce(int argc, char **argv)
{
	struct record record = { 0 };
	struct reproduce_options options;
	struct ovr_atlas_lab *lab;
	struct ovr_err err;
	int code;

	if (parse(argc, argv, &options, &err) != 0)
		return app_fail(&err);
	if (options.list) {
		ovr_atlas_sheet_list(app_page(APP_PAGE_RESULT));
		return APP_EXIT_PASS;
	}
	if (record_open(&record, options.json, &err) != 0) {
		record_drop(&record);
		return app_fail(&err);
	}
	app_signals_open();
	app_recover(false);
	if (ovr_atlas_lab_open(&lab, &err) != 0) {
		record_drop(&record);
		return app_fail(&err);
	}
	if (options.global)
		ovr_atlas_lab_allow_global(lab);
	code = record_write(&record, run(&options, lab, &record));
	ovr_atlas_lab_close(lab);
	record_drop(&record);
	return code;
}

void
cmd_reproduce_help(FILE *out)
{
	fprintf(out,
		"\nPLACE|all: a lab sheet for each place where a host loses frames: what happens, the "
		"trial and its ledger, the counter as the familiar tool prints it, the remedy, and the "
		"trial again. Hosts are network namespaces of its own, removed at the end. A place that "
		"this host cannot reproduce says why. --global is for hosts that nobody else needs, as a "
		"virtual "
		"machine: it also changes settings of the whole host, and puts them back.\n\nExit codes: 0 "
		"every place that could be tried was "
		"reproduced and cured, 1 one was not, 2 interrupted, 3 could not run.\n\n");
	app_args_help(options_table, out);
}
