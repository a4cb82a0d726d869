/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/step.h"

#define PPM 1000000u
/* From a rate that was missed before any was held, down: the answer is near the guess as a rule, or far from it. */
#define DOWN_NEAR 0.75
#define DOWN_FAR  0.5
#define N_NEAR    2
/* From a rate that was held before any was missed, up. */
#define UP 1.25

static uint64_t
without(uint64_t all, uint64_t part)
{
	return all > part ? all - part : 0;
}

/* Is it more than so many millionths of the whole? */
static bool
is_above(uint64_t part, uint64_t whole, uint32_t ppm)
{
	return (double)part * PPM > (double)whole * ppm;
}

uint64_t
ovr_method_step_missed(const struct ovr_method_step_figures *figures)
{
	return without(figures->shortfall, figures->shortfall_in_stalls) + figures->refused;
}

uint64_t
ovr_method_step_lost(const struct ovr_method_step_figures *figures)
{
	return without(figures->lost, figures->lost_in_stalls);
}

enum ovr_method_step
ovr_method_step_judge(const struct ovr_method_step_figures *figures)
{
	if (figures->stalled_ppm > OVR_METHOD_STEP_STALLED_PPM || figures->sent == 0)
		return OVR_METHOD_STEP_STALLED;
	if (is_above(ovr_method_step_missed(figures), figures->scheduled, OVR_METHOD_STEP_MISSED_PPM))
		return figures->refused > without(figures->shortfall, figures->shortfall_in_stalls)
			? OVR_METHOD_STEP_REFUSED
			: OVR_METHOD_STEP_MISSED;
	if (is_above(ovr_method_step_lost(figures), figures->sent, OVR_METHOD_STEP_LOST_PPM))
		return OVR_METHOD_STEP_LOST;
	return OVR_METHOD_STEP_HELD;
}

bool
ovr_method_step_deserves_retry(const struct ovr_method_step_figures *figures)
{
	return ovr_method_step_judge(figures) != OVR_METHOD_STEP_HELD &&
		figures->stalled_ppm > OVR_METHOD_STEP_RETRY_PPM;
}

void
ovr_method_step_begin(struct ovr_method_step_search *search, double first_fps, double limit_fps)
{
	*search = (struct ovr_method_step_search){
		.limit_fps = limit_fps,
		.next_fps = first_fps < limit_fps ? first_fps : limit_fps,
	};
}

static bool
is_narrow(const struct ovr_method_step_search *search)
{
	return search->held_fps >= search->limit_fps ||
		(search->missed_fps != 0 &&
			(search->missed_fps - search->held_fps) * PPM <=
				search->missed_fps * OVR_METHOD_STEP_WIDTH_PPM);
}

/* The rate to try next, while searching. */
static double
rate_between(const struct ovr_method_step_search *search)
{
	double up = search->held_fps * UP;

	if (search->held_fps == 0)
		return search->missed_fps * (search->n_rates <= N_NEAR ? DOWN_NEAR : DOWN_FAR);
	if (search->missed_fps == 0)
		return up < search->limit_fps ? up : search->limit_fps;
	return (search->held_fps + search->missed_fps) / 2;
}

static void
take_rate(struct ovr_method_step_search *search, bool held)
{
	search->n_rates++;
	if (held)
		search->held_fps = search->next_fps;
	else
		search->missed_fps = search->next_fps;
	if (!is_narrow(search) && search->n_rates < OVR_METHOD_STEP_RATES_MAX) {
		search->next_fps = rate_between(search);
		return;
	}
	search->next_fps = search->held_fps;
	search->confirms = search->held_fps != 0;
}

/* One that is not confirmed is no longer held, and a lower one has to be: by the width, then ever lower. */
static void
take_confirmation(struct ovr_method_step_search *search, bool held)
{
	static const double down[OVR_METHOD_STEP_CONFIRMS_MAX] = {
		1 - OVR_METHOD_STEP_WIDTH_PPM / (double)PPM, 0.9, 0.75, 0.5, 0
	};

	if (held) {
		search->held_fps = search->answer_fps = search->next_fps;
		search->next_fps = 0;
	} else {
		search->missed_fps = search->next_fps;
		search->held_fps = 0;
		search->next_fps *= down[search->n_confirms];
	}
	search->n_confirms++;
}

void
ovr_method_step_take(struct ovr_method_step_search *search, bool held)
{
	if (search->next_fps == 0)
		return;
	if (search->confirms)
		take_confirmation(search, held);
	else
		take_rate(search, held);
}

double
ovr_method_step_width(const struct ovr_method_step_search *search)
{
	if (search->answer_fps == 0 || search->missed_fps == 0)
		return 0;
	return (search->missed_fps - search->answer_fps) / search->missed_fps;
}

bool
ovr_method_step_is_at_limit(const struct ovr_method_step_search *search)
{
	return search->answer_fps != 0 && search->answer_fps >= search->limit_fps;
}
