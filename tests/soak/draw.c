/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "port/port.h"
#include "soak.h"

#define VALUE_BYTES 512
#define DRAWS_MAX   64
/*
 * Most impairment events of one kind that are to be expected: loss periods and impairment events
 * stay within the logs.
 */
#define IMPAIRMENTS_MOST 8000.0
/* Most frames that a delaying line may hold. */
#define DELAYED_MOST 60000.0

/* A plan in the making. The first refusal stays in status. */
struct draw {
	struct ovr_rng rng;
	struct ovr_plan *plan;
	struct ovr_err *err;
	int status;
	bool is_calm; /* slow, with large rings: made to lose nothing but what the wire takes */
	double pps;   /* within bursts */
	double frames;
	uint64_t time_ns;
};

static uint64_t
between(struct draw *draw, uint64_t low, uint64_t high)
{
	return low + ovr_rng_below(&draw->rng, high - low + 1);
}

static bool
chance(struct draw *draw, uint64_t percent)
{
	return ovr_rng_below(&draw->rng, 100) < percent;
}

/* All orders of magnitude alike. */
static double
spread(struct draw *draw, double low, double high)
{
	return low * pow(high / low, ovr_rng_unit(&draw->rng));
}

static __attribute__((format(printf, 3, 4))) void
set(struct draw *draw, const char *key, const char *format, ...)
{
	char text[VALUE_BYTES];
	va_list args;

	if (draw->status != 0)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	draw->status = ovr_plan_set(draw->plan, key, text, draw->err);
}

static unsigned int
ring_size(struct draw *draw)
{
	if (chance(draw, 15))
		return 64;
	return chance(draw, 30) ? 8192 : (unsigned int)spread(draw, 64, 8192);
}

static void
draw_ports(struct draw *draw)
{
	static const char *const speed[] = { "10G", "10G", "25G", "40G", "50G", "100G" };
	unsigned int rxd = ring_size(draw);

	set(draw, "line", "%s", speed[between(draw, 0, 5)]);
	if (draw->is_calm)
		rxd = chance(draw, 60) ? 8192 : (unsigned int)between(draw, 4096, 8192);
	set(draw, "rxd", "%u", rxd);
	set(draw, "txd", "%u", ring_size(draw));
	set(draw, "rxq", "%u", chance(draw, 40) ? 1 : (unsigned int)between(draw, 1, 4));
	set(draw, "txq", "%u", chance(draw, 50) ? 1 : (unsigned int)between(draw, 1, 4));
	if (chance(draw, 15))
		set(draw, "burst", "%u", (unsigned int)between(draw, 1, 512));
}

static void
draw_sizes(struct draw *draw)
{
	unsigned int least = ovr_frame_size_min(draw->plan->frames.ip_version, draw->plan->frames.n_vlans);
	uint64_t kind = between(draw, 0, 99);
	unsigned int size[3];

	if (least < 64)
		least = 64;
	for (int i = 0; i < 3; i++)
		size[i] = (unsigned int)between(draw, least, 1518);
	if (kind < 55)
		set(draw, "size", "%u", least);
	else if (kind < 70)
		set(draw, "size", "%u", size[0]);
	else if (kind < 80)
		set(draw, "size", "%u,%u,%u", size[0], least, size[2]);
	else if (kind < 90)
		set(draw, "size", "%u:7,%u:%u", least, size[0], (unsigned int)between(draw, 1, 4));
	else if (kind < 96 && least <= 64)
		set(draw, "size", "imix");
	else
		set(draw, "size", "%u", (unsigned int)between(draw, 1519, 9216));
}

static void
draw_frames(struct draw *draw)
{
	unsigned int queues = draw->plan->ports.rxq > draw->plan->ports.txq ? draw->plan->ports.rxq
									    : draw->plan->ports.txq;
	uint64_t vlans = between(draw, 0, 5);

	set(draw, "ip", "%u", chance(draw, 30) ? 6 : 4);
	if (vlans == 1)
		set(draw, "vlan", "%u", (unsigned int)between(draw, 1, 4094));
	else if (vlans == 2)
		set(draw, "vlan", "%u,%u", (unsigned int)between(draw, 1, 4094),
			(unsigned int)between(draw, 1, 4094));
	draw_sizes(draw);
	if (queues == 1 && chance(draw, 40))
		set(draw, "streams", "1");
	else
		set(draw, "streams", "%u",
			(unsigned int)between(draw, draw->is_calm ? 4 * queues : queues, 64));
}

static void
draw_rate(struct draw *draw)
{
	double line_pps = ovr_mix_line_pps(&draw->plan->frames.size, draw->plan->ports.line_bps);
	double size = ovr_mix_mean(&draw->plan->frames.size);
	uint64_t unit = between(draw, 0, 9);

	draw->pps = draw->is_calm ? spread(draw, 2e5, 8e5) : spread(draw, 8e5, 14e6);
	if (!draw->is_calm && chance(draw, 50))
		draw->pps = 14e6 * ovr_rng_unit(&draw->rng) + 1e5;
	if (draw->pps > 0.98 * line_pps)
		draw->pps = 0.98 * line_pps;
	if (unit < 6)
		set(draw, "rate", "%.0fpps", draw->pps);
	else if (unit < 8)
		set(draw, "rate", "%.4f%%", 100 * draw->pps / line_pps);
	else if (unit < 9)
		set(draw, "rate", "%.3fmbps", draw->pps * (size + OVR_FRAME_OVERHEAD_BYTES) * 8 / 1e6);
	else
		set(draw, "rate", "%.3fmbps-l2", draw->pps * size * 8 / 1e6);
}

static void
draw_load(struct draw *draw, uint64_t most_frames)
{
	uint64_t shape = between(draw, 0, 9);
	double mean_pps = draw->pps;
	double seconds = (double)between(draw, 200, draw->is_calm ? 700 : 1800) / 1000;

	if (shape < 2) {
		uint64_t burst = (uint64_t)spread(draw, 8, 2000), gap_us = (uint64_t)spread(draw, 2, 400);

		set(draw, "shape", "burst=%llu,gap=%lluus", (unsigned long long)burst,
			(unsigned long long)gap_us);
		mean_pps = (double)burst / ((double)burst / draw->pps + (double)gap_us / 1e6);
	} else if (shape < 4) {
		set(draw, "shape", "poisson");
	}
	if (mean_pps * seconds > (double)most_frames)
		seconds = (double)most_frames / mean_pps;
	draw->frames = mean_pps * seconds;
	draw->time_ns = (uint64_t)(seconds * 1e9) + 1000;
	if (chance(draw, 70))
		set(draw, "time", "%lluns", (unsigned long long)draw->time_ns);
	if (draw->plan->load.time_ns == OVR_PLAN_TIME_AUTO || chance(draw, 20))
		set(draw, "count", "%llu", (unsigned long long)draw->frames + 100);
	if (chance(draw, 30))
		set(draw, "on-full", "wait");
	if (chance(draw, 10))
		set(draw, "catch-up", "true");
}

static void
draw_receiver(struct draw *draw)
{
	double longest_us = draw->is_calm ? 1000 : 2000;

	if (chance(draw, draw->is_calm ? 25 : 40))
		set(draw, "stall", "%.0fus/%ums,jitter=%u%%", spread(draw, 50, longest_us),
			(unsigned int)between(draw, 5, 50), (unsigned int)between(draw, 0, 20));
	if (!draw->is_calm && chance(draw, 10))
		set(draw, "service", "%.0fpps", draw->pps * (0.5 + ovr_rng_unit(&draw->rng)));
	if (chance(draw, 25))
		set(draw, "window", "%u", 64u << between(draw, 0, 7));
	/* a machine that pauses for seconds makes no frame late */
	set(draw, "tmax", "60s");
	if (chance(draw, 5))
		set(draw, "tmax", "%uus", (unsigned int)between(draw, 5, 1000));
}

/* The keys of the receiving end, one after the other. */
struct keys {
	char text[VALUE_BYTES];
	size_t used;
};

static __attribute__((format(printf, 2, 3))) void
add(struct keys *keys, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	keys->used += (size_t)vsnprintf(
		keys->text + keys->used, sizeof(keys->text) - keys->used, format, args);
	va_end(args);
}

/* So that so many frames are hit: per cent of all. */
static double
per_cent(struct draw *draw, double frames_each)
{
	double expected = spread(draw, 5, IMPAIRMENTS_MOST) / frames_each / draw->frames;

	return 100 * (expected > 0.2 ? 0.2 : expected < 1e-9 ? 1e-9 : expected);
}

static void
draw_drop_at(struct draw *draw, struct keys *keys)
{
	uint64_t n = between(draw, 1, 10);
	uint64_t first = chance(draw, 20) ? 0 : (uint64_t)spread(draw, 1, draw->frames / 8);

	for (uint64_t i = 0; i < n; i++) {
		uint64_t last = first + (uint64_t)spread(draw, 1, 500) - 1;

		add(keys, "%s%llu-%llu", i == 0 ? ",drop-at=" : "+", (unsigned long long)first,
			(unsigned long long)last);
		first = last + 2 + (uint64_t)spread(draw, 1, draw->frames / 8);
	}
}

static double
line_pps_max(const struct ovr_plan *plan)
{
	return (double)plan->ports.line_bps /
		(8.0 * (ovr_mix_min(&plan->frames.size) + OVR_FRAME_OVERHEAD_BYTES));
}

static void
draw_wire(struct draw *draw)
{
	uint64_t each = chance(draw, 25) ? 100 : chance(draw, 10) ? 0 : 45;
	/*
	 * a line that holds more than freezing makes room for voids the trial on a core that cannot
	 * keep up
	 */
	double longest_ns = DELAYED_MOST / line_pps_max(draw->plan) * 1e9;
	struct keys keys = { .used = 0 };
	uint64_t run;

	add(&keys, "wire:1,list=262144");
	if (chance(draw, each))
		add(&keys, ",drop=%.7f%%", per_cent(draw, 1));
	run = (uint64_t)spread(draw, 2, 200);
	if (chance(draw, each))
		add(&keys, ",drop-burst=%llu:%.7f%%", (unsigned long long)run, per_cent(draw, (double)run));
	if (chance(draw, each))
		draw_drop_at(draw, &keys);
	if (chance(draw, each))
		add(&keys, ",fcs=%.7f%%", per_cent(draw, 1));
	if (chance(draw, each))
		add(&keys, ",corrupt=%.7f%%", per_cent(draw, 1));
	if (chance(draw, each))
		add(&keys, ",dup=%.7f%%", per_cent(draw, 1));
	if (chance(draw, each))
		add(&keys, ",reorder=%llu:%.7f%%",
			(unsigned long long)spread(draw, 1, chance(draw, 20) ? 1024 : 64), per_cent(draw, 1));
	if (chance(draw, each))
		add(&keys, ",delay=%.0fns", spread(draw, 1e3, longest_ns < 1e6 ? longest_ns : 1e6));
	if (chance(draw, each / 3))
		add(&keys, ",rotate=%llu", (unsigned long long)spread(draw, 100, 100000));
	set(draw, "rx", "%s", keys.text);
}

static int
draw_plan(struct draw *draw, uint64_t seed, uint64_t trial, uint64_t most_frames)
{
	ovr_plan_default(draw->plan);
	draw->status = 0;
	draw->is_calm = chance(draw, 40);
	set(draw, "seed", "%llu", (unsigned long long)(seed * 1000000 + trial));
	set(draw, "warmup", "0");
	set(draw, "drain", "20ms");
	set(draw, "settle", "0");
	set(draw, ovr_plan_row_of("tolerance") != NULL ? "tolerance" : "rate-tolerance", "100%%");
	draw_ports(draw);
	draw_frames(draw);
	draw_rate(draw);
	draw_load(draw, most_frames);
	draw_receiver(draw);
	draw_wire(draw);
	return draw->status != 0 ? draw->status : ovr_plan_freeze(draw->plan, draw->err);
}

int
soak_draw(uint64_t seed, uint64_t trial, uint64_t most_frames, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	struct draw draw = { .plan = ret_plan, .err = err };
	int status;

	ovr_rng_seed(&draw.rng, seed, trial);
	for (int i = 0; i < DRAWS_MAX; i++) {
		status = draw_plan(&draw, seed, trial, most_frames);
		if (status != 0 || ovr_port_memory_mb(&ret_plan->ports, &ret_plan->frames) <= SOAK_PLAN_MB)
			return status;
	}
	return ovr_err_set(err, -ENOMEM, "%d plans in a row need more than %d MB", DRAWS_MAX, SOAK_PLAN_MB);
}
