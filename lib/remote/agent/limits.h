/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Limits of what an agent does for a caller: ports, namespaces, rate, and what a plan may name.
 *
 * A pattern is a shell's (fnmatch(3)) and is compared with
 *
 *     KIND:DETAILS       a port's name without its keys: "netdev:eth1", "udp:198.19.0.1:9"
 *     KIND:DETAILS,KEYS  the whole name of a vdev, whose keys may name files
 *     netns=NAME         each network namespace that a port or --via names
 *     places             the kernel's counters of loss, for a caller who traces a path
 *
 * Pure. Any thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/units.h"
#include "plan/listen.h"
#include "plan/plan.h"

/** Most patterns. */
#define OVR_AGENT_PATTERNS_MAX 64

/**
 * What is allowed where no pattern is given: what cannot leave this host. The virtual devices are
 * those of a selftest on the wire.
 */
#define OVR_AGENT_PATTERNS_DEFAULT \
	"wire:*", "udp:127.*", "udp:\\[::1\\]:*", "vdev:net_null0,no-rx=1", "vdev:net_ring0"

/** The limits. Zeroed: the patterns by default, any rate, no force. */
struct ovr_agent_limits {
	const char *pattern[OVR_AGENT_PATTERNS_MAX]; /**< lent */
	uint32_t n_patterns;                         /**< 0: OVR_AGENT_PATTERNS_DEFAULT */
	struct ovr_rate max_rate;                    /**< of a sender; value 0: any */
	/** use an interface that this host is reached through, where a plan says so */
	bool force;
};

/**
 * List the patterns that hold, those by default where none is given: "wire:*, udp:127.*".
 * @param size 1 or more; what does not fit is cut off
 * @return @p text
 */
const char *ovr_agent_limits_print(char *text, size_t size, const struct ovr_agent_limits *limits);

/**
 * Whether a caller may have this plan carried out. Its rate counts only where frames are sent here.
 * @param plan frozen; a port `elsewhere:` is of another host
 * @return 0; -EPERM: a port, a namespace, a file, a listening address or --force that is not
 * allowed; -ERANGE: the rate is above the limit; -EINVAL: the rate cannot be compared with it
 */
int ovr_agent_limits_check(
	const struct ovr_agent_limits *limits, const struct ovr_plan *plan, struct ovr_err *err);

/**
 * Whether a caller may be told the counters of an interface: the same patterns hold as for netdev:.
 * That this host is reached through it is no matter, since nothing is opened or changed.
 * @return 0; -EPERM
 */
int ovr_agent_limits_check_interface(
	const struct ovr_agent_limits *limits, const char *name, struct ovr_err *err);

/**
 * Whether a caller may have this host watch a path: reflect probes at an address, which is a port
 * "udp:ADDRESS:PORT", and read what the kernel loses.
 * @param where the address; ip_version 0: nothing is reflected
 * @param pps of the probes
 * @return 0; -EPERM; -ERANGE: pps is above the limit
 */
int ovr_agent_limits_check_path(const struct ovr_agent_limits *limits, const struct ovr_listen *where,
	uint64_t pps, bool has_places, struct ovr_err *err);

/**
 * Read the value of --max-rate.
 * @return 0; what ovr_units_parse_rate() returns; -EINVAL: a share of a line
 */
int ovr_agent_limits_parse_rate(const char *text, struct ovr_rate *ret_rate, struct ovr_err *err);
