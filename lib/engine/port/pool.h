/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Pools of frames: sized by the plan, filled before the trial.
 */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "plan/plan.h"

struct rte_mempool;

/** @return bytes of a frame's data room in the pools of a plan: the largest frame, and headroom */
uint16_t ovr_pool_data_room(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames);

/** @return bytes that a pool of a plan takes, without hugepages. EAL need not run. */
uint64_t ovr_pool_bytes(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames);

/**
 * Make a pool of ports->mbufs frames on a NUMA node (-1: any) and fill every one with
 * ovr_frame_filler(), which also touches all its pages.
 * @return 0; -ENOMEM
 */
int ovr_pool_create(const char *name, const struct ovr_plan_ports *ports,
	const struct ovr_plan_frames *frames, int numa_node, struct rte_mempool **ret_pool,
	struct ovr_err *err);
