/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/sweep_parts.h"

#include <errno.h>
#include <string.h>

#include "report/json_put.h"

/* What the rule of disturbance found, as whole numbers and as others. */
static const struct {
	const char *name;
	size_t offset;
} counts[] = {
	{ "injected", offsetof(struct ovr_comparison, n_injected) },
	{ "compared", offsetof(struct ovr_comparison, n_of[OVR_COMPARISON_VALID]) },
	{ "excluded_rx", offsetof(struct ovr_comparison, n_of[OVR_COMPARISON_RX]) },
	{ "excluded_tx", offsetof(struct ovr_comparison, n_of[OVR_COMPARISON_TX]) },
	{ "excluded_log", offsetof(struct ovr_comparison, n_of[OVR_COMPARISON_LOG]) },
	{ "excluded_path", offsetof(struct ovr_comparison, n_of[OVR_COMPARISON_PATH]) },
	{ "excluded_slow", offsetof(struct ovr_comparison, n_of[OVR_COMPARISON_SLOW]) },
	{ "host", offsetof(struct ovr_comparison, n_host) },
	{ "lost_injected", offsetof(struct ovr_comparison, lost_injected) },
	{ "lost_host", offsetof(struct ovr_comparison, lost_host) },
	{ "lost_compared", offsetof(struct ovr_comparison, lost) },
	{ "within", offsetof(struct ovr_comparison, n_within) },
	{ "ran_ns", offsetof(struct ovr_comparison, ran_ns) },
}, reals[] = {
	{ "model_compared", offsetof(struct ovr_comparison, model) },
	{ "worst_frames", offsetof(struct ovr_comparison, worst_frames) },
	{ "bound_frames", offsetof(struct ovr_comparison, bound_frames) },
	{ "arrival_pps", offsetof(struct ovr_comparison, arrival_pps) },
	{ "slots", offsetof(struct ovr_comparison, slots) },
};

#define N_COUNTS (sizeof(counts) / sizeof(counts[0]))
#define N_REALS  (sizeof(reals) / sizeof(reals[0]))

static json_t *
stalls_of(const struct ovr_comparison *comparison)
{
	json_t *object = json_object();
	int rc = 0;

	for (size_t i = 0; i < N_COUNTS; i++) {
		uint64_t count;

		memcpy(&count, (const char *)comparison + counts[i].offset, sizeof(count));
		rc |= ovr_json_put_count(object, counts[i].name, count);
	}
	for (size_t i = 0; i < N_REALS; i++) {
		double real;

		memcpy(&real, (const char *)comparison + reals[i].offset, sizeof(real));
		rc |= ovr_json_put_real(object, reals[i].name, real);
	}
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_cell(const struct ovr_result_sweep *sweep, uint32_t index)
{
	const struct ovr_result_cell *cell = &sweep->cell[index];
	struct ovr_method_cell at = ovr_method_grid_cell(&sweep->grid, index);
	enum ovr_comparison_exclusion exclusion = cell->comparison.exclusion;
	json_t *object = json_object();
	int rc = 0;

	rc |= ovr_json_put_count(object, "cell", index);
	rc |= ovr_json_put_count(object, "repeat", at.repeat);
	rc |= json_object_set_new(object, "excluded", json_boolean(exclusion != OVR_COMPARISON_EXCLUDED_NOT));
	rc |= ovr_json_put_text(object, "excluded_for", ovr_comparison_exclusion_name(exclusion));
	rc |= ovr_json_put_real(object, "model_loss_ratio", cell->model_loss);
	rc |= json_object_set_new(object, "stalls", stalls_of(&cell->comparison));
	return ovr_json_finish(object, rc);
}

static int
refuse(const char *name, struct ovr_err *err)
{
	return ovr_err_set(err, -EINVAL,
		"cell: \"%s\" is missing or of another kind, accepted: what a sweep of this version writes",
		name);
}

/* @return OVR_COMPARISON_EXCLUSIONS: it is no such name */
static enum ovr_comparison_exclusion
exclusion_named(const json_t *name)
{
	unsigned int exclusion = 0;

	while (exclusion < OVR_COMPARISON_EXCLUSIONS &&
		(!json_is_string(name) ||
			strcmp(json_string_value(name),
				ovr_comparison_exclusion_name((enum ovr_comparison_exclusion)exclusion)) !=
				0))
		exclusion++;
	return (enum ovr_comparison_exclusion)exclusion;
}

int
ovr_json_cell_read(
	const json_t *object, uint32_t *ret_index, struct ovr_result_cell *cell, struct ovr_err *err)
{
	const json_t *index = json_object_get(object, "cell");
	const json_t *loss = json_object_get(object, "model_loss_ratio");
	const json_t *stalls = json_object_get(object, "stalls");
	struct ovr_comparison comparison = { .exclusion = exclusion_named(
						     json_object_get(object, "excluded_for")) };

	if (!json_is_integer(index) || json_integer_value(index) < 0 ||
		json_integer_value(index) >= OVR_PLAN_SWEEP_CELLS_MAX)
		return refuse("cell", err);
	if (comparison.exclusion == OVR_COMPARISON_EXCLUSIONS)
		return refuse("excluded_for", err);
	if (!json_is_number(loss))
		return refuse("model_loss_ratio", err);
	for (size_t i = 0; i < N_COUNTS; i++) {
		const json_t *value = json_object_get(stalls, counts[i].name);
		uint64_t count = (uint64_t)json_integer_value(value);

		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return refuse(counts[i].name, err);
		memcpy((char *)&comparison + counts[i].offset, &count, sizeof(count));
	}
	for (size_t i = 0; i < N_REALS; i++) {
		const json_t *value = json_object_get(stalls, reals[i].name);
		double real = json_number_value(value);

		if (!json_is_number(value))
			return refuse(reals[i].name, err);
		memcpy((char *)&comparison + reals[i].offset, &real, sizeof(real));
	}
	cell->comparison = comparison;
	cell->model_loss = json_number_value(loss);
	*ret_index = (uint32_t)json_integer_value(index);
	return 0;
}
