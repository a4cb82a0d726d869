/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Report of a traced path: mtr's columns first, then what the missing answers mean.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "path/path.h"
#include "plan/host_name.h"
#include "probe/trace.h"
#include "report/path_places.h"

#define OVR_REPORT_TARGET_BYTES 256
/** Most hosts on the way with an agent. */
#define OVR_REPORT_HOP_AGENTS_MAX 16

/** What the agent at the far end tells, besides the fate of each probe. Plain data. */
struct ovr_report_far {
	char host[OVR_PORT_HOST_BYTES];
	char gone[OVR_ERR_TEXT_BYTES]; /**< why it tells nothing; "": it does */
	bool is_told;
	uint64_t duplicates, reordered; /**< probes on the way there, as struct ovr_reflected has them */
	uint64_t unanswered, full, dropped;
	bool is_dropped_known;
	uint64_t back_duplicates, back_reordered; /**< answers on the way back */
};

/** What the agent of a host on the way tells. Plain data but for its places. */
struct ovr_report_hop_agent {
	char host[OVR_PORT_HOST_BYTES];
	char gone[OVR_ERR_TEXT_BYTES]; /**< why it tells nothing; "": it does */
	bool is_told;
	uint16_t ttl; /**< of the first hop that has one of its addresses; 0: none has */
	struct ovr_report_path_places places;
	uint64_t ours_max; /**< probes and answers of this path that it can have lost, at most */
	/** probes whose TTL ended there, as meant: taken off Ip:InHdrErrors, which counts them */
	uint64_t ended_min, ended_max;
};

/** A traced path, judged. Plain data but for what the trace has. */
struct ovr_report_path {
	char target[OVR_REPORT_TARGET_BYTES]; /**< as it was named */
	char address[INET6_ADDRSTRLEN];
	enum ovr_probe_protocol protocol;
	uint16_t port; /**< of the destination; 0: ICMP */
	uint16_t n_flows;
	uint64_t interval_ns, wait_ns, seed;
	uint64_t rounds_asked; /**< 0: until it was interrupted */
	const struct ovr_trace *trace;
	struct ovr_path all; /**< every flow together */
	struct ovr_path flow[OVR_PATH_FLOWS_MAX];
	bool has_far;
	struct ovr_report_far far;
	struct ovr_report_hop_agent hop_agent[OVR_REPORT_HOP_AGENTS_MAX];
	uint32_t n_hop_agents;
};

/** Judge what was traced: fills in `all` and `flow`. */
void ovr_report_path_judge(struct ovr_report_path *path);

/**
 * Which hop the host of an agent is, how much of this path it can have lost (what is missing at its
 * hop and at those behind it), and which of what its kernel counts is no loss: probes whose TTL
 * ended there. Fills in `ttl`, `ours_max` and `ended_…`, and corrects `places`; once the path is
 * judged and the places are read.
 * @param address of the host, @p n of them
 */
void ovr_report_path_place_agent(const struct ovr_report_path *path, struct ovr_report_hop_agent *agent,
	char *const *address, size_t n);

/** Free the places of its agents. */
void ovr_report_path_done(struct ovr_report_path *path);

/** Print it for people. @return 0; -EIO */
int ovr_report_path_text(const struct ovr_report_path *path, FILE *out, struct ovr_err *err);

/** Print it as JSON (overrun.path/1; docs/reference/path.schema.json). @return 0; -EIO; -ENOMEM */
int ovr_report_path_json(const struct ovr_report_path *path, FILE *out, struct ovr_err *err);

/** @return the exit code: 0 nothing is lost; 1 loss; 2 unknown */
int ovr_report_path_verdict(const struct ovr_report_path *path);

/** @return the place of the atlas that has the fault's cause (overrun reproduce PLACE) */
const char *ovr_report_path_place(enum ovr_path_fault_kind kind);
