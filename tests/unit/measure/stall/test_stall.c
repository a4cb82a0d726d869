/* SPDX-License-Identifier: BSD-3-Clause */
#include "stall/stall.h"

#include <criterion/criterion.h>
#include <time.h>

/* A monitor on a clock of 1 GHz: cycles are nanoseconds. Threshold 10 us. */
static void
watch_of(struct ovr_stall_monitor *monitor, struct ovr_stall *log, uint64_t capacity)
{
	struct ovr_clock clock = ovr_clock_of_hz(1000000000);

	ovr_stall_monitor_init(monitor, &clock, 10000, log, capacity, 3, 1);
	ovr_stall_monitor_start(monitor, 1000, 1000);
}

Test(stall, a_gap_of_the_threshold_is_a_stall_and_a_shorter_one_is_not)
{
	struct ovr_stall log[4];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 4);
	cr_assert_not(ovr_stall_monitor_turn(&monitor, 10999));
	cr_assert(ovr_stall_monitor_turn(&monitor, 20999));
	cr_assert_eq(monitor.n_stalls, 1);
	cr_assert_eq(log[0].start_ns, 9999);
	cr_assert_eq(log[0].length_ns, 10000);
	cr_assert_eq(log[0].worker, 3);
	cr_assert_eq(log[0].cpu, 1);
	cr_assert_eq(log[0].cause, OVR_STALL_UNKNOWN);
	cr_assert_eq(monitor.gap_cycles.count, 2);
	cr_assert_eq(monitor.gap_cycles.max, 10000);
}

Test(stall, a_counter_that_steps_back_makes_no_stall)
{
	static const uint64_t counter[] = { 2000, 3000, 500, 1500, 2500 };
	struct ovr_clock_steady time = { 0 };
	struct ovr_stall log[4];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 4);
	for (unsigned int i = 0; i < 5; i++)
		cr_assert_null(ovr_stall_monitor_turn(&monitor, ovr_clock_steady_at(&time, counter[i])));
	cr_assert_eq(monitor.n_stalls, 0);
	cr_assert_eq(monitor.gap_cycles.count, 5);
	cr_assert_eq(monitor.gap_cycles.max, 1000);
	cr_assert_eq(monitor.gap_cycles.sum, 4000);
}

Test(stall, stalls_beyond_the_log_are_counted_and_measured)
{
	struct ovr_stall log[2];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 2);
	for (uint64_t i = 1; i <= 5; i++)
		ovr_stall_monitor_turn(&monitor, 1000 + i * 20000);
	cr_assert_eq(monitor.n_kept, 2);
	cr_assert_eq(monitor.n_stalls, 5);
	cr_assert_eq(monitor.stalled_ns, 100000);
	cr_assert_eq(monitor.longest_ns, 20000);
}

Test(stall, an_injected_stall_keeps_its_cause)
{
	struct ovr_stall log[1];
	struct ovr_stall_monitor monitor;
	struct ovr_stall *stall;

	watch_of(&monitor, log, 1);
	stall = ovr_stall_monitor_record(&monitor, 301000, 200000, true);
	cr_assert_eq(stall->start_ns, 100000);
	cr_assert_eq(stall->length_ns, 200000);
	cr_assert_eq(stall->cause, OVR_STALL_INJECTED);
}

Test(stall, a_stall_that_was_logged_may_last_on)
{
	struct ovr_stall log[1];
	struct ovr_stall_monitor monitor;
	struct ovr_stall *stall;

	watch_of(&monitor, log, 1);
	stall = ovr_stall_monitor_record(&monitor, 301000, 200000, true);
	ovr_stall_monitor_extend(&monitor, stall, 4000);
	cr_assert_eq(stall->start_ns, 100000);
	cr_assert_eq(stall->length_ns, 204000);
	cr_assert_eq(monitor.stalled_ns, 204000);
	cr_assert_eq(monitor.longest_ns, 204000);
	stall = ovr_stall_monitor_record(&monitor, 501000, 100000, true);
	ovr_stall_monitor_extend(&monitor, stall, 4000);
	cr_assert_eq(monitor.stalled_ns, 308000, "what the log has no room for lasts on too");
	cr_assert_eq(monitor.longest_ns, 204000);
}

Test(stall, a_stall_says_how_long_frames_had_been_waiting_when_it_began)
{
	struct ovr_stall log[3];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 3);
	ovr_stall_monitor_turn(&monitor, 6000);
	ovr_stall_monitor_turn(&monitor, 31000);
	cr_assert_eq(log[0].backlog_ns, 5000, "no poll has found them empty since the start");
	ovr_stall_monitor_turn(&monitor, 32000);
	ovr_stall_monitor_found_empty(&monitor);
	ovr_stall_monitor_turn(&monitor, 62000);
	cr_assert_eq(log[1].backlog_ns, 0);
	ovr_stall_monitor_turn(&monitor, 64000);
	ovr_stall_monitor_turn(&monitor, 94000);
	cr_assert_eq(log[2].backlog_ns, 32000);
}

Test(stall, a_stall_has_drained_when_a_poll_finds_the_rings_empty_and_not_after_the_next)
{
	struct ovr_stall log[2];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 2);
	ovr_stall_monitor_turn(&monitor, 31000);
	cr_assert_eq(log[0].drained_ns, UINT64_MAX);
	ovr_stall_monitor_turn(&monitor, 32000);
	ovr_stall_monitor_found_empty(&monitor);
	ovr_stall_monitor_turn(&monitor, 33000);
	ovr_stall_monitor_found_empty(&monitor);
	cr_assert_eq(log[0].drained_ns, 31000, "for the first time");
	ovr_stall_monitor_turn(&monitor, 63000);
	ovr_stall_monitor_turn(&monitor, 93000);
	ovr_stall_monitor_turn(&monitor, 94000);
	ovr_stall_monitor_found_empty(&monitor);
	cr_assert_eq(log[1].drained_ns, UINT64_MAX, "the one after it has no place in the log");
	ovr_stall_monitor_start(&monitor, 100000, 100000);
	ovr_stall_monitor_turn(&monitor, 105000);
	ovr_stall_monitor_found_empty(&monitor);
	cr_assert_eq(log[0].drained_ns, 31000, "starting again forgets them");
}

Test(stall, a_thread_that_slept_was_off_the_cpu)
{
	struct ovr_clock clock = ovr_clock_calibrate(20000000);
	struct ovr_stall log[1];
	struct ovr_stall_monitor monitor;
	struct timespec nap = { 0, 20000000 };
	uint64_t now;

	ovr_stall_monitor_init(&monitor, &clock, 10000000, log, 1, 0, 0);
	ovr_stall_monitor_attach(&monitor);
	if (monitor.schedstat_fd < 0)
		cr_skip_test("the kernel has no schedstat");
	now = ovr_clock_cycles();
	ovr_stall_monitor_start(&monitor, now, now);
	nanosleep(&nap, NULL);
	cr_assert(ovr_stall_monitor_turn(&monitor, ovr_clock_cycles()));
	cr_assert_geq(log[0].switches, 1);
	cr_assert_geq(log[0].length_ns, 19000000);
	cr_assert_neq(log[0].cause, OVR_STALL_ON_CPU);
	cr_assert_neq(log[0].cause, OVR_STALL_UNKNOWN);
	ovr_stall_monitor_detach(&monitor);
	cr_assert_eq(monitor.schedstat_fd, -1);
}

Test(stall, starting_again_forgets_the_warm_up)
{
	struct ovr_stall log[2];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 2);
	ovr_stall_monitor_turn(&monitor, 101000);
	ovr_stall_monitor_start(&monitor, 200000, 200000);
	cr_assert_eq(monitor.n_stalls, 0);
	cr_assert_eq(monitor.gap_cycles.count, 0);
	ovr_stall_monitor_turn(&monitor, 250000);
	cr_assert_eq(log[0].start_ns, 0);
	cr_assert_eq(log[0].length_ns, 50000);
}

Test(stall, every_cause_has_its_name)
{
	cr_assert_str_eq(ovr_stall_cause_name(OVR_STALL_UNKNOWN), "unknown");
	cr_assert_str_eq(ovr_stall_cause_name(OVR_STALL_INJECTED), "injected");
	cr_assert_str_eq(ovr_stall_cause_name(OVR_STALL_PREEMPTED), "preempted");
	cr_assert_str_eq(ovr_stall_cause_name(OVR_STALL_OFF_CPU), "off-cpu");
	cr_assert_str_eq(ovr_stall_cause_name(OVR_STALL_ON_CPU), "on-cpu");
}

/* Cells: 16,384 to 32,767 ns are cell 15. */
Test(stall, stalls_that_are_over_are_told_while_the_worker_runs)
{
	struct ovr_stall log[1];
	struct ovr_stall_monitor monitor;

	watch_of(&monitor, log, 1);
	ovr_stall_monitor_turn(&monitor, 21000);
	ovr_stall_monitor_turn(&monitor, 41000);
	cr_assert_eq(ovr_stat_read(&monitor.live.cell[OVR_STALL_UNKNOWN][15]), 2);
	cr_assert_eq(ovr_stat_read(&monitor.live.ns[OVR_STALL_UNKNOWN]), 40000);
	cr_assert_eq(monitor.live.n_listed, 1);
	ovr_stall_monitor_start(&monitor, 50000, 50000);
	cr_assert_eq(ovr_stat_read(&monitor.live.cell[OVR_STALL_UNKNOWN][15]), 0);
	cr_assert_eq(monitor.live.n_listed, 0);
}

Test(stall, an_injected_stall_is_told_once_it_was_extended)
{
	struct ovr_stall log[1];
	struct ovr_stall_monitor monitor;
	struct ovr_stall *stall;

	watch_of(&monitor, log, 1);
	stall = ovr_stall_monitor_record(&monitor, 17000, 16000, true);
	cr_assert_eq(monitor.live.n_listed, 0);
	ovr_stall_monitor_extend(&monitor, stall, 1000);
	cr_assert_eq(monitor.live.n_listed, 1);
	cr_assert_eq(ovr_stat_read(&monitor.live.cell[OVR_STALL_INJECTED][15]), 1);
	cr_assert_eq(ovr_stat_read(&monitor.live.ns[OVR_STALL_INJECTED]), 17000);
	/* beyond the log */
	stall = ovr_stall_monitor_record(&monitor, 60000, 32000, true);
	cr_assert_null(stall);
	ovr_stall_monitor_extend(&monitor, stall, 1000);
	cr_assert_eq(monitor.live.n_listed, 1);
	cr_assert_eq(ovr_stat_read(&monitor.live.cell[OVR_STALL_INJECTED][16]), 1);
	cr_assert_eq(ovr_stat_read(&monitor.live.ns[OVR_STALL_INJECTED]), 50000);
}
