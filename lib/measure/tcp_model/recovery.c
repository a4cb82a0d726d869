/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp_model/recovery.h"

#include <math.h>

struct ovr_tcp_model_recovery
ovr_tcp_model_recover(uint32_t in_flight, uint32_t lost, bool has_sack)
{
	struct ovr_tcp_model_recovery recovery = { .duplicate_acks = in_flight - lost };

	if (recovery.duplicate_acks < OVR_TCP_MODEL_DUPLICATE_ACKS) {
		recovery.timed_out = lost;
	} else {
		recovery.fast = lost;
		recovery.round_trips = has_sack ? 1 : lost;
	}
	return recovery;
}

/* Fewer than three of n segments arrive. */
static double
too_few_arrive(double n, double loss_ratio)
{
	double few = 0, chance = pow(loss_ratio, n);

	if (n < OVR_TCP_MODEL_DUPLICATE_ACKS)
		return 1;
	if (loss_ratio <= 0)
		return 0;
	/* the chances of 0, 1 and 2 arrivals, each from the one before */
	for (unsigned int k = 0; k < OVR_TCP_MODEL_DUPLICATE_ACKS; k++) {
		few += chance;
		chance *= (n - k) / (k + 1) * (1 - loss_ratio) / loss_ratio;
	}
	return fmin(few, 1);
}

double
ovr_tcp_model_rto_share(double window, double loss_ratio, double lost_each)
{
	double later = floor(window) - 1, few;

	if (loss_ratio >= 1)
		return 1;
	few = too_few_arrive(later, loss_ratio);
	return few + (1 - few) * (1 - pow(1 - loss_ratio, fmax(lost_each, 1)));
}

double
ovr_tcp_model_rto_share_without_sack(double window, double loss_ratio)
{
	double q = 1 - loss_ratio, w = floor(window);

	if (w <= OVR_TCP_MODEL_DUPLICATE_ACKS || loss_ratio >= 1)
		return 1;
	if (loss_ratio <= 0)
		return fmin(1, 3 / w);
	return fmin(1, (1 - pow(q, 3)) * (1 + pow(q, 3) * (1 - pow(q, w - 3))) / (1 - pow(q, w)));
}

uint64_t
ovr_tcp_model_rto_linux_ns(uint64_t rtt_ns)
{
	return rtt_ns + OVR_TCP_MODEL_RTO_LINUX_NS;
}

uint64_t
ovr_tcp_model_backed_off_ns(uint64_t rto_ns, unsigned int n)
{
	while (n-- > 0 && rto_ns < OVR_TCP_MODEL_RTO_MAX_NS)
		rto_ns *= 2;
	return rto_ns < OVR_TCP_MODEL_RTO_MAX_NS ? rto_ns : OVR_TCP_MODEL_RTO_MAX_NS;
}

uint64_t
ovr_tcp_model_stall_ns(uint64_t outage_ns, uint64_t rto_ns)
{
	uint64_t stall_ns = 0;

	for (unsigned int n = 0; stall_ns < outage_ns; n++)
		stall_ns += ovr_tcp_model_backed_off_ns(rto_ns, n);
	return stall_ns;
}
