/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/tell.h"

#include <stdio.h>

static void
tell_books(const struct ovr_atlas_books *books, struct ovr_reproduction_books *ret_books)
{
	*ret_books = (struct ovr_reproduction_books){
		.sent = books->sent,
		.refused = books->refused,
		.lost = books->lost,
		.unexplained = books->unexplained,
		.window_waited_us = books->window_waited_us,
	};
	snprintf(ret_books->unit, sizeof(ret_books->unit), "%s", books->unit);
	for (uint32_t i = 0; i < books->n_accounts && i < OVR_REPRODUCTION_ACCOUNTS_MAX; i++) {
		const struct ovr_atlas_account *account = &books->account[i];
		struct ovr_reproduction_account *told = &ret_books->account[ret_books->n_accounts++];

		snprintf(told->place, sizeof(told->place), "%s", account->place);
		snprintf(told->end, sizeof(told->end), "%s", account->end);
		snprintf(told->counter, sizeof(told->counter), "%s", account->counter);
		told->lost = account->lost;
	}
}

void
ovr_atlas_tell(const struct ovr_atlas_place *place, const struct ovr_atlas_outcome *outcome,
	struct ovr_reproduction *ret_told)
{
	static const enum ovr_reproduction_outcome outcomes[] = {
		[OVR_ATLAS_CURED] = OVR_REPRODUCTION_CURED,
		[OVR_ATLAS_UNSEEN] = OVR_REPRODUCTION_UNSEEN,
		[OVR_ATLAS_UNCURED] = OVR_REPRODUCTION_UNCURED,
		[OVR_ATLAS_CANNOT] = OVR_REPRODUCTION_CANNOT,
	};

	*ret_told = (struct ovr_reproduction){
		.place = place->id,
		.title = place->title,
		.remedy = place->cure != NULL ? place->cure : "",
		/* the owner of a place that cannot be reproduced is not in the table */
		.owner = place->cannot == NULL && place->owner < OVR_PLACE_COUNT
			? ovr_ledger_place_name(place->owner)
			: "",
		.outcome = outcomes[outcome->verdict],
		.has_before = outcome->has_before,
		.has_after = outcome->has_after,
	};
	snprintf(ret_told->reason, sizeof(ret_told->reason), "%s", outcome->reason);
	if (outcome->has_before)
		tell_books(&outcome->before, &ret_told->before);
	if (outcome->has_after)
		tell_books(&outcome->after, &ret_told->after);
}
