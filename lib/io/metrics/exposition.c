/* SPDX-License-Identifier: BSD-3-Clause */
#include "metrics/exposition.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

const char *
ovr_exposition_type_of(enum ovr_exposition_format format)
{
	return format == OVR_EXPOSITION_OPENMETRICS
		? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		: "text/plain; version=0.0.4; charset=utf-8";
}

/* The bytes of the UTF-8 character at @p text; 0: there is none. */
static size_t
utf8_bytes(const unsigned char *text)
{
	size_t n = text[0] < 0x80                   ? 1
		: text[0] >= 0xc2 && text[0] < 0xe0 ? 2
		: text[0] >= 0xe0 && text[0] < 0xf0 ? 3
		: text[0] >= 0xf0 && text[0] < 0xf5 ? 4
						    : 0;

	for (size_t i = 1; i < n; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	/* forms that are too long, surrogates, and what is beyond U+10FFFF */
	if ((text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xed && text[1] >= 0xa0) ||
		(text[0] == 0xf0 && text[1] < 0x90) || (text[0] == 0xf4 && text[1] >= 0x90))
		return 0;
	return n;
}

static void
put_escaped(FILE *out, const char *text, bool is_quoted)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0') {
		size_t n = utf8_bytes(at);

		if (*at == '\\')
			fputs("\\\\", out);
		else if (*at == '\n')
			fputs("\\n", out);
		else if (*at == '"' && is_quoted)
			fputs("\\\"", out);
		else if (n == 0)
			fputc('?', out);
		else
			fwrite(at, 1, n, out);
		at += n == 0 ? 1 : n;
	}
}

/* Of counters the old format has the suffix in the family's name too. */
static const char *
suffix_of(const struct ovr_exposition *exposition)
{
	return exposition->type == OVR_EXPOSITION_COUNTER ? "_total" : "";
}

void
ovr_exposition_begin(
	struct ovr_exposition *exposition, const char *name, enum ovr_exposition_type type, const char *help)
{
	static const char *const words[] = {
		[OVR_EXPOSITION_COUNTER] = "counter",
		[OVR_EXPOSITION_GAUGE] = "gauge",
		[OVR_EXPOSITION_HISTOGRAM] = "histogram",
	};
	bool is_open = exposition->format == OVR_EXPOSITION_OPENMETRICS;
	const char *suffix;

	exposition->name = name;
	exposition->type = type;
	suffix = is_open ? "" : suffix_of(exposition);
	fprintf(exposition->out, "# HELP %s%s ", name, suffix);
	put_escaped(exposition->out, help, is_open);
	fprintf(exposition->out, "\n# TYPE %s%s %s\n", name, suffix, words[type]);
}

/* Up to the blank before the value. @param le of a bucket; NULL: it is none */
static void
put_name(const struct ovr_exposition *exposition, const char *suffix,
	const struct ovr_exposition_label *label, size_t n_labels, const char *le)
{
	const char *before = "{";

	fprintf(exposition->out, "%s%s", exposition->name, suffix);
	for (size_t i = 0; i < n_labels; i++) {
		if (label[i].value == NULL)
			continue;
		fprintf(exposition->out, "%s%s=\"", before, label[i].name);
		put_escaped(exposition->out, label[i].value, true);
		fputc('"', exposition->out);
		before = ",";
	}
	if (le != NULL) {
		fprintf(exposition->out, "%sle=\"%s\"", before, le);
		before = ",";
	}
	fputs(before[0] == ',' ? "} " : " ", exposition->out);
}

void
ovr_exposition_count(struct ovr_exposition *exposition, const struct ovr_exposition_label *label,
	size_t n_labels, uint64_t value)
{
	put_name(exposition, suffix_of(exposition), label, n_labels, NULL);
	fprintf(exposition->out, "%" PRIu64 "\n", value);
}

void
ovr_exposition_value(struct ovr_exposition *exposition, const struct ovr_exposition_label *label,
	size_t n_labels, double value)
{
	if (!isfinite(value))
		return;
	put_name(exposition, suffix_of(exposition), label, n_labels, NULL);
	fprintf(exposition->out, "%.15g\n", value);
}

void
ovr_exposition_histogram(struct ovr_exposition *exposition, const struct ovr_exposition_label *label,
	size_t n_labels, const uint64_t *cell, unsigned int n_cells, unsigned int first, unsigned int last,
	double sum_s)
{
	uint64_t n = 0;
	char le[32];

	for (unsigned int k = 0; k < n_cells; k++) {
		n += cell[k];
		if (k < first || k > last)
			continue;
		snprintf(le, sizeof(le), "%.12g", (double)(((uint64_t)1 << k) - 1) / 1e9);
		put_name(exposition, "_bucket", label, n_labels, le);
		fprintf(exposition->out, "%" PRIu64 "\n", n);
	}
	put_name(exposition, "_bucket", label, n_labels, "+Inf");
	fprintf(exposition->out, "%" PRIu64 "\n", n);
	put_name(exposition, "_sum", label, n_labels, NULL);
	fprintf(exposition->out, "%.15g\n", sum_s);
	put_name(exposition, "_count", label, n_labels, NULL);
	fprintf(exposition->out, "%" PRIu64 "\n", n);
}

void
ovr_exposition_end(struct ovr_exposition *exposition)
{
	if (exposition->format == OVR_EXPOSITION_OPENMETRICS)
		fputs("# EOF\n", exposition->out);
}
