/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/sockets.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define SIZE_IPV6 "84"
/* A socket has no line of which a share could be asked. */
#define RATE "10kpps"

/* What the name of a udp or tcp port says; NULL: it is neither. */
static const struct ovr_socket_conf *
socket_of(const struct ovr_port_name *name)
{
	if (name->kind_there == OVR_PORT_TCP)
		return &name->conf.tcp;
	return name->kind_there == OVR_PORT_UDP ? &name->conf.udp : NULL;
}

static bool
is_socket(const struct ovr_port_name *name)
{
	return name->kind_there == OVR_PORT_UDP;
}

/* What a socket's name says; nothing where the port is none. */
static const struct ovr_socket_conf *
conf_of(const struct ovr_port_name *name)
{
	static const struct ovr_socket_conf nothing = { .ip_version = 0 };

	return is_socket(name) ? &name->conf.udp : &nothing;
}

/* Its addresses are reached from their own network namespace alone. */
static bool
is_loopback(const struct ovr_socket_conf *conf)
{
	static const uint8_t one[16] = { [15] = 1 };

	return conf->ip_version == 4 ? conf->ip[0] == 127 : memcmp(conf->ip, one, sizeof(one)) == 0;
}

/*
 * One socket and a side that nobody named: the other end of the same address. It is in the
 * process's own namespace, but for a loopback address, which no other namespace than that of the
 * named port reaches. Any address is none to send to.
 */
static int
complete(const struct ovr_plan *plan, const char *what, struct ovr_port_name *name,
	const struct ovr_port_name *other, struct ovr_err *err)
{
	const struct ovr_socket_conf *conf = socket_of(other);
	char text[OVR_PORT_NAME_BYTES + OVR_SOCKET_NETNS_BYTES + 16];
	bool is_same_netns;

	if (conf == NULL || name->kind != OVR_PORT_WIRE || ovr_plan_is_given(plan, what))
		return 0;
	is_same_netns = is_loopback(conf) && conf->netns[0] != '\0' && other->host[0] == '\0';
	snprintf(text, sizeof(text), "%s:%s%s%s", other->kind_there == OVR_PORT_TCP ? "tcp" : "udp",
		other->details, is_same_netns ? ",netns=" : "", is_same_netns ? conf->netns : "");
	return ovr_port_name_parse(what, text, name, err);
}

/* Options that say something of a plan's side which a socket has not. */
static int
refuse(const char *option, const struct ovr_port_name *name, const char *why, struct ovr_err *err)
{
	return ovr_err_set(
		err, -EINVAL, "%s: found it with %.48s, accepted: none, since %s", option, name->label, why);
}

int
ovr_plan_check_sockets(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_socket_conf *tx = socket_of(&plan->ports.tx), *rx = socket_of(&plan->ports.rx);

	if (tx == NULL || rx == NULL)
		return 0;
	if (tx->ip_version != rx->ip_version)
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found two versions of IP, accepted: one for both",
			plan->ports.tx.label, plan->ports.rx.label);
	/* of an end elsewhere nobody here knows which namespace its process is in */
	if (is_loopback(tx) && ovr_plan_is_whole(&plan->ports) &&
		ovr_port_name_is_one_host(&plan->ports.tx, &plan->ports.rx) &&
		strcmp(tx->netns, rx->netns) != 0)
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found two network namespaces, accepted: the same netns=NAME "
			"of "
			"both, since a loopback address is reached from its own namespace alone",
			plan->ports.tx.label, plan->ports.rx.label);
	return 0;
}

/* What is asked of rings alone. */
static int
check_command(const struct ovr_plan *plan, struct ovr_err *err)
{
	bool is_of_rings = plan->command == OVR_PLAN_ADVISE || plan->command == OVR_PLAN_RING_VERIFY;

	if (!is_of_rings)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"tx %.48s and rx %.48s: found a socket for a command about rings, accepted: ports that have "
		"rings: wire, netdev, pci or vdev",
		plan->ports.tx.label, plan->ports.rx.label);
}

/* Headers are the stack's, so that nothing of the plan can be in them. */
static int
check_sender(const struct ovr_plan *plan, const struct ovr_plan *usual, struct ovr_err *err)
{
	static const char *const why = "the host's own stack makes the headers";

	if (!is_socket(&plan->ports.tx))
		return 0;
	if (plan->frames.templates[0] != '\0')
		return refuse("templates", &plan->ports.tx, why, err);
	if (plan->frames.n_vlans != 0)
		return refuse("vlan", &plan->ports.tx, why, err);
	if (plan->frames.gateway.ip_version != 0)
		return refuse("gateway", &plan->ports.tx, why, err);
	if (memcmp(plan->frames.src_mac, usual->frames.src_mac, sizeof(plan->frames.src_mac)) != 0)
		return refuse("src-mac", &plan->ports.tx, why, err);
	if (plan->ports.txd != usual->ports.txd)
		return refuse("txd", &plan->ports.tx,
			"a socket has a buffer and no ring, as the key sndbuf=BYTES says", err);
	return 0;
}

static int
check_receiver(const struct ovr_plan *plan, const struct ovr_plan *usual, struct ovr_err *err)
{
	if (!is_socket(&plan->ports.rx))
		return 0;
	if (plan->output.capture[0] != '\0')
		return refuse("capture", &plan->ports.rx, "a socket delivers payloads and no frames", err);
	if (plan->ports.rxd != usual->ports.rxd)
		return refuse("rxd", &plan->ports.rx,
			"a socket has a buffer and no ring, as the key rcvbuf=BYTES says", err);
	return 0;
}

/* As many sockets as queues. */
static int
freeze_queues(struct ovr_plan *plan, const struct ovr_socket_conf *rx, const struct ovr_plan_ports *ports,
	struct ovr_err *err)
{
	if (rx->n_sockets != 0 && plan->ports.rxq == ports->rxq && !ovr_plan_is_given(plan, "rxq"))
		plan->ports.rxq = rx->n_sockets;
	if (rx->n_sockets != 0 && plan->ports.rxq != rx->n_sockets)
		return ovr_err_set(err, -EINVAL,
			"rxq: found %u with %.48s and reuseport=%u, accepted: %u, since each socket is a "
			"queue",
			plan->ports.rxq, plan->ports.rx.label, rx->n_sockets, rx->n_sockets);
	if ((is_socket(&plan->ports.rx) && plan->ports.rxq > OVR_SOCKET_SOCKETS_MAX) ||
		(is_socket(&plan->ports.tx) && plan->ports.txq > OVR_SOCKET_SOCKETS_MAX))
		return ovr_err_set(err, -ERANGE,
			"rxq and txq: found %u and %u, accepted of a udp port: up to %d", plan->ports.rxq,
			plan->ports.txq, OVR_SOCKET_SOCKETS_MAX);
	return 0;
}

/*
 * Frames from an interface to a host's address: the neighbour that has it is asked for, unless a
 * router or a MAC address is named, or no router at all.
 */
static int
freeze_neighbour(struct ovr_plan *plan, const struct ovr_socket_conf *rx, struct ovr_err *err)
{
	static const uint8_t from_port[6] = { 0 };
	bool has_next_hop = plan->frames.gateway.ip_version != 0 || plan->frames.templates[0] != '\0' ||
		memcmp(plan->frames.dst_mac, from_port, sizeof(from_port)) != 0;

	if (!is_socket(&plan->ports.rx) || is_socket(&plan->ports.tx) ||
		plan->ports.tx.kind_there == OVR_PORT_VDEV || has_next_hop)
		return 0;
	if (rx->is_any)
		return ovr_err_set(err, -EINVAL,
			"rx: found %.48s with tx %.48s, accepted: the address that frames go to, or "
			"--gateway ADDRESS, or --dst-mac MAC",
			plan->ports.rx.label, plan->ports.tx.label);
	if (ovr_plan_is_given(plan, "gateway"))
		return 0;
	plan->frames.gateway.ip_version = rx->ip_version;
	memcpy(plan->frames.gateway.ip, rx->ip, sizeof(plan->frames.gateway.ip));
	return 0;
}

/* That of the socket's address. */
static int
freeze_ip_version(struct ovr_plan *plan, const struct ovr_port_name *socket, struct ovr_err *err)
{
	uint8_t version = conf_of(socket)->ip_version;

	if (ovr_plan_is_given(plan, "ip") && plan->frames.ip_version != version)
		return ovr_err_set(err, -EINVAL, "ip: found %u with %.48s, accepted: %u, as its address is",
			plan->frames.ip_version, socket->label, version);
	plan->frames.ip_version = version;
	return 0;
}

int
ovr_plan_complete_sockets(struct ovr_plan *plan, struct ovr_err *err)
{
	int rc = complete(plan, "tx", &plan->ports.tx, &plan->ports.rx, err);

	return rc == 0 ? complete(plan, "rx", &plan->ports.rx, &plan->ports.tx, err) : rc;
}

int
ovr_plan_freeze_sockets(struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_socket_conf *tx, *rx;
	struct ovr_plan usual;
	int rc;

	if (!is_socket(&plan->ports.tx) && !is_socket(&plan->ports.rx))
		return 0;
	ovr_plan_default(&usual);
	rc = check_command(plan, err);
	if (rc != 0)
		return rc;
	tx = conf_of(&plan->ports.tx);
	rx = conf_of(&plan->ports.rx);
	rc = ovr_plan_check_sockets(plan, err);
	if (rc != 0)
		return rc;
	if (is_socket(&plan->ports.tx) && plan->ports.line_bps == 0 && !ovr_plan_is_given(plan, "rate") &&
		memcmp(&plan->load.rate, &usual.load.rate, sizeof(usual.load.rate)) == 0)
		rc = ovr_units_parse_rate("rate", RATE, &plan->load.rate, err);
	if (rc != 0)
		return rc;
	/* the smallest frame of IPv6 where nobody asked for another size */
	if (plan->frames.templates[0] == '\0' && (tx->ip_version == 6 || rx->ip_version == 6) &&
		!ovr_plan_is_given(plan, "size") &&
		strcmp(plan->frames.size.text, usual.frames.size.text) == 0)
		rc = ovr_mix_parse("size", SIZE_IPV6, &plan->frames.size, err);
	if (rc == 0 && plan->frames.templates[0] == '\0')
		rc = freeze_ip_version(
			plan, is_socket(&plan->ports.rx) ? &plan->ports.rx : &plan->ports.tx, err);
	if (rc != 0)
		return rc;
	rc = check_sender(plan, &usual, err);
	if (rc == 0)
		rc = check_receiver(plan, &usual, err);
	if (rc == 0)
		rc = freeze_queues(plan, rx, &usual.ports, err);
	return rc == 0 ? freeze_neighbour(plan, rx, err) : rc;
}

struct ovr_frame_flow_conf
ovr_plan_flow_conf(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames)
{
	struct ovr_frame_flow_conf conf = { .ip_version = frames->ip_version, .n_vlans = frames->n_vlans };
	const struct ovr_socket_conf *udp = conf_of(is_socket(&ports->rx) ? &ports->rx : &ports->tx);

	memcpy(conf.vlan, frames->vlan, sizeof(conf.vlan));
	memcpy(conf.src_mac, frames->src_mac, sizeof(conf.src_mac));
	memcpy(conf.dst_mac, frames->dst_mac, sizeof(conf.dst_mac));
	memcpy(conf.dst_ip, udp->ip, sizeof(conf.dst_ip));
	conf.dst_port = udp->port;
	return conf;
}
