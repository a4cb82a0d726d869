/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/selftest.h"

#include <stdlib.h>

const char *
ovr_result_purpose_name(enum ovr_result_purpose purpose)
{
	static const char *const name[] = {
		[OVR_RESULT_SEND] = "send",
		[OVR_RESULT_CHECK] = "check",
		[OVR_RESULT_SATURATION] = "saturation",
		[OVR_RESULT_SUSTAIN] = "sustain",
		[OVR_RESULT_CONFIRM] = "confirm",
	};

	_Static_assert(sizeof(name) / sizeof(name[0]) == OVR_RESULT_PURPOSES, "every purpose has a name");
	return name[purpose];
}

const char *
ovr_result_sustain_name(enum ovr_method_sustain outcome)
{
	static const char *const name[] = {
		[OVR_METHOD_SUSTAIN_YES] = "sustained",
		[OVR_METHOD_SUSTAIN_MISSED] = "missed",
		[OVR_METHOD_SUSTAIN_REFUSED] = "refused",
		[OVR_METHOD_SUSTAIN_LOST] = "lost",
		[OVR_METHOD_SUSTAIN_STALLED] = "stalled",
	};

	return name[outcome];
}

void
ovr_result_selftest_done(struct ovr_result_selftest *selftest)
{
	for (uint32_t i = 0; i < selftest->n_trials; i++) {
		ovr_result_done(selftest->trial[i].result);
		free(selftest->trial[i].result);
	}
	selftest->n_trials = 0;
}
