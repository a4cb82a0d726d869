/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answers of a search, a row for each size: what RFC 2544 §26.1 asks a report of throughput
 * for.
 */
#include <string.h>

#include "report/columns.h"
#include "report/search_parts.h"

/* Goals side by side, so that a line has room for them. */
#define GOALS_A_LINE 2
#define SIZE_COLUMNS 12

/* At the right of so many columns. */
static void
put_right(FILE *out, unsigned int columns, const char *text)
{
	size_t taken = ovr_columns_of(text);

	fprintf(out, "%*s%s", taken < columns ? (int)(columns - taken) : 0, "", text);
}

static struct ovr_figure
count(double pps)
{
	struct ovr_figure none = { "-" };

	return pps > 0 ? ovr_figure_count((uint64_t)(pps + 0.5)) : none;
}

/* The lower bound, marked where the answer is irregular. */
static struct ovr_figure
lower_of(const struct ovr_result_search_size *size, const struct ovr_method_answer *answer)
{
	struct ovr_figure figure = { "unknown" }, none = { "none" };
	struct ovr_figure pps = count(answer->lower_pps);

	if (size->n_loads == 0)
		return (struct ovr_figure){ "-" };
	if (answer->lower_pps <= 0)
		return answer->end == OVR_METHOD_BELOW ? none : figure;
	snprintf(figure.text, sizeof(figure.text), "%s%.40s%s",
		answer->end == OVR_METHOD_AT_LEAST ? "≥ " : "", pps.text,
		answer->end == OVR_METHOD_OPEN ? "*" : "");
	return figure;
}

static void
put_answer(const struct ovr_result_search_size *size, const struct ovr_method_answer *answer, FILE *out)
{
	char share[16] = "-";

	if (size->line_pps > 0 && answer->lower_pps > 0)
		snprintf(share, sizeof(share), "%.4g", 100 * answer->lower_pps / size->line_pps);
	put_right(out, 15, lower_of(size, answer).text);
	put_right(out, 8, share);
	put_right(out, 13, count(answer->upper_pps).text);
}

static void
put_head(const struct ovr_result_search *search, uint32_t first, FILE *out)
{
	fprintf(out, "\n  ");
	put_right(out, SIZE_COLUMNS, "size");
	put_right(out, 13, "theoretical");
	for (uint32_t g = first; g < search->n_goals && g < first + GOALS_A_LINE; g++) {
		put_right(out, 15, ovr_search_goal_name(&search->goal[g]).text);
		put_right(out, 8, "% of it");
		put_right(out, 13, "below");
	}
	fputc('\n', out);
}

static void
put_row(const struct ovr_result_search *search, const struct ovr_result_search_size *size, uint32_t first,
	FILE *out)
{
	char text[sizeof(size->size)];

	memcpy(text, size->size, sizeof(text));
	text[ovr_columns_cut(text, SIZE_COLUMNS, sizeof(text) - 1)] = '\0';
	fprintf(out, "  ");
	put_right(out, SIZE_COLUMNS, text);
	put_right(out, 13, count(size->line_pps).text);
	for (uint32_t g = first; g < search->n_goals && g < first + GOALS_A_LINE; g++)
		put_answer(size, &size->answer[g], out);
	fputc('\n', out);
}

static bool
has_end(const struct ovr_result_search *search, enum ovr_method_end end)
{
	for (uint32_t i = 0; i < search->n_sizes; i++)
		for (uint32_t g = 0; g < search->n_goals && search->size[i].n_loads != 0; g++)
			if (search->size[i].answer[g].end == end && search->size[i].answer[g].lower_pps > 0)
				return true;
	return false;
}

void
ovr_search_print_table(const struct ovr_result_search *search, FILE *out)
{
	for (uint32_t first = 0; first < search->n_goals; first += GOALS_A_LINE) {
		put_head(search, first, out);
		for (uint32_t i = 0; i < search->n_sizes; i++)
			put_row(search, &search->size[i], first, out);
	}
	if (search->n_goals == 0 || search->n_sizes == 0)
		return;
	fprintf(out, "  in pps; theoretical: the rate of the line at that size; below: the upper bound\n");
	if (has_end(search, OVR_METHOD_AT_LEAST))
		fprintf(out, "  ≥ no higher load was tried: the tester, or --max-rate, is the limit\n");
	if (has_end(search, OVR_METHOD_OPEN))
		fprintf(out, "  * irregular: the bounds are not as narrow as required\n");
}
