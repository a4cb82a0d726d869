/* SPDX-License-Identifier: BSD-3-Clause */
/* The tables of accounts, queues, cores and sizes. */
#include "report/text_tables.h"

#include <stdarg.h>
#include <string.h>

#include "report/figure.h"
#include "report/table.h"
#include "report/why.h"

#define CELL(row, column) (row)->cell[column], OVR_TABLE_CELL_BYTES

static void add(struct ovr_table_row *row, unsigned int column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Write after what the cell holds. */
static void
add(struct ovr_table_row *row, unsigned int column, const char *format, ...)
{
	size_t n = strlen(row->cell[column]);
	va_list args;

	va_start(args, format);
	vsnprintf(row->cell[column] + n, OVR_TABLE_CELL_BYTES - n, format, args);
	va_end(args);
}

/*
 * The copies that the path made and that did not arrive as such: in the accounts, but never lost.
 */
static bool
copies_row(const struct ovr_ledger_figures *f, struct ovr_table_row *row)
{
	add(row, 0, "copies");
	add(row, 1, "%s", ovr_figure_signed((int64_t)(f->duplicate - f->copies)).text);
	if (f->copies_inferred)
		add(row, 3, "late or damaged, but nothing is missing for them: further copies");
	else
		add(row, 3, "of %s made by the wire did not arrive: counted above, but not lost",
			ovr_figure_count(f->copies).text);
	return (f->copies_known || f->copies_inferred) && f->copies != f->duplicate;
}

/* Of several senders each has places of the same names: "a/tx.ring". */
static void
add_host(struct ovr_table_row *row, const struct ovr_result *result, const struct ovr_ledger_account *account)
{
	for (uint32_t i = 0; i < result->n_hosts && result->n_hosts > 2; i++)
		if (strcmp(result->host[i].port, account->port) == 0) {
			add(row, 0, "%s/", result->host[i].name);
			return;
		}
}

/* Of more accounts with frames those are listed that have most. */
#define ACCOUNTS_LISTED       128
#define WORST_ACCOUNTS_LISTED 32

static bool
is_account_listed(const struct ovr_ledger *ledger, uint32_t index)
{
	uint64_t own = ledger->account[index].frames_max;
	uint32_t n = 0, rank = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++) {
		uint64_t other = ledger->account[i].frames_max;

		n += other != 0;
		rank += other > own || (other == own && i < index);
	}
	return n <= ACCOUNTS_LISTED || rank < WORST_ACCOUNTS_LISTED;
}

/* What the accounts that are not listed have. */
static void
tell_other_accounts(const struct ovr_ledger *ledger, FILE *out)
{
	uint64_t frames = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (!is_account_listed(ledger, i)) {
			n += ledger->account[i].frames_max != 0;
			frames += ledger->account[i].frames_max;
		}
	if (n != 0)
		fprintf(out, "  %s other accounts have %s frames at most; the JSON has all\n",
			ovr_figure_count(n).text, ovr_figure_count(frames).text);
}

static bool
account_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_account *account;
	char why[OVR_WHY_BYTES];

	if (index == ledger->n_accounts)
		return ovr_ledger_knows_loss(ledger) && copies_row(&ledger->figures, row);
	if (index > ledger->n_accounts) {
		add(row, 0, "unexplained");
		if (!ovr_ledger_knows_loss(ledger)) {
			add(row, 1, "unknown");
			return true;
		}
		if (ledger->unexplained_min != ledger->unexplained_max)
			add(row, 1, "%s to %s", ovr_figure_signed(ledger->unexplained_min).text,
				ovr_figure_signed(ledger->unexplained_max).text);
		else
			add(row, 1, "%s", ovr_figure_signed(ledger->unexplained).text);
		add(row, 3, "%s", ovr_report_why_unexplained(ledger->unexplained_max));
		return true;
	}
	account = &ledger->account[index];
	if (!is_account_listed(ledger, index))
		return false;
	/* a hop's place has the hop's name before it: "hop:r1/rx.ip" */
	if (account->is_of_hop)
		add(row, 0, "%s/", account->port);
	else
		add_host(row, result, account);
	add(row, 0, "%s", ovr_ledger_place_name(account->place));
	if (account->queue >= 0)
		add(row, 0, " queue %d", account->queue);
	if (account->frames_min != account->frames_max)
		add(row, 1, "%s to %s", ovr_figure_count(account->frames_min).text,
			ovr_figure_count(account->frames_max).text);
	else
		add(row, 1, "%s", ovr_figure_count(account->frames).text);
	add(row, 2, "%s", account->counter);
	add(row, 3, "%s", ovr_report_why(why, sizeof(why), result, account));
	if (account->aliases[0] != '\0')
		add(row, 3, "; again in %s", account->aliases);
	return account->frames != 0 || account->frames_max != 0;
}

void
ovr_text_accounts(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "where", .width = 15 },
			{ .heading = "frames", .right = true, .width = 12 },
			{ .heading = "counter", .width = 12 },
			{ .heading = "why" },
		},
		.n_columns = 4,
		.row = account_row,
	};

	ovr_table_print(&table, result, result->ledger.n_accounts + 2, out);
	tell_other_accounts(&result->ledger, out);
}

static bool
latency_row(const struct ovr_result *result, struct ovr_table_row *row)
{
	const struct ovr_hist *latency = result->latency_ns;
	static const struct {
		const char *name;
		double percent;
	} points[] = { { "median", 50 }, { "p99", 99 }, { "p99.9", 99.9 } };

	if (result->latency_unknown[0] != '\0') {
		add(row, 0, "latency");
		add(row, 1, "unknown: %s", result->latency_unknown);
		return true;
	}
	if (latency == NULL || latency->count == 0)
		return false;
	add(row, 0, "latency");
	add(row, 1, "min %s", ovr_figure_time(latency->min).text);
	for (unsigned int i = 0; i < sizeof(points) / sizeof(points[0]); i++)
		add(row, 1, "   %s %s", points[i].name,
			ovr_figure_time(ovr_hist_percentile(latency, points[i].percent)).text);
	add(row, 1, "   max %s", ovr_figure_time(latency->max).text);
	if (result->clock.is_known)
		add(row, 1, "   each ±%s, the bound of two clocks",
			ovr_figure_time(result->clock.bound_ns).text);
	return true;
}

/* ": 8 preempted, 3 on-cpu" */
static void
add_causes(struct ovr_table_row *row, const struct ovr_result *result, const struct ovr_result_worker *worker)
{
	const struct ovr_stall *stall = worker->is_tx ? result->tx_stall : result->rx_stall;
	uint64_t n_stalls = worker->is_tx ? result->n_tx_stalls : result->n_rx_stalls;
	uint64_t n[OVR_STALL_ON_CPU + 1] = { 0 };
	const char *before = ": ";

	for (uint64_t i = 0; i < n_stalls; i++)
		if (stall[i].worker == worker->worker)
			n[stall[i].cause]++;
	for (unsigned int cause = OVR_STALL_UNKNOWN + 1; cause < sizeof(n) / sizeof(n[0]); cause++) {
		if (n[cause] == 0)
			continue;
		add(row, 1, "%s%s %s", before, ovr_figure_count(n[cause]).text,
			ovr_stall_cause_name((enum ovr_stall_cause)cause));
		before = ", ";
	}
}

/* @return of several senders or receivers the name of one; "": there is but one of each */
static const char *
host_name(const struct ovr_result *result, uint16_t number)
{
	return result->n_hosts > 2 && number != 0 && number <= result->n_hosts ? result->host[number - 1].name
									       : "";
}

static bool
stalls_row(const struct ovr_result *result, const struct ovr_result_worker *worker, struct ovr_table_row *row)
{
	add(row, 0, "stalls %s", worker->is_wire ? "wire" : worker->is_tx ? "tx" : "rx");
	add(row, 1, "%s%score %u: %s, %s in all, longest %s", host_name(result, worker->host),
		host_name(result, worker->host)[0] == '\0' ? "" : ", ", worker->cpu,
		ovr_figure_count(worker->n_stalls).text, ovr_figure_time(worker->stalled_ns).text,
		ovr_figure_time(worker->longest_ns).text);
	add_causes(row, result, worker);
	if (worker->n_stalls_kept < worker->n_stalls)
		add(row, 1, " (the first %s)", ovr_figure_count(worker->n_stalls_kept).text);
	return worker->n_stalls != 0;
}

/* What Linux counted on a core that stalled, in the whole trial. */
static bool
kernel_row(const struct ovr_result_worker *worker, struct ovr_table_row *row)
{
	add(row, 1, "core %u: switched out %s time%s, %s in the run queue, %s stolen, %s interrupts",
		worker->cpu, ovr_figure_count(worker->involuntary_switches).text,
		ovr_figure_plural(worker->involuntary_switches), ovr_figure_time(worker->run_queue_ns).text,
		ovr_figure_time(worker->steal_ns).text, ovr_figure_count(worker->interrupts).text);
	if (worker->busiest_interrupts != 0)
		add(row, 1, " (most: %s)", worker->busiest_interrupt);
	return worker->n_stalls != 0 && worker->kernel_known;
}

static bool
line_row(const struct ovr_result *result, struct ovr_table_row *row)
{
	if (result->line_paused_ns <= 0 || (uint64_t)result->line_paused_ns < result->plan.trial.stall_min_ns)
		return false;
	add(row, 0, "line");
	add(row, 1, "paused for %s: the core that emulates the link ran late",
		ovr_figure_time((uint64_t)result->line_paused_ns).text);
	return true;
}

static bool
impairments_row(const struct ovr_result *result, struct ovr_table_row *row)
{
	const char *before = "";

	add(row, 0, "impaired");
	for (unsigned int kind = 0; kind < OVR_IMPAIRMENT_KINDS; kind++) {
		if (result->impairments[kind] == 0)
			continue;
		add(row, 1, "%s%s %s", before, ovr_figure_count(result->impairments[kind]).text,
			ovr_impairment_name((enum ovr_impairment_kind)kind));
		before = ", ";
	}
	return before[0] != '\0';
}

static bool
moved_row(const struct ovr_result *result, struct ovr_table_row *row)
{
	add(row, 0, "moved");
	add(row, 1, "%s stream%s seen on more than one queue", ovr_figure_count(result->moved_streams).text,
		ovr_figure_plural(result->moved_streams));
	if (result->uncountable_streams != 0)
		add(row, 1, "; the books of %s cannot be merged",
			ovr_figure_count(result->uncountable_streams).text);
	return result->moved_streams != 0;
}

static bool
capture_row(const struct ovr_result *result, struct ovr_table_row *row)
{
	add(row, 0, "capture");
	add(row, 1, "%s frame%s in %s", ovr_figure_count(result->captured_frames).text,
		ovr_figure_plural(result->captured_frames), result->plan.output.capture);
	if (result->capture_left_out != 0)
		add(row, 1, ", %s left out", ovr_figure_count(result->capture_left_out).text);
	return result->plan.output.capture[0] != '\0';
}

static bool
fact_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	if (index == 0)
		return latency_row(result, row);
	if (index <= 2 * result->n_workers) {
		const struct ovr_result_worker *worker = &result->worker[(index - 1) / 2];

		return index % 2 == 1 ? stalls_row(result, worker, row) : kernel_row(worker, row);
	}
	switch (index - 2 * result->n_workers) {
	case 1:
		return line_row(result, row);
	case 2:
		return moved_row(result, row);
	case 3:
		return impairments_row(result, row);
	default:
		return capture_row(result, row);
	}
}

void
ovr_text_facts(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = { { .width = 9 }, { .width = 0 } },
		.n_columns = 2,
		.row = fact_row,
	};

	ovr_table_print(&table, result, 2 * result->n_workers + 5, out);
}

static bool
size_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_result_size *size = &result->size[index];

	add(row, 0, "%u B", size->size);
	add(row, 1, "%s", ovr_figure_count(size->sent).text);
	add(row, 2, "%s", ovr_figure_count(size->lost).text);
	add(row, 3, "%s", ovr_figure_ratio(size->lost, size->sent).text);
	return true;
}

void
ovr_text_sizes(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "size", .width = 9 },
			{ .heading = "sent", .right = true, .width = 12 },
			{ .heading = "lost", .right = true, .width = 10 },
			{ .heading = "share", .right = true, .width = 8 },
		},
		.n_columns = 4,
		.row = size_row,
	};

	if (result->n_sizes > 1)
		ovr_table_print(&table, result, result->n_sizes, out);
}

static unsigned int
queues_of_direction(const struct ovr_result *result, bool is_tx)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < result->n_queues; i++)
		n += result->queue[i].is_tx == is_tx;
	return n;
}

/* Of more queues than a host has, those are listed that did not take the most. */
#define QUEUES_LISTED       512
#define WORST_QUEUES_LISTED 16

static uint64_t
not_taken(const struct ovr_result_queue *queue)
{
	return queue->is_tx ? queue->refused : queue->missed_known ? queue->missed : 0;
}

static bool
is_queue_listed(const struct ovr_result *result, uint32_t index)
{
	uint64_t own = not_taken(&result->queue[index]);
	uint32_t rank = 0;

	for (uint32_t i = 0; i < result->n_queues && result->n_queues > QUEUES_LISTED; i++) {
		uint64_t other = not_taken(&result->queue[i]);

		rank += other > own || (other == own && i < index);
	}
	return rank < WORST_QUEUES_LISTED;
}

static bool
queue_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_result_queue *queue = &result->queue[index];
	uint64_t all = 0;

	if (!is_queue_listed(result, index))
		return false;
	for (uint32_t i = 0; i < result->n_queues; i++)
		if (result->queue[i].is_tx == queue->is_tx)
			all += result->queue[i].frames;
	add(row, 0, "%s%s%s %u", host_name(result, queue->host),
		host_name(result, queue->host)[0] == '\0' ? "" : "/", queue->is_tx ? "tx" : "rx",
		queue->queue);
	add(row, 1, "%u", queue->cpu);
	add(row, 2, "%s", ovr_figure_count(queue->frames).text);
	add(row, 3, "%s", ovr_figure_ratio(queue->frames, all).text);
	if (queue->is_tx)
		add(row, 4, "%s refused", ovr_figure_count(queue->refused).text);
	else if (queue->missed_known)
		add(row, 4, "%s missed", ovr_figure_count(queue->missed).text);
	if (!queue->is_tx)
		add(row, 5, "%s", ovr_figure_ratio(queue->empty_polls, queue->polls).text);
	return queues_of_direction(result, queue->is_tx) > 1;
}

void
ovr_text_queues(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "queue" },
			{ .heading = "core", .right = true },
			{ .heading = "frames", .right = true, .width = 12 },
			{ .heading = "share", .right = true, .width = 8 },
			{ .heading = "not taken", .right = true, .width = 14 },
			{ .heading = "empty polls", .right = true },
		},
		.n_columns = 6,
		.row = queue_row,
	};

	ovr_table_print(&table, result, result->n_queues, out);
	if (result->n_queues > QUEUES_LISTED)
		fprintf(out, "  of %s queues the %d that did not take most are listed; the JSON has all\n",
			ovr_figure_count(result->n_queues).text, WORST_QUEUES_LISTED);
}

/*
 * Where the books have its frames: "tx.kernel, 0 to 24 of these", "counted in rx.ring already",
 * "in no account".
 */
static void
add_account(struct ovr_table_row *row, const struct ovr_result_counter *counter)
{
	const char *place = counter->place == OVR_PLACE_COUNT ? "" : ovr_ledger_place_name(counter->place);
	bool is_alias = counter->frames_max == 0 && counter->meaning.kind == OVR_NIC_KIND_ALIAS;

	if (place[0] == '\0')
		add(row, 4, counter->meaning.kind == OVR_NIC_KIND_OTHER ? "no loss" : "in no account");
	else if (is_alias)
		add(row, 4, "counted in %s already", place);
	else if (counter->frames_max == 0)
		add(row, 4, "%s, none of these", place);
	else if (counter->frames_min != counter->frames_max)
		add(row, 4, "%s, %s to %s of these", place, ovr_figure_count(counter->frames_min).text,
			ovr_figure_count(counter->frames_max).text);
	else if (counter->frames_max != counter->added)
		add(row, 4, "%s, %s of these", place, ovr_figure_count(counter->frames_max).text);
	else
		add(row, 4, "%s", place);
}

static bool
counter_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_result_counter *counter = &result->counter[index];
	const struct ovr_nic_meaning *meaning = &counter->meaning;

	add(row, 0, "%s", counter->counter);
	add(row, 1, "%s%s", counter->was_reset ? "reset, now " : "", ovr_figure_count(counter->added).text);
	add(row, 2, "%s", counter->port);
	if (counter->queue >= 0)
		add(row, 2, " q%d", counter->queue);
	add(row, 3, "%s", counter->source);
	add_account(row, counter);
	if (meaning->trust != OVR_NIC_TRUST_EXACT)
		add(row, 4, " (%s)", ovr_nic_trust_name(meaning->trust));
	add(row, 5, "%s", meaning->remark);
	return true;
}

void
ovr_text_counters(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "kernel counter", .width = 16 },
			{ .heading = "added", .right = true, .width = 10 },
			{ .heading = "interface" },
			{ .heading = "counted by" },
			{ .heading = "account" },
			{ .heading = "" },
		},
		.n_columns = 6,
		.row = counter_row,
	};

	ovr_table_print(&table, result, result->n_counters, out);
}
