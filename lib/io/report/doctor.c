/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/doctor.h"

#include <errno.h>
#include <inttypes.h>

#include "report/figure.h"

int
ovr_report_doctor_verdict(const struct ovr_fitness_report *report)
{
	return report->n_weight[OVR_FITNESS_WILL_LOSE] != 0 ? 1 : 0;
}

static void
print_line(FILE *out, const char *name, const char *text)
{
	if (text[0] != '\0')
		fprintf(out, "  %-7s  %s\n", name, text);
}

static void
print_findings(const struct ovr_fitness_report *report, enum ovr_fitness_weight weight, FILE *out)
{
	for (uint32_t i = 0; i < report->n; i++) {
		const struct ovr_fitness_check *check = &report->check[i];

		if (check->outcome != OVR_FITNESS_FOUND || check->weight != weight)
			continue;
		fprintf(out, "\n%s: %s\n", ovr_fitness_weight_name(weight), check->id);
		fprintf(out, "  %s\n", check->evidence);
		print_line(out, "fix", check->fix);
		print_line(out, "undo", check->undo);
		print_line(out, check->fix[0] == '\0' ? "by hand" : "note", check->advice);
	}
}

static void
print_unseen(const struct ovr_fitness_report *report, FILE *out)
{
	if (report->n_outcome[OVR_FITNESS_UNSEEN] == 0)
		return;
	fprintf(out, "\nnot seen\n");
	for (uint32_t i = 0; i < report->n; i++)
		if (report->check[i].outcome == OVR_FITNESS_UNSEEN)
			fprintf(out, "  %-18s  %s\n", report->check[i].id, report->check[i].evidence);
}

static void
print_fine(const struct ovr_fitness_report *report, FILE *out)
{
	const char *before = "";

	if (report->n_outcome[OVR_FITNESS_FINE] == 0)
		return;
	fputc('\n', out);
	fprintf(out, "in order\n  ");
	for (uint32_t i = 0; i < report->n; i++) {
		if (report->check[i].outcome != OVR_FITNESS_FINE)
			continue;
		fprintf(out, "%s%s", before, report->check[i].id);
		before = ", ";
	}
	fprintf(out, "\n");
}

int
ovr_report_doctor_text(const struct ovr_fitness_report *report, FILE *out, struct ovr_err *err)
{
	const uint32_t *n_weight = report->n_weight, *n_outcome = report->n_outcome;

	fprintf(out, "this host%s%s", report->port[0] != '\0' ? " and " : "", report->port);
	if (report->port[0] != '\0')
		fprintf(out, " (%s)", report->driver[0] != '\0' ? report->driver : "driver unknown");
	if (report->measured_ns != 0)
		fprintf(out, ", steal measured for %s", ovr_figure_time(report->measured_ns).text);
	fprintf(out, "; nothing was changed\n");
	for (int weight = 0; weight < OVR_FITNESS_WEIGHTS; weight++)
		print_findings(report, (enum ovr_fitness_weight)weight, out);
	print_unseen(report, out);
	print_fine(report, out);
	fprintf(out,
		"\nwill lose %" PRIu32 ", may lose %" PRIu32 ", hints %" PRIu32 "; in order %" PRIu32
		", not seen %" PRIu32 "\n",
		n_weight[OVR_FITNESS_WILL_LOSE], n_weight[OVR_FITNESS_MAY_LOSE], n_weight[OVR_FITNESS_HINT],
		n_outcome[OVR_FITNESS_FINE], n_outcome[OVR_FITNESS_UNSEEN]);
	if (ferror(out))
		return ovr_err_set(err, -EIO, "the findings cannot be written");
	return 0;
}
