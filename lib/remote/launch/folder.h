/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The folder of a job on its first host, for callers there: the caller's keys and the file of
 * hosts, as ovr_keys_folder() is searched for them. It is in memory (tmpfs) and closed to other
 * users.
 *
 * Control thread.
 */
#pragma once

#include "keys/hosts.h"

/** Names the folder to a caller. */
#define OVR_LAUNCH_VARIABLE "OVERRUN_CONFIG"

/**
 * Make it: in $XDG_RUNTIME_DIR, else in /run for root and in /dev/shm for others.
 * @param[out] ret_path of the folder; ovr_launch_folder_remove() removes it
 * @return 0; -errno, and nothing is left
 */
int ovr_launch_folder_make(const struct ovr_keys *caller, const struct ovr_hosts *hosts,
	char ret_path[static PATH_MAX], struct ovr_err *err);

/** Remove it. Harmless where it is not there, or @p path is "". */
void ovr_launch_folder_remove(const char *path);
