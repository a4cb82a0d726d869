/* SPDX-License-Identifier: BSD-3-Clause */
#include "search/figures.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "method/load.h"
#include "search/plans.h"

/* Of the time, that stalls may be left out. */
#define STALLED_MAX 0.5
/* The lowest load where nobody says one: a thousandth of the highest. */
#define LOWEST 0.001

double
ovr_search_flood_fps(const struct ovr_result *result)
{
	double stalled = 0;

	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];
		double watched_ns = worker->gap_ns == NULL ? 0 : (double)worker->gap_ns->sum;

		if (worker->is_tx && watched_ns > 0)
			stalled = fmax(stalled, (double)worker->stalled_ns / watched_ns);
	}
	return result->tx_fps / (1 - fmin(stalled, STALLED_MAX));
}

bool
ovr_search_set_lowest(const struct ovr_plan *plan, uint64_t line_bps, struct ovr_result_search_size *size)
{
	const struct ovr_rate *min_rate = &plan->search.min_rate;
	char lowest[OVR_UNITS_TEXT_BYTES], highest[OVR_UNITS_TEXT_BYTES];

	size->lowest_fps = min_rate->value == 0 ? size->ceiling_fps * LOWEST
						: ovr_search_fps_of(plan, min_rate, line_bps);
	if (size->lowest_fps > 0 && size->lowest_fps <= size->ceiling_fps)
		return true;
	if (size->lowest_fps > 0)
		snprintf(size->reason, sizeof(size->reason),
			"no load was tried: the lowest, %s, is above the highest, %s, that the tester does "
			"here",
			ovr_units_print_si(lowest, sizeof(lowest), size->lowest_fps, "fps"),
			ovr_units_print_si(highest, sizeof(highest), size->ceiling_fps, "fps"));
	else
		snprintf(size->reason, sizeof(size->reason),
			"min-rate: found %s of a line whose speed is not known, accepted: --line SPEED, or "
			"frames/s",
			ovr_units_print_rate(lowest, sizeof(lowest), min_rate));
	return false;
}

static uint64_t
lost_of(const struct ovr_result_digest *digest)
{
	return digest->lost > 0 ? (uint64_t)digest->lost : 0;
}

struct ovr_method_trial
ovr_search_trial_of(const struct ovr_result_digest *digest, double asked_fps, uint64_t duration_ns)
{
	double in_stalls = digest->sent == 0 ? 0 : (double)digest->shortfall_in_stalls / (double)digest->sent;

	return (struct ovr_method_trial){
		.load_fps = asked_fps,
		.achieved_fps = digest->tx_fps,
		.able_fps = digest->tx_fps * (1 + in_stalls),
		.duration_ns = duration_ns,
		.loss_ratio = digest->sent == 0 ? 0 : (double)lost_of(digest) / (double)digest->sent,
		.lost = lost_of(digest),
	};
}

static bool
counts(const struct ovr_result_search_trial *trial, uint32_t size)
{
	return trial->size == size && trial->load_fps != 0;
}

static int
by_load_descending(const void *a, const void *b)
{
	double fps_a = ((const struct ovr_result_search_load *)a)->load_fps;
	double fps_b = ((const struct ovr_result_search_load *)b)->load_fps;

	return (fps_a < fps_b) - (fps_a > fps_b);
}

static struct ovr_result_search_load *
load_of(struct ovr_result_search_size *size, double load_fps)
{
	for (uint32_t i = 0; i < size->n_loads; i++)
		if (size->load[i].load_fps == load_fps)
			return &size->load[i];
	size->load[size->n_loads].load_fps = load_fps;
	return &size->load[size->n_loads++];
}

/* A stall of our own core loses frames where the receiver has no room, and nowhere else. */
static uint64_t
lost_own_of(const struct ovr_result_digest *digest)
{
	uint64_t no_room = digest->frames_at[OVR_PLACE_RX_RING] + digest->frames_at[OVR_PLACE_RX_NOMBUF] +
		digest->frames_at[OVR_PLACE_RX_KERNEL];

	return digest->lost_in_other_stalls < no_room ? digest->lost_in_other_stalls : no_room;
}

static void
add_to_load(struct ovr_result_search_load *load, const struct ovr_result_search_trial *trial)
{
	const struct ovr_result_digest *digest = &trial->digest;
	double ns = (double)load->duration_ns;

	load->achieved_fps = (load->achieved_fps * ns + digest->tx_fps * (double)trial->duration_ns) /
		(ns + (double)trial->duration_ns);
	load->duration_ns += trial->duration_ns;
	load->n_trials++;
	load->n_lossy += lost_of(digest) != 0;
	load->sent += digest->sent;
	load->lost += lost_of(digest);
	load->lost_own += lost_own_of(digest);
}

static void
add_to_size(struct ovr_result_search_size *size, const struct ovr_result_search_trial *trial)
{
	const struct ovr_result_digest *digest = &trial->digest;

	if (lost_of(digest) == 0)
		return;
	size->n_lossy++;
	size->lost += lost_of(digest);
	size->n_lossy_own += lost_own_of(digest) != 0;
	size->lost_own += lost_own_of(digest);
}

/* The bounds of a load for each goal, from all trials at it, whichever goal they were made for. */
static void
classify(const struct ovr_result_search *search, uint32_t index, struct ovr_result_search_load *load,
	struct ovr_method_trial *scratch)
{
	size_t n = 0;

	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];

		if (counts(trial, index) && trial->load_fps == load->load_fps)
			scratch[n++] = ovr_search_trial_of(
				&trial->digest, trial->load_fps, trial->duration_ns);
	}
	for (uint32_t g = 0; g < search->n_goals; g++)
		load->bound[g] = ovr_method_goal_classify(&search->goal[g], scratch, n);
}

/* RFC 2285's forwarding rates, over whatever was sent with books that balance. */
static void
add_forwarding(struct ovr_result_search *search, uint32_t index, struct ovr_method_point *scratch)
{
	struct ovr_result_search_size *size = &search->size[index];
	size_t n = 0;

	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];

		if (trial->size == index && !trial->is_void && trial->purpose != OVR_RESULT_SEARCH_WARMUP)
			scratch[n++] = (struct ovr_method_point){ trial->digest.tx_fps,
				trial->digest.rx_fps };
	}
	size->frmol_fps = ovr_method_frmol(scratch, n);
	size->mfr_fps = ovr_method_mfr(scratch, n);
}

int
ovr_search_close_size(struct ovr_result_search *search, uint32_t index, struct ovr_err *err)
{
	struct ovr_result_search_size *size = &search->size[index];
	struct ovr_method_trial *trials = calloc(search->n_trials + 1, sizeof(*trials));
	struct ovr_method_point *points = calloc(search->n_trials + 1, sizeof(*points));

	size->load = calloc(search->n_trials + 1, sizeof(*size->load));
	if (trials == NULL || points == NULL || size->load == NULL) {
		free(trials);
		free(points);
		return ovr_err_set(err, -ENOMEM, "no memory for the loads of a search");
	}
	for (uint32_t i = 0; i < search->n_trials; i++) {
		const struct ovr_result_search_trial *trial = &search->trial[i];

		if (trial->size != index)
			continue;
		size->n_trials += trial->purpose == OVR_RESULT_SEARCH_LOAD;
		size->n_short += trial->is_short;
		size->n_void += trial->is_void;
		if (!counts(trial, index))
			continue;
		add_to_size(size, trial);
		add_to_load(load_of(size, trial->load_fps), trial);
	}
	qsort(size->load, size->n_loads, sizeof(*size->load), by_load_descending);
	for (uint32_t i = 0; i < size->n_loads; i++)
		classify(search, index, &size->load[i], trials);
	add_forwarding(search, index, points);
	free(trials);
	free(points);
	return 0;
}

static const char *
why_stopped(enum ovr_method_stop stop)
{
	switch (stop) {
	case OVR_METHOD_TIME:
		return "--search-time was over";
	case OVR_METHOD_TRIALS:
		return "it had as many trials as it may have";
	case OVR_METHOD_SHORT:
		return "the sender fell short of the lowest load";
	case OVR_METHOD_STALLED:
		return "the sender fell short ten times in a row, since its core was stalled";
	case OVR_METHOD_GOING:
	case OVR_METHOD_DONE:
		break;
	}
	return "it ended early";
}

static void
judge_curve(struct ovr_result_search_size *size)
{
	char fps[OVR_UNITS_TEXT_BYTES];

	if (size->is_complete)
		return;
	if (size->n_loads == 0)
		snprintf(
			size->reason, sizeof(size->reason), "no load was tried: %s", why_stopped(size->stop));
	else
		snprintf(size->reason, sizeof(size->reason),
			"no two successive loads lost nothing, down to %s%s%s",
			ovr_units_print_si(fps, sizeof(fps), size->load[size->n_loads - 1].load_fps, "fps"),
			size->stop == OVR_METHOD_DONE ? "" : ": ",
			size->stop == OVR_METHOD_DONE ? "" : why_stopped(size->stop));
}

void
ovr_search_judge_size(const struct ovr_result_search *search, struct ovr_result_search_size *size)
{
	char fps[OVR_UNITS_TEXT_BYTES], share[OVR_UNITS_TEXT_BYTES];

	if (search->n_goals == 0)
		judge_curve(size);
	for (uint32_t g = 0; g < search->n_goals && size->reason[0] == '\0'; g++) {
		const struct ovr_method_answer *answer = &size->answer[g];

		ovr_units_print_share_ppb(
			share, sizeof(share), (uint32_t)lround(search->goal[g].loss_ratio * 1e9));
		if (answer->end == OVR_METHOD_BELOW)
			snprintf(size->reason, sizeof(size->reason),
				"no load loses at most %s: %s, the lowest one, loses more", share,
				ovr_units_print_si(fps, sizeof(fps), size->lowest_fps, "fps"));
		else if (answer->end == OVR_METHOD_OPEN)
			snprintf(size->reason, sizeof(size->reason), "the goal of %s was not reached: %s",
				share, why_stopped(size->stop));
	}
}
