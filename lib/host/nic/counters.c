/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/counters.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "nic/driver.h"
#include "nic/link.h"
#include "nic/sources.h"

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* @return 0; -errno of the source that failed, which is named in @p ret_what */
static int
read_sources(const struct ovr_nic_link *link, struct ovr_nic_counters *counters, const char **ret_what)
{
	int status;

	*ret_what = "link statistics";
	status = ovr_nic_link_stats_read(link->ifindex, counters);
	if (status != 0)
		return status;
	*ret_what = "driver's statistics";
	status = ovr_nic_driver_stats_read(link->name, counters);
	if (status != 0)
		return status;
	*ret_what = "queueing disciplines";
	status = ovr_nic_qdisc_read(link->ifindex, counters);
	if (status != 0)
		return status;
	*ret_what = "queue statistics";
	status = ovr_nic_qstats_read(link->ifindex, counters);
	if (status != 0)
		return status;
	*ret_what = "softnet statistics";
	return ovr_nic_softnet_read(counters);
}

int
ovr_nic_counters_read(const char *name, struct ovr_nic_counters *counters, struct ovr_err *err)
{
	struct ovr_nic_driver driver;
	struct ovr_nic_link link;
	const char *what;
	int status;

	counters->n = 0;
	status = ovr_nic_link_read(name, &link, err);
	if (status != 0)
		return status;
	ovr_nic_driver_read(name, &driver);
	memcpy(counters->driver, driver.name, sizeof(counters->driver));
	counters->carrier_changes = link.carrier_changes;
	counters->at_ns = now_ns();
	status = read_sources(&link, counters, &what);
	if (status == 0)
		return 0;
	counters->n = 0;
	/* it may have gone meanwhile */
	if (status == -ENODEV)
		return ovr_nic_no_such_link(name, err);
	return ovr_err_set(err, status, "%s: its %s cannot be read: %s", name, what, strerror(-status));
}
