/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/result_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

/* Nothing sensible can be tested without memory. */
static void *
get(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (memory == NULL) {
		perror("result_sample");
		exit(1);
	}
	return memory;
}

static struct ovr_hist *
hist_of(const uint64_t (*cell)[2], size_t n)
{
	struct ovr_hist *hist = get(1, sizeof(*hist));

	for (size_t i = 0; i < n; i++)
		ovr_hist_add_n(hist, cell[i][0], cell[i][1]);
	return hist;
}

#define HIST(...)                                     \
	hist_of((const uint64_t[][2]){ __VA_ARGS__ }, \
		sizeof((const uint64_t[][2]){ __VA_ARGS__ }) / sizeof(uint64_t[2]))

static void
set(struct ovr_result *result, const char *key, const char *text)
{
	struct ovr_err err;

	if (ovr_plan_set(&result->plan, key, text, &err) != 0) {
		fprintf(stderr, "result_sample: %s\n", err.text);
		exit(1);
	}
}

static void
close_books(struct ovr_result *result)
{
	struct ovr_ledger_limits limits = {
		.tolerance_ppb = result->plan.trial.tolerance_ppb,
		.max_loss_ppb = result->plan.trial.max_loss_ppb,
		.path_dut = result->plan.ports.path == OVR_PATH_DUT,
	};

	result->shortfall = result->ledger.figures.scheduled - result->ledger.figures.attempted;
	ovr_ledger_close(&result->ledger, &limits);
}

/*
 * The default plan on the wire, with one queue and worker on either side; no frame has moved yet.
 */
static struct ovr_result *
wire_of_five_seconds(void)
{
	struct ovr_result *result = get(1, sizeof(*result));

	ovr_plan_default(&result->plan);
	set(result, "seed", "7");
	set(result, "window", "65536"); /* as freeze leaves it */
	result->plan.trial.tolerance_ppb = 50000000;
	result->environment = (struct ovr_result_environment){
		.overrun_version = "0.1.0",
		.dpdk_version = "DPDK 22.11.5",
		.kernel = "Linux 6.1.0",
		.cpu_model = "Two cores",
		.n_cpus = 2,
		.n_numa_nodes = 1,
		.clock_hz = 2596243000,
		.started_utc = "2025-01-31T12:00:00Z",
	};
	result->trial_id = 0xdeadbee;
	result->line_bps = 10 * SECOND;
	result->rxd_set = result->txd_set = 1024;
	result->warmup_ns = SECOND / 10;
	result->duration_ns = 5 * SECOND;
	result->planned_pps = 14880952.380952381;
	result->pacing_error_ppm = 1.5;
	result->clock_ppm = -0.25;
	result->n_queues = result->n_workers = 2;
	result->queue = get(2, sizeof(result->queue[0]));
	result->worker = get(2, sizeof(result->worker[0]));
	result->queue[0].is_tx = result->worker[0].is_tx = true;
	result->queue[1].cpu = result->worker[1].cpu = 1;
	result->queue[1].missed_known = true;
	result->n_streams = result->n_sizes = 1;
	result->stream = get(1, sizeof(result->stream[0]));
	result->size = get(1, sizeof(result->size[0]));
	result->size[0].size = 64;
	return result;
}

/* All of 74,404,761 frames were sent; so many arrived, and the rest found the ring full. */
static struct ovr_result *
line_rate_with(uint64_t unique)
{
	struct ovr_result *result = wire_of_five_seconds();
	struct ovr_ledger_figures *f = &result->ledger.figures;

	f->scheduled = f->attempted = f->sent = f->tx_port_sent = 74404761;
	f->received = f->unique = f->rx_port_received = f->queues_received = unique;
	f->tx_port_known = f->rx_port_known = f->queues_known = f->copies_known = true;
	result->tx_pps = 14880952.2;
	result->rx_pps = (double)unique / 5;
	result->tx_l1_bps = 9999999878.4;
	result->tx_l2_bps = 7619047526.4;
	result->queue[0].frames = 74404761;
	result->queue[0].bytes = UINT64_C(4761904704);
	result->queue[0].polls = 2325150;
	result->queue[1].frames = unique;
	result->queue[1].bytes = unique * 64;
	result->queue[1].missed = 74404761 - unique;
	result->queue[1].polls = 9000000;
	result->queue[1].empty_polls = 4500000;
	result->worker[0].loops = 2325150;
	result->worker[1].loops = 9000000;
	result->total.arrivals = result->total.unique = unique;
	result->total.end_seq = 74404761;
	result->stream[0].sent = result->size[0].sent = 74404761;
	result->size[0].lost = 74404761 - unique;
	ovr_ledger_add(&result->ledger, OVR_PLACE_TX_RING, "wire:0", 0, 0, "tx_q0_refused", "worker");
	ovr_ledger_add(
		&result->ledger, OVR_PLACE_RX_RING, "wire:1", 0, 74404761 - unique, "rx_q0_missed", "wire");
	return result;
}

struct ovr_result *
sample_pass(void)
{
	struct ovr_result *result = line_rate_with(74404761);

	result->stream[0].account = result->total;
	result->latency_ns = HIST({ 800, 70000000 }, { 2300, 4000000 }, { 41000, 404761 });
	result->worker[1].gap_ns = HIST({ 60, 8999990 }, { 4000, 9 });
	close_books(result);
	return result;
}

/*
 * Eleven stalls of core 1, a loss period in each; the last three in interrupts, the others
 * preempted.
 */
static void
add_stalls(struct ovr_result *result)
{
	static const uint64_t length_ns[11] = { 90000, 700000, 900000, 1100000, 1200000, 1300000, 1400000,
		1500000, 1600000, 1700000, 2840000 };
	static const uint64_t lost[11] = { 315, 9392, 12369, 15345, 16833, 18321, 19809, 21297, 22785, 15208,
		41210 };

	result->rx_stall = get(11, sizeof(result->rx_stall[0]));
	result->period = get(11, sizeof(result->period[0]));
	result->period_stall = get(11, sizeof(result->period_stall[0]));
	result->n_rx_stalls = result->n_periods = 11;
	for (uint32_t i = 0; i < 11; i++) {
		uint64_t start_ns = (i + 1) * UINT64_C(400000000);

		result->rx_stall[i] = (struct ovr_stall){
			.start_ns = start_ns,
			.length_ns = length_ns[i],
			.run_queue_ns = i < 8 ? length_ns[i] - 10000 : 0,
			.switches = i < 8,
			.cpu = 1,
			.cause = i < 8 ? OVR_STALL_PREEMPTED : OVR_STALL_ON_CPU,
			.frames = lost[i],
			.explained = lost[i],
			.drained_ns = start_ns + length_ns[i] + 15000,
		};
		result->period[i] = (struct ovr_seq_period){
			.first_seq = (i + 1) * UINT64_C(5952380) + 1024,
			.n_frames = lost[i],
			.before_tx_ns = start_ns + 68817,
			.after_tx_ns = i < 10 ? start_ns + length_ns[i] : UINT64_MAX,
			.after_rx_ns = i < 10 ? start_ns + length_ns[i] + 800 : UINT64_MAX,
		};
		result->period_stall[i] = i;
	}
}

static void
add_series(struct ovr_result *result)
{
	result->n_samples = 2;
	result->sample = get(2, sizeof(result->sample[0]));
	result->sample[0] = (struct ovr_result_sample){
		.start_ns = 0,
		.end_ns = SECOND,
		.attempted = 14880952,
		.sent = 14880952,
		.received = 14839742,
		.unique = 14839742,
		.missed = 41210,
		.sent_bytes = 952380928,
		.received_bytes = 949743488,
		.n_rxq = 1,
		.rxq_received = { 14839742 },
		.rxq_missed = { 41210 },
	};
	result->sample[1] = (struct ovr_result_sample){
		.start_ns = SECOND,
		.end_ns = 2 * SECOND + 500000000,
		.attempted = 22321428,
		.refused = 28,
		.sent = 22321400,
		.shortfall = 3,
		.received = 22321400,
		.unique = 22321399,
		.sent_bytes = 1428569600,
		.received_bytes = 1428569600,
		.n_rxq = 1,
		.rxq_received = { 22321400 },
	};
}

struct ovr_result *
sample_loss(void)
{
	struct ovr_result *result = line_rate_with(74211877);

	add_stalls(result);
	add_series(result);
	result->total.loss = (struct ovr_seq_loss){
		.frames = 192884,
		.tail = 41210,
		.periods = 11,
		.longest = 41210,
		.min_distance = 1,
		.noticeable = 192873,
	};
	result->total.loss.length_cell[9] = 1;
	result->total.loss.length_cell[14] = 3;
	result->total.loss.length_cell[15] = 6;
	result->total.loss.length_cell[16] = 1;
	result->stream[0].account = result->total;
	result->latency_ns = HIST({ 800, 74211877 });
	result->interarrival_ns = HIST({ 67, 74211876 });
	result->worker[1].n_stalls = 14;
	result->worker[1].n_stalls_kept = 11;
	result->worker[1].stalled_ns = 14500000;
	result->worker[1].longest_ns = 2840000;
	result->worker[1].gap_ns = HIST({ 60, 8999989 }, { 2840000, 11 });
	result->worker[1].kernel_known = true;
	result->worker[1].involuntary_switches = 12;
	result->worker[1].run_queue_ns = 9600000;
	result->worker[1].steal_ns = 10000000;
	result->worker[1].interrupts = 1250;
	result->worker[1].busiest_interrupts = 1240;
	snprintf(result->worker[1].busiest_interrupt, sizeof(result->worker[1].busiest_interrupt), "%s",
		"LOC Local timer interrupts");
	result->worker[1].match = (struct ovr_stall_match){
		.periods = 11,
		.matched_periods = 11,
		.matched_frames = 192884,
		.stalls = 11,
		.shortest_ns = 90000,
		.longest_ns = 2840000,
	};
	close_books(result);
	return result;
}

/* Four receive queues on the cores 1 and 2; each got a quarter of what arrived. */
static void
add_four_queues(struct ovr_result *result)
{
	free(result->queue);
	free(result->worker);
	result->queue = get(5, sizeof(result->queue[0]));
	result->n_queues = 5;
	result->worker = get(3, sizeof(result->worker[0]));
	result->n_workers = 3;
	result->queue[0] = (struct ovr_result_queue){ .is_tx = true, .frames = 1000000, .refused = 500 };
	result->worker[0] = (struct ovr_result_worker){ .is_tx = true, .numa_node = -1, .loops = 40000 };
	for (uint16_t q = 0; q < 4; q++)
		result->queue[q + 1] = (struct ovr_result_queue){
			.queue = q,
			.worker = q / 2,
			.cpu = (uint16_t)(1 + q / 2),
			.frames = 249510,
			.bytes = UINT64_C(249510) * 791,
			.missed = q == 3 ? 1000 : 0,
			.missed_known = true,
			.polls = 1000000,
			.empty_polls = 900000,
		};
	for (uint16_t w = 0; w < 2; w++)
		result->worker[w + 1] = (struct ovr_result_worker){
			.worker = w,
			.cpu = (uint16_t)(1 + w),
			.loops = 1000000,
		};
	result->worker[2].match.periods = 1007;
}

static void
add_impairments(struct ovr_result *result)
{
	static const struct ovr_impairment impairment[3] = {
		{ .kind = OVR_IMPAIRMENT_DROP, .stream = 0, .seq = 17 },
		{ .kind = OVR_IMPAIRMENT_REORDER, .stream = 3, .seq = 40 },
		{ .kind = OVR_IMPAIRMENT_DUP, .stream = 1, .seq = 99 },
	};

	result->impairment = get(3, sizeof(impairment[0]));
	for (unsigned int i = 0; i < 3; i++)
		result->impairment[i] = impairment[i];
	result->n_impairments = 3;
	result->impairments[OVR_IMPAIRMENT_DROP] = 1000;
	result->impairments[OVR_IMPAIRMENT_DUP] = 34;
	result->impairments[OVR_IMPAIRMENT_REORDER] = 20;
	result->impairments[OVR_IMPAIRMENT_FCS] = 4;
	result->impairments[OVR_IMPAIRMENT_CORRUPT] = 5;
	ovr_ledger_add(&result->ledger, OVR_PLACE_TX_RING, "wire:0", 0, 500, "tx_q0_refused", "worker");
	ovr_ledger_add(&result->ledger, OVR_PLACE_PATH, "wire:1", -1, 1000, "wire_dropped", "wire");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_ERRORS, "wire:1", -1, 4, "rx_fcs_errors", "wire");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_RING, "wire:1", 2, 0, "rx_q2_missed", "wire");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_RING, "wire:1", 3, 1000, "rx_q3_missed", "wire");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_CORRUPT, "wire:1", -1, 5, "corrupt", "worker");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_LATE, "wire:1", -1, 2, "late", "worker");
}

struct ovr_result *
sample_impaired(void)
{
	struct ovr_result *result = wire_of_five_seconds();
	struct ovr_ledger_figures *f = &result->ledger.figures;

	set(result, "rx", "wire:1,drop=0.1%,dup=0.006%");
	set(result, "size", "64,1518");
	set(result, "rate", "200kpps");
	set(result, "rxq", "4");
	set(result, "service", "5mpps");
	set(result, "capture", "loss.pcap");
	result->planned_pps = 200000;
	result->tx_pps = 200000;
	result->rx_pps = 199599.6;
	result->tx_l1_bps = 1297600000;
	result->full_waits = 12;
	add_four_queues(result);
	add_impairments(result);
	*f = (struct ovr_ledger_figures){
		.scheduled = 1000500,
		.attempted = 1000500,
		.refused = 500,
		.sent = 1000000,
		.received = 998040,
		.unique = 997998,
		.duplicate = 25,
		.reordered = 20,
		.late = 2,
		.corrupt = 5,
		.stale = 3,
		.foreign = 7,
		.copies_known = true,
		.copies = 34,
	};
	result->total = (struct ovr_seq_account){
		.arrivals = 998025,
		.unique = 997998,
		.duplicate = 25,
		.replicated = 24,
		.late = 2,
		.loss = { .frames = 2002,
			.head = 1,
			.tail = 3,
			.periods = 1907,
			.longest = 64,
			.min_distance = 1 },
		.reorder = { .frames = 20, .extent_max = 12, .extent_sum = 90, .late_time_max_ns = 61000 },
	};
	result->total.reorder.exactly_n[1] = 9;
	result->total.reorder.exactly_n[3] = 6;
	result->total.reorder.exactly_n[12] = 5;
	result->moved_streams = 2;
	result->uncountable_streams = 1;
	result->captured_frames = 4000;
	result->capture_left_out = 120;
	result->line_paused_ns = 3200000;
	free(result->stream);
	result->stream = get(2, sizeof(result->stream[0]));
	result->n_streams = 2;
	result->stream[0] = (struct ovr_result_stream){ .queue = 3, .n_queues = 1, .sent = 500000 };
	result->stream[1] =
		(struct ovr_result_stream){ .stream = 1, .queue = -1, .n_queues = 2, .sent = 500000 };
	free(result->size);
	result->size = get(2, sizeof(result->size[0]));
	result->n_sizes = 2;
	result->size[0] = (struct ovr_result_size){ .size = 64, .sent = 500000, .lost = 1500 };
	result->size[1] = (struct ovr_result_size){ .size = 1518, .sent = 500000, .lost = 502 };
	ovr_result_note(result, "core 2 is on NUMA node 1, its port on node 0");
	close_books(result);
	return result;
}

struct ovr_result *
sample_void(void)
{
	struct ovr_result *result = line_rate_with(74404661);
	struct ovr_stall *stall = get(1, sizeof(*stall));

	result->ledger.figures.scheduled = 80000000;
	ovr_ledger_account_set(&result->ledger.account[1], 300, 300);
	result->shortfall_in_stalls = 5000000;
	result->shortfall_pool = 239;
	*stall = (struct ovr_stall){ .start_ns = SECOND, .length_ns = 334000000, .frames = 5000000 };
	result->tx_stall = stall;
	result->n_tx_stalls = 1;
	result->worker[0].n_stalls = result->worker[0].n_stalls_kept = 1;
	result->worker[0].stalled_ns = result->worker[0].longest_ns = 334000000;
	result->line_paused_ns = -1;
	result->total.loss.frames = 100;
	result->total.loss.periods = result->total.loss.longest = 1;
	result->stream[0].account = result->total;
	close_books(result);
	return result;
}

struct ovr_result *
sample_ranges(void)
{
	struct ovr_result *result = line_rate_with(74403761);
	struct ovr_ledger_figures *f = &result->ledger.figures;

	set(result, "path", "dut");
	f->foreign = 40;
	f->merged = 10;
	f->received += 40;
	f->queues_received += 40;
	f->rx_port_received += 40;
	ovr_ledger_account_set(&result->ledger.account[1], 600, 600);
	result->total.loss.frames = 1000;
	result->total.loss.periods = result->total.loss.longest = 1000;
	result->stream[0].account = result->total;
	close_books(result);
	return result;
}

struct ovr_result *
sample_kernel(void)
{
	static const struct ovr_result_counter counter[3] = {
		{ .port = "netdev:eth1",
			.counter = "rx_queue_2_drops",
			.source = "veth",
			.queue = 2,
			.added = 1234,
			.meaning = { OVR_NIC_KIND_LOSS, OVR_NIC_TRUST_EXACT, OVR_PLACE_RX_RING, "" },
			.place = OVR_PLACE_RX_RING,
			.frames_min = 1234,
			.frames_max = 1234 },
		{ .port = "netdev:eth1",
			.counter = "rx_dropped",
			.source = "link",
			.queue = -1,
			.added = 1234,
			.meaning = { OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_UNVERIFIED, OVR_PLACE_RX_RING,
				"of the driver's" },
			.place = OVR_PLACE_RX_RING },
		{ .port = "netdev:eth0",
			.counter = "time_squeeze",
			.source = "softnet",
			.queue = -1,
			.added = 7,
			.was_reset = true,
			.meaning = { OVR_NIC_KIND_OTHER, OVR_NIC_TRUST_EXACT, OVR_PLACE_TX_RING, "" },
			.place = OVR_PLACE_COUNT },
	};
	struct ovr_result *result = sample_pass();

	result->counter = get(3, sizeof(counter[0]));
	memcpy(result->counter, counter, sizeof(counter));
	result->n_counters = 3;
	result->tx_port = (struct ovr_result_port){ "netdev:eth0", "net_af_packet", "veth", "1.0", "" };
	result->rx_port = (struct ovr_result_port){ "netdev:eth1", "net_af_xdp", "ixgbe", "6.1.0",
		"0x18b30001" };
	return result;
}

static void
add_loss_events(struct ovr_result *result)
{
	static const struct ovr_loss_event event[3] = {
		{ .start_ns = 3600 * SECOND, .end_ns = 3600 * SECOND + 10000, .periods = 1, .frames = 10 },
		{ .start_ns = 43200 * SECOND, .end_ns = 43201 * SECOND, .periods = 7, .frames = 900 },
		{ .start_ns = 72000 * SECOND,
			.end_ns = 72000 * SECOND + 200000,
			.periods = 1,
			.frames = 100 },
	};

	if (ovr_loss_events_init(&result->loss_events, SECOND, 16, NULL) != 0)
		exit(1);
	for (unsigned int i = 0; i < 3; i++)
		ovr_loss_events_add(&result->loss_events, &event[i]);
}

struct ovr_result *
sample_soak(void)
{
	struct ovr_result *result = wire_of_five_seconds();
	struct ovr_ledger_figures *f = &result->ledger.figures;

	set(result, "rate", "1mpps");
	set(result, "time", "24h");
	result->duration_ns = 86400 * SECOND;
	result->epoch_realtime_ns = UINT64_C(1738324800250000000); /* 2025-01-31 12:00:00.25 */
	result->planned_pps = result->tx_pps = result->rx_pps = 1e6;
	result->tx_l1_bps = 672e6;
	f->scheduled = f->attempted = f->sent = UINT64_C(86400000000);
	f->received = f->unique = f->queues_received = UINT64_C(86399998990);
	f->queues_known = f->copies_known = true;
	result->queue[0].frames = f->sent;
	result->queue[1].frames = f->received;
	result->total.loss.frames = 1010;
	result->total.loss.periods = 9;
	result->total.loss.longest = 500;
	ovr_ledger_add(&result->ledger, OVR_PLACE_TX_RING, "wire:0", 0, 0, "tx_q0_refused", "worker");
	ovr_ledger_add(&result->ledger, OVR_PLACE_RX_RING, "wire:1", 0, 1010, "rx_q0_missed", "wire");
	add_loss_events(result);
	result->outages.n = result->outages.n_kept = 2;
	result->outages.outage[0] = (struct ovr_outage){
		.port = "wire:1",
		.up_until_ns = 43200 * SECOND,
		.was_seen = true,
		.down_from_ns = 43201 * SECOND,
		.down_until_ns = 43203 * SECOND,
		.is_over = true,
		.up_again_ns = 43204 * SECOND,
	};
	result->outages.outage[1] = (struct ovr_outage){
		.port = "wire:1",
		.up_until_ns = 50000 * SECOND,
		.is_over = true,
		.up_again_ns = 50001 * SECOND,
	};
	close_books(result);
	return result;
}

/* Two senders and a receiver; of the second sender a checkpoint came if it was lost. */
static struct ovr_result *
with_hosts(struct ovr_result *result)
{
	static const struct ovr_result_host hosts[] = {
		{ .name = "a",
			.is_sender = true,
			.receiver = 2,
			.port = "host:a/netdev:eth1",
			.ring = 1024,
			.device = { .label = "host:a/netdev:eth1",
				.dpdk_driver = "net_af_xdp",
				.driver = "ixgbe",
				.firmware = "0x18b30001" },
			.overrun_version = "1.0",
			.dpdk_version = "DPDK 22.11.7",
			.kernel = "Linux 6.1",
			.clock_known = true,
			.clock_offset_ns = -5000000000,
			.clock_bound_ns = 21000,
			.n_streams = 1,
			.sent_known = true,
			.sent = 700,
			.share = NAN },
		{ .name = "b",
			.is_sender = true,
			.receiver = 2,
			.port = "host:b/netdev:eth1",
			.stream_first = 1,
			.n_streams = 1,
			.sent_known = true,
			.sent = 300,
			.share = NAN },
		{ .name = "c",
			.is_receiver = true,
			.receiver = 2,
			.port = "host:c/netdev:eth1",
			.ring = 512,
			.clock_known = true,
			.clock_offset_ns = 7,
			.clock_bound_ns = 12500,
			.share = NAN },
	};

	result->host = get(3, sizeof(*result->host));
	memcpy(result->host, hosts, sizeof(hosts));
	result->n_hosts = 3;
	result->queue[0].host = 1;
	result->queue[1].host = 3;
	result->fairness = NAN;
	return result;
}

struct ovr_result *
sample_hosts(void)
{
	struct ovr_result *result = with_hosts(sample_loss());
	struct ovr_result_host *host = result->host;

	host[0].loss_known = host[1].loss_known = true;
	host[0].unique = 650;
	host[0].lost = 50;
	host[0].lost_before_min = host[0].lost_before_max = 10;
	host[0].share = 0.68421052631;
	host[1].unique = host[1].sent;
	host[1].share = 0.31578947368;
	result->fairness = 0.8803;
	result->clock =
		(struct ovr_result_clock){ .is_known = true, .offset_ns = 5000000007, .bound_ns = 33500 };
	return result;
}

/* Books of a receiver that balance. */
static void
book_receiver(
	struct ovr_result_receiver *receiver, uint32_t host, uint64_t sent, uint64_t lost, uint64_t astray)
{
	struct ovr_ledger *ledger = &receiver->ledger;
	struct ovr_ledger_limits limits = { .tolerance_ppb = 1000 };

	receiver->host = host;
	ledger->figures = (struct ovr_ledger_figures){ .scheduled = sent,
		.attempted = sent,
		.sent = sent,
		.unique = sent - lost,
		.foreign = astray,
		.astray = astray,
		.received = sent - lost + astray };
	ovr_ledger_add(ledger, OVR_PLACE_RX_RING, "host:c/netdev:eth1", 0, lost, "rx_queue_0_drops", "veth");
	ovr_ledger_close(ledger, &limits);
}

struct ovr_result *
sample_mesh(void)
{
	struct ovr_result *result = sample_hosts();

	result->host = realloc(result->host, 4 * sizeof(*result->host));
	result->host[3] = result->host[2];
	strcpy(result->host[3].name, "d");
	strcpy(result->host[3].port, "host:d/netdev:eth1");
	result->host[1].receiver = result->host[3].receiver = 3;
	result->n_hosts = 4;
	result->receiver = get(2, sizeof(*result->receiver));
	result->n_receivers = 2;
	book_receiver(&result->receiver[0], 2, 700, 50, 0);
	book_receiver(&result->receiver[1], 3, 300, 0, 12);
	result->astray = get(1, sizeof(*result->astray));
	result->astray[0] = (struct ovr_result_astray){ .sender = 0, .receiver = 3, .frames = 12 };
	result->n_astray = 1;
	return result;
}

struct ovr_result *
sample_host_lost(void)
{
	struct ovr_result *result = with_hosts(sample_void());
	struct ovr_result_host *host = &result->host[1];

	host->half = OVR_RESULT_HALF_CHECKPOINT;
	strcpy(host->why, "no heartbeat for 3 s");
	host->until_ns = 11900 * (SECOND / 1000);
	host->sent_known = false;
	free(result->latency_ns);
	result->latency_ns = NULL;
	strcpy(result->latency_unknown, "the clock of b is not known against the caller's");
	return result;
}

void
sample_free(struct ovr_result *result)
{
	if (result == NULL)
		return;
	ovr_result_done(result);
	free(result);
}
