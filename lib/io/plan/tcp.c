/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/tcp.h"

#include <errno.h>
#include <string.h>

#include "plan/command.h"
#include "plan/senders.h"
#include "plan/sockets.h"

/* The payload of a full segment with timestamps on Ethernet. */
#define SIZE "1448"
/* A lost segment is sent again after 200 ms at the earliest, and later each time (RFC 6298). */
#define DRAIN_NS UINT64_C(3000000000)
/* A rate is kept in thousandths: its interval in ns is this by its value. */
#define PS_PER_S UINT64_C(1000000000000)

static const char taken[] = "tx,rx,via,size,rate,time,count,stall,service,cores,drain,max-loss,seed,trial-id,"
			    "json,junit,tap,quiet";
static const char why[] = "a tcp port sends records in connections, and the kernel makes the segments";

bool
ovr_plan_has_tcp(const struct ovr_plan_ports *ports)
{
	return ports->tx.kind == OVR_PORT_TCP || ports->rx.kind == OVR_PORT_TCP;
}

int
ovr_plan_check_tcp_command(const struct ovr_plan *plan, struct ovr_err *err)
{
	if (plan->command == OVR_PLAN_RUN || !ovr_plan_has_tcp(&plan->ports))
		return 0;
	return ovr_err_set(err, -EINVAL,
		"tx %.48s and rx %.48s: found a tcp port for a command with many trials, accepted: it for "
		"overrun run alone",
		plan->ports.tx.label, plan->ports.rx.label);
}

static int
check_ports(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_port_name *tx = &plan->ports.tx, *rx = &plan->ports.rx;
	int rc = ovr_plan_check_tcp_command(plan, err);

	if (rc != 0)
		return rc;
	if (ovr_plan_has_hosts(&plan->ports))
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found a tcp port beside a port of another machine, accepted: "
			"tcp on both sides, alone",
			tx->label, rx->label);
	if (tx->kind != rx->kind)
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found one tcp port, accepted: tcp on both sides", tx->label,
			rx->label);
	return ovr_plan_check_sockets(plan, err);
}

static int
check_load(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_rate *rate = &plan->load.rate, *service = &plan->receiver.service;
	char text[OVR_UNITS_TEXT_BYTES];

	if (plan->load.time_ns == 0 && plan->load.count == 0)
		return ovr_err_set(
			err, -EINVAL, "time and count: found none for both, accepted: one of them, or both");
	if (plan->frames.size.n_sizes != 1)
		return ovr_err_set(err, -EINVAL,
			"size: found %.80s with %.48s, accepted: the bytes of a record, one size of %u to %u",
			plan->frames.size.text, plan->ports.tx.label, 64, OVR_FRAME_SIZE_MAX);
	if (rate->unit != OVR_RATE_PPS && !(rate->unit == OVR_RATE_LINE && rate->value == 1000000))
		return ovr_err_set(err, -EINVAL,
			"rate: found %s with %.48s, accepted: records per second, as in 20kpps, or 100%%: as "
			"many as TCP takes",
			ovr_units_print_rate(text, sizeof(text), rate), plan->ports.tx.label);
	/* a reader that takes longer for a record would be taken for one that stands still */
	if (service->value != 0 && PS_PER_S / service->value >= plan->trial.drain_ns)
		return ovr_err_set(err, -EINVAL,
			"service: found %s with %.48s, accepted: a record within drain (%.3g s), or a longer "
			"drain",
			ovr_units_print_rate(text, sizeof(text), service), plan->ports.tx.label,
			(double)plan->trial.drain_ns / 1e9);
	return 0;
}

static int
check_cores(const struct ovr_plan_cores *cores, struct ovr_err *err)
{
	if (cores->tx.n_cpus > 1 || cores->rx.n_cpus > 1 || cores->wire.n_cpus > 0)
		return ovr_err_set(err, -EINVAL,
			"cores: found more than one CPU for a side, or wire=, with tcp ports, accepted: one "
			"for "
			"each side, as in tx=0,rx=1");
	return 0;
}

int
ovr_plan_freeze_tcp(struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan usual;
	int rc = check_ports(plan, err);

	if (rc == 0)
		rc = ovr_plan_refuse_all_but(plan, taken, "tcp ports", why, err);
	if (rc != 0)
		return rc;
	ovr_plan_default(&usual);
	if (!ovr_plan_is_given(plan, "size") && strcmp(plan->frames.size.text, usual.frames.size.text) == 0)
		rc = ovr_mix_parse("size", SIZE, &plan->frames.size, err);
	if (!ovr_plan_is_given(plan, "drain") && plan->trial.drain_ns == usual.trial.drain_ns)
		plan->trial.drain_ns = DRAIN_NS;
	if (plan->load.time_ns == OVR_PLAN_TIME_AUTO)
		plan->load.time_ns = plan->load.count != 0 ? 0 : OVR_PLAN_TIME_DEFAULT_NS;
	if (rc == 0)
		rc = check_load(plan, err);
	if (rc == 0)
		rc = check_cores(&plan->host.cores, err);
	return rc == 0 ? ovr_plan_check_files(plan, err) : rc;
}
