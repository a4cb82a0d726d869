/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answers of a search for plots, a row each; of a curve, its loads. Units in the names of the
 * columns.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/search.h"

/* Nothing for what was not found, or is not known. */
static void
put_known(FILE *out, double value)
{
	if (value > 0)
		fprintf(out, ",%.12g", value);
	else
		fputc(',', out);
}

/* A reason has commas, and may have quotes. */
static void
put_quoted(FILE *out, const char *text)
{
	fputs(",\"", out);
	for (; *text != '\0'; text++)
		fprintf(out, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', out);
}

static void
print_answer(const struct ovr_result_search *search, const struct ovr_result_search_size *size, uint32_t goal,
	FILE *out)
{
	const struct ovr_method_answer *answer = &size->answer[goal];
	struct ovr_result_search_latency latency = ovr_result_search_latency_of(size, goal);
	bool was_tried = size->n_loads != 0;

	fprintf(out, "\"%s\",%.12g", size->size, size->mean_bytes);
	put_known(out, size->line_pps);
	fprintf(out, ",%.12g,%s", search->goal[goal].loss_ratio,
		was_tried ? ovr_method_end_name(answer->end) : "none");
	put_known(out, answer->lower_pps);
	put_known(out, answer->upper_pps);
	put_known(out, size->line_pps > 0 ? answer->lower_pps / size->line_pps : 0);
	put_known(out, answer->lower_pps > 0 && answer->upper_pps > 0 ? answer->width_ratio : 0);
	put_known(out, answer->throughput_pps);
	put_known(out, size->tester_limit_tx_pps);
	put_known(out, size->frmol_pps);
	put_known(out, size->mfr_pps);
	fprintf(out, ",%u", size->n_trials);
	put_quoted(out, size->reason);
	put_known(out, latency.p50_ns);
	put_known(out, latency.p99_ns);
	fputc('\n', out);
}

static void
print_answers(const struct ovr_result_search *search, FILE *out)
{
	fputs("size,mean_bytes,theoretical_pps,goal_loss_ratio,end,lower_pps,upper_pps,theoretical_ratio,"
	      "width_ratio,conditional_throughput_pps,tester_limit_pps,frmol_pps,mfr_pps,trials,reason,"
	      "latency_p50_ns,latency_p99_ns\n",
		out);
	for (uint32_t i = 0; i < search->n_sizes; i++)
		for (uint32_t g = 0; g < search->n_goals; g++)
			print_answer(search, &search->size[i], g, out);
}

static void
print_curve(const struct ovr_result_search *search, FILE *out)
{
	fputs("size,mean_bytes,theoretical_pps,load_pps,sent_pps,forwarded_pps,trials,sent_frames,lost_"
	      "frames,"
	      "loss_ratio\n",
		out);
	for (uint32_t i = 0; i < search->n_sizes; i++) {
		const struct ovr_result_search_size *size = &search->size[i];

		for (uint32_t l = 0; l < size->n_loads; l++) {
			const struct ovr_result_search_load *load = &size->load[l];

			fprintf(out, "\"%s\",%.12g", size->size, size->mean_bytes);
			put_known(out, size->line_pps);
			fprintf(out, ",%.12g,%.12g,%.12g,%u,%" PRIu64 ",%" PRIu64 ",", load->load_pps,
				load->achieved_pps, load->forwarded_pps, load->n_trials, load->sent,
				load->lost);
			if (load->sent != 0)
				fprintf(out, "%.12g", (double)load->lost / (double)load->sent);
			fputc('\n', out);
		}
	}
}

int
ovr_report_search_csv(const struct ovr_result_search *search, FILE *out, struct ovr_err *err)
{
	if (search->n_goals == 0)
		print_curve(search, out);
	else
		print_answers(search, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the answers cannot be written: %s", strerror(errno));
	return 0;
}
