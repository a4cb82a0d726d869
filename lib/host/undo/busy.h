/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Interfaces and settings in the journals of other processes, and storing of a journal.
 *
 * Internal to undo.
 */
#pragma once

#include "undo/journal.h"

/**
 * Whether a journal held by a living process other than @p self names the interface.
 * @param folder of the journals, locked
 * @return 0: no; -EBUSY; -errno
 */
int ovr_undo_busy(int folder, const struct ovr_undo_owner *self, uint32_t ifindex, const char *name,
	struct ovr_err *err);

/**
 * Whether another journal has the setting, and with it the value from before. A dead process's
 * counts as well: what stands in the setting is not from before.
 * @param folder of the journals, locked
 * @return 0: no; -EBUSY; -errno
 */
int ovr_undo_setting_is_free(
	int folder, const struct ovr_undo_owner *self, const char *name, struct ovr_err *err);

/**
 * Write a journal anew, or remove it if no change is left.
 * @param held as for ovr_undo_store_write()
 * @return 0; -errno: the old one is still there
 */
int ovr_undo_journal_store(int folder, const char *file, const struct ovr_undo_journal *journal, int *held);
