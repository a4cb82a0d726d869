/* SPDX-License-Identifier: BSD-3-Clause */
#include "selftest/plans.h"

#include <errno.h>
#include <stdio.h>

#include "plan/command.h"
#include "plan/senders.h"

#define SINK    "vdev:net_null0,no-rx=1" /* throws away what it is given, and never has anything */
#define HANDOFF "vdev:net_ring0"         /* each transmit queue is a ring, and the ring a receive queue */
/*
 * As net_ring has them, whatever it is asked for: slots of a ring, and most rings
 * (RTE_PMD_RING_MAX_RX_RINGS).
 */
#define HANDOFF_SLOTS  1024
#define HANDOFF_QUEUES 16
/* The fastest line that a wire has: ample for what a few cores can do. */
#define LINE_AMPLE_BPS UINT64_C(400000000000)
/* Faster than a core can be; a plan takes no rate above the second. */
#define RATE_PER_CORE UINT64_C(1000000000000)
#define RATE_MAX      UINT64_C(10000000000000)
#define PPB           1000000000u

static int
refuse_impairments(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	if (ports->rx.kind == OVR_PORT_WIRE && ovr_wire_conf_impairs(&ports->rx.conf.wire))
		return ovr_err_set(err, -EINVAL,
			"rx: found a wire that impairs (%.120s) for a selftest, accepted: one with a speed "
			"at most, since the tester is measured",
			ports->rx.keys);
	return 0;
}

static int
refuse_senders(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	uint32_t n_senders = ovr_plan_senders_count(ports);

	if (n_senders == 1)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"tx: found %u senders for a selftest, accepted: one, since cores of several machines have no "
		"rate in common",
		n_senders);
}

int
ovr_selftest_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	int status = ovr_plan_refuse_changed(plan, err);

	if (status == 0)
		status = refuse_senders(&plan->ports, err);

	if (status == 0)
		status = refuse_impairments(&plan->ports, err);
	return status != 0 ? status : ovr_plan_freeze(plan, err);
}

static uint64_t
speed_key(const struct ovr_port_name *name)
{
	return name->kind == OVR_PORT_WIRE ? name->conf.wire.speed_bps : 0;
}

uint64_t
ovr_selftest_line_bps(const struct ovr_plan_ports *ports)
{
	uint64_t tx_bps = speed_key(&ports->tx), rx_bps = speed_key(&ports->rx);

	if (ports->line_bps != 0 || ports->tx.kind != OVR_PORT_WIRE)
		return ports->line_bps;
	return tx_bps != 0 ? tx_bps : rx_bps != 0 ? rx_bps : LINE_AMPLE_BPS;
}

/* A trial that is judged by the selftest, and void for its books alone. */
static struct ovr_plan
trial_of(const struct ovr_plan *plan)
{
	struct ovr_plan trial = *plan;

	trial.command = OVR_PLAN_RUN;
	trial.trial.tolerance_ppb = PPB;
	trial.trial.max_loss_ppb = PPB;
	return trial;
}

static struct ovr_rate
rate_unlimited(uint16_t n_tx)
{
	uint64_t value = n_tx * RATE_PER_CORE;

	return (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = value < RATE_MAX ? value : RATE_MAX };
}

/* The device on the machine that has the plan's ports. */
static int
name_device(const struct ovr_plan_ports *ports, const char *device, struct ovr_port_name *ret_name,
	struct ovr_err *err)
{
	char text[OVR_PORT_HOST_BYTES + sizeof("host:/") + sizeof(SINK)];
	const char *host = ports->tx.host;

	snprintf(text, sizeof(text), "%s%s%s%s", host[0] != '\0' ? "host:" : "", host,
		host[0] != '\0' ? "/" : "", device);
	return ovr_port_name_parse("tx", text, ret_name, err);
}

/*
 * The plan's frames, over one virtual device in place of its ports: no line, and no core that would
 * run one.
 */
static int
make_virtual(struct ovr_plan *trial, const char *device, uint16_t n_tx, struct ovr_plan *ret_plan,
	struct ovr_err *err)
{
	struct ovr_port_name name;
	int status = name_device(&trial->ports, device, &name, err);

	if (status != 0)
		return status;
	trial->ports.tx = trial->ports.rx = name;
	trial->ports.line_bps = 0;
	trial->host.cores.wire.n_cpus = 0;
	trial->load.rate = rate_unlimited(n_tx);
	return ovr_plan_freeze_trial(trial, ret_plan, err);
}

int
ovr_selftest_plan_send(
	const struct ovr_plan *plan, uint16_t n_tx, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(plan);

	return make_virtual(&trial, SINK, n_tx, ret_plan, err);
}

/*
 * net_ring makes as many rings as EAL has cores, the main one included, and pairs its queues one to
 * one.
 */
static bool
can_hand_off(const struct ovr_plan_ports *ports, uint16_t n_workers)
{
	return ports->rxq == ports->txq && ports->rxq <= n_workers + 1 && ports->rxq <= HANDOFF_QUEUES;
}

int
ovr_selftest_plan_check(const struct ovr_plan *plan, uint16_t n_tx, uint16_t n_workers,
	struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(plan);

	if (!can_hand_off(&plan->ports, n_workers))
		return ovr_selftest_plan_saturation(plan, n_tx, ret_plan, err);
	/* the pool is made for the rings that are there */
	trial.ports.rxd = trial.ports.txd = HANDOFF_SLOTS;
	return make_virtual(&trial, HANDOFF, n_tx, ret_plan, err);
}

int
ovr_selftest_plan_saturation(
	const struct ovr_plan *plan, uint16_t n_tx, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(plan);

	if (plan->ports.tx.kind == OVR_PORT_WIRE && speed_key(&plan->ports.tx) == 0 &&
		speed_key(&plan->ports.rx) == 0)
		trial.ports.line_bps = ovr_selftest_line_bps(&plan->ports);
	/* a plan that knows its line is not asked for more than that takes */
	if (ovr_selftest_line_bps(&plan->ports) == 0)
		trial.load.rate = rate_unlimited(n_tx);
	return ovr_plan_freeze_trial(&trial, ret_plan, err);
}

int
ovr_selftest_plan_sustain(
	const struct ovr_plan *plan, double pps, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan trial = trial_of(plan);

	if (plan->ports.tx.kind == OVR_PORT_WIRE && speed_key(&plan->ports.tx) == 0 &&
		speed_key(&plan->ports.rx) == 0)
		trial.ports.line_bps = ovr_selftest_line_bps(&plan->ports);
	trial.load.rate = (struct ovr_rate){ .unit = OVR_RATE_PPS, .value = (uint64_t)(pps * 1000) };
	if (trial.load.rate.value == 0)
		trial.load.rate.value = 1;
	return ovr_plan_freeze_trial(&trial, ret_plan, err);
}
