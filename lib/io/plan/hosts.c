/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/hosts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/senders.h"

static int
complete(const struct ovr_plan *plan, const char *what, struct ovr_port_name *name,
	const struct ovr_port_name *other, struct ovr_err *err)
{
	char text[OVR_PORT_NAME_BYTES + OVR_PORT_HOST_BYTES + 8];

	if (other->kind != OVR_PORT_WIRE || other->host[0] == '\0' || name->kind != OVR_PORT_WIRE ||
		ovr_plan_is_given(plan, what) || name->host[0] != '\0')
		return 0;
	snprintf(text, sizeof(text), "host:%s/%s", other->host, name->text);
	return ovr_port_name_parse(what, text, name, err);
}

int
ovr_plan_complete_hosts(struct ovr_plan *plan, struct ovr_err *err)
{
	int rc = complete(plan, "tx", &plan->ports.tx, &plan->ports.rx, err);

	return rc == 0 ? complete(plan, "rx", &plan->ports.rx, &plan->ports.tx, err) : rc;
}

static int
refuse_file(const char *key, const char *path, const char *why, struct ovr_err *err)
{
	if (path[0] == '\0')
		return 0;
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\" with a port on another machine, accepted: none, since %s", key, path,
		why);
}

/* A wire is of one process; so are its two ends. */
static int
check_wire(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	if (ports->rx.kind != OVR_PORT_WIRE)
		return 0;
	if (!ovr_port_name_is_one_host(&ports->tx, &ports->rx))
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found a wire between machines, accepted: both its ends on "
			"one, as in --rx host:NAME/wire:1",
			ports->tx.label, ports->rx.label);
	if (ports->more_tx.n == 0 && ports->more_rx.n == 0)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"rx %.48s: found a wire beside other ports, accepted: one sender and one receiver, since a "
		"wire is of one process",
		ports->rx.label);
}

/* Of several receivers each sender has one. */
static int
check_pairs(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_ports *ports = &plan->ports;

	if (ports->more_rx.n == 0)
		return 0;
	if (ports->more_rx.n != ports->more_tx.n)
		return ovr_err_set(err, -EINVAL,
			"rx: found %u ports for %u of tx, accepted: one for all senders, or one for each of "
			"them, in their order",
			ports->more_rx.n + 1, ports->more_tx.n + 1);
	if (plan->command == OVR_PLAN_ADVISE || plan->command == OVR_PLAN_RING_VERIFY ||
		plan->command == OVR_PLAN_SELFTEST)
		return ovr_err_set(err, -EINVAL,
			"rx: found %u ports, accepted: one, since the command is about one receiver",
			ports->more_rx.n + 1);
	return 0;
}

/* What is frozen of a plan, sizes and headers, is that of all pairs. */
static int
check_kinds(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	uint32_t n = ovr_plan_receivers_count(ports);

	for (uint32_t i = 1; i < n; i++) {
		struct ovr_port_name rx = ovr_plan_receiver_at(ports, i);

		if (rx.kind != ports->rx.kind)
			return ovr_err_set(err, -EINVAL,
				"rx: found %.80s beside %.80s, accepted: receivers of one kind", rx.text,
				ports->rx.text);
		if (rx.kind == OVR_PORT_UDP && rx.conf.udp.ip_version != ports->rx.conf.udp.ip_version)
			return ovr_err_set(err, -EINVAL,
				"rx: found %.80s beside %.80s, accepted: addresses of one version of IP",
				rx.text, ports->rx.text);
	}
	return 0;
}

/* Two halves on one interface would be two testers on it. Sockets of one address are several. */
static bool
is_one_port(const struct ovr_port_name *one, const struct ovr_port_name *other)
{
	return ovr_port_name_is_one_host(one, other) && one->kind == other->kind &&
		one->kind != OVR_PORT_UDP && strcmp(one->details, other->details) == 0;
}

static int
check_senders(const struct ovr_port_name *tx, uint32_t n_tx, const struct ovr_port_name *rx, uint32_t n_rx,
	struct ovr_err *err)
{
	for (uint32_t i = 0; i < n_tx; i++) {
		for (uint32_t j = 0; j < i; j++)
			if (is_one_port(&tx[i], &tx[j]))
				return ovr_err_set(err, -EINVAL,
					"tx: found %.80s twice, accepted: every port once", tx[i].text);
		for (uint32_t j = 0; j < n_rx && n_tx > 1; j++)
			if (is_one_port(&tx[i], &rx[j]))
				return ovr_err_set(err, -EINVAL,
					"tx: found %.80s, %s, among several senders, accepted: another port",
					tx[i].text,
					n_rx == 1 ? "the port that receives" : "a port that receives");
	}
	return 0;
}

/* A receiver that comes again behind another one is two to ovr_plan_receivers_count(). */
static int
check_receivers(const struct ovr_port_name *rx, uint32_t n_rx, struct ovr_err *err)
{
	for (uint32_t i = 0; i < n_rx; i++)
		for (uint32_t j = 0; j < i; j++)
			if (is_one_port(&rx[i], &rx[j]) || strcmp(rx[i].text, rx[j].text) == 0)
				return ovr_err_set(err, -EINVAL,
					"rx: found %.80s twice, accepted: a receiver of several senders "
					"once for each, side by side",
					rx[i].text);
	return 0;
}

static int
check_twice(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	uint32_t n_tx = ovr_plan_senders_count(ports), n_rx = ovr_plan_receivers_count(ports);
	struct ovr_port_name *tx = calloc((size_t)n_tx + n_rx, sizeof(*tx)), *rx;
	int rc;

	if (tx == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u ports", n_tx + n_rx);
	rx = tx + n_tx;
	for (uint32_t i = 0; i < n_tx; i++)
		tx[i] = ovr_plan_sender_at(ports, i);
	for (uint32_t i = 0; i < n_rx; i++)
		rx[i] = ovr_plan_receiver_at(ports, i);
	rc = check_senders(tx, n_tx, rx, n_rx, err);
	if (rc == 0)
		rc = check_receivers(rx, n_rx, err);
	free(tx);
	return rc;
}

/* Each agent keeps its own half. */
static int
check_checkpoint(const struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan usual;
	char found[OVR_UNITS_TEXT_BYTES], accepted[OVR_UNITS_TEXT_BYTES];

	ovr_plan_default(&usual);
	if (plan->output.checkpoint_ns == usual.output.checkpoint_ns)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"checkpoint: found %s with a port on another machine, accepted: %s, its default, since each "
		"agent keeps what its half last told",
		ovr_units_print_time(found, sizeof(found), plan->output.checkpoint_ns),
		ovr_units_print_time(accepted, sizeof(accepted), usual.output.checkpoint_ns));
}

/* Each sender has streams of its own. */
static int
check_streams(const struct ovr_plan *plan, struct ovr_err *err)
{
	uint32_t n = ovr_plan_senders_count(&plan->ports);

	if ((uint64_t)n * plan->frames.streams <= OVR_FRAME_STREAMS_MAX)
		return 0;
	return ovr_err_set(err, -ERANGE,
		"streams: found %u of each of %u senders, accepted: %u of each, or %u in all",
		plan->frames.streams, n, OVR_FRAME_STREAMS_MAX / n, OVR_FRAME_STREAMS_MAX);
}

struct ovr_plan
ovr_plan_of_pair(const struct ovr_plan *plan, uint32_t sender)
{
	const struct ovr_plan_ports *ports = &plan->ports;
	struct ovr_plan alone = *plan;
	struct ovr_plan usual;

	alone.ports.tx = ovr_plan_sender_at(ports, sender);
	alone.ports.rx = ovr_plan_receiver_at(ports, ovr_plan_receiver_of(ports, sender));
	memset(&alone.ports.more_tx, 0, sizeof(alone.ports.more_tx));
	memset(&alone.ports.more_rx, 0, sizeof(alone.ports.more_rx));
	if (ports->more_rx.n == 0)
		return alone;
	ovr_plan_default(&usual);
	if (!ovr_plan_is_given(plan, "gateway"))
		alone.frames.gateway = usual.frames.gateway;
	if (!ovr_plan_is_given(plan, "dst-mac"))
		memcpy(alone.frames.dst_mac, usual.frames.dst_mac, sizeof(alone.frames.dst_mac));
	return alone;
}

/* What every other pair is refused alone is refused among several. */
static int
check_each_pair(const struct ovr_plan *plan, struct ovr_err *err)
{
	uint32_t n = ovr_plan_senders_count(&plan->ports);
	int rc = 0;

	for (uint32_t i = 1; i < n && rc == 0; i++) {
		struct ovr_plan alone = ovr_plan_of_pair(plan, i);

		alone.ports.mbufs = 0;
		rc = ovr_plan_freeze(&alone, err);
	}
	return rc;
}

int
ovr_plan_check_hosts(const struct ovr_plan *plan, struct ovr_err *err)
{
	int rc;

	if (!ovr_plan_has_hosts(&plan->ports))
		return 0;
	rc = check_wire(&plan->ports, err);
	if (rc == 0)
		rc = check_pairs(plan, err);
	if (rc == 0)
		rc = check_kinds(&plan->ports, err);
	if (rc == 0)
		rc = check_twice(&plan->ports, err);
	if (rc == 0 && plan->ports.via.n != 0)
		rc = ovr_err_set(err, -EINVAL,
			"via: found netns=%.48s with a port on another machine, accepted: none, since the "
			"counters of namespaces are read on one machine alone",
			plan->ports.via.netns[0]);
	if (rc == 0)
		rc = refuse_file("capture", plan->output.capture, "the frames stay where they arrive", err);
	if (rc == 0)
		rc = refuse_file(
			"templates", plan->frames.templates, "the file is on this machine alone", err);
	if (rc == 0)
		rc = check_checkpoint(plan, err);
	if (rc == 0)
		rc = check_streams(plan, err);
	return rc == 0 ? check_each_pair(plan, err) : rc;
}
