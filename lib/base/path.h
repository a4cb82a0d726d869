/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Do two paths lead to the same file, be it there or not?
 */
#pragma once

#include <stdbool.h>

/**
 * Files that are there are compared by what they are, links followed; others by their folder and their name in it.
 * @return whether writing to one would change the other. A path whose folder is not there is no other path's file, unless they
 *         are spelled alike. Any thread.
 */
bool ovr_path_is_same(const char *one, const char *other);
