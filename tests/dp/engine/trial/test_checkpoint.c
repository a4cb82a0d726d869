/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "trial_run.h"

static struct trial_run run;

/* What the hook has seen; only sums, since what it is handed is lent. */
static struct {
	unsigned int n;
	uint64_t sent, samples_sent, event_frames, duration_ns, last_end_ns;
	bool is_void, is_unfinished, is_negative;
} seen = { .is_void = true, .is_unfinished = true };

static void
see(void *context, const struct ovr_result *so_far)
{
	cr_assert_eq(context, &seen);
	seen.n++;
	seen.sent = so_far->ledger.figures.sent;
	seen.duration_ns = so_far->duration_ns;
	seen.event_frames = so_far->loss_events.frames;
	seen.is_void &= so_far->ledger.verdict == OVR_VERDICT_VOID && so_far->ledger.n_reasons == 1;
	seen.is_unfinished &= strncmp(so_far->ledger.reason[0], "unfinished: ", 12) == 0;
	seen.is_negative |= so_far->ledger.lost < 0 || so_far->ledger.unexplained < 0;
	seen.samples_sent = 0;
	for (uint32_t i = 0; i < so_far->n_samples; i++) {
		seen.samples_sent += so_far->sample[i].sent;
		seen.last_end_ns = so_far->sample[i].end_ns;
	}
}

static void
run_with(const char *const *with)
{
	struct ovr_trial_hooks hooks = { .checkpoint = see, .context = &seen };
	struct ovr_env_conf env = { .extra = NULL };

	trial_plan(&run, with);
	if (ovr_trial_env(&run.plan, &run.cpu_map, &env, &run.err) != 0)
		cr_skip_test("%s", run.err.text);
	cr_assert_eq(ovr_env_start(&env, &run.err), 0, "%s", run.err.text);
	run.status = ovr_trial_run(&run.plan, &run.cpu_map, &hooks, &run.result, &run.err);
	ovr_env_stop();
}

Test(checkpoint, what_is_known_so_far_is_handed_out_while_the_trial_runs)
{
	run_with(WITH("count", "none", "time", "1500ms", "rate", "20kpps", "interval", "20ms", "checkpoint",
		"200ms", "window", "64", "rx", "wire:1,drop-at=100-109+200-204"));
	trial_assert_balanced(&run);
	cr_assert_geq(seen.n, 2);
	cr_assert(seen.is_void);
	cr_assert(seen.is_unfinished);
	cr_assert_not(seen.is_negative);
	cr_assert_eq(seen.event_frames, 15);
	cr_assert_eq(seen.duration_ns, seen.last_end_ns);
	cr_assert_gt(seen.samples_sent, 0);
	cr_assert_leq(seen.samples_sent, seen.sent);
	cr_assert_leq(seen.sent, run.result.ledger.figures.sent);
	/* and the result itself knows nothing of it */
	cr_assert_eq(run.result.ledger.lost, 15);
	cr_assert_eq(run.result.n_notes, 0, "%s", run.result.note[0]);
	ovr_result_done(&run.result);
}

Test(checkpoint, a_trial_shorter_than_its_period_has_none)
{
	run_with(WITH(
		"count", "none", "time", "300ms", "rate", "20kpps", "interval", "20ms", "checkpoint", "1h"));
	trial_assert_balanced(&run);
	cr_assert_eq(seen.n, 0);
	ovr_result_done(&run.result);
}
