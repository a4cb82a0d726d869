/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Texts that a peer has sent and nobody has received yet, and the one that is still coming: bounded
 * in number and bytes. Private to this module.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Most texts that wait. */
#define OVR_INBOX_TEXTS 256

/** One text. Owned by the inbox until it is taken. */
struct ovr_inbox_text {
	char *text;
	size_t size;
};

/** Zeroed memory with a text_max is an empty inbox. */
struct ovr_inbox {
	size_t text_max; /**< longest text; bytes */
	struct ovr_inbox_text waiting[OVR_INBOX_TEXTS];
	size_t first, n;
	size_t bytes; /**< of those that wait */
	char *coming; /**< NULL: nothing yet */
	size_t size, capacity;
};

/** @return whether no more should be read for now: enough is waiting */
bool ovr_inbox_is_full(const struct ovr_inbox *inbox);

/** Add to the text that is coming. @return 0; -EMSGSIZE: longer than any text may be; -ENOMEM */
int ovr_inbox_add(struct ovr_inbox *inbox, const char *bytes, size_t size);

/** The text that is coming is complete. @return 0; -ENOBUFS: too many wait already; -ENOMEM */
int ovr_inbox_end(struct ovr_inbox *inbox);

/** Take the oldest text. @param[out] ret_text the caller frees it. @return whether there was one */
bool ovr_inbox_take(struct ovr_inbox *inbox, char **ret_text, size_t *ret_size);

/** Free what is in it. */
void ovr_inbox_done(struct ovr_inbox *inbox);
