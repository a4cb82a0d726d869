/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Loss periods as loss events: when the losses of a trial happened, by the times at which their
 * neighbours were sent. Pure.
 */
#pragma once

#include "halves/halves.h"

/**
 * @param until_ns end of a period that nothing came after
 * @return a period's losses, between the frames on either side of it
 */
struct ovr_loss_event ovr_half_losses_of(const struct ovr_seq_period *period, uint64_t until_ns);

/** Nothing is lost after the last frame that was sent, whenever it becomes known. */
void ovr_half_losses_end_by(struct ovr_loss_event *event, uint64_t until_ns);

/**
 * Make the events of @p result from its loss periods, and from those that no log had room for. The
 * result takes over the receiver's list of events.
 */
void ovr_half_losses_join(
	struct ovr_half_receiver *receiver, uint64_t sent_until_ns, struct ovr_result *result);
