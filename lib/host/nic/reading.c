/* SPDX-License-Identifier: BSD-3-Clause */
/* Readings in memory: what is added to one, found in it, and told of two. */
#include "base/list.h"
#include "nic/counters.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nic/sources.h"

#define RANGE_32 (UINT64_C(1) << 32)

int
ovr_nic_counters_add(struct ovr_nic_counters *counters, enum ovr_nic_source source, int32_t queue,
	uint64_t value, const char *format, ...)
{
	struct ovr_nic_counter *counter = OVR_LIST_ADD(counters->counter, counters->n, counters->capacity);
	va_list args;

	if (counter == NULL)
		return -ENOMEM;
	counter->source = source;
	counter->queue = queue;
	counter->value = value;
	va_start(args, format);
	vsnprintf(counter->name, sizeof(counter->name), format, args);
	va_end(args);
	return 0;
}

void
ovr_nic_counters_done(struct ovr_nic_counters *counters)
{
	free(counters->counter);
	*counters = (struct ovr_nic_counters){ 0 };
}

const struct ovr_nic_counter *
ovr_nic_counters_find(const struct ovr_nic_counters *counters, enum ovr_nic_source source, const char *name)
{
	for (uint32_t i = 0; i < counters->n; i++)
		if (counters->counter[i].source == source && strcmp(counters->counter[i].name, name) == 0)
			return &counters->counter[i];
	return NULL;
}

static bool
is_same(const struct ovr_nic_counter *one, const struct ovr_nic_counter *other)
{
	return one->source == other->source && one->queue == other->queue &&
		strcmp(one->name, other->name) == 0;
}

/* The number of the first @p n counters that are like this one. */
static uint32_t
count_same(const struct ovr_nic_counters *counters, uint32_t n, const struct ovr_nic_counter *like)
{
	uint32_t same = 0;

	for (uint32_t i = 0; i < n; i++)
		same += is_same(&counters->counter[i], like);
	return same;
}

const struct ovr_nic_counter *
ovr_nic_counters_same(
	const struct ovr_nic_counters *counters, uint32_t index, const struct ovr_nic_counters *others)
{
	const struct ovr_nic_counter *counter = &counters->counter[index];
	uint32_t before;

	/*
	 * two readings of a driver differ in nothing but values, as a rule: then it stands where it
	 * stood
	 */
	if (counters->n == others->n && is_same(&others->counter[index], counter))
		return &others->counter[index];
	before = count_same(counters, index, counter);
	for (uint32_t i = 0; i < others->n; i++)
		if (is_same(&others->counter[i], counter) && before-- == 0)
			return &others->counter[i];
	return NULL;
}

struct ovr_nic_change
ovr_nic_counter_change(const struct ovr_nic_counter *before, const struct ovr_nic_counter *after)
{
	bool is_32_bits = after->source == OVR_NIC_QDISC || after->source == OVR_NIC_SOFTNET;
	uint64_t less;

	if (after->value >= before->value)
		return (struct ovr_nic_change){ .added = after->value - before->value };
	less = before->value - after->value;
	if (is_32_bits && less > RANGE_32 / 2 && less < RANGE_32)
		return (struct ovr_nic_change){ .added = RANGE_32 - less };
	/* a sum over CPUs shrinks when a CPU leaves: what the others show is no news */
	return (struct ovr_nic_change){
		.added = after->source == OVR_NIC_SOFTNET ? 0 : after->value,
		.was_reset = true,
	};
}

const char *
ovr_nic_source_name(enum ovr_nic_source source)
{
	static const char *const name[] = {
		[OVR_NIC_LINK] = "link",
		[OVR_NIC_DRIVER] = "driver",
		[OVR_NIC_QDISC] = "qdisc",
		[OVR_NIC_QSTATS] = "qstats",
		[OVR_NIC_SOFTNET] = "softnet",
	};

	_Static_assert(sizeof(name) / sizeof(name[0]) == OVR_NIC_SOURCES, "every source has a name");
	return name[source];
}
