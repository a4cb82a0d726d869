/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "picture/svg.h"

#define LEFT   62
#define RIGHT  546
#define TOP    50
#define BOTTOM 232
/* Strips below the axis. */
#define STALLS_TOP     292
#define STALLS_BOTTOM  352
#define OUTAGES_TOP    368
#define OUTAGES_HEIGHT 12
#define HEIGHT         392
/* Stalls are drawn in columns of this many units. */
#define COLUMN  2
#define COLUMNS ((RIGHT - LEFT) / COLUMN)

static uint64_t
sum_of(const struct ovr_picture_layer *layer, uint32_t n_bins)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < n_bins; i++)
		sum += layer->frames[i];
	return sum;
}

static uint64_t
bin_start(const struct ovr_picture_time *time, uint32_t bin)
{
	return (uint64_t)((double)time->end_ns * bin / time->n_bins);
}

static double
x_of(const struct ovr_svg_axis *axis, uint64_t ns)
{
	return ovr_svg_at(axis, (double)ns);
}

static void
draw_legend(const struct ovr_picture_time *time, FILE *out)
{
	double x = LEFT;

	for (size_t i = 0; i < time->n_layers; i++) {
		struct ovr_svg_short name = ovr_svg_short(time->layer[i].name, 22);

		ovr_svg_rect(out, time->layer[i].style, x, 8, 11, 11);
		fputs("/>\n", out);
		ovr_svg_text(out, x + 16, 18, "start", name.text);
		x += 36 + 7.2 * (double)strlen(name.text);
		if (x > RIGHT - 90)
			break;
	}
}

static void
draw_stack(const struct ovr_picture_time *time, const struct ovr_svg_axis *x, FILE *out)
{
	struct ovr_picture_axis of = { .label = "frames lost in an interval", .unit = OVR_PICTURE_COUNT };
	struct ovr_svg_axis y;
	double most = 1;

	for (uint32_t bin = 0; bin < time->n_bins; bin++) {
		double sum = 0;

		for (size_t i = 0; i < time->n_layers; i++)
			sum += (double)time->layer[i].frames[bin];
		most = sum > most ? sum : most;
	}
	y = ovr_svg_axis(&of, BOTTOM, TOP, 1, most);
	ovr_svg_axis_y(&y, LEFT, RIGHT, out);
	for (uint32_t bin = 0; bin < time->n_bins; bin++) {
		double from = x_of(x, bin_start(time, bin)), to = x_of(x, bin_start(time, bin + 1));
		double foot = BOTTOM;

		if (!time->is_known[bin]) {
			ovr_svg_rect(out, "unknown", from, TOP, to - from, BOTTOM - TOP);
			fputs("/>\n", out);
			continue;
		}
		for (size_t i = 0; i < time->n_layers; i++) {
			uint64_t frames = time->layer[i].frames[bin];
			double height = BOTTOM - ovr_svg_at(&y, (double)frames);

			if (frames == 0)
				continue;
			/* a loss of one frame is seen beside one of millions */
			height = height < 1.5 ? 1.5 : height;
			ovr_svg_rect(out, time->layer[i].style, from, foot - height,
				to - from > 0.6 ? to - from : 0.6, height);
			fprintf(out,
				" data-l=\"%zu\" data-from=\"%" PRIu64 "\" data-frames=\"%" PRIu64 "\"/>\n",
				i, bin_start(time, bin), frames);
			foot -= height;
		}
	}
}

/* The longest stall of each column, a line up from the floor of its strip. */
static void
draw_stalls(const struct ovr_picture_time *time, const struct ovr_svg_axis *x, bool is_injected,
	const struct ovr_svg_axis *y, FILE *out)
{
	uint64_t longest[COLUMNS + 1] = { 0 };
	uint64_t n = 0, most = 0;

	for (size_t i = 0; i < time->n_stalls; i++) {
		const struct ovr_picture_span *stall = &time->stall[i];
		uint64_t length = stall->end_ns - stall->start_ns;
		size_t from, to;

		if (stall->is_injected != is_injected || stall->end_ns <= stall->start_ns)
			continue;
		n++;
		most = length > most ? length : most;
		from = (size_t)((x_of(x, stall->start_ns) - LEFT) / COLUMN);
		to = (size_t)((x_of(x, stall->end_ns) - LEFT) / COLUMN);
		for (size_t column = from; column <= to && column <= COLUMNS; column++)
			longest[column] = length > longest[column] ? length : longest[column];
	}
	if (n == 0)
		return;
	fprintf(out, "<path class=\"%s\" data-stalls=\"%" PRIu64 "\" data-longest-ns=\"%" PRIu64 "\" d=\"",
		is_injected ? "stall-injected" : "stall-host", n, most);
	for (size_t column = 0; column <= COLUMNS; column++)
		if (longest[column] != 0)
			fprintf(out, "M%s %dV%s",
				ovr_svg_length(LEFT + (double)(column * COLUMN) + (is_injected ? 0.0 : 1.0))
					.text,
				STALLS_BOTTOM, ovr_svg_length(ovr_svg_at(y, (double)longest[column])).text);
	fputs("\"/>\n", out);
}

static void
draw_strips(const struct ovr_picture_time *time, const struct ovr_svg_axis *x, FILE *out)
{
	struct ovr_picture_axis of = { .label = "", .unit = OVR_PICTURE_NS, .is_log = true };
	uint64_t least = UINT64_MAX, most = 0;
	struct ovr_svg_axis y;

	for (size_t i = 0; i < time->n_stalls; i++) {
		uint64_t length = time->stall[i].end_ns > time->stall[i].start_ns
			? time->stall[i].end_ns - time->stall[i].start_ns
			: 0;

		least = length > 0 && length < least ? length : least;
		most = length > most ? length : most;
	}
	ovr_svg_label(out, LEFT, STALLS_TOP - 8, "start", "label",
		most == 0 ? "stalls: none" : "stalls, longest of each column:");
	if (most > 0) {
		ovr_svg_label(out, 330, STALLS_TOP - 8, "start", "injected", "injected");
		ovr_svg_label(out, 400, STALLS_TOP - 8, "start", "host", "of the host");
		y = ovr_svg_axis(&of, STALLS_BOTTOM, STALLS_TOP, (double)least, (double)most);
		/* a stall has a length: no zero here */
		y.low = STALLS_BOTTOM;
		ovr_svg_text(out, LEFT - 7, STALLS_TOP + 4, "end", ovr_svg_mark(OVR_PICTURE_NS, y.max).text);
		ovr_svg_text(
			out, LEFT - 7, STALLS_BOTTOM + 2, "end", ovr_svg_mark(OVR_PICTURE_NS, y.min).text);
		ovr_svg_line(out, "grid", LEFT, STALLS_TOP, RIGHT, STALLS_TOP);
		draw_stalls(time, x, false, &y, out);
		draw_stalls(time, x, true, &y, out);
	}
	ovr_svg_line(out, "axis", LEFT, STALLS_BOTTOM, RIGHT, STALLS_BOTTOM);
	ovr_svg_text(out, LEFT - 7, OUTAGES_TOP + 11, "end", "link");
	ovr_svg_rect(out, "link-up", LEFT, OUTAGES_TOP, RIGHT - LEFT, OUTAGES_HEIGHT);
	fprintf(out, " data-outages=\"%zu\"/>\n", time->n_outages);
	for (size_t i = 0; i < time->n_outages; i++) {
		double from = x_of(x, time->outage[i].start_ns), to = x_of(x, time->outage[i].end_ns);
		double width = to - from < 2 ? 2 : to - from;

		ovr_svg_rect(out, "outage", from, OUTAGES_TOP, width, OUTAGES_HEIGHT);
		fputs("/>\n", out);
		ovr_svg_rect(out, "outage-over", from, TOP, width, BOTTOM - TOP);
		fputs("/>\n", out);
	}
}

void
ovr_picture_time(const struct ovr_picture_time *time, FILE *out)
{
	struct ovr_picture_axis of = { .label = "time since the start of sending", .unit = OVR_PICTURE_NS };
	struct ovr_svg_axis x = ovr_svg_axis(&of, LEFT, RIGHT, 0, (double)time->end_ns);

	ovr_svg_begin(&time->head, HEIGHT, out);
	draw_legend(time, out);
	ovr_svg_axis_x(&x, BOTTOM, TOP, out);
	draw_stack(time, &x, out);
	draw_strips(time, &x, out);
	ovr_svg_end(out);
}

void
ovr_picture_time_table(const struct ovr_picture_time *time, FILE *out)
{
	fputs("<table><thead><tr><th>from</th>", out);
	for (size_t i = 0; i < time->n_layers; i++) {
		fputs("<th>", out);
		ovr_picture_escape(out, time->layer[i].name);
		fputs("</th>", out);
	}
	fputs("</tr></thead><tbody>\n", out);
	for (uint32_t bin = 0; bin < time->n_bins; bin++) {
		bool is_empty = time->is_known[bin];

		for (size_t i = 0; i < time->n_layers; i++)
			is_empty = is_empty && time->layer[i].frames[bin] == 0;
		if (is_empty)
			continue;
		fputs("<tr>", out);
		ovr_picture_cell(out, ovr_svg_value(OVR_PICTURE_NS, (double)bin_start(time, bin)).text);
		for (size_t i = 0; i < time->n_layers; i++)
			ovr_picture_cell(out,
				time->is_known[bin] ? ovr_svg_count(time->layer[i].frames[bin]).text
						    : "unknown");
		fputs("</tr>\n", out);
	}
	fputs("<tr><td>all</td>", out);
	for (size_t i = 0; i < time->n_layers; i++)
		ovr_picture_cell(out, ovr_svg_count(sum_of(&time->layer[i], time->n_bins)).text);
	fputs("</tr>\n</tbody></table>\n", out);
	if (time->n_outages == 0)
		return;
	fputs("<table><thead><tr><th>link away from</th><th>until</th></tr></thead><tbody>\n", out);
	for (size_t i = 0; i < time->n_outages; i++) {
		fputs("<tr>", out);
		ovr_picture_cell(out, ovr_svg_value(OVR_PICTURE_NS, (double)time->outage[i].start_ns).text);
		ovr_picture_cell(out, ovr_svg_value(OVR_PICTURE_NS, (double)time->outage[i].end_ns).text);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}
