/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The text of a file of saved ring sizes.
 *
 *     overrun rings 1
 *     interface NETNS COOKIE IFINDEX NAME
 *     rings RX RX-MINI RX-JUMBO TX
 *
 * Pure. Internal to undo.
 */
#pragma once

#include <stddef.h>

#include "undo/journal.h"
#include "undo/saved.h"

#define OVR_UNDO_SAVED_BYTES      256
#define OVR_UNDO_SAVED_NAME_BYTES 64

/** What stands in it; of the owner only its network namespace. */
struct ovr_undo_saved_text {
	struct ovr_undo_owner owner;
	struct ovr_undo_saved saved;
};

/** Read it. @return 0; -EINVAL: it is none, or of another version */
int ovr_undo_saved_parse(const char *text, struct ovr_undo_saved_text *ret_saved);

/** Write it. @return its length */
size_t ovr_undo_saved_print(char *buf, size_t size, const struct ovr_undo_saved_text *saved);
