/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/sustain.h"

#define PPM 1000000u
/*
 * From a rate that was missed before any was sustained, down: the answer is near the guess as a
 * rule, or far from it.
 */
#define DOWN_NEAR 0.75
#define DOWN_FAR  0.5
#define N_NEAR    2
/* From a rate that was sustained before any was missed, up. */
#define UP 1.25

static uint64_t
without(uint64_t all, uint64_t part)
{
	return all > part ? all - part : 0;
}

/* Whether a part is more than so many millionths of the whole. */
static bool
is_above(uint64_t part, uint64_t whole, uint32_t ppm)
{
	return (double)part * PPM > (double)whole * ppm;
}

uint64_t
ovr_method_sustain_missed(const struct ovr_method_sustain_figures *figures)
{
	return without(figures->shortfall, figures->shortfall_in_stalls) + figures->refused;
}

uint64_t
ovr_method_sustain_lost(const struct ovr_method_sustain_figures *figures)
{
	return without(figures->lost, figures->lost_in_stalls);
}

enum ovr_method_sustain
ovr_method_sustain_judge(const struct ovr_method_sustain_figures *figures)
{
	if (figures->stalled_ppm > OVR_METHOD_SUSTAIN_STALLED_PPM || figures->sent == 0)
		return OVR_METHOD_SUSTAIN_STALLED;
	if (is_above(ovr_method_sustain_missed(figures), figures->scheduled, OVR_METHOD_SUSTAIN_MISSED_PPM))
		return figures->refused > without(figures->shortfall, figures->shortfall_in_stalls)
			? OVR_METHOD_SUSTAIN_REFUSED
			: OVR_METHOD_SUSTAIN_MISSED;
	if (is_above(ovr_method_sustain_lost(figures), figures->sent, OVR_METHOD_SUSTAIN_LOST_PPM))
		return OVR_METHOD_SUSTAIN_LOST;
	return OVR_METHOD_SUSTAIN_YES;
}

bool
ovr_method_sustain_deserves_retry(const struct ovr_method_sustain_figures *figures)
{
	return ovr_method_sustain_judge(figures) != OVR_METHOD_SUSTAIN_YES &&
		figures->stalled_ppm > OVR_METHOD_SUSTAIN_RETRY_PPM;
}

void
ovr_method_sustain_begin(struct ovr_method_sustain_search *search, double first_pps, double limit_pps)
{
	*search = (struct ovr_method_sustain_search){
		.limit_pps = limit_pps,
		.next_pps = first_pps < limit_pps ? first_pps : limit_pps,
	};
}

static bool
is_narrow(const struct ovr_method_sustain_search *search)
{
	return search->sustained_pps >= search->limit_pps ||
		(search->missed_pps != 0 &&
			(search->missed_pps - search->sustained_pps) * PPM <=
				search->missed_pps * OVR_METHOD_SUSTAIN_WIDTH_PPM);
}

/* The rate to try next, while searching. */
static double
rate_between(const struct ovr_method_sustain_search *search)
{
	double up = search->sustained_pps * UP;

	if (search->sustained_pps == 0)
		return search->missed_pps * (search->n_rates <= N_NEAR ? DOWN_NEAR : DOWN_FAR);
	if (search->missed_pps == 0)
		return up < search->limit_pps ? up : search->limit_pps;
	return (search->sustained_pps + search->missed_pps) / 2;
}

static void
take_rate(struct ovr_method_sustain_search *search, bool is_sustained)
{
	search->n_rates++;
	if (is_sustained)
		search->sustained_pps = search->next_pps;
	else
		search->missed_pps = search->next_pps;
	if (!is_narrow(search) && search->n_rates < OVR_METHOD_SUSTAIN_RATES_MAX) {
		search->next_pps = rate_between(search);
		return;
	}
	search->next_pps = search->sustained_pps;
	search->confirms = search->sustained_pps != 0;
}

/*
 * One that is not confirmed is no longer the answer, and a lower one is tried: by the width, then
 * ever lower.
 */
static void
take_confirmation(struct ovr_method_sustain_search *search, bool is_sustained)
{
	static const double down[OVR_METHOD_SUSTAIN_CONFIRMS_MAX] = {
		1 - OVR_METHOD_SUSTAIN_WIDTH_PPM / (double)PPM, 0.9, 0.75, 0.5, 0
	};

	if (is_sustained) {
		search->sustained_pps = search->answer_pps = search->next_pps;
		search->next_pps = 0;
	} else {
		search->missed_pps = search->next_pps;
		search->sustained_pps = 0;
		search->next_pps *= down[search->n_confirms];
	}
	search->n_confirms++;
}

void
ovr_method_sustain_take(struct ovr_method_sustain_search *search, bool is_sustained)
{
	if (search->next_pps == 0)
		return;
	if (search->confirms)
		take_confirmation(search, is_sustained);
	else
		take_rate(search, is_sustained);
}

double
ovr_method_sustain_width(const struct ovr_method_sustain_search *search)
{
	if (search->answer_pps == 0 || search->missed_pps == 0)
		return 0;
	return (search->missed_pps - search->answer_pps) / search->missed_pps;
}

bool
ovr_method_sustain_is_at_limit(const struct ovr_method_sustain_search *search)
{
	return search->answer_pps != 0 && search->answer_pps >= search->limit_pps;
}
