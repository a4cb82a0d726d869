/* SPDX-License-Identifier: BSD-3-Clause */
#include "back_to_back/plans.h"

#include <errno.h>
#include <math.h>

#include "plan/command.h"

#define PPB 1000000000u
/* Faster than any line: the TX ring is never empty. A plan takes no higher rate. */
#define WHOLE_LINE 1000000 /* millionths */
#define RATE_MAX   UINT64_C(10000000000000)

static int
check_share(const char *what, const struct ovr_rate *rate, struct ovr_err *err)
{
	char text[OVR_UNITS_TEXT_BYTES];

	if (rate->unit != OVR_RATE_LINE || rate->value <= WHOLE_LINE)
		return 0;
	return ovr_err_set(err, -ERANGE, "%s: found %s, accepted: up to 100%% of the line", what,
		ovr_units_print_rate(text, sizeof(text), rate));
}

int
ovr_back_to_back_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0 && plan->frames.size.n_sizes > 1)
		status = ovr_err_set(err, -EINVAL,
			"size: found %.80s, accepted for a burst search: one size, since a mix has no "
			"shortest gap "
			"(RFC 9004 section 5)",
			plan->frames.size.text);
	if (status == 0)
		status = check_share("throughput", &plan->back_to_back.throughput, err);
	if (status == 0)
		status = check_share("actual-rate", &plan->back_to_back.actual, err);
	if (status == 0)
		status = ovr_plan_freeze(plan, err);
	/* no time is the search's own: the plan reads back as it was */
	if (status == 0)
		plan->load.time_ns = OVR_PLAN_TIME_AUTO;
	return status;
}

bool
ovr_back_to_back_is_ahead(const struct ovr_plan_ports *ports)
{
	return ports->tx.kind == OVR_PORT_WIRE || ports->tx.kind == OVR_PORT_PCI;
}

struct ovr_plan
ovr_back_to_back_trial_of(const struct ovr_plan *plan, uint64_t frames)
{
	struct ovr_plan trial = *plan;
	uint64_t mbufs = ovr_plan_mbufs_needed(plan) + frames;

	/* a short burst needs no room for a line full of frames, which takes time to fill */
	if (mbufs < plan->ports.mbufs)
		trial.ports.mbufs = (uint32_t)mbufs;
	trial.command = OVR_PLAN_RUN;
	trial.load.time_ns = 0;
	trial.load.count = frames;
	trial.trial.tolerance_ppb = PPB;
	trial.trial.max_loss_ppb = PPB;
	trial.load.on_full = OVR_ON_FULL_WAIT;
	if (ovr_back_to_back_is_ahead(&plan->ports)) {
		trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = RATE_MAX };
		trial.load.catch_up = true;
	}
	return trial;
}

struct ovr_method_back_to_back_goal
ovr_back_to_back_goal_of(const struct ovr_plan_back_to_back *search, uint32_t attempts, double max_pps)
{
	double frames = floor(max_pps * (double)search->limit_ns / 1e9);

	return (struct ovr_method_back_to_back_goal){
		.limit_frames = search->limit_frames != 0 ? search->limit_frames
			: frames < 1                      ? 1
							  : (uint64_t)frames,
		.step_frames = search->step_frames,
		.attempts = attempts,
	};
}
