/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/names.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

static const char *const prefixes[] = { "SKB_DROP_REASON_", "SKB_" };

int
ovr_reasons_names_add(struct ovr_reasons_names *names, uint32_t number, const char *text)
{
	struct ovr_reasons_name *name = OVR_LIST_ADD(names->name, names->n, names->capacity);

	if (name == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0) {
			text += strlen(prefixes[i]);
			break;
		}
	name->number = number;
	snprintf(name->text, sizeof(name->text), "%s", text);
	return 0;
}

int
ovr_reasons_names_parse(struct ovr_reasons_names *names, const char *format)
{
	const char *at = strstr(format, "__print_symbolic(REC->reason,");
	int status = 0;

	if (at == NULL)
		return -EBADMSG;
	while (status == 0 && (at = strchr(at, '{')) != NULL) {
		char text[OVR_REASONS_NAME_BYTES];
		unsigned int number;

		if (sscanf(at, "{ %u , \"%63[A-Za-z0-9_]\" }", &number, text) == 2)
			status = ovr_reasons_names_add(names, number, text);
		at++;
	}
	return status == 0 && names->n == 0 ? -EBADMSG : status;
}

const struct ovr_reasons_name *
ovr_reasons_names_find(const struct ovr_reasons_names *names, const char *text)
{
	for (uint32_t i = 0; i < names->n; i++)
		if (strcmp(names->name[i].text, text) == 0)
			return &names->name[i];
	return NULL;
}

void
ovr_reasons_names_print(
	const struct ovr_reasons_names *names, uint32_t number, char ret_text[OVR_REASONS_NAME_BYTES])
{
	for (uint32_t i = 0; i < names->n; i++)
		if (names->name[i].number == number) {
			memcpy(ret_text, names->name[i].text, OVR_REASONS_NAME_BYTES);
			return;
		}
	snprintf(ret_text, OVR_REASONS_NAME_BYTES, "0x%x", number);
}

void
ovr_reasons_names_done(struct ovr_reasons_names *names)
{
	free(names->name);
	memset(names, 0, sizeof(*names));
}
