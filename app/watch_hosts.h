/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Interfaces that are watched, of this host and of others: how they are named and read.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "nic/counters.h"
#include "nic/nic.h"
#include "plan/port_name.h"

struct ovr_observe;

/** Most interfaces. */
#define APP_WATCH_MAX 64

/** An interface as the command line names it: "eth1", or "host:rack2/netdev:eth1". */
struct app_watch_name {
	char host[OVR_PORT_HOST_BYTES]; /**< "": this host */
	char interface[OVR_PORT_NAME_BYTES];
	char label[OVR_PORT_HOST_BYTES + OVR_PORT_NAME_BYTES]; /**< "eth1", "rack2/eth1" */
};

/** Agents of other hosts. Zeroed memory has none. */
struct app_watch_hosts {
	const char *host[APP_WATCH_MAX]; /**< lent */
	uint32_t n;
	struct ovr_observe *observe; /**< NULL: all interfaces are of this host */
};

/** @return 0; -EINVAL: a port of another host that is no interface, or has keys */
int app_watch_name_parse(const char *word, struct app_watch_name *ret_name, struct ovr_err *err);

/**
 * Reach the agents of the hosts that are named.
 * @param name @p n of them, lent until app_watch_hosts_close()
 * @param file the file of hosts; "": the usual one
 * @return 0; what ovr_observe_open() returns
 */
int app_watch_hosts_open(struct app_watch_hosts *hosts, const struct app_watch_name *name, uint32_t n,
	const char *file, struct ovr_err *err);

/**
 * Read the counters of an interface, and its facts where they are told with them or are new.
 * @param with_facts of one of this host; another host tells them always
 * @param counters memory of an earlier reading is used again, or freed
 * @return 0; -EINTR: a signal; negative errno
 */
int app_watch_hosts_read(const struct app_watch_hosts *hosts, const struct app_watch_name *name,
	bool with_facts, struct ovr_nic_facts *facts, struct ovr_nic_counters *counters, struct ovr_err *err);

/** Take leave of the agents. */
void app_watch_hosts_close(struct app_watch_hosts *hosts);
