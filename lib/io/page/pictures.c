/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The pictures alone: one document of SVG.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "page/draw.h"

#define GAP 34

/* @return the height of a drawn picture, which stands in its first element */
static int
height_of(const char *drawn)
{
	const char *at = strstr(drawn, " height=\"");

	return at == NULL ? 0 : (int)strtol(at + strlen(" height=\""), NULL, 10);
}

/* Draw each picture below the one before it. @return the height of all; -ENOMEM */
static int
draw_all(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	int y = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < view[i].n_pictures; k++) {
			const struct ovr_picture_head *head = view[i].picture[k].of.data;
			char *drawn = NULL;
			size_t size;
			FILE *one;

			if (!ovr_view_is_asked(&view[i].picture[k], words))
				continue;
			one = open_memstream(&drawn, &size);
			if (one != NULL)
				ovr_view_draw(&view[i].picture[k], one);
			if (one == NULL || fclose(one) != 0) {
				free(drawn);
				return -ENOMEM;
			}
			fprintf(out, "<text class=\"strong\" x=\"4\" y=\"%d\">", y + 20);
			ovr_picture_escape(out, head->title);
			fprintf(out, "</text>\n<g transform=\"translate(0 %d)\">\n%s</g>\n", y + GAP, drawn);
			y += GAP + height_of(drawn);
			free(drawn);
		}
	return y;
}

int
ovr_view_svg(const struct ovr_view *view, size_t n, const struct ovr_page_words *words, FILE *out)
{
	char *drawn = NULL;
	size_t size;
	FILE *all = open_memstream(&drawn, &size);
	int height = all == NULL ? -ENOMEM : draw_all(view, n, words, all);

	if (all != NULL && fclose(all) != 0)
		height = -ENOMEM;
	if (height < 0) {
		free(drawn);
		return height;
	}
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" role=\"img\" width=\"560\" "
		"height=\"%d\" viewBox=\"0 0 560 %d\">\n<title>",
		height, height);
	ovr_picture_escape(out, words->title != NULL ? words->title : view[0].heading);
	fprintf(out,
		"</title>\n<style>%s</style>\n<rect class=\"paper\" width=\"560\" "
		"height=\"%d\"/>\n%s</svg>\n",
		ovr_picture_css, height, drawn);
	free(drawn);
	return 0;
}
