/* SPDX-License-Identifier: BSD-3-Clause */
#include "sound.h"

Test(halves, accounts_are_kept_in_their_order)
{
	struct ovr_half_accounts accounts = { .n = 0 };

	for (uint64_t i = 0; i < 100; i++)
		account(&accounts, OVR_PLACE_RX_RING, "wire:1", (int32_t)i, i);
	cr_assert_eq(accounts.n, 100);
	cr_assert_eq(accounts.account[99].frames, 99);
	cr_assert_eq(accounts.account[99].queue, 99);
	free(accounts.account);
}

Test(halves, a_note_longer_than_its_room_is_cut)
{
	struct ovr_halves some = { .common = { .n_notes = 0 } };
	char text[600];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ovr_half_note(&some.common, "%s", text);
	cr_assert_eq(some.common.n_notes, 1);
	cr_assert_eq(strlen(some.common.note[0]), OVR_RESULT_NOTE_BYTES - 1);
	ovr_halves_done(&some);
	cr_assert_eq(some.common.n_notes, 0);
}

Test(halves, halves_that_were_never_joined_are_freed_whole)
{
	sound();
	lose(10, 1);
	halves.sender.end.worker[0].gap_ns = calloc(1, sizeof(struct ovr_hist));
	halves.receiver.latency_ns = calloc(1, sizeof(struct ovr_hist));
	ovr_halves_done(&halves);
	cr_assert_eq(halves.sender.sent_of, NULL);
	cr_assert_eq(halves.receiver.stream, NULL);
	cr_assert_eq(halves.receiver.n_periods, 0);
}
