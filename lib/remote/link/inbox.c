/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/inbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "link/channel.h"

#define FIRST_BYTES 4096

bool
ovr_inbox_is_full(const struct ovr_inbox *inbox)
{
	return inbox->n == OVR_INBOX_TEXTS || inbox->bytes > OVR_CHANNEL_QUEUED_BYTES;
}

/* At least @p size bytes, in doubling steps. */
static int
make_room(struct ovr_inbox *inbox, size_t size)
{
	size_t capacity = inbox->capacity == 0 ? FIRST_BYTES : inbox->capacity;
	char *coming;

	if (size <= inbox->capacity)
		return 0;
	while (capacity < size)
		capacity *= 2;
	coming = realloc(inbox->coming, capacity);
	if (coming == NULL)
		return -ENOMEM;
	inbox->coming = coming;
	inbox->capacity = capacity;
	return 0;
}

int
ovr_inbox_add(struct ovr_inbox *inbox, const char *bytes, size_t size)
{
	if (size > inbox->text_max - inbox->size)
		return -EMSGSIZE;
	if (make_room(inbox, inbox->size + size) != 0)
		return -ENOMEM;
	if (size > 0)
		memcpy(inbox->coming + inbox->size, bytes, size);
	inbox->size += size;
	return 0;
}

int
ovr_inbox_end(struct ovr_inbox *inbox)
{
	struct ovr_inbox_text *last = &inbox->waiting[(inbox->first + inbox->n) % OVR_INBOX_TEXTS];

	if (ovr_inbox_is_full(inbox))
		return -ENOBUFS;
	/* a text without a byte is one, too */
	if (make_room(inbox, 1) != 0)
		return -ENOMEM;
	*last = (struct ovr_inbox_text){ inbox->coming, inbox->size };
	inbox->n++;
	inbox->bytes += inbox->size;
	inbox->coming = NULL;
	inbox->size = inbox->capacity = 0;
	return 0;
}

bool
ovr_inbox_take(struct ovr_inbox *inbox, char **ret_text, size_t *ret_size)
{
	const struct ovr_inbox_text *oldest = &inbox->waiting[inbox->first];

	if (inbox->n == 0)
		return false;
	*ret_text = oldest->text;
	*ret_size = oldest->size;
	inbox->bytes -= oldest->size;
	inbox->first = (inbox->first + 1) % OVR_INBOX_TEXTS;
	inbox->n--;
	return true;
}

void
ovr_inbox_done(struct ovr_inbox *inbox)
{
	char *text;
	size_t size;

	while (ovr_inbox_take(inbox, &text, &size))
		free(text);
	free(inbox->coming);
	*inbox = (struct ovr_inbox){ .text_max = inbox->text_max };
}
