/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/advice.h"

bool
ovr_result_advice_sets_nic(const struct ovr_result_advice *advice)
{
	/* the recommended size is verified first */
	return advice->ring_control &&
		(advice->nic_refused_ring == 0 || advice->nic_refused_ring != advice->advice.ring);
}

const char *
ovr_result_advice_outcome_name(enum ovr_result_advice_outcome outcome)
{
	static const char *const name[OVR_RESULT_ADVICE_OUTCOMES] = {
		[OVR_RESULT_ADVICE_LOSSLESS] = "lossless",
		[OVR_RESULT_ADVICE_LOST] = "lost",
		[OVR_RESULT_ADVICE_EXCLUDED] = "excluded",
	};

	return name[outcome];
}

const struct ovr_result_advice_verification *
ovr_result_advice_verification_of(const struct ovr_result_advice *advice, uint32_t ring)
{
	for (uint32_t i = advice->n_verifications; i-- > 0;)
		if (advice->verification[i].ring == ring)
			return &advice->verification[i];
	return NULL;
}
