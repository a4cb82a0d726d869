/* SPDX-License-Identifier: BSD-3-Clause */
#include "live.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include <rte_version.h>

#include "metrics.h"
#include "metrics/metrics.h"
#include "plan/command.h"

#define NS_PER_S UINT64_C(1000000000)

struct app_live {
	const struct ovr_plan *plan;
	struct app_metrics *metrics;
	pthread_mutex_t lock;
	struct ovr_live live; /* under the lock */
	struct ovr_live copy; /* of the thread that serves metrics */
};

static uint64_t
now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

int
app_live_open(const struct ovr_plan *plan, struct app_live **ret_live, struct ovr_err *err)
{
	struct app_live *live = calloc(1, sizeof(*live));
	int status;

	*ret_live = NULL;
	if (live == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for what is shown while it runs");
	live->plan = plan;
	pthread_mutex_init(&live->lock, NULL);
	status = app_metrics_listen(&plan->output.metrics, plan->output.quiet, &live->metrics, err);
	if (status != 0) {
		app_live_close(live);
		return status;
	}
	*ret_live = live;
	return 0;
}

bool
app_live_is_wanted(const struct app_live *live)
{
	return live->metrics != NULL;
}

/* app_metrics_print */
static void
print_metrics(void *context, enum ovr_exposition_format format, FILE *out)
{
	struct ovr_metrics_build build = { .version = OVR_VERSION, .dpdk = rte_version() };
	struct app_live *live = context;

	pthread_mutex_lock(&live->lock);
	live->copy = live->live;
	pthread_mutex_unlock(&live->lock);
	ovr_metrics_write(&live->copy, &build, format, out);
}

int
app_live_start(struct app_live *live, uint32_t n_planned, uint64_t at_most_ns, const uint16_t *cpu,
	uint16_t n_cpus, struct ovr_err *err)
{
	pthread_mutex_lock(&live->lock);
	ovr_live_begin(&live->live, ovr_plan_spec_of(live->plan->command)->name, n_planned, at_most_ns,
		now_ns(CLOCK_MONOTONIC));
	pthread_mutex_unlock(&live->lock);
	return app_metrics_serve(live->metrics, cpu, n_cpus, print_metrics, live, err);
}

void
app_live_trial(struct app_live *live, uint32_t number, const char *label)
{
	pthread_mutex_lock(&live->lock);
	ovr_live_begin_trial(&live->live, number, label, now_ns(CLOCK_MONOTONIC));
	pthread_mutex_unlock(&live->lock);
}

void
app_live_reading(struct app_live *live, const struct ovr_live_reading *reading)
{
	pthread_mutex_lock(&live->lock);
	ovr_live_add(&live->live, reading, now_ns(CLOCK_MONOTONIC), now_ns(CLOCK_REALTIME));
	pthread_mutex_unlock(&live->lock);
}

void
app_live_over(struct app_live *live, const struct ovr_result *result)
{
	pthread_mutex_lock(&live->lock);
	if (result != NULL)
		ovr_live_end_trial(&live->live, result);
	else
		ovr_live_drop_trial(&live->live);
	pthread_mutex_unlock(&live->lock);
}

void
app_live_close(struct app_live *live)
{
	if (live == NULL)
		return;
	app_metrics_stop(live->metrics);
	pthread_mutex_destroy(&live->lock);
	free(live);
}
