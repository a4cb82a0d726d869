/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_version.h>

#include "app.h"
#include "atlas/places.h"
#include "commit.h"
#include "job.h"
#include "page.h"

static void
print_overview(FILE *out)
{
	fprintf(out, "overrun %s: a kernel-bypass loss tester\n\n", OVR_VERSION);
	for (const struct app_command *command = app_commands; command->name != NULL; command++)
		fprintf(out, "  overrun %-9s  %s\n", command->name, command->summary);
	fprintf(out,
		"\n\"overrun help COMMAND\" tells a command's options. \"overrun run\" alone sends 64-byte "
		"frames at 10G line rate over an emulated cable for five seconds: no NIC, no root, no "
		"hugepages.\n\n"
		"Exit codes: 0 pass, 1 loss above the limit, 2 void (not to be trusted, with reasons), 3 "
		"could not run.\n");
}

static void
print_verbs(const struct app_command *command, FILE *out)
{
	fprintf(out, "overrun %s VERB ...\n\n%s\n\n", command->name, command->summary);
	for (const struct app_command *verb = command->verbs; verb->name != NULL; verb++)
		fprintf(out, "  overrun %s %-7s  %s\n", command->name, verb->name, verb->summary);
	fprintf(out, "\n\"overrun help %s VERB\" tells a verb's options.\n", command->name);
}

/* The part of a command's help that is its own, and its options. */
static void
print_own_help(const struct app_command *command, FILE *out)
{
	if (command->job != NULL)
		app_job_help(command->job, out);
	else if (command->help != NULL)
		command->help(out);
}

static int
print_help(const struct app_command *command, const char *verb_name)
{
	FILE *out = app_page(APP_PAGE_HELP);
	const struct app_command *verb = NULL;
	struct ovr_err err;

	if (verb_name != NULL) {
		verb = app_command_of(command->verbs, command->name, verb_name, &err);
		if (verb == NULL)
			return app_fail(&err);
	}
	if (command->verbs != NULL && verb == NULL) {
		print_verbs(command, out);
		return APP_EXIT_PASS;
	}
	fprintf(out, "overrun %s ", command->name);
	if (verb != NULL) {
		fprintf(out, "%s ", verb->name);
		command = verb;
	}
	fprintf(out, "%s\n\n%s\n", command->synopsis, command->summary);
	print_own_help(command, out);
	return APP_EXIT_PASS;
}

/* @param before the command whose verbs these are, and a blank; "": they are commands */
static void
print_rows_of(const struct app_command *commands, const char *before, FILE *nowhere)
{
	for (const struct app_command *command = commands; command->name != NULL; command++) {
		char name[64];

		snprintf(name, sizeof(name), "%s%s", before, command->name);
		fprintf(app_page(0), "command\t%s\t%s\t%s\n", name, command->synopsis, command->summary);
		app_page_option_rows(name);
		print_own_help(command, nowhere);
		app_page_option_rows(NULL);
		if (command->verbs != NULL) {
			snprintf(name, sizeof(name), "%s ", command->name);
			print_rows_of(command->verbs, name, nowhere);
		}
	}
}

/* Every command and option, and the words that stand for PLACE: what completions are made of. */
static int
print_rows(void)
{
	FILE *nowhere = fopen("/dev/null", "w");
	struct ovr_err err;
	size_t n;
	const struct ovr_atlas_place *place = ovr_atlas_places(&n);

	if (nowhere == NULL) {
		ovr_err_set(&err, -errno, "help: /dev/null cannot be opened: %s", strerror(errno));
		return app_fail(&err);
	}
	print_rows_of(app_commands, "", nowhere);
	fclose(nowhere);
	for (size_t i = 0; i < n; i++)
		fprintf(app_page(0), "word\tPLACE\t%s\n", place[i].id);
	return APP_EXIT_PASS;
}

int
app_help_on(int argc, char **argv)
{
	struct ovr_err err;
	const struct app_command *command = app_command_of(app_commands, "command", argv[0], &err);

	if (command == NULL)
		return app_fail(&err);
	/* "ring -h" asks for all of it */
	return print_help(command, command->verbs != NULL && argc > 1 && argv[1][0] != '-' ? argv[1] : NULL);
}

int
cmd_help(int argc, char **argv)
{
	const struct app_command *command;
	struct ovr_err err;
	bool has_man;

	if (argc < 2) {
		print_overview(app_page(APP_PAGE_HELP));
		return APP_EXIT_PASS;
	}
	if (argc == 2 && strcmp(argv[1], "--rows") == 0)
		return print_rows();
	command = app_command_of(app_commands, "help", argv[1], &err);
	if (command == NULL)
		return app_fail(&err);
	has_man = command->man != NULL || command->job != NULL;
	if (argc == 3 && strcmp(argv[2], "--man") == 0 && has_man) {
		if (command->job != NULL)
			app_options_man(command->job->command, app_page(0));
		else
			command->man(app_page(0));
		return APP_EXIT_PASS;
	}
	if (argc == 2 || (argc == 3 && command->verbs != NULL))
		return print_help(command, argv[2]);
	ovr_err_set(&err, -EINVAL, "help: found \"%.80s\" after %s, accepted: nothing%s", argv[2],
		command->name, has_man ? ", or --man for the options as roff" : "");
	return app_fail(&err);
}

int
cmd_version(int argc, char **argv)
{
	struct ovr_err err;

	if (argc > 1) {
		ovr_err_set(&err, -EINVAL, "version: found \"%.80s\", accepted: nothing after it", argv[1]);
		return app_fail(&err);
	}
	if (app_commit[0] != '\0')
		printf("overrun %s (%s), %s\n", OVR_VERSION, app_commit, rte_version());
	else
		printf("overrun %s, %s\n", OVR_VERSION, rte_version());
	return APP_EXIT_PASS;
}
