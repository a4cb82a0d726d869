/* SPDX-License-Identifier: BSD-3-Clause */
/* The duration of a count of frames, and the check that the tag can hold it. */
#include "plan/plan.h"

#include <errno.h>
#include <inttypes.h>

static struct ovr_pace_conf
pace_of(const struct ovr_plan_load *load, uint64_t line_bps)
{
	return (struct ovr_pace_conf){
		.rate = load->rate,
		.line_bps = line_bps,
		.shape = load->shape.shape,
		.burst_frames = load->shape.burst_frames,
		.gap_ns = load->shape.gap_ns,
	};
}

double
ovr_plan_sends_ns(const struct ovr_plan *plan, uint64_t line_bps)
{
	struct ovr_pace_conf pace = pace_of(&plan->load, line_bps);

	return plan->load.time_ns != 0 ? (double)plan->load.time_ns
				       : ovr_pace_count_ns(&pace, &plan->frames.size, plan->load.count);
}

int
ovr_plan_check_count(const struct ovr_plan *plan, uint64_t line_bps, struct ovr_err *err)
{
	struct ovr_pace_conf pace = pace_of(&plan->load, line_bps);
	double ns = plan->load.time_ns != 0 ? 0
					    : ovr_pace_count_ns(&pace, &plan->frames.size, plan->load.count);
	uint64_t low = 0, high = plan->load.count;

	if (ns <= (double)OVR_PLAN_TIME_MAX_NS)
		return 0;
	/* the most that does not last too long */
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (ovr_pace_count_ns(&pace, &plan->frames.size, middle) <= (double)OVR_PLAN_TIME_MAX_NS)
			low = middle;
		else
			high = middle;
	}
	return ovr_err_set(err, -ERANGE,
		"count: found %" PRIu64 ", which takes %.4g h to send and outlasts the 48 bits of time in "
		"each frame, accepted: up to %" PRIu64 " (72 h) at this rate and shape, or a time as well",
		plan->load.count, ns / 1e9 / 3600, low);
}
