/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A selftest for people: what the tester sends, checks and sustains, and what its cores did
 * meanwhile.
 */
#include "report/selftest.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/figure.h"
#include "report/selftest_parts.h"

const uint64_t ovr_selftest_lines_bps[] = { UINT64_C(1000000000), UINT64_C(10000000000),
	UINT64_C(25000000000), UINT64_C(40000000000), UINT64_C(100000000000), UINT64_C(200000000000),
	UINT64_C(400000000000), 0 };

double
ovr_selftest_line_pps(const struct ovr_result_selftest *selftest, uint64_t line_bps)
{
	return ovr_mix_line_pps(&selftest->plan.frames.size, line_bps);
}

double
ovr_selftest_l1_bps(const struct ovr_result_selftest *selftest, double pps)
{
	return pps * 8 * (ovr_mix_mean(&selftest->plan.frames.size) + OVR_FRAME_OVERHEAD_BYTES);
}

uint64_t
ovr_selftest_ring_for(const struct ovr_result_selftest *selftest, const struct ovr_result_core *core)
{
	uint64_t n_cores = 0, queues, slots = 1;

	if (core->is_tx || core->longest_frames == 0)
		return 0;
	for (uint32_t i = 0; i < selftest->n_cores; i++)
		n_cores += !selftest->core[i].is_tx;
	/* with the fewest queues that a core has, each of them fills fastest */
	queues = selftest->plan.ports.rxq > n_cores ? selftest->plan.ports.rxq / n_cores : 1;
	while (slots * queues < core->longest_frames)
		slots *= 2;
	return slots;
}

const struct ovr_result_subtrial *
ovr_selftest_missed_trial(const struct ovr_result_selftest *selftest)
{
	const struct ovr_result_subtrial *found = NULL;

	for (uint32_t i = 0; i < selftest->n_trials; i++)
		if (selftest->trial[i].intended_pps != 0 &&
			selftest->trial[i].intended_pps == selftest->search.missed_pps)
			found = &selftest->trial[i];
	return found;
}

static void
print_head(const struct ovr_result_selftest *selftest, FILE *out)
{
	const struct ovr_plan *plan = &selftest->plan;

	fprintf(out, "selftest   %s → %s", plan->ports.tx.label, plan->ports.rx.label);
	if (plan->frames.size.n_sizes == 1)
		fprintf(out, "   %u B", plan->frames.size.size[0]);
	else
		fprintf(out, "   sizes %s", plan->frames.size.text);
	if (plan->ports.rxq > 1 || plan->ports.txq > 1)
		fprintf(out, "   queues tx %u rx %u", plan->ports.txq, plan->ports.rxq);
	fprintf(out, "   burst %u   rings tx %u rx %u   %u trial%s of %s   seed %" PRIu64 "\n",
		plan->ports.burst, plan->ports.txd, plan->ports.rxd, selftest->n_trials,
		ovr_figure_plural(selftest->n_trials), ovr_figure_time(plan->load.time_ns).text,
		plan->trial.seed);
}

/* "  send      43.58 Mpps   29.29 Gb/s L1   " */
static void
print_rate(const struct ovr_result_selftest *selftest, const char *what, double pps, FILE *out)
{
	fprintf(out, "  %-8s %12s   %12s L1   ", what, ovr_figure_si(pps, "pps").text,
		ovr_figure_si(ovr_selftest_l1_bps(selftest, pps), "b/s").text);
}

static void
print_ends(const struct ovr_result_selftest *selftest, FILE *out)
{
	if (selftest->send_pps > 0) {
		print_rate(selftest, "send", selftest->send_pps, out);
		fprintf(out, "stamped, and taken by %s\n", selftest->send_port);
	}
	if (selftest->check_pps <= 0)
		return;
	print_rate(selftest, "check", selftest->check_pps, out);
	if (selftest->check_is_least)
		fprintf(out, "at least: no more came from %s\n", selftest->check_port);
	else
		fprintf(out, "taken from %s, where %.3g %% found no room\n", selftest->check_port,
			100 * selftest->check_overrun);
}

/* What was wrong with the lowest rate that was not sustained. */
static void
print_missed(const struct ovr_result_selftest *selftest, FILE *out)
{
	const struct ovr_result_subtrial *trial = ovr_selftest_missed_trial(selftest);
	const struct ovr_method_sustain_figures *f;

	if (trial == NULL)
		return;
	f = &trial->figures;
	fprintf(out, "at %s ", ovr_figure_si(trial->intended_pps, "pps").text);
	switch (trial->outcome) {
	case OVR_METHOD_SUSTAIN_MISSED:
		fprintf(out, "the sender missed %s of its slots",
			ovr_figure_ratio(ovr_method_sustain_missed(f), f->scheduled).text);
		break;
	case OVR_METHOD_SUSTAIN_REFUSED:
		fprintf(out, "the port refused %s", ovr_figure_ratio(f->refused, f->scheduled).text);
		break;
	case OVR_METHOD_SUSTAIN_LOST:
		fprintf(out, "the receiver lost %s",
			ovr_figure_ratio(ovr_method_sustain_lost(f), f->sent).text);
		break;
	case OVR_METHOD_SUSTAIN_STALLED:
		fprintf(out, "a core was stalled for %.3g %% of the time", f->stalled_ppm / 1e4);
		break;
	case OVR_METHOD_SUSTAIN_YES:
		fprintf(out, "nothing was wrong, but a lower rate was not sustained");
		break;
	}
}

static void
print_sustained(const struct ovr_result_selftest *selftest, FILE *out)
{
	const struct ovr_method_sustain_search *search = &selftest->search;
	const char *separator = "";

	if (search->n_rates == 0)
		return;
	if (search->answer_pps != 0) {
		print_rate(selftest, "sustain", search->answer_pps, out);
		fprintf(out, "confirmed; ");
	} else {
		fprintf(out, "  %-8s %12s   ", "sustain", "none");
	}
	if (ovr_method_sustain_is_at_limit(search))
		fprintf(out, "at least: no higher rate was to be tried");
	else
		print_missed(selftest, out);
	fputc('\n', out);
	if (search->answer_pps == 0)
		return;
	fprintf(out, "\n  lines    ");
	for (const uint64_t *line = ovr_selftest_lines_bps; *line != 0; line++) {
		double share = search->answer_pps / ovr_selftest_line_pps(selftest, *line);
		char speed[OVR_UNITS_TEXT_BYTES];

		/* those that it sustains with ease, and those far beyond, tell nothing more */
		if (share >= 10 || share < 0.1)
			continue;
		fprintf(out, "%s%s: %s (%.3g %% of line)", separator,
			ovr_units_print_line_bps(speed, sizeof(speed), *line), share >= 1 ? "yes" : "no",
			100 * share);
		separator = "   ";
	}
	fprintf(out, "\n");
}

/* "0.5", "946", "10,198" */
static struct ovr_figure
per_second(uint64_t n, uint64_t ns)
{
	double rate = ovr_figure_rate(n, ns);
	struct ovr_figure figure;

	if (rate >= 10)
		return ovr_figure_count((uint64_t)(rate + 0.5));
	snprintf(figure.text, sizeof(figure.text), "%.2g", rate);
	return figure;
}

static void
print_core(const struct ovr_result_selftest *selftest, const struct ovr_result_core *core, FILE *out)
{
	uint64_t ring = ovr_selftest_ring_for(selftest, core);
	char name[32];

	snprintf(name, sizeof(name), "core %u", core->cpu);
	fprintf(out, "  %-8s ", name);
	if (core->is_wire)
		fprintf(out, "wire");
	else
		fprintf(out, "%s %s (stalled %.3g %%)", core->is_tx ? "sends" : "checks",
			ovr_figure_si(core->pps, "pps").text, 100 * core->pps_stalled);
	fprintf(out, "; in %s %s stall%s (%s/s, %.3g %%), longest %s",
		ovr_figure_time(core->monitored_ns).text, ovr_figure_count(core->n_stalls).text,
		ovr_figure_plural(core->n_stalls), per_second(core->n_stalls, core->monitored_ns).text,
		core->monitored_ns == 0 ? 0.0 : 100.0 * (double)core->stalled_ns / (double)core->monitored_ns,
		ovr_figure_time(core->longest_ns).text);
	if (ring != 0)
		fprintf(out, ": %s frames at the sustained rate, a ring of %s",
			ovr_figure_count(core->longest_frames).text, ovr_figure_count(ring).text);
	fputc('\n', out);
}

/* What sustained means, and how the answer was found. */
static void
print_method(const struct ovr_method_sustain_search *search, FILE *out)
{
	if (search->n_rates == 0)
		return;
	fprintf(out,
		"\n  Sustained: outside stalls at most %.3g %% of the slots missed and %.3g %% of the frames "
		"lost, "
		"no core stalled for more than %.3g %% of the time. %u rate%s tried, %u confirmation%s, a "
		"second attempt where "
		"a "
		"core was stalled for over %.3g %%.\n",
		OVR_METHOD_SUSTAIN_MISSED_PPM / 1e4, OVR_METHOD_SUSTAIN_LOST_PPM / 1e4,
		OVR_METHOD_SUSTAIN_STALLED_PPM / 1e4, search->n_rates, ovr_figure_plural(search->n_rates),
		search->n_confirms, ovr_figure_plural(search->n_confirms),
		OVR_METHOD_SUSTAIN_RETRY_PPM / 1e4);
}

static void
print_verdict(const struct ovr_result_selftest *selftest, FILE *out)
{
	static const char *const word[] = {
		[OVR_VERDICT_PASS] = "PASS",
		[OVR_VERDICT_LOSS] = "LOSS",
		[OVR_VERDICT_VOID] = "VOID",
	};

	fprintf(out, "\n  %s%s%s\n", word[selftest->verdict], selftest->reason[0] != '\0' ? ": " : "",
		selftest->reason);
}

int
ovr_report_selftest_text(const struct ovr_result_selftest *selftest, FILE *out, struct ovr_err *err)
{
	print_head(selftest, out);
	fputc('\n', out);
	print_ends(selftest, out);
	print_sustained(selftest, out);
	if (selftest->n_cores != 0)
		fputc('\n', out);
	for (uint32_t i = 0; i < selftest->n_cores; i++)
		print_core(selftest, &selftest->core[i], out);
	if (selftest->n_trials != 0)
		fprintf(out, "  clock    off by %.3g ppm at most within a trial\n", selftest->clock_ppm);
	print_method(&selftest->search, out);
	print_verdict(selftest, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the report cannot be written: %s", strerror(errno));
	return 0;
}
