/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/verify.h"

#include <errno.h>
#include <stdlib.h>

#include "nic/counters.h"
#include "verify/evidence.h"

int
ovr_verify_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	int status = 0;
	bool is_settled;

	for (uint32_t i = 0; i < OVR_RESULT_VERIFY_TRIALS && status == 0; i++) {
		struct ovr_plan trial = ovr_verify_trial_of(plan, i, &is_settled);

		status = ovr_series_expect(series, &trial, env, err);
	}
	return status;
}

/* One trial, made again where it says nothing yet. */
static int
run_trial(struct ovr_series *series, const struct ovr_nic_counters *interface,
	struct ovr_result_verify *verify, uint32_t index, struct ovr_err *err)
{
	struct ovr_result_verify_trial *trial = &verify->trial[index];
	struct ovr_plan of = ovr_verify_trial_of(&verify->plan, index, &trial->is_settled);
	const char *label = index < 2 ? "an unread ring" : "a receiver that is held";
	struct ovr_result result = { .n_queues = 0 };
	uint32_t attempt = 0;
	int status;

	do {
		ovr_result_done(&result);
		status = ovr_series_trial(series, &of, label, &result, &trial->summary, err);
		trial->summary.attempt = ++attempt;
	} while (status == 0 && !ovr_series_is_stopped(series) &&
		ovr_verify_is_to_repeat(verify, &result, attempt));
	if (status == 0)
		ovr_verify_take_trial(verify, interface, &result, index);
	ovr_result_done(&result);
	return status;
}

int
ovr_verify_run(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_result_verify *ret_verify,
	struct ovr_err *err)
{
	struct ovr_result_verify *verify = calloc(1, sizeof(*verify));
	struct ovr_nic_counters interface = { .n = 0 };
	int status = 0;

	if (verify == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a verification");
	verify->plan = *plan;
	verify->settle_ns[0] = plan->trial.settle_ns;
	verify->settle_ns[1] = ovr_verify_settle_ns(plan->trial.settle_ns);
	series->wants_xstats = true;
	if (plan->ports.rx.kind == OVR_PORT_NETDEV) {
		status = ovr_series_counters(series, &plan->ports.rx, &interface, err);
		if (status == 0)
			ovr_verify_take_interface(verify, &interface);
	}
	for (uint32_t i = 0;
		i < OVR_RESULT_VERIFY_TRIALS && status == 0 && verify->verdict == OVR_VERDICT_PASS; i++) {
		status = run_trial(series, &interface, verify, i, err);
		ovr_series_end_by_signal(series, NULL);
		ovr_series_take_end(series, &verify->verdict, verify->reason, sizeof(verify->reason));
	}
	if (status == 0) {
		ovr_verify_judge(verify);
		verify->environment = series->environment;
		*ret_verify = *verify;
	}
	ovr_nic_counters_done(&interface);
	free(verify);
	return status;
}
