/* SPDX-License-Identifier: BSD-3-Clause */
/* A sweep for people: a table for each curve, what was measured beside what the model says. */
#include "report/sweep.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "method/confidence.h"
#include "report/figure.h"
#include "report/table.h"

#define LEVEL 0.95

/* The next whole number of slots; what is beyond all numbers stays there. */
static struct ovr_figure
slots(double value)
{
	return ovr_figure_count((uint64_t)ceil(value));
}

const char *
ovr_report_sweep_shape(const struct ovr_method_shape *shape, char *buf, size_t size)
{
	switch (shape->kind) {
	case OVR_METHOD_SHAPE_LOSSLESS:
		snprintf(buf, size, "nothing is lost with any of these rings");
		break;
	case OVR_METHOD_SHAPE_KNEE:
		if (isnan(shape->knee))
			snprintf(buf, size, "falls to nothing beyond %s slots: stalls",
				slots(shape->lossy_to).text);
		else
			snprintf(buf, size, "falls to a knee at %s slots: stalls, and what comes in one",
				slots(shape->knee).text);
		break;
	case OVR_METHOD_SHAPE_FALLING:
		if (isnan(shape->knee))
			snprintf(buf, size, "falls, but not to nothing: stalls that outlast these rings");
		else
			snprintf(buf, size,
				"falls, but not to nothing: stalls that outlast these rings; the knee is at "
				"%s slots",
				slots(shape->knee).text);
		break;
	case OVR_METHOD_SHAPE_FLAT:
		snprintf(buf, size,
			"flat: the receiver is slower than the arrivals, or the limit is elsewhere; no ring "
			"helps");
		break;
	case OVR_METHOD_SHAPE_RISING:
		snprintf(buf, size,
			"rises: larger rings cost more, as when their buffers outgrow the cache; least is "
			"lost with %s slots",
			slots(shape->least_at).text);
		break;
	case OVR_METHOD_SHAPE_UNCLEAR:
	case OVR_METHOD_SHAPES:
		snprintf(buf, size, "unclear: fewer than two rings are known, or it goes up and down");
		break;
	}
	return buf;
}

const char *
ovr_report_sweep_exclusion(enum ovr_comparison_exclusion exclusion)
{
	static const char *const why[OVR_COMPARISON_EXCLUSIONS] = {
		[OVR_COMPARISON_EXCLUDED_NOT] = "",
		[OVR_COMPARISON_EXCLUDED_HOST] = "frames were lost in host stalls",
		[OVR_COMPARISON_EXCLUDED_ABSENT] = "no injected stall began while frames were sent",
		[OVR_COMPARISON_EXCLUDED_OVERLAPPED] = "every injected stall was overlapped",
	};

	return why[exclusion];
}

static void
print_head(const struct ovr_result_sweep *sweep, FILE *out)
{
	const struct ovr_plan *plan = &sweep->plan;
	const struct ovr_plan_row *row = ovr_plan_row_of(plan->load.count != 0 ? "count" : "time");
	char each[OVR_PLAN_VALUE_BYTES];

	fprintf(out, "sweep      %s → %s   %u of %u cells, %s%s each   seed %" PRIu64 "\n",
		plan->ports.tx.label, plan->ports.rx.label, sweep->n_done, sweep->n_cells,
		row->print(row, plan, each, sizeof(each)), plan->load.count != 0 ? " frames" : "",
		plan->trial.seed);
	if (plan->sweep.n_rings != 0) {
		fprintf(out, "           rings of");
		for (uint32_t i = 0; i < plan->sweep.n_rings; i++)
			fprintf(out, "%s %u", i == 0 ? "" : ",", plan->sweep.ring[i]);
		fputc('\n', out);
	}
	if (sweep->n_resumed != 0)
		fprintf(out, "           %u cells were kept from an earlier run\n", sweep->n_resumed);
	if (sweep->n_void != 0)
		fprintf(out, "           %u void\n", sweep->n_void);
	for (unsigned int exclusion = OVR_COMPARISON_EXCLUDED_NOT + 1; exclusion < OVR_COMPARISON_EXCLUSIONS;
		exclusion++)
		if (sweep->n_excluded_of[exclusion] != 0)
			fprintf(out, "           %u excluded: %s\n", sweep->n_excluded_of[exclusion],
				ovr_report_sweep_exclusion((enum ovr_comparison_exclusion)exclusion));
}

static struct ovr_figure
percent(double ratio)
{
	struct ovr_figure figure = { "-" };

	if (isfinite(ratio))
		snprintf(figure.text, sizeof(figure.text), "%.4g", 100 * ratio);
	return figure;
}

static struct ovr_figure
per_stall(double frames, uint64_t n_stalls)
{
	struct ovr_figure figure = { "-" };

	if (n_stalls != 0)
		snprintf(figure.text, sizeof(figure.text), "%.1f", frames / (double)n_stalls);
	return figure;
}

/* "1", "1, 1 void", "2, 1 excluded" */
static struct ovr_figure
cells_of(const struct ovr_result_ring *ring)
{
	struct ovr_figure figure;
	int n = snprintf(figure.text, sizeof(figure.text), "%u", ring->n_cells);

	if (ring->n_void != 0)
		n += snprintf(figure.text + n, sizeof(figure.text) - (size_t)n, ", %u void", ring->n_void);
	if (ring->n_excluded != 0)
		snprintf(figure.text + n, sizeof(figure.text) - (size_t)n, ", %u excluded", ring->n_excluded);
	return figure;
}

#define CELL(row, column) (row)->cell[column], OVR_TABLE_CELL_BYTES

/* Where each cell is void its figures stand, as in the CSV, and no ratio is made of them. */
static bool
ring_row(const void *of, uint32_t index, struct ovr_table_row *row)
{
	const struct ovr_result_ring *ring = &((const struct ovr_result_curve *)of)->ring[index];
	bool is_void = ring->n_void != 0 && ring->n_void == ring->n_cells;

	snprintf(CELL(row, 0), "%s", ovr_figure_count(ring->rxd).text);
	snprintf(CELL(row, 1), "%s", cells_of(ring).text);
	snprintf(CELL(row, 2), "%s", ovr_figure_count(is_void ? ring->void_sent : ring->sent).text);
	snprintf(CELL(row, 3), "%s", ovr_figure_count(is_void ? ring->void_lost : ring->lost).text);
	snprintf(CELL(row, 4), "%s",
		percent(ring->sent == 0 ? NAN : (double)ring->lost / (double)ring->sent).text);
	snprintf(CELL(row, 5), "%s", percent(ring->model_loss).text);
	snprintf(CELL(row, 6), "%s", per_stall((double)ring->lost_compared, ring->n_compared).text);
	snprintf(CELL(row, 7), "%s", per_stall(ring->model_compared, ring->n_compared).text);
	if (ring->n_injected != 0)
		snprintf(CELL(row, 8), "%" PRIu64 " of %" PRIu64, ring->n_compared, ring->n_injected);
	else
		snprintf(CELL(row, 8), "-");
	return true;
}

static void
print_rings(const struct ovr_result_curve *curve, uint32_t n_rings, FILE *out)
{
	static const struct ovr_table table = {
		.column = {
			{ .heading = "ring", .right = true },
			{ .heading = "cells" },
			{ .heading = "sent", .right = true },
			{ .heading = "lost", .right = true },
			{ .heading = "loss %", .right = true },
			{ .heading = "model %", .right = true },
			{ .heading = "per stall", .right = true },
			{ .heading = "model", .right = true },
			{ .heading = "compared", .right = true },
		},
		.n_columns = 9,
		.gap = 2,
		.is_continued = true,
		.row = ring_row,
	};

	ovr_table_print(&table, curve, n_rings, out);
}

static void
print_curve(const struct ovr_result_sweep *sweep, uint32_t number, FILE *out)
{
	static const char *const keys[] = { "size", "rate", "burst", "rxq", "stall" };
	const struct ovr_result_curve *curve = &sweep->curve[number];
	struct ovr_plan trial;
	char text[256];

	if (ovr_plan_sweep_cell(&sweep->plan, (uint64_t)number * sweep->n_rings, &trial, NULL) != 0)
		return;
	fputs("\n ", out);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct ovr_plan_row *row = ovr_plan_row_of(keys[i]);
		char value[OVR_PLAN_VALUE_BYTES];

		fprintf(out, " %s %s%s", keys[i], row->print(row, &trial, value, sizeof(value)),
			i + 1 < sizeof(keys) / sizeof(keys[0]) ? "  " : "\n");
	}
	print_rings(curve, sweep->n_rings, out);
	if (curve->n_known == sweep->n_rings)
		fprintf(out, "  shape     %s\n", ovr_report_sweep_shape(&curve->shape, text, sizeof(text)));
	else if (curve->shape.kind == OVR_METHOD_SHAPE_LOSSLESS)
		fprintf(out,
			"  shape     nothing is lost with %u of these %u rings; of the others, whose cells "
			"are void or excluded, nothing is known\n",
			curve->n_known, sweep->n_rings);
	else
		fprintf(out,
			"  shape     %s; %u of %u rings are not known: their cells are void or excluded\n",
			ovr_report_sweep_shape(&curve->shape, text, sizeof(text)),
			sweep->n_rings - curve->n_known, sweep->n_rings);
	if (curve->smallest_lossless == 0) {
		fprintf(out, "  smallest lossless ring  %s\n",
			curve->is_known ? "unknown or none: each undisturbed cell lost frames"
					: "unknown: no cell was undisturbed");
		return;
	}
	fprintf(out,
		"  smallest lossless ring  %s: none of %s frames was lost; 95 %% sure of less than "
		"%.2g%s%s\n",
		ovr_figure_count(curve->smallest_lossless).text,
		ovr_figure_count(curve->smallest_lossless_frames).text,
		ovr_method_confidence_none_in(curve->smallest_lossless_frames, LEVEL),
		curve->lossy_above != 0 ? "; but lost with " : "",
		curve->lossy_above != 0 ? ovr_figure_count(curve->lossy_above).text : "");
	if (curve->n_unknown_below != 0)
		fprintf(out, "            %u smaller ring%s not known: %s cells are void or excluded\n",
			curve->n_unknown_below, curve->n_unknown_below == 1 ? " is" : "s are",
			curve->n_unknown_below == 1 ? "its" : "their");
}

/* What stood against the model, and what was left out. */
static void
print_check(const struct ovr_result_model_check *check, FILE *out)
{
	static const char *const why[OVR_COMPARISON_CAUSES] = {
		[OVR_COMPARISON_RX] = "overlapped by another stall of the receive core",
		[OVR_COMPARISON_TX] = "overlapped by a stall of the transmit core",
		[OVR_COMPARISON_LOG] = "in trials whose logs were full",
		[OVR_COMPARISON_PATH] = "in trials that lost frames before the ring",
		[OVR_COMPARISON_SLOW] = "of a receiver that is slow, or had a backlog",
	};
	uint64_t n_compared = check->n_of[OVR_COMPARISON_VALID];

	if (check->n_injected == 0)
		return;
	fprintf(out, "\n  model     %s of %s injected stalls compared", ovr_figure_count(n_compared).text,
		ovr_figure_count(check->n_injected).text);
	if (n_compared != 0)
		fprintf(out,
			": %s (%s) lost max(0, λT − U) within one transmit burst and one receive batch, "
			"farthest off %+.0f frames where %.0f are allowed",
			ovr_figure_count(check->n_within).text,
			ovr_figure_ratio(check->n_within, n_compared).text, check->worst_frames,
			check->worst_bound_frames);
	fputc('\n', out);
	for (unsigned int cause = OVR_COMPARISON_VALID + 1; cause < OVR_COMPARISON_CAUSES; cause++)
		if (check->n_of[cause] != 0)
			fprintf(out, "  excluded  %s %s\n", ovr_figure_count(check->n_of[cause]).text,
				why[cause]);
}

int
ovr_report_sweep_text(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err)
{
	static const char *const word[] = {
		[OVR_VERDICT_PASS] = "PASS",
		[OVR_VERDICT_LOSS] = "LOSS",
		[OVR_VERDICT_VOID] = "VOID",
	};

	print_head(sweep, out);
	for (uint32_t i = 0; i < sweep->n_curves; i++)
		print_curve(sweep, i, out);
	print_check(&sweep->check, out);
	fprintf(out, "\n  %s%s%s\n", word[sweep->verdict], sweep->reason[0] != '\0' ? ": " : "",
		sweep->reason);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the report cannot be written: %s", strerror(errno));
	return 0;
}
