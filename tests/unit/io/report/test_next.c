/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/next.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "support/result_sample.h"

static char *text;
static struct ovr_result *result;

static void
done(void)
{
	free(text);
	sample_free(result);
}

TestSuite(next, .fini = done);

static void
advise(struct ovr_result *sample)
{
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	result = sample;
	cr_assert_not_null(out);
	cr_assert_eq(ovr_report_next(result, out, NULL), 0);
	fclose(out);
}

static struct ovr_result_worker *
worker_of(struct ovr_result *sample, bool is_tx)
{
	for (uint32_t i = 0; i < sample->n_workers; i++)
		if (sample->worker[i].is_tx == is_tx)
			return &sample->worker[i];
	cr_assert_fail("no such worker");
	return NULL;
}

Test(next, a_pass_needs_no_advice)
{
	advise(sample_pass());
	cr_expect_str_empty(text);
}

Test(next, a_loss_in_stalls_of_the_host_says_whose_and_what_shows_the_ring)
{
	struct ovr_result *sample = sample_loss();

	/* where a trial's frames went, though nobody asked for it: the command needs not say it */
	memcpy(sample->plan.frames.dst_mac, OVR_PLAN_DST_MAC, sizeof(sample->plan.frames.dst_mac));
	/* 14.5 ms in all, the longest 2.84 ms, 9.6 ms of them in the run queue */
	advise(sample);
	cr_expect(strstr(text,
			  "next: core 1, which receives, was away for 14.5 ms in all, at most 2.84 ms at a "
			  "time: "
			  "other processes had its CPU.") != NULL,
		"%s", text);
	/*
	 * 1024 slots over 4 × 2.84 ms are 90 kpps; 50 kpps are 20.5 ms of ring, and the stall is 50
	 * ms
	 */
	cr_expect(strstr(text, "    overrun run --rate 50kpps --stall 50ms/200ms\n") != NULL, "%s", text);
	cr_expect(strstr(text, "the buffer time of 1024 slots is 20.5 ms there") != NULL, "%s", text);
}

/*
 * What helps comes first, then what shows the ring; not where that takes longer than anybody waits.
 */
Test(next, stalls_too_long_for_a_ring_to_be_seen_have_no_command)
{
	struct ovr_result *sample = sample_loss();

	worker_of(sample, false)->longest_ns = 396000000;
	advise(sample);
	cr_expect_not_null(strstr(text,
				   "  next: what helps is fewer processes beside it (top), or CPUs that "
				   "nobody else uses "
				   "(--cores tx=N,rx=M).\n"
				   "  next: stalls of 396 ms hide the ring itself; with fewer of them "
				   "\"overrun run --stall "
				   "1ms/10ms\" shows it.\n"),
		"%s", text);
	cr_expect_null(strstr(text, "    overrun run"), "%s", text);
}

Test(next, the_command_has_the_options_that_the_trial_had)
{
	struct ovr_result *sample = sample_loss();

	cr_assert_eq(ovr_plan_set(&sample->plan, "rx", "wire:1,speed=40G", NULL), 0);
	cr_assert_eq(ovr_plan_set(&sample->plan, "size", "128", NULL), 0);
	worker_of(sample, false)->longest_ns = 100000000;
	advise(sample);
	cr_expect(strstr(text,
			  "overrun run --rx wire:1,speed=40G --size 128 --rate 2kpps --stall 2s/8s --time "
			  "40s\n") != NULL,
		"%s", text);
}

Test(next, an_injected_stall_is_no_host_stall)
{
	struct ovr_result *sample = sample_loss();

	cr_assert_eq(ovr_plan_set(&sample->plan, "stall", "1ms/10ms", NULL), 0);
	advise(sample);
	cr_expect_str_empty(text);
}

Test(next, a_load_that_was_missed_says_whose_cpu_time_it_was)
{
	struct ovr_result *sample = sample_pass();
	struct ovr_result_worker *worker = worker_of(sample, true);

	sample->ledger.verdict = OVR_VERDICT_VOID;
	sample->shortfall = sample->ledger.figures.scheduled / 2;
	sample->shortfall_in_stalls = sample->shortfall;
	worker->n_stalls = 3;
	worker->stalled_ns = 2500000000;
	worker->longest_ns = 2000000000;
	worker->kernel_known = true;
	worker->steal_ns = 2400000000;
	worker->run_queue_ns = 0;
	advise(sample);
	cr_expect(strstr(text, "core 0, which sends, was away for 2.50 s in all") != NULL, "%s", text);
	cr_expect(strstr(text, "the hypervisor gave its CPU to others") != NULL, "%s", text);
	cr_expect(strstr(text, "a host with CPUs of its own") != NULL, "%s", text);
}

Test(next, a_load_that_is_too_high_is_told_from_a_stalled_core)
{
	struct ovr_result *sample = sample_pass();

	sample->ledger.verdict = OVR_VERDICT_VOID;
	sample->shortfall = sample->ledger.figures.scheduled / 2;
	advise(sample);
	cr_expect(strstr(text, "\"overrun selftest\"") != NULL, "%s", text);
	cr_expect(strstr(text, "--txq N") != NULL, "%s", text);
}

Test(next, a_pool_that_ran_dry_is_told_its_option)
{
	struct ovr_result *sample = sample_pass();

	sample->ledger.verdict = OVR_VERDICT_VOID;
	sample->shortfall_pool = 10;
	sample->plan.ports.mbufs = 4096;
	advise(sample);
	cr_expect_str_eq(text, "  next: the same with --mbufs 8192.\n");
}
