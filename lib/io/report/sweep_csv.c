/* SPDX-License-Identifier: BSD-3-Clause */
/* The cells of a sweep for plots: a row each, units in the names of the columns. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "report/sweep.h"

/* A stall's text may have a comma. */
static void
print_cell(const struct ovr_result_sweep *sweep, uint32_t index, FILE *out)
{
	const struct ovr_result_cell *cell = &sweep->cell[index];
	const struct ovr_result_summary *summary = &cell->summary;
	const struct ovr_comparison *comparison = &cell->comparison;
	uint64_t n_compared = comparison->n_of[OVR_COMPARISON_VALID];

	fprintf(out, "%u,%u,%u,%s,%s,%u,%u,\"%s\",%" PRIu64 ",%s,%s,", index,
		ovr_method_grid_cell(&sweep->grid, index).repeat, summary->rxd, summary->size, summary->rate,
		summary->burst, summary->rxq, summary->stall, summary->seed,
		ovr_ledger_verdict_name(summary->verdict),
		ovr_comparison_exclusion_name(comparison->exclusion));
	fprintf(out, "%" PRIu64 ",%" PRId64 ",", summary->sent, summary->lost);
	if (!ovr_result_cell_is_void(cell) && summary->sent != 0)
		fprintf(out, "%.9g", (double)summary->lost / (double)summary->sent);
	fprintf(out, ",%.9g,%" PRIu64 ",%" PRIu64 ",", cell->model_loss, comparison->n_injected, n_compared);
	if (n_compared != 0)
		fprintf(out, "%.3f,%.3f,%.3f", (double)comparison->lost / (double)n_compared,
			comparison->model / (double)n_compared, comparison->worst_frames);
	else
		fputs(",,", out);
	fprintf(out, ",%.3f,%.0f\n", comparison->bound_frames, comparison->arrival_pps);
}

int
ovr_report_sweep_csv(const struct ovr_result_sweep *sweep, FILE *out, struct ovr_err *err)
{
	fputs("cell,repeat,rxd,size,rate,burst,rxq,stall,seed,verdict,excluded_for,sent_frames,lost_frames,"
	      "loss_ratio,model_loss_ratio,stalls,stalls_compared,lost_per_stall_frames,"
	      "model_per_stall_frames,worst_frames,bound_frames,arrival_pps\n",
		out);
	for (uint32_t i = 0; i < sweep->n_cells; i++)
		if (sweep->cell[i].is_done)
			print_cell(sweep, i, out);
	if (fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the cells cannot be written: %s", strerror(errno));
	return 0;
}
