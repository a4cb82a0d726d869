/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plan/hosts.h"
#include "plan/sockets.h"
#include "plan/tcp.h"

#define STREAMS_PER_QUEUE  16
#define WINDOW_MAX         65536
#define WINDOW_MIN         64
#define NUMBERS_IN_WINDOWS 4194304
/* ethdev has 16 bits for descriptors. */
#define XDP_RING_MAX 32768u
#define POLL_FRAMES  32
/*
 * What the ring of a direction that carries nothing may hold, with two buffers for each descriptor.
 */
#define IDLE_RING_BUFFERS   1024
#define WIRE_LINE_BPS       UINT64_C(10000000000)
#define LINE_MAX_BPS        UINT64_C(400000000000)
#define STALL_MIN_NS        5000u
#define STALL_MIN_NETDEV_NS 250000u
/* Most frames that the wire's delay may hold back: some 2 GB of mbufs. */
#define DELAYED_FRAMES_MAX 1048576
/*
 * From this rate on a core may not keep up, and room is made for a line full of frames; up to so
 * many.
 */
#define OVERLOAD_PPS        1e6
#define OVERLOAD_FRAMES_MAX 65536
#define NS_PER_S            UINT64_C(1000000000)

/* "wire:" leaves the end open: 0 sends, 1 receives. */
static int
close_wire_end(const char *what, struct ovr_port_name *name, const char *end, struct ovr_err *err)
{
	char text[OVR_PORT_NAME_BYTES + OVR_PORT_HOST_BYTES + 16];

	if (name->kind != OVR_PORT_WIRE || name->details[0] != '\0')
		return 0;
	snprintf(text, sizeof(text), "%s%s%swire:%s%s%s", name->host[0] != '\0' ? "host:" : "", name->host,
		name->host[0] != '\0' ? "/" : "", end, name->keys[0] != '\0' ? "," : "", name->keys);
	return ovr_port_name_parse(what, text, name, err);
}

/* What a wire's end says; nothing where the port is no wire. */
static const struct ovr_wire_conf *
wire_of(const struct ovr_port_name *name)
{
	static const struct ovr_wire_conf nothing = { .speed_bps = 0 };

	return name->kind == OVR_PORT_WIRE ? &name->conf.wire : &nothing;
}

/* One line has one speed, wherever it is said. */
static int
check_speed(
	const char *what, uint64_t speed_bps, const char *other_what, uint64_t other_bps, struct ovr_err *err)
{
	char speed[OVR_UNITS_TEXT_BYTES];
	char other[OVR_UNITS_TEXT_BYTES];

	if (speed_bps == 0 || other_bps == 0 || speed_bps == other_bps)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"%s: found speed %s where %s says %s, accepted: one speed for both ends", what,
		ovr_units_print_line_bps(speed, sizeof(speed), speed_bps), other_what,
		ovr_units_print_line_bps(other, sizeof(other), other_bps));
}

/* A wire's ends are devices of rings, which have so many queues and no more. */
static int
check_wire_queues(const char *what, unsigned int queues, struct ovr_err *err)
{
	if (queues <= OVR_PLAN_WIRE_QUEUES_MAX)
		return 0;
	return ovr_err_set(err, -ERANGE, "%s: found %u queues on a wire, accepted: 1 to %d", what, queues,
		OVR_PLAN_WIRE_QUEUES_MAX);
}

/* Rings that sockets cannot have, known before there is an interface. */
static int
check_netdev_rings(
	const char *what, const struct ovr_port_name *name, uint32_t descriptors, struct ovr_err *err)
{
	if (name->kind != OVR_PORT_NETDEV)
		return 0;
	if (ovr_port_name_is_xdp(name) && (descriptors & (descriptors - 1)) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found %u, accepted for %.48s: a power of two, since AF_XDP has no other rings",
			what, descriptors, name->label);
	if (ovr_port_name_is_xdp(name) && descriptors > XDP_RING_MAX)
		return ovr_err_set(err, -ERANGE, "%s: found %u, accepted for %.48s: at most %u", what,
			descriptors, name->label, XDP_RING_MAX);
	if (!ovr_port_name_is_xdp(name) && descriptors % 2 != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found %u, accepted for %.48s: an even number, since two frames of a packet "
			"socket's ring share a block",
			what, descriptors, name->label);
	return 0;
}

/* One interface is one port: said in two ways, it would be opened twice. */
static int
check_netdevs(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	int rc = check_netdev_rings("txd", &ports->tx, ports->txd, err);

	if (rc == 0)
		rc = check_netdev_rings("rxd", &ports->rx, ports->rxd, err);
	if (rc != 0 || ports->tx.kind != OVR_PORT_NETDEV || ports->rx.kind != OVR_PORT_NETDEV ||
		!ovr_port_name_is_one_host(&ports->tx, &ports->rx) ||
		strcmp(ports->tx.details, ports->rx.details) != 0)
		return rc;
	if (strcmp(ports->tx.text, ports->rx.text) != 0)
		return ovr_err_set(err, -EINVAL,
			"tx %.80s and rx %.80s: found one interface with different keys, accepted: the same "
			"keys for both",
			ports->tx.text, ports->rx.text);
	if (ports->rxd != ports->txd)
		return ovr_err_set(err, -EINVAL,
			"rxd %u and txd %u: found different rings for %.48s, accepted: one size, since its "
			"sockets have one for both directions",
			ports->rxd, ports->txd, ports->tx.label);
	return 0;
}

/* So is one NIC: EAL takes its address once. */
static int
check_pcis(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	if (ports->tx.kind != OVR_PORT_PCI || ports->rx.kind != OVR_PORT_PCI ||
		!ovr_port_name_is_one_host(&ports->tx, &ports->rx) ||
		strcmp(ports->tx.details, ports->rx.details) != 0 ||
		strcmp(ports->tx.text, ports->rx.text) == 0)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"tx %.80s and rx %.80s: found one device with different keys, accepted: the same keys for "
		"both",
		ports->tx.text, ports->rx.text);
}

uint32_t
ovr_plan_streams_own(const struct ovr_plan_frames *frames)
{
	return frames->streams_own != 0 ? frames->streams_own : frames->streams;
}

bool
ovr_plan_is_whole(const struct ovr_plan_ports *ports)
{
	return ports->tx.kind != OVR_PORT_ELSEWHERE && ports->rx.kind != OVR_PORT_ELSEWHERE;
}

/* A half has one end here. Those of a wire belong together, and so do those of connections. */
static int
check_half(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	const struct ovr_port_name *here = ports->tx.kind == OVR_PORT_ELSEWHERE ? &ports->rx : &ports->tx;

	if (ovr_plan_is_whole(ports))
		return 0;
	if (here->kind == OVR_PORT_ELSEWHERE)
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found both ends elsewhere, accepted: one of them",
			ports->tx.label, ports->rx.label);
	if (here->kind == OVR_PORT_WIRE || here->kind == OVR_PORT_TCP)
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found one end elsewhere, accepted: both here, since %s",
			ports->tx.label, ports->rx.label,
			here->kind == OVR_PORT_WIRE ? "the two ends of a wire belong together"
						    : "connections are counted in one process");
	return 0;
}

static int
freeze_ports(struct ovr_plan *plan, struct ovr_err *err)
{
	int rc = close_wire_end("tx", &plan->ports.tx, "0", err);
	uint64_t tx_bps, rx_bps;

	if (rc == 0)
		rc = close_wire_end("rx", &plan->ports.rx, "1", err);
	if (rc != 0)
		return rc;
	if (plan->ports.tx.kind != plan->ports.rx.kind &&
		(plan->ports.tx.kind == OVR_PORT_WIRE || plan->ports.rx.kind == OVR_PORT_WIRE))
		return ovr_err_set(err, -EINVAL,
			"tx %.48s and rx %.48s: found a wire on one side only, accepted: a wire on both "
			"sides, since its two ends belong together; a side that is not named is a wire: --tx "
			"and --rx name both",
			plan->ports.tx.label, plan->ports.rx.label);
	if (ovr_wire_conf_impairs(wire_of(&plan->ports.tx)))
		return ovr_err_set(err, -EINVAL,
			"tx: found impairments at the end that sends (%.120s), accepted: them at the end "
			"that receives, as in --rx %s,%.120s",
			plan->ports.tx.keys, plan->ports.rx.label, plan->ports.tx.keys);
	tx_bps = wire_of(&plan->ports.tx)->speed_bps;
	rx_bps = wire_of(&plan->ports.rx)->speed_bps;
	rc = check_speed("tx", tx_bps, "rx", rx_bps, err);
	if (rc == 0)
		rc = check_speed("tx", tx_bps, "line", plan->ports.line_bps, err);
	if (rc == 0)
		rc = check_speed("rx", rx_bps, "line", plan->ports.line_bps, err);
	if (rc == 0 && plan->ports.rx.kind == OVR_PORT_WIRE)
		rc = check_wire_queues("rxq", plan->ports.rxq, err);
	if (rc == 0 && plan->ports.tx.kind == OVR_PORT_WIRE)
		rc = check_wire_queues("txq", plan->ports.txq, err);
	if (rc == 0)
		rc = check_netdevs(&plan->ports, err);
	return rc == 0 ? check_pcis(&plan->ports, err) : rc;
}

/* The line's speed, where the plan alone tells it; 0: only the device will. */
static uint64_t
line_bps_of(const struct ovr_plan_ports *ports)
{
	if (ports->line_bps != 0)
		return ports->line_bps;
	if (ports->tx.kind != OVR_PORT_WIRE)
		return 0;
	if (wire_of(&ports->tx)->speed_bps != 0)
		return wire_of(&ports->tx)->speed_bps;
	return wire_of(&ports->rx)->speed_bps != 0 ? wire_of(&ports->rx)->speed_bps : WIRE_LINE_BPS;
}

uint64_t
ovr_plan_line_bps(const struct ovr_plan *plan)
{
	return line_bps_of(&plan->ports);
}

/* There are faster lines than devices and the wire know: for calculating, not for sending. */
static int
check_line(const struct ovr_plan_ports *ports, struct ovr_err *err)
{
	uint64_t line_bps = line_bps_of(ports);
	char line[OVR_UNITS_TEXT_BYTES];

	if (line_bps <= LINE_MAX_BPS)
		return 0;
	return ovr_err_set(err, -ERANGE,
		"line: found %s, accepted to send on: at most 400G; faster ones can be calculated "
		"(overrun plan-ring)",
		ovr_units_print_line_bps(line, sizeof(line), line_bps));
}

/* The most that a line takes of the plan's frames, in a rate's own grain. */
static double
rate_max(const struct ovr_plan *plan, uint64_t line_bps)
{
	double line_pps = ovr_mix_line_pps(&plan->frames.size, line_bps);

	switch (plan->load.rate.unit) {
	case OVR_RATE_PPS:
		return line_pps * 1000;
	case OVR_RATE_L1_BPS:
		return (double)line_bps;
	case OVR_RATE_L2_BPS:
		return line_pps * 8 * ovr_mix_mean(&plan->frames.size);
	case OVR_RATE_LINE:
		break;
	}
	return 1e6;
}

/*
 * No line carries more than its speed. A thousandth of the grain is what arithmetic with fractions
 * may be off. A half is of a trial that was made already: a burst search asks for more than the
 * line carries, so that the TX ring is never empty.
 */
static int
check_rate(const struct ovr_plan *plan, struct ovr_err *err)
{
	uint64_t line_bps = line_bps_of(&plan->ports);
	char asked[OVR_UNITS_TEXT_BYTES];
	char most[OVR_UNITS_TEXT_BYTES];
	char line[OVR_UNITS_TEXT_BYTES];
	struct ovr_rate limit = plan->load.rate;
	double max;

	if (line_bps == 0 || plan->command == OVR_PLAN_HALF)
		return 0;
	max = rate_max(plan, line_bps) + 0.001;
	if ((double)plan->load.rate.value <= max)
		return 0;
	limit.value = (uint64_t)max;
	return ovr_err_set(err, -ERANGE,
		"rate: found %s, more than a %s line carries of frames of %.6g bytes, accepted: up to %s",
		ovr_units_print_rate(asked, sizeof(asked), &plan->load.rate),
		ovr_units_print_line_bps(line, sizeof(line), line_bps), ovr_mix_mean(&plan->frames.size),
		ovr_units_print_rate(most, sizeof(most), &limit));
}

static int
freeze_load(struct ovr_plan *plan, struct ovr_err *err)
{
	if (plan->load.time_ns == OVR_PLAN_TIME_AUTO)
		plan->load.time_ns = plan->load.count != 0 ? 0 : OVR_PLAN_TIME_DEFAULT_NS;
	if (plan->load.time_ns == 0 && plan->load.count == 0)
		return ovr_err_set(
			err, -EINVAL, "time and count: found none for both, accepted: one of them, or both");
	return ovr_plan_check_count(plan, line_bps_of(&plan->ports), err);
}

/* Many streams share the rate, so each needs to remember less: some 4 million numbers in all. */
static uint32_t
window_for(uint32_t streams)
{
	uint32_t window = WINDOW_MAX;

	while (window > WINDOW_MIN && (uint64_t)window * streams > NUMBERS_IN_WINDOWS)
		window /= 2;
	return window;
}

/* Frames that an AF_XDP socket has no room for would all be lost. */
static int
check_xdp_size(const struct ovr_plan *plan, struct ovr_err *err)
{
	uint32_t most = ovr_netdev_xdp_frame_max();
	unsigned int size = ovr_mix_max(&plan->frames.size);

	if (size <= most ||
		(!ovr_port_name_is_xdp(&plan->ports.tx) && !ovr_port_name_is_xdp(&plan->ports.rx)))
		return 0;
	return ovr_err_set(err, -ERANGE,
		"size: found %u, an AF_XDP socket takes at most %u, which with its heads fill a page; "
		"accepted: up to %u, or the key mode=af_packet for both ports",
		size, most, most);
}

/* Of the direction that has most; each has a stream of its own. */
static unsigned int
queues_of(const struct ovr_plan_ports *ports)
{
	if (ports->tx.kind == OVR_PORT_ELSEWHERE)
		return ports->rxq;
	if (ports->rx.kind == OVR_PORT_ELSEWHERE)
		return ports->txq;
	return ports->rxq > ports->txq ? ports->rxq : ports->txq;
}

/* Which of the streams are those of a half's end. */
static int
check_own_streams(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_frames *frames = &plan->frames;

	if (frames->streams_own != 0 && plan->ports.tx.kind != OVR_PORT_ELSEWHERE)
		return ovr_err_set(err, -EINVAL,
			"streams-own: found %u with tx %.48s, accepted: 0, since a sender sends all its "
			"streams",
			frames->streams_own, plan->ports.tx.label);
	if (frames->streams_own != 0 && frames->stream_first + frames->streams_own > frames->streams)
		return ovr_err_set(err, -EINVAL,
			"streams-own: found %u from %u on, accepted: some of the %u streams of all",
			frames->streams_own, frames->stream_first, frames->streams);
	if (frames->streams_own == 0 && frames->stream_first != 0 &&
		plan->ports.rx.kind != OVR_PORT_ELSEWHERE)
		return ovr_err_set(err, -EINVAL,
			"stream-first: found %u with rx %.48s, accepted: 0, since a receiver has the streams "
			"of all senders",
			frames->stream_first, plan->ports.rx.label);
	return 0;
}

static int
freeze_frames(struct ovr_plan *plan, struct ovr_err *err)
{
	unsigned int queues = queues_of(&plan->ports);
	unsigned int size_min = ovr_frame_size_min(plan->frames.ip_version, plan->frames.n_vlans);

	/* A capture brings its own sizes, which are checked when it is read. */
	if (plan->frames.templates[0] == '\0' && ovr_mix_min(&plan->frames.size) < size_min)
		return ovr_err_set(err, -ERANGE,
			"size: found %u, needed: %u for the headers (IPv%u, VLAN tags: %u) and the tag, "
			"accepted: %u to %u",
			ovr_mix_min(&plan->frames.size), size_min, plan->frames.ip_version,
			plan->frames.n_vlans, size_min, OVR_FRAME_SIZE_MAX);
	if (check_xdp_size(plan, err) != 0)
		return -ERANGE;
	if (plan->frames.gateway.ip_version != 0 && plan->ports.tx.kind == OVR_PORT_WIRE)
		return ovr_err_set(err, -EINVAL,
			"gateway: found one with tx %.48s, accepted: none, since no router stands on a wire",
			plan->ports.tx.label);
	if (plan->frames.gateway.ip_version != 0 && plan->frames.templates[0] == '\0' &&
		plan->frames.gateway.ip_version != plan->frames.ip_version)
		return ovr_err_set(err, -EINVAL,
			"gateway: found an IPv%u address with ip %u, accepted: an IPv%u address",
			plan->frames.gateway.ip_version, plan->frames.ip_version, plan->frames.ip_version);
	if (plan->frames.streams == 0)
		plan->frames.streams = queues == 1 ? 1 : STREAMS_PER_QUEUE * queues;
	if (plan->frames.streams < queues)
		return ovr_err_set(err, -EINVAL,
			"streams: found %u, needed: one for each of %u queues, accepted: %u to %u, or auto",
			plan->frames.streams, queues, queues, OVR_FRAME_STREAMS_MAX);
	if (plan->frames.streams_own == 0 &&
		plan->frames.streams + plan->frames.stream_first > OVR_FRAME_STREAMS_MAX)
		return ovr_err_set(err, -ERANGE,
			"stream-first: found %u with %u streams, accepted: up to %u, since a frame's stream "
			"is one of %u",
			plan->frames.stream_first, plan->frames.streams,
			OVR_FRAME_STREAMS_MAX - plan->frames.streams, OVR_FRAME_STREAMS_MAX);
	if (check_own_streams(plan, err) != 0)
		return -EINVAL;
	if (plan->receiver.window == 0)
		plan->receiver.window = window_for(plan->frames.streams);
	return 0;
}

/* Refuse a CPU that stands in both lists. */
static int
check_apart(const char *what, const struct ovr_cpuset *set, const char *other_what,
	const struct ovr_cpuset *other, struct ovr_err *err)
{
	for (unsigned int i = 0; i < set->n_cpus; i++)
		for (unsigned int j = 0; j < other->n_cpus; j++)
			if (set->cpu[i] == other->cpu[j])
				return ovr_err_set(err, -EINVAL,
					"cores: found CPU %u in both %s= and %s=, accepted: every CPU once",
					set->cpu[i], what, other_what);
	return 0;
}

static int
check_cores(const struct ovr_plan *plan, struct ovr_err *err)
{
	const struct ovr_plan_cores *cores = &plan->host.cores;
	unsigned int n_workers = (unsigned int)cores->tx.n_cpus + cores->rx.n_cpus + cores->wire.n_cpus;
	int rc;

	if (cores->tx.n_cpus > plan->ports.txq)
		return ovr_err_set(err, -EINVAL,
			"cores: found %u CPUs in tx= with txq %u, accepted: at most one for each queue, as "
			"with --txq %u",
			cores->tx.n_cpus, plan->ports.txq, cores->tx.n_cpus);
	if (cores->rx.n_cpus > plan->ports.rxq)
		return ovr_err_set(err, -EINVAL,
			"cores: found %u CPUs in rx= with rxq %u, accepted: at most one for each queue, as "
			"with --rxq %u",
			cores->rx.n_cpus, plan->ports.rxq, cores->rx.n_cpus);
	if (cores->wire.n_cpus > 0 && plan->ports.rx.kind != OVR_PORT_WIRE)
		return ovr_err_set(err, -EINVAL,
			"cores: found wire= with tx %.48s and rx %.48s, accepted: it with a wire on both "
			"sides",
			plan->ports.tx.label, plan->ports.rx.label);
	if (cores->wire.n_cpus > 1)
		return ovr_err_set(
			err, -EINVAL, "cores: found %u CPUs in wire=, accepted: one", cores->wire.n_cpus);
	if (n_workers > OVR_PLAN_WORKERS_MAX)
		return ovr_err_set(err, -ERANGE, "cores: found %u CPUs, accepted: at most %u in all",
			n_workers, OVR_PLAN_WORKERS_MAX);
	/*
	 * The wire never runs on a receiver's core, which must be able to stall without stopping
	 * it.
	 */
	rc = check_apart("wire", &cores->wire, "rx", &cores->rx, err);
	if (rc == 0)
		rc = check_apart("wire", &cores->wire, "tx", &cores->tx, err);
	/* CPUs of two machines are not the same ones */
	if (rc == 0 && ovr_plan_is_whole(&plan->ports) &&
		ovr_port_name_is_one_host(&plan->ports.tx, &plan->ports.rx))
		rc = check_apart("tx", &cores->tx, "rx", &cores->rx, err);
	return rc;
}

/* What a line takes of the smallest size that the plan may put on it. */
static double
line_pps_max(const struct ovr_plan_frames *frames, uint64_t speed_bps)
{
	unsigned int size = frames->templates[0] == '\0' ? ovr_mix_min(&frames->size) : 64;

	return (double)speed_bps / (8.0 * (size + OVR_FRAME_OVERHEAD_BYTES));
}

/* What the plan asks for in frames of that size. */
static double
intended_pps_max(const struct ovr_plan *plan, double line_pps)
{
	unsigned int size = plan->frames.templates[0] == '\0' ? ovr_mix_min(&plan->frames.size) : 64;

	switch (plan->load.rate.unit) {
	case OVR_RATE_PPS:
		return (double)plan->load.rate.value / 1000;
	case OVR_RATE_L1_BPS:
		return (double)plan->load.rate.value / (8.0 * (size + OVR_FRAME_OVERHEAD_BYTES));
	case OVR_RATE_L2_BPS:
		return (double)plan->load.rate.value / (8.0 * size);
	case OVR_RATE_LINE:
		return line_pps * (double)plan->load.rate.value / 1e6;
	}
	return line_pps;
}

/* Frames on a wire that delays. */
static uint64_t
delayed_frames(const struct ovr_plan *plan)
{
	uint64_t delay_ns = wire_of(&plan->ports.rx)->delay_ns;
	double seconds = (double)delay_ns / (double)NS_PER_S;
	double line_pps, intended_pps, full, frames;

	if (delay_ns == 0)
		return 0;
	line_pps = line_pps_max(&plan->frames, line_bps_of(&plan->ports));
	intended_pps = intended_pps_max(plan, line_pps);
	full = seconds * line_pps;
	/*
	 * A sender is faster for a while after a stall: twice is plenty, unless it catches up or
	 * draws intervals.
	 */
	frames = plan->load.catch_up || plan->load.shape.shape == OVR_PACE_POISSON
		? full
		: 2 * seconds * intended_pps;
	/*
	 * The line's time stands still while its core does not come round, and the sender's goes
	 * on: where the core cannot keep up, the line fills up to its own rate, however low the one
	 * asked for.
	 */
	if (intended_pps >= OVERLOAD_PPS && frames < OVERLOAD_FRAMES_MAX)
		frames = full < OVERLOAD_FRAMES_MAX ? full : OVERLOAD_FRAMES_MAX;
	return (uint64_t)(frames < full ? frames : full) + 1;
}

/* Frames that the line may hold at one time. */
static uint64_t
wire_frames(const struct ovr_plan *plan)
{
	const struct ovr_wire_conf *rx = wire_of(&plan->ports.rx);
	uint64_t frames = delayed_frames(plan);

	if (frames > DELAYED_FRAMES_MAX)
		frames = DELAYED_FRAMES_MAX;
	if (rx->reorder_ppb != 0)
		frames += rx->reorder_frames;
	/* A copy doubles what is held back. */
	return rx->dup_ppb != 0 ? 2 * frames + 1 : frames;
}

/* Vector receive brings nothing for fewer. */
static uint64_t
polled_frames(const struct ovr_plan_ports *ports)
{
	bool may_be_vector = ports->rx.kind == OVR_PORT_PCI || ports->rx.kind == OVR_PORT_VDEV;

	return may_be_vector && ports->burst < POLL_FRAMES ? POLL_FRAMES : ports->burst;
}

uint32_t
ovr_plan_mbufs_needed(const struct ovr_plan *plan)
{
	/* an end elsewhere has its queues there */
	uint64_t rxq = plan->ports.rx.kind == OVR_PORT_ELSEWHERE ? 0 : plan->ports.rxq;
	uint64_t txq = plan->ports.tx.kind == OVR_PORT_ELSEWHERE ? 0 : plan->ports.txq;
	uint64_t queues = rxq + txq;
	uint64_t frames = rxq * plan->ports.rxd + txq * plan->ports.txd;

	/*
	 * At most one worker for each queue, and one for the wire; a cache is flushed at 1.5 times
	 * its size.
	 */
	frames += (queues + 1) * OVR_PLAN_POOL_CACHE * 3 / 2;
	/* a receiver holds what it polled and what it looks at */
	frames += txq * plan->ports.burst + 2 * rxq * polled_frames(&plan->ports);
	frames += wire_frames(plan);
	/* AF_XDP receives into what it keeps with the kernel, and sends out of the same pool */
	if (ovr_port_name_is_xdp(&plan->ports.rx))
		frames += (uint64_t)plan->ports.rxq * OVR_NETDEV_XDP_BUFFERS;
	if (ovr_port_name_is_xdp(&plan->ports.tx))
		frames += (uint64_t)plan->ports.txq * OVR_NETDEV_XDP_BUFFERS;
	/* some NICs' drivers keep two buffers for each descriptor (net_vmxnet3) */
	if (plan->ports.rx.kind == OVR_PORT_PCI)
		frames += (uint64_t)plan->ports.rxq * plan->ports.rxd;
	if (plan->ports.rx.kind == OVR_PORT_PCI || plan->ports.tx.kind == OVR_PORT_PCI)
		frames += IDLE_RING_BUFFERS;
	if (plan->output.capture[0] != '\0')
		frames += rxq * OVR_PLAN_CAPTURE_HELD;
	return frames < UINT32_MAX ? (uint32_t)frames : UINT32_MAX;
}

static int
freeze_pool(struct ovr_plan *plan, struct ovr_err *err)
{
	uint64_t delayed = delayed_frames(plan);
	uint32_t needed;

	if (delayed > DELAYED_FRAMES_MAX)
		return ovr_err_set(err, -ERANGE,
			"rx: found a delay that holds back %" PRIu64
			" frames, accepted: at most %d: a shorter delay, a lower rate or larger frames",
			delayed, DELAYED_FRAMES_MAX);
	needed = ovr_plan_mbufs_needed(plan);
	if (plan->ports.mbufs == 0)
		plan->ports.mbufs = needed;
	if (plan->ports.mbufs < needed)
		return ovr_err_set(err, -EINVAL,
			"mbufs: found %u, needed: %u for %u x %u + %u x %u descriptors, caches and bursts, "
			"accepted: %u or more, or auto",
			plan->ports.mbufs, needed, plan->ports.rxq, plan->ports.rxd, plan->ports.txq,
			plan->ports.txd, needed);
	return 0;
}

static bool
is_system_call(const struct ovr_port_name *name)
{
	return name->kind_there == OVR_PORT_NETDEV || name->kind_there == OVR_PORT_UDP;
}

/*
 * Where a burst is a system call that does the kernel's work as well, a turn lasts as long as that
 * does: some 64 us for 32 frames. The sender is busy then, not stalled.
 */
static void
freeze_stall(struct ovr_plan *plan)
{
	if (plan->trial.stall_min_ns == 0)
		plan->trial.stall_min_ns = is_system_call(&plan->ports.tx) || is_system_call(&plan->ports.rx)
			? STALL_MIN_NETDEV_NS
			: STALL_MIN_NS;
}

/*
 * A kernel interface is promiscuous, and a host behind its own address would answer, or route, what
 * comes to it.
 */
static void
freeze_destination(struct ovr_plan *plan)
{
	static const uint8_t from_port[6] = { 0 };

	if (plan->ports.rx.kind_there != OVR_PORT_PCI &&
		memcmp(plan->frames.dst_mac, from_port, sizeof(from_port)) == 0)
		memcpy(plan->frames.dst_mac, OVR_PLAN_DST_MAC, sizeof(plan->frames.dst_mac));
}

/* Who wants nothing on stderr cannot want a view of it there. */
static int
check_output(const struct ovr_plan_output *output, struct ovr_err *err)
{
	if (!output->quiet || output->live == OVR_SHOW_AUTO || output->live == OVR_SHOW_NONE)
		return 0;
	return ovr_err_set(err, -EINVAL, "live: found %s beside --quiet, accepted: one of both",
		output->live == OVR_SHOW_SCREEN ? "screen" : "line");
}

int
ovr_plan_freeze(struct ovr_plan *plan, struct ovr_err *err)
{
	struct ovr_plan frozen = *plan;
	int rc = check_half(&frozen.ports, err);

	if (rc == 0)
		rc = ovr_plan_complete_hosts(&frozen, err);
	if (rc == 0)
		rc = ovr_plan_complete_sockets(&frozen, err);
	if (rc == 0 && ovr_plan_has_tcp(&frozen.ports)) {
		rc = ovr_plan_freeze_tcp(&frozen, err);
		if (rc == 0)
			*plan = frozen;
		return rc;
	}
	if (rc == 0)
		rc = ovr_plan_freeze_sockets(&frozen, err);
	if (rc == 0)
		rc = freeze_ports(&frozen, err);
	if (rc == 0)
		rc = check_line(&frozen.ports, err);
	if (rc == 0)
		rc = freeze_load(&frozen, err);
	if (rc == 0)
		rc = freeze_frames(&frozen, err);
	if (rc == 0)
		rc = check_rate(&frozen, err);
	if (rc == 0)
		rc = check_cores(&frozen, err);
	if (rc == 0)
		rc = check_output(&frozen.output, err);
	if (rc == 0)
		rc = ovr_plan_check_files(&frozen, err);
	if (rc == 0)
		rc = freeze_pool(&frozen, err);
	freeze_stall(&frozen);
	freeze_destination(&frozen);
	if (rc == 0)
		rc = ovr_plan_check_hosts(&frozen, err);
	if (rc == 0)
		*plan = frozen;
	return rc;
}

int
ovr_plan_freeze_trial(const struct ovr_plan *trial, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct ovr_plan frozen = *trial;
	uint32_t needed = ovr_plan_mbufs_needed(trial);
	int status;

	if (trial->ports.mbufs != 0 && trial->ports.mbufs < needed)
		frozen.ports.mbufs = needed;
	status = ovr_plan_freeze(&frozen, err);
	if (status == 0)
		*ret_plan = frozen;
	return status;
}
