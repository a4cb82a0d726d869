/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/nic_ring.h"

#include <errno.h>
#include <stdio.h>

#define NS_PER_MS 1000000u

static uint32_t
timeout_ms(const struct ovr_result_advice *advice)
{
	return (uint32_t)(advice->plan.ports.link_timeout_ns / NS_PER_MS);
}

uint32_t
ovr_advise_nic_ring_set(struct ovr_result_advice *advice, uint32_t ring, struct ovr_ring_loan **ret_loan)
{
	const struct ovr_ring_sizes asked = { ring, OVR_RING_KEEP, OVR_RING_KEEP, OVR_RING_KEEP };
	struct ovr_ring_change change;
	struct ovr_err why = { "" };

	*ret_loan = NULL;
	if (!advice->ring_control)
		return 0;
	if (ovr_ring_borrow(NULL, advice->plan.ports.rx.details, &asked, timeout_ms(advice), ret_loan,
		    &change, &why) == 0)
		return change.took.rx;
	if (advice->nic_refused_ring == 0) {
		advice->nic_refused_ring = ring;
		snprintf(advice->nic_refused, sizeof(advice->nic_refused), "%s", why.text);
	}
	return 0;
}

int
ovr_advise_nic_ring_restore(
	const struct ovr_result_advice *advice, struct ovr_ring_loan *loan, struct ovr_err *err)
{
	int status = ovr_ring_give_back(loan, timeout_ms(advice), err);

	return status == -ETIMEDOUT ? 0 : status;
}

void
ovr_advise_name_command(struct ovr_result_advice *advice)
{
	if (advice->advice.ring == 0)
		return;
	if (ovr_result_advice_sets_nic(advice))
		snprintf(advice->command, sizeof(advice->command), "ethtool -G %.48s rx %u",
			advice->plan.ports.rx.details, advice->advice.ring);
	else
		snprintf(advice->command, sizeof(advice->command), "--rxd %u", advice->advice.ring);
}
