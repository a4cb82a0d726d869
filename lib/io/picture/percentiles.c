/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "picture/svg.h"

#define LEFT   72
#define RIGHT  540
#define TOP    66
#define BOTTOM 308
#define HEIGHT 352

static uint64_t
count_of(const struct ovr_picture_curve *curve)
{
	uint64_t n = 0;

	for (size_t i = 0; i < curve->n_buckets; i++)
		n += curve->bucket[i].count;
	return n;
}

/* Where 1/(1 − p) stands: 1 at the left end, 10 at 90 %, `most` at the right one. */
static double
x_at(double inverse, double most)
{
	return LEFT + (RIGHT - LEFT) * fmin(1.0, fmax(0.0, log10(inverse) / log10(most)));
}

static void
draw_axis(double most, FILE *out)
{
	static const char *const names[] = { "0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %",
		"5 nines +1", "7 nines", "8 nines", "9 nines", "10 nines" };
	double decades = log10(most);
	int step = decades > 7 ? 2 : 1;

	for (int k = 0; k <= decades + 1e-9 && k < (int)(sizeof(names) / sizeof(names[0])); k += step) {
		double x = x_at(pow(10.0, k), most);

		ovr_svg_line(out, "grid", x, TOP, x, BOTTOM + 4);
		ovr_svg_text(out, x, BOTTOM + 17, "middle", k == 6 ? "6 nines" : names[k]);
	}
	ovr_svg_line(out, "axis", LEFT, BOTTOM, RIGHT, BOTTOM);
	ovr_svg_label(out, (LEFT + RIGHT) / 2.0, BOTTOM + 35, "middle", "label",
		"share of the frames that took no longer");
}

/* Steps: a bucket's value holds from the share below it to the share up to it. */
static void
draw_curve(const struct ovr_picture_curve *curve, size_t index, double most, const struct ovr_svg_axis *y,
	FILE *out)
{
	uint64_t n = count_of(curve), below = 0;
	double last_x = -1, last_y = -1;

	fprintf(out, "<path class=\"curve c%zu\" data-count=\"%" PRIu64 "\" d=\"", index, n);
	for (size_t i = 0; i < curve->n_buckets; i++) {
		double left = x_at((double)n / (double)(n - below), most), right, height;

		if (curve->bucket[i].count == 0)
			continue;
		below += curve->bucket[i].count;
		right = below == n ? RIGHT : x_at((double)n / (double)(n - below), most);
		height = ovr_svg_at(y, curve->bucket[i].value);
		/* what no pixel tells apart is one step, but the last: the greatest value */
		if (last_x >= 0 && right - last_x < 0.5 && fabs(height - last_y) < 0.5 && below != n)
			continue;
		fprintf(out, "%s%s %sH%s", last_x < 0 ? "M" : "L", ovr_svg_length(left).text,
			ovr_svg_length(height).text, ovr_svg_length(right).text);
		last_x = right;
		last_y = height;
	}
	fputs("\"/>\n", out);
}

static void
draw_legend(const struct ovr_picture_percentiles *percentiles, FILE *out)
{
	for (size_t i = 0; i < percentiles->n_curves && i < OVR_PICTURE_CURVES_MAX; i++) {
		double x = i % 2 == 0 ? LEFT : 316, y = i < 2 ? 13 : 31;
		char style[24];

		snprintf(style, sizeof(style), "curve c%zu", i);
		ovr_svg_line(out, style, x, y, x + 18, y);
		ovr_svg_text(out, x + 24, y + 4, "start", ovr_svg_short(percentiles->curve[i].name, 28).text);
	}
}

void
ovr_picture_percentiles(const struct ovr_picture_percentiles *percentiles, FILE *out)
{
	struct ovr_picture_axis of = { .label = percentiles->label, .unit = OVR_PICTURE_NS, .is_log = true };
	double least = INFINITY, greatest = 0, most = 10;
	struct ovr_svg_axis y;

	for (size_t i = 0; i < percentiles->n_curves && i < OVR_PICTURE_CURVES_MAX; i++) {
		most = fmax(most, (double)count_of(&percentiles->curve[i]));
		for (size_t k = 0; k < percentiles->curve[i].n_buckets; k++) {
			double value = percentiles->curve[i].bucket[k].value;

			greatest = fmax(greatest, value);
			least = value > 0 ? fmin(least, value) : least;
		}
	}
	y = ovr_svg_axis(&of, BOTTOM, TOP, isfinite(least) ? least : 0, greatest);
	ovr_svg_begin(&percentiles->head, HEIGHT, out);
	draw_legend(percentiles, out);
	draw_axis(most, out);
	ovr_svg_axis_y(&y, LEFT, RIGHT, out);
	for (size_t i = 0; i < percentiles->n_curves && i < OVR_PICTURE_CURVES_MAX; i++)
		if (count_of(&percentiles->curve[i]) > 0)
			draw_curve(&percentiles->curve[i], i, most, &y, out);
	ovr_svg_end(out);
}

/* @return the value of the bucket that @p above frames are beyond */
static double
value_at(const struct ovr_picture_curve *curve, uint64_t above)
{
	uint64_t left = count_of(curve);

	for (size_t i = 0; i < curve->n_buckets; i++) {
		left -= curve->bucket[i].count;
		if (left <= above)
			return curve->bucket[i].value;
	}
	return NAN;
}

void
ovr_picture_percentiles_table(const struct ovr_picture_percentiles *percentiles, FILE *out)
{
	static const struct {
		const char *name;
		uint64_t one_in;
	} rows[] = { { "50 %", 2 }, { "90 %", 10 }, { "99 %", 100 }, { "99.9 %", 1000 }, { "99.99 %", 10000 },
		{ "99.999 %", 100000 } };

	fputs("<table><thead><tr><th>percentile</th>", out);
	for (size_t i = 0; i < percentiles->n_curves; i++) {
		fputs("<th>", out);
		ovr_picture_escape(out, percentiles->curve[i].name);
		fputs("</th>", out);
	}
	fputs("</tr></thead><tbody>\n", out);
	for (size_t row = 0; row <= sizeof(rows) / sizeof(rows[0]); row++) {
		bool is_last = row == sizeof(rows) / sizeof(rows[0]);

		fputs("<tr>", out);
		ovr_picture_cell(out, is_last ? "all" : rows[row].name);
		for (size_t i = 0; i < percentiles->n_curves; i++) {
			uint64_t n = count_of(&percentiles->curve[i]);

			/* a percentile needs as many values as its share tells apart */
			ovr_picture_cell(out,
				!is_last && n < rows[row].one_in
					? "too few values"
					: ovr_svg_value(OVR_PICTURE_NS,
						  value_at(&percentiles->curve[i],
							  is_last ? 0 : n / rows[row].one_in))
						  .text);
		}
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}
