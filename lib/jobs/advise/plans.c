/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/plans.h"

#include <errno.h>
#include <string.h>

#include "pace/pace.h"
#include "plan/command.h"
#include "plan/netdev_conf.h"

#define PPB 1000000000u
/* Faster than a core can be; a plan takes no rate above the second. */
#define RATE_PER_QUEUE UINT64_C(1000000000000)
#define RATE_MAX       UINT64_C(10000000000000)
#define RATE_ALL       1000000u /* of a line, in millionths */
/* What a packet socket can be asked for; what a NIC of DPDK has as a rule, until it is asked. */
#define RING_MAX_PACKET 32768u
#define RING_MAX_DEVICE 8192u
/* A trial has at least so many stalls. */
#define STALLS_MIN 8
/* And so many bursts, where they come in bursts. */
#define BURSTS_MIN 4

static int
check_ports(struct ovr_plan *plan, struct ovr_err *err)
{
	bool is_wire = plan->ports.rx.kind == OVR_PORT_WIRE;

	if (is_wire && strcmp(plan->ports.tx.text, "wire:0") == 0 && strcmp(plan->ports.rx.details, "0") == 0)
		return ovr_port_name_parse("tx", "wire:1", &plan->ports.tx, err);
	if (!is_wire && plan->ports.tx.kind == OVR_PORT_WIRE)
		return ovr_err_set(err, -EINVAL,
			"tx: found %.48s for %.48s, accepted: the port that sends to it, as in --tx "
			"netdev:eth1",
			plan->ports.tx.label, plan->ports.rx.label);
	return 0;
}

int
ovr_advise_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan frozen = *plan;
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0)
		status = check_ports(&frozen, err);
	if (status == 0 && plan->receiver.stall.unread)
		status = ovr_err_set(err, -EINVAL,
			"stall: found unread for ring advise, accepted: none, or a length and a period, as "
			"in "
			"200us/10ms");
	if (status == 0 && plan->advise.cover == OVR_COVER_INJECTED && plan->receiver.stall.length_ns == 0)
		status = ovr_err_set(err, -EINVAL,
			"cover: found injected without a --stall, accepted: all, or a profile to size for, "
			"as "
			"in "
			"--stall 200us/10ms");
	if (status == 0 && plan->load.time_ns == 0)
		status = ovr_err_set(err, -EINVAL,
			"time: found none for ring advise, accepted: a length of each trial, as in 1s");
	if (status == 0)
		status = ovr_plan_freeze(&frozen, err);
	if (status != 0)
		return status;
	*plan = frozen;
	/* each trial has as many as its ring needs */
	plan->ports.mbufs = 0;
	return 0;
}

uint32_t
ovr_advise_ring_limit(const struct ovr_plan_ports *ports)
{
	switch (ports->rx.kind) {
	case OVR_PORT_WIRE:
		return (uint32_t)ovr_plan_row_of("rxd")->max;
	case OVR_PORT_NETDEV:
		return ovr_port_name_is_xdp(&ports->rx) ? OVR_NETDEV_XDP_BUFFERS : RING_MAX_PACKET;
	case OVR_PORT_PCI:
	case OVR_PORT_VDEV:
	case OVR_PORT_UDP:
	case OVR_PORT_TCP:
	case OVR_PORT_ELSEWHERE:
		break;
	}
	return RING_MAX_DEVICE;
}

/* A trial that is judged here, and void for its books alone. */
static struct ovr_plan
trial_of(const struct ovr_plan *plan, uint32_t ring)
{
	struct ovr_plan trial = *plan;

	trial.command = OVR_PLAN_RUN;
	trial.trial.tolerance_ppb = PPB;
	trial.trial.max_loss_ppb = PPB;
	trial.ports.rxd = ring;
	trial.ports.mbufs = 0;
	/* the sockets of one interface have one size of ring for both directions */
	if (plan->ports.tx.kind == OVR_PORT_NETDEV &&
		ovr_port_name_is_one_host(&plan->ports.tx, &plan->ports.rx) &&
		strcmp(plan->ports.tx.details, plan->ports.rx.details) == 0)
		trial.ports.txd = ring;
	return trial;
}

int
ovr_advise_plan_baseline(
	const struct ovr_plan *plan, uint32_t ring, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(plan, ring);

	trial.load.time_ns = plan->advise.baseline_ns;
	return ovr_plan_freeze_trial(&trial, ret_plan, err);
}

int
ovr_advise_plan_saturation(
	const struct ovr_plan *plan, uint32_t ring_max, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(
		plan, ring_max < OVR_ADVISE_SATURATION_RING ? ring_max : OVR_ADVISE_SATURATION_RING);
	uint64_t all = plan->ports.txq * RATE_PER_QUEUE;

	memset(&trial.receiver.stall, 0, sizeof(trial.receiver.stall));
	memset(&trial.load.shape, 0, sizeof(trial.load.shape));
	trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = all < RATE_MAX ? all : RATE_MAX };
	/* a line whose speed is known takes no more than all of it */
	if (plan->ports.tx.kind == OVR_PORT_WIRE || plan->ports.line_bps != 0)
		trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_LINE, .value = RATE_ALL };
	return ovr_plan_freeze_trial(&trial, ret_plan, err);
}

int
ovr_advise_plan_verification(const struct ovr_plan *plan, const struct ovr_method_advice *advice,
	uint32_t ring, uint32_t attempt, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(plan, ring);
	uint64_t least_ns = (STALLS_MIN + 1) * advice->verification_period_ns;

	if (plan->load.shape.shape == OVR_PACE_BURST) {
		struct ovr_pace_conf smooth = {
			.rate = plan->load.rate, .line_bps = plan->ports.line_bps, .n_workers = 1
		};
		double pps = ovr_pace_mean_pps(&smooth, &plan->frames.size);
		double burst_ns = pps > 0 ? (double)plan->load.shape.burst_frames * 1e9 / pps : 0;
		uint64_t bursts_ns = BURSTS_MIN * ((uint64_t)burst_ns + plan->load.shape.gap_ns);

		least_ns = bursts_ns > least_ns ? bursts_ns : least_ns;
	}
	memset(&trial.receiver.stall, 0, sizeof(trial.receiver.stall));
	trial.receiver.stall.length_ns = advice->verification_stall_ns;
	trial.receiver.stall.period_ns = advice->verification_period_ns;
	/* moved ones may come closer than it takes to drain */
	trial.receiver.stall.jitter_ppb = 0;
	if (trial.load.time_ns < least_ns)
		trial.load.time_ns = least_ns;
	trial.trial.seed = plan->trial.seed + attempt;
	return ovr_plan_freeze_trial(&trial, ret_plan, err);
}
