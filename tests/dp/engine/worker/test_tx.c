/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "trial/workers.h"
#include "trial_run.h"

static struct trial_run run;

/*
 * 1 Gb/s takes 81,274 frames of 1,518 bytes a second, which any sender exceeds, however slow its
 * machine. A plan may not ask for more: so it is asked behind its back.
 */
static void
run_above_the_line(const char *const *with)
{
	trial_plan(&run, with);
	run.plan.load.rate = (struct ovr_rate){ OVR_RATE_PPS, 3000000000 };
	trial_run_plan(&run);
}

Test(tx, more_than_the_line_takes_is_refused_and_leaves_no_hole)
{
	run_above_the_line(WITH("line", "1G", "rate", "80kpps", "size", "1518", "count", "none", "time",
		"200ms", "rxd", "32768", "txd", "512"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.ledger.figures.refused, 1000);
	cr_assert_eq(run.result.ledger.figures.attempted,
		run.result.ledger.figures.refused + run.result.ledger.figures.sent);
	cr_assert_eq(trial_account(&run, OVR_PLACE_TX_RING), run.result.ledger.figures.refused);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_eq((uint64_t)run.result.ledger.lost, trial_account(&run, OVR_PLACE_RX_RING));
	/*
	 * never faster than the line: what 200 ms hold, and what the TX ring still held when they
	 * were over
	 */
	cr_assert_leq(run.result.ledger.figures.sent, 16255 + 512 + 32);
}

Test(tx, waiting_for_room_refuses_nothing)
{
	run_above_the_line(WITH("line", "1G", "rate", "80kpps", "size", "1518", "count", "10000", "txd", "64",
		"on-full", "wait", "rxd", "65536"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.figures.sent, 10000);
	cr_assert_eq(run.result.ledger.figures.refused, 0);
	cr_assert_gt(run.result.full_waits, 0);
	cr_assert_eq(run.result.ledger.unexplained, 0);
}

Test(tx, refused_frames_of_many_streams_give_their_numbers_back)
{
	run_above_the_line(WITH("line", "1G", "rate", "80kpps", "count", "10000", "rxd", "32768", "txd", "33",
		"streams", "17", "size", "600,1200,1518"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.ledger.figures.refused, 0);
	cr_assert_eq(run.result.ledger.figures.sent, 10000);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_eq(run.result.ledger.figures.unique + trial_account(&run, OVR_PLACE_RX_RING), 10000);
	cr_assert_eq(run.result.size[0].sent + run.result.size[1].sent + run.result.size[2].sent, 10000);
}

Test(tx, catch_up_sends_the_whole_schedule)
{
	trial_run(&run,
		WITH("count", "none", "time", "200ms", "rate", "500kpps", "catch-up", "true", "rxd", "65536",
			"txd", "65536"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.shortfall, 0);
	cr_assert_eq(run.result.ledger.figures.attempted, 100000);
}

Test(tx, bursts_and_poisson_keep_their_mean)
{
	trial_run(&run,
		WITH("count", "none", "time", "200ms", "rate", "1mpps", "shape", "burst=100,gap=900us",
			"catch-up", "true"));
	trial_assert_balanced(&run);
	/* a burst of 100 us and a gap of 900: 200 of them */
	cr_assert_eq(run.result.ledger.figures.attempted, 20000);
}

Test(tx, a_long_head_is_copied_whole)
{
	trial_run(&run, WITH("vlan", "7", "ip", "6", "size", "88:3,1000:1", "streams", "3"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.unique, 20000);
}

/*
 * Workers whose time zero was 50 ms ago: their first turn comes after a stall of at least that. Of
 * 100,000 slots of 1 us, the 50,000 that went by are the stall's but for what may be worked off (64
 * us of two bursts, at most 10).
 */
Test(tx, what_is_missed_after_a_stall_is_booked_to_it)
{
	struct ovr_env_conf env = { .extra = NULL };
	struct ovr_clock clock = ovr_clock_calibrate(10000000);
	struct ovr_port_pair *pair = NULL;
	struct ovr_workers *workers = NULL;
	const struct ovr_tx_queue *queue;
	uint64_t done_ns = 0, in_stalls;

	trial_plan(&run,
		WITH("tx", "vdev:net_null0", "rx", "vdev:net_null1,no-rx=1", "rate", "1mpps", "count", "none",
			"time", "100ms"));
	if (ovr_trial_env(&run.plan, &run.cpu_map, &env, &run.err) == -ENODEV)
		cr_skip_test("%s", run.err.text);
	cr_assert_eq(ovr_env_start(&env, &run.err), 0, "%s", run.err.text);
	cr_assert_eq(ovr_port_pair_open(&run.plan, &clock, &pair, &run.err), 0, "%s", run.err.text);
	cr_assert_eq(ovr_port_pair_start(pair, &run.plan.ports, &run.plan.frames, &run.err), 0, "%s",
		run.err.text);
	cr_assert_eq(ovr_workers_create(&run.plan, &run.cpu_map, pair, &clock, NULL, 0x5eed1234,
			     run.plan.load.time_ns, 0, &workers, &run.err),
		0, "%s", run.err.text);
	workers->run.epoch_cycles = ovr_clock_cycles() - ovr_clock_cycles_of_ns(&clock, 50000000);
	cr_assert_eq(ovr_workers_launch(workers, &run.err), 0, "%s", run.err.text);
	while (!ovr_workers_has_sent(workers, &done_ns))
		usleep(1000);
	ovr_workers_join(workers);

	queue = workers->tx_queue[0];
	in_stalls = ovr_stat_read(&queue->shortfall_in_stalls);
	cr_assert_geq(workers->tx[0]->monitor.n_kept, 1);
	cr_assert_geq(workers->tx[0]->monitor.stall[0].length_ns, 50000000);
	cr_assert_geq(workers->tx[0]->monitor.stall[0].frames, 50000 - 11);
	cr_assert_geq(in_stalls, workers->tx[0]->monitor.stall[0].frames);
	cr_assert_leq(in_stalls, ovr_stat_read(&queue->shortfall));
	cr_assert_eq(ovr_stat_read(&queue->attempted) + ovr_stat_read(&queue->shortfall), 100000);
	ovr_workers_destroy(workers);
	ovr_port_pair_close(pair, NULL);
	ovr_env_stop();
}
