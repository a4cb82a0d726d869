/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/back_to_back.h"

#include <stdlib.h>

const char *
ovr_result_back_to_back_fault_name(enum ovr_result_back_to_back_fault fault)
{
	static const char *const name[] = {
		[OVR_RESULT_BACK_TO_BACK_SOUND] = "sound",
		[OVR_RESULT_BACK_TO_BACK_GAP] = "gap",
		[OVR_RESULT_BACK_TO_BACK_PAUSE] = "pause",
		[OVR_RESULT_BACK_TO_BACK_FAST] = "fast",
		[OVR_RESULT_BACK_TO_BACK_STALL] = "stall",
	};

	return name[fault];
}

bool
ovr_result_back_to_back_counts(const struct ovr_result_back_to_back_repeat *repeat)
{
	return !repeat->is_excluded && repeat->search.next_frames == 0;
}

void
ovr_result_back_to_back_done(struct ovr_result_back_to_back *burst)
{
	free(burst->repeat);
	free(burst->trial);
	burst->repeat = NULL;
	burst->trial = NULL;
	burst->n_repeats = burst->n_trials = burst->capacity = 0;
}
