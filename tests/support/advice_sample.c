/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/advice_sample.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plan/command.h"

#define US     UINT64_C(1000)
#define MS     UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

static const uint64_t host_ns[] = { 100 * MS, 300 * US };

static void
begin(struct ovr_result_advice *advice, const char *stall)
{
	memset(advice, 0, sizeof(*advice));
	ovr_plan_default_for(OVR_PLAN_ADVISE, &advice->plan);
	ovr_plan_set(&advice->plan, "rate", "1mpps", NULL);
	ovr_plan_set(&advice->plan, "stall", stall, NULL);
	snprintf(advice->environment.overrun_version, sizeof(advice->environment.overrun_version), "0.1.0");
	advice->baseline = (struct ovr_result_advice_baseline){
		.duration_ns = 30 * SECOND,
		.monitored_ns = 30 * SECOND,
		.sent = 30000000,
		.scheduled = 30000000,
		.n_host = 1,
		.n_host_of = { 0, 0, 1 },
		.n_listed = 1,
		.interrupts = 3000,
		.busiest_interrupt = "LOC Local timer interrupts",
	};
	advice->baseline.longest[0].is_logged = true;
	advice->baseline.longest[0].stall = (struct ovr_stall){
		.start_ns = 2 * SECOND, .length_ns = 300 * US, .cpu = 1, .cause = OVR_STALL_ON_CPU
	};
	advice->service = (struct ovr_result_advice_service){ .pps = 10e6, .busiest = 0.1 };
	advice->question = (struct ovr_method_question){
		.arrival_pps = 1e6,
		.total_pps = 1e6,
		.n_queues = 1,
		.service_pps = 10e6,
		.injected_ns = advice->plan.receiver.stall.length_ns,
		.injected_period_ns = advice->plan.receiver.stall.period_ns,
		.host_ns = &host_ns[1],
		.n_host = 1,
		.monitored_ns = 30 * SECOND,
		.margin = 1.5,
		.level = 0.95,
		.slack = 64,
		.ring_min = 1,
		.ring_max = 65536,
	};
	advice->buffer_bytes = 2048;
	advice->cache_bytes = 22 * 1048576;
	advice->ddio_bytes = 4 * 1048576;
	advice->n_trials = 1;
	advice->trial[0].number = advice->trial[0].attempt = 1;
	snprintf(advice->trial[0].label, sizeof(advice->trial[0].label), "baseline");
}

static void
recommend(struct ovr_result_advice *advice)
{
	ovr_method_advise(&advice->question, &advice->advice);
	advice->question.host_ns = NULL;
	if (advice->advice.ring != 0)
		snprintf(advice->command, sizeof(advice->command), "--rxd %u", advice->advice.ring);
}

void
advice_sample_ring(struct ovr_result_advice *advice)
{
	begin(advice, "500us/10ms");
	advice->baseline.n_injected = 2999;
	recommend(advice);
	advice->verification[0] = (struct ovr_result_advice_verification){
		.ring = 1024, .attempt = 1, .number = 3, .n_injected = 99, .n_compared = 99
	};
	advice->verification[1] = (struct ovr_result_advice_verification){
		.ring = 512,
		.attempt = 1,
		.number = 4,
		.outcome = OVR_RESULT_ADVICE_EXCLUDED,
		.n_injected = 99,
		.n_compared = 1,
		.n_lossy = 1,
		.lost = 240,
		.model = 238,
		.lost_excluded = 21000,
	};
	advice->verification[2] = (struct ovr_result_advice_verification){
		.ring = 512,
		.attempt = 2,
		.number = 5,
		.outcome = OVR_RESULT_ADVICE_LOST,
		.n_injected = 99,
		.n_compared = 98,
		.n_lossy = 98,
		.lost = 23324,
		.model = 23324,
		.lost_outside = 3,
		.lost_excluded = 240,
	};
	advice->n_verifications = 3;
}

void
advice_sample_nic(struct ovr_result_advice *advice)
{
	advice_sample_ring(advice);
	ovr_plan_set(&advice->plan, "rx", "netdev:eth1", NULL);
	advice->ring_control = true;
	advice->nic_ring = 256;
	advice->verification[0].nic_ring = 1056;
	advice->nic_refused_ring = 512;
	snprintf(
		advice->nic_refused, sizeof(advice->nic_refused), "eth1: the driver refuses rings of rx 512");
	snprintf(advice->command, sizeof(advice->command), "ethtool -G eth1 rx 1024");
}

void
advice_sample_host(struct ovr_result_advice *advice)
{
	begin(advice, "none");
	advice->question.host_ns = host_ns;
	advice->question.n_host = advice->baseline.n_host = 2;
	advice->baseline.n_host_of[5] = 1;
	advice->baseline.longest[1] = advice->baseline.longest[0];
	advice->baseline.longest[0].stall.length_ns = 100 * MS;
	advice->baseline.longest[0].stall.cause = OVR_STALL_PREEMPTED;
	advice->baseline.longest[0].stall.run_queue_ns = 99 * MS;
	advice->baseline.n_listed = 2;
	recommend(advice);
	advice->ring_control = true;
	advice->nic_ring = 256;
	advice->verdict = OVR_VERDICT_LOSS;
	snprintf(advice->reason, sizeof(advice->reason), "the host, not the ring, is to be fixed");
}

void
advice_sample_hopeless(struct ovr_result_advice *advice)
{
	begin(advice, "none");
	advice->question.host_ns = host_ns;
	advice->baseline.n_host_of[2] = 0;
	advice->baseline.n_host_of[5] = 1;
	advice->baseline.longest[0].stall.length_ns = 100 * MS;
	recommend(advice);
	advice->verdict = OVR_VERDICT_LOSS;
	snprintf(advice->reason, sizeof(advice->reason), "the host, not the ring, is to be fixed");
}

void
advice_sample_full(struct ovr_result_advice *advice)
{
	begin(advice, "500us/10ms");
	advice->baseline.log_full = true;
	advice->baseline.monitored_ns = advice->question.monitored_ns = 6 * SECOND;
	advice->baseline.longest[0].is_logged = false;
	recommend(advice);
}

void
advice_sample_overload(struct ovr_result_advice *advice)
{
	begin(advice, "none");
	advice->question.service_pps = advice->service.pps = 0.8e6;
	advice->service.busiest = 1.25;
	recommend(advice);
	advice->verdict = OVR_VERDICT_LOSS;
	snprintf(advice->reason, sizeof(advice->reason), "no ring is enough");
}
