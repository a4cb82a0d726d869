/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Comparison of two paths: whether they name the same file, existing or not. Any thread.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>

/**
 * Follow symbolic links, also one to a file that is not there yet.
 * @param[out] ret_name the name that is no link itself; folders in it may be links
 * @return 0; -ENAMETOOLONG; -ELOOP: more than 40 links
 */
int ovr_path_follow(const char *path, char ret_name[static PATH_MAX]);

/**
 * Files that are there are compared by what they are, links followed; others by their folder and
 * their name in it.
 * @return whether writing to one would change the other. A path in a missing folder is the same
 *         only if both are spelled alike. /dev/null is never the same, since it keeps nothing
 */
bool ovr_path_is_same(const char *one, const char *other);
