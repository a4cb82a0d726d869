/* SPDX-License-Identifier: BSD-3-Clause */
/* The format that a request prefers (RFC 9110 §12.5.1). */
#include "metrics/metrics.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BLANKS " \t"

/* One range of types in the header's value: up to its comma. */
struct range {
	const char *text;
	size_t n;
};

static bool
is_of_type(const struct range *range, const char *type)
{
	size_t n = strlen(type);

	return range->n >= n && strncasecmp(range->text, type, n) == 0 &&
		(range->n == n || strchr(BLANKS ";", range->text[n]) != NULL);
}

/* Its weight in thousandths; 1000 where it has none, 0 where it is none. */
static unsigned int
weight_of(const struct range *range)
{
	for (size_t i = 0; i + 2 < range->n; i++) {
		const char *at = range->text + i;
		double weight;
		char *end;

		if (*at != ';')
			continue;
		at += 1 + strspn(at + 1, BLANKS);
		if (strncasecmp(at, "q=", 2) != 0)
			continue;
		weight = strtod(at + 2, &end);
		return end == at + 2 || !(weight >= 0.0 && weight <= 1.0) ? 0 : (unsigned int)(weight * 1000);
	}
	return 1000;
}

enum ovr_exposition_format
ovr_metrics_format_for(const char *accept)
{
	unsigned int open = 0, text = 0;

	while (accept != NULL && *accept != '\0') {
		struct range range = { .text = accept + strspn(accept, BLANKS) };
		unsigned int weight;

		range.n = strcspn(range.text, ",");
		weight = weight_of(&range);
		if (is_of_type(&range, "application/openmetrics-text") && weight > open)
			open = weight;
		if (is_of_type(&range, "text/plain") && weight > text)
			text = weight;
		accept = range.text + range.n;
		accept += *accept == ',';
	}
	return open != 0 && open >= text ? OVR_EXPOSITION_OPENMETRICS : OVR_EXPOSITION_PROMETHEUS;
}
