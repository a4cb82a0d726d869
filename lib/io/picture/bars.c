/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "picture/svg.h"

/* Where bars begin: names have room for 21 characters, and for up to 30 where some are longer. */
#define LEFT       172
#define RIGHT      436
#define TOP        8
#define ROW        24
#define BAR        15
#define NAME_CHARS 21
#define NAME_LONG  30
#define CHARACTER  7.5

static const char *
part_name(enum ovr_picture_part part)
{
	static const char *const names[] = {
		[OVR_PICTURE_TOTAL] = "total",
		[OVR_PICTURE_REFUSED] = "refused",
		[OVR_PICTURE_LOST] = "lost",
		[OVR_PICTURE_DELIVERED] = "delivered",
		[OVR_PICTURE_BEFORE] = "before",
		[OVR_PICTURE_AFTER] = "after",
	};

	return names[part];
}

static void
print_frames(const struct ovr_picture_bar *bar, char *buf, size_t size)
{
	char first[OVR_UNITS_TEXT_BYTES], last[OVR_UNITS_TEXT_BYTES];

	if (bar->is_range)
		snprintf(buf, size, "%s … %s", ovr_units_print_count(first, sizeof(first), bar->min),
			ovr_units_print_count(last, sizeof(last), bar->max));
	else
		snprintf(buf, size, "%s", ovr_units_print_signed(first, sizeof(first), bar->frames));
}

/* Characters of the longest name, as far as there is room. */
static unsigned int
name_chars(const struct ovr_picture_bars *bars)
{
	unsigned int longest = NAME_CHARS;

	for (size_t i = 0; i < bars->n_bars; i++) {
		unsigned int n = 0;

		for (const char *at = bars->bar[i].name; *at != '\0'; at++)
			n += ((unsigned char)*at & 0xc0) != 0x80;
		longest = n > longest ? n : longest;
	}
	return longest < NAME_LONG ? longest : NAME_LONG;
}

static void
draw_bar(const struct ovr_picture_bar *bar, const struct ovr_svg_axis *axis, double left, unsigned int chars,
	double y, FILE *out)
{
	double frames = bar->frames > 0 ? (double)bar->frames : 0;
	/* one frame of thousands of millions is seen on a linear axis too */
	double width = ovr_svg_at(axis, frames) - left;
	char text[2 * OVR_UNITS_TEXT_BYTES + 8];

	if (frames > 0 && width < 1.5)
		width = 1.5;
	ovr_svg_label(out, left - 10, y + BAR - 3, "end", bar->part == OVR_PICTURE_TOTAL ? "strong" : "",
		ovr_svg_short(bar->name, chars).text);
	ovr_svg_rect(out, bar->style, left, y, width, BAR);
	fprintf(out, " data-part=\"%s\" data-place=\"", part_name(bar->part));
	ovr_picture_escape(out, bar->name);
	fprintf(out, "\" data-frames=\"%" PRId64 "\"/>\n", bar->frames);
	if (bar->is_range && bar->max > bar->min) {
		double from = ovr_svg_at(axis, (double)bar->min), to = ovr_svg_at(axis, (double)bar->max);

		ovr_svg_line(out, "range", from, y + BAR / 2.0, to, y + BAR / 2.0);
	}
	if (bar->is_range)
		snprintf(text, sizeof(text), "≤ %s", ovr_svg_count(bar->max).text);
	else
		print_frames(bar, text, sizeof(text));
	ovr_svg_label(
		out, OVR_SVG_WIDTH - 4, y + BAR - 3, "end", frames > 0 ? "figure" : "figure zero", text);
}

void
ovr_picture_bars(const struct ovr_picture_bars *bars, bool is_log, FILE *out)
{
	struct ovr_picture_axis of = { .label = bars->unit == NULL ? "frames" : bars->unit,
		.unit = OVR_PICTURE_COUNT,
		.is_log = is_log };
	double bottom = TOP + (double)bars->n_bars * ROW;
	unsigned int chars = name_chars(bars);
	double left = LEFT + (chars - NAME_CHARS) * CHARACTER;
	struct ovr_picture_head head = bars->head;
	double greatest = 1;
	struct ovr_svg_axis axis;
	char id[80];

	for (size_t i = 0; i < bars->n_bars; i++)
		if ((double)bars->bar[i].frames > greatest)
			greatest = (double)bars->bar[i].frames;
	axis = ovr_svg_axis(&of, left, RIGHT, 1, greatest);
	snprintf(id, sizeof(id), "%.60s-%s", bars->head.id, is_log ? "log" : "linear");
	head.id = id;
	ovr_svg_begin(&head, (int)bottom + 46, out);
	ovr_svg_axis_x(&axis, bottom, TOP, out);
	for (size_t i = 0; i < bars->n_bars; i++)
		draw_bar(&bars->bar[i], &axis, left, chars, TOP + (double)i * ROW + 4, out);
	ovr_svg_end(out);
}

void
ovr_picture_bars_table(const struct ovr_picture_bars *bars, FILE *out)
{
	char text[2 * OVR_UNITS_TEXT_BYTES + 8];

	fprintf(out,
		"<table><thead><tr><th>place</th><th>%s</th><th>of "
		"the</th><th>counter</th></tr></thead><tbody>\n",
		bars->unit == NULL ? "frames" : bars->unit);
	for (size_t i = 0; i < bars->n_bars; i++) {
		print_frames(&bars->bar[i], text, sizeof(text));
		fputs("<tr>", out);
		ovr_picture_cell(out, bars->bar[i].name);
		ovr_picture_cell(out, text);
		ovr_picture_cell(out, part_name(bars->bar[i].part));
		ovr_picture_cell(out, bars->bar[i].note);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}
