/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/verify_sample.h"

#include <stdio.h>
#include <string.h>

#include "plan/command.h"

static const uint64_t lost[] = { 628, 2256 };

static void
add(struct ovr_result_verify *verify, const char *name, int32_t queue, enum ovr_nic_worth worth,
	uint64_t first, uint64_t second)
{
	struct ovr_result_verify_counter *counter = &verify->counter[verify->n_counters++];
	int64_t off[] = { (int64_t)(first - lost[0]), (int64_t)(second - lost[1]) };

	*counter = (struct ovr_result_verify_counter){ .queue = queue,
		.is_kernels = true,
		.meaning = { .kind = OVR_NIC_KIND_OTHER, .place = OVR_PLACE_COUNT, .remark = "" } };
	snprintf(counter->counter, sizeof(counter->counter), "%s", name);
	snprintf(counter->source, sizeof(counter->source), "madeup");
	counter->trial[0] = (struct ovr_nic_truth_trial){ .lost = lost[0], .counted = first };
	counter->trial[1] =
		(struct ovr_nic_truth_trial){ .lost = lost[1], .counted = second, .is_settled = true };
	counter->truth = (struct ovr_nic_truth){ .worth = worth,
		.n_trials = 2,
		.error_min = off[0] < off[1] ? off[0] : off[1],
		.error_max = off[0] < off[1] ? off[1] : off[0] };
	ovr_nic_truth_row(counter->row, sizeof(counter->row),
		&(struct ovr_nic_truth_subject){ "madeup", name, true, false }, &counter->truth,
		&counter->meaning);
}

static void
sample(struct ovr_result_verify *verify)
{
	memset(verify, 0, sizeof(*verify));
	ovr_plan_default_for(OVR_PLAN_RING_VERIFY, &verify->plan);
	snprintf(verify->driver, sizeof(verify->driver), "madeup");
	verify->settle_ns[0] = 20000000;
	verify->settle_ns[1] = 1000000000;
	verify->n_trials = 2;
	verify->trial[1].is_settled = true;
	for (uint32_t t = 0; t < 2; t++) {
		struct ovr_result_summary *summary = &verify->trial[t].summary;

		summary->number = t + 1;
		summary->attempt = 1;
		summary->lost = (int64_t)lost[t];
		snprintf(summary->label, sizeof(summary->label), "an unread ring");
	}
	add(verify, "rx_pause", -1, OVR_NIC_WORTH_ELSEWHERE, 0, 0);
	add(verify, "rx_errors", -1, OVR_NIC_WORTH_ZERO, 0, 0);
	add(verify, "rx_discards", -1, OVR_NIC_WORTH_WRONG, 620, 2300);
}

void
verify_sample_told(struct ovr_result_verify *verify)
{
	sample(verify);
	add(verify, "rx3_drops", 3, OVR_NIC_WORTH_EXACT, 628, 2256);
	verify->counter[verify->n_counters - 1].is_account = true;
	add(verify, "rx_no_buffer", -1, OVR_NIC_WORTH_LATE, 0, 2256);
}

void
verify_sample_none(struct ovr_result_verify *verify)
{
	sample(verify);
	verify->verdict = OVR_VERDICT_LOSS;
	snprintf(verify->reason, sizeof(verify->reason), "no counter tells the frames that were lost");
}
