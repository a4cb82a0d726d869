/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/view.h"
#include "plan/command.h"

/* What names files, and what freezing a plan decides anew. */
#define LEFT_OUT "json,csv,capture,checkpoint,quiet,trial-id,mbufs"

/* A word that a shell takes as it is. */
static void
print_word(FILE *out, const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/%=+-@";

	if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
		fputs(text, out);
		return;
	}
	fputc('\'', out);
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	fputc('\'', out);
}

static void
print_options(const json_t *plan, enum ovr_plan_command command, FILE *out)
{
	const struct ovr_plan_spec *spec = ovr_plan_spec_of(command);
	const struct ovr_plan_row *row;
	struct ovr_plan usual;

	ovr_plan_default_for(command, &usual);
	fprintf(out, "overrun %s", spec->name);
	if (spec->takes_port) {
		fputc(' ', out);
		print_word(out, ovr_saved_text(plan, "rx"));
	}
	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		const json_t *value = json_object_get(plan, row->key);
		char buf[OVR_PLAN_VALUE_BYTES];

		if (!json_is_string(value) || !ovr_plan_takes(command, row) ||
			ovr_plan_is_among(LEFT_OUT, row->key) ||
			(spec->takes_port && strcmp(row->key, "rx") == 0) ||
			strcmp(json_string_value(value), row->print(row, &usual, buf, sizeof(buf))) == 0)
			continue;
		fprintf(out, " --%s", row->key);
		if (row->metavar == NULL)
			continue;
		fputc(' ', out);
		print_word(out, json_string_value(value));
	}
}

char *
ovr_view_repeat(const json_t *root)
{
	const json_t *plan = ovr_get(root, "plan");
	const char *name = ovr_saved_text(root, "command");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (int command = 0; command < OVR_PLAN_COMMANDS && json_is_object(plan); command++)
		if (strcmp(ovr_plan_spec_of((enum ovr_plan_command)command)->name, name) == 0)
			print_options(plan, (enum ovr_plan_command)command, out);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
