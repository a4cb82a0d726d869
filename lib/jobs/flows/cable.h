/* SPDX-License-Identifier: BSD-3-Clause */
/** @file The hop of a lab, carried by a thread of its own. Internal to flows. Control thread. */
#pragma once

#include "atlas/lab.h"
#include "base/err.h"
#include "hop/hop.h"

/** A hop that runs. */
struct ovr_flows_cable;

/**
 * Connect both interfaces of the lab's hop.
 * @param conf its names are set here
 * @param[out] ret_cable the caller's: ovr_flows_cable_close()
 * @return 0; what ovr_hop_open() returns; -errno
 */
int ovr_flows_cable_open(const struct ovr_atlas_lab *lab, struct ovr_hop_conf *conf,
	struct ovr_flows_cable **ret_cable, struct ovr_err *err);

/**
 * Stop it.
 * @param[out] ret_result valid until ovr_flows_cable_close()
 */
void ovr_flows_cable_end(struct ovr_flows_cable *cable, struct ovr_result_hop *ret_result);

/** Stop it where it runs, and free it. NULL is allowed. */
void ovr_flows_cable_close(struct ovr_flows_cable *cable);
