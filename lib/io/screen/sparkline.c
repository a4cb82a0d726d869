/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/sparkline.h"

#include <math.h>
#include <string.h>

#define LEVELS 8

static double
plain(double value)
{
	return isfinite(value) && value > 0 ? value : 0;
}

const char *
ovr_sparkline(char *buf, size_t size, const double *value, size_t n, size_t columns, bool is_utf8)
{
	static const char *const block[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[] = { " ", ".", ".", ":", "-", "=", "+", "*", "#" };
	size_t first = n > columns ? n - columns : 0, end = 0;
	double max = 0;

	for (size_t i = first; i < n; i++)
		max = fmax(max, plain(value[i]));
	for (size_t i = first; i < n; i++) {
		double share = max > 0 ? plain(value[i]) / max : 0;
		unsigned int level = (unsigned int)ceil(share * LEVELS);
		const char *glyph = is_utf8 ? block[level] : ascii[level];

		if (end + strlen(glyph) >= size)
			break;
		memcpy(buf + end, glyph, strlen(glyph));
		end += strlen(glyph);
	}
	buf[end] = '\0';
	return buf;
}
