/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Halves of ends of one kind as one: sums, lists one after the other, and workers numbered anew.
 * Private to this module. Pure.
 *
 * Each function takes the lists of @p from. @param host its name, put before what it says; NULL:
 * that has names already. @return 0; -ENOMEM
 */
#pragma once

#include "halves/halves.h"

/** Count workers from @p first_worker on: each host counts its own from 0. */
void ovr_half_shift_workers(struct ovr_half *end, uint16_t first_worker);

/**
 * @param stream_first the stream that sent_of of @p from begins with
 * @param is_first @p into is zeroed
 */
int ovr_half_add_sender(struct ovr_half_sender *into, struct ovr_half_sender *from, uint32_t stream_first,
	bool is_first, const char *host);

/** Those whose streams come first are added first. Its latency is known where that of all is. */
int ovr_half_add_receiver(
	struct ovr_half_receiver *into, struct ovr_half_receiver *from, bool is_first, const char *host);

/** What stands between the ends of one host, its wire, is left out. */
int ovr_half_add_common(struct ovr_half_common *into, struct ovr_half_common *from, const char *host);
