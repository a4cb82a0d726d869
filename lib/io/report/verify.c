/* SPDX-License-Identifier: BSD-3-Clause */
/* A verification of drop counters for people: what each is worth, beside what was lost. */
#include "report/verify.h"

#include <errno.h>
#include <string.h>

#include "report/figure.h"

/* "0", "-3 … 1,024": how far it was off. */
static void
print_off(const struct ovr_nic_truth *truth, char *buf, size_t size)
{
	if (truth->error_min == truth->error_max)
		snprintf(buf, size, "%s", ovr_figure_signed(truth->error_max).text);
	else
		snprintf(buf, size, "%s to %s", ovr_figure_signed(truth->error_min).text,
			ovr_figure_signed(truth->error_max).text);
}

static void
print_counters(const struct ovr_result_verify *verify, FILE *out)
{
	fprintf(out, "\n  %-15s %-34s %-14s %5s  %-28s\n", "class", "counter", "counted by", "queue",
		"counted − lost");
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		const struct ovr_result_verify_counter *counter = &verify->counter[i];
		char queue[16] = "port", off[160];

		if (counter->queue >= 0)
			snprintf(queue, sizeof(queue), "%d", counter->queue);
		print_off(&counter->truth, off, sizeof(off));
		fprintf(out, "  %-15s %-34s %-14s %5s  %s%s%s%s\n", ovr_nic_worth_name(counter->truth.worth),
			counter->counter, counter->source, queue, off, counter->is_account ? "   booked" : "",
			counter->repeats[0] != '\0' ? ", repeats " : "", counter->repeats);
	}
}

static void
print_rows(const struct ovr_result_verify *verify, FILE *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < verify->n_counters; i++) {
		if (verify->counter[i].row[0] == '\0')
			continue;
		if (n++ == 0)
			fprintf(out, "\nnew to overrun's table of drivers; please report it:\n");
		fprintf(out, "  %s\n", verify->counter[i].row);
	}
}

int
ovr_report_verify_text(const struct ovr_result_verify *verify, FILE *out, struct ovr_err *err)
{
	fprintf(out, "ring verify   %s → %s", verify->plan.ports.tx.label, verify->plan.ports.rx.label);
	if (verify->driver[0] != '\0')
		fprintf(out, "   driver %s", verify->driver);
	fprintf(out, "   ring %u   queues %u\n\n", verify->plan.ports.rxd, verify->plan.ports.rxq);
	for (uint32_t t = 0; t < verify->n_trials; t++) {
		const struct ovr_result_summary *summary = &verify->trial[t].summary;

		fprintf(out,
			"  trial %u   %-24s sent %s   lost %s   unexplained %s   counters read %s after the "
			"drain%s\n",
			t + 1, summary->label, ovr_figure_count(summary->sent).text,
			ovr_figure_signed(summary->lost).text, ovr_figure_signed(summary->unexplained).text,
			ovr_figure_time(verify->settle_ns[verify->trial[t].is_settled]).text,
			summary->attempt > 1 ? "   made again" : "");
	}
	print_counters(verify, out);
	print_rows(verify, out);
	fprintf(out, "\nverdict    %s%s%s\n", ovr_ledger_verdict_name(verify->verdict),
		verify->reason[0] != '\0' ? "   " : "", verify->reason);
	if (ferror(out))
		return ovr_err_set(err, -EIO, "the report could not be written");
	return 0;
}
