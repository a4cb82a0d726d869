/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/collect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "result/explain.h"
#include "trial/streams.h"

/* Of the frames that had waited in no receive ring, so many came within the usual time. The others met a stall of the sender. */
#define USUAL_PERCENT 95

static int
no_memory(const char *what, struct ovr_err *err)
{
	return ovr_err_set(err, -ENOMEM, "no memory for %s", what);
}

/* The watch counts cycles, the result nanoseconds: every bucket moves to where its middle belongs. */
static struct ovr_hist *
gaps_in_ns(const struct ovr_stall_watch *watch)
{
	const struct ovr_hist *cycles = &watch->gap_cycles;
	struct ovr_hist *ns = calloc(1, sizeof(*ns));

	if (ns == NULL || cycles->count == 0)
		return ns;
	for (unsigned int i = 0; i < OVR_HIST_BUCKETS; i++) {
		uint64_t low = ovr_hist_bucket_low(i), high = ovr_hist_bucket_high(i);

		if (cycles->bucket[i] != 0)
			ovr_hist_add_n(
				ns, ovr_clock_ns(&watch->clock, low + (high - low) / 2), cycles->bucket[i]);
	}
	ns->min = ovr_clock_ns(&watch->clock, cycles->min);
	ns->max = ovr_clock_ns(&watch->clock, cycles->max);
	ns->sum = ovr_clock_ns(&watch->clock, cycles->sum);
	return ns;
}

static int
collect_worker(struct ovr_result_worker *out, bool is_tx, const struct ovr_stall_watch *watch, uint64_t loops,
	const struct ovr_stall_thread *thread, const struct ovr_stall_core_delta *core,
	const struct ovr_place_host *host, struct ovr_err *err)
{
	*out = (struct ovr_result_worker){
		.is_tx = is_tx,
		.worker = watch->worker,
		.cpu = watch->cpu,
		.numa_node = (int16_t)ovr_place_node_of(host, watch->cpu),
		.loops = loops,
		.n_stalls = watch->n_stalls,
		.n_stalls_kept = watch->n_kept,
		.stalled_ns = watch->stalled_ns,
		.longest_ns = watch->longest_ns,
		.gap_ns = gaps_in_ns(watch),
		.kernel_known = thread->known && core->known,
		.involuntary_switches = thread->involuntary_switches,
		.run_queue_ns = thread->run_queue_ns,
		.steal_ns = core->steal_ns,
		.interrupts = core->interrupts,
		.busiest_interrupts = core->busiest,
	};
	memcpy(out->busiest_interrupt, core->busiest_name, sizeof(out->busiest_interrupt));
	return out->gap_ns == NULL ? no_memory("a histogram of poll gaps", err) : 0;
}

static int
collect_workers(struct ovr_crew *crew, const struct ovr_place_host *host,
	const struct ovr_collect_cores *cores, struct ovr_result *result, struct ovr_err *err)
{
	bool has_wire = crew->place->wire_cpu >= 0;
	int status = 0;

	result->worker = calloc((size_t)crew->n_tx + crew->n_rx + 1, sizeof(*result->worker));
	if (result->worker == NULL)
		return no_memory("the workers' figures", err);
	for (uint16_t w = 0; w < crew->n_tx && status == 0; w++)
		status = collect_worker(&result->worker[result->n_workers++], true, &crew->tx[w]->watch,
			crew->tx[w]->loops, &crew->tx[w]->thread, &cores->tx[w], host, err);
	for (uint16_t w = 0; w < crew->n_rx && status == 0; w++) {
		struct ovr_result_worker *worker = &result->worker[result->n_workers++];

		status = collect_worker(worker, false, &crew->rx[w]->watch, crew->rx[w]->loops,
			&crew->rx[w]->thread, &cores->rx[w], host, err);
		worker->service_late_ns = crew->rx[w]->service_late_ns;
	}
	if (has_wire && status == 0) {
		status = collect_worker(&result->worker[result->n_workers], true, &crew->wire.watch,
			crew->wire.loops, &crew->wire.thread, &cores->wire, host, err);
		result->worker[result->n_workers++].is_wire = true;
	}
	return status;
}

/* Append a worker's log to a list that has room for all. */
static void
append_stalls(struct ovr_stall *list, uint64_t *n, const struct ovr_stall_watch *watch)
{
	memcpy(list + *n, watch->stall, watch->n_kept * sizeof(*list));
	*n += watch->n_kept;
}

static int
collect_stalls(const struct ovr_crew *crew, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t n_tx = 1 + crew->wire.watch.n_kept, n_rx = 1;

	for (uint16_t w = 0; w < crew->n_tx; w++)
		n_tx += crew->tx[w]->watch.n_kept;
	for (uint16_t w = 0; w < crew->n_rx; w++)
		n_rx += crew->rx[w]->watch.n_kept;
	result->tx_stall = malloc(n_tx * sizeof(*result->tx_stall));
	result->rx_stall = malloc(n_rx * sizeof(*result->rx_stall));
	if (result->tx_stall == NULL || result->rx_stall == NULL)
		return no_memory("the stalls", err);
	for (uint16_t w = 0; w < crew->n_tx; w++)
		append_stalls(result->tx_stall, &result->n_tx_stalls, &crew->tx[w]->watch);
	if (crew->place->wire_cpu >= 0)
		append_stalls(result->tx_stall, &result->n_tx_stalls, &crew->wire.watch);
	for (uint16_t w = 0; w < crew->n_rx; w++)
		append_stalls(result->rx_stall, &result->n_rx_stalls, &crew->rx[w]->watch);
	return 0;
}

static int
collect_queues(const struct ovr_crew *crew, const struct ovr_phase *phase, struct ovr_result *result,
	struct ovr_err *err)
{
	result->queue = calloc((size_t)crew->n_tx_lanes + crew->n_rx_lanes, sizeof(*result->queue));
	if (result->queue == NULL)
		return no_memory("the queues' figures", err);
	for (uint16_t q = 0; q < crew->n_tx_lanes; q++) {
		const struct ovr_tx_lane *lane = crew->tx_lane[q];

		result->queue[result->n_queues++] = (struct ovr_result_queue){
			.is_tx = true,
			.queue = q,
			.worker = (uint16_t)(q % crew->n_tx),
			.cpu = crew->place->tx_cpu[q % crew->n_tx],
			.frames = ovr_stat_read(&lane->sent),
			.bytes = ovr_stat_read(&lane->sent_bytes),
			.refused = ovr_stat_read(&lane->refused),
			.polls = ovr_stat_read(&lane->bursts),
		};
	}
	for (uint16_t q = 0; q < crew->n_rx_lanes; q++) {
		const struct ovr_rx_lane *lane = crew->rx_lane[q];

		result->queue[result->n_queues++] = (struct ovr_result_queue){
			.queue = q,
			.worker = (uint16_t)(q % crew->n_rx),
			.cpu = crew->place->rx_cpu[q % crew->n_rx],
			.frames = ovr_stat_read(&lane->frames),
			.bytes = ovr_stat_read(&lane->bytes),
			.missed = phase->counters.rx_missed[q],
			.missed_known = phase->counters.rx_missed_known,
			.polls = ovr_stat_read(&lane->polls),
			.empty_polls = ovr_stat_read(&lane->empty_polls),
		};
	}
	return 0;
}

/* Sent and lost per size: what was sent follows from the numbers, what arrived was counted. */
static int
collect_sizes(const struct ovr_crew *crew, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t sent[OVR_MIX_SIZES_MAX] = { 0 };

	result->size = calloc(crew->mix.n_sizes, sizeof(*result->size));
	if (result->size == NULL)
		return no_memory("the sizes' figures", err);
	result->n_sizes = crew->mix.n_sizes;
	for (uint32_t s = 0; s < result->n_streams; s++)
		ovr_mix_count(&crew->mix, result->stream[s].stream, 0, result->stream[s].sent, sent);
	for (uint32_t i = 0; i < result->n_sizes; i++) {
		uint64_t unique = 0;

		for (uint16_t w = 0; w < crew->n_rx; w++)
			unique += crew->rx[w]->unique_of_size[i];
		if (result->n_sizes == 1)
			unique = result->total.unique;
		result->size[i] = (struct ovr_result_size){
			.size = crew->mix.size[i],
			.sent = sent[i],
			.lost = sent[i] - unique,
		};
	}
	return 0;
}

/* How long frames take to a receive ring, by those that found it empty. */
static int
collect_transit(const struct ovr_crew *crew, struct ovr_result *result, struct ovr_err *err)
{
	struct ovr_hist *transit_ns = calloc(1, sizeof(*transit_ns));

	if (transit_ns == NULL)
		return no_memory("the histogram of transit times", err);
	for (uint16_t w = 0; w < crew->n_rx; w++)
		ovr_hist_merge(transit_ns, &crew->rx[w]->transit_ns);
	result->transit = (struct ovr_stall_transit){
		.least_ns = ovr_hist_percentile(transit_ns, 0),
		.usual_ns = ovr_hist_percentile(transit_ns, USUAL_PERCENT),
	};
	free(transit_ns);
	return 0;
}

static int
collect_times(const struct ovr_crew *crew, struct ovr_result *result, struct ovr_err *err)
{
	uint64_t ahead = 0;

	result->latency_ns = calloc(1, sizeof(*result->latency_ns));
	result->interarrival_ns = calloc(1, sizeof(*result->interarrival_ns));
	if (result->latency_ns == NULL || result->interarrival_ns == NULL)
		return no_memory("the histograms of latency", err);
	for (uint16_t w = 0; w < crew->n_rx; w++) {
		ovr_hist_merge(result->latency_ns, &crew->rx[w]->latency_ns);
		ovr_hist_merge(result->interarrival_ns, &crew->rx[w]->interarrival_ns);
		ahead += ovr_stat_read(&crew->rx[w]->counters.before_their_time);
	}
	if (ahead != 0)
		ovr_result_note(result,
			"%llu frames carry a transmit time that lies ahead of their arrival (another clock, "
			"or an older capture): they have no latency",
			(unsigned long long)ahead);
	return 0;
}

static int
collect_deeds(const struct ovr_crew *crew, struct ovr_result *result, struct ovr_err *err)
{
	const struct ovr_impair *impair = crew->pair->wire == NULL ? NULL : ovr_wire_impair(crew->pair->wire);
	const struct ovr_deed *deed;

	if (impair == NULL)
		return 0;
	for (int kind = 0; kind < OVR_DEED_KINDS; kind++)
		result->deeds[kind] = ovr_impair_count(impair, (enum ovr_deed_kind)kind);
	result->n_deeds = ovr_impair_list(impair, &deed);
	result->deed = malloc(RTE_MAX(result->n_deeds, 1u) * sizeof(*result->deed));
	if (result->deed == NULL)
		return no_memory("the list of what the wire did", err);
	memcpy(result->deed, deed, result->n_deeds * sizeof(*deed));
	return 0;
}

/* How far the schedule went by real time: the slots that it held, skipped ones included, against those that the plan asked for. */
static double
pacing_error_ppm(const struct ovr_crew *crew, const struct ovr_phase *phase, const struct ovr_result *result)
{
	uint64_t ns = phase->sent_until_ns;

	/* a stall at the very end made the last frames late, not the schedule longer */
	if (crew->plan->time_ns != 0 && ns > crew->plan->time_ns)
		ns = crew->plan->time_ns;
	if (ns == 0)
		return 0;
	return ((double)result->ledger.figures.scheduled * 1e9 / (double)ns / result->planned_fps - 1) * 1e6 +
		phase->clock_ppm;
}

static void
collect_rates(const struct ovr_crew *crew, const struct ovr_phase *phase, struct ovr_result *result)
{
	const struct ovr_ledger_figures *figures = &result->ledger.figures;
	double seconds = (double)phase->sent_until_ns / 1e9;
	uint64_t sent_bytes = 0;

	result->duration_ns = phase->sent_until_ns;
	result->line_bps = crew->pair->tx.line_bps;
	result->rxd_set = crew->pair->rx.rxd;
	result->txd_set = crew->pair->tx.txd;
	result->rxd_is_given = crew->pair->rx.rxd_is_given;
	result->txd_is_given = crew->pair->tx.txd_is_given;
	result->planned_fps = ovr_pace_mean_fps(&crew->pace, &crew->mix);
	result->clock_ppm = phase->clock_ppm;
	result->pacing_error_ppm = pacing_error_ppm(crew, phase, result);
	result->line_paused_ns = crew->pair->wire == NULL ? -1 : (int64_t)phase->counters.paused_ns;
	for (uint16_t q = 0; q < crew->n_tx_lanes; q++) {
		const struct ovr_tx_lane *lane = crew->tx_lane[q];

		sent_bytes += ovr_stat_read(&lane->sent_bytes);
		result->shortfall += ovr_stat_read(&lane->shortfall);
		result->shortfall_in_stalls += ovr_stat_read(&lane->shortfall_in_stalls);
		result->shortfall_pool += ovr_stat_read(&lane->shortfall_pool);
		result->full_waits += ovr_stat_read(&lane->full_waits);
	}
	if (seconds <= 0)
		return;
	result->tx_fps = (double)figures->sent / seconds;
	result->rx_fps = (double)figures->unique / seconds;
	result->tx_l2_bps = (double)sent_bytes * 8 / seconds;
	result->tx_l1_bps = (double)(sent_bytes + OVR_FRAME_OVERHEAD_BYTES * figures->sent) * 8 / seconds;
}

/*
 * Late and damaged arrivals beyond what their stream misses: whatever their numbers were, so many are
 * copies of frames that arrived otherwise. Not known where workers' accounts of a stream could not be merged.
 */
static uint64_t
copies_beyond_loss(const struct ovr_result *result)
{
	uint64_t copies = 0;

	if (result->uncountable_streams != 0)
		return 0;
	for (uint32_t s = 0; s < result->n_streams; s++) {
		const struct ovr_result_stream *stream = &result->stream[s];
		uint64_t given_up = stream->account.late + stream->corrupt;
		uint64_t lost = stream->sent > stream->account.unique ? stream->sent - stream->account.unique
								      : 0;

		if (given_up > lost)
			copies += given_up - lost;
	}
	return copies;
}

static struct ovr_ledger_figures
figures_of(const struct ovr_crew *crew, const struct ovr_phase *phase, const struct ovr_result *result)
{
	struct ovr_ledger_figures figures = {
		.unique = result->total.unique,
		.duplicate = result->total.duplicate,
		.reordered = result->total.reorder.frames,
		.late = result->total.late,
		.tx_port_known = phase->counters.tx_known,
		.tx_port_sent = phase->counters.tx_frames,
		.rx_port_known = phase->counters.rx_known,
		.rx_port_received = phase->counters.rx_frames,
		.copies_known = crew->pair->wire != NULL,
		.copies = result->deeds[OVR_DEED_DUP],
		.copies_beyond_loss = copies_beyond_loss(result),
		.queues_known = true,
	};

	for (uint16_t q = 0; q < crew->n_rx_lanes; q++)
		figures.queues_received += ovr_stat_read(&crew->rx_lane[q]->frames);
	for (uint16_t w = 0; w < crew->n_rx; w++) {
		const struct ovr_rx_counters *counters = &crew->rx[w]->counters;

		figures.received += ovr_stat_read(&counters->unique) + ovr_stat_read(&counters->duplicate) +
			ovr_stat_read(&counters->late);
		figures.corrupt += ovr_stat_read(&counters->corrupt);
		figures.stale += ovr_stat_read(&counters->stale);
		figures.foreign += ovr_stat_read(&counters->foreign);
		figures.merged += ovr_stat_read(&counters->merged);
	}
	/* behind the receivers: while all run, no frame may be seen to arrive that was not seen to be sent */
	for (uint16_t q = 0; q < crew->n_tx_lanes; q++) {
		const struct ovr_tx_lane *lane = crew->tx_lane[q];

		figures.offered += ovr_stat_read(&lane->offered);
		figures.refused += ovr_stat_read(&lane->refused);
		figures.sent += ovr_stat_read(&lane->sent);
		figures.scheduled += ovr_stat_read(&lane->shortfall);
	}
	figures.scheduled += figures.offered;
	/*
	 * Three counts of the same frames, made apart: polled from queues, classified one by one by the workers, and, in the
	 * streams' accounts, concluded by the trackers. The ledger holds them against each other.
	 */
	figures.received += figures.corrupt + figures.stale + figures.foreign;
	return figures;
}

/* Every place where frames may have gone, with the counter that says how many. */
static void
fill_accounts(const struct ovr_crew *crew, const struct ovr_phase *phase, struct ovr_ledger *ledger)
{
	const char *tx = crew->pair->tx.label, *rx = crew->pair->rx.label;

	for (uint16_t q = 0; q < crew->n_tx_lanes; q++)
		ovr_ledger_add(ledger, OVR_PLACE_TX_RING, tx, q, ovr_stat_read(&crew->tx_lane[q]->refused),
			"tx_burst refused", "worker");
	ovr_port_counters_book(&phase->counters, ledger);
	ovr_ledger_add(ledger, OVR_PLACE_RX_CORRUPT, rx, -1, ledger->figures.corrupt,
		"checksum or length wrong", "worker");
	ovr_ledger_add(
		ledger, OVR_PLACE_RX_LATE, rx, -1, ledger->figures.late, "beyond window or tmax", "worker");
}

static void
note_steps(const struct ovr_crew *crew, const char *role, uint16_t cpu, const struct ovr_clock_steady *time,
	struct ovr_result *result)
{
	char lost[OVR_UNITS_TEXT_BYTES];

	if (time->n_steps == 0)
		return;
	ovr_units_print_duration_ns(lost, sizeof(lost), ovr_clock_ns(&crew->run.clock, time->lost_cycles));
	ovr_result_note(result,
		"the cycle counter that the %s worker on CPU %u reads stepped back %u times, by %s in all: "
		"its times, latencies and rates are off by that",
		role, cpu, time->n_steps, lost);
}

/* A worker whose counter stepped back has a time of its own since. */
static void
note_clocks(const struct ovr_crew *crew, struct ovr_result *result)
{
	for (uint16_t w = 0; w < crew->n_tx; w++)
		note_steps(crew, "transmit", crew->place->tx_cpu[w], &crew->tx[w]->time, result);
	for (uint16_t w = 0; w < crew->n_rx; w++)
		note_steps(crew, "receive", crew->place->rx_cpu[w], &crew->rx[w]->time, result);
	if (crew->place->wire_cpu >= 0)
		note_steps(crew, "wire", (uint16_t)crew->place->wire_cpu, &crew->wire.time, result);
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
static void
note_strangers(struct ovr_result *result)
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
			"%llu duplicates arrived, which the path made: as many copies as it likes may have "
			"been "
			"dropped like frames of the trial, so what the counters behind it hold of these is a "
			"range",
			(unsigned long long)copies);
	if (others != 0)
		ovr_result_note(result,
			"%llu frames of others arrived, and nobody counts how many of theirs were dropped: "
			"what "
			"the counters behind the path hold of this trial's is a range",
			(unsigned long long)others);
}

/* What makes a trial void, besides its books. */
static void
find_faults(const struct ovr_crew *crew, const struct ovr_phase *phase, struct ovr_result *result)
{
	struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_plan *plan = crew->plan;
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
	if (plan->count != 0 && ledger->figures.sent != plan->count && !phase->was_stopped &&
		plan->time_ns == 0)
		ovr_ledger_void(ledger, "%llu frames were to be sent, %llu were",
			(unsigned long long)plan->count, (unsigned long long)ledger->figures.sent);
	if (phase->watch.link_changed)
		ovr_ledger_void(ledger, "%s", phase->watch.link_change);
	if (phase->counters.set_back[0] != '\0')
		ovr_ledger_void_counter(ledger,
			"the counter %s was set back while the trial ran: nobody knows what it held",
			phase->counters.set_back);
	if (merged != 0)
		ovr_ledger_void(ledger,
			"%llu arrivals hold several frames each, which count as lost: something merges "
			"frames on the way (GRO or LRO of an interface below or before %s; ethtool -k shows "
			"them)",
			(unsigned long long)merged, crew->pair->rx.label);
	if (phase->port_change[0] != '\0')
		ovr_ledger_void(ledger, "%s", phase->port_change);
	note_unknown(&phase->counters, result);
	if (phase->drain_was_cut)
		ovr_ledger_void(ledger, "frames still arrived 30 s after the last one was sent");
	if (phase->frames_inside != 0)
		ovr_ledger_void(ledger, "%llu frames stood in the wire when it was over",
			(unsigned long long)phase->frames_inside);
	if (result->shortfall_pool != 0)
		ovr_ledger_void(ledger,
			"the pool ran dry: %llu frames could not be sent for want of a buffer (mbufs %u); "
			"more are needed",
			(unsigned long long)result->shortfall_pool, plan->mbufs);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == OVR_PLACE_RX_NOMBUF && ledger->account[i].frames != 0)
			ovr_ledger_void(ledger,
				"the receive pool ran dry, not the ring: %llu frames had no buffer (mbufs "
				"%u); more are needed",
				(unsigned long long)ledger->account[i].frames, plan->mbufs);
	if (result->uncountable_streams != 0)
		ovr_ledger_void(ledger,
			"%llu streams were spread over several receive cores with more holes than the logs "
			"keep (%u): they cannot be counted",
			(unsigned long long)result->uncountable_streams, OVR_CREW_PERIODS);
}

/* Does the device do what it says of its RSS? The wire is moved on purpose, if at all. */
static void
check_rss(const struct ovr_crew *crew, struct ovr_result *result)
{
	uint32_t n_elsewhere = 0;

	for (uint32_t s = 0; crew->pair->wire == NULL && s < result->n_streams; s++)
		n_elsewhere += ovr_streams_is_elsewhere(
			&result->stream[s], ovr_crew_queue_of(crew, result->stream[s].stream));
	if (n_elsewhere != 0)
		ovr_result_note(result,
			"%s: %u of %u streams came on other queues than its RSS key and table lead to",
			crew->pair->rx.label, n_elsewhere, result->n_streams);
}

/* The series is the result's from here on. */
static void
take_samples(struct ovr_samples *samples, struct ovr_result *result)
{
	result->sample = samples->row;
	result->n_samples = samples->n_rows;
	samples->row = NULL;
	if (samples->intervals_per_row > 1)
		ovr_result_note(result,
			"each row of the time series holds %llu intervals: there are at most %u rows",
			(unsigned long long)samples->intervals_per_row, samples->limit);
}

int
ovr_collect(struct ovr_crew *crew, struct ovr_phase *phase, const struct ovr_place_host *host,
	const struct ovr_collect_cores *cores, struct ovr_result *result, struct ovr_err *err)
{
	const struct ovr_plan *plan = crew->plan;
	struct ovr_ledger_limits limits = {
		.tolerance_ppb = plan->tolerance_ppb,
		.max_loss_ppb = plan->max_loss_ppb,
		.path_dut = plan->path == OVR_PATH_DUT,
	};
	int status;

	result->trial_id = crew->trial_id;
	result->epoch_realtime_ns = phase->watch.epoch_realtime_ns;
	take_samples(&phase->watch.samples, result);
	result->outages = phase->watch.outages;
	result->n_counters = ovr_port_counters_evidence(&phase->counters, &result->counter);
	result->xstat = phase->xstat;
	result->n_xstats = phase->n_xstats;
	phase->xstat = NULL;
	if ((status = collect_workers(crew, host, cores, result, err)) != 0 ||
		(status = collect_stalls(crew, result, err)) != 0 ||
		(status = collect_queues(crew, phase, result, err)) != 0 ||
		(status = collect_times(crew, result, err)) != 0 ||
		(status = collect_transit(crew, result, err)) != 0 ||
		(status = collect_deeds(crew, result, err)) != 0 ||
		(status = ovr_streams_collect(crew, phase->sent_until_ns, result, err)) != 0 ||
		(status = collect_sizes(crew, result, err)) != 0)
		return status;
	ovr_losses_collect(&phase->watch.losses, crew, phase->sent_until_ns, result);
	result->ledger.figures = figures_of(crew, phase, result);
	collect_rates(crew, phase, result);
	ovr_result_explain(result);
	fill_accounts(crew, phase, &result->ledger);
	find_faults(crew, phase, result);
	note_clocks(crew, result);
	check_rss(crew, result);
	ovr_ledger_close(&result->ledger, &limits);
	note_strangers(result);
	return 0;
}

/* What the workers have counted of all streams together. */
static void
total_so_far(const struct ovr_crew *crew, const struct ovr_phase *so_far, struct ovr_seq_account *total)
{
	const struct ovr_loss_events *events = &so_far->watch.losses.seen;

	for (uint16_t w = 0; w < crew->n_rx; w++) {
		const struct ovr_rx_counters *counters = &crew->rx[w]->counters;

		total->unique += ovr_stat_read(&counters->unique);
		total->duplicate += ovr_stat_read(&counters->duplicate);
		total->late += ovr_stat_read(&counters->late);
		total->reorder.frames += ovr_stat_read(&counters->reordered);
	}
	total->arrivals = total->unique + total->duplicate + total->late;
	total->loss.frames = events->frames;
	total->loss.periods = events->periods;
}

int
ovr_collect_so_far(const struct ovr_crew *crew, const struct ovr_phase *so_far, struct ovr_result *result)
{
	struct ovr_ledger *ledger = &result->ledger;
	int status = collect_queues(crew, so_far, result, NULL);

	if (status != 0)
		return status;
	result->trial_id = crew->trial_id;
	result->epoch_realtime_ns = so_far->watch.epoch_realtime_ns;
	result->sample = so_far->watch.samples.row;
	result->n_samples = so_far->watch.samples.n_rows;
	result->outages = so_far->watch.outages;
	result->loss_events = so_far->watch.losses.seen;
	result->n_periods_dropped = result->loss_events.periods;
	total_so_far(crew, so_far, &result->total);
	ledger->figures = figures_of(crew, so_far, result);
	ledger->figures.copies_known = false;
	collect_rates(crew, so_far, result);
	fill_accounts(crew, so_far, ledger);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		snprintf(ledger->account[i].why, sizeof(ledger->account[i].why), "so far");
	ovr_ledger_explain(ledger, false);
	ovr_result_note(result,
		"a checkpoint: lost holds what was still under way, and what only workers at rest can tell "
		"(stalls, latency, streams, sizes, loss periods) is left out");
	return 0;
}
