/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "picture/svg.h"

#define LEFT       200
#define RIGHT      440
#define TOP        10
#define ROW        26
#define NAME_CHARS 23
/* Ratios beyond this, either way, stand at the end of the axis. */
#define RATIO_MAX 1000.0
/* The axis shows at least this. */
#define RATIO_MIN 1.1

static bool
is_ratio(double value)
{
	return isfinite(value) && value > 0;
}

/* The greatest ratio of the axis, whose ends are it and its inverse. */
static double
reach(const struct ovr_picture_intervals *intervals)
{
	double most = RATIO_MIN;

	for (size_t i = 0; i < intervals->n_intervals; i++) {
		const double values[] = { intervals->interval[i].ratio, intervals->interval[i].low,
			intervals->interval[i].high };

		for (size_t k = 0; k < 3 && intervals->interval[i].is_known; k++)
			if (is_ratio(values[k]))
				most = fmax(most, fmax(values[k], 1 / values[k]));
	}
	return fmin(most, RATIO_MAX);
}

static double
x_of(double ratio, double most)
{
	double share = is_ratio(ratio) ? log(ratio) / log(most) : ratio > 0 ? 1 : -1;

	return (LEFT + RIGHT) / 2.0 + (RIGHT - LEFT) / 2.0 * fmax(-1, fmin(1, share));
}

/* "× 0.36", "× 1.002"; a value of no interval is unknown. */
static struct ovr_svg_value
ratio_text(double ratio)
{
	struct ovr_svg_value text = { "unknown" };

	if (isfinite(ratio) && ratio >= 0 && ratio < 1e6)
		snprintf(text.text, sizeof(text.text), ratio >= 0.9 && ratio < 1.1 ? "× %.4f" : "× %.4g",
			ratio);
	else if (ratio > 0)
		snprintf(text.text, sizeof(text.text), "× ∞");
	return text;
}

static void
draw_interval(const struct ovr_picture_interval *interval, double most, double y, FILE *out)
{
	double low = x_of(interval->low, most), high = x_of(interval->high, most);

	ovr_svg_label(out, LEFT - 10, y + 4, "end", "", ovr_svg_short(interval->name, NAME_CHARS).text);
	ovr_svg_label(out, OVR_SVG_WIDTH - 4, y + 4, "end", interval->is_known ? "" : "zero",
		interval->is_known ? ratio_text(interval->ratio).text : "not tested");
	if (!interval->is_known)
		return;
	fprintf(out, "<g class=\"interval i-%s\" data-ratio=\"%s\">\n", interval->style,
		ratio_text(interval->ratio).text);
	ovr_svg_line(out, "whisker", low, y, high, y);
	/* an end that is open has no bar */
	if (is_ratio(interval->low))
		ovr_svg_line(out, "whisker", low, y - 5, low, y + 5);
	if (is_ratio(interval->high))
		ovr_svg_line(out, "whisker", high, y - 5, high, y + 5);
	fprintf(out, "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"5\"/>\n</g>\n", interval->style,
		ovr_svg_length(x_of(interval->ratio, most)).text, ovr_svg_length(y).text);
}

void
ovr_picture_intervals(const struct ovr_picture_intervals *intervals, FILE *out)
{
	double most = reach(intervals), bottom = TOP + (double)intervals->n_intervals * ROW;
	const double marks[] = { 1 / most, 1, most };

	ovr_svg_begin(&intervals->head, (int)bottom + 44, out);
	for (size_t i = 0; i < 3; i++) {
		ovr_svg_line(out, i == 1 ? "axis" : "grid", x_of(marks[i], most), TOP, x_of(marks[i], most),
			bottom + 4);
		ovr_svg_text(out, x_of(marks[i], most), bottom + 18, "middle",
			i == 1 ? "same" : ratio_text(marks[i]).text);
	}
	ovr_svg_label(
		out, (LEFT + RIGHT) / 2.0, bottom + 36, "middle", "label", "of the base, with the interval");
	for (size_t i = 0; i < intervals->n_intervals; i++)
		draw_interval(&intervals->interval[i], most, TOP + (double)i * ROW + ROW / 2.0, out);
	ovr_svg_end(out);
}

void
ovr_picture_intervals_table(const struct ovr_picture_intervals *intervals, FILE *out)
{
	fputs("<table><thead><tr><th>figure</th><th>of the "
	      "base</th><th>from</th><th>to</th></tr></thead><tbody>\n",
		out);
	for (size_t i = 0; i < intervals->n_intervals; i++) {
		const struct ovr_picture_interval *interval = &intervals->interval[i];

		fputs("<tr>", out);
		ovr_picture_cell(out, interval->name);
		ovr_picture_cell(out, interval->is_known ? ratio_text(interval->ratio).text : "not tested");
		ovr_picture_cell(out, interval->is_known ? ratio_text(interval->low).text : "");
		ovr_picture_cell(out, interval->is_known ? ratio_text(interval->high).text : "");
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}
