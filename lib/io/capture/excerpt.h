/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The losses of an excerpt: the holes that its frames' comments name. Private to the module.
 *
 * A file that `run --capture` wrote holds the frames around each loss. What is missing between two
 * such groups was not written, so only the holes named are losses, less the numbers in them that
 * the file shows to have come later.
 */
#pragma once

#include <stdint.h>

#include "capture/capture.h"

/** A hole, and how many of its numbers came after all. */
struct excerpt_hole {
	struct ovr_capture_hole hole;
	uint64_t found;
};

/** The holes of a file. Zeroed: none. */
struct excerpt {
	struct excerpt_hole *hole;
	uint32_t n, capacity;
};

/** Take the hole that a frame's comment names, if it does. @return 0; -ENOMEM */
int excerpt_add(struct excerpt *excerpt, const char *comment);

/** All holes have been added: put them in order. */
void excerpt_sort(struct excerpt *excerpt);

/** A number came that had not been seen before. */
void excerpt_arrive(struct excerpt *excerpt, uint16_t stream, uint64_t seq);

/** Replace the losses of a collected account by those of the holes. @return 0; -ENOMEM */
int excerpt_collect(const struct excerpt *excerpt, struct ovr_capture_account *account);

/** Free what it owns. */
void excerpt_done(struct excerpt *excerpt);
