/* SPDX-License-Identifier: BSD-3-Clause */
#include "page/view.h"

#include <string.h>

#include "support/result_sample.h"
#include "support/saved_sample.h"

#define MS UINT64_C(1000000)

static const struct ovr_view_picture *
picture_of(const struct ovr_view *view, enum ovr_view_kind kind)
{
	for (size_t i = 0; i < view->n_pictures; i++)
		if (view->picture[i].kind == kind)
			return &view->picture[i];
	cr_assert_fail("no such picture");
	return NULL;
}

static uint64_t
sum_of(const struct ovr_picture_layer *layer)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < OVR_PICTURE_BINS_MAX; i++)
		sum += layer->frames[i];
	return sum;
}

Test(view_run, losses_of_one_place_are_dated_by_their_periods)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_time *time;

	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	time = picture_of(&view, OVR_VIEW_TIME)->of.time;
	cr_expect_eq(time->n_layers, 1);
	cr_expect_str_eq(time->layer[0].name, "rx.ring");
	cr_expect_eq(time->n_bins, OVR_PICTURE_BINS_MAX);
	cr_expect_eq(sum_of(&time->layer[0]), 192884);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

/*
 * Three readings: 10 frames were under way at the first one; 600 were lost at the ring in the
 * second interval; what else was lost, by the last one.
 */
static struct ovr_result *
ranges_with_series(void)
{
	struct ovr_result *result = sample_ranges();
	const uint64_t sent = result->ledger.figures.sent, unique = result->ledger.figures.unique;
	const uint64_t ring = 600, lost = sent - unique;

	result->n_samples = 3;
	result->sample = calloc(3, sizeof(*result->sample));
	result->sample[0] = (struct ovr_result_sample){ .end_ns = 100 * MS, .sent = 1000, .unique = 990 };
	result->sample[1] = (struct ovr_result_sample){
		.start_ns = 100 * MS,
		.end_ns = 200 * MS,
		.sent = 1000,
		.unique = 410,
		.missed = ring,
	};
	result->sample[2] = (struct ovr_result_sample){
		.start_ns = 200 * MS,
		.end_ns = 300 * MS,
		.sent = sent - 2000,
		.unique = unique - 1400,
	};
	cr_assert_gt(lost, ring);
	return result;
}

Test(view_run, a_frame_under_way_at_a_reading_is_no_loss)
{
	struct ovr_result *result = ranges_with_series();
	struct ovr_saved saved = saved_of(result);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_time *time;
	uint64_t lost = result->ledger.figures.sent - result->ledger.figures.unique;

	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	time = picture_of(&view, OVR_VIEW_TIME)->of.time;
	cr_expect_eq(time->n_bins, 3);
	cr_expect_eq(time->layer[0].frames[1], 600);
	/* the first reading missed 10, the second one the ring's alone: these were under way */
	cr_expect_eq(time->layer[1].frames[0], 0);
	cr_expect_eq(time->layer[1].frames[1], 0);
	cr_expect_eq(time->layer[1].frames[2], lost - 600);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}

Test(view_run, distances_between_periods_are_as_rfc_3357_has_them)
{
	struct ovr_result *result = sample_loss();
	struct ovr_saved saved = saved_of(result);
	json_t *trial = json_object_get(saved.root, "trial");
	json_t *periods = json_loads(
		"[{\"stream\":0,\"first_seq\":2,\"frames\":1},{\"stream\":0,\"first_seq\":5,\"frames\":1},"
		"{\"stream\":0,\"first_seq\":7,\"frames\":1},{\"stream\":0,\"first_seq\":9,\"frames\":2}]",
		0, NULL);
	struct ovr_err err = { "" };
	struct ovr_view view;
	const struct ovr_picture_columns *columns;

	cr_assert_not_null(periods);
	json_object_set_new(trial, "loss_periods", periods);
	cr_assert_eq(ovr_view_make(&view, "r.json", saved.root, 1, &err), 0, "%s", err.text);
	columns = picture_of(&view, OVR_VIEW_COLUMNS)->of.columns;
	/* 3, 2, 2: one up to 4, two up to 2 */
	cr_expect_eq(columns->count[1][1], 2);
	cr_expect_eq(columns->count[1][2], 1);
	ovr_view_done(&view);
	ovr_saved_close(&saved);
	sample_free(result);
}
