/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/half.h"

#include <stdio.h>
#include <string.h>

#include "plan/hosts.h"
#include "plan/senders.h"

/* A port of another machine, by the name that it has there. */
static int
name_elsewhere(const char *what, const struct ovr_port_name *port, struct ovr_port_name *ret_name,
	struct ovr_err *err)
{
	struct ovr_port_name home = ovr_port_name_at_home(port);
	char text[OVR_PORT_NAME_BYTES + 16];

	snprintf(text, sizeof(text), "elsewhere:%s", home.text);
	return ovr_port_name_parse_in_half(what, text, ret_name, err);
}

/* What is the caller's: files, and what is shown. */
static void
drop_outputs(struct ovr_plan *half)
{
	struct ovr_plan usual;

	ovr_plan_default(&usual);
	half->output = usual.output;
	half->output.live = OVR_SHOW_NONE;
	half->output.quiet = true;
	half->output.checkpoint_ns = 0;
	memset(half->ports.hosts, 0, sizeof(half->ports.hosts));
}

/*
 * A sender among several has streams, a seed and a source address of its own. With one address for
 * all, a switch would find it at another port all the time. A socket's frames have that of their
 * interface.
 */
static void
tell_apart(struct ovr_plan *half, uint32_t sender)
{
	half->frames.stream_first = sender * half->frames.streams;
	half->trial.seed += sender;
	if (half->ports.tx.kind != OVR_PORT_UDP)
		half->frames.src_mac[4] = (uint8_t)(half->frames.src_mac[4] + sender);
}

/*
 * Frames to one of several receivers have a destination of their own, so that a switch can tell
 * where they belong. Those of a NIC and of a socket have the address that these have.
 */
static void
tell_receivers_apart(const struct ovr_plan *trial, uint32_t receiver, struct ovr_plan *half)
{
	if (trial->ports.more_rx.n == 0 || ovr_plan_is_given(trial, "dst-mac") ||
		ovr_plan_is_given(trial, "gateway") || trial->ports.rx.kind == OVR_PORT_PCI ||
		trial->ports.rx.kind == OVR_PORT_UDP)
		return;
	memcpy(half->frames.dst_mac, trial->frames.dst_mac, sizeof(half->frames.dst_mac));
	half->frames.dst_mac[4] = (uint8_t)(half->frames.dst_mac[4] + receiver);
}

int
ovr_plan_half(const struct ovr_plan *trial, enum ovr_plan_end end, uint32_t number, const uint8_t *dst_mac,
	struct ovr_plan *ret_half, struct ovr_err *err)
{
	static const uint8_t from_port[6] = { 0 };
	const bool is_rx = end == OVR_PLAN_END_RX;
	const uint32_t receiver = is_rx ? number : ovr_plan_receiver_of(&trial->ports, number);
	const struct ovr_plan_range senders = ovr_plan_senders_of(&trial->ports, receiver);
	const uint32_t sender = is_rx ? senders.first : number;
	struct ovr_plan half = ovr_plan_of_pair(trial, sender);
	const struct ovr_port_name tx = half.ports.tx, rx = half.ports.rx;
	int status = 0;

	half.command = OVR_PLAN_HALF;
	drop_outputs(&half);
	half.ports.tx = ovr_port_name_at_home(&tx);
	half.ports.rx = ovr_port_name_at_home(&rx);
	if (end == OVR_PLAN_END_TX) {
		status = name_elsewhere("rx", &rx, &half.ports.rx, err);
		memset(&half.host.cores.rx, 0, sizeof(half.host.cores.rx));
		tell_apart(&half, sender);
	} else if (is_rx) {
		uint32_t n_senders = ovr_plan_senders_count(&trial->ports);

		status = name_elsewhere("tx", &tx, &half.ports.tx, err);
		memset(&half.host.cores.tx, 0, sizeof(half.host.cores.tx));
		half.frames.streams *= n_senders;
		if (senders.n != n_senders) {
			half.frames.stream_first = senders.first * trial->frames.streams;
			half.frames.streams_own = senders.n * trial->frames.streams;
		}
		/* more streams may have to remember less each */
		if (!ovr_plan_is_given(trial, "window") && half.frames.streams != trial->frames.streams)
			half.receiver.window = 0;
	}
	tell_receivers_apart(trial, receiver, &half);
	if (dst_mac != NULL && memcmp(trial->frames.dst_mac, from_port, sizeof(from_port)) == 0)
		memcpy(half.frames.dst_mac, dst_mac, sizeof(half.frames.dst_mac));
	return status != 0 ? status : ovr_plan_freeze_trial(&half, ret_half, err);
}
