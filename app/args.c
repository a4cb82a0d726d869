/* SPDX-License-Identifier: BSD-3-Clause */
#include "args.h"

#include <errno.h>
#include <string.h>

#include "base/nearest.h"
#include "page.h"

int
app_refuse_option(const char *command, const char *word, const char *nearest, struct ovr_err *err)
{
	if (word[0] != '-')
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: options alone, which begin with --: those of "
			"\"overrun "
			"help %s\"",
			command, word, command);
	if (nearest == NULL)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", which is no option of it; accepted: those of \"overrun help "
			"%s\"",
			command, word, command);
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\", which is no option of it, did you mean --%s; accepted: those of "
		"\"overrun help %s\"",
		command, word, nearest, command);
}

bool
app_is_value(int argc, char *const *argv, int at)
{
	return at < argc && strncmp(argv[at], "--", 2) != 0;
}

int
app_refuse_missing(const char *command, const char *name, const char *metavar, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL, "%s: --%s: a value is missing; accepted: --%s %s", command, name,
		name, metavar);
}

/* The option of that name; NULL: there is none, and the sentence says which one comes near. */
static const struct app_arg *
option_named(const struct app_args *args, const char *word, const char *name, size_t n, struct ovr_err *err)
{
	struct ovr_nearest nearest;
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)n, name);
	nearest = ovr_nearest_to(text);
	for (const struct app_arg *option = args->table; option->name != NULL; option++) {
		if (strcmp(option->name, text) == 0)
			return option;
		ovr_nearest_offer(&nearest, option->name);
	}
	app_refuse_option(args->command, word, ovr_nearest_is_likely(&nearest) ? nearest.nearest : NULL, err);
	return NULL;
}

int
app_args_next(struct app_args *args, struct app_word *ret_word, struct ovr_err *err)
{
	const char *word = args->argv[args->at++];
	const char *name = word + strspn(word, "-");
	size_t n = strcspn(name, "=");
	const struct app_arg *option;

	*ret_word = (struct app_word){ .text = word };
	if (word[0] != '-' || word[1] == '\0')
		return 0;
	option = option_named(args, word, name, n, err);
	if (option == NULL)
		return -EINVAL;
	if (name - word != 2)
		return app_refuse_option(args->command, word, option->name, err);
	if (option->metavar == NULL && name[n] == '=')
		return ovr_err_set(err, -EINVAL, "%s: --%s: found the value \"%.80s\", accepted: --%s alone",
			args->command, option->name, name + n + 1, option->name);
	if (option->metavar != NULL && name[n] != '=' && !app_is_value(args->argc, args->argv, args->at))
		return app_refuse_missing(args->command, option->name, option->metavar, err);
	ret_word->option = option;
	ret_word->text = option->metavar == NULL ? NULL
		: name[n] == '='                 ? name + n + 1
						 : args->argv[args->at++];
	return 0;
}

void
app_args_help(const struct app_arg *table, FILE *out)
{
	for (; table->name != NULL; table++)
		app_page_option(out, table->name, table->metavar, table->help, NULL);
}

int
app_args_choice(
	const char *command, const struct app_word *word, unsigned int *ret_value, struct ovr_err *err)
{
	const char *at = word->option->metavar;

	for (unsigned int value = 0; *at != '\0'; value++) {
		size_t n = strcspn(at, "|");

		if (strlen(word->text) == n && memcmp(at, word->text, n) == 0) {
			*ret_value = value;
			return 0;
		}
		at += n + (at[n] == '|');
	}
	return ovr_err_set(err, -EINVAL, "%s: --%s: found \"%.80s\", accepted: %s", command,
		word->option->name, word->text, word->option->metavar);
}
