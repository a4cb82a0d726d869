/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/faults.h"

#include "trial/streams.h"

static void
note_steps(const struct ovr_workers *workers, const char *role, uint16_t cpu,
	const struct ovr_clock_steady *time, struct ovr_result *result)
{
	char lost[OVR_UNITS_TEXT_BYTES];

	if (time->n_steps == 0)
		return;
	ovr_units_print_duration_ns(lost, sizeof(lost), ovr_clock_ns(&workers->run.clock, time->lost_cycles));
	ovr_result_note(result,
		"the cycle counter that the %s worker on CPU %u reads stepped back %u times, by %s in all: "
		"its times, latencies and rates are wrong by up to that",
		role, cpu, time->n_steps, lost);
}

/* A worker whose counter stepped back has a time of its own since. */
static void
note_clocks(const struct ovr_workers *workers, struct ovr_result *result)
{
	for (uint16_t w = 0; w < workers->n_tx; w++)
		note_steps(workers, "transmit", workers->cpu_map->tx_cpu[w], &workers->tx[w]->time, result);
	for (uint16_t w = 0; w < workers->n_rx; w++)
		note_steps(workers, "receive", workers->cpu_map->rx_cpu[w], &workers->rx[w]->time, result);
	if (workers->cpu_map->wire_cpu >= 0)
		note_steps(
			workers, "wire", (uint16_t)workers->cpu_map->wire_cpu, &workers->wire.time, result);
}

/* What a counter added that was read only once may be anything. */
static void
note_unknown(const struct ovr_port_counters *counters, struct ovr_result *result)
{
	if (counters->n_unknown != 0)
		ovr_result_note(result,
			"%u counter%s of losses could be read at only one end of the trial (the first: %s): "
			"what "
			"was lost there is not booked",
			counters->n_unknown, counters->n_unknown == 1 ? "" : "s", counters->unknown);
	if (counters->is_incomplete)
		ovr_result_note(result, "no memory for all counters of the ports: some accounts are missing");
}

/* Why accounts are ranges. */
void
ovr_faults_note_ranges(struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t others = f->foreign + f->stale, copies = f->copies_known ? 0 : f->duplicate;
	bool has_range = false;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		has_range |= ledger->account[i].frames_min != ledger->account[i].frames_max;
	if (!has_range)
		return;
	if (copies != 0)
		ovr_result_note(result,
			"the path made %llu duplicates that arrived; how many others were dropped is "
			"unknown, "
			"so the accounts after it are ranges",
			(unsigned long long)copies);
	if (f->others_known)
		ovr_result_note(result,
			"%llu frames of others passed, %llu of which arrived; how many of them a counter of "
			"losses includes is unknown, so its account is a range",
			(unsigned long long)f->others_max, (unsigned long long)others);
	else if (others != 0)
		ovr_result_note(result,
			"%llu frames of others arrived; how many of theirs were dropped is unknown, so the "
			"accounts after the path are ranges",
			(unsigned long long)others);
}

/* What makes a trial void, besides its books. */
static void
find_void(const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_result *result)
{
	struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_plan *plan = workers->plan;
	uint64_t merged = ledger->figures.merged;

	if (phase->was_stopped)
		ovr_ledger_void(
			ledger, "stopped by a signal after %.3f s", (double)phase->sent_until_ns / 1e9);
	if (phase->has_outlasted)
		ovr_ledger_void(ledger,
			"sending was ended after %.6g h, behind its schedule: a frame has 48 bits for its "
			"time, 2^48 ns",
			(double)phase->sent_until_ns / 3.6e12);
	if (phase->has_stuck)
		ovr_ledger_void(ledger,
			"the transmitter made no progress for 5 s: TX ring full, and nothing leaves it");
	if (plan->load.count != 0 && ledger->figures.sent != plan->load.count && !phase->was_stopped &&
		plan->load.time_ns == 0)
		ovr_ledger_void(ledger, "%llu frames were to be sent, %llu were",
			(unsigned long long)plan->load.count, (unsigned long long)ledger->figures.sent);
	if (phase->monitor.link_changed)
		ovr_ledger_void(ledger, "%s", phase->monitor.link_change);
	if (phase->counters.reset[0] != '\0')
		ovr_ledger_void_counter(ledger,
			"the counter %s was reset while the trial ran: nobody knows what it held",
			phase->counters.reset);
	if (merged != 0)
		ovr_ledger_void(ledger,
			"%llu arrivals hold several frames each, which count as lost: something merges "
			"frames on the way (GRO or LRO of an interface below or before %s; ethtool -k shows "
			"them)",
			(unsigned long long)merged, workers->pair->rx.label);
	if (phase->port_change[0] != '\0')
		ovr_ledger_void(ledger, "%s", phase->port_change);
	if (phase->drain_was_cut)
		ovr_ledger_void(ledger, "frames still arrived 30 s after the last one was sent");
	if (phase->frames_inside != 0)
		ovr_ledger_void(ledger, "%llu frames stood in the wire when it was over",
			(unsigned long long)phase->frames_inside);
	if (result->shortfall_pool != 0)
		ovr_ledger_void(ledger,
			"the pool ran dry: %llu frames could not be sent for want of a buffer (mbufs %u); "
			"more are needed",
			(unsigned long long)result->shortfall_pool, plan->ports.mbufs);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == OVR_PLACE_RX_NOMBUF && ledger->account[i].frames != 0)
			ovr_ledger_void(ledger,
				"the receive pool ran dry, not the ring: %llu frames had no buffer (mbufs "
				"%u); more are needed",
				(unsigned long long)ledger->account[i].frames, plan->ports.mbufs);
	if (result->uncountable_streams != 0)
		ovr_ledger_void(ledger,
			"%llu streams were spread over several receive cores with more holes than the logs "
			"keep (%u): they cannot be counted",
			(unsigned long long)result->uncountable_streams, OVR_WORKERS_PERIODS);
}

/* Whether the device does what it says of its RSS. The wire is moved deliberately, if at all. */
static void
check_rss(const struct ovr_workers *workers, struct ovr_result *result)
{
	uint32_t n_elsewhere = 0;

	for (uint32_t s = 0; workers->pair->wire == NULL && s < result->n_streams; s++)
		n_elsewhere += ovr_streams_is_elsewhere(
			&result->stream[s], ovr_workers_queue_of(workers, result->stream[s].stream));
	if (n_elsewhere != 0)
		ovr_result_note(result,
			"%s: %u of %u streams came on other queues than its RSS key and table lead to",
			workers->pair->rx.label, n_elsewhere, result->n_streams);
}

void
ovr_faults_find(const struct ovr_workers *workers, const struct ovr_phase *phase, struct ovr_result *result)
{
	find_void(workers, phase, result);
	note_unknown(&phase->counters, result);
	note_clocks(workers, result);
	check_rss(workers, result);
}
