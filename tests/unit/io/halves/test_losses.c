/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/losses.h"

#include "sound.h"

Test(losses, a_period_lies_between_its_neighbours)
{
	const struct ovr_seq_period period = {
		.first_seq = 5, .n_frames = 3, .before_tx_ns = 400, .after_tx_ns = 800
	};
	struct ovr_loss_event event = ovr_half_losses_of(&period, 1000);

	cr_assert_eq(event.start_ns, 400);
	cr_assert_eq(event.end_ns, 800);
	cr_assert_eq(event.frames, 3);
	cr_assert_eq(event.periods, 1);
}

Test(losses, the_head_begins_at_the_epoch_and_the_tail_ends_with_sending)
{
	const struct ovr_seq_period head = { .first_seq = 0, .n_frames = 3, .after_tx_ns = 300 };
	const struct ovr_seq_period tail = {
		.first_seq = 9, .n_frames = 1, .before_tx_ns = 800, .after_tx_ns = UINT64_MAX
	};

	cr_assert_eq(ovr_half_losses_of(&head, 1000).start_ns, 0);
	cr_assert_eq(ovr_half_losses_of(&tail, 1000).start_ns, 800);
	cr_assert_eq(ovr_half_losses_of(&tail, 1000).end_ns, 1000);
}

Test(losses, a_period_whose_beginning_is_forgotten_is_at_its_end)
{
	const struct ovr_seq_period period = { .first_seq = 5, .n_frames = 3, .after_tx_ns = 800 };

	cr_assert_eq(ovr_half_losses_of(&period, 1000).start_ns, 800);
}

Test(losses, nothing_is_lost_after_the_last_frame)
{
	struct ovr_loss_event event = { .start_ns = 1100, .end_ns = 1300, .frames = 1 };

	ovr_half_losses_end_by(&event, 1000);
	cr_assert_eq(event.start_ns, 1000);
	cr_assert_eq(event.end_ns, 1000);
}

Test(losses, those_that_no_log_had_room_for_are_events_too)
{
	const struct ovr_loss_event unlisted = {
		.start_ns = 400000, .end_ns = 500000, .periods = 4, .frames = 12
	};

	sound();
	lose(100, 30);
	/* what was followed while it ran is made anew */
	ovr_loss_events_add(&halves.receiver.events, &unlisted);
	cr_assert_eq(ovr_loss_events_init(&halves.receiver.unlisted, 1000, 64, &err), 0);
	ovr_loss_events_add(&halves.receiver.unlisted, &unlisted);
	halves.receiver.n_periods_dropped = 4;
	join();
	cr_assert_eq(result.loss_events.n, 2);
	cr_assert_eq(result.loss_events.frames, 42);
	cr_assert_eq(result.loss_events.periods, 5);
	cr_assert_eq(result.n_periods_dropped, 4);
}
