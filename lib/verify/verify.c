/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/verify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nic/counters.h"
#include "nic/nic.h"

int
ovr_verify_env(
	const struct ovr_plan *plan, struct ovr_series *series, struct ovr_env_conf *env, struct ovr_err *err)
{
	int status = 0;
	bool is_settled;

	for (uint32_t i = 0; i < OVR_RESULT_VERIFY_TRIALS && status == 0; i++) {
		struct ovr_plan trial = ovr_verify_trial_of(plan, i, &is_settled);

		status = ovr_series_expect(series, &trial, env, err);
	}
	return status;
}

/* The counter of that name and place, made where it is new. NULL: there are too many */
static struct ovr_result_verify_counter *
counter_of(struct ovr_result_verify *verify, const char *name, const char *source, int32_t queue,
	const struct ovr_nic_meaning *meaning)
{
	struct ovr_result_verify_counter *counter;

	for (uint32_t i = 0; i < verify->n_counters; i++) {
		counter = &verify->counter[i];
		if (counter->queue == queue && strcmp(counter->counter, name) == 0 &&
			strcmp(counter->source, source) == 0)
			return counter;
	}
	if (verify->n_counters == OVR_RESULT_VERIFY_COUNTERS_MAX)
		return NULL;
	counter = &verify->counter[verify->n_counters++];
	*counter = (struct ovr_result_verify_counter){ .queue = queue, .meaning = *meaning };
	snprintf(counter->counter, sizeof(counter->counter), "%s", name);
	snprintf(counter->source, sizeof(counter->source), "%s", source);
	return counter;
}

/* What was lost where this counter counts, by the sequence numbers. */
static uint64_t
lost_at(const struct ovr_result *result, int32_t queue)
{
	uint64_t lost = 0;

	if (queue < 0 || result->plan.rxq == 1)
		return result->ledger.lost > 0 ? (uint64_t)result->ledger.lost : 0;
	for (uint32_t s = 0; s < result->n_streams; s++)
		if (result->stream[s].queue == queue)
			lost += result->stream[s].account.loss.frames;
	return lost;
}

static void
note(struct ovr_result_verify_counter *counter, uint32_t index, uint64_t added, bool was_set_back)
{
	if (counter == NULL)
		return;
	counter->trial[index].counted += added;
	counter->trial[index].was_set_back |= was_set_back;
}

/* The accounts behind sending that are no remainder and no check of our own. */
static void
take_accounts(struct ovr_result_verify *verify, const struct ovr_result *result, uint32_t index)
{
	for (uint32_t i = 0; i < result->ledger.n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->ledger.account[i];
		struct ovr_nic_meaning meaning = { .kind = OVR_NIC_KIND_LOSS,
			.trust = OVR_NIC_TRUST_UNVERIFIED,
			.place = account->place,
			.remark = "" };
		struct ovr_result_verify_counter *counter;

		if (strcmp(account->port, result->plan.rx.label) != 0 ||
			strcmp(account->source, "worker") == 0 || account->place < OVR_PLACE_RX_ERRORS)
			continue;
		counter = counter_of(verify, account->counter, account->source, account->queue, &meaning);
		if (counter != NULL)
			counter->is_account = true;
		note(counter, index, account->frames, false);
	}
}

/* What the kernel, and the DPDK driver, count besides. What is booked has been taken already. */
static void
take_others(struct ovr_result_verify *verify, const struct ovr_result *result,
	const struct ovr_result_counter *list, uint32_t n, uint32_t index)
{
	for (uint32_t i = 0; i < n; i++) {
		struct ovr_result_verify_counter *counter;

		if (strcmp(list[i].port, result->plan.rx.label) != 0 ||
			strncmp(list[i].counter, "tx", 2) == 0)
			continue;
		counter = counter_of(
			verify, list[i].counter, list[i].source, list[i].queue, &list[i].meaning);
		if (counter != NULL && !counter->is_account)
			note(counter, index, list[i].added, list[i].was_set_back);
	}
}

/* Counters of the interface that claim losses, moved or not, with what the table says of them. */
static void
take_kernels(struct ovr_result_verify *verify)
{
	const struct ovr_port_name *rx = &verify->plan.rx;
	struct ovr_nic_counters counters = { .n = 0 };

	if (rx->kind != OVR_PORT_NETDEV || ovr_nic_counters_read(rx->details, &counters, NULL) != 0)
		return;
	snprintf(verify->driver, sizeof(verify->driver), "%s", counters.driver);
	for (uint32_t i = 0; i < counters.n; i++) {
		const struct ovr_nic_counter *from = &counters.counter[i];
		struct ovr_nic_meaning meaning = ovr_nic_meaning_of(counters.driver, from);
		const char *source = from->source == OVR_NIC_DRIVER ? counters.driver
								    : ovr_nic_source_name(from->source);
		struct ovr_result_verify_counter *counter;

		if (meaning.kind == OVR_NIC_KIND_TRAFFIC || !ovr_nic_name_tells_loss(from->name) ||
			strncmp(from->name, "tx", 2) == 0 ||
			(from->source != OVR_NIC_DRIVER && from->source != OVR_NIC_LINK) ||
			from->queue >= (int32_t)verify->plan.rxq)
			continue;
		counter = counter_of(verify, from->name, source, from->queue, &meaning);
		if (counter == NULL)
			continue;
		counter->is_kernels = true;
		counter->meaning = meaning;
	}
	ovr_nic_counters_done(&counters);
}

static void
close_trial(struct ovr_result_verify *verify, const struct ovr_result *result, uint32_t index)
{
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		struct ovr_result_verify_counter *counter = &verify->counter[i];

		counter->trial[index].lost = lost_at(result, counter->queue);
		counter->trial[index].is_settled = verify->trial[index].is_settled;
		counter->trial[index].is_booked = counter->is_account && result->ledger.unexplained == 0;
	}
}

static void
judge(struct ovr_result_verify *verify)
{
	uint64_t lost = 0;
	bool is_told = false;

	for (uint32_t t = 0; t < verify->n_trials; t++)
		lost += verify->trial[t].digest.lost > 0 ? (uint64_t)verify->trial[t].digest.lost : 0;
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		struct ovr_result_verify_counter *counter = &verify->counter[i];

		counter->truth = ovr_nic_truth_of(
			counter->trial, verify->n_trials, counter->queue, &counter->meaning);
		is_told |= counter->truth.worth <= OVR_NIC_WORTH_PART;
		if (counter->is_kernels)
			ovr_nic_truth_row(counter->row, sizeof(counter->row), counter->counter,
				strcmp(counter->source, verify->driver) == 0, &counter->truth,
				&counter->meaning);
	}
	if (verify->verdict == OVR_VERDICT_VOID || is_told)
		return;
	verify->verdict = OVR_VERDICT_LOSS;
	snprintf(verify->reason, sizeof(verify->reason), "%s",
		lost == 0
			? "no frame was lost: the ring did not overflow, and nothing is known of its counters"
			: "no counter tells the frames that were lost");
}

int
ovr_verify_run(const struct ovr_plan *plan, struct ovr_series *series, struct ovr_result_verify *ret_verify,
	struct ovr_err *err)
{
	struct ovr_result_verify *verify = calloc(1, sizeof(*verify));
	int status = 0;

	if (verify == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a verification");
	verify->plan = *plan;
	verify->settle_ns[0] = plan->settle_ns;
	verify->settle_ns[1] = ovr_verify_settle_ns(plan);
	series->wants_xstats = true;
	take_kernels(verify);
	for (uint32_t i = 0; i < OVR_RESULT_VERIFY_TRIALS && status == 0; i++) {
		struct ovr_result_verify_trial *trial = &verify->trial[i];
		struct ovr_plan of = ovr_verify_trial_of(plan, i, &trial->is_settled);
		struct ovr_result result;

		status = ovr_series_trial(series, &of, i < 2 ? "an unread ring" : "a receiver that is held",
			&result, &trial->digest, err);
		if (status != 0)
			break;
		verify->n_trials++;
		take_accounts(verify, &result, i);
		take_others(verify, &result, result.counter, result.n_counters, i);
		take_others(verify, &result, result.xstat, result.n_xstats, i);
		close_trial(verify, &result, i);
		ovr_result_done(&result);
		if (ovr_series_is_stopped(series)) {
			verify->verdict = OVR_VERDICT_VOID;
			snprintf(verify->reason, sizeof(verify->reason), "stopped by a signal");
			break;
		}
	}
	if (status == 0) {
		judge(verify);
		verify->environment = series->environment;
		*ret_verify = *verify;
	}
	free(verify);
	return status;
}
