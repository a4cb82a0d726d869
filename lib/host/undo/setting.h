/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Settings of sysctl that are whole numbers, by their files. Control thread.
 *
 * Internal to undo.
 */
#pragma once

#include <stdint.h>

#include "undo/undo.h"

/**
 * Read one.
 * @param name "net.core.netdev_max_backlog", which ovr_undo_journal_is_setting() takes
 * @return 0; -ENOENT: there is no such setting; -EINVAL: it is no number up to 2^32 - 1; -EACCES:
 * it can be read and not written; -errno
 */
int ovr_undo_setting_read(
	const struct ovr_undo_places *places, const char *name, uint32_t *ret_value, struct ovr_err *err);

/** Write one. @return 0; -errno */
int ovr_undo_setting_write(
	const struct ovr_undo_places *places, const char *name, uint32_t value, struct ovr_err *err);
