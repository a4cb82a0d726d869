/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/burst.h"

#include <stdlib.h>

const char *
ovr_result_burst_fault_name(enum ovr_result_burst_fault fault)
{
	static const char *const name[] = {
		[OVR_RESULT_BURST_SOUND] = "sound",
		[OVR_RESULT_BURST_GAP] = "gap",
		[OVR_RESULT_BURST_PAUSE] = "pause",
		[OVR_RESULT_BURST_FAST] = "fast",
		[OVR_RESULT_BURST_STALL] = "stall",
	};

	return name[fault];
}

bool
ovr_result_burst_counts(const struct ovr_result_burst_repeat *repeat)
{
	return !repeat->is_aside && repeat->search.next_frames == 0;
}

void
ovr_result_burst_done(struct ovr_result_burst *burst)
{
	free(burst->repeat);
	free(burst->trial);
	burst->repeat = NULL;
	burst->trial = NULL;
	burst->n_repeats = burst->n_trials = burst->capacity = 0;
}
