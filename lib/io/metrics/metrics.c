/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics/metrics.h"

#include <stddef.h>

#include "metrics/build.h"

/* Buckets of lengths of stalls: 4.095 us to 8.59 s; of latencies: 63 ns to 2.15 s. */
#define STALL_FIRST   12
#define STALL_LAST    33
#define LATENCY_FIRST 6
#define LATENCY_LAST  31
/* Room for a number as a label. */
#define NUMBER_BYTES 16

/* Families with a sample for each queue: a member, which is a uint64_t, of its struct. */
struct queue_family {
	const char *name, *help;
	size_t member;
};

#define TX(member) offsetof(struct ovr_live_tx_queue, member)
#define RX(member) offsetof(struct ovr_live_rx_queue, member)

static const struct queue_family tx_families[] = {
	{ "overrun_tx_attempted_frames", "Frames handed to the transmit queue.", TX(attempted) },
	{ "overrun_tx_refused_frames",
		"Frames that the transmit ring had no room for: the port or link is saturated.",
		TX(refused) },
	{ "overrun_tx_sent_frames", "Frames that the port accepted.", TX(sent) },
	{ "overrun_tx_sent_bytes", "Bytes that the port accepted, with FCS.", TX(sent_bytes) },
	{ "overrun_tx_shortfall_frames",
		"Frames that the schedule called for and the tester did not attempt in time.",
		TX(shortfall) },
};

static const struct queue_family rx_families[] = {
	{ "overrun_rx_received_frames", "Frames that the worker took from the receive queue.", RX(received) },
	{ "overrun_rx_received_bytes", "Bytes that the worker took from the receive queue, with FCS.",
		RX(received_bytes) },
	{ "overrun_rx_polls", "Polls of the receive queue.", RX(polls) },
	{ "overrun_rx_empty_polls", "Polls that found the receive queue empty.", RX(empty_polls) },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *
number(char buf[NUMBER_BYTES], int64_t value)
{
	snprintf(buf, NUMBER_BYTES, "%lld", (long long)value);
	return buf;
}

static void
put_one(struct ovr_exposition *e, const char *name, enum ovr_exposition_type type, const char *help,
	uint64_t value)
{
	ovr_exposition_begin(e, name, type, help);
	ovr_exposition_count(e, NULL, 0, value);
}

static void
put_one_value(struct ovr_exposition *e, const char *name, enum ovr_exposition_type type, const char *help,
	double value)
{
	ovr_exposition_begin(e, name, type, help);
	ovr_exposition_value(e, NULL, 0, value);
}

/* @param queue the first of @p n structs of @p stride bytes @param is_sum of all */
static void
put_queues(struct ovr_exposition *e, const struct queue_family *family, size_t n_families, const void *queue,
	uint32_t n, size_t stride, bool is_sum)
{
	for (size_t f = 0; f < n_families; f++) {
		ovr_exposition_begin(e, family[f].name, OVR_EXPOSITION_COUNTER, family[f].help);
		for (uint32_t q = 0; q < n; q++) {
			const char *member = (const char *)queue + q * stride + family[f].member;
			char text[NUMBER_BYTES];
			const struct ovr_exposition_label label[] = { { "queue",
				is_sum ? NULL : number(text, q) } };

			ovr_exposition_count(e, label, 1, *(const uint64_t *)(const void *)member);
		}
	}
}

/* Of ends elsewhere frames are known by queue, bytes in all, and polls not at all. */
static void
put_received(struct ovr_exposition *e, const struct ovr_live_counts *sum)
{
	if (!sum->is_told) {
		put_queues(
			e, rx_families, COUNT(rx_families), sum->rx, sum->n_rxq, sizeof(sum->rx[0]), false);
		return;
	}
	put_queues(e, &rx_families[0], 1, sum->rx, sum->n_rxq, sizeof(sum->rx[0]), false);
	put_queues(e, &rx_families[1], 1, sum->rx, sum->n_rxq == 0 ? 0 : 1, sizeof(sum->rx[0]), true);
}

/* Only of queues that the port counts by themselves. */
static void
put_missed(struct ovr_exposition *e, const struct ovr_live_counts *sum)
{
	ovr_exposition_begin(e, "overrun_rx_missed_frames", OVR_EXPOSITION_COUNTER,
		"Frames that found no free descriptor, by the port's counter of the queue.");
	for (uint32_t q = 0; q < sum->n_rxq; q++) {
		char text[NUMBER_BYTES];
		const struct ovr_exposition_label label[] = { { "queue", number(text, q) } };

		if (sum->rx[q].missed_known)
			ovr_exposition_count(e, label, 1, sum->rx[q].missed);
	}
}

static void
put_trials(struct ovr_exposition *e, const struct ovr_live *live)
{
	put_one(e, "overrun_trials_begun", OVR_EXPOSITION_COUNTER, "Trials that began.", live->number);
	ovr_exposition_begin(e, "overrun_trials_finished", OVR_EXPOSITION_COUNTER,
		"Trials that are over, by their verdict.");
	for (unsigned int v = 0; v < COUNT(live->verdicts); v++) {
		const struct ovr_exposition_label label[] = { { "verdict",
			ovr_ledger_verdict_name((enum ovr_ledger_verdict)v) } };

		ovr_exposition_count(e, label, 1, live->verdicts[v]);
	}
	if (live->n_planned != 0)
		put_one(e, "overrun_trials_planned", OVR_EXPOSITION_GAUGE,
			"Trials that the command will have.", live->n_planned);
	put_one(e, "overrun_trial_running", OVR_EXPOSITION_GAUGE, "1 while a trial runs, else 0.",
		live->is_running);
	put_one_value(e, "overrun_trial_elapsed_seconds", OVR_EXPOSITION_GAUGE,
		"Time in the trial at its latest reading.", (double)live->at_ns / 1e9);
	if (live->total_ns != 0)
		put_one_value(e, "overrun_trial_length_seconds", OVR_EXPOSITION_GAUGE,
			"Time for which the trial is to send.", (double)live->total_ns / 1e9);
	put_one(e, "overrun_readings", OVR_EXPOSITION_COUNTER, "Readings of the workers' counters.",
		live->n_readings);
	put_one_value(e, "overrun_reading_timestamp_seconds", OVR_EXPOSITION_GAUGE,
		"When the counters were read last, in seconds since 1970; 0: not yet.",
		(double)live->sampled_realtime_ns / 1e9);
	if (!live->sum.is_told)
		put_one(e, "overrun_link_lost_intervals", OVR_EXPOSITION_COUNTER,
			"Intervals in which a port's link was down, or went and came back.",
			live->n_links_lost);
}

/* Streams take turns on the transmit queues: number s is sent on queue s modulo their number. */
static void
put_stream_groups(struct ovr_exposition *e, const struct ovr_live_counts *sum)
{
	for (unsigned int f = 0; f < 2; f++) {
		if (f == 0)
			ovr_exposition_begin(e, "overrun_stream_group_sent_frames", OVR_EXPOSITION_COUNTER,
				"Frames sent of the streams of one transmit queue.");
		else
			ovr_exposition_begin(e, "overrun_stream_group_lost_frames", OVR_EXPOSITION_COUNTER,
				"Frames lost of the streams of one transmit queue, as far as is known: at "
				"the end "
				"of each trial, to the frame.");
		for (uint32_t q = 0; q < sum->n_txq; q++) {
			char text[NUMBER_BYTES];
			const struct ovr_exposition_label label[] = { { "group",
				sum->is_told ? NULL : number(text, q) } };

			ovr_exposition_count(e, label, 1, f == 0 ? sum->tx[q].sent : sum->tx[q].lost);
		}
	}
}

static void
put_classes(struct ovr_exposition *e, const struct ovr_live_classes *classes)
{
	const struct {
		const char *name;
		uint64_t frames;
	} class[] = {
		{ "unique", classes->unique },
		{ "duplicate", classes->duplicate },
		{ "late", classes->late },
		{ "corrupt", classes->corrupt },
		{ "stale", classes->stale },
		{ "foreign", classes->foreign },
	};

	ovr_exposition_begin(e, "overrun_arrived_frames", OVR_EXPOSITION_COUNTER,
		"Frames that arrived; each has one class.");
	for (size_t i = 0; i < COUNT(class); i++) {
		const struct ovr_exposition_label label[] = { { "class", class[i].name } };

		ovr_exposition_count(e, label, 1, class[i].frames);
	}
	put_one(e, "overrun_reordered_frames", OVR_EXPOSITION_COUNTER,
		"Unique frames that arrived after one with a higher number (RFC 4737).", classes->reordered);
}

static void
put_places(struct ovr_exposition *e, const struct ovr_live *live)
{
	ovr_exposition_begin(e, "overrun_place_frames", OVR_EXPOSITION_COUNTER,
		"Counters of the places where frames end, as they stand while trials run: frames of others "
		"and "
		"what another counter repeats are in them.");
	for (uint32_t i = 0; i < live->sum.n_accounts; i++) {
		const struct ovr_live_account *account = &live->sum.account[i];
		char text[NUMBER_BYTES];
		const struct ovr_exposition_label label[] = {
			{ "place", ovr_ledger_place_name(account->place) },
			{ "port", account->port },
			{ "queue", account->queue < 0 ? NULL : number(text, account->queue) },
			{ "counter", account->counter },
			{ "source", account->source },
		};

		ovr_exposition_count(e, label, COUNT(label), account->frames);
	}
	ovr_exposition_begin(e, "overrun_booked_frames", OVR_EXPOSITION_COUNTER,
		"Frames that ended at a place, by the closed books of the trials that are over and not "
		"void.");
	for (unsigned int place = 0; place < OVR_PLACE_COUNT; place++) {
		const struct ovr_exposition_label label[] = { { "place",
			ovr_ledger_place_name((enum ovr_ledger_place)place) } };

		ovr_exposition_count(e, label, 1, live->book[place]);
	}
	put_one(e, "overrun_unexplained_frames", OVR_EXPOSITION_COUNTER,
		"Frames lost that no counter explains, of the trials that are over and not void.",
		live->unexplained);
}

/* Only of rings that can be looked at while a worker polls them. */
static void
put_rings(struct ovr_exposition *e, const struct ovr_live *live)
{
	static const char *const names[] = { "overrun_ring_used_descriptors", "overrun_ring_descriptors" };
	static const char *const help[] = {
		"Descriptors of the receive ring with a frame that was not taken yet.",
		"Descriptors of the receive ring."
	};

	for (unsigned int f = 0; f < COUNT(names); f++) {
		ovr_exposition_begin(e, names[f], OVR_EXPOSITION_GAUGE, help[f]);
		for (uint32_t q = 0; q < live->last.n_rxq; q++) {
			const struct ovr_live_ring *ring = &live->ring[q];
			char text[NUMBER_BYTES];
			const struct ovr_exposition_label label[] = { { "queue", number(text, q) } };

			if (ring->size != 0)
				ovr_exposition_count(e, label, 1, f == 0 ? ring->used : ring->size);
		}
	}
}

static void
put_cores(struct ovr_exposition *e, const struct ovr_live_counts *sum)
{
	for (unsigned int f = 0; f < 2; f++) {
		if (f == 0)
			ovr_exposition_begin(e, "overrun_core_stalls", OVR_EXPOSITION_COUNTER,
				"Stalls of a polling core.");
		else
			ovr_exposition_begin(e, "overrun_core_stalled_seconds", OVR_EXPOSITION_COUNTER,
				"Time in stalls of a polling core.");
		for (uint32_t i = 0; i < sum->n_cores; i++) {
			const struct ovr_live_core *core = &sum->core[i];
			char text[NUMBER_BYTES];
			const struct ovr_exposition_label label[] = {
				{ "side", ovr_live_side_name(core->side) },
				{ "cpu", number(text, core->cpu) },
			};

			if (f == 0)
				ovr_exposition_count(e, label, COUNT(label), core->stalls);
			else
				ovr_exposition_value(e, label, COUNT(label), (double)core->stalled_ns / 1e9);
		}
	}
}

static void
put_distributions(struct ovr_exposition *e, const struct ovr_live *live)
{
	ovr_exposition_begin(e, "overrun_stall_seconds", OVR_EXPOSITION_HISTOGRAM,
		"Lengths of stalls of transmit and receive cores, by their cause.");
	for (unsigned int side = 0; side < OVR_LIVE_WIRE; side++) {
		for (unsigned int cause = 0; cause < OVR_STALL_CAUSES; cause++) {
			const struct ovr_exposition_label label[] = {
				{ "side", ovr_live_side_name((enum ovr_live_side)side) },
				{ "cause", ovr_stall_cause_name((enum ovr_stall_cause)cause) },
			};

			ovr_exposition_histogram(e, label, COUNT(label), live->sum.stall_cell[side][cause],
				OVR_LIVE_CELLS, STALL_FIRST, STALL_LAST,
				(double)live->sum.stall_ns[side][cause] / 1e9);
		}
	}
	ovr_exposition_begin(e, "overrun_latency_seconds", OVR_EXPOSITION_HISTOGRAM,
		"Latency of unique frames, from before transmission to after the poll that received them.");
	ovr_exposition_histogram(e, NULL, 0, live->sum.latency_cell, OVR_LIVE_CELLS, LATENCY_FIRST,
		LATENCY_LAST, live->latency_s);
}

void
ovr_metrics_put_build(struct ovr_exposition *e, const char *command, const struct ovr_metrics_build *build)
{
	const struct ovr_exposition_label label[] = {
		{ "command", command },
		{ "version", build->version },
		{ "dpdk", build->dpdk },
	};

	ovr_exposition_begin(
		e, "overrun_build_info", OVR_EXPOSITION_GAUGE, "The program, and what it does; always 1.");
	ovr_exposition_count(e, label, COUNT(label), 1);
}

void
ovr_metrics_write(const struct ovr_live *live, const struct ovr_metrics_build *build,
	enum ovr_exposition_format format, FILE *out)
{
	struct ovr_exposition e = { .out = out, .format = format };

	ovr_metrics_put_build(&e, live->command, build);
	put_trials(&e, live);
	put_queues(&e, tx_families, COUNT(tx_families), live->sum.tx, live->sum.n_txq,
		sizeof(live->sum.tx[0]), live->sum.is_told);
	put_received(&e, &live->sum);
	put_missed(&e, &live->sum);
	put_stream_groups(&e, &live->sum);
	put_classes(&e, &live->sum.classes);
	put_places(&e, live);
	put_rings(&e, live);
	put_cores(&e, &live->sum);
	if (!live->sum.is_told)
		put_distributions(&e, live);
	ovr_exposition_end(&e);
}
