/* SPDX-License-Identifier: BSD-3-Clause */
#include "options.h"

#include <errno.h>
#include <string.h>

#include "args.h"
#include "page.h"
#include "plan/command.h"

/* Options that are no rows of a plan: they say where it comes from and what to do with it. */
static const struct {
	const char *name, *metavar, *help;
} own_options[] = {
	{ "port", "PORT", "one port for both: --tx PORT --rx PORT" },
	{ "plan", "FILE", "read a YAML plan first; options override it" },
	{ "dry-run", NULL, "print the effective plan, which is a plan itself, and send nothing" },
	{ "help", NULL, "this text, as -h" },
};

/* Whether the command has that option. One that names no ports has none for both of them. */
static bool
has_own(enum ovr_plan_command command, size_t index)
{
	return strcmp(own_options[index].name, "port") != 0 || ovr_plan_takes(command, ovr_plan_row_of("tx"));
}

/* One option as it stands in argv: its name, and its value if it has one. */
struct option {
	char name[64];
	const char *value; /* NULL: none was given */
};

/*
 * Whether there is such an option. Its metavar says whether it takes a value. A switch takes one
 * only after "=" (--quiet=false).
 */
static bool
is_known(const char *name, const char **ret_metavar)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(name);

	if (row != NULL)
		*ret_metavar = row->metavar;
	for (size_t i = 0; row == NULL && i < sizeof(own_options) / sizeof(own_options[0]); i++) {
		if (strcmp(own_options[i].name, name) != 0)
			continue;
		*ret_metavar = own_options[i].metavar;
		return true;
	}
	return row != NULL;
}

/* Refuse a word that is no option, naming the one that was probably meant. */
static int
refuse(enum ovr_plan_command command, const char *word, struct ovr_err *err)
{
	struct ovr_nearest nearest;
	const char *asked = word + strspn(word, "-");
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(asked, "="), asked);
	nearest = ovr_nearest_to(name);
	ovr_plan_offer_keys(command, &nearest);
	for (size_t i = 0; i < sizeof(own_options) / sizeof(own_options[0]); i++)
		if (has_own(command, i))
			ovr_nearest_offer(&nearest, own_options[i].name);
	return app_refuse_option(ovr_plan_spec_of(command)->name, word,
		ovr_nearest_is_likely(&nearest) ? nearest.nearest : NULL, err);
}

/* Take the option at argv[*at] and move on after it. */
static int
next_option(int argc, char **argv, int *at, enum ovr_plan_command command, struct option *ret_option,
	struct ovr_err *err)
{
	const char *word = argv[*at];
	const char *equals = strchr(word, '=');
	size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
	struct option option = { .value = equals != NULL ? equals + 1 : NULL };
	const char *name = ovr_plan_spec_of(command)->name;
	const char *metavar = NULL;

	if (strncmp(word, "--", 2) != 0 || length - 2 >= sizeof(option.name))
		return refuse(command, word, err);
	memcpy(option.name, word + 2, length - 2);
	if (!is_known(option.name, &metavar))
		return refuse(command, word, err);
	(*at)++;
	if (metavar != NULL && option.value == NULL) {
		if (!app_is_value(argc, argv, *at))
			return app_refuse_missing(name, option.name, metavar, err);
		option.value = argv[(*at)++];
	}
	*ret_option = option;
	return 0;
}

static int
apply(const struct option *option, struct app_options *options, struct ovr_err *err)
{
	int status;

	if (strcmp(option->name, "plan") == 0)
		return 0; /* read already */
	/* the help itself has been printed before anything was read */
	if (strcmp(option->name, "dry-run") == 0 || strcmp(option->name, "help") == 0) {
		if (option->value != NULL)
			return ovr_err_set(err, -EINVAL,
				"%s: --%s: found the value \"%.80s\", accepted: --%s alone",
				ovr_plan_spec_of(options->plan.command)->name, option->name, option->value,
				option->name);
		options->dry_run = true;
		return 0;
	}
	if (strcmp(option->name, "port") == 0) {
		status = ovr_plan_set(&options->plan, "tx", option->value, err);
		if (status == 0)
			status = ovr_plan_set(&options->plan, "rx", options->plan.ports.tx.text, err);
	} else {
		status = ovr_plan_set(
			&options->plan, option->name, option->value != NULL ? option->value : "true", err);
	}
	return status;
}

/* A plan that was read is not written over: files are known when every option has been taken. */
static int
check_sources(int end, char **argv, const struct app_options *options, struct ovr_err *err)
{
	struct option option;
	int status = 0;

	for (int at = 1; at < end && status == 0;) {
		status = next_option(end, argv, &at, options->plan.command, &option, err);
		if (status == 0 && strcmp(option.name, "plan") == 0)
			status = ovr_plan_check_source(&options->plan, option.value, err);
	}
	return status;
}

int
app_options_parse(int argc, char **argv, enum ovr_plan_command command, struct app_options *ret_options,
	struct ovr_err *err)
{
	static char *no_arguments[] = { NULL };
	struct app_options options = { .eal = no_arguments };
	struct option option;
	int status, end = 1;

	while (end < argc && strcmp(argv[end], "--") != 0)
		end++;
	if (end < argc)
		options.eal = argv + end + 1;
	ovr_plan_default_for(command, &options.plan);
	for (int at = 1; at < end;) {
		status = next_option(end, argv, &at, command, &option, err);
		if (status == 0 && strcmp(option.name, "plan") == 0)
			status = ovr_plan_load(&options.plan, option.value, err);
		if (status != 0)
			return status;
	}
	for (int at = 1; at < end;) {
		status = next_option(end, argv, &at, command, &option, err);
		if (status == 0)
			status = apply(&option, &options, err);
		if (status != 0)
			return status;
	}
	status = check_sources(end, argv, &options, err);
	if (status != 0)
		return status;
	*ret_options = options;
	return 0;
}

/* What a row is where nobody says anything. */
static const char *
default_of(enum ovr_plan_command command, const struct ovr_plan_row *row, char *buf, size_t size)
{
	char value[OVR_PLAN_VALUE_BYTES];
	struct ovr_plan plan;

	if (row->metavar == NULL)
		return "";
	ovr_plan_default_for(command, &plan);
	/* what is printed may stand in the plan itself */
	snprintf(buf, size, "%s", row->print(row, &plan, value, sizeof(value)));
	return buf;
}

/* Text as roff takes it: hyphens and backslashes are signs of its own. */
static void
print_roff(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\'')
			fputs("\\(aq", out);
		else
			fputc(*text, out);
	}
}

static void
print_roff_option(FILE *out, const char *name, const char *metavar, const char *help, const char *fallback)
{
	fputs(".TP\n\\fB\\-\\-", out);
	print_roff(out, name);
	fputs("\\fR", out);
	if (metavar != NULL) {
		fputs(" \\fI", out);
		print_roff(out, metavar);
		fputs("\\fR", out);
	}
	fputc('\n', out);
	print_roff(out, help);
	if (fallback != NULL && fallback[0] != '\0') {
		fputs(" [", out);
		print_roff(out, fallback);
		fputc(']', out);
	}
	fputc('\n', out);
}

/* A page of options: how it begins a section, and how it shows an option. */
struct page {
	const char *before; /* the heading of a section */
	void (*print)(
		FILE *out, const char *name, const char *metavar, const char *help, const char *fallback);
};

static void
print_options(enum ovr_plan_command command, const struct page *page, FILE *out)
{
	const char *section = "";
	char value[OVR_PLAN_VALUE_BYTES];
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		if (!ovr_plan_takes(command, row))
			continue;
		if (strcmp(section, row->section) != 0)
			fprintf(out, "%s%s\n", page->before, row->section);
		section = row->section;
		page->print(out, row->key, row->metavar, row->help,
			default_of(command, row, value, sizeof(value)));
	}
	fprintf(out, "%s%s\n", page->before, "the command");
	for (size_t i = 0; i < sizeof(own_options) / sizeof(own_options[0]); i++)
		if (has_own(command, i))
			page->print(
				out, own_options[i].name, own_options[i].metavar, own_options[i].help, NULL);
}

void
app_options_help(enum ovr_plan_command command, FILE *out)
{
	print_options(command, &(const struct page){ "\n", app_page_option }, out);
}

void
app_options_man(enum ovr_plan_command command, FILE *out)
{
	print_options(command, &(const struct page){ ".SS ", print_roff_option }, out);
}
