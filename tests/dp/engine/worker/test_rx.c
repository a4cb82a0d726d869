/* SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include <criterion/criterion.h>
#include <rte_pause.h>

#include "eal.h"
#include "port/udp.h"
#include "rig.h"
#include "trial/workers.h"
#include "trial_run.h"

static struct trial_run run;

Test(rx, what_a_small_ring_loses_in_stalls_stands_in_its_counter_to_the_frame)
{
	/* 10 ms at 1 Mpps are 10,000 frames; the ring holds 256 */
	trial_run(&run,
		WITH("rate", "1mpps", "count", "none", "time", "300ms", "rxd", "256", "stall", "10ms/50ms"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_gt(run.result.ledger.lost, 1000);
	cr_assert_eq(trial_account(&run, OVR_PLACE_RX_RING), (uint64_t)run.result.ledger.lost);
	/* and the stalls explain it */
	cr_assert_geq(run.result.worker[1].match.stalls, 1);
	cr_assert_gt(run.result.worker[1].match.matched_frames, (uint64_t)run.result.ledger.lost / 2);
}

Test(rx, an_injected_stall_is_logged_as_one)
{
	const uint64_t length_ns = 5000000, period_ns = 50000000;
	uint64_t n = 0, n_passed_over = 0;

	trial_run(&run, WITH("count", "none", "time", "300ms", "rate", "10kpps", "stall", "5ms/50ms"));
	trial_assert_balanced(&run);
	for (uint64_t i = 0; i < run.result.n_rx_stalls; i++) {
		const struct ovr_stall *stall = &run.result.rx_stall[i];

		uint64_t from_ns = stall->start_ns;

		if (stall->cause == OVR_STALL_INJECTED) {
			/* the end of the trial may cut the last one short */
			if (stall->length_ns < length_ns)
				continue;
			n++;
			from_ns += length_ns;
		}
		/* those that fall due while the host keeps the worker begin late, or not at all */
		n_passed_over += (stall->start_ns + stall->length_ns) / period_ns - from_ns / period_ns;
	}
	/* one in each 50 ms, from the first 50 ms on, while it sends and drains */
	cr_assert_geq(n, 1);
	cr_assert_geq(n + n_passed_over, 4);
}

/*
 * Sent in 10 ms, all 10,000 frames wait when the stall ends. At 1 us each they are gone after
 * another 10 ms, and the last poll, which brings 16 where it may bring 32, comes 16 us before that.
 */
Test(rx, a_stall_knows_when_its_backlog_was_gone)
{
	bool is_after = false;
	uint32_t n_drained = 0;

	trial_run(&run,
		WITH("count", "10000", "rate", "1mpps", "rxd", "16384", "burst", "32", "stall", "unread",
			"service", "1mpps"));
	trial_assert_balanced(&run);
	for (uint64_t i = 0; i < run.result.n_rx_stalls; i++) {
		const struct ovr_stall *stall = &run.result.rx_stall[i];

		is_after |= stall->cause == OVR_STALL_INJECTED;
		cr_assert_leq(stall->backlog_ns, stall->start_ns);
		/* the host may stall before it is gone: then it is the last such stall's */
		if (!is_after || stall->drained_ns == UINT64_MAX)
			continue;
		cr_assert_geq(stall->drained_ns, 19983000);
		n_drained++;
	}
	cr_assert_geq(n_drained, 1);
}

/*
 * Every frame that is received has waited: how long frames take to the ring is not known from them.
 */
Test(rx, what_an_unread_ring_loses_is_lost_in_its_stall)
{
	trial_run(&run, WITH("count", "10000", "rate", "1mpps", "rxd", "1024", "stall", "unread"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.lost, 8976);
	cr_assert_eq(run.result.worker[1].match.matched_frames, 8976);
	cr_assert_eq(run.result.transit.least_ns, 0, "not known");
	cr_assert_eq(run.result.transit.usual_ns, 0);
}

Test(rx, how_long_frames_take_to_the_ring_is_known_from_those_that_found_it_empty)
{
	trial_run(&run, WITH("rate", "100kpps", "count", "20000", "rx", "wire:1,delay=50us"));
	trial_assert_balanced(&run);
	cr_assert_geq(run.result.transit.least_ns, 50000, "it is known, and no frame was faster");
	cr_assert_geq(run.result.transit.least_ns, run.result.latency_ns->min);
	cr_assert_geq(run.result.transit.usual_ns, run.result.transit.least_ns);
}

Test(rx, a_ring_that_holds_the_stall_loses_nothing)
{
	trial_run(&run, WITH("rate", "100kpps", "count", "20000", "rxd", "32768", "stall", "20ms/60ms"));
	trial_assert_balanced(&run);
	cr_assert_eq(run.result.ledger.lost, 0);
}

Test(rx, a_service_slower_than_the_arrivals_loses_the_difference_whatever_the_ring)
{
	trial_run(&run, WITH("rate", "400kpps", "count", "40000", "rxd", "64", "service", "100kpps"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	/* three of four, but for what a busy machine makes of it */
	cr_assert_gt(run.result.ledger.lost, 4000);
	cr_assert_eq(trial_account(&run, OVR_PLACE_RX_RING), (uint64_t)run.result.ledger.lost);
}

/*
 * Nobody reads before all is sent, so the poll that follows takes 40 frames of four queues. None of
 * them had a full batch: nothing shows that frames were waiting after it.
 */
Test(rx, batches_of_several_queues_are_full_one_by_one)
{
	trial_run_crowded(&run, 1,
		WITH("count", "40", "streams", "4", "rxq", "4", "burst", "32", "stall", "unread", "service",
			"1mpps"));
	trial_assert_balanced(&run);
	for (uint32_t q = 0; q < run.result.n_queues; q++)
		cr_assert(run.result.queue[q].is_tx || run.result.queue[q].frames < 32);
	cr_assert_eq(run.result.worker[1].service_late_ns, 0);
}

Test(rx, duplicates_that_find_the_ring_full_do_not_upset_the_books)
{
	trial_run(&run,
		WITH("rate", "1mpps", "count", "50000", "rxd", "128", "stall", "5ms/20ms", "rx",
			"wire:1,dup=10%"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_gt(run.result.ledger.lost, 0);
}

Test(rx, a_number_beyond_the_window_is_late)
{
	/*
	 * 1024 frames pass the one that is held back, unless the sender stalls for so long that the
	 * line lets it go; 64 numbers (and at most 63 more) are remembered
	 */
	trial_run(&run, WITH("window", "64", "rx", "wire:1,reorder=1024:0.05%", "seed", "3"));
	cr_assert_eq(run.status, 0, "%s", run.err.text);
	cr_assert_gt(run.result.impairments[OVR_IMPAIRMENT_REORDER], 0);
	cr_assert_gt(run.result.ledger.figures.late, 0);
	cr_assert_eq(run.result.ledger.figures.late + run.result.ledger.figures.reordered,
		run.result.impairments[OVR_IMPAIRMENT_REORDER]);
	cr_assert_eq(run.result.ledger.unexplained, 0);
	cr_assert_eq((uint64_t)run.result.ledger.lost, run.result.ledger.figures.late);
}

#define TRIAL       0x5eed0002u
#define N_DATAGRAMS 13u

static struct rig rig;
static struct ovr_workers *workers;

/* One payload of the plan's smallest frame, with @p wrong added to its last byte. */
static void
send_payload(uint32_t trial_id, uint16_t stream, uint64_t seq, uint8_t wrong)
{
	struct ovr_frame_tag tag = { .trial_id = trial_id, .stream = stream, .seq = seq, .tx_ns = 1 };
	struct ovr_frame_template *template = &workers->template[stream];
	uint8_t frame[128];
	uint32_t offset = ovr_datagrams_offset(workers->rx_queue[0]->datagrams);

	memcpy(frame, template->bytes, template->pkt_len);
	ovr_frame_stamp(frame, template, &tag);
	frame[template->pkt_len - 1] = (uint8_t)(frame[template->pkt_len - 1] + wrong);
	cr_assert_eq(send(rig.pair->tx_udp->fd[0], frame + offset, template->pkt_len - offset, 0),
		(ssize_t)(template->pkt_len - offset));
}

static void *
end_when_all_have_come(void *unused)
{
	while (ovr_stat_read(&workers->rx_queue[0]->frames) < N_DATAGRAMS)
		rte_pause();
	atomic_store(&workers->run.quit, true);
	return unused;
}

/* A stretch of consecutive numbers is told to the tracker at once, and ends where it must. */
Test(rx, payloads_of_a_socket_are_tracked_one_by_one_whatever_their_order)
{
	struct ovr_cpu_map cpu_map = { .n_tx = 1, .n_rx = 1, .wire_cpu = -1 };
	struct ovr_clock clock = ovr_clock_calibrate(20000000);
	struct ovr_rx_counters *counters;
	struct ovr_err err = { "" };
	pthread_t other;

	eal_start();
	RIG_OPEN(&rig, "tx", "udp:127.0.0.1:19017", "rx", "udp:127.0.0.1:19017", "streams", "2", "size",
		"100", "tmax", "60s");
	cr_assert_eq(ovr_workers_create(
			     &rig.plan, &cpu_map, rig.pair, &clock, NULL, TRIAL, 0, 100, &workers, &err),
		0, "%s", err.text);
	counters = &workers->rx[0]->counters;
	send_payload(TRIAL, 0, 0, 0);
	send_payload(TRIAL, 0, 1, 0);
	send_payload(TRIAL, 0, 2, 0);
	send_payload(TRIAL - 1, 0, 3, 0); /* another trial's, in the middle of a stretch */
	send_payload(TRIAL, 0, 3, 0);
	send_payload(TRIAL, 1, 0, 0); /* another stream */
	send_payload(TRIAL, 1, 1, 0);
	send_payload(TRIAL, 0, 4, 0);
	send_payload(TRIAL, 0, 6, 0); /* after a hole */
	send_payload(TRIAL, 0, 6, 0);
	send_payload(TRIAL, 0, 5, 0); /* which is filled late */
	send_payload(TRIAL, 0, 7, 1);
	send_payload(TRIAL, 0, 9, 0);
	workers->run.epoch_cycles = ovr_clock_cycles();
	cr_assert_eq(pthread_create(&other, NULL, end_when_all_have_come, NULL), 0);
	cr_assert_eq(ovr_rx_work(workers->rx[0]), 0);
	pthread_join(other, NULL);
	cr_expect_eq(ovr_stat_read(&workers->rx_queue[0]->frames), N_DATAGRAMS);
	cr_expect_eq(ovr_stat_read(&workers->rx_queue[0]->bytes), N_DATAGRAMS * 100);
	cr_expect_eq(ovr_stat_read(&counters->unique), 10);
	cr_expect_eq(ovr_stat_read(&counters->duplicate), 1);
	cr_expect_eq(ovr_stat_read(&counters->reordered), 1);
	cr_expect_eq(ovr_stat_read(&counters->corrupt), 1);
	cr_expect_eq(ovr_stat_read(&counters->foreign), 1);
	cr_expect_eq(workers->rx[0]->seq[0].next, 10);
	cr_expect_eq(workers->rx[0]->seq[1].next, 2);
	cr_expect_eq(workers->rx[0]->corrupt[0], 1);
	cr_expect_eq(workers->rx[0]->latency_ns.count, 10);
	ovr_workers_destroy(workers);
	rig_close(&rig);
	eal_stop();
}
