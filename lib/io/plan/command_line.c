/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/command_line.h"

#include <stdlib.h>
#include <string.h>

/* What is written and shown where, and what freezing a plan decides anew. */
#define LEFT_OUT "json,csv,junit,tap,capture,checkpoint,metrics,live,color,quiet,trial-id,mbufs"

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

void
ovr_plan_print_command_line(
	FILE *out, enum ovr_plan_command command, ovr_plan_value_of *value_of, const void *context)
{
	const struct ovr_plan_spec *spec = ovr_plan_spec_of(command);
	char asked_buf[OVR_PLAN_VALUE_BYTES], usual_buf[OVR_PLAN_VALUE_BYTES];
	const struct ovr_plan_row *row;
	struct ovr_plan usual;

	ovr_plan_default_for(command, &usual);
	fprintf(out, "overrun %s", spec->name);
	if (spec->takes_port) {
		const char *port = value_of(context, ovr_plan_row_of("rx"), asked_buf);

		fputc(' ', out);
		print_word(out, port != NULL ? port : "");
	}
	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++) {
		const char *value;

		if (!ovr_plan_takes(command, row) || ovr_plan_is_among(LEFT_OUT, row->key) ||
			(spec->takes_port && strcmp(row->key, "rx") == 0))
			continue;
		value = value_of(context, row, asked_buf);
		if (value == NULL ||
			strcmp(value, row->print(row, &usual, usual_buf, sizeof(usual_buf))) == 0)
			continue;
		fprintf(out, " --%s", row->key);
		if (row->metavar == NULL)
			continue;
		fputc(' ', out);
		print_word(out, value);
	}
}

static const char *
value_in_plan(const void *context, const struct ovr_plan_row *row, char buf[OVR_PLAN_VALUE_BYTES])
{
	return row->print(row, context, buf, OVR_PLAN_VALUE_BYTES);
}

char *
ovr_plan_command_line(const struct ovr_plan *plan)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	ovr_plan_print_command_line(out, plan->command, value_in_plan, plan);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
