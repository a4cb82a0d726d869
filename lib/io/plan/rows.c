/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/plan.h"

#include <string.h>

#include "plan/command.h"
#include "plan/values.h"

#define MEMBER(name) offsetof(struct ovr_plan, name)
#define PORTS        "ports"
#define FRAMES       "frames"
#define LOAD         "load"
#define RECEIVER     "receiver"
#define HOST         "host"
#define TRIAL        "trial"
#define NS_PER_MS    UINT64_C(1000000)
#define NS_PER_HOUR  UINT64_C(3600000000000)
/* Commands with many trials count up from it, and JSON's integers end with 63 bits. */
#define SEED_MAX (INT64_MAX - UINT32_MAX)

/* Three lines each: what it is called, what it does, how it is read. */
/* clang-format off */
static const struct ovr_plan_row rows[] = {
	{ "tx", PORTS, "PORT", "wire:0",
		"port that sends: wire:0, netdev:INTERFACE, pci:BDF, udp:IP:PORT, tcp:IP:PORT, vdev:DRIVER, host:NAME/PORT",
		ovr_plan_parse_senders, ovr_plan_print_senders, MEMBER(ports.tx), 0, 0, 0 },
	{ "rx", PORTS, "PORT", "wire:1",
		"port that receives; a wire takes its impairments here: wire:1,drop=0.1%,reorder=3:1%",
		ovr_plan_parse_receivers, ovr_plan_print_receivers, MEMBER(ports.rx), 0, 0, 0 },
	{ "path", PORTS, "direct|dut", "direct",
		"what stands between the ports: nothing, or a device under test",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(ports.path), 0, 0, 0 },
	{ "via", PORTS, "netns=NAME", "none",
		"network namespace between the ports whose counters explain losses; again for the next one",
		ovr_plan_parse_via, ovr_plan_print_via, MEMBER(ports.via), 0, 0, 0 },
	{ "force", PORTS, NULL, "false",
		"use an interface or a NIC even if the default route or this login goes through it",
		ovr_plan_parse_boolean, ovr_plan_print_boolean, MEMBER(ports.force), 0, 0, 0 },
	{ "line", PORTS, "SPEED", "auto",
		"line speed, 10M to 400G (plan-ring: 800G); auto: as the port says (the wire: 10G)",
		ovr_plan_parse_line, ovr_plan_print_line, MEMBER(ports.line_bps), 0, 0, 0 },
	{ "rxd", PORTS, "N", "1024",
		"descriptors of each receive ring",
		ovr_plan_parse_u32, ovr_plan_print_u32, MEMBER(ports.rxd), 1, 65536, 0 },
	{ "txd", PORTS, "N", "1024",
		"descriptors of each transmit ring",
		ovr_plan_parse_u32, ovr_plan_print_u32, MEMBER(ports.txd), 1, 65536, 0 },
	{ "rxq", PORTS, "N", "1",
		"receive queues",
		ovr_plan_parse_u16, ovr_plan_print_u16, MEMBER(ports.rxq), 1, OVR_PLAN_QUEUES_MAX, 0 },
	{ "txq", PORTS, "N", "1",
		"transmit queues",
		ovr_plan_parse_u16, ovr_plan_print_u16, MEMBER(ports.txq), 1, OVR_PLAN_QUEUES_MAX, 0 },
	{ "burst", PORTS, "N", "32",
		"most frames taken or handed over in one call, 1 to 512",
		ovr_plan_parse_u16, ovr_plan_print_u16, MEMBER(ports.burst), 1, 512, 0 },
	{ "mbufs", PORTS, "N", "auto",
		"frames in each pool; auto: as many as rings, caches, bursts and the wire can hold",
		ovr_plan_parse_auto_u32, ovr_plan_print_auto_u32, MEMBER(ports.mbufs), 1, 67108864, 0 },
	{ "link-timeout", PORTS, "TIME", "10s",
		"how long to wait for the ports' links; 0: they must be up",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(ports.link_timeout_ns), 0, NS_PER_HOUR, 0 },
	{ "link-settle", PORTS, "TIME", "0",
		"how long to wait when the links have come up, before the path is tried: 35s with spanning tree",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(ports.link_settle_ns), 0, NS_PER_HOUR, 0 },
	{ "hosts", PORTS, "FILE", "none",
		"addresses and keys of the machines that host:NAME/PORT names; none: hosts.yaml beside this user's keys",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(ports.hosts), 0, 0, 0 },

	{ "size", FRAMES, "SIZES", "64",
		"frame sizes with FCS: 64, 64,128,1518, 64:7,594:4,1518:1 (weights), imix, or a genome as aaaafg",
		ovr_plan_parse_mix, ovr_plan_print_mix, MEMBER(frames.size), 0, 0, 0 },
	{ "templates", FRAMES, "FILE", "none",
		"take the frames from this pcap file instead",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(frames.templates), 0, 0, 0 },
	{ "ip", FRAMES, "4|6", "4",
		"IP version",
		ovr_plan_parse_ip, ovr_plan_print_u8, MEMBER(frames.ip_version), 0, 0, 0 },
	{ "vlan", FRAMES, "ID[,ID]", "none",
		"VLAN tags, the outer one first; none: untagged",
		ovr_plan_parse_vlan, ovr_plan_print_vlan, MEMBER(frames.vlan), 0, 0, 0 },
	{ "src-mac", FRAMES, "MAC", "02:00:00:00:00:01",
		"source address",
		ovr_plan_parse_mac, ovr_plan_print_mac, MEMBER(frames.src_mac), 0, 0, 0 },
	{ "dst-mac", FRAMES, "MAC", "auto",
		"destination address; auto: a NIC's own where one receives (pci:), else 02:00:00:00:00:02",
		ovr_plan_parse_auto_mac, ovr_plan_print_auto_mac, MEMBER(frames.dst_mac), 0, 0, 0 },
	{ "gateway", FRAMES, "ADDRESS", "none",
		"the router that tx is attached to: frames go to its MAC address, which is asked for (ARP, IPv6 ND)",
		ovr_plan_parse_gateway, ovr_plan_print_gateway, MEMBER(frames.gateway), 0, 0, 0 },
	{ "streams", FRAMES, "N", "auto",
		"streams, each with its own numbers and 5-tuple; auto: 1, or 16 per queue where there are several",
		ovr_plan_parse_auto_u32, ovr_plan_print_auto_u32, MEMBER(frames.streams), 1, OVR_FRAME_STREAMS_MAX, 0 },

	{ "rate", LOAD, "RATE", "100%",
		"load: 14.88mpps, 10gbps (with preamble and gap), 9gbps-l2 (without), 95% (of the line)",
		ovr_plan_parse_rate, ovr_plan_print_rate, MEMBER(load.rate), 0, 0, 0 },
	{ "shape", LOAD, "SHAPE", "smooth",
		"smooth, poisson, or burst=N,gap=T: bursts of N frames at the rate with T between them",
		ovr_plan_parse_shape, ovr_plan_print_shape, MEMBER(load.shape), 1, OVR_PLAN_COUNT_MAX, 0 },
	{ "time", LOAD, "TIME", "auto",
		"how long to send; none: no limit; auto: 5s (of a sweep 250ms), or no limit where a count is given",
		ovr_plan_parse_time, ovr_plan_print_time, MEMBER(load.time_ns), 1, OVR_PLAN_TIME_MAX_NS, 0 },
	{ "count", LOAD, "N", "none",
		"how many frames to send; none: no limit",
		ovr_plan_parse_limit, ovr_plan_print_limit, MEMBER(load.count), 1, OVR_PLAN_COUNT_MAX, 0 },
	{ "on-full", LOAD, "drop|wait", "drop",
		"a full transmit ring: give the slot up, or attempt the frame again until there is room",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(load.on_full), 0, 0, 0 },
	{ "catch-up", LOAD, NULL, "false",
		"send late what the schedule asked for, instead of skipping it",
		ovr_plan_parse_boolean, ovr_plan_print_boolean, MEMBER(load.catch_up), 0, 0, 0 },

	{ "stall", RECEIVER, "LEN/PERIOD[,jitter=SHARE]", "none",
		"the receiver pauses for LEN once in every PERIOD: 200us/10ms,jitter=10%; unread: until all is sent",
		ovr_plan_parse_stall, ovr_plan_print_stall, MEMBER(receiver.stall), 0, 0, 0 },
	{ "service", RECEIVER, "RATE", "none",
		"the receiver takes no more frames per second than this: 5mpps",
		ovr_plan_parse_service, ovr_plan_print_service, MEMBER(receiver.service), 0, 0, 0 },
	{ "window", RECEIVER, "N", "auto",
		"numbers per stream told apart behind the highest, a power of two; auto: 65536, less for many streams",
		ovr_plan_parse_power, ovr_plan_print_auto_u32, MEMBER(receiver.window), 64, 67108864, 0 },
	{ "tmax", RECEIVER, "TIME", "2s",
		"a frame under way for longer is late, not delivered",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(receiver.tmax_ns), 1000, NS_PER_HOUR, 0 },
	{ "delta", RECEIVER, "N", "99",
		"losses at most this many frames apart are noticeable (RFC 3357)",
		ovr_plan_parse_u64, ovr_plan_print_u64, MEMBER(receiver.delta), 1, OVR_PLAN_COUNT_MAX, 0 },

	{ "cores", HOST, "LISTS", "auto",
		"CPUs of the workers, at most one for each queue: tx=0,rx=1; tx=1,rx=2-3,wire=4 with --rxq 2",
		ovr_plan_parse_cores, ovr_plan_print_cores, MEMBER(host.cores), 0, 0, 0 },
	{ "numa", HOST, "warn|strict", "warn",
		"a worker on another NUMA node than its port: say so, or refuse",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(host.numa), 0, 0, 0 },

	{ "warmup", TRIAL, "TIME", "100ms",
		"sent before the measurement and not counted",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(trial.warmup_ns), 0, NS_PER_HOUR, 0 },
	{ "drain", TRIAL, "TIME", "100ms",
		"silence after which nothing more is expected",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(trial.drain_ns), 0, NS_PER_HOUR, 0 },
	{ "settle", TRIAL, "TIME", "50ms",
		"rest before the counters are read",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(trial.settle_ns), 0, NS_PER_HOUR, 0 },
	{ "stall-min", TRIAL, "TIME", "auto",
		"a core that did not poll for this long was stalled; auto: 5us, 250us where a burst is a system call (netdev)",
		ovr_plan_parse_auto_duration, ovr_plan_print_auto_duration, MEMBER(trial.stall_min_ns), 1, NS_PER_HOUR, 0 },
	{ "interval", TRIAL, "TIME", "1s",
		"between two lines of the live view and the time series, at least 10ms",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(trial.interval_ns), 10 * NS_PER_MS, NS_PER_HOUR, 0 },
	{ "series-rows", TRIAL, "N", "2048",
		"most rows of the time series; a longer trial has rows of 2, 4, 8 ... intervals",
		ovr_plan_parse_u32, ovr_plan_print_u32, MEMBER(trial.series_rows), 2, 131072, 0 },
	{ "event-gap", TRIAL, "TIME", "1s",
		"losses at most this far apart are one loss event",
		ovr_plan_parse_duration, ovr_plan_print_duration, MEMBER(trial.event_gap_ns), 1, NS_PER_HOUR, 0 },
	{ "max-loss", TRIAL, "SHARE", "0%",
		"share of the sent frames that may be lost: 0.001%",
		ovr_plan_parse_share, ovr_plan_print_share, MEMBER(trial.max_loss_ppb), 0, 0, 0 },
	{ "rate-tolerance", TRIAL, "SHARE", "5%",
		"how far attempted frames may miss the schedule before the trial is void",
		ovr_plan_parse_share, ovr_plan_print_share, MEMBER(trial.tolerance_ppb), 0, 0, 0 },
	{ "seed", TRIAL, "N", "1",
		"of everything random: impairments, jitter, Poisson intervals",
		ovr_plan_parse_u64, ovr_plan_print_u64, MEMBER(trial.seed), 0, SEED_MAX, 0 },
	{ "trial-id", TRIAL, "ID", "auto",
		"number in every frame, 0x1 to 0xffffffff; auto: drawn at random",
		ovr_plan_parse_trial_id, ovr_plan_print_trial_id, MEMBER(trial.id), 0, 0, 0 },

	{ "json", OVR_PLAN_SECTION_OUTPUT, "FILE", "none",
		"write the result as JSON; -: to stdout, in place of the text",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(output.json), 0, 0, 0 },
	{ "csv", OVR_PLAN_SECTION_OUTPUT, "FILE", "none",
		"write the time series, a sweep's cells or a search's answers as CSV; -: to stdout, in place of the text",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(output.csv), 0, 0, 0 },
	{ "junit", OVR_PLAN_SECTION_OUTPUT, "FILE", "none",
		"write the verdict and its checks as JUnit XML, for CI systems; -: to stdout, in place of the text",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(output.junit), 0, 0, 0 },
	{ "tap", OVR_PLAN_SECTION_OUTPUT, "FILE", "none",
		"write the same as TAP 14; -: to stdout, in place of the text",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(output.tap), 0, 0, 0 },
	{ "capture", OVR_PLAN_SECTION_OUTPUT, "FILE", "none",
		"write the frames around each loss, with what each stands beside, to a pcapng file",
		ovr_plan_parse_file, ovr_plan_print_file, MEMBER(output.capture), 0, 0, 0 },
	{ "capture-frames", OVR_PLAN_SECTION_OUTPUT, "N", "4096",
		"most frames in the capture",
		ovr_plan_parse_u32, ovr_plan_print_u32, MEMBER(output.capture_frames), 1, 1048576, 0 },
	{ "metrics", OVR_PLAN_SECTION_OUTPUT, "[ADDRESS:]PORT", "none",
		"serve metrics for Prometheus while it runs; without an address on loopback alone, port 0: any free one",
		ovr_plan_parse_listen, ovr_plan_print_listen, MEMBER(output.metrics), 0, 0, 0 },
	{ "live", OVR_PLAN_SECTION_OUTPUT, "auto|screen|line|none", "auto",
		"what stderr shows while it runs: a screen, or a line; auto: a screen where the terminal can have one",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(output.live), 0, 0, 0 },
	{ "color", OVR_PLAN_SECTION_OUTPUT, "auto|always|never", "auto",
		"colours of the screen; auto: unless NO_COLOR is set",
		ovr_plan_parse_choice, ovr_plan_print_choice, MEMBER(output.color), 0, 0, 0 },
	{ "quiet", OVR_PLAN_SECTION_OUTPUT, NULL, "false",
		"no progress on stderr",
		ovr_plan_parse_boolean, ovr_plan_print_boolean, MEMBER(output.quiet), 0, 0, 0 },
};
/* clang-format on */

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const struct ovr_plan_row *
ovr_plan_row_at(size_t index)
{
	if (index < N_ROWS)
		return &rows[index];
	index -= N_ROWS;
	for (unsigned int command = 0; command < OVR_PLAN_COMMANDS; command++) {
		const struct ovr_plan_spec *spec = ovr_plan_spec_of((enum ovr_plan_command)command);

		if (index < spec->n_rows)
			return &spec->row[index];
		index -= spec->n_rows;
	}
	return NULL;
}

const struct ovr_plan_row *
ovr_plan_row_of(const char *key)
{
	const struct ovr_plan_row *row;

	for (size_t i = 0; (row = ovr_plan_row_at(i)) != NULL; i++)
		if (strcmp(row->key, key) == 0)
			return row;
	return NULL;
}
