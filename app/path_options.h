/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The command line of overrun path: what is traced, how, and who is asked besides.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "caller/on_path.h"
#include "plan/listen.h"
#include "probe/probe.h"

/** What the command line says. Texts are those of argv. */
struct app_path_options {
	const char *target;            /**< NULL: this host is to reflect */
	const char *json, *hosts;      /**< "": none; "": the usual file */
	char far[OVR_PORT_HOST_BYTES]; /**< the agent's host at the far end; "": nobody is asked */
	const char *address;           /**< the target, or what follows the far host; "": its agent's */
	char hop[OVR_ON_PATH_HOPS_MAX][OVR_PORT_HOST_BYTES]; /**< agents on the way */
	uint32_t n_hops;
	enum ovr_probe_protocol protocol;
	bool has_protocol;
	int family;         /**< AF_UNSPEC: any */
	uint64_t port;      /**< 0: of an agent, any free one; of ICMP, none */
	uint64_t rate_mpps; /**< thousandths of a probe per second, to each hop of each flow; not 0 */
	uint64_t count;     /**< rounds, or probes to reflect; 0: until a signal comes */
	uint64_t n_flows;   /**< 1 to OVR_PATH_FLOWS_MAX */
	uint64_t ttl_max;   /**< 1 to OVR_PATH_TTL_MAX */
	uint64_t wait_ns;   /**< for an answer */
	uint64_t seed;
	bool no_mtu;
	unsigned int live, color;  /**< enum ovr_plan_show, enum ovr_plan_color */
	struct ovr_listen reflect; /**< where; ip_version 0: a path is traced */
	bool has_others;           /**< options of a traced path */
};

/**
 * @param[out] ret_options untouched on failure
 * @return 0; -EINVAL, -ERANGE, -E2BIG and others with what was found and what is accepted
 */
int app_path_options_parse(int argc, char **argv, struct app_path_options *ret_options, struct ovr_err *err);

/** Print the list of options. */
void app_path_options_help(FILE *out);
