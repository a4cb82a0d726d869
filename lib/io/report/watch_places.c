/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/watch_places.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/figure.h"
#include "report/watch.h"

/* Columns of the table. What remains of a page is for the counter. */
#define WHEN_COLUMNS  9
#define COUNT_COLUMNS 11
#define UNIT_COLUMNS  8
#define PLACE_COLUMNS 15
#define LEFT_COLUMNS  (WHEN_COLUMNS + COUNT_COLUMNS)

/* Room for the text of a count or a place. */
struct cell {
	char text[OVR_KERNEL_NETNS_BYTES + 2 * OVR_UNITS_TEXT_BYTES];
};

static int
written(FILE *out, struct ovr_err *err)
{
	return ferror(out) ? ovr_err_set(err, -EIO, "the table cannot be written: %s", strerror(errno)) : 0;
}

static const char *
people_call(const char *netns)
{
	return netns[0] == '\0' ? "this network namespace" : netns;
}

/* "183", and of a range "5 to 17". */
static struct cell
count_of(const struct ovr_kernel_claim *claim)
{
	struct cell cell = { "" };

	if (claim->frames_min != claim->frames_max)
		snprintf(cell.text, sizeof(cell.text), "%s to %s", ovr_figure_count(claim->frames_min).text,
			ovr_figure_count(claim->frames_max).text);
	else
		snprintf(cell.text, sizeof(cell.text), "%s", ovr_figure_count(claim->frames).text);
	return cell;
}

/* "rx.ip", of another namespace "r1/rx.ip", of the whole host "(rx.softnet)". */
static struct cell
place_of(const struct ovr_kernel_claim *claim)
{
	const char *place = ovr_ledger_place_name(claim->place);
	struct cell cell = { "" };

	if (claim->is_of_host)
		snprintf(cell.text, sizeof(cell.text), "(%s)", place);
	else
		snprintf(cell.text, sizeof(cell.text), "%s%s%s", claim->netns,
			claim->netns[0] == '\0' ? "" : "/", place);
	return cell;
}

static void
print_notes(const struct ovr_report_places *places, FILE *out)
{
	for (uint32_t i = 0; i < places->n_notes; i++)
		fprintf(out, "%*s  %s\n", LEFT_COLUMNS, "unknown", places->note[i]);
	if (places->n_notes_beyond != 0)
		fprintf(out, "%*s  and %" PRIu32 " more of such counters\n", LEFT_COLUMNS, "unknown",
			places->n_notes_beyond);
}

static void
print_row(const char *when, const struct ovr_kernel_claim *claim, bool is_bold, FILE *out)
{
	fprintf(out, "%s%-*s%*s  %-*s  %-*s  %s (%s): %s", is_bold ? OVR_REPORT_BOLD_ON : "", WHEN_COLUMNS,
		when, COUNT_COLUMNS, count_of(claim).text, UNIT_COLUMNS, ovr_kernel_unit_name(claim->unit),
		PLACE_COLUMNS, place_of(claim).text, claim->counter, claim->source, claim->why);
	if (claim->aliases[0] != '\0')
		fprintf(out, "; again in %s", claim->aliases);
	fprintf(out, "%s%s\n", claim->is_of_host ? "; of the whole host, not to be added" : "",
		is_bold ? OVR_REPORT_BOLD_OFF : "");
}

int
ovr_report_places_begin(const struct ovr_report_places *places, FILE *out, struct ovr_err *err)
{
	fprintf(out, "places of ");
	for (uint32_t i = 0; i < places->n_netns; i++)
		fprintf(out, "%s%s", i == 0 ? "" : ", ", people_call(places->netns[i]));
	fputc('\n', out);
	print_notes(places, out);
	fputc('\n', out);
	return written(out, err);
}

int
ovr_report_places_headings(const char *when, FILE *out, struct ovr_err *err)
{
	fprintf(out, "%-*s%*s  %-*s  %-*s  %s\n", WHEN_COLUMNS, when, COUNT_COLUMNS, "lost", UNIT_COLUMNS,
		"unit", PLACE_COLUMNS, "place", "counter");
	return written(out, err);
}

int
ovr_report_places_rows(const char *when, const struct ovr_report_places *places, bool is_terminal, FILE *out,
	struct ovr_err *err)
{
	for (uint32_t i = 0; i < places->claims->n; i++)
		print_row(when, &places->claims->claim[i],
			is_terminal && !places->claims->claim[i].is_of_host, out);
	if (places->claims->n == 0)
		fprintf(out, "%-*s%*s  no counter of loss moved\n", WHEN_COLUMNS, when, COUNT_COLUMNS, "-");
	print_notes(places, out);
	return written(out, err);
}
