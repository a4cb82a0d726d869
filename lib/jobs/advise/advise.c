/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/advise.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advise/baseline.h"
#include "advise/cache.h"
#include "advise/nic_ring.h"
#include "advise/service.h"
#include "advise/verification.h"
#include "base/units.h"
#include "model/model.h"
#include "nic/nic.h"
#include "nic/usable.h"
#include "port/describe.h"

/* Smallest rings: of sockets, and of what does not tell. */
#define RING_MIN 64u
/* What drivers of NICs give back at once, besides a burst. */
#define DEVICE_BATCH 64u
#define BUFFER_BYTES 2048u
/* How often the ring may be full where frames come at random. */
#define RANDOM_LOSS 1e-6

/* An advice under way. */
struct job {
	const struct ovr_plan *plan;
	struct ovr_series *series;
	struct ovr_result_advice advice;
	struct ovr_result baseline; /* kept until the saturation is judged */
	uint64_t *host_ns;
};

int
ovr_advise_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	struct ovr_plan trial;
	int status = ovr_advise_plan_baseline(plan, ovr_advise_ring_limit(&plan->ports), &trial, err);

	if (status == 0)
		status = ovr_series_expect(series, &trial, env, err);
	if (status == 0)
		status = ovr_advise_plan_saturation(plan, OVR_ADVISE_SATURATION_RING, &trial, err);
	return status != 0 ? status : ovr_series_expect(series, &trial, env, err);
}

/*
 * Carry out a trial; its summary is kept. A void one ends the advice. The result is the caller's
 * where it returns 0.
 */
static int
run_trial(struct job *job, const struct ovr_plan *plan, const char *label, uint32_t attempt,
	struct ovr_result *ret_result, struct ovr_err *err)
{
	struct ovr_result_summary *summary = &job->advice.trial[job->advice.n_trials];
	int status = ovr_series_trial(job->series, plan, label, ret_result, summary, err);

	if (status != 0)
		return status;
	summary->attempt = attempt;
	job->advice.n_trials++;
	if (!ovr_series_end_by_signal(job->series, label) && job->series->n_voids != 0)
		ovr_series_end(job->series, OVR_VERDICT_VOID, "%s: %s", label, ret_result->ledger.reason[0]);
	return 0;
}

/* What a NIC under a driver of DPDK has; it can be asked now that EAL runs. */
static int
bound_device(const struct ovr_plan_ports *ports, struct ovr_method_question *question, struct ovr_err *err)
{
	struct ovr_port_bounds bounds;
	bool is_verified;
	const char *driver;
	int status = ovr_port_describe(&ports->rx, &bounds, err);

	if (status != 0)
		return status;
	driver = strncmp(bounds.driver, "net_", 4) == 0 ? bounds.driver + 4 : bounds.driver;
	if (bounds.rx_max < question->ring_max)
		question->ring_max = bounds.rx_max;
	if (bounds.rx_min > question->ring_min)
		question->ring_min = bounds.rx_min;
	question->kept_free = question->ring_max -
		ovr_nic_usable_descriptors(driver, question->ring_max, &is_verified);
	if (!is_verified)
		question->kept_free = 1;
	question->slack += DEVICE_BATCH;
	return 0;
}

/* What the kernel's driver has: then the interface's own rings are verified and recommended too. */
static void
bound_interface(struct job *job, struct ovr_method_question *question)
{
	struct ovr_nic_facts facts;

	if (ovr_nic_facts_read(job->plan->ports.rx.details, &facts, NULL) != 0 || !facts.rings.known ||
		facts.rings.rx_max == 0)
		return;
	job->advice.ring_control = true;
	job->advice.nic_ring = facts.rings.rx;
	if (facts.rings.rx_max < question->ring_max)
		question->ring_max = facts.rings.rx_max;
}

/* What is known before anything was measured. */
static int
begin_question(struct job *job, struct ovr_err *err)
{
	const struct ovr_plan *plan = job->plan;
	struct ovr_method_question *question = &job->advice.question;
	int status = 0;

	*question = (struct ovr_method_question){
		.injected_ns = plan->receiver.stall.length_ns,
		.injected_period_ns = plan->receiver.stall.period_ns,
		.injected_jitter = plan->receiver.stall.jitter_ppb / 1e9,
		.cover_injected = plan->advise.cover == OVR_COVER_INJECTED,
		.random_loss = plan->load.shape.shape == OVR_PACE_POISSON ? RANDOM_LOSS : 0,
		.margin = plan->margin_ppm / 1e6,
		.level = plan->advise.level_ppb / 1e9,
		.slack = 2u * plan->ports.burst,
		.ring_min = RING_MIN,
		.ring_max = ovr_advise_ring_limit(&plan->ports),
	};
	/* what the device of another machine can have is known where it is opened */
	if (plan->ports.rx.host[0] != '\0' && plan->ports.rx.kind != OVR_PORT_WIRE)
		return 0;
	switch (plan->ports.rx.kind) {
	case OVR_PORT_WIRE:
		question->ring_min = 1;
		break;
	case OVR_PORT_NETDEV:
		bound_interface(job, question);
		break;
	case OVR_PORT_PCI:
	case OVR_PORT_VDEV:
	case OVR_PORT_UDP:
	case OVR_PORT_TCP:
	case OVR_PORT_ELSEWHERE:
		status = bound_device(&plan->ports, question, err);
		break;
	}
	return status;
}

static void
take_cache(struct job *job)
{
	struct ovr_result_advice *advice = &job->advice;
	unsigned int largest = ovr_mix_max(&job->plan->frames.size);
	struct ovr_advise_cache cache;

	advice->buffer_bytes = BUFFER_BYTES;
	while (advice->buffer_bytes < largest)
		advice->buffer_bytes *= 2;
	/* the caches of another machine are not read */
	if (job->plan->ports.rx.host[0] != '\0')
		return;
	for (uint32_t w = 0; w < job->baseline.n_workers; w++) {
		if (job->baseline.worker[w].is_tx)
			continue;
		cache = ovr_advise_cache_read("/sys", job->baseline.worker[w].cpu);
		advice->cache_bytes = cache.bytes;
		/* devices of others write to memory, or nobody knows */
		if (cache.n_ways > OVR_ADVISE_DDIO_WAYS &&
			strstr(job->series->environment.cpu_model, "Intel") != NULL)
			advice->ddio_bytes = ovr_model_ddio_bytes(
				cache.bytes, OVR_ADVISE_DDIO_WAYS, cache.n_ways);
		return;
	}
}

static int
baseline(struct job *job, struct ovr_err *err)
{
	struct ovr_result_advice *advice = &job->advice;
	struct ovr_plan trial;
	int status = ovr_advise_plan_baseline(job->plan, advice->question.ring_max, &trial, err);

	if (status == 0)
		status = run_trial(job, &trial, "baseline", 1, &job->baseline, err);
	if (status != 0 || job->series->is_over)
		return status;
	ovr_advise_bound_ring(&job->baseline, &advice->question);
	job->host_ns = calloc(job->baseline.n_rx_stalls + job->baseline.n_workers, sizeof(*job->host_ns));
	if (job->host_ns == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the stalls of a baseline");
	ovr_advise_baseline_of(&job->baseline, job->host_ns, &advice->baseline);
	advice->question.host_ns = job->host_ns;
	advice->question.n_host = advice->baseline.n_host;
	advice->question.monitored_ns = advice->baseline.monitored_ns;
	take_cache(job);
	if (ovr_advise_arrivals_of(&job->baseline, &advice->question) != 0)
		ovr_series_end(job->series, OVR_VERDICT_LOSS,
			"nothing that %s sent arrived at %s: there is nothing to size for",
			job->plan->ports.tx.label, job->plan->ports.rx.label);
	return 0;
}

static int
saturate(struct job *job, struct ovr_err *err)
{
	struct ovr_result result = { .n_queues = 0 };
	struct ovr_plan trial;
	int status = ovr_advise_plan_saturation(job->plan, job->advice.question.ring_max, &trial, err);

	if (status == 0)
		status = run_trial(job, &trial, "saturation", 1, &result, err);
	if (status == 0 && !job->series->is_over)
		job->advice.service = ovr_advise_service_of(&result, &job->baseline, &job->advice.question);
	ovr_result_done(&result);
	return status;
}

/* One size, until a trial is conclusive. */
static int
verify_size(struct job *job, uint32_t ring, struct ovr_err *err)
{
	struct ovr_result_advice *advice = &job->advice;
	struct ovr_result_advice_verification *kept = NULL;
	const char *label = ovr_series_label(job->series, "ring %u", ring);

	for (uint32_t attempt = 1; attempt <= OVR_RESULT_ADVICE_ATTEMPTS; attempt++) {
		struct ovr_result result = { .n_queues = 0 };
		struct ovr_plan trial;
		int status = ovr_advise_plan_verification(
			job->plan, &advice->advice, ring, attempt, &trial, err);

		if (status == 0)
			status = run_trial(job, &trial, label, attempt, &result, err);
		if (status != 0 || job->series->is_over) {
			ovr_result_done(&result);
			return status;
		}
		kept = &advice->verification[advice->n_verifications++];
		*kept = ovr_advise_verify(&result);
		kept->ring = ring;
		kept->attempt = attempt;
		kept->number = job->series->n_trials;
		ovr_result_done(&result);
		if (kept->outcome != OVR_RESULT_ADVICE_EXCLUDED)
			return 0;
	}
	ovr_series_end(job->series, OVR_VERDICT_VOID,
		"a ring of %u could not be verified: in each of %d trials the host disturbed the injected "
		"stalls or the bursts, and fewer than %d of them showed something",
		ring, OVR_RESULT_ADVICE_ATTEMPTS, OVR_RESULT_ADVICE_COMPARED_MIN);
	return 0;
}

/* The NIC's ring is changed while nothing uses it. */
static int
leave_nic(struct job *job, struct ovr_err *err)
{
	return job->advice.ring_control ? ovr_series_close(job->series, err) : 0;
}

/* One size, of the NIC's own ring too where that can be set. */
static int
verify_ring(struct job *job, uint32_t ring, struct ovr_err *err)
{
	struct ovr_result_advice *advice = &job->advice;
	uint32_t first = advice->n_verifications;
	struct ovr_ring_loan *loan;
	uint32_t nic_ring;
	int status = leave_nic(job, err);
	int restored;

	if (status != 0)
		return status;
	nic_ring = ovr_advise_nic_ring_set(advice, ring, &loan);
	status = verify_size(job, ring, err);
	if (status == 0)
		status = leave_nic(job, err);
	else
		leave_nic(job, NULL);
	restored = ovr_advise_nic_ring_restore(advice, loan, status == 0 ? err : NULL);
	for (uint32_t i = first; i < advice->n_verifications; i++)
		advice->verification[i].nic_ring = nic_ring;
	return status != 0 ? status : restored;
}

static int
verify_recommendation(struct job *job, struct ovr_err *err)
{
	const struct ovr_method_advice *recommendation = &job->advice.advice;
	const struct ovr_result_advice_verification *verified;
	char stall[OVR_UNITS_TEXT_BYTES];
	int status = verify_ring(job, recommendation->ring, err);

	if (status != 0 || job->series->is_over)
		return status;
	verified = ovr_result_advice_verification_of(&job->advice, recommendation->ring);
	ovr_units_print_time(stall, sizeof(stall), recommendation->verification_stall_ns);
	if (verified->outcome == OVR_RESULT_ADVICE_LOST) {
		ovr_series_end(job->series, OVR_VERDICT_VOID,
			"the recommendation failed: a ring of %u lost %" PRIu64
			" frames in stalls of %s, and %" PRIu64 " in none",
			recommendation->ring, verified->lost, stall, verified->lost_outside);
		return 0;
	}
	if (recommendation->below == 0)
		return 0;
	status = verify_ring(job, recommendation->below, err);
	if (status == 0 && !job->series->is_over &&
		ovr_result_advice_verification_of(&job->advice, recommendation->below)->outcome ==
			OVR_RESULT_ADVICE_LOSSLESS)
		ovr_series_end(job->series, OVR_VERDICT_VOID,
			"the recommended ring is larger than needed: a ring of %u lost nothing either in "
			"stalls of %s",
			recommendation->below, stall);
	return status;
}

/* Whether there is a recommendation, where nothing went wrong. */
static void
judge(struct job *job)
{
	const struct ovr_method_advice *recommendation = &job->advice.advice;
	char stall[OVR_UNITS_TEXT_BYTES];

	switch (recommendation->kind) {
	case OVR_METHOD_ADVICE_OVERLOAD:
		ovr_series_end(job->series, OVR_VERDICT_LOSS,
			"no ring is enough: the receiver, its stalls included, is slower than the arrivals");
		break;
	case OVR_METHOD_ADVICE_PORT:
		if (ovr_method_advise_is_full_unstalled(&job->advice.question, recommendation)) {
			ovr_series_end(job->series, OVR_VERDICT_LOSS,
				"no ring of %s is enough: what comes takes %" PRIu64
				" slots before any stall",
				job->plan->ports.rx.label, recommendation->burst_slots);
			break;
		}
		ovr_series_end(job->series, OVR_VERDICT_LOSS, "no ring of %s is enough for stalls of %s",
			job->plan->ports.rx.label,
			ovr_units_print_time(stall, sizeof(stall), job->plan->receiver.stall.length_ns));
		break;
	case OVR_METHOD_ADVICE_HOST:
		ovr_series_end(job->series, OVR_VERDICT_LOSS,
			"the host, not the ring, is to be fixed: its host stalls are longer than the "
			"largest "
			"ring's buffer time");
		break;
	case OVR_METHOD_ADVICE_RING:
	case OVR_METHOD_ADVICE_KINDS:
		break;
	}
}

static int
run(struct job *job, struct ovr_err *err)
{
	struct ovr_result_advice *advice = &job->advice;
	int status = begin_question(job, err);

	if (status == 0)
		status = baseline(job, err);
	if (status == 0 && !job->series->is_over)
		status = saturate(job, err);
	if (status != 0 || job->series->is_over)
		return status;
	ovr_method_advise(&advice->question, &advice->advice);
	if (advice->advice.ring != 0)
		status = verify_recommendation(job, err);
	if (status == 0 && !job->series->is_over)
		judge(job);
	return status;
}

int
ovr_advise_run(struct ovr_series *series, const struct ovr_plan *plan, struct ovr_result_advice *ret_advice,
	struct ovr_err *err)
{
	struct job *job = calloc(1, sizeof(*job));
	struct ovr_result_advice *advice;
	int status;

	if (job == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for an advice");
	advice = &job->advice;
	job->plan = plan;
	job->series = series;
	advice->plan = *plan;
	status = run(job, err);
	advice->question.host_ns = NULL;
	advice->environment = series->environment;
	ovr_series_take_end(series, &advice->verdict, advice->reason, sizeof(advice->reason));
	/* what could not be verified is no recommendation */
	if (advice->verdict != OVR_VERDICT_VOID)
		ovr_advise_name_command(advice);
	if (status == 0)
		*ret_advice = *advice;
	ovr_result_done(&job->baseline);
	free(job->host_ns);
	free(job);
	return status;
}
