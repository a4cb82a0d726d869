/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "picture/svg.h"

#define LEFT   62
#define RIGHT  546
#define TOP    58
#define BOTTOM 272
#define HEIGHT 316

static uint32_t
last_class(const struct ovr_picture_columns *columns)
{
	uint32_t last = 3;

	for (uint32_t k = 0; k < OVR_PICTURE_POWERS; k++)
		if (columns->count[0][k] != 0 || columns->count[1][k] != 0)
			last = k > last ? k : last;
	return last;
}

static void
print_power(char *buf, size_t size, uint32_t k)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P", "E" };

	snprintf(buf, size, "%u%s", 1u << (k % 10), units[k / 10]);
}

void
ovr_picture_columns(const struct ovr_picture_columns *columns, FILE *out)
{
	struct ovr_picture_axis of = { .label = "how often", .unit = OVR_PICTURE_COUNT, .is_log = true };
	uint32_t last = last_class(columns);
	double width = (double)(RIGHT - LEFT) / (last + 1);
	double greatest = 1;
	struct ovr_svg_axis y;

	for (int i = 0; i < 2; i++)
		for (uint32_t k = 0; k <= last; k++)
			greatest = (double)columns->count[i][k] > greatest ? (double)columns->count[i][k]
									   : greatest;
	y = ovr_svg_axis(&of, BOTTOM, TOP, 1, greatest);
	ovr_svg_begin(&columns->head, HEIGHT, out);
	for (int i = 0; i < 2; i++) {
		ovr_svg_rect(out, i == 0 ? "p-ring" : "p-path", LEFT + i * 240, 8, 11, 11);
		fputs("/>\n", out);
		ovr_svg_text(out, LEFT + i * 240 + 16, 18, "start", ovr_svg_short(columns->name[i], 30).text);
	}
	ovr_svg_axis_y(&y, LEFT, RIGHT, out);
	for (uint32_t k = 0; k <= last; k++) {
		double x = LEFT + k * width;
		char text[24];

		/* names that stand too close leave every second one out */
		if (last <= 14 || k % (last <= 30 ? 2 : 4) == 0) {
			print_power(text, sizeof(text), k);
			ovr_svg_text(out, x + width / 2, BOTTOM + 17, "middle", text);
		}
		for (int i = 0; i < 2; i++) {
			double top = ovr_svg_at(&y, (double)columns->count[i][k]);

			if (columns->count[i][k] == 0)
				continue;
			ovr_svg_rect(out, i == 0 ? "p-ring" : "p-path", x + width * (0.1 + 0.4 * i), top,
				width * 0.38, BOTTOM - top);
			fprintf(out, " data-series=\"%d\" data-power=\"%u\" data-count=\"%" PRIu64 "\"/>\n",
				i, k, columns->count[i][k]);
		}
	}
	ovr_svg_line(out, "axis", LEFT, BOTTOM, RIGHT, BOTTOM);
	ovr_svg_label(out, (LEFT + RIGHT) / 2.0, BOTTOM + 35, "middle", "label", columns->label);
	ovr_svg_end(out);
}

void
ovr_picture_columns_table(const struct ovr_picture_columns *columns, FILE *out)
{
	uint32_t last = last_class(columns);

	fputs("<table><thead><tr><th>frames, up to</th>", out);
	for (int i = 0; i < 2; i++) {
		fputs("<th>", out);
		ovr_picture_escape(out, columns->name[i]);
		fputs("</th>", out);
	}
	fputs("</tr></thead><tbody>\n", out);
	for (uint32_t k = 0; k <= last; k++) {
		fputs("<tr>", out);
		ovr_picture_cell(out, ovr_svg_count((uint64_t)1 << k).text);
		for (int i = 0; i < 2; i++)
			ovr_picture_cell(out, ovr_svg_count(columns->count[i][k]).text);
		fputs("</tr>\n", out);
	}
	fputs("</tbody></table>\n", out);
}
