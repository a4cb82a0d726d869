/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The hosts of a trial over several, for people: what each sender lost, its half, and the books of
 * each receiver.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "report/beyond.h"
#include "report/figure.h"
#include "report/table.h"
#include "report/text_tables.h"

static void __attribute__((format(printf, 3, 4)))
add(struct ovr_table_row *row, unsigned int column, const char *format, ...)
{
	size_t n = strlen(row->cell[column]);
	va_list args;

	va_start(args, format);
	vsnprintf(row->cell[column] + n, sizeof(row->cell[column]) - n, format, args);
	va_end(args);
}

static void
add_range(struct ovr_table_row *row, unsigned int column, uint64_t min, uint64_t max)
{
	if (min == max)
		add(row, column, "%s", ovr_figure_signed((int64_t)min).text);
	else
		add(row, column, "%s to %s", ovr_figure_signed((int64_t)min).text,
			ovr_figure_signed((int64_t)max).text);
}

static void
add_half(struct ovr_table_row *row, unsigned int column, const struct ovr_result_host *host)
{
	add(row, column, "%s", ovr_result_half_name(host->half));
	if (host->half == OVR_RESULT_HALF_CHECKPOINT)
		add(row, column, " of %s", ovr_figure_time(host->until_ns).text);
	if (host->why[0] != '\0')
		add(row, column, ": %s", host->why);
}

/* Of more hosts than these the senders that lost most are listed, and what has no whole half. */
#define HOSTS_LISTED 40
#define WORST_LISTED 16

/* Hosts that come before this one in a list of the worst. */
static uint32_t
rank_of(const struct ovr_result *result, uint32_t index)
{
	const struct ovr_result_host *host = &result->host[index];
	bool is_whole = host->half == OVR_RESULT_HALF_WHOLE;
	uint32_t n = 0;

	for (uint32_t i = 0; i < result->n_hosts; i++) {
		const struct ovr_result_host *other = &result->host[i];
		bool other_is_whole = other->half == OVR_RESULT_HALF_WHOLE;

		if (other_is_whole != is_whole)
			n += is_whole;
		else if (other->lost != host->lost)
			n += (int64_t)other->lost > (int64_t)host->lost;
		else
			n += i < index;
	}
	return n;
}

static bool
is_listed(const struct ovr_result *result, uint32_t index)
{
	return result->n_hosts <= HOSTS_LISTED || result->host[index].is_receiver ||
		rank_of(result, index) < WORST_LISTED;
}

static bool
host_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_result_host *host = &result->host[index];

	if (!is_listed(result, index))
		return false;
	add(row, 0, "%s", host->name);
	if (result->n_receivers != 0 && host->is_sender)
		add(row, 1, "tx → %s", result->host[host->receiver].name);
	else
		add(row, 1, "%s", !host->is_sender ? "rx" : host->is_receiver ? "both" : "tx");
	if (host->is_sender && host->half != OVR_RESULT_HALF_NONE)
		add(row, 2, "%s%s", ovr_figure_count(host->sent).text, host->sent_known ? "" : " so far");
	if (host->loss_known) {
		add(row, 3, "%s", ovr_figure_count(host->unique).text);
		add(row, 4, "%s", ovr_figure_signed((int64_t)host->lost).text);
		add_range(row, 5, host->lost_before_min, host->lost_before_max);
		add_range(row, 6, (uint64_t)ovr_report_beyond_min(result, host),
			host->lost - host->lost_before_min);
	} else if (host->is_sender) {
		add(row, 3, "unknown");
		add(row, 4, "unknown");
	}
	if (host->clock_known)
		add(row, 7, "±%s", ovr_figure_time(host->clock_bound_ns).text);
	add_half(row, 8, host);
	return true;
}

/* What the hosts that are not listed came to. */
static void
tell_others(const struct ovr_result *result, FILE *out)
{
	uint64_t sent = 0, lost = 0;
	uint32_t n = 0;

	for (uint32_t i = 0; i < result->n_hosts; i++)
		if (!is_listed(result, i)) {
			n++;
			sent += result->host[i].sent;
			lost += result->host[i].lost;
		}
	if (n == 0)
		return;
	fprintf(out, "  %s other hosts sent %s", ovr_figure_count(n).text, ovr_figure_count(sent).text);
	if (ovr_ledger_knows_loss(&result->ledger))
		fprintf(out, " and lost %s, none of them more than those above",
			ovr_figure_signed((int64_t)lost).text);
	fputs("; the JSON has all\n", out);
}

static bool
receiver_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_result_receiver *receiver = &result->receiver[index];
	const struct ovr_ledger *ledger = &receiver->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;

	add(row, 0, "%s", result->host[receiver->host].name);
	add(row, 1, "%s", f->sender_unknown ? "unknown" : ovr_figure_count(f->sent).text);
	add(row, 2, "%s", f->receiver_unknown ? "unknown" : ovr_figure_count(f->unique).text);
	if (!ovr_ledger_knows_loss(ledger)) {
		add(row, 3, "unknown");
		return true;
	}
	add(row, 3, "%s", ovr_figure_signed(ledger->lost).text);
	add(row, 4, "%s", ovr_figure_signed(ledger->explained).text);
	add(row, 5, "%s", ovr_figure_signed(ledger->unexplained).text);
	add(row, 6, "%s", ovr_figure_count(f->foreign - f->astray).text);
	add(row, 7, "%s", ovr_figure_count(f->astray).text);
	return true;
}

static void
print_receivers(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "receiver" },
			{ .heading = "sent", .right = true },
			{ .heading = "arrived", .right = true },
			{ .heading = "lost", .right = true },
			{ .heading = "explained", .right = true },
			{ .heading = "unexplained", .right = true },
			{ .heading = "of others", .right = true },
			{ .heading = "astray", .right = true },
		},
		.n_columns = 8,
		.gap = 2,
		.row = receiver_row,
	};

	ovr_table_print(&table, result, result->n_receivers, out);
	for (uint32_t i = 0; i < result->n_astray; i++)
		fprintf(out, "  %s frame%s of %s arrived astray at %s\n",
			ovr_figure_count(result->astray[i].frames).text,
			ovr_figure_plural(result->astray[i].frames),
			result->host[result->astray[i].sender].name,
			result->host[result->astray[i].receiver].name);
}

void
ovr_text_hosts(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "host" },
			{ .heading = "end" },
			{ .heading = "sent", .right = true },
			{ .heading = "arrived", .right = true },
			{ .heading = "lost", .right = true },
			{ .heading = "before the line", .right = true },
			{ .heading = "beyond it", .right = true },
			{ .heading = "clock", .right = true },
			{ .heading = "half" },
		},
		.n_columns = 9,
		.gap = 2,
		.row = host_row,
	};

	ovr_table_print(&table, result, result->n_hosts, out);
	tell_others(result, out);
	if (result->n_hosts != 0 && isfinite(result->fairness))
		fprintf(out, "  fairness %.4f (Jain's index of what arrived of each sender)\n",
			result->fairness);
	print_receivers(result, out);
}
