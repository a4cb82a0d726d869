/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/mtu.h"

#include <math.h>

#define TRIES_MIN 3
#define BY_CHANCE 0.001

uint32_t
ovr_path_mtu_sizes(const struct ovr_path_mtu *mtu, uint32_t ret_bytes[OVR_PATH_MTU_SIZES])
{
	uint32_t between = mtu->fails_bytes > mtu->passes_bytes ? mtu->fails_bytes - mtu->passes_bytes - 1
								: 0;
	uint32_t n = between < OVR_PATH_MTU_SIZES ? between : OVR_PATH_MTU_SIZES;

	for (uint32_t i = 0; i < n; i++)
		ret_bytes[i] = mtu->passes_bytes + (uint32_t)((uint64_t)(between + 1) * (i + 1) / (n + 1));
	return n;
}

uint32_t
ovr_path_mtu_tries(double missing_ratio)
{
	double tries;

	if (missing_ratio <= 0)
		return TRIES_MIN;
	if (missing_ratio >= 1)
		return 0;
	tries = ceil(log(BY_CHANCE) / log(missing_ratio));
	if (tries > OVR_PATH_MTU_TRIES)
		return 0;
	return tries < TRIES_MIN ? TRIES_MIN : (uint32_t)tries;
}

const char *
ovr_path_mtu_state_name(enum ovr_path_mtu_state state)
{
	static const char *const name[OVR_PATH_MTU_STATES] = {
		[OVR_PATH_MTU_UNKNOWN] = "unknown",
		[OVR_PATH_MTU_OWN] = "own",
		[OVR_PATH_MTU_TOLD] = "told",
		[OVR_PATH_MTU_BLACK_HOLE] = "black hole",
	};

	return name[state];
}
