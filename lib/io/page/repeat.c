/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "page/view.h"
#include "plan/command_line.h"

static const char *
value_in_saved(const void *context, const struct ovr_plan_row *row, char buf[OVR_PLAN_VALUE_BYTES])
{
	(void)buf;
	return json_string_value(json_object_get(context, row->key));
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
			ovr_plan_print_command_line(
				out, (enum ovr_plan_command)command, value_in_saved, plan);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
