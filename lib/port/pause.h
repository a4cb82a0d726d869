/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Flow control of one ethdev: a receiver that sends pause frames makes its sender wait, and hides its own overrun. Turned off
 * for a trial, and put back. Control thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

/** How it was. Zeroed: nothing was changed. */
struct ovr_pause {
	bool was_on;
	struct rte_eth_fc_conf before;
};

#define OVR_PAUSE_NOTE_BYTES 160

/**
 * Turn pause frames off on a started device, if it knows them and they are on.
 * @param[out] note what was done, or could not be; empty: there was nothing to do
 */
void ovr_pause_off(
	uint16_t id, const char *label, struct ovr_pause *ret_pause, char note[OVR_PAUSE_NOTE_BYTES]);

/** Put it back as it was. Harmless if nothing was changed. */
void ovr_pause_restore(uint16_t id, struct ovr_pause *pause);
