/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A series as a line of blocks, one a value, scaled to the largest. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/** Bytes of one block. */
#define OVR_SPARKLINE_BYTES 3

/**
 * @param value the latest last; those that are no finite number, or below 0, are taken for 0
 * @param columns the latest so many of them are shown
 * @param is_utf8 whether the terminal can show blocks; else characters of ASCII stand for them
 * @return @p buf: only 0 is a blank; columns * OVR_SPARKLINE_BYTES + 1 are enough
 */
const char *ovr_sparkline(
	char *buf, size_t size, const double *value, size_t n, size_t columns, bool is_utf8);
