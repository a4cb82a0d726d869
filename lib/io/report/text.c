/* SPDX-License-Identifier: BSD-3-Clause */
/* A result for people: what was done, what became of the frames, where and why, and the verdict. */
#include "report/report.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/figure.h"
#include "report/text_tables.h"

/* "   stall 100us/10ms": a row of the plan, as the user would write it. */
static void
print_row(const struct ovr_result *result, const char *key, FILE *out)
{
	const struct ovr_plan_row *row = ovr_plan_row_of(key);
	char value[OVR_PLAN_VALUE_BYTES];

	if (row != NULL)
		fprintf(out, "   %s %s", key, row->print(row, &result->plan, value, sizeof(value)));
}

static void
print_rate(const struct ovr_result *result, FILE *out)
{
	double percent;

	fprintf(out, "   %s", ovr_figure_si(result->planned_pps, "pps").text);
	if (result->line_bps == 0)
		return;
	percent = 100.0 * result->planned_pps / ovr_mix_line_pps(&result->plan.frames.size, result->line_bps);
	if (percent < 0.01)
		fprintf(out, " (under 0.01 %% of line)");
	else
		fprintf(out, " (%.4g %% of line)", percent);
}

/* One side's rings, or its sockets. */
struct ring {
	const char *side;
	enum ovr_port_kind kind;
	unsigned int queues;
	uint32_t asked, set;
	bool is_given;
};

/* "rx 4 × 1024": as the device has it, and what was asked where that is something else. */
static void
print_ring(const struct ring *ring, FILE *out)
{
	bool is_other = ring->set != ring->asked;

	fprintf(out, " %s ", ring->side);
	if (ring->queues > 1)
		fprintf(out, "%u × ", ring->queues);
	if (ring->kind == OVR_PORT_UDP) {
		fprintf(out, "socket");
		return;
	}
	if (ring->set == 0)
		fprintf(out, "unknown");
	else
		fprintf(out, "%u", ring->set);
	if (is_other)
		fprintf(out, " (asked %u%s)", ring->asked, ring->is_given ? ", not read back" : "");
	else if (ring->is_given)
		fprintf(out, " (not read back)");
}

static void
print_rings(const struct ovr_result *result, FILE *out)
{
	const struct ovr_plan *plan = &result->plan;
	struct ring tx = { "tx", plan->ports.tx.kind, plan->ports.txq, plan->ports.txd, result->txd_set,
		result->txd_is_given };
	struct ring rx = { "rx", plan->ports.rx.kind, plan->ports.rxq, plan->ports.rxd, result->rxd_set,
		result->rxd_is_given };

	fprintf(out, "   rings");
	print_ring(&tx, out);
	print_ring(&rx, out);
}

/* What was done, in one line. */
static void
print_head(const struct ovr_result *result, FILE *out)
{
	const struct ovr_plan *plan = &result->plan;
	char speed[OVR_UNITS_TEXT_BYTES];

	fprintf(out, "%s → %s", plan->ports.tx.label, plan->ports.rx.label);
	if (result->line_bps != 0)
		fprintf(out, "   %s", ovr_units_print_line_bps(speed, sizeof(speed), result->line_bps));
	if (plan->frames.size.n_sizes == 1)
		fprintf(out, "   %u B", plan->frames.size.size[0]);
	else
		fprintf(out, "   sizes %s", plan->frames.size.text);
	print_rate(result, out);
	if (plan->load.shape.shape != OVR_PACE_SMOOTH)
		print_row(result, "shape", out);
	print_rings(result, out);
	if (plan->receiver.stall.length_ns != 0 || plan->receiver.stall.unread)
		print_row(result, "stall", out);
	if (plan->receiver.service.value != 0)
		print_row(result, "service", out);
	fprintf(out, "   %s   seed %" PRIu64 "\n", ovr_figure_time(result->duration_ns).text,
		plan->trial.seed);
}

static void
print_notes(const struct ovr_result *result, FILE *out)
{
	if (result->n_notes != 0)
		fputc('\n', out);
	for (uint32_t i = 0; i < result->n_notes; i++)
		fprintf(out, "  note: %s\n", result->note[i]);
}

static void
print_verdict(const struct ovr_ledger *ledger, FILE *out)
{
	static const char *const word[] = {
		[OVR_VERDICT_PASS] = "PASS",
		[OVR_VERDICT_LOSS] = "LOSS",
		[OVR_VERDICT_VOID] = "VOID",
	};

	fputc('\n', out);
	if (ledger->n_reasons == 0)
		fprintf(out, "  %s\n", word[ledger->verdict]);
	for (uint32_t i = 0; i < ledger->n_reasons; i++)
		fprintf(out, "  %s: %s\n", word[ledger->verdict], ledger->reason[i]);
}

int
ovr_report_text(const struct ovr_result *result, FILE *out, struct ovr_err *err)
{
	print_head(result, out);
	ovr_text_frames(result, out);
	ovr_text_hosts(result, out);
	ovr_text_accounts(result, out);
	ovr_text_facts(result, out);
	ovr_text_soak(result, out);
	ovr_text_sizes(result, out);
	ovr_text_queues(result, out);
	ovr_text_counters(result, out);
	print_notes(result, out);
	print_verdict(&result->ledger, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the report cannot be written: %s", strerror(errno));
	return 0;
}
