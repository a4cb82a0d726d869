/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/comparison.h"

const char *
ovr_comparison_cause_name(enum ovr_comparison_cause cause)
{
	static const char *const name[OVR_COMPARISON_CAUSES] = {
		[OVR_COMPARISON_VALID] = "compared",
		[OVR_COMPARISON_RX] = "rx",
		[OVR_COMPARISON_TX] = "tx",
		[OVR_COMPARISON_LOG] = "log",
		[OVR_COMPARISON_PATH] = "path",
		[OVR_COMPARISON_SLOW] = "slow",
	};

	return name[cause];
}

const char *
ovr_comparison_exclusion_name(enum ovr_comparison_exclusion exclusion)
{
	static const char *const name[OVR_COMPARISON_EXCLUSIONS] = {
		[OVR_COMPARISON_EXCLUDED_NOT] = "no",
		[OVR_COMPARISON_EXCLUDED_HOST] = "host",
		[OVR_COMPARISON_EXCLUDED_ABSENT] = "absent",
		[OVR_COMPARISON_EXCLUDED_OVERLAPPED] = "overlapped",
	};

	return name[exclusion];
}
