/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/hop.h"

#include <errno.h>

#include "report/figure.h"

static void
print_way(const struct ovr_result_hop_way *way, FILE *out)
{
	const struct ovr_cable_counts *counts = &way->counts;

	fprintf(out, "  %s → %s   %s\n", way->from, way->to, way->keys[0] != '\0' ? way->keys : "clean");
	fprintf(out, "    received %13s   %s bytes\n", ovr_figure_count(counts->received).text,
		ovr_figure_count(counts->received_bytes).text);
	for (int kind = 0; kind < OVR_CABLE_KINDS; kind++)
		if (counts->kind[kind] != 0)
			fprintf(out, "    %-8s %13s\n", ovr_cable_kind_name((enum ovr_cable_kind)kind),
				ovr_figure_count(counts->kind[kind]).text);
	if (counts->left != 0)
		fprintf(out, "    left     %13s   under way at the end\n",
			ovr_figure_count(counts->left).text);
	fprintf(out, "    delivered %12s   %s bytes", ovr_figure_count(counts->delivered).text,
		ovr_figure_count(counts->delivered_bytes).text);
	if (counts->delivered != 0)
		fprintf(out, ", %s late in the mean",
			ovr_figure_time(counts->late_ns / counts->delivered).text);
	fputc('\n', out);
}

int
ovr_report_hop_text(const struct ovr_result_hop *hop, FILE *out, struct ovr_err *err)
{
	fprintf(out, "hop   seed %llu   %s\n\n", (unsigned long long)hop->seed,
		ovr_figure_time(hop->duration_ns).text);
	for (unsigned int i = 0; i < 2; i++)
		print_way(&hop->way[i], out);
	if (hop->reason[0] != '\0')
		fprintf(out, "\n  VOID: %s\n", hop->reason);
	return ferror(out) ? ovr_err_set(err, -EIO, "the text cannot be written") : 0;
}
