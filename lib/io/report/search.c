/* SPDX-License-Identifier: BSD-3-Clause */
/* A search for people: the answers, what they rest on, and what they are worth. */
#include "report/search.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "method/bisect.h"
#include "report/figure.h"
#include "report/search_parts.h"

#define NS_PER_S UINT64_C(1000000000)
/*
 * RFC 2544 §24 and §23: how long a trial that decides lasts, the wait for residual frames, and the
 * rest before the next one.
 */
#define RFC2544_TRIAL_NS  (60 * NS_PER_S)
#define RFC2544_DRAIN_NS  (2 * NS_PER_S)
#define RFC2544_SETTLE_NS (5 * NS_PER_S)
/* Trials of a good load that lose by chance: for an example of what attempts are worth. */
#define BY_CHANCE 0.2
/* Loads of a table: more are in the JSON result. */
#define LOADS_SHOWN 24

static struct ovr_figure
share(double ratio)
{
	struct ovr_figure figure = { "" };

	snprintf(figure.text, sizeof(figure.text), "%.4g %%", 100 * ratio);
	return figure;
}

struct ovr_figure
ovr_search_goal_name(const struct ovr_method_goal *goal)
{
	struct ovr_figure figure = { "ndr" };

	if (goal->loss_ratio == 0.005)
		return (struct ovr_figure){ "pdr" };
	return goal->loss_ratio == 0 ? figure : share(goal->loss_ratio);
}

/* Loads that differ by the width of a goal must look different: "3,210,512". */
static struct ovr_figure
figure_pps(double pps)
{
	return ovr_figure_count((uint64_t)(pps + 0.5));
}

/* "3,210,512 pps" */
static struct ovr_figure
rate(double pps)
{
	struct ovr_figure figure = figure_pps(pps);

	strncat(figure.text, " pps", sizeof(figure.text) - strlen(figure.text) - 1);
	return figure;
}

static void
print_head(const struct ovr_result_search *search, FILE *out)
{
	static const char *const algorithm[] = { "MLRsearch", "binary search with loss verification",
		"loss over load" };
	const struct ovr_plan *plan = &search->plan;
	char queues[64] = "";

	if (plan->ports.rxq > 1 || plan->ports.txq > 1)
		snprintf(queues, sizeof(queues), "   queues tx %u rx %u", plan->ports.txq, plan->ports.rxq);
	fprintf(out,
		"search     %s → %s   %s%s   burst %u   rings tx %u rx %u   %u trial%s   seed %" PRIu64 "\n",
		plan->ports.tx.label, plan->ports.rx.label, algorithm[plan->search.algorithm], queues,
		plan->ports.burst, plan->ports.txd, plan->ports.rxd, search->n_trials,
		ovr_figure_plural(search->n_trials), plan->trial.seed);
	fprintf(out, "           loads are of one direction, in frames per second that were sent\n");
}

/* "3.21 Mpps   2.16 Gb/s L1   21.6 % of line" */
static void
print_load(const struct ovr_result_search_size *size, double pps, FILE *out)
{
	fprintf(out, "%15s   %10s L1", rate(pps).text,
		ovr_figure_si(pps * 8 * (size->mean_bytes + OVR_FRAME_OVERHEAD_BYTES), "b/s").text);
	if (size->line_pps > 0)
		fprintf(out, "   %.4g %% of line", 100 * pps / size->line_pps);
}

/* What was sent when as much as goes was asked for. */
static void
print_limit(const struct ovr_result_search *search, const struct ovr_result_search_size *size, FILE *out)
{
	if (size->tester_limit_tx_pps <= 0)
		return;
	fprintf(out, "  %-12s ", "tester limit");
	print_load(size, size->tester_limit_tx_pps, out);
	fprintf(out,
		"\n               the most that was sent where %s was asked for; %s of it came through\n",
		search->plan.search.max_rate.value != 0 ? "--max-rate"
			: search->plan.ports.tx.kind == OVR_PORT_WIRE || search->plan.ports.line_bps != 0
			? "the line's rate"
			: "as much as goes",
		rate(size->tester_limit_rx_pps).text);
}

/* What our own receiver has to do with an upper bound. */
static void
print_own(const struct ovr_result_search_size *size, const struct ovr_method_answer *answer, FILE *out)
{
	for (uint32_t i = 0; i < size->n_loads; i++) {
		const struct ovr_result_search_load *load = &size->load[i];

		if (load->load_pps == answer->upper_pps && load->lost_host != 0)
			fprintf(out,
				"               of the %s frames lost there %s in host stalls of our receive "
				"cores:\n               the device may take more\n",
				ovr_figure_count(load->lost).text,
				ovr_figure_ratio(load->lost_host, load->lost).text);
	}
}

/* At the load of the answer, as RFC 2544 section 26.2 asks for it. */
static void
print_latency(double pps, const struct ovr_result_search_latency *latency, FILE *out)
{
	if (pps <= 0 || latency->n_trials == 0)
		return;
	fprintf(out,
		"               latency at %s: min %s, p50 %s, p99 %s,\n"
		"               max %s; %u trial%s\n",
		rate(pps).text, ovr_figure_time(latency->min_ns).text,
		ovr_figure_time((uint64_t)(latency->p50_ns + 0.5)).text,
		ovr_figure_time((uint64_t)(latency->p99_ns + 0.5)).text,
		ovr_figure_time(latency->max_ns).text, latency->n_trials,
		ovr_figure_plural(latency->n_trials));
}

static void
print_answer(const struct ovr_result_search_size *size, const struct ovr_method_goal *goal,
	const struct ovr_method_answer *answer, const struct ovr_result_search_latency *latency, FILE *out)
{
	fprintf(out, "  %-12s ", ovr_search_goal_name(goal).text);
	if (answer->lower_pps > 0)
		print_load(size, answer->lower_pps, out);
	else
		fprintf(out, "%15s", answer->end == OVR_METHOD_BELOW ? "none" : "unknown");
	fputs("\n               ", out);
	switch (answer->end) {
	case OVR_METHOD_AT_LEAST:
		fprintf(out, "at least: no higher load was tried");
		break;
	case OVR_METHOD_FOUND:
		fprintf(out, "below %s (width %s", rate(answer->upper_pps).text,
			share(answer->width_ratio).text);
		if (answer->width_ratio > goal->width_ratio)
			fprintf(out, ", of the intended loads %s", share(answer->intended_width_ratio).text);
		fputc(')', out);
		break;
	case OVR_METHOD_BELOW:
		fprintf(out, "more is lost at %s, the lowest load", rate(answer->upper_pps).text);
		break;
	case OVR_METHOD_OPEN:
		fprintf(out, "not as narrow as required");
		if (answer->upper_pps > 0)
			fprintf(out, ": below %s", rate(answer->upper_pps).text);
		break;
	}
	if (answer->throughput_pps > 0)
		fprintf(out, "\n               conditional throughput %s", rate(answer->throughput_pps).text);
	fputc('\n', out);
	print_own(size, answer, out);
	print_latency(answer->lower_pps, latency, out);
}

static void
print_forwarding(const struct ovr_result_search_size *size, FILE *out)
{
	if (size->frmol_pps > 0)
		fprintf(out,
			"  %-12s %15s   mean forwarded at the maximum offered load;\n%15s%s at any (MFR)\n",
			"FRMOL", rate(size->frmol_pps).text, "", rate(size->mfr_pps).text);
}

static void
print_loads(const struct ovr_result_search *search, const struct ovr_result_search_size *size, FILE *out)
{
	if (size->n_loads == 0)
		return;
	fprintf(out, "\n  %13s %13s %6s %6s %11s %8s %11s", "load", "sent pps", "trials", "lossy", "lost",
		"of sent", "host stalls");
	for (uint32_t g = 0; g < search->n_goals; g++)
		fprintf(out, " %9s", ovr_search_goal_name(&search->goal[g]).text);
	fputc('\n', out);
	for (uint32_t i = 0; i < size->n_loads && i < LOADS_SHOWN; i++) {
		const struct ovr_result_search_load *load = &size->load[i];

		fprintf(out, "  %13s %13s %6u %6u %11s %8s %11s", figure_pps(load->load_pps).text,
			figure_pps(load->achieved_pps).text, load->n_trials, load->n_lossy,
			ovr_figure_count(load->lost).text, ovr_figure_ratio(load->lost, load->sent).text,
			ovr_figure_ratio(load->lost_host, load->lost).text);
		for (uint32_t g = 0; g < search->n_goals; g++)
			fprintf(out, " %9s", ovr_method_bound_name(load->bound[g]));
		fputc('\n', out);
	}
	if (size->n_loads > LOADS_SHOWN)
		fprintf(out, "  and %u lower loads, which the JSON result has\n",
			size->n_loads - LOADS_SHOWN);
}

static void
print_trials(const struct ovr_result_search *search, const struct ovr_result_search_size *size, FILE *out)
{
	char retried[96] = "";

	if (search->plan.search.algorithm == OVR_ALGORITHM_BINARY)
		snprintf(retried, sizeof(retried), " %u of %u decided loads passed at a repetition only.",
			size->n_retried, size->n_decided);
	fputc('\n', out);
	fprintf(out,
		"  %u trial%s at a load in %s; irregular: %u of a sender that fell short by more than %s, "
		"which count at the load that was achieved, or between its stalls where too much was lost, "
		"and %u void, which count for nothing and were repeated.%s\n",
		size->n_trials, ovr_figure_plural(size->n_trials), ovr_figure_time(size->spent_ns).text,
		size->n_short, share(search->plan.trial.tolerance_ppb / 1e9).text, size->n_void, retried);
	if (size->n_lossy == 0)
		return;
	fprintf(out,
		"  Own receiver: %u of %u lossy trials lost frames in host stalls of our receive cores, "
		"%s of %s frames (RFC 7680 §2.8.3); they are not taken out.\n",
		size->n_lossy_host, size->n_lossy, ovr_figure_count(size->lost_host).text,
		ovr_figure_count(size->lost).text);
}

static void
print_size(const struct ovr_result_search *search, const struct ovr_result_search_size *size, FILE *out)
{
	fprintf(out, "\n  size %s\n", size->size);
	print_limit(search, size, out);
	if (size->reason[0] != '\0')
		fprintf(out, "  reason       %s\n", size->reason);
	for (uint32_t g = 0; g < search->n_goals && size->n_loads != 0; g++) {
		struct ovr_result_search_latency latency = ovr_result_search_latency_of(size, g);

		print_answer(size, &search->goal[g], &size->answer[g], &latency, out);
	}
	print_forwarding(size, out);
	print_loads(search, size, out);
	if (size->n_trials != 0)
		print_trials(search, size, out);
}

/* How a load is decided, in words. */
struct rule {
	char text[3 * OVR_UNITS_TEXT_BYTES + 64];
};

static struct rule
rule_of(const struct ovr_plan_search *search, uint32_t attempts, const struct ovr_method_goal *goal)
{
	struct rule line;

	if (search->algorithm == OVR_ALGORITHM_MLR)
		snprintf(line.text, sizeof(line.text),
			" (the first ones %s), duration sum %s, exceed ratio %s",
			ovr_figure_time(goal->initial_ns).text, ovr_figure_time(goal->sum_ns).text,
			share(goal->exceed_ratio).text);
	else if (search->retry_loss == OVR_PLAN_RETRY_ANY)
		snprintf(line.text, sizeof(line.text), ", %u attempt%s at a lossy load", attempts,
			ovr_figure_plural(attempts));
	else
		snprintf(line.text, sizeof(line.text), ", %u attempt%s where at most %s frames are lost",
			attempts, ovr_figure_plural(attempts), ovr_figure_count(search->retry_loss).text);
	return line;
}

static void
print_goals(const struct ovr_result_search *search, FILE *out)
{
	for (uint32_t g = 0; g < search->n_goals; g++) {
		const struct ovr_method_goal *goal = &search->goal[g];

		fprintf(out, "  Goal %s: loss ratio %s, trials of %s%s, width %s.\n",
			ovr_search_goal_name(goal).text, share(goal->loss_ratio).text,
			ovr_figure_time(goal->final_ns).text,
			rule_of(&search->plan.search, search->plan.repetition.attempts, goal).text,
			share(goal->width_ratio).text);
	}
	if (search->plan.search.algorithm == OVR_ALGORITHM_BINARY)
		fprintf(out,
			"  A load that the device takes, but that loses by chance in one trial of five, "
			"fails "
			"with %s.\n",
			share(ovr_method_bisect_false_fail(BY_CHANCE, search->plan.repetition.attempts))
				.text);
}

/* A ring takes an overload for a while: one that it takes for a whole trial is not seen. */
static void
print_rings(const struct ovr_plan_ports *ports, uint64_t time_ns, FILE *out)
{
	uint64_t frames = (uint64_t)ports->rxd * ports->rxq;

	if (time_ns != 0)
		fprintf(out,
			"  Receive rings of %s frames hide an overload below %s for a trial of %s: an answer "
			"may be that much above what our receiver keeps up with.\n",
			ovr_figure_count(frames).text, rate((double)frames * 1e9 / (double)time_ns).text,
			ovr_figure_time(time_ns).text);
}

/* What is not as RFC 2544 has it, and what was thrown away. */
static void
print_method(const struct ovr_result_search *search, FILE *out)
{
	const struct ovr_plan *plan = &search->plan;

	fputc('\n', out);
	print_goals(search, out);
	if (search->n_goals == 0)
		fprintf(out,
			"  Steps of %s of the highest load, down to two successive loads without loss.\n",
			share(plan->search.step_ppb / 1e9).text);
	fprintf(out,
		"  A warm-up trial at the highest load was made first and discarded. Each trial sends %s "
		"before it measures.\n",
		ovr_figure_time(plan->trial.warmup_ns).text);
	print_rings(&plan->ports, plan->load.time_ns, out);
	if (plan->load.time_ns < RFC2544_TRIAL_NS || plan->trial.drain_ns < RFC2544_DRAIN_NS ||
		plan->trial.settle_ns < RFC2544_SETTLE_NS)
		fprintf(out,
			"  Not as RFC 2544: trials of %s (60 s where they decide), %s of silence end a drain "
			"(2 s), rest of %s (5 s).\n",
			ovr_figure_time(plan->load.time_ns).text, ovr_figure_time(plan->trial.drain_ns).text,
			ovr_figure_time(plan->trial.settle_ns).text);
}

static void
print_verdict(const struct ovr_result_search *search, FILE *out)
{
	static const char *const word[] = {
		[OVR_VERDICT_PASS] = "PASS",
		[OVR_VERDICT_LOSS] = "LOSS",
		[OVR_VERDICT_VOID] = "VOID",
	};
	char first[16];
	uint32_t n_without = 0;

	fputc('\n', out);
	snprintf(
		first, sizeof(first), "  %s%s", word[search->verdict], search->reason[0] != '\0' ? ": " : "");
	fprintf(out, "%s%s\n", first, search->reason);
	for (uint32_t i = 0; i < search->n_sizes; i++)
		n_without += search->size[i].reason[0] != '\0';
	for (uint32_t i = 0; i < search->n_sizes && n_without > 1; i++) {
		if (search->size[i].reason[0] != '\0')
			fprintf(out, "    size %s: %s\n", search->size[i].size, search->size[i].reason);
	}
}

int
ovr_report_search_text(const struct ovr_result_search *search, FILE *out, struct ovr_err *err)
{
	print_head(search, out);
	ovr_search_print_table(search, out);
	for (uint32_t i = 0; i < search->n_sizes; i++)
		print_size(search, &search->size[i], out);
	print_method(search, out);
	print_verdict(search, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the report cannot be written: %s", strerror(errno));
	return 0;
}
