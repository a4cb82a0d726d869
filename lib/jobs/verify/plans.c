/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/plans.h"

#include <errno.h>

#include "frame/frame.h"
#include "pace/pace.h"
#include "plan/command.h"

#define PPB             1000000000u
#define NS_PER_S        1e9
#define NS_PER_MS       UINT64_C(1000000)
#define SETTLE_TIMES    50
#define SETTLE_LEAST_NS (1000 * NS_PER_MS)
/* A receiver is held for so many times what its rings last, and at least so long. */
#define HELD_TIMES    3
#define HELD_LEAST_NS (50 * NS_PER_MS)
/* What any sender keeps up with: asked for more, it may still send no more than this. */
#define SURE_PPS 250e3
/* No frame is late that was in a ring for as long as its trial asks for, and so much longer. */
#define LATE_NS    (10000 * NS_PER_MS)
#define LONGEST_NS (60000 * NS_PER_MS)

static uint64_t
slots_of(const struct ovr_plan_ports *ports)
{
	return (uint64_t)ports->rxd * ports->rxq;
}

/*
 * Frames per second that are sure to come; 0: the rate is a share of a line whose speed is not
 * known.
 */
static double
sure_pps(const struct ovr_plan *plan)
{
	struct ovr_pace_conf conf = { .rate = plan->load.rate, .line_bps = ovr_plan_line_bps(plan) };
	struct ovr_mix mix = plan->frames.size;
	double pps;

	/* a capture brings sizes of its own, which are not known yet: the longest are the fewest */
	if (plan->frames.templates[0] != '\0')
		mix = (struct ovr_mix){ .length = 1, .n_sizes = 1, .size = { OVR_FRAME_SIZE_MAX } };
	pps = ovr_pace_mean_pps(&conf, &mix);
	return pps < SURE_PPS ? pps : SURE_PPS;
}

/* Frames of a trial whose rings nobody reads. */
static uint64_t
unread_frames(const struct ovr_plan_ports *ports, uint32_t index)
{
	return index == 0 ? 3 * slots_of(ports) + 500 : 5 * slots_of(ports) + 2000;
}

static uint64_t
hold_ns(const struct ovr_plan *plan)
{
	double ns = HELD_TIMES * (double)slots_of(&plan->ports) / sure_pps(plan) * NS_PER_S;

	return ns > (double)HELD_LEAST_NS ? (uint64_t)ns : HELD_LEAST_NS;
}

/*
 * The first hold begins two holds in, since they alternate with as much polling: one, or two, and
 * half of a hold after it.
 */
static uint64_t
held_trial_ns(const struct ovr_plan *plan, uint32_t index)
{
	return (index == 2 ? 7 : 11) * hold_ns(plan) / 2;
}

/* Whether rings of that size can be made to overflow in an acceptable time. */
static int
check_times(const struct ovr_plan *plan, struct ovr_err *err)
{
	double pps = sure_pps(plan), ns;
	char rate[OVR_UNITS_TEXT_BYTES], time[OVR_UNITS_TEXT_BYTES], most[OVR_UNITS_TEXT_BYTES];

	ovr_units_print_rate(rate, sizeof(rate), &plan->load.rate);
	if (pps <= 0)
		return ovr_err_set(err, -EINVAL,
			"rate: found %s of a line whose speed the plan does not say, accepted: a rate in "
			"frames or bits per second, or the line's speed as well (line)",
			rate);
	ns = (double)unread_frames(&plan->ports, 1) / pps * NS_PER_S;
	if (ns < (double)held_trial_ns(plan, 3))
		ns = (double)held_trial_ns(plan, 3);
	if (ns <= (double)LONGEST_NS)
		return 0;
	return ovr_err_set(err, -ERANGE,
		"rate: found %s, with which a trial that overflows rings of %u x %u takes %s, accepted: a "
		"higher rate or smaller rings, so that it takes %s at most",
		rate, plan->ports.rxq, plan->ports.rxd,
		ovr_units_print_time(time, sizeof(time), (uint64_t)ns),
		ovr_units_print_time(most, sizeof(most), LONGEST_NS));
}

int
ovr_verify_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0 && plan->ports.rx.kind == OVR_PORT_WIRE &&
		ovr_wire_conf_impairs(&plan->ports.rx.conf.wire))
		status = ovr_err_set(err, -EINVAL,
			"rx: found a wire that impairs (%.120s) for a verification of counters, accepted: "
			"one with a speed at most, since only the ring is to lose frames",
			plan->ports.rx.keys);
	if (status == 0)
		status = ovr_plan_freeze(plan, err);
	if (status == 0)
		status = check_times(plan, err);
	/* no time is the verification's own: the plan reads back as it was */
	if (status == 0)
		plan->load.time_ns = OVR_PLAN_TIME_AUTO;
	return status;
}

uint64_t
ovr_verify_settle_ns(uint64_t settle_ns)
{
	uint64_t ns = SETTLE_TIMES * settle_ns;

	return ns > SETTLE_LEAST_NS ? ns : SETTLE_LEAST_NS;
}

struct ovr_plan
ovr_verify_trial_of(const struct ovr_plan *plan, uint32_t index, bool *ret_is_settled)
{
	struct ovr_plan trial = *plan;
	uint64_t in_ring_ns;

	*ret_is_settled = index % 2 != 0;
	trial.command = OVR_PLAN_RUN;
	trial.trial.tolerance_ppb = PPB;
	trial.trial.max_loss_ppb = PPB;
	if (*ret_is_settled)
		trial.trial.settle_ns = ovr_verify_settle_ns(plan->trial.settle_ns);
	if (index < 2) {
		trial.receiver.stall.unread = true;
		trial.load.count = unread_frames(&plan->ports, index);
		trial.load.time_ns = 0;
		in_ring_ns = (uint64_t)((double)trial.load.count / sure_pps(plan) * NS_PER_S);
	} else {
		trial.receiver.stall.length_ns = hold_ns(plan);
		trial.receiver.stall.period_ns = 2 * trial.receiver.stall.length_ns;
		trial.load.count = 0;
		trial.load.time_ns = held_trial_ns(plan, index);
		in_ring_ns = trial.receiver.stall.length_ns;
	}
	/* what stands in a ring meanwhile has arrived */
	in_ring_ns += trial.trial.settle_ns + LATE_NS;
	if (trial.receiver.tmax_ns < in_ring_ns)
		trial.receiver.tmax_ns = in_ring_ns;
	return trial;
}
