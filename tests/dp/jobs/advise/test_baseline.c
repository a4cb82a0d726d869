/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/baseline.h"

#include <criterion/criterion.h>

#include "made_up.h"

static struct ovr_method_question question;

Test(baseline, host_stalls_are_those_not_injected_and_those_that_lasted_longer, .init = begin)
{
	struct ovr_result_advice_baseline baseline;
	uint64_t host_ns[8];

	add(5 * MS, MS, 0, OVR_STALL_INJECTED);
	add(10 * MS, MS / 50, 0, OVR_STALL_ON_CPU);
	add(15 * MS, 3 * MS, 0, OVR_STALL_INJECTED);
	add(30 * MS, 2 * MS, 0, OVR_STALL_PREEMPTED);
	add(100 * MS, 9 * MS, 0, OVR_STALL_PREEMPTED); /* nothing was sent any more */
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert_eq(baseline.n_injected, 2);
	cr_assert_eq(baseline.n_host, 3);
	cr_assert_eq(host_ns[0], MS / 50);
	cr_assert_eq(host_ns[1], 3 * MS);
	cr_assert_eq(host_ns[2], 2 * MS);
	cr_assert_eq(baseline.n_host_of[1], 1);
	cr_assert_eq(baseline.n_host_of[3], 2);
	cr_assert_eq(baseline.n_listed, 3);
	cr_assert_eq(baseline.longest[0].stall.length_ns, 3 * MS);
	cr_assert(baseline.longest[0].is_prolonged);
	cr_assert_eq(baseline.longest[1].stall.length_ns, 2 * MS);
	cr_assert_not(baseline.longest[1].is_prolonged);
	cr_assert_eq(baseline.longest[2].stall.length_ns, MS / 50);
}

Test(baseline, a_baseline_was_monitored_until_the_first_log_was_full, .init = begin)
{
	struct ovr_result_advice_baseline baseline;
	uint64_t host_ns[8];

	worker[1] = (struct ovr_result_worker){ .worker = 0, .n_stalls = 2, .n_stalls_kept = 2 };
	add(5 * MS, MS, 0, OVR_STALL_INJECTED);
	add(40 * MS, 2 * MS, 0, OVR_STALL_PREEMPTED);
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert_not(baseline.log_full);
	cr_assert_eq(baseline.monitored_ns, 100 * MS);
	worker[1].n_stalls = 3;
	worker[1].longest_ns = 2 * MS;
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert(baseline.log_full);
	cr_assert_eq(baseline.monitored_ns, 42 * MS);
	cr_assert_eq(baseline.n_host, 1);
	/* a sender's log is of no concern */
	worker[1].is_tx = true;
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert_not(baseline.log_full);
}

Test(baseline, the_longest_stall_counts_though_the_log_had_no_room_for_it, .init = begin)
{
	struct ovr_result_advice_baseline baseline;
	uint64_t host_ns[8];

	worker[1] = (struct ovr_result_worker){ .cpu = 3, .n_stalls = 9, .n_stalls_kept = 1 };
	worker[1].longest_ns = 30 * MS;
	add(5 * MS, MS, 0, OVR_STALL_INJECTED);
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert_eq(baseline.n_host, 1);
	cr_assert_eq(host_ns[0], 30 * MS);
	cr_assert_eq(baseline.n_host_of[4], 1);
	cr_assert_eq(baseline.n_listed, 1);
	cr_assert_eq(baseline.longest[0].stall.cpu, 3);
	cr_assert_not(baseline.longest[0].is_logged);
	/* no longer than injected ones may be */
	worker[1].longest_ns = MS + MS / 20;
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert_eq(baseline.n_host, 0);
}

Test(baseline, the_five_longest_are_listed, .init = begin)
{
	struct ovr_result_advice_baseline baseline;
	uint64_t host_ns[8];

	for (uint64_t i = 1; i <= 8; i++)
		add(i * 10 * MS, (i * 5 % 9) * MS, 0, OVR_STALL_PREEMPTED);
	ovr_advise_baseline_of(&result, host_ns, &baseline);
	cr_assert_eq(baseline.n_host, 8);
	cr_assert_eq(baseline.n_listed, 5);
	for (uint32_t i = 0; i < 5; i++)
		cr_assert_eq(baseline.longest[i].stall.length_ns, (8 - i) * MS);
}

Test(baseline, no_ring_is_larger_than_what_the_port_made_of_the_largest, .init = begin)
{
	question.ring_max = 8192;
	result.rxd_set = 4096;
	ovr_advise_bound_ring(&result, &question);
	cr_assert_eq(question.ring_max, 4096);
	result.rxd_set = 8192;
	ovr_advise_bound_ring(&result, &question);
	cr_assert_eq(question.ring_max, 4096);
	/* the port does not tell */
	result.rxd_set = 0;
	ovr_advise_bound_ring(&result, &question);
	cr_assert_eq(question.ring_max, 4096);
}
