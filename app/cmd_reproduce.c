/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <string.h>

#include "app.h"
#include "args.h"
#include "atlas/sheet.h"
#include "base/nearest.h"
#include "page.h"

static const struct app_arg options_table[] = {
	{ "list", NULL, "the places, and what each needs" },
	{ "keep", NULL, "leave the lab of the place, cured, and say how to enter and remove it" },
	{ "global", NULL,
		"change settings of the whole host, too, for the places that need it, and put them back: "
		"other "
		"programs lose frames meanwhile" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct reproduce_options {
	const char *name;
	const struct ovr_atlas_place *place; /* NULL: all */
	bool list, keep, global;
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
	struct reproduce_options options = { 0 };
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

static int
reproduce(struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place, size_t n, struct tally *tally,
	struct ovr_err *err)
{
	static struct ovr_atlas_outcome outcome;
	int status = 0;

	for (size_t i = 0; i < n && status == 0; i++) {
		status = ovr_atlas_reproduce(lab, &place[i], &outcome, err);
		if (status != 0)
			break;
		tally->n[outcome.verdict]++;
		tally->has_lab = outcome.has_before;
		ovr_atlas_sheet_print(lab, &place[i], &outcome, app_page(APP_PAGE_RESULT));
		/* who does not take the sheets any more has seen enough */
		if (app_page_flush() != 0)
			break;
	}
	return status;
}

static int
exit_code(const struct tally *tally, bool is_one)
{
	if (!is_one)
		fprintf(app_page(APP_PAGE_RESULT),
			"%u reproduced and cured, %u not reproduced, %u not cured, %u not here\n",
			tally->n[OVR_ATLAS_CURED], tally->n[OVR_ATLAS_UNSEEN], tally->n[OVR_ATLAS_UNCURED],
			tally->n[OVR_ATLAS_CANNOT]);
	return tally->n[OVR_ATLAS_UNSEEN] + tally->n[OVR_ATLAS_UNCURED] == 0 ? APP_EXIT_PASS : APP_EXIT_LOSS;
}

static int
run(const struct reproduce_options *options, struct ovr_atlas_lab *lab)
{
	struct tally tally = { { 0 }, false };
	struct ovr_err err, late_err;
	size_t n;
	const struct ovr_atlas_place *places = ovr_atlas_places(&n);
	bool is_one = options->place != NULL;
	int status = reproduce(lab, is_one ? options->place : places, is_one ? 1 : n, &tally, &err);
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
					: exit_code(&tally, is_one);
}

int
cmd_reproduce(int argc, char **argv)
{
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
	app_signals_open();
	app_recover(false);
	if (ovr_atlas_lab_open(&lab, &err) != 0)
		return app_fail(&err);
	if (options.global)
		ovr_atlas_lab_allow_global(lab);
	code = run(&options, lab);
	ovr_atlas_lab_close(lab);
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
