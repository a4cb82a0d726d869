/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sweep_parts.h"

#include "report/json_names.h"
#include "report/json_put.h"

#define COMPARISON(member) OVR_JSON_MEMBER(struct ovr_comparison, member)
#define CELL(member)       OVR_JSON_MEMBER(struct ovr_json_cell, member)

static const struct ovr_json_row stalls_rows[] = {
	{ "injected", OVR_JSON_COUNT, COMPARISON(n_injected), "injected stalls while frames were sent" },
	{ "compared", OVR_JSON_COUNT, COMPARISON(n_of[OVR_COMPARISON_VALID]), "of these, undisturbed" },
	{ "excluded_rx", OVR_JSON_COUNT, COMPARISON(n_of[OVR_COMPARISON_RX]),
		"overlapped by another stall of the receive core" },
	{ "excluded_tx", OVR_JSON_COUNT, COMPARISON(n_of[OVR_COMPARISON_TX]),
		"overlapped by a stall of a transmit core or the wire's" },
	{ "excluded_log", OVR_JSON_COUNT, COMPARISON(n_of[OVR_COMPARISON_LOG]), "a log was full" },
	{ "excluded_path", OVR_JSON_COUNT, COMPARISON(n_of[OVR_COMPARISON_PATH]),
		"frames were lost before the ring" },
	{ "excluded_slow", OVR_JSON_COUNT, COMPARISON(n_of[OVR_COMPARISON_SLOW]),
		"the receiver serves no more than what arrives, or had a backlog without having stalled" },
	{ "host", OVR_JSON_COUNT, COMPARISON(n_host), "host stalls of the receive cores" },
	{ "lost_injected", OVR_JSON_COUNT, COMPARISON(lost_injected) },
	{ "lost_host", OVR_JSON_COUNT, COMPARISON(lost_host) },
	{ "lost_compared", OVR_JSON_COUNT, COMPARISON(lost) },
	{ "within", OVR_JSON_COUNT, COMPARISON(n_within), "compared stalls within the bound" },
	{ "ran_ns", OVR_JSON_COUNT, COMPARISON(ran_ns),
		"length of the compared ones, while frames were sent" },
	{ "model_compared", OVR_JSON_AMOUNT, COMPARISON(model) },
	{ "worst_frames", OVR_JSON_REAL, COMPARISON(worst_frames),
		"lost - model, where they lie farthest apart" },
	{ "bound_frames", OVR_JSON_AMOUNT, COMPARISON(bound_frames),
		"one transmit burst and one receive batch" },
	{ "arrival_pps", OVR_JSON_AMOUNT, COMPARISON(arrival_pps) },
	{ "slots", OVR_JSON_AMOUNT, COMPARISON(slots), "of each ring" },
};

static const struct ovr_json_table stalls_table = OVR_JSON_TABLE("compared_stalls", struct ovr_comparison,
	stalls_rows, "injected stalls held against the model; frames, unless a name says otherwise");

static json_t *
repeat_of(const struct ovr_json_at *at)
{
	const struct ovr_json_cell *cell = at->object;
	const struct ovr_result_sweep *sweep = at->context;

	return ovr_json_count(ovr_method_grid_cell(&sweep->grid, cell->index).repeat);
}

static json_t *
is_excluded(const struct ovr_json_at *at)
{
	const struct ovr_json_cell *cell = at->object;

	return json_boolean(cell->comparison.exclusion != OVR_COMPARISON_EXCLUDED_NOT);
}

static const struct ovr_json_row cell_rows[] = {
	{ "cell", OVR_JSON_COUNT, CELL(index),
		"place in the grid: ring changes fastest, then size, rate, burst, queues, stall, repeat",
		.max = OVR_PLAN_SWEEP_CELLS_MAX - 1 },
	{ "repeat", OVR_JSON_COUNT, .value = repeat_of },
	{ "excluded", OVR_JSON_BOOL,
		.about = "excluded: it shows nothing, and does not count for the smallest lossless ring; a "
			 "void cell is not excluded as well",
		.value = is_excluded },
	{ "excluded_for", OVR_JSON_NAME, CELL(comparison.exclusion),
		"host: frames were lost in host stalls; absent: no injected stall began while frames were "
		"sent; overlapped: not one of them was undisturbed",
		.names = &ovr_json_exclusions },
	{ "model_loss_ratio", OVR_JSON_RATIO, CELL(model_loss) },
	{ "stalls", OVR_JSON_OBJECT, CELL(comparison), .table = &stalls_table },
};

const struct ovr_json_table ovr_json_cell_table = OVR_JSON_TABLE("sweep_cell", struct ovr_json_cell,
	cell_rows, "A finished cell, besides its trial, which stands at the same place of trials");

json_t *
ovr_json_cell(const struct ovr_result_sweep *sweep, uint32_t index)
{
	const struct ovr_result_cell *cell = &sweep->cell[index];
	struct ovr_json_cell written = {
		.index = index,
		.model_loss = cell->model_loss,
		.comparison = cell->comparison,
	};

	return ovr_json_object(&ovr_json_cell_table, &written, sweep);
}

int
ovr_json_cell_read(
	const json_t *object, uint32_t *ret_index, struct ovr_result_cell *cell, struct ovr_err *err)
{
	struct ovr_json_cell found;
	int rc = ovr_json_read(&ovr_json_cell_table, object, &found, err);

	if (rc != 0) {
		ovr_err_prefix(err, "cell");
		return rc;
	}
	cell->comparison = found.comparison;
	cell->model_loss = found.model_loss;
	*ret_index = found.index;
	return 0;
}
