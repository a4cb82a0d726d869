/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "plan/command.h"

/* A key, a colon, a space, a value of which every character may be escaped, quotes, a heading. */
#define LINE_BYTES (2 * OVR_PLAN_VALUE_BYTES + 128)

void
ovr_plan_default(struct ovr_plan *plan)
{
	const struct ovr_plan_row *row;

	memset(plan, 0, sizeof(*plan));
	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		row->parse(row, row->fallback, plan, NULL);
}

void
ovr_plan_offer_keys(enum ovr_plan_command command, struct ovr_nearest *nearest)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		if (ovr_plan_takes(command, row))
			ovr_nearest_offer(nearest, row->key);
}

/* A row's number in the table. */
static size_t
row_index(const struct ovr_plan_row *row)
{
	size_t index = 0;

	while (index < OVR_PLAN_ROWS_MAX - 1 && ovr_plan_row_at(index) != row)
		index++;
	return index;
}

bool
ovr_plan_is_given(const struct ovr_plan *plan, const char *key)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);

	return row != NULL && plan->is_given[row_index(row)];
}

int
ovr_plan_set_row(struct ovr_plan *plan, const struct ovr_plan_row *row, const char *text, struct ovr_err *err)
{
	char names[96] = "";
	size_t n = 0;

	if (ovr_plan_has(plan->command, row)) {
		int status = row->parse(row, text, plan, err);

		if (status == 0)
			plan->is_given[row_index(row)] = true;
		return status;
	}
	for (unsigned int command = 0; command < OVR_PLAN_HALF && n < sizeof(names); command++)
		if (ovr_plan_has((enum ovr_plan_command)command, row))
			n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", n > 0 ? ", " : "",
				ovr_plan_spec_of((enum ovr_plan_command)command)->name);
	return ovr_err_set(err, -ENOENT, "%s: found %.80s for %s, accepted: for %s", row->key, text,
		ovr_plan_spec_of(plan->command)->noun, n > 0 ? names : ovr_plan_spec_of(OVR_PLAN_HALF)->noun);
}

int
ovr_plan_set(struct ovr_plan *plan, const char *key, const char *text, struct ovr_err *err)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);
	struct ovr_nearest nearest = ovr_nearest_to(key);

	if (row == NULL) {
		ovr_plan_offer_keys(plan->command, &nearest);
		return ovr_err_set(err, -ENOENT,
			"found \"%.80s\", which a plan does not have, nearest: \"%s\"", key, nearest.nearest);
	}
	return ovr_plan_set_row(plan, row, text, err);
}

/*
 * Any reader of YAML must find a text, or the number or switch that is meant: no null, no time, no
 * syntax.
 */
static bool
needs_quotes(const struct ovr_plan_row *row, const char *text)
{
	static const char *const words[] = { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+=%:,";
	size_t n = strlen(text);

	if (row->metavar == NULL)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(text, words[i]) == 0)
			return true;
	/* Digits and colons alone are a number in base 60. */
	return n == 0 || strchr("-+=%:,", text[0]) != NULL || text[n - 1] == ':' || strspn(text, safe) != n ||
		(strchr(text, ':') != NULL && strspn(text, "0123456789:.") == n);
}

/* @return characters written, as snprintf() */
static size_t
print_value(char *at, size_t size, const struct ovr_plan_row *row, const char *text)
{
	size_t n = 0;

	if (!needs_quotes(row, text))
		return (size_t)snprintf(at, size, "%s\n", text);
	at[n++] = '"';
	for (; *text != '\0' && n + 5 < size; text++) {
		if (*text == '"' || *text == '\\')
			at[n++] = '\\';
		at[n++] = *text;
	}
	at[n++] = '"';
	at[n++] = '\n';
	at[n] = '\0';
	return n;
}

char *
ovr_plan_print(const struct ovr_plan *plan)
{
	const struct ovr_plan_row *row;
	const char *section = "";
	size_t n_rows = 0;
	size_t size, n = 0;
	char *text;

	while (ovr_plan_row_at(n_rows) != NULL)
		n_rows++;
	size = n_rows * LINE_BYTES;
	text = malloc(size);
	if (text == NULL)
		return NULL;
	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		char value[OVR_PLAN_VALUE_BYTES];

		if (!ovr_plan_has(plan->command, row))
			continue;
		if (strcmp(section, row->section) != 0)
			n += (size_t)snprintf(
				text + n, size - n, "%s# %s\n", n > 0 ? "\n" : "", row->section);
		section = row->section;
		n += (size_t)snprintf(text + n, size - n, "%s: ", row->key);
		n += print_value(text + n, size - n, row, row->print(row, plan, value, sizeof(value)));
	}
	return text;
}
