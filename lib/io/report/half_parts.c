/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What both ends of a half have, member by member: as it is read back. A result's tables say the
 * same of some of it for people and leave out what nobody asks for; these leave out nothing.
 */
#include "report/half_parts.h"

#include "halves/halves.h"
#include "report/json_names.h"

#define END(member)         OVR_JSON_MEMBER(struct ovr_half, member)
#define PORT(member)        OVR_JSON_MEMBER(struct ovr_result_port, member)
#define QUEUE(member)       OVR_JSON_MEMBER(struct ovr_result_queue, member)
#define WORKER(member)      OVR_JSON_MEMBER(struct ovr_result_worker, member)
#define STALL(member)       OVR_JSON_MEMBER(struct ovr_stall, member)
#define COUNTER(member)     OVR_JSON_MEMBER(struct ovr_result_counter, member)
#define ACCOUNT(member)     OVR_JSON_MEMBER(struct ovr_ledger_account, member)
#define HIST(member)        OVR_JSON_MEMBER(struct ovr_hist, member)
#define SEQ(member)         OVR_JSON_MEMBER(struct ovr_seq_account, member)
#define SEQ_LOSS(member)    OVR_JSON_MEMBER(struct ovr_seq_account, loss.member)
#define SEQ_REORDER(member) OVR_JSON_MEMBER(struct ovr_seq_account, reorder.member)

static const struct ovr_json_row hist_rows[] = {
	{ "count", OVR_JSON_EXACT, HIST(count), "values recorded" },
	{ "sum", OVR_JSON_EXACT, HIST(sum), "of the values, modulo 2^64" },
	{ "min", OVR_JSON_EXACT, HIST(min) },
	{ "max", OVR_JSON_EXACT, HIST(max) },
	{ "buckets", OVR_JSON_CELLS, HIST(bucket), "by number, as base/hist counts them" },
};

const struct ovr_json_table ovr_half_hist_table = OVR_JSON_TABLE(
	"distribution", struct ovr_hist, hist_rows, "A distribution, bucket by bucket");

static const struct ovr_json_row seq_rows[] = {
	{ "arrivals", OVR_JSON_EXACT, SEQ(arrivals), "unique + duplicate + late" },
	{ "unique", OVR_JSON_EXACT, SEQ(unique) },
	{ "duplicate", OVR_JSON_EXACT, SEQ(duplicate), "further copies" },
	{ "replicated", OVR_JSON_EXACT, SEQ(replicated), "numbers of which there was more than one copy" },
	{ "late", OVR_JSON_EXACT, SEQ(late) },
	{ "first_seq", OVR_JSON_EXACT, SEQ(first_seq), "smallest number that arrived" },
	{ "end_seq", OVR_JSON_EXACT, SEQ(end_seq), "one above the highest number that arrived" },
	{ "lost", OVR_JSON_EXACT, SEQ_LOSS(frames) },
	{ "lost_head", OVR_JSON_EXACT, SEQ_LOSS(head) },
	{ "lost_tail", OVR_JSON_EXACT, SEQ_LOSS(tail) },
	{ "loss_periods", OVR_JSON_EXACT, SEQ_LOSS(periods), "maximal runs of losses" },
	{ "loss_longest", OVR_JSON_EXACT, SEQ_LOSS(longest) },
	{ "loss_min_distance", OVR_JSON_EXACT, SEQ_LOSS(min_distance) },
	{ "loss_noticeable", OVR_JSON_EXACT, SEQ_LOSS(noticeable) },
	{ "loss_lengths", OVR_JSON_CELLS, SEQ_LOSS(length_cell),
		"periods of 2^(k-1)+1 … 2^k frames at place k" },
	{ "reordered", OVR_JSON_EXACT, SEQ_REORDER(frames) },
	{ "reorder_extent_max", OVR_JSON_EXACT, SEQ_REORDER(extent_max) },
	{ "reorder_extent_sum", OVR_JSON_EXACT, SEQ_REORDER(extent_sum) },
	{ "reorder_late_time_max_ns", OVR_JSON_EXACT, SEQ_REORDER(late_time_max_ns) },
	{ "reorder_late_time_sum_ns", OVR_JSON_EXACT, SEQ_REORDER(late_time_sum_ns) },
	{ "reorder_beyond_memory", OVR_JSON_EXACT, SEQ_REORDER(beyond_memory) },
	{ "reorder_exactly_n", OVR_JSON_CELLS, SEQ_REORDER(exactly_n) },
	{ "reorder_runs", OVR_JSON_EXACT, SEQ_REORDER(runs) },
	{ "reorder_run_sum", OVR_JSON_EXACT, SEQ_REORDER(run_sum) },
	{ "reorder_run_square", OVR_JSON_EXACT, SEQ_REORDER(run_square) },
};

const struct ovr_json_table ovr_half_seq_account_table = OVR_JSON_TABLE("sequence_account",
	struct ovr_seq_account, seq_rows, "Arrivals, losses and reordering of one stream, or of all");

static const struct ovr_json_row account_rows[] = {
	{ "place", OVR_JSON_NAME, ACCOUNT(place), .names = &ovr_json_places },
	{ "is_of_hop", OVR_JSON_BOOL, ACCOUNT(is_of_hop), "of a host between the ports" },
	{ "port", OVR_JSON_TEXT, ACCOUNT(port) },
	{ "queue", OVR_JSON_COUNT, ACCOUNT(queue), "null: of the whole port",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "frames", OVR_JSON_EXACT, ACCOUNT(frames), "largest loss possible here" },
	{ "frames_min", OVR_JSON_EXACT, ACCOUNT(frames_min) },
	{ "frames_max", OVR_JSON_EXACT, ACCOUNT(frames_max) },
	{ "counted", OVR_JSON_EXACT, ACCOUNT(counted), "increase of the counter" },
	{ "counter", OVR_JSON_TEXT, ACCOUNT(counter), "in the driver's own words" },
	{ "source", OVR_JSON_TEXT, ACCOUNT(source) },
	{ "why", OVR_JSON_TEXT, ACCOUNT(why) },
	{ "aliases", OVR_JSON_TEXT, ACCOUNT(aliases) },
};

const struct ovr_json_table ovr_half_account_table = OVR_JSON_TABLE(
	"account", struct ovr_ledger_account, account_rows, "A named place where frames went");

static const struct ovr_json_names originals = { .n = OVR_NIC_ORIGINAL_UNSEEN + 1,
	.text = { "place", "side", "unseen" } };

static const struct ovr_json_row counter_rows[] = {
	{ "port", OVR_JSON_TEXT, COUNTER(port) },
	{ "counter", OVR_JSON_TEXT, COUNTER(counter), "in the kernel's or driver's own words" },
	{ "source", OVR_JSON_TEXT, COUNTER(source), "who counts" },
	{ "queue", OVR_JSON_COUNT, COUNTER(queue), "null: of the whole interface, or host",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "added", OVR_JSON_EXACT, COUNTER(added) },
	{ "was_reset", OVR_JSON_BOOL, COUNTER(was_reset), "it went backwards: added is a lower bound" },
	{ "kind", OVR_JSON_NAME, COUNTER(meaning.kind), .names = &ovr_json_counter_kinds },
	{ "trust", OVR_JSON_NAME, COUNTER(meaning.trust), .names = &ovr_json_trusts },
	{ "place", OVR_JSON_NAME, COUNTER(meaning.place), "null: none", .names = &ovr_json_places,
		.null = OVR_JSON_NULL_IF_NONE },
	{ "remark", OVR_JSON_STRING, COUNTER(meaning.remark), .max = 0, .is_lasting = true },
	{ "original", OVR_JSON_NAME, COUNTER(meaning.original), "of an alias: what it repeats",
		.names = &originals },
	{ "is_suspect", OVR_JSON_BOOL, COUNTER(meaning.is_suspect) },
	{ "port_queue", OVR_JSON_COUNT, COUNTER(port_queue), "null: none, or of the whole port",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "account", OVR_JSON_NAME, COUNTER(place), "null: in no account", .names = &ovr_json_places,
		.null = OVR_JSON_NULL_IF_NONE },
	{ "frames_min", OVR_JSON_EXACT, COUNTER(frames_min) },
	{ "frames_max", OVR_JSON_EXACT, COUNTER(frames_max) },
};

const struct ovr_json_table ovr_half_counter_table = OVR_JSON_TABLE(
	"counter", struct ovr_result_counter, counter_rows, "A counter of a kernel interface or a driver");

static const struct ovr_json_row port_rows[] = {
	{ "label", OVR_JSON_TEXT, PORT(label) },
	{ "dpdk_driver", OVR_JSON_TEXT, PORT(dpdk_driver) },
	{ "driver", OVR_JSON_TEXT, PORT(driver) },
	{ "driver_version", OVR_JSON_TEXT, PORT(driver_version) },
	{ "firmware", OVR_JSON_TEXT, PORT(firmware) },
};

static const struct ovr_json_table port_table = OVR_JSON_TABLE(
	"port", struct ovr_result_port, port_rows, "A text is empty where the drivers do not tell");

static const struct ovr_json_row queue_rows[] = {
	{ "direction", OVR_JSON_NAME, QUEUE(is_tx), .names = &ovr_json_sides },
	{ "queue", OVR_JSON_COUNT, QUEUE(queue) },
	{ "worker", OVR_JSON_COUNT, QUEUE(worker) },
	{ "cpu", OVR_JSON_COUNT, QUEUE(cpu) },
	{ "frames", OVR_JSON_EXACT, QUEUE(frames), "received, or accepted for sending" },
	{ "bytes", OVR_JSON_EXACT, QUEUE(bytes), "with FCS" },
	{ "refused", OVR_JSON_EXACT, QUEUE(refused) },
	{ "missed", OVR_JSON_EXACT, QUEUE(missed), "by the port's counter of this queue" },
	{ "missed_known", OVR_JSON_BOOL, QUEUE(missed_known) },
	{ "polls", OVR_JSON_EXACT, QUEUE(polls) },
	{ "empty_polls", OVR_JSON_EXACT, QUEUE(empty_polls) },
};

static const struct ovr_json_table queue_table = OVR_JSON_TABLE(
	"queue", struct ovr_result_queue, queue_rows, NULL);

/* What the loss periods tell of it is found when the halves are joined. */
static const struct ovr_json_row worker_rows[] = {
	{ "direction", OVR_JSON_NAME, WORKER(is_tx), .names = &ovr_json_sides },
	{ "is_wire", OVR_JSON_BOOL, WORKER(is_wire), "runs the wire and nothing else" },
	{ "worker", OVR_JSON_COUNT, WORKER(worker) },
	{ "cpu", OVR_JSON_COUNT, WORKER(cpu) },
	{ "numa_node", OVR_JSON_COUNT, WORKER(numa_node), "null: unknown",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "loops", OVR_JSON_EXACT, WORKER(loops), "turns of the polling loop" },
	{ "stalls", OVR_JSON_EXACT, WORKER(n_stalls) },
	{ "stalls_kept", OVR_JSON_EXACT, WORKER(n_stalls_kept), "in the log" },
	{ "stalled_ns", OVR_JSON_EXACT, WORKER(stalled_ns) },
	{ "longest_stall_ns", OVR_JSON_EXACT, WORKER(longest_ns) },
	{ "gap_ns", OVR_JSON_OBJECT, .about = "between two turns of the loop; null: not known",
		WORKER(gap_ns), .is_pointer = true, .is_owned = true, .null = OVR_JSON_NULL_IF_SO,
		.table = &ovr_half_hist_table },
	{ "kernel_known", OVR_JSON_BOOL, WORKER(kernel_known), "whether Linux told the next six" },
	{ "involuntary_switches", OVR_JSON_EXACT, WORKER(involuntary_switches) },
	{ "run_queue_ns", OVR_JSON_EXACT, WORKER(run_queue_ns) },
	{ "steal_ns", OVR_JSON_EXACT, WORKER(steal_ns) },
	{ "interrupts", OVR_JSON_EXACT, WORKER(interrupts) },
	{ "busiest_interrupt", OVR_JSON_TEXT, WORKER(busiest_interrupt) },
	{ "busiest_interrupts", OVR_JSON_EXACT, WORKER(busiest_interrupts) },
	{ "service_late_ns", OVR_JSON_EXACT, WORKER(service_late_ns) },
	{ "clock_steps", OVR_JSON_COUNT, WORKER(clock_steps), "times that its cycle counter stepped back" },
	{ "clock_lost_ns", OVR_JSON_EXACT, WORKER(clock_lost_ns), "and by how much" },
};

static const struct ovr_json_table worker_table = OVR_JSON_TABLE(
	"worker", struct ovr_result_worker, worker_rows, NULL);

static const struct ovr_json_row stall_rows[] = {
	{ "start_ns", OVR_JSON_EXACT, STALL(start_ns), "since the trial's epoch" },
	{ "length_ns", OVR_JSON_EXACT, STALL(length_ns) },
	{ "run_queue_ns", OVR_JSON_EXACT, STALL(run_queue_ns) },
	{ "switches", OVR_JSON_COUNT, STALL(switches) },
	{ "worker", OVR_JSON_COUNT, STALL(worker) },
	{ "cpu", OVR_JSON_COUNT, STALL(cpu) },
	{ "cause", OVR_JSON_NAME, STALL(cause), .names = &ovr_json_causes },
	{ "frames", OVR_JSON_EXACT, STALL(frames), "of a transmitter: slots skipped" },
	{ "explained_frames", OVR_JSON_EXACT, STALL(explained) },
	{ "backlog_ns", OVR_JSON_EXACT, STALL(backlog_ns) },
	{ "drained_ns", OVR_JSON_EXACT, STALL(drained_ns), "null: not before the next one, or the end",
		.null = OVR_JSON_NULL_IF_NONE },
};

static const struct ovr_json_table stall_table = OVR_JSON_TABLE(
	"stall", struct ovr_stall, stall_rows, "An interval in which a core did not poll");

static const struct ovr_json_row end_rows[] = {
	{ "is_unknown", OVR_JSON_BOOL, END(is_unknown), "nothing came from this end" },
	{ "why", OVR_JSON_TEXT, END(why), "then: why not" },
	{ "ended_early", OVR_JSON_TEXT, END(ended_early), "by no user: why; empty: it was not" },
	{ "port", OVR_JSON_OBJECT, END(port), .table = &port_table },
	{ "ring", OVR_JSON_COUNT, END(ring), "descriptors of each ring; 0: the device does not say" },
	{ "ring_is_given", OVR_JSON_BOOL, END(ring_is_given), "not read back from the device" },
	{ "port_known", OVR_JSON_BOOL, END(port_known), "whether the port's driver counts frames" },
	{ "port_frames", OVR_JSON_EXACT, END(port_frames), "accepted, or handed to the receiver" },
	{ "accounts", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half, accounts.account, accounts.n),
		.table = &ovr_half_account_table, .max = 4096 },
	{ "counters", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half, counter, n_counters),
		.table = &ovr_half_counter_table, .max = 4096 },
	{ "queues", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half, queue, n_queues), .table = &queue_table,
		.max = OVR_PLAN_QUEUES_MAX },
	{ "workers", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_half, worker, n_workers),
		.table = &worker_table, .max = OVR_HALF_WORKERS_MAX },
	{ "stalls", OVR_JSON_LIST, .about = "by worker and time", .item = OVR_JSON_TUPLE,
		OVR_JSON_VECTOR(struct ovr_half, stall, n_stalls), .table = &stall_table,
		.max = OVR_HALF_WORKERS_MAX * 65536 },
};

const struct ovr_json_table ovr_half_end_table = OVR_JSON_TABLE(
	"end", struct ovr_half, end_rows, "What either end has");
