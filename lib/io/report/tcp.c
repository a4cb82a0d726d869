/* SPDX-License-Identifier: BSD-3-Clause */
/* A trial over TCP for people. */
#include "report/tcp.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/figure.h"
#include "report/table.h"

#define CELL(row, column) (row)->cell[column], OVR_TABLE_CELL_BYTES
#define US_PER_NS         1000

static void
print_head(const struct ovr_result_tcp *result, FILE *out)
{
	const struct ovr_plan *plan = &result->plan;
	char text[OVR_PLAN_VALUE_BYTES];

	fprintf(out, "%s → %s   %u connection%s   records of %u B", plan->ports.tx.text, plan->ports.rx.text,
		result->n_connections, ovr_figure_plural(result->n_connections), plan->frames.size.size[0]);
	if (plan->load.rate.unit == OVR_RATE_PPS)
		fprintf(out, "   %s", ovr_figure_si((double)plan->load.rate.value / 1000, "records/s").text);
	if (plan->receiver.stall.length_ns != 0 || plan->receiver.stall.unread)
		fprintf(out, "   stall %s", ovr_stall_plan_print(text, sizeof(text), &plan->receiver.stall));
	fprintf(out, "   %s   %s\n", result->congestion, ovr_figure_time(result->total_ns).text);
}

static void
print_connections(const struct ovr_result_tcp *result, FILE *out)
{
	const struct ovr_segments_books *books = &result->books;

	fprintf(out, "\n  connections   %u", result->n_connections);
	for (int state = OVR_SEGMENTS_STATES - 1; state >= 0; state--)
		if (books->n_in_state[state] != 0)
			fprintf(out, "   %s %u", ovr_segments_state_name((enum ovr_segments_state)state),
				books->n_in_state[state]);
	fprintf(out, "   accepted %u", books->n_accepted);
	if (result->half_open.n != 0)
		fprintf(out, "   half-open %s", ovr_figure_count(result->half_open.n).text);
	fputc('\n', out);
}

static void
print_records(const struct ovr_result_tcp *result, FILE *out)
{
	const struct ovr_segments_books *books = &result->books;
	double payload_bps = 8 * ovr_figure_rate(books->bytes_read, result->total_ns);

	fprintf(out, "  records       written %s   read %s", ovr_figure_count(books->records_written).text,
		ovr_figure_count(books->records_read).text);
	if (books->records_corrupt != 0)
		fprintf(out, "   damaged %s", ovr_figure_count(books->records_corrupt).text);
	fprintf(out, "   %s of payload\n", ovr_figure_si(payload_bps, "b/s").text);
	fprintf(out, "  bytes         written %s   read %s", ovr_figure_count(books->bytes_written).text,
		ovr_figure_count(books->bytes_read).text);
	if (books->bytes_unread != 0)
		fprintf(out, "   unread %s", ovr_figure_count(books->bytes_unread).text);
	if (books->bytes_unacknowledged != 0)
		fprintf(out, "   not acknowledged %s", ovr_figure_count(books->bytes_unacknowledged).text);
	if (books->bytes_retrans != 0)
		fprintf(out, "   sent again %s", ovr_figure_count(books->bytes_retrans).text);
	fputc('\n', out);
}

/* "15", "10 to 15" */
static void
put_range(struct ovr_table_row *row, unsigned int column, int64_t min, int64_t max)
{
	if (min != max)
		snprintf(CELL(row, column), "%s to %s", ovr_figure_signed(min).text,
			ovr_figure_signed(max).text);
	else
		snprintf(CELL(row, column), "%s", ovr_figure_signed(max).text);
}

static bool
direction_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result_tcp *result = of;
	const struct ovr_segments_books *books = &result->books;
	const struct ovr_segments_direction *way = index == 0 ? &books->forward : &books->backward;

	if (index == 2) {
		snprintf(CELL(row, 0), "both");
		snprintf(CELL(row, 1), "%s", ovr_figure_count(books->forward.out + books->backward.out).text);
		snprintf(CELL(row, 2), "%s", ovr_figure_count(books->forward.in + books->backward.in).text);
		put_range(row, 3, books->lost_min, books->lost_max);
		return true;
	}
	snprintf(CELL(row, 0), index == 0 ? "to the receiver" : "back");
	snprintf(CELL(row, 1), "%s", ovr_figure_count(way->out).text);
	snprintf(CELL(row, 2), "%s", ovr_figure_count(way->in).text);
	snprintf(CELL(row, 3), "%s", ovr_figure_signed(way->lost).text);
	if (index == 0)
		snprintf(CELL(row, 4), "%s with data, %s sent again", ovr_figure_count(way->data_out).text,
			ovr_figure_count(books->retransmitted).text);
	else
		snprintf(CELL(row, 4), "acknowledgements and handshakes");
	return true;
}

/* "hop:r/rx.netfilter", "receiver rx.tcp" */
static void
put_place(struct ovr_table_row *row, const struct ovr_ledger_account *account)
{
	snprintf(CELL(row, 0), "%s%s%s", account->port, account->is_of_hop ? "/" : " ",
		ovr_ledger_place_name(account->place));
}

static bool
account_row(const struct ovr_segments_account *segments, struct ovr_table_row *row)
{
	const struct ovr_ledger_account *account = &segments->account;
	size_t n;

	put_place(row, account);
	put_range(row, 1, (int64_t)account->frames_min, (int64_t)account->frames_max);
	snprintf(CELL(row, 2), "%s", account->counter);
	if (account->frames_min != account->frames_max)
		snprintf(CELL(row, 3), "%s counted; ", ovr_figure_count(account->counted).text);
	n = strlen(row->cell[3]);
	snprintf(row->cell[3] + n, OVR_TABLE_CELL_BYTES - n, "%s%s%s", account->why,
		account->aliases[0] != '\0' ? "; again in " : "", account->aliases);
	return true;
}

static bool
lost_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result_tcp *result = of;
	const struct ovr_segments_books *books = &result->books;

	if (index < result->n_accounts)
		return result->account[index].layer != OVR_SEGMENTS_STACK &&
			account_row(&result->account[index], row);
	snprintf(CELL(row, 0), "unexplained");
	put_range(row, 1, books->unexplained_min, books->unexplained_max);
	if (books->unexplained_max > 0)
		snprintf(CELL(row, 3),
			books->unexplained_min > 0
				? "no counter of the namespaces on the path has them"
				: "no counter tells of how many segments its packets were");
	return true;
}

static bool
dropped_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result_tcp *result = of;

	return result->account[index].layer != OVR_SEGMENTS_WAY && account_row(&result->account[index], row);
}

static void
print_segments(const struct ovr_result_tcp *result, FILE *out)
{
	static const struct ovr_table directions = {
		.column = {
			{ .heading = "segments", .width = 15 },
			{ .heading = "out", .right = true, .width = 12 },
			{ .heading = "in", .right = true, .width = 12 },
			{ .heading = "lost", .right = true, .width = 8 },
			{ .heading = "" },
		},
		.n_columns = 5,
		.row = direction_row,
	};
	static const struct ovr_table lost = {
		.column = {
			{ .heading = "where they were lost", .width = 20 },
			{ .heading = "segments", .right = true, .width = 8 },
			{ .heading = "counter", .width = 12 },
			{ .heading = "why" },
		},
		.n_columns = 4,
		.row = lost_row,
	};
	static const struct ovr_table dropped = {
		.column = {
			{ .heading = "dropped by TCP itself", .width = 20 },
			{ .heading = "segments", .right = true, .width = 8 },
			{ .heading = "counter", .width = 12 },
			{ .heading = "why" },
		},
		.n_columns = 4,
		.row = dropped_row,
	};

	ovr_table_print(&directions, result, 3, out);
	ovr_table_print(&lost, result, result->n_accounts + 1, out);
	ovr_table_print(&dropped, result, result->n_accounts, out);
}

static void
print_times(const struct ovr_result_tcp *result, FILE *out)
{
	const struct ovr_hist *latency = &result->latency_ns;
	uint64_t busy_us = 0, closed_us = 0, full_us = 0;

	for (uint32_t i = 0; i < result->n_connections; i++) {
		busy_us += result->connection[i].sender.busy_us;
		closed_us += result->connection[i].sender.rwnd_limited_us;
		full_us += result->connection[i].sender.sndbuf_limited_us;
	}
	if (latency->count != 0)
		fprintf(out, "\n  latency       min %s   median %s   p99 %s   max %s   from write to read\n",
			ovr_figure_time(latency->min).text,
			ovr_figure_time(ovr_hist_percentile(latency, 50)).text,
			ovr_figure_time(ovr_hist_percentile(latency, 99)).text,
			ovr_figure_time(latency->max).text);
	fprintf(out, "%s  sender        busy %s   the receiver's window was closed for %s",
		latency->count == 0 ? "\n" : "", ovr_figure_time(busy_us * US_PER_NS).text,
		ovr_figure_time(closed_us * US_PER_NS).text);
	if (full_us != 0)
		fprintf(out, "   its send buffer was too small for %s",
			ovr_figure_time(full_us * US_PER_NS).text);
	fputc('\n', out);
}

static void
print_verdict(const struct ovr_result_tcp *result, FILE *out)
{
	static const char *const word[] = {
		[OVR_VERDICT_PASS] = "PASS",
		[OVR_VERDICT_LOSS] = "LOSS",
		[OVR_VERDICT_VOID] = "VOID",
	};
	const struct ovr_segments_books *books = &result->books;

	if (result->n_notes != 0)
		fputc('\n', out);
	for (uint32_t i = 0; i < result->n_notes; i++)
		fprintf(out, "  note: %s\n", result->note[i]);
	fputc('\n', out);
	if (books->n_reasons == 0)
		fprintf(out, "  %s\n", word[books->verdict]);
	for (uint32_t i = 0; i < books->n_reasons; i++)
		fprintf(out, "  %s: %s\n", word[books->verdict], books->reason[i]);
}

/* What makes a range exact. */
static void
print_next(const struct ovr_result_tcp *result, FILE *out)
{
	bool has_range = false;

	for (uint32_t i = 0; i < result->n_accounts; i++)
		has_range |= result->account[i].account.frames_min != result->account[i].account.frames_max;
	if (has_range && result->segments_per_packet_max > 1)
		fprintf(out,
			"  next: a packet on this path may hold %u segments. To count exactly, on the "
			"sender's and "
			"the receiver's links: ip link set DEV gso_max_segs 1; ethtool -K DEV gro off\n",
			result->segments_per_packet_max);
}

int
ovr_report_tcp_text(const struct ovr_result_tcp *result, FILE *out, struct ovr_err *err)
{
	print_head(result, out);
	print_connections(result, out);
	print_records(result, out);
	print_segments(result, out);
	print_times(result, out);
	print_verdict(result, out);
	print_next(result, out);
	return ferror(out) ? ovr_err_set(err, -EIO, "the report cannot be written") : 0;
}
