/* SPDX-License-Identifier: BSD-3-Clause */
/* A reading of a namespace "r" under way, for tests of the parsers. */
#pragma once

#include <criterion/criterion.h>
#include <inttypes.h>

#include "kernel/readers.h"

static struct ovr_kernel_snapshot snapshot;
static struct ovr_kernel_reading reading = { .snapshot = &snapshot, .netns = "r", .netns_id = 4026532311 };

static void
reading_begin(void)
{
	reading.status = 0;
}

static void
reading_end(void)
{
	cr_assert_eq(reading.status, 0);
	ovr_kernel_snapshot_done(&snapshot);
}

__attribute__((unused)) static void
assert_counter(enum ovr_kernel_layer layer, const char *object, const char *name, uint64_t value)
{
	const struct ovr_kernel_counter *counter = ovr_kernel_snapshot_find(
		&snapshot, "r", layer, object, name);

	cr_assert_neq(counter, NULL, "there is no %s '%s' %s", ovr_kernel_layer_name(layer), object, name);
	cr_assert_eq(counter->value, value, "%s '%s' %s is %" PRIu64, ovr_kernel_layer_name(layer), object,
		name, counter->value);
	cr_assert(counter->is_known);
}
