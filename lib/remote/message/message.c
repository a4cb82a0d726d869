/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/forms.h"

#include <stdlib.h>

const char *
ovr_message_name(enum ovr_message_type type)
{
	return ovr_message_forms[type].name;
}

size_t
ovr_message_bytes_max(enum ovr_message_type type)
{
	return ovr_message_forms[type].bytes_max;
}

static void
texts_done(struct ovr_message_texts *texts)
{
	for (size_t i = 0; i < texts->n; i++)
		free(texts->text[i]);
	free(texts->text);
}

void
ovr_message_done(struct ovr_message *message)
{
	if (message == NULL)
		return;
	for (const struct ovr_message_row *row = ovr_message_forms[message->type].row; row->key != NULL;
		row++) {
		void *member = (char *)message + row->offset;

		if (row->kind == OVR_MESSAGE_KIND_TEXT)
			free(*(char **)member);
		else if (row->kind == OVR_MESSAGE_KIND_TEXTS)
			texts_done(member);
		else if (row->kind == OVR_MESSAGE_KIND_COUNTS)
			free(((struct ovr_message_counts *)member)->count);
		else if (row->kind == OVR_MESSAGE_KIND_OBJECT)
			json_decref(*(json_t **)member);
	}
	*message = (struct ovr_message){ .type = OVR_MESSAGE_HELLO };
}
