/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Ring sizes of an interface from before `overrun ring set`, kept until `overrun ring restore` has
 * restored them.
 *
 * Changes in a journal are undone when its process ends; saved sizes outlive it. There is one file
 * per interface, `/run/overrun/rings/NETNS-IFINDEX-NAME.rings`, on a file system that a reboot
 * empties: a reboot restores the driver's own sizes as well. Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "nic/nic.h"
#include "undo/undo.h"

/** What is saved of one interface. */
struct ovr_undo_saved {
	char name[OVR_NIC_NAME_BYTES];
	uint32_t ifindex;
	uint32_t rx, rx_mini, rx_jumbo, tx; /**< in descriptors */
};

/**
 * Save the rings of an interface as they are, unless they are saved already: the first sizes are
 * the ones to come back to. They are on their file system when this returns.
 * @param places NULL: the usual ones
 * @param[out] ret_is_new whether they were saved now
 * @return 0; -ENOENT: this user has no place for it; -errno
 */
int ovr_undo_saved_keep(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts,
	bool *ret_is_new, struct ovr_err *err);

/** What is saved of an interface. @return 0; -ENOENT: nothing; -errno */
int ovr_undo_saved_read(const struct ovr_undo_places *places, const struct ovr_nic_facts *facts,
	struct ovr_undo_saved *ret_saved, struct ovr_err *err);

/** Forget it. @return 0, also when there was nothing; -errno */
int ovr_undo_saved_forget(
	const struct ovr_undo_places *places, const struct ovr_undo_saved *saved, struct ovr_err *err);

/** Told of each file that cannot be heeded: its code and the sentence. */
typedef void ovr_undo_saved_bad_t(void *context, int code, const struct ovr_err *why);

/**
 * Everything that is saved in this network namespace, in the order of the files' names.
 * @param[out] ret_saved room for @p max of them
 * @param[out] ret_n how many there are; may be more than @p max
 * @param bad is told of files that cannot be heeded; the others are listed all the same
 * @return 0; -errno
 */
int ovr_undo_saved_list(const struct ovr_undo_places *places, struct ovr_undo_saved *ret_saved, uint32_t max,
	uint32_t *ret_n, ovr_undo_saved_bad_t *bad, void *context, struct ovr_err *err);
