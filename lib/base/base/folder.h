/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Folders that the program makes for itself. Any thread.
 */
#pragma once

#include <limits.h>
#include <sys/types.h>

/**
 * Make a folder and those above it, where they are not there.
 * @param above mode of those above it; its own is 0700
 * @return 0: it is there; -errno, and those that could be made stay
 */
int ovr_folder_make(const char *path, mode_t above);

/**
 * Where this user's states are kept: $XDG_STATE_HOME/overrun, else /var/lib/overrun of root and
 * ~/.local/state/overrun of others (XDG Base Directory Specification). It is not made.
 * @return 0; -ENOENT: neither XDG_STATE_HOME nor HOME names a folder; -ENAMETOOLONG
 */
int ovr_folder_of_states(char ret_path[static PATH_MAX]);
