/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A reading, as a test compares it.
 */
#pragma once

#include <criterion/criterion.h>

#include "nic/counters.h"

/* Counter @p index has this name, queue and value. */
static inline void
assert_counter(const struct ovr_nic_counters *counters, uint32_t index, const char *name, int32_t queue,
	uint64_t value)
{
	cr_assert_lt(index, counters->n, "no counter %u", index);
	cr_assert_str_eq(counters->counter[index].name, name);
	cr_assert_eq(
		counters->counter[index].queue, queue, "%s: queue %d", name, counters->counter[index].queue);
	cr_assert_eq(counters->counter[index].value, value, "%s: %lu", name, counters->counter[index].value);
}

/* @return the value; fails without one */
static inline uint64_t
value_of(const struct ovr_nic_counters *counters, enum ovr_nic_source source, const char *name)
{
	const struct ovr_nic_counter *counter = ovr_nic_counters_find(counters, source, name);

	cr_assert_not_null(counter, "no counter %s", name);
	return counter->value;
}
