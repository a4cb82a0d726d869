/* SPDX-License-Identifier: BSD-3-Clause */
#include "series/series.h"

#include <stdio.h>

#include "port/port.h"

void
ovr_series_begin(struct ovr_series *series, const struct ovr_series_hooks *hooks)
{
	*series = (struct ovr_series){ .n_trials = 0 };
	if (hooks != NULL)
		series->hooks = *hooks;
}

static uint16_t
workers_on(const uint16_t *list, uint16_t n, uint16_t cpu)
{
	uint16_t n_on = 0;

	for (uint16_t i = 0; i < n; i++)
		n_on += list[i] == cpu;
	return n_on;
}

/* As many workers on each CPU as the plan that has most of them there. */
static void
add_workers(const struct ovr_cpu_map *cpu_map, struct ovr_env_conf *env)
{
	uint16_t cpu[OVR_ENV_WORKERS_MAX];
	uint16_t n = ovr_trial_cpus(cpu_map, cpu);

	for (uint16_t i = 0; i < n; i++)
		if (workers_on(cpu, (uint16_t)(i + 1), cpu[i]) >
				workers_on(env->cpu, env->n_workers, cpu[i]) &&
			env->n_workers < OVR_ENV_WORKERS_MAX)
			env->cpu[env->n_workers++] = cpu[i];
}

int
ovr_series_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	struct ovr_plan ports;
	struct ovr_cpu_map cpu_map;
	uint32_t memory_mb;
	int status = 0;

	ovr_session_expect(&series->session, plan);
	ports = ovr_session_ports_of(&series->session, plan);
	memory_mb = ovr_port_memory_mb(&ports);
	/*
	 * the machine is asked once, and again where a plan needs more memory than the ones before
	 */
	if (memory_mb > env->memory_mb)
		status = ovr_trial_host(&ports, &series->host, env, err);
	if (status == 0)
		status = ovr_cpu_map_choose(plan, &series->host, &cpu_map, err);
	if (status != 0)
		return status;
	add_workers(&cpu_map, env);
	if (memory_mb > env->memory_mb)
		env->memory_mb = memory_mb;
	return 0;
}

bool
ovr_series_is_stopped(const struct ovr_series *series)
{
	return series->hooks.stop != NULL && atomic_load(series->hooks.stop);
}

int
ovr_series_trial(struct ovr_series *series, const struct ovr_plan *plan, const char *label,
	struct ovr_result *ret_result, struct ovr_result_summary *ret_summary, struct ovr_err *err)
{
	struct ovr_trial_hooks hooks = { .stop = series->hooks.stop, .wants_xstats = series->wants_xstats };
	struct ovr_cpu_map cpu_map;
	int status = ovr_cpu_map_choose(plan, &series->host, &cpu_map, err);

	if (status != 0)
		return status;
	series->n_trials++;
	if (series->hooks.trial != NULL)
		series->hooks.trial(series->hooks.context, series->n_trials, label);
	status = ovr_trial_run_in(&series->session, plan, &cpu_map, &hooks, ret_result, err);
	if (status != 0)
		return status;
	if (series->n_trials == 1)
		series->environment = ret_result->environment;
	if (ret_summary != NULL) {
		*ret_summary = ovr_result_summary_of(ret_result);
		ret_summary->number = series->n_trials;
		snprintf(ret_summary->label, sizeof(ret_summary->label), "%s", label);
	}
	return 0;
}

int
ovr_series_close(struct ovr_series *series, struct ovr_err *err)
{
	return ovr_session_close(&series->session, err);
}
