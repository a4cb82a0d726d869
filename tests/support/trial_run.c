/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial_run.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind[] = { "tmax", "60s", "count", "20000", "rate", "200kpps", "rxd", "32768",
	"warmup", "0", "drain", "20ms", "settle", "0", "rate-tolerance", "100%", NULL };

static void
set_all(struct ovr_plan *plan, const char *const *with)
{
	struct ovr_err err;

	for (; *with != NULL; with += 2)
		cr_assert_eq(ovr_plan_set(plan, with[0], with[1], &err), 0, "%s", err.text);
}

void
trial_plan(struct trial_run *run, const char *const *with)
{
	memset(run, 0, sizeof(*run));
	ovr_plan_default(&run->plan);
	set_all(&run->plan, kind);
	set_all(&run->plan, with);
	cr_assert_eq(ovr_plan_freeze(&run->plan, &run->err), 0, "%s", run->err.text);
}

static void
start_and_run(struct trial_run *run, const struct ovr_env_conf *env, const struct ovr_trial_hooks *monitored)
{
	struct ovr_trial_hooks hooks = { 0 };

	if (monitored != NULL)
		hooks = *monitored;
	if (run->plan.output.capture[0] != '\0')
		hooks.capture = fopen(run->plan.output.capture, "w");
	cr_assert_eq(ovr_env_start(env, &run->err), 0, "%s", run->err.text);
	run->status = ovr_trial_run(&run->plan, &run->cpu_map, &hooks, &run->result, &run->err);
	ovr_env_stop();
	if (hooks.capture != NULL)
		fclose(hooks.capture);
}

void
trial_run_plan(struct trial_run *run)
{
	struct ovr_env_conf env = { .extra = NULL };

	if (ovr_trial_env(&run->plan, &run->cpu_map, &env, &run->err) == -ENODEV)
		cr_skip_test("%s", run->err.text);
	start_and_run(run, &env, NULL);
}

void
trial_run(struct trial_run *run, const char *const *with)
{
	trial_plan(run, with);
	trial_run_plan(run);
}

void
trial_run_monitored(struct trial_run *run, const struct ovr_trial_hooks *hooks, const char *const *with)
{
	struct ovr_env_conf env = { .extra = NULL };

	trial_plan(run, with);
	if (ovr_trial_env(&run->plan, &run->cpu_map, &env, &run->err) == -ENODEV)
		cr_skip_test("%s", run->err.text);
	start_and_run(run, &env, hooks);
}

void
trial_run_crowded(struct trial_run *run, uint16_t n_rx, const char *const *with)
{
	struct ovr_env_conf env = { .extra = NULL };

	trial_plan(run, with);
	if (ovr_trial_env(&run->plan, &run->cpu_map, &env, &run->err) == -ENODEV)
		cr_skip_test("%s", run->err.text);
	run->cpu_map.n_tx = 1;
	run->cpu_map.n_rx = n_rx;
	env.n_workers = 0;
	env.cpu[env.n_workers++] = run->cpu_map.tx_cpu[0];
	for (uint16_t w = 0; w < n_rx; w++) {
		run->cpu_map.rx_cpu[w] = run->cpu_map.rx_cpu[0];
		env.cpu[env.n_workers++] = run->cpu_map.rx_cpu[0];
	}
	start_and_run(run, &env, NULL);
}

void
trial_run_wire_apart(struct trial_run *run, const char *const *with)
{
	struct ovr_env_conf env = { .extra = NULL };

	trial_plan(run, with);
	if (ovr_trial_env(&run->plan, &run->cpu_map, &env, &run->err) == -ENODEV)
		cr_skip_test("%s", run->err.text);
	run->cpu_map.wire_cpu = run->cpu_map.tx_cpu[0];
	env.cpu[env.n_workers++] = run->cpu_map.tx_cpu[0];
	start_and_run(run, &env, NULL);
}

uint64_t
trial_account(const struct trial_run *run, enum ovr_ledger_place place)
{
	const struct ovr_ledger *ledger = &run->result.ledger;
	uint64_t frames = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == place)
			frames += ledger->account[i].frames;
	return frames;
}

void
trial_assert_balanced(const struct trial_run *run)
{
	const struct ovr_ledger *ledger = &run->result.ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;

	cr_assert_eq(run->status, 0, "%s", run->err.text);
	cr_assert_eq(f->attempted, f->refused + f->sent);
	cr_assert_eq(f->received, f->unique + f->duplicate + f->late + f->corrupt + f->stale + f->foreign);
	cr_assert_eq(ledger->lost, (int64_t)(f->sent - f->unique));
	cr_assert_eq(ledger->unexplained, 0, "unexplained %lld, lost %lld", (long long)ledger->unexplained,
		(long long)ledger->lost);
	for (uint32_t i = 0; i < ledger->n_reasons; i++)
		if (ledger->verdict == OVR_VERDICT_VOID)
			cr_assert_fail("void: %s", ledger->reason[i]);
}

/* A set of numbers, as a bit each. */
struct numbers {
	uint8_t bit[65536 / 8];
	uint64_t n;
};

static void
add(struct numbers *set, uint64_t number)
{
	cr_assert_lt(number, 65536);
	if ((set->bit[number / 8] & (1u << number % 8)) == 0)
		set->n++;
	set->bit[number / 8] |= (uint8_t)(1u << number % 8);
}

void
trial_assert_lost_is_what_was_done(const struct trial_run *run)
{
	struct numbers *lost = calloc(1, sizeof(*lost));
	struct numbers *done = calloc(1, sizeof(*done));

	cr_assert_eq(run->result.n_streams, 1);
	cr_assert_eq(run->result.n_periods_dropped, 0);
	for (uint64_t i = 0; i < run->result.n_periods; i++)
		for (uint64_t k = 0; k < run->result.period[i].n_frames; k++)
			add(lost, run->result.period[i].first_seq + k);
	for (uint64_t i = 0; i < run->result.n_impairments; i++) {
		const struct ovr_impairment *impairment = &run->result.impairment[i];

		if (impairment->kind == OVR_IMPAIRMENT_DROP || impairment->kind == OVR_IMPAIRMENT_FCS ||
			impairment->kind == OVR_IMPAIRMENT_CORRUPT)
			add(done, impairment->seq);
	}
	cr_assert_eq(memcmp(lost->bit, done->bit, sizeof(lost->bit)), 0,
		"lost %llu numbers, the wire took %llu", (unsigned long long)lost->n,
		(unsigned long long)done->n);
	cr_assert_eq(run->result.ledger.lost, (int64_t)lost->n);
	free(lost);
	free(done);
}
