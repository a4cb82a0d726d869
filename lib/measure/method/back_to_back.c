/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/back_to_back.h"

#include <math.h>

/* The value of rank k, from 0, of values in any order. */
static uint64_t
of_rank(const uint64_t *frames, size_t n, size_t k)
{
	for (size_t i = 0; i < n; i++) {
		size_t below = 0, same = 0;

		for (size_t j = 0; j < n; j++) {
			below += frames[j] < frames[i];
			same += frames[j] == frames[i];
		}
		if (below <= k && k < below + same)
			return frames[i];
	}
	return 0;
}

struct ovr_method_back_to_back_lengths
ovr_method_back_to_back_lengths_of(const uint64_t *frames, size_t n)
{
	struct ovr_method_back_to_back_lengths lengths = { .n = n };
	double sum = 0, squares = 0;

	if (n == 0)
		return lengths;
	lengths.min = lengths.max = frames[0];
	for (size_t i = 0; i < n; i++) {
		sum += (double)frames[i];
		lengths.min = frames[i] < lengths.min ? frames[i] : lengths.min;
		lengths.max = frames[i] > lengths.max ? frames[i] : lengths.max;
	}
	lengths.average = sum / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += ((double)frames[i] - lengths.average) * ((double)frames[i] - lengths.average);
	lengths.deviation = n > 1 ? sqrt(squares / (double)(n - 1)) : 0;
	lengths.median = ((double)of_rank(frames, n, (n - 1) / 2) + (double)of_rank(frames, n, n / 2)) / 2;
	return lengths;
}

static enum ovr_method_buffer_fault
fault_of(double average_frames, double max_pps, double throughput_pps, bool at_limit)
{
	if (!(average_frames > 0) || !(max_pps > 0))
		return OVR_METHOD_BUFFER_NO_BURST;
	if (at_limit)
		return OVR_METHOD_BUFFER_AT_LIMIT;
	if (!(throughput_pps >= 0))
		return OVR_METHOD_BUFFER_NO_RATE;
	return throughput_pps >= max_pps ? OVR_METHOD_BUFFER_AT_LINE_RATE : OVR_METHOD_BUFFER_SOUND;
}

struct ovr_method_buffer
ovr_method_buffer_of(double average_frames, double max_pps, double throughput_pps, bool at_limit)
{
	struct ovr_method_buffer buffer = { .fault = fault_of(
						    average_frames, max_pps, throughput_pps, at_limit) };

	if (buffer.fault != OVR_METHOD_BUFFER_SOUND)
		return buffer;
	buffer.implied_s = average_frames / max_pps;
	buffer.correction_s = buffer.implied_s * throughput_pps / max_pps;
	buffer.corrected_s = buffer.implied_s - buffer.correction_s;
	buffer.frames = buffer.corrected_s * max_pps;
	return buffer;
}

double
ovr_method_buffer_actual_s(
	const struct ovr_method_buffer *buffer, double max_pps, double throughput_pps, double actual_pps)
{
	if (buffer->fault != OVR_METHOD_BUFFER_SOUND || !(actual_pps > 0) || !(actual_pps < throughput_pps))
		return NAN;
	return buffer->corrected_s * max_pps / actual_pps;
}

const char *
ovr_method_buffer_fault_text(enum ovr_method_buffer_fault fault)
{
	switch (fault) {
	case OVR_METHOD_BUFFER_SOUND:
		break;
	case OVR_METHOD_BUFFER_NO_BURST:
		return "no burst arrived without loss";
	case OVR_METHOD_BUFFER_AT_LINE_RATE:
		return "the throughput is the line rate: no burst fills the buffer (RFC 9004 section 5.2)";
	case OVR_METHOD_BUFFER_AT_LIMIT:
		return "the search ended at its limit: no burst was long enough to lose a frame";
	case OVR_METHOD_BUFFER_NO_RATE:
		return "the throughput is not known";
	}
	return "";
}

/* The middle of what is open; 0: it is narrow enough. */
static uint64_t
next_of(const struct ovr_method_back_to_back_search *search)
{
	uint64_t high = search->lost_frames != 0 ? search->lost_frames : search->goal.limit_frames;
	/* "no burst" is said of one frame, however coarse the step is */
	uint64_t step = search->lost_frames != 0 && search->lossless_frames == 0 ? 1
										 : search->goal.step_frames;

	/* at the upper end nothing was lost yet: the limit itself is still to be tried */
	if (search->lost_frames == 0 && high - search->lossless_frames <= step)
		return high > search->lossless_frames ? high : 0;
	if (high - search->lossless_frames <= step)
		return 0;
	return search->lossless_frames + (high - search->lossless_frames) / 2;
}

void
ovr_method_back_to_back_begin(
	struct ovr_method_back_to_back_search *search, const struct ovr_method_back_to_back_goal *goal)
{
	*search = (struct ovr_method_back_to_back_search){ .goal = *goal, .attempt = 1 };
	if (search->goal.limit_frames == 0)
		search->goal.limit_frames = 1;
	if (search->goal.step_frames == 0)
		search->goal.step_frames = 1;
	if (search->goal.attempts == 0)
		search->goal.attempts = 1;
	search->next_frames = next_of(search);
}

void
ovr_method_back_to_back_take(struct ovr_method_back_to_back_search *search, bool whole)
{
	if (search->next_frames == 0)
		return;
	search->n_trials++;
	search->n_retries += search->attempt > 1;
	if (!whole && search->attempt < search->goal.attempts) {
		search->attempt++;
		return;
	}
	if (whole) {
		search->lossless_frames = search->next_frames;
		search->rests_on_retry = search->attempt > 1;
		search->n_passes_above_loss += search->rests_on_retry;
	} else {
		search->lost_frames = search->next_frames;
	}
	search->attempt = 1;
	search->next_frames = next_of(search);
}

bool
ovr_method_back_to_back_is_at_limit(const struct ovr_method_back_to_back_search *search)
{
	return search->next_frames == 0 && search->lost_frames == 0 && search->n_trials != 0;
}
