/* SPDX-License-Identifier: BSD-3-Clause */
#include "series/series.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "port/port.h"

static uint64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

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

/* A plan that may come in this process. */
static int
expect_here(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	struct ovr_plan ports;
	struct ovr_cpu_map cpu_map;
	uint32_t memory_mb;
	int status = 0;

	ovr_session_expect(&series->session, &plan->ports, &plan->frames);
	ports = ovr_session_ports_of(&series->session, plan);
	memory_mb = ovr_port_memory_mb(&ports.ports, &ports.frames);
	/*
	 * the machine is asked once, and again where a plan needs more memory than the ones before
	 */
	if (memory_mb > env->memory_mb)
		status = ovr_trial_host(&ports.ports, &ports.frames, &series->host, env, err);
	if (status == 0)
		status = ovr_cpu_map_choose(&plan->ports, &plan->host.cores, &series->host, &cpu_map, err);
	if (status != 0)
		return status;
	add_workers(&cpu_map, env);
	if (memory_mb > env->memory_mb)
		env->memory_mb = memory_mb;
	return 0;
}

int
ovr_series_expect(
	struct ovr_series *series, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	const struct ovr_series_runner *runner = series->hooks.runner;

	return runner != NULL ? runner->expect(runner->context, plan, env, err)
			      : expect_here(series, plan, env, err);
}

int
ovr_series_workers_of(struct ovr_series *series, const struct ovr_plan *plan,
	struct ovr_series_workers *ret_workers, struct ovr_err *err)
{
	const struct ovr_series_runner *runner = series->hooks.runner;
	struct ovr_cpu_map cpu_map;
	int status;

	if (runner != NULL)
		return runner->workers(runner->context, plan, ret_workers, err);
	status = ovr_cpu_map_choose(&plan->ports, &plan->host.cores, &series->host, &cpu_map, err);
	if (status != 0)
		return status;
	*ret_workers = (struct ovr_series_workers){ .n_tx_most = cpu_map.n_tx,
		.n_least = (uint16_t)(cpu_map.n_tx + cpu_map.n_rx + (cpu_map.wire_cpu >= 0)) };
	return 0;
}

int
ovr_series_start(const struct ovr_series *series, const struct ovr_env_conf *env, struct ovr_err *err)
{
	bool has_workers = series->hooks.runner == NULL || env->n_workers != 0;

	return has_workers ? ovr_env_start(env, err) : 0;
}

int
ovr_series_counters(struct ovr_series *series, const struct ovr_port_name *port,
	struct ovr_nic_counters *counters, struct ovr_err *err)
{
	const struct ovr_series_runner *runner = series->hooks.runner;

	return runner != NULL ? runner->counters(runner->context, port, series->hooks.stop, counters, err)
			      : ovr_nic_counters_read(port->details, counters, err);
}

bool
ovr_series_is_stopped(const struct ovr_series *series)
{
	return series->hooks.stop != NULL && atomic_load(series->hooks.stop);
}

const char *
ovr_series_label(struct ovr_series *series, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(series->label, sizeof(series->label), format, arguments);
	va_end(arguments);
	return series->label;
}

/* What the last trial says of the series, whatever it was for. */
static void
take_trial(struct ovr_series *series, const struct ovr_result *result, uint64_t begin_ns)
{
	if (series->n_trials == 1)
		series->environment = result->environment;
	series->n_voids = result->ledger.verdict == OVR_VERDICT_VOID ? series->n_voids + 1 : 0;
	series->spent_ns = now_ns() - begin_ns;
}

/* Over ports that stay open. */
static int
run_here(struct ovr_series *series, const struct ovr_plan *plan, const struct ovr_trial_hooks *hooks,
	struct ovr_result *ret_result, struct ovr_err *err)
{
	struct ovr_cpu_map cpu_map;
	int status = ovr_cpu_map_choose(&plan->ports, &plan->host.cores, &series->host, &cpu_map, err);

	return status != 0 ? status
			   : ovr_trial_run_in(&series->session, plan, &cpu_map, hooks, ret_result, err);
}

int
ovr_series_trial(struct ovr_series *series, const struct ovr_plan *plan, const char *label,
	struct ovr_result *ret_result, struct ovr_result_summary *ret_summary, struct ovr_err *err)
{
	const struct ovr_series_runner *runner = series->hooks.runner;
	struct ovr_trial_hooks hooks = { .stop = series->hooks.stop,
		.live = series->hooks.live,
		.sample = series->hooks.sample,
		.checkpoint = series->hooks.checkpoint,
		.context = series->hooks.context,
		.capture = series->hooks.capture,
		.wants_xstats = series->wants_xstats };
	uint64_t begin_ns = now_ns();
	struct ovr_plan own = *plan;
	int status;

	if (label != series->label)
		ovr_series_label(series, "%s", label);
	if (series->varies_seed)
		own.trial.seed += series->n_trials;
	series->n_trials++;
	if (series->hooks.trial != NULL)
		series->hooks.trial(series->hooks.context, series->n_trials, series->label);
	status = runner != NULL ? runner->trial(runner->context, &own, &hooks, ret_result, err)
				: run_here(series, &own, &hooks, ret_result, err);
	if (series->hooks.over != NULL)
		series->hooks.over(series->hooks.context, status == 0 ? ret_result : NULL);
	if (status != 0)
		return status;
	take_trial(series, ret_result, begin_ns);
	if (ret_summary != NULL) {
		*ret_summary = ovr_result_summary_of(ret_result);
		ret_summary->number = series->n_trials;
		snprintf(ret_summary->label, sizeof(ret_summary->label), "%.*s",
			OVR_RESULT_SUMMARY_LABEL_BYTES - 1, series->label);
	}
	return 0;
}

void
ovr_series_end(struct ovr_series *series, enum ovr_ledger_verdict verdict, const char *format, ...)
{
	va_list arguments;

	if (series->is_over)
		return;
	series->is_over = true;
	series->verdict = verdict;
	va_start(arguments, format);
	vsnprintf(series->reason, sizeof(series->reason), format, arguments);
	va_end(arguments);
}

bool
ovr_series_end_by_signal(struct ovr_series *series, const char *what)
{
	if (ovr_series_is_stopped(series))
		ovr_series_end(series, OVR_VERDICT_VOID, "%s%sstopped by a signal", what != NULL ? what : "",
			what != NULL ? ": " : "");
	return series->is_over;
}

bool
ovr_series_take_end(
	const struct ovr_series *series, enum ovr_ledger_verdict *ret_verdict, char *ret_reason, size_t size)
{
	if (!series->is_over)
		return false;
	*ret_verdict = series->verdict;
	snprintf(ret_reason, size, "%s", series->reason);
	return true;
}

int
ovr_series_close(struct ovr_series *series, struct ovr_err *err)
{
	const struct ovr_series_runner *runner = series->hooks.runner;

	return runner != NULL ? runner->close(runner->context, err)
			      : ovr_session_close(&series->session, err);
}
