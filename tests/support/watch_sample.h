/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What two interfaces, and two network namespaces, did in two seconds, as the report gets it.
 */
#pragma once

#include "report/watch.h"

/* The counters that moved, at most. */
#define WATCH_MOVED_MAX 4

/* One interface. */
struct watch_sample {
	struct ovr_nic_facts facts;
	struct ovr_nic_interval interval;
	struct ovr_nic_moved moved[WATCH_MOVED_MAX];
};

/* nic-b, 10G full duplex: 20,000 frames received, with losses of queue 1. Point a view at it. */
struct ovr_report_watched watch_sample_loss(struct watch_sample *sample);

/*
 * What two namespaces, the own one and r1, lost in 2.5 seconds: a full receive buffer, a range, a
 * counter of the whole host; and one sentence of what is unknown.
 */
struct ovr_report_places watch_sample_places(void);

/* nic-c, of unknown speed and driver: its counters were reset. */
struct ovr_report_watched watch_sample_reset(struct watch_sample *sample);
