/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames by fate: the rows of the report's first table. */
#include "report/figure.h"
#include "report/table.h"
#include "report/text_tables.h"

/* The rows, in the order of the path. */
enum frames_row {
	ATTEMPTED,
	SHORTFALL,
	REFUSED,
	SENT,
	UNIQUE,
	LOST,
	DUPLICATE,
	REORDERED,
	LATE,
	CORRUPT,
	STALE,
	FOREIGN,
	N_ROWS,
};

/* A text whose length is bounded by the numbers in it; a cell holds the longest. */
#define CELL(row, column) (row)->cell[column], OVR_TABLE_CELL_BYTES

/* Columns: what, how many, rate or share, remark. */
static void
fill(struct ovr_table_row *row, const char *what, uint64_t frames, const struct ovr_figure *figure)
{
	snprintf(CELL(row, 0), "%s", what);
	snprintf(CELL(row, 1), "%s", ovr_figure_count(frames).text);
	if (figure != NULL)
		snprintf(CELL(row, 2), "%s", figure->text);
}

static void
fill_share(struct ovr_table_row *row, const char *what, uint64_t frames, uint64_t whole)
{
	struct ovr_figure share = ovr_figure_ratio(frames, whole);

	fill(row, what, frames, &share);
}

static void
fill_rate(struct ovr_table_row *row, const char *what, uint64_t frames, double pps)
{
	struct ovr_figure rate = ovr_figure_si(pps, "pps");

	fill(row, what, frames, &rate);
}

/* How much of the shortfall has a cause that is known. */
static void
fill_shortfall(struct ovr_table_row *row, const struct ovr_result *result)
{
	char *remark = row->cell[3];
	size_t size = OVR_TABLE_CELL_BYTES;
	int n = 0;

	fill_share(row, "shortfall", result->shortfall, result->ledger.figures.scheduled);
	if (result->shortfall_in_stalls == result->shortfall)
		n = snprintf(remark, size, "all in stalls of the transmit core");
	else
		n = snprintf(remark, size, "%s in stalls of the transmit core",
			ovr_figure_count(result->shortfall_in_stalls).text);
	if (result->shortfall_pool != 0)
		snprintf(remark + n, size - (size_t)n, ", %s without a free frame in the pool",
			ovr_figure_count(result->shortfall_pool).text);
}

static void
fill_refused(struct ovr_table_row *row, const struct ovr_result *result)
{
	const struct ovr_ledger_figures *f = &result->ledger.figures;
	const char *full = result->plan.ports.tx.kind == OVR_PORT_UDP ? "send buffer full" : "TX ring full";

	if (f->refused == 0)
		fill(row, "refused", 0, NULL);
	else
		fill_share(row, "refused", f->refused, f->attempted);
	snprintf(CELL(row, 3), "%s", full);
	if (result->full_waits != 0)
		snprintf(CELL(row, 3), "%s: waited %s time%s", full,
			ovr_figure_count(result->full_waits).text, ovr_figure_plural(result->full_waits));
}

static void
fill_lost(struct ovr_table_row *row, const struct ovr_result *result)
{
	const struct ovr_seq_loss *loss = &result->total.loss;
	uint64_t sent = result->ledger.figures.sent;
	int n;

	snprintf(CELL(row, 0), "lost");
	snprintf(CELL(row, 1), "%s", ovr_figure_signed(result->ledger.lost).text);
	if (sent == 0 || result->ledger.lost < 0)
		return;
	snprintf(CELL(row, 2), "%s", ovr_figure_ratio((uint64_t)result->ledger.lost, sent).text);
	if (result->ledger.lost == 0) {
		/* No loss in n frames bounds the ratio by 3/n at 95 %. */
		snprintf(CELL(row, 3), "under %s with 95 %% confidence (3/n)",
			ovr_figure_ratio(sent < 3 ? sent : 3, sent).text);
		return;
	}
	n = snprintf(CELL(row, 3), "%s loss period%s, longest %s frame%s",
		ovr_figure_count(loss->periods).text, ovr_figure_plural(loss->periods),
		ovr_figure_count(loss->longest).text, ovr_figure_plural(loss->longest));
	if (loss->head != 0)
		n += snprintf(row->cell[3] + n, OVR_TABLE_CELL_BYTES - (size_t)n, ", %s at the head",
			ovr_figure_count(loss->head).text);
	if (loss->tail != 0)
		snprintf(row->cell[3] + n, OVR_TABLE_CELL_BYTES - (size_t)n, ", %s at the tail",
			ovr_figure_count(loss->tail).text);
}

static void
fill_reordered(struct ovr_table_row *row, const struct ovr_result *result)
{
	const struct ovr_seq_reorder *reorder = &result->total.reorder;
	uint64_t three = 0;

	for (unsigned int n = 3; n <= OVR_SEQ_N_REORDER_MAX; n++)
		three += reorder->exactly_n[n];
	fill_share(row, "reordered", result->ledger.figures.reordered, result->ledger.figures.unique);
	snprintf(CELL(row, 3), "max extent %s, 3-reordered %s, at most %s late",
		ovr_figure_count(reorder->extent_max).text, ovr_figure_count(three).text,
		ovr_figure_time(reorder->late_time_max_ns).text);
}

/* The classes of arrivals that are no unique frames. */
static bool
fill_arrival(struct ovr_table_row *row, const struct ovr_result *result, enum frames_row which)
{
	const struct ovr_ledger_figures *f = &result->ledger.figures;

	switch (which) {
	case DUPLICATE:
		fill_share(row, "duplicate", f->duplicate, f->unique);
		snprintf(CELL(row, 3), "further copies of %s frame%s",
			ovr_figure_count(result->total.replicated).text,
			ovr_figure_plural(result->total.replicated));
		return f->duplicate != 0;
	case REORDERED:
		fill_reordered(row, result);
		return f->reordered != 0;
	case LATE:
		fill_share(row, "late", f->late, f->received);
		snprintf(CELL(row, 3), "after they had been given up (window %s, %s)",
			ovr_figure_count(result->plan.receiver.window).text,
			ovr_figure_time(result->plan.receiver.tmax_ns).text);
		return f->late != 0;
	case CORRUPT:
		fill_share(row, "corrupt", f->corrupt, f->received);
		snprintf(CELL(row, 3), "damaged under a good FCS");
		return f->corrupt != 0;
	case STALE:
		fill_share(row, "stale", f->stale, f->received);
		snprintf(CELL(row, 3), "of an earlier trial");
		return f->stale != 0;
	default:
		fill_share(row, "foreign", f->foreign, f->received);
		if (f->merged != 0)
			snprintf(CELL(row, 3), "%s of these hold several frames of ours, merged on the way",
				ovr_figure_count(f->merged).text);
		else if (f->astray != 0)
			snprintf(CELL(row, 3), "%s of these went astray: they were sent to another receiver",
				ovr_figure_count(f->astray).text);
		else
			snprintf(CELL(row, 3), "not ours");
		return f->foreign != 0;
	}
}

/* An end that told no figures has its main ones unknown, and the others left out. */
static bool
fill_unknown(struct ovr_table_row *row, enum frames_row which)
{
	const char *what = which == ATTEMPTED ? "attempted"
		: which == SENT               ? "sent"
		: which == UNIQUE             ? "unique"
		: which == LOST               ? "lost"
					      : NULL;

	if (what == NULL)
		return false;
	snprintf(CELL(row, 0), "%s", what);
	snprintf(CELL(row, 1), "unknown");
	return true;
}

static bool
frames_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result *result = of;
	const struct ovr_ledger_figures *f = &result->ledger.figures;

	if ((f->sender_unknown && index <= SENT) || (f->receiver_unknown && index >= UNIQUE) ||
		(index == LOST && !ovr_ledger_knows_loss(&result->ledger)))
		return fill_unknown(row, (enum frames_row)index);
	switch ((enum frames_row)index) {
	case ATTEMPTED:
		fill_rate(row, "attempted", f->attempted, ovr_figure_rate(f->attempted, result->duration_ns));
		return true;
	case SHORTFALL:
		fill_shortfall(row, result);
		return result->shortfall != 0;
	case REFUSED:
		fill_refused(row, result);
		return true;
	case SENT:
		fill_rate(row, "sent", f->sent, result->tx_pps);
		snprintf(CELL(row, 3), "%s L1", ovr_figure_si(result->tx_l1_bps, "b/s").text);
		return true;
	case UNIQUE:
		fill_share(row, "unique", f->unique, f->sent);
		return true;
	case LOST:
		fill_lost(row, result);
		return true;
	default:
		return fill_arrival(row, result, (enum frames_row)index);
	}
}

void
ovr_text_frames(const struct ovr_result *result, FILE *out)
{
	static const struct ovr_table table = {
		.column = { { .width = 9 }, { .right = true, .width = 10 }, { .right = true, .width = 10 },
			{ .width = 0 } },
		.n_columns = 4,
		.row = frames_row,
	};

	ovr_table_print(&table, result, N_ROWS, out);
}
