/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * XDP programs as AF_XDP's libraries load them, and what libxdp pins of them.
 *
 * Where the kernel can, libxdp attaches a dispatcher that calls the programs of an interface. These
 * programs are pinned in `FOLDER/dispatch-IFINDEX-ID`, ID being the dispatcher's. The pins stay
 * when a process is killed, or when the dispatcher is detached by other means.
 *
 * Internal to undo.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @return whether it is the name of a program that AF_XDP's libraries load of their own accord */
bool ovr_undo_pins_is_ours(const char *name);

/**
 * Whether a dispatcher runs a program that AF_XDP's libraries did not load.
 * @param folder libxdp's
 * @param[out] ret_name what it is called, where there is one
 * @return 1; 0: there is none, or nothing is pinned; -errno: a pin cannot be looked at
 */
int ovr_undo_pins_foreign(
	const char *folder, uint32_t ifindex, uint32_t dispatcher, char *ret_name, size_t size);

/**
 * Remove the pins of a dispatcher that is not attached any more.
 * @return files removed; -errno of the first that stays
 */
int ovr_undo_pins_remove(const char *folder, uint32_t ifindex, uint32_t dispatcher);
