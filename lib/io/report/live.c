/* SPDX-License-Identifier: BSD-3-Clause */
/* The live line: how far the trial is and what the latest interval brought. */
#include "report/report.h"

#include <stdarg.h>
#include <string.h>

#include "report/columns.h"
#include "report/figure.h"

#define BAR_CELLS 10
/* From here on minutes and hours are read more easily than seconds. */
#define LONG_S 600

/* Room for every queue's figure, before it is cut to the terminal. */
struct line {
	char text[OVR_PLAN_QUEUES_MAX * 32 + 2048];
	size_t n;
};

static void add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
add(struct line *line, const char *format, ...)
{
	size_t room = sizeof(line->text) - line->n;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line->text + line->n, room, format, args);
	va_end(args);
	if (n > 0)
		line->n += (size_t)n < room ? (size_t)n : room - 1;
}

/* Tenths of a second say nothing when hours have gone. */
static void
add_elapsed(struct line *line, uint64_t elapsed_ns)
{
	uint64_t seconds = elapsed_ns / 1000000000u;
	unsigned int s = (unsigned int)(seconds % 60), m = (unsigned int)(seconds / 60 % 60);
	unsigned int h = (unsigned int)(seconds / 3600 % 24), d = (unsigned int)(seconds / 86400);

	if (seconds < LONG_S)
		add(line, "%.1f s", (double)elapsed_ns / 1e9);
	else if (seconds < 3600)
		add(line, "%um %02us", m, s);
	else if (seconds < 86400)
		add(line, "%uh %02um %02us", h, m, s);
	else
		add(line, "%ud %02uh %02um %02us", d, h, m, s);
}

static void
add_progress(struct line *line, uint64_t elapsed_ns, uint64_t total_ns)
{
	double share;

	add_elapsed(line, elapsed_ns);
	if (total_ns == 0)
		return;
	share = elapsed_ns < total_ns ? (double)elapsed_ns / (double)total_ns : 1.0;
	add(line, " ");
	for (unsigned int i = 0; i < BAR_CELLS; i++)
		add(line, "%s", i < (unsigned int)(share * BAR_CELLS) ? "█" : "░");
	/* 100 % is said only at the end. */
	if (total_ns < LONG_S * UINT64_C(6000000000))
		add(line, " %u %%", (unsigned int)(share * 100));
	else
		add(line, " %u.%u %%", (unsigned int)(share * 100), (unsigned int)(share * 1000) % 10);
}

static void
add_missed(struct line *line, const struct ovr_result_sample *sample)
{
	const char *before = " (";

	add(line, "   missed %s", ovr_figure_count(sample->missed).text);
	for (uint32_t q = 0; q < sample->n_rxq; q++) {
		if (sample->rxq_missed[q] == 0)
			continue;
		add(line, "%sq%u %s", before, q, ovr_figure_count(sample->rxq_missed[q]).text);
		before = " ";
	}
	if (before[1] == '\0')
		add(line, ")");
	if (sample->link_lost)
		add(line, "   link lost");
}

const char *
ovr_report_live(char *buf, size_t size, unsigned int columns, const struct ovr_result_sample *sample,
	uint64_t elapsed_ns, uint64_t total_ns)
{
	uint64_t ns = sample->end_ns > sample->start_ns ? sample->end_ns - sample->start_ns : 0;
	uint64_t wire_bytes = sample->sent_bytes + OVR_FRAME_OVERHEAD_BYTES * sample->sent;
	struct line line = { .n = 0 };

	add_progress(&line, elapsed_ns, total_ns);
	add(&line, "   tx %s %s", ovr_figure_si(ovr_figure_rate(sample->sent, ns), "pps").text,
		ovr_figure_si(8 * ovr_figure_rate(wire_bytes, ns), "b/s").text);
	add(&line, "   rx %s", ovr_figure_si(ovr_figure_rate(sample->received, ns), "pps").text);
	add_missed(&line, sample);
	if (size == 0)
		return buf;
	ovr_columns_cut(line.text, columns, size - 1);
	memcpy(buf, line.text, strlen(line.text) + 1);
	return buf;
}
