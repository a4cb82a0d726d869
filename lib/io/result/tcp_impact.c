/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/tcp_impact.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "method/confidence.h"
#include "result/tcp_flow.h"
#include "tcp_model/rate.h"
#include "tcp_model/recovery.h"
#include "tcp_model/rfc6349.h"

#define NS_PER_S   1e9
#define CONFIDENCE 0.95

const char *
ovr_tcp_impact_cc_name(enum ovr_tcp_impact_cc cc)
{
	static const char *const names[] = { "cubic", "reno", "bbr" };

	return names[cc];
}

struct ovr_tcp_impact_question
ovr_tcp_impact_usual(void)
{
	return (struct ovr_tcp_impact_question){
		.rtt_ns = { 1000000, 20000000, 100000000 },
		.n_rtts = 3,
		.mss = OVR_TCP_IMPACT_MSS,
		.asks = { true, true, true },
	};
}

int
ovr_tcp_impact_add(struct ovr_tcp_impact *impact, const struct ovr_tcp_impact_loss *loss, struct ovr_err *err)
{
	struct ovr_tcp_impact_measured *measured = &impact->measured;

	if (measured->n_losses == measured->capacity) {
		uint32_t capacity = measured->capacity == 0 ? 64 : measured->capacity * 2;
		struct ovr_tcp_impact_loss *grown = reallocarray(
			measured->loss, capacity, sizeof(*measured->loss));

		if (grown == NULL)
			return ovr_err_set(err, -ENOMEM, "no memory for %u loss periods", capacity);
		measured->loss = grown;
		measured->capacity = capacity;
	}
	measured->loss[measured->n_losses++] = *loss;
	return 0;
}

static int
by_start(const void *a, const void *b)
{
	const struct ovr_tcp_impact_loss *x = a, *y = b;

	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

static double
header_bytes(void)
{
	return OVR_TCP_MODEL_HEADER_BYTES + OVR_TCP_MODEL_TIMESTAMP_BYTES;
}

/* Segments/s that the line carries; INFINITY: unknown. */
static double
line_pps(const struct ovr_tcp_impact *impact)
{
	if (impact->measured.line_bps == 0)
		return INFINITY;
	return ovr_tcp_model_line_pps(
		(double)impact->measured.line_bps, impact->question.mss, header_bytes());
}

/* A rate is no rate where a formula does not hold, or nothing limits it. */
static double
bps_of(const struct ovr_tcp_impact *impact, double pps)
{
	return isfinite(pps) ? pps * 8 * impact->question.mss : NAN;
}

static double
pps_by(enum ovr_tcp_impact_cc cc, double p, double rtt_s)
{
	if (p > OVR_TCP_MODEL_P_MAX)
		return NAN;
	return cc == OVR_TCP_IMPACT_CUBIC ? ovr_tcp_model_cubic_pps(p, rtt_s)
					  : ovr_tcp_model_reno_pps(p, rtt_s);
}

/* A flow stands in outages, and goes no faster than the line. NaN stays. */
static double
limited(const struct ovr_tcp_impact *impact, double pps, double works)
{
	double line = line_pps(impact);

	return (pps > line ? line : pps) * works;
}

static void
add_rates(const struct ovr_tcp_impact *impact, struct ovr_tcp_impact_flow *flow, double rtt_s, double works)
{
	for (int i = 0; i < OVR_TCP_IMPACT_CCS; i++) {
		enum ovr_tcp_impact_cc cc = (enum ovr_tcp_impact_cc)i;
		struct ovr_tcp_impact_rate *rate = &flow->rate[flow->n_rates];
		double low_pps, high_pps;

		if (!impact->question.asks[i])
			continue;
		flow->n_rates++;
		*rate = (struct ovr_tcp_impact_rate){ cc, NAN, NAN, NAN };
		if (cc == OVR_TCP_IMPACT_BBR)
			continue;
		low_pps = pps_by(cc, flow->p_high, rtt_s) * (1 - OVR_TCP_IMPACT_SPREAD);
		rate->low_bps = bps_of(impact, limited(impact, low_pps, works));
		if (impact->is_bound)
			continue;
		high_pps = pps_by(cc, flow->p_low, rtt_s) * (1 + OVR_TCP_IMPACT_SPREAD);
		rate->bps = bps_of(impact, limited(impact, pps_by(cc, flow->p, rtt_s), works));
		rate->high_bps = bps_of(impact, limited(impact, high_pps, works));
	}
}

static void
add_recovery(struct ovr_tcp_impact_flow *flow, double loss_ratio)
{
	flow->rto_ratio = ovr_tcp_model_rto_share(flow->window_segments, loss_ratio, flow->lost_each);
	flow->fast_ratio = 1 - flow->rto_ratio;
	/* PFTK knows no lost retransmissions; none is repaired without SACK that is not with it */
	flow->rto_without_sack_ratio = fmax(
		flow->rto_ratio, ovr_tcp_model_rto_share_without_sack(flow->window_segments, loss_ratio));
	flow->fast_without_sack_ratio = 1 - flow->rto_without_sack_ratio;
}

/* Reordered arrivals that a sender takes for losses: overtaken by three segments of its own. */
static void
add_reordering(const struct ovr_tcp_impact *impact, struct ovr_tcp_impact_flow *flow, double rtt_s,
	double works, double flow_pps)
{
	const struct ovr_tcp_impact_measured *measured = &impact->measured;
	double ratio = measured->unique == 0 ? 0
					     : (double)measured->three_reordered / (double)measured->unique;

	/* no arrival is so late that three segments of the flow come before it */
	if (flow->reading == OVR_TCP_MODEL_SHARED &&
		(double)measured->late_time_max_ns / NS_PER_S * flow_pps < OVR_TCP_MODEL_DUPLICATE_ACKS)
		ratio = 0;
	flow->spurious_per_s = ratio * flow_pps;
	flow->mistaken_bps = ratio == 0
		? NAN
		: bps_of(impact,
			  limited(impact, pps_by(OVR_TCP_IMPACT_CUBIC, flow->p + ratio, rtt_s), works));
}

/* Nothing of the flow is known but how many events there are at most. */
static void
bound_flow(const struct ovr_tcp_impact *impact, struct ovr_tcp_impact_flow *flow, double rtt_s)
{
	const struct ovr_tcp_impact_measured *measured = &impact->measured;
	enum ovr_tcp_model_reading reading = flow->reading;

	*flow = (struct ovr_tcp_impact_flow){ reading, NAN, NAN, NAN, NAN, NAN, NAN, NAN, false, NAN, NAN,
		NAN, .fast_ratio = NAN, .rto_ratio = NAN, .fast_without_sack_ratio = NAN,
		.rto_without_sack_ratio = NAN, .spurious_per_s = NAN, .mistaken_bps = NAN };
	if (measured->lost == 0) {
		flow->p_high = ovr_method_confidence_none_in(measured->sent, CONFIDENCE);
	} else {
		/* a slow flow in the load loses single segments: each is an event */
		double each = reading == OVR_TCP_MODEL_ALONE
			? 1
			: (double)measured->lost / (double)measured->n_periods;

		flow->p_high = ovr_method_confidence_at_most(measured->n_periods, CONFIDENCE) * each /
			(double)measured->sent;
	}
	flow->p_high = fmin(1, flow->p_high);
	add_rates(impact, flow, rtt_s, 1);
}

static void
fill_flow(const struct ovr_tcp_impact *impact, const struct ovr_tcp_model_measured *losses,
	struct ovr_tcp_impact_rtt *rtt, struct ovr_tcp_impact_flow *flow)
{
	const struct ovr_tcp_impact_measured *measured = &impact->measured;
	double rtt_s = (double)rtt->rtt_ns / NS_PER_S;
	double works = 1 - fmin(1, (double)rtt->stalled_linux_ns / (double)measured->duration_ns);
	struct ovr_tcp_model_events events;
	struct ovr_method_interval counted;

	if (impact->is_bound) {
		bound_flow(impact, flow, rtt_s);
		return;
	}
	events = ovr_tcp_model_settle(losses, flow->reading, rtt->rtt_ns, line_pps(impact));
	counted = ovr_method_confidence_count((uint64_t)llround(events.counted), CONFIDENCE);
	flow->events = events.counted;
	flow->events_per_s = events.per_second;
	flow->p = events.per_segment;
	flow->p_low = events.counted > 0 ? flow->p * counted.low / events.counted : 0;
	/* the bound of a count of few may be beyond one event for each segment */
	flow->p_high = events.counted > 0 ? fmin(1, flow->p * counted.high / events.counted) : 0;
	flow->lost_each = events.lost_each;
	flow->window_segments = events.flow_pps * rtt_s;
	flow->is_line_limited = events.flow_pps >= line_pps(impact);
	flow->mathis_bps = bps_of(impact, ovr_tcp_model_mathis_pps(flow->p, rtt_s));
	flow->pftk_bps = bps_of(impact, ovr_tcp_model_reno_pps(flow->p, rtt_s));
	flow->cubic_bps = bps_of(impact, ovr_tcp_model_cubic_window(flow->p, rtt_s) / rtt_s);
	add_rates(impact, flow, rtt_s, works);
	add_recovery(flow, (double)measured->lost / (double)measured->sent);
	add_reordering(impact, flow, rtt_s, works, events.flow_pps);
}

static void
add_outage(struct ovr_tcp_impact_rtt *rtt, uint64_t outage_ns)
{
	rtt->n_outages++;
	rtt->stalled_linux_ns += ovr_tcp_model_stall_ns(outage_ns, rtt->rto_linux_ns);
	rtt->stalled_rfc_ns += ovr_tcp_model_stall_ns(outage_ns, rtt->rto_rfc_ns);
}

/*
 * Outages: loss periods in which even the first time-out is over, in their order. Of several
 * streams each has its own period of the same outage.
 */
static void
add_outages(const struct ovr_tcp_impact *impact, struct ovr_tcp_impact_rtt *rtt)
{
	uint64_t begin_ns = 0, end_ns = 0;

	for (uint32_t i = 0; i < impact->measured.n_losses; i++) {
		const struct ovr_tcp_impact_loss *loss = &impact->measured.loss[i];

		if (loss->end_ns < loss->start_ns || loss->end_ns - loss->start_ns < rtt->rto_linux_ns)
			continue;
		if (end_ns > 0 && loss->start_ns > end_ns) {
			add_outage(rtt, end_ns - begin_ns);
			end_ns = 0;
		}
		if (end_ns == 0)
			begin_ns = loss->start_ns;
		if (loss->end_ns > end_ns)
			end_ns = loss->end_ns;
	}
	if (end_ns > 0)
		add_outage(rtt, end_ns - begin_ns);
}

/*
 * Transfers that lose one of their last three segments. A loss period of n frames is within reach
 * of n + 2 ends; losses by chance share some of these.
 */
static double
tail_ratio(const struct ovr_tcp_impact_measured *measured)
{
	double sent = (double)measured->sent, reach = OVR_TCP_MODEL_DUPLICATE_ACKS - 1;
	double by_chance = 1 - pow(1 - (double)measured->lost / sent, OVR_TCP_MODEL_DUPLICATE_ACKS);

	return fmin(by_chance, ((double)measured->lost + reach * (double)measured->n_periods) / sent);
}

static void
fill_rtt(const struct ovr_tcp_impact *impact, const struct ovr_tcp_model_measured *losses,
	struct ovr_tcp_impact_rtt *rtt, uint64_t rtt_ns)
{
	const struct ovr_tcp_impact_measured *measured = &impact->measured;
	uint64_t rto_ns = 3 * rtt_ns;

	/* RFC 6298 §2.2: SRTT + 4 · RTT/2 after the first measurement */
	rtt->rtt_ns = rtt_ns;
	rtt->rto_linux_ns = ovr_tcp_model_rto_linux_ns(rtt_ns);
	rtt->rto_rfc_ns = rto_ns > OVR_TCP_MODEL_RTO_RFC_NS ? rto_ns : OVR_TCP_MODEL_RTO_RFC_NS;
	rtt->buffer_delay_ratio = ovr_tcp_model_buffer_delay(
		(double)rtt_ns + measured->latency_mean_ns - measured->latency_min_ns, (double)rtt_ns);
	rtt->window_bytes = measured->line_bps == 0
		? NAN
		: ovr_tcp_model_window_bytes((double)rtt_ns / NS_PER_S, (double)measured->line_bps);
	add_outages(impact, rtt);
	for (int reading = 0; reading < OVR_TCP_MODEL_READINGS; reading++) {
		rtt->flow[reading].reading = (enum ovr_tcp_model_reading)reading;
		fill_flow(impact, losses, rtt, &rtt->flow[reading]);
	}
}

int
ovr_tcp_impact_close(struct ovr_tcp_impact *impact, struct ovr_err *err)
{
	struct ovr_tcp_impact_measured *measured = &impact->measured;
	struct ovr_tcp_model_loss *loss;
	struct ovr_tcp_model_measured losses;
	double loss_ratio;

	if (impact->unknown[0] != '\0')
		return 0;
	loss = calloc(measured->n_losses + 1u, sizeof(*loss));
	if (loss == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u loss periods", measured->n_losses);
	if (measured->n_losses > 0)
		qsort(measured->loss, measured->n_losses, sizeof(*measured->loss), by_start);
	for (uint32_t i = 0; i < measured->n_losses; i++)
		loss[i] = (struct ovr_tcp_model_loss){ measured->loss[i].start_ns, measured->loss[i].frames,
			measured->loss[i].first_frame };
	losses = (struct ovr_tcp_model_measured){ loss, measured->n_losses, measured->sent, measured->lost,
		measured->duration_ns };
	loss_ratio = (double)measured->lost / (double)measured->sent;
	impact->is_bound = measured->lost == 0 || measured->n_losses < measured->n_periods;
	/* each lost segment is sent once more, and so on */
	impact->efficiency_ratio = ovr_tcp_model_efficiency(1, loss_ratio);
	impact->tail_ratio = tail_ratio(measured);
	impact->line_payload_bps = bps_of(impact, line_pps(impact));
	impact->n_rtts = impact->question.n_rtts;
	for (uint32_t i = 0; i < impact->n_rtts; i++)
		fill_rtt(impact, &losses, &impact->rtt[i], impact->question.rtt_ns[i]);
	free(loss);
	return 0;
}

int
ovr_tcp_impact_alone(const struct ovr_tcp_impact *impact, uint64_t rtt_ns,
	struct ovr_tcp_impact_flow *ret_flow, struct ovr_err *err)
{
	/* the list of losses is in its order already, and stays the other's */
	struct ovr_tcp_impact at = { .question = impact->question, .measured = impact->measured };
	int status;

	at.question.n_rtts = 1;
	at.question.rtt_ns[0] = rtt_ns;
	for (int i = 0; i < OVR_TCP_IMPACT_CCS; i++)
		at.question.asks[i] = true;
	status = ovr_tcp_impact_close(&at, err);
	if (status == 0)
		*ret_flow = at.rtt[0].flow[OVR_TCP_MODEL_ALONE];
	return status;
}

void
ovr_tcp_impact_done(struct ovr_tcp_impact *impact)
{
	for (uint32_t i = 0; i < impact->n_flows; i++)
		ovr_tcp_flow_done(&impact->flow[i]);
	free(impact->flow);
	impact->flow = NULL;
	impact->n_flows = 0;
	free(impact->measured.loss);
	impact->measured.loss = NULL;
	impact->measured.n_losses = impact->measured.capacity = 0;
}
