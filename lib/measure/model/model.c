/* SPDX-License-Identifier: BSD-3-Clause */
#include "model/model.h"

#include <math.h>

#define NS_PER_S 1e9
/* A product of two decimals that is a whole number may be off by this much of itself. */
#define GRAIN 1e-9
/* The largest power of two that there is. */
#define TOP_BIT (UINT64_C(1) << 63)

/* ⌈x⌉ of a count that was calculated: 931.0000000001 is 931. */
static uint64_t
whole(double x)
{
	double n = ceil(x * (1 - GRAIN));

	return n <= 0 ? 0 : n < (double)TOP_BIT ? (uint64_t)n : TOP_BIT;
}

uint32_t
ovr_model_usable(uint32_t descriptors, uint32_t held_back)
{
	return descriptors > held_back ? descriptors - held_back - 1 : 0;
}

uint64_t
ovr_model_descriptors(uint64_t slots, uint32_t held_back)
{
	return slots + held_back + 1;
}

uint64_t
ovr_model_power_of_two(uint64_t n)
{
	uint64_t power = 1;

	while (power < n && power < TOP_BIT)
		power *= 2;
	return power < n ? UINT64_MAX : power;
}

uint64_t
ovr_model_power_below(uint64_t n)
{
	return n <= 1 ? 0 : n > TOP_BIT ? TOP_BIT : ovr_model_power_of_two(n) / 2;
}

uint64_t
ovr_model_slots(double arrival_pps, double stall_ns)
{
	return whole(arrival_pps * stall_ns / NS_PER_S);
}

double
ovr_model_buffer_time_ns(double slots, double arrival_pps)
{
	return slots / arrival_pps * NS_PER_S;
}

double
ovr_model_lost_per_stall(double arrival_pps, double stall_ns, double slots)
{
	return fmax(0, arrival_pps * stall_ns / NS_PER_S - slots);
}

double
ovr_model_lost_per_period(const struct ovr_model_load *load, double slots)
{
	double arrives = load->arrival_pps * load->stall_ns / NS_PER_S;
	double between_ns = load->period_ns - load->stall_ns;
	double got_back = (load->service_pps - load->arrival_pps) * between_ns / NS_PER_S;

	/* as many as come: ∞ · 0 is no number */
	if (load->service_pps == load->arrival_pps)
		got_back = 0;
	return fmax(0, arrives - fmin(slots, got_back));
}

double
ovr_model_loss_ratio(const struct ovr_model_load *load, double slots)
{
	if (isinf(load->period_ns))
		return ovr_model_overload(load->arrival_pps, load->service_pps);
	return ovr_model_lost_per_period(load, slots) / (load->arrival_pps * load->period_ns / NS_PER_S);
}

double
ovr_model_drain_ns(const struct ovr_model_load *load)
{
	if (load->service_pps <= load->arrival_pps)
		return load->stall_ns > 0 ? INFINITY : 0;
	return load->arrival_pps * load->stall_ns / (load->service_pps - load->arrival_pps);
}

double
ovr_model_period_min_ns(const struct ovr_model_load *load)
{
	return load->stall_ns + ovr_model_drain_ns(load);
}

double
ovr_model_duty_max(double arrival_pps, double service_pps)
{
	return fmax(0, 1 - arrival_pps / service_pps);
}

double
ovr_model_overload(double arrival_pps, double service_pps)
{
	return fmax(0, 1 - service_pps / arrival_pps);
}

double
ovr_model_overload_after_ns(double slots, double arrival_pps, double service_pps)
{
	if (service_pps >= arrival_pps)
		return INFINITY;
	return slots / (arrival_pps - service_pps) * NS_PER_S;
}

double
ovr_model_mean_service_pps(const struct ovr_model_load *load)
{
	return load->service_pps * (1 - load->stall_ns / load->period_ns);
}

double
ovr_model_burst_drain_ns(double arrival_pps, double service_pps, double on_ns)
{
	return fmax(0, arrival_pps - service_pps) * on_ns / service_pps;
}

double
ovr_model_burst_duty_max(double arrival_pps, double service_pps)
{
	return fmin(1, service_pps / arrival_pps);
}

double
ovr_model_burst_frames(double slots, double arrival_pps, double service_pps)
{
	if (service_pps >= arrival_pps)
		return INFINITY;
	return slots / (1 - service_pps / arrival_pps);
}

double
ovr_model_queue_pps(double arrival_pps, uint32_t n_queues, double imbalance)
{
	return imbalance * arrival_pps / n_queues;
}

uint32_t
ovr_model_queues_for(double arrival_pps, double queue_pps, double imbalance)
{
	double n = queue_pps <= 0 ? INFINITY : ceil(imbalance * arrival_pps / queue_pps * (1 - GRAIN));

	return n > UINT32_MAX ? 0 : n < 1 ? 1 : (uint32_t)n;
}

uint64_t
ovr_model_memory_bytes(uint32_t descriptors, uint32_t n_queues, uint32_t buffer_bytes)
{
	return (uint64_t)descriptors * n_queues * buffer_bytes;
}

uint64_t
ovr_model_descriptors_in(uint64_t cache_bytes, uint32_t n_queues, uint32_t buffer_bytes)
{
	return cache_bytes / ((uint64_t)n_queues * buffer_bytes);
}

uint64_t
ovr_model_ddio_bytes(uint64_t llc_bytes, uint32_t ways, uint32_t n_ways)
{
	return llc_bytes / n_ways * ways;
}
