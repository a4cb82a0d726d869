/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include <criterion/criterion.h>
#include <pthread.h>
#include <rte_ethdev.h>
#include <stdatomic.h>
#include <unistd.h>

#include "trial/phase.h"
#include "trial_run.h"

static struct trial_run run;

/*
 * Each reading of the ports' counters takes so long; when the latest one was over that was made
 * before anything arrived.
 */
static unsigned int reading_us;
static uint64_t read_at_ns;

void __real_ovr_port_counters_read(const struct ovr_port_pair *pair, struct ovr_port_counters *counters);
void __wrap_ovr_port_counters_read(const struct ovr_port_pair *pair, struct ovr_port_counters *counters);

void
__wrap_ovr_port_counters_read(const struct ovr_port_pair *pair, struct ovr_port_counters *counters)
{
	struct timespec now;

	__real_ovr_port_counters_read(pair, counters);
	if (reading_us == 0)
		return;
	usleep(reading_us);
	clock_gettime(CLOCK_REALTIME, &now);
	if (counters->rx_frames == 0)
		read_at_ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

Test(phase, a_duration_holds_exactly_the_slots_that_fit_into_it)
{
	trial_run(&run, WITH("count", "none", "time", "200ms", "rate", "100kpps"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.scheduled, 20000);
	cr_assert_eq(run.result.ledger.figures.attempted + run.result.shortfall, 20000);
}

Test(phase, a_count_is_sent_exactly_over_several_queues)
{
	trial_run(&run, WITH("count", "10007", "txq", "3", "streams", "7"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.sent, 10007);
}

Test(phase, time_zero_is_after_the_first_reading_of_the_counters)
{
	reading_us = 20000;
	trial_run(&run, WITH("count", "100", "rate", "100kpps"));
	trial_assert_balanced(&run);
	cr_assert_gt(read_at_ns, 0);
	cr_assert_gt(run.result.epoch_realtime_ns, read_at_ns);
}

Test(phase, a_warm_up_leaves_no_trace_in_the_figures)
{
	trial_run(&run, WITH("warmup", "50ms", "rx", "wire:1,drop-at=0-9"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.sent, 20000);
	cr_assert_eq(run.result.ledger.lost, 10);
	cr_assert_eq(run.result.total.loss.head, 10);
	cr_assert_eq(run.result.ledger.figures.stale, 0);
	cr_assert_eq(run.result.warmup_ns, 50000000);
}

Test(phase, a_slow_receiver_is_waited_for_until_it_has_taken_all)
{
	/*
	 * 20,000 frames in the ring, served at 100,000 a second: some 0.15 s after the end of
	 * sending
	 */
	trial_run(&run, WITH("service", "100kpps", "rate", "400kpps"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.unique, 20000);
	/* the last one leaves the ring 200 ms after the first, whenever it was sent */
	cr_assert_gt(run.result.latency_ns->max + run.result.duration_ns, 190000000);
}

/* Take the link down once frames arrive. */
static void
pull_the_plug(void *context, const struct ovr_result_sample *row, uint64_t now_ns, uint64_t total_ns)
{
	(void)context;
	(void)now_ns;
	(void)total_ns;
	if (row->received != 0)
		rte_eth_dev_set_link_down(1);
}

Test(phase, a_link_that_changes_makes_the_trial_void)
{
	struct ovr_trial_hooks hooks = { .sample = pull_the_plug };

	trial_run_monitored(
		&run, &hooks, WITH("count", "none", "time", "1500ms", "interval", "100ms", "rate", "1kpps"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert_neq(strstr(run.result.ledger.reason[0], "the link of wire:1 changed"), NULL, "%s",
		run.result.ledger.reason[0]);
}

Test(phase, a_receiver_that_stalls_in_the_drain_is_waited_for)
{
	/*
	 * the ring driver counts no frame it holds: only an empty poll shows that nothing is left
	 */
	trial_run(&run,
		WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rxd", "1024", "rate", "1kpps", "count",
			"none", "time", "300ms", "stall", "200ms/250ms", "drain", "20ms", "on-full", "wait"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_eq(run.result.ledger.unexplained, 0);
}

Test(phase, the_last_slot_lasts_as_long_as_any_other)
{
	trial_run(&run, WITH("count", "none", "time", "200ms", "rate", "1kpps"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.scheduled, 200);
	cr_assert_geq(run.result.duration_ns, 200000000);
	ovr_result_done(&run.result);
}

Test(phase, the_time_of_a_count_is_that_of_its_slots)
{
	trial_run(&run, WITH("count", "100", "rate", "1kpps"));
	trial_assert_balanced(&run);
	cr_assert_geq(run.result.duration_ns, 100000000);
}

Test(phase, without_a_drain_the_wire_is_still_waited_for)
{
	trial_run(&run, WITH("drain", "0", "rx", "wire:1,delay=10ms"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 0);
}

/* Set a flag after a while, from another thread. */
static atomic_bool stop;

static void *
stop_soon(void *arg)
{
	(void)arg;
	usleep(300000);
	atomic_store(&stop, true);
	return NULL;
}

Test(phase, a_warm_up_can_be_stopped)
{
	struct ovr_trial_hooks hooks = { .stop = &stop };
	struct ovr_env_conf env = { .extra = NULL };
	pthread_t thread;

	trial_plan(&run, WITH("warmup", "1h", "rate", "1kpps"));
	if (ovr_trial_env(&run.plan, &run.cpu_map, &env, &run.err) != 0)
		cr_skip_test("%s", run.err.text);
	cr_assert_eq(ovr_env_start(&env, &run.err), 0, "%s", run.err.text);
	cr_assert_eq(pthread_create(&thread, NULL, stop_soon, NULL), 0);
	run.status = ovr_trial_run(&run.plan, &run.cpu_map, &hooks, &run.result, &run.err);
	pthread_join(thread, NULL);
	ovr_env_stop();
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
	/* had it not been stopped, the test would have run into its time limit */
	cr_assert_neq(strstr(run.result.ledger.reason[0], "stopped by a signal"), NULL, "%s",
		run.result.ledger.reason[0]);
}

/* A schedule of an hour, in a tag that ends after 100 ms. */
Test(phase, sending_ends_where_the_tag_has_no_more_time)
{
	struct ovr_env_conf env = { .extra = NULL };
	struct ovr_clock clock = ovr_clock_calibrate(10000000);
	struct ovr_port_pair *pair = NULL;
	struct ovr_phase phase = { 0 };
	struct ovr_workers *workers = NULL;

	trial_plan(&run,
		WITH("tx", "vdev:net_null0", "rx", "vdev:net_null1,no-rx=1", "rate", "1kpps", "count", "none",
			"time", "1h"));
	if (ovr_trial_env(&run.plan, &run.cpu_map, &env, &run.err) == -ENODEV)
		cr_skip_test("%s", run.err.text);
	cr_assert_eq(ovr_env_start(&env, &run.err), 0, "%s", run.err.text);
	cr_assert_eq(ovr_port_pair_open(&run.plan, &clock, &pair, &run.err), 0, "%s", run.err.text);
	cr_assert_eq(ovr_port_pair_start(pair, &run.plan.ports, &run.plan.frames, &run.err), 0, "%s",
		run.err.text);
	cr_assert_eq(ovr_workers_create(&run.plan, &run.cpu_map, pair, &clock, NULL, 0x5eed1234,
			     run.plan.load.time_ns, 0, &workers, &run.err),
		0, "%s", run.err.text);
	workers->send_max_ns = 100000000;
	cr_assert_eq(ovr_phase_run(workers, run.plan.load.time_ns, NULL, NULL, &phase, &run.err), 0, "%s",
		run.err.text);
	cr_assert(phase.has_outlasted);
	/*
	 * The time is that of the sender's last turn, which may have begun before the 100 ms were
	 * over; without the end it would be an hour.
	 */
	cr_assert_gt(phase.sent_until_ns, 0);
	cr_assert_lt(phase.sent_until_ns, 60 * UINT64_C(1000000000));
	ovr_monitor_done(&phase.monitor);
	ovr_workers_destroy(workers);
	ovr_port_pair_close(pair, NULL);
	ovr_env_stop();
}
