/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"
#include "trial_run.h"

static struct trial_run run;

static bool
has_reason(const char *text)
{
	for (uint32_t i = 0; i < run.result.ledger.n_reasons; i++)
		if (strstr(run.result.ledger.reason[i], text) != NULL)
			return true;
	return false;
}

Test(trial, a_wire_with_a_worker_of_its_own_keeps_the_books)
{
	trial_run_wire_apart(&run, WITH("rx", "wire:1,drop-at=100-109", "txd", "65536"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.figures.sent, 20000);
	cr_assert_eq(run.result.ledger.lost, 10);
}

Test(trial, a_pool_that_runs_dry_makes_the_trial_void)
{
	trial_plan(&run,
		WITH("rxd", "32768", "stall", "200ms/300ms", "count", "none", "time", "1s", "rate", "1mpps"));
	/* after the plan's back: freeze refuses it */
	run.plan.ports.mbufs = 2047;
	trial_run_plan(&run);
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.shortfall_pool, 0);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("the pool ran dry"), "%s", run.result.ledger.reason[0]);
}

Test(trial, a_shortfall_beyond_the_tolerance_makes_the_trial_void)
{
	trial_run(&run,
		WITH("count", "none", "time", "300ms", "line", "400G", "rate", "100%", "rate-tolerance", "1%",
			"rxd", "1024"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.shortfall, 1000000);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_VOID);
	cr_assert(has_reason("shortfall"), "%s", run.result.ledger.reason[0]);
}

Test(trial, a_loopback_over_net_ring_loses_nothing)
{
	trial_run(&run,
		WITH("tx", "vdev:net_ring0", "rx", "vdev:net_ring0", "rate", "100kpps", "count", "5000",
			"rxd", "1024", "on-full", "wait"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.figures.sent, 5000);
	cr_assert_eq(run.result.ledger.figures.unique, 5000);
	cr_assert_eq(run.result.ledger.unexplained, 0);
}

Test(trial, the_plan_of_a_result_has_what_was_left_open)
{
	trial_run(&run, WITH("count", "100"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_neq(run.result.trial_id, 0);
	cr_assert_eq(run.plan.trial.id, 0);
	cr_assert_eq(run.result.plan.trial.id, run.result.trial_id);
	cr_assert_eq(run.result.plan.host.cores.tx.n_cpus, 1);
	cr_assert_eq(run.result.plan.host.cores.tx.cpu[0], run.cpu_map.tx_cpu[0]);
	cr_assert_eq(run.result.plan.host.cores.rx.n_cpus, 1);
	cr_assert_eq(run.result.plan.host.cores.rx.cpu[0], run.cpu_map.rx_cpu[0]);
	cr_assert_eq(run.result.plan.host.cores.wire.n_cpus, run.cpu_map.wire_cpu >= 0 ? 1 : 0);
	cr_assert_eq(run.result.rxd_set, 32768);
	cr_assert_eq(run.result.txd_set, 1024);
}

Test(trial, what_net_null_swallows_stays_unexplained)
{
	trial_run(&run,
		WITH("tx", "vdev:net_null0,no-rx=1", "rx", "vdev:net_null0,no-rx=1", "rate", "10kpps",
			"count", "100", "rxd", "1024"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.lost, 100);
	cr_assert_eq(run.result.ledger.unexplained, 100);
	cr_assert_eq(run.result.ledger.verdict, OVR_VERDICT_LOSS);
}

Test(trial, after_a_device_under_test_the_remainder_is_the_paths)
{
	trial_run(&run,
		WITH("tx", "vdev:net_null0,no-rx=1", "rx", "vdev:net_null0,no-rx=1", "rate", "10kpps",
			"count", "100", "rxd", "1024", "path", "dut"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_eq(trial_account(&run, OVR_PLACE_PATH), 100);
}

Test(trial, frames_that_are_not_ours_are_foreign)
{
	/* net_null makes up frames of zeroes as fast as they are asked for */
	trial_run(&run,
		WITH("tx", "vdev:net_null0", "rx", "vdev:net_null1", "rate", "1kpps", "count", "10", "rxd",
			"1024", "drain", "1ms"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.ledger.figures.foreign, 0);
	cr_assert_eq(run.result.ledger.figures.unique, 0);
	cr_assert_eq(run.result.ledger.lost, 10);
}

Test(trial, an_unknown_device_is_refused_in_one_sentence)
{
	trial_run(&run, WITH("tx", "vdev:net_nothing0", "rx", "vdev:net_nothing0", "rxd", "1024"));
	cr_assert_lt(run.status, 0);
	cr_assert_neq(strstr(run.err.text, "net_nothing0"), NULL, "%s", run.err.text);
	cr_assert_eq(strchr(run.err.text, '\n'), NULL);
}

Test(trial, a_capture_holds_the_neighbours_of_a_loss_and_its_account_agrees)
{
	char path[] = "/tmp/ovr_trial_XXXXXX";
	struct ovr_capture_account account;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	trial_run(&run, WITH("capture", path, "rx", "wire:1,drop-at=5000-5009", "trial-id", "0x12345678"));
	trial_assert_balanced(&run);
	/* eight before the hole, eight after it */
	cr_assert_eq(run.result.captured_frames, 16);
	cr_assert_eq(ovr_capture_check(path, 0, NULL, &account, &run.err), 0, "%s", run.err.text);
	cr_assert_eq(account.trial_id, 0x12345678);
	cr_assert_eq(account.total.unique, 16);
	cr_assert_eq(account.total.loss.frames, 10);
	cr_assert_eq(account.stream[0].first_seq, 4992);
	cr_assert_eq(account.stream[0].last_seq, 5017);
	ovr_capture_account_done(&account);
	unlink(path);
}

Test(trial, an_unread_ring_keeps_its_size_and_loses_the_rest)
{
	trial_run(&run, WITH("stall", "unread", "rxd", "256", "count", "1000", "warmup", "0s"));
	cr_assert_eq(run.result.ledger.figures.sent, 1000);
	cr_assert_eq(run.result.ledger.figures.unique, 256);
	cr_assert_eq(trial_account(&run, OVR_PLACE_RX_RING), 744);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_eq(run.result.total.loss.tail, 744, "nothing arrived after the loss");
}

/* EAL for several trials: it starts once in a process. */
static void
start_eal(void)
{
	struct ovr_env_conf env = { .extra = NULL };

	trial_plan(&run, PLAIN);
	if (ovr_trial_env(&run.plan, &run.cpu_map, &env, &run.err) == -ENODEV)
		cr_skip_test("%s", run.err.text);
	env.memory_mb = 256;
	cr_assert_eq(ovr_env_start(&env, &run.err), 0, "%s", run.err.text);
}

static void
run_again(const char *const *with)
{
	struct ovr_cpu_map cpu_map = run.cpu_map;

	ovr_result_done(&run.result);
	trial_plan(&run, with);
	run.cpu_map = cpu_map;
	run.status = ovr_trial_run(&run.plan, &run.cpu_map, NULL, &run.result, &run.err);
	cr_assert_eq(run.status, 0, "%s", run.err.text);
}

/* Runs a trial that loses 1 %, with n_rx workers. @return frames in its capture */
static uint64_t
captured(uint16_t n_rx, const char *capture_frames)
{
	char path[] = "/tmp/overrun-capture-XXXXXX";
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	trial_run_crowded(&run, n_rx,
		WITH("capture", path, "capture-frames", capture_frames, "rxq", n_rx == 1 ? "1" : "2",
			"streams", "8", "rx", "wire:1,drop=1%"));
	unlink(path);
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	return run.result.captured_frames;
}

Test(trial, a_capture_holds_no_more_frames_than_asked_for)
{
	cr_expect_eq(captured(1, "10"), 10);
}

/* An odd number: one worker has room for 6, the other one for 5. */
Test(trial, a_capture_of_two_workers_holds_no_more_frames_than_asked_for)
{
	cr_expect_eq(captured(2, "11"), 11);
}

Test(trial, a_capture_that_is_replayed_into_a_receive_port_is_accounted_for)
{
	char path[] = "/tmp/ovr_replay_XXXXXX";
	char tx[128], rx[128];
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
	snprintf(tx, sizeof(tx), "vdev:net_pcap0,tx_pcap=%s", path);
	snprintf(rx, sizeof(rx), "vdev:net_pcap1,rx_pcap=%s", path);
	start_eal();
	run_again(WITH("tx", tx, "rx", "vdev:net_null1,no-rx=1", "count", "1000", "rate", "100kpps", "rxd",
		"1024", "trial-id", "7"));
	cr_assert_eq(run.result.ledger.figures.sent, 1000);
	cr_assert_eq(run.result.ledger.lost, 1000);

	/*
	 * what the file brings is this trial's, since it bears its id; this time nothing else is
	 * heard
	 */
	run_again(WITH("tx", "vdev:net_null0,no-rx=1", "rx", rx, "count", "1000", "rate", "100kpps", "rxd",
		"1024", "trial-id", "7"));
	cr_assert_eq(run.result.ledger.figures.unique, 1000);
	cr_assert_eq(run.result.ledger.lost, 0);
	cr_assert_eq(run.result.ledger.unexplained, 0);

	/* and of another trial if it does not */
	run_again(WITH("tx", "vdev:net_null0,no-rx=1", "rx", rx, "count", "1000", "rate", "100kpps", "rxd",
		"1024", "trial-id", "8"));
	cr_assert_eq(run.result.ledger.figures.stale, 1000);
	cr_assert_eq(run.result.ledger.lost, 1000);
	ovr_env_stop();
	unlink(path);
}

Test(trial, a_second_trial_in_one_process_finds_nothing_of_the_first)
{
	start_eal();
	for (int i = 0; i < 3; i++) {
		run_again(PLAIN);
		trial_assert_balanced(&run);
		cr_assert_eq(run.result.ledger.figures.unique, 20000);
	}
	ovr_env_stop();
}
