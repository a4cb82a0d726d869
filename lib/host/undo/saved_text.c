/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/saved_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int
ovr_undo_saved_parse(const char *text, struct ovr_undo_saved_text *ret_saved)
{
	struct ovr_undo_saved_text saved = { .owner = { 0 } };
	char again[OVR_UNDO_SAVED_BYTES];
	int n;

	n = sscanf(text,
		"overrun rings 1\ninterface %" SCNu64 " %" SCNu64 " %" SCNu32 " %15s\nrings %" SCNu32
		" %" SCNu32 " %" SCNu32 " %" SCNu32,
		&saved.owner.netns, &saved.owner.netns_cookie, &saved.saved.ifindex, saved.saved.name,
		&saved.saved.rx, &saved.saved.rx_mini, &saved.saved.rx_jumbo, &saved.saved.tx);
	/* what is not written in just this way is not ours */
	if (n == 8)
		ovr_undo_saved_print(again, sizeof(again), &saved);
	if (n != 8 || strcmp(again, text) != 0)
		return -EINVAL;
	*ret_saved = saved;
	return 0;
}

size_t
ovr_undo_saved_print(char *buf, size_t size, const struct ovr_undo_saved_text *saved)
{
	return (size_t)snprintf(buf, size,
		"overrun rings 1\ninterface %" PRIu64 " %" PRIu64 " %u %s\nrings %u %u %u %u\n",
		saved->owner.netns, saved->owner.netns_cookie, saved->saved.ifindex, saved->saved.name,
		saved->saved.rx, saved->saved.rx_mini, saved->saved.rx_jumbo, saved->saved.tx);
}
