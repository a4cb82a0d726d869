/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/plans.h"

#include <errno.h>

#include "plan/command.h"

#define PPB             1000000000u
#define NS_PER_MS       UINT64_C(1000000)
#define SETTLE_TIMES    50
#define SETTLE_LEAST_NS (1000 * NS_PER_MS)
#define UNREAD_NS       (10000 * NS_PER_MS)
#define HELD_NS         (50 * NS_PER_MS)
#define HELD_PERIOD_NS  (100 * NS_PER_MS)

int
ovr_verify_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_wire_conf conf;
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0 && plan->rx.kind == OVR_PORT_WIRE) {
		status = ovr_wire_conf_parse("rx", plan->rx.keys, &conf, err);
		if (status == 0 && ovr_wire_conf_impairs(&conf) != 0)
			status = ovr_err_set(err, -EINVAL,
				"rx: found a wire that impairs (%.120s) for a verification of counters, "
				"accepted: one with "
				"a speed at most, since only the ring is to lose frames",
				plan->rx.keys);
	}
	if (status == 0)
		status = ovr_plan_freeze(plan, err);
	/* no time is the verification's own: the plan reads back as it was */
	if (status == 0)
		plan->time_ns = OVR_PLAN_TIME_AUTO;
	return status;
}

uint64_t
ovr_verify_settle_ns(const struct ovr_plan *plan)
{
	uint64_t ns = SETTLE_TIMES * plan->settle_ns;

	return ns > SETTLE_LEAST_NS ? ns : SETTLE_LEAST_NS;
}

struct ovr_plan
ovr_verify_trial_of(const struct ovr_plan *plan, uint32_t index, bool *ret_is_settled)
{
	uint64_t slots = (uint64_t)plan->rxd * plan->rxq;
	bool is_settled = index % 2 != 0;
	struct ovr_plan trial = *plan;

	trial.command = OVR_PLAN_RUN;
	trial.time_ns = 0;
	trial.tolerance_ppb = PPB;
	trial.max_loss_ppb = PPB;
	if (is_settled)
		trial.settle_ns = ovr_verify_settle_ns(plan);
	/* what stands in an unread ring meanwhile has arrived */
	if (trial.tmax_ns < trial.settle_ns + UNREAD_NS)
		trial.tmax_ns = trial.settle_ns + UNREAD_NS;
	if (index < 2) {
		trial.stall.unread = true;
		trial.count = index == 0 ? 3 * slots + 500 : 5 * slots + 2000;
	} else {
		trial.stall.length_ns = HELD_NS;
		trial.stall.period_ns = HELD_PERIOD_NS;
		trial.count = (index == 2 ? 20 : 40) * slots + 10000;
	}
	*ret_is_settled = is_settled;
	return trial;
}
