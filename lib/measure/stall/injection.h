/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Injected stalls: a receiver that pauses (`--stall 200us/10ms`, `--stall unread`) or serves
 * slowly (`--service 5mpps`).
 *
 * Both return the time until which the worker must not poll. Pure; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"

/**
 * `--stall LENGTH/PERIOD[,jitter=SHARE]`: pause for LENGTH, once in every PERIOD. `--stall unread`:
 * do not poll before everything has been sent. Zeroed: never.
 */
struct ovr_stall_plan {
	bool unread; /**< the rest is 0 then */
	uint64_t length_ns;
	uint64_t period_ns;  /**< from one start to the next; > length_ns */
	uint32_t jitter_ppb; /**< each start is moved by a uniform share ± jitter of the period */
};

/**
 * Parse it.
 * @return 0; -EINVAL: bad form, or not length < period, or jitter that lets two stalls meet
 */
int ovr_stall_plan_parse(
	const char *what, const char *text, struct ovr_stall_plan *ret_plan, struct ovr_err *err);

/** Print it as it is parsed; "none" for never. @return @p buf */
const char *ovr_stall_plan_print(char *buf, size_t size, const struct ovr_stall_plan *plan);

/** Pauses under way. */
struct ovr_stall_injection {
	struct ovr_stall_plan plan;
	struct ovr_rng rng;
	uint64_t n;       /**< stalls begun */
	uint64_t next_ns; /**< when the next one starts; UINT64_MAX: never */
};

/**
 * Begin: the first stall starts one period after time 0 (jitter aside), an unread one at time 0.
 */
void ovr_stall_injection_init(struct ovr_stall_injection *injection, const struct ovr_stall_plan *plan,
	uint64_t seed, uint64_t sequence);

/**
 * A stall is due. The next start after its end is drawn; those before are passed over.
 * @return until when it lasts (ns), counted from @p now_ns; UINT64_MAX: until everything has been
 * sent
 */
uint64_t ovr_stall_injection_begin(struct ovr_stall_injection *injection, uint64_t now_ns);
