/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/so_far.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

struct seen {
	unsigned int n_samples, n_readings;
	struct ovr_result_sample sample;
	uint64_t sent, received, foreign;
};

static void
on_sample(void *context, const struct ovr_result_sample *sample, uint64_t elapsed_ns, uint64_t total_ns)
{
	struct seen *seen = context;

	cr_assert_eq(total_ns, 10000000000);
	cr_assert_eq(sample->end_ns, elapsed_ns);
	seen->n_samples++;
	seen->sample = *sample;
}

static void
on_reading(void *context, const struct ovr_live_reading *reading)
{
	struct seen *seen = context;

	seen->n_readings++;
	seen->sent = reading->counts.tx[0].sent;
	seen->received = reading->counts.rx[0].received;
	cr_assert(reading->counts.is_told);
	seen->foreign = reading->counts.classes.foreign;
}

static void
tell_sent(struct ovr_caller_so_far *so_far, uint32_t end, uint64_t sent, uint64_t elapsed_ns)
{
	struct ovr_half_document *told = calloc(1, sizeof(*told));

	told->has_sender = true;
	told->halves.sender.sent = sent;
	ovr_caller_so_far_take(so_far, end, told, elapsed_ns);
	free(told);
}

static void
tell_received(struct ovr_caller_so_far *so_far, uint32_t end, uint64_t received, uint64_t elapsed_ns)
{
	struct ovr_half_document *told = calloc(1, sizeof(*told));
	struct ovr_result_queue queue = { .frames = received, .missed = 5, .missed_known = true };

	told->has_receiver = true;
	told->halves.receiver.end.queue = &queue;
	told->halves.receiver.end.n_queues = 1;
	told->halves.receiver.foreign = 1;
	ovr_caller_so_far_take(so_far, end, told, elapsed_ns);
	free(told);
}

Test(so_far, what_all_ends_told_is_one_sample_a_second)
{
	struct seen seen = { .n_samples = 0 };
	struct ovr_trial_hooks hooks = { .sample = on_sample, .live = on_reading, .context = &seen };
	struct ovr_caller_so_far *so_far = calloc(1, sizeof(*so_far));

	so_far->hooks = &hooks;
	so_far->total_ns = 10000000000;
	tell_sent(so_far, 1, 100, 1000000000);
	cr_assert_eq(seen.n_samples, 1);
	tell_sent(so_far, 2, 50, 1010000000);
	tell_received(so_far, 0, 100, 1020000000);
	tell_received(so_far, 3, 20, 1030000000);
	cr_assert_eq(seen.n_samples, 1, "it is shown once a second");
	tell_sent(so_far, 1, 300, 2000000000);
	cr_assert_eq(seen.n_samples, 2);
	/* since the sample before: 300 + 50 less 100 */
	cr_assert_eq(seen.sample.sent, 250);
	cr_assert_eq(seen.sample.received, 120);
	cr_assert_eq(seen.sample.missed, 10);
	cr_assert_eq(seen.sample.start_ns, 1000000000);
	cr_assert_eq(seen.n_readings, 2);
	cr_assert_eq(seen.sent, 350);
	cr_assert_eq(seen.received, 120);
	cr_assert_eq(seen.foreign, 2);
	free(so_far);
}

/* The last message of an end is older than the end of a trial, and of a short one there is none. */
Test(so_far, a_trial_that_is_over_is_shown_whole)
{
	struct seen seen = { .n_samples = 0 };
	struct ovr_trial_hooks hooks = { .live = on_reading, .context = &seen };
	struct ovr_caller_so_far *so_far = calloc(1, sizeof(*so_far));
	struct ovr_result *result = calloc(1, sizeof(*result));
	struct ovr_result_queue queue[] = { { .is_tx = true, .frames = 400 }, { .frames = 390 } };

	so_far->hooks = &hooks;
	result->ledger.figures.sent = 400;
	result->queue = queue;
	result->n_queues = 2;
	ovr_caller_so_far_end(so_far, result);
	cr_assert_eq(seen.sent, 400);
	cr_assert_eq(seen.received, 390);
	result->ledger.figures.sender_unknown = true;
	ovr_caller_so_far_end(so_far, result);
	cr_assert_eq(seen.n_readings, 1, "what is not known is not shown");
	free(result);
	free(so_far);
}
