/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Flow control of one ethdev, turned off for a trial and restored after it: pause frames of
 * a receiver make the sender wait, and hide overruns of the ring. Control thread only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>

/** The setting before the first change. Zeroed: nothing was changed. */
struct ovr_pause {
	bool was_on;
	struct rte_eth_fc_conf before;
};

#define OVR_PAUSE_NOTE_BYTES 160

/**
 * Turn pause frames off on a device whose link is up, if it has them and they are on. The result
 * of autonegotiation is known only with the link up. The change may renegotiate: the link goes
 * down, comes back, and may have pause frames again.
 * @param[in,out] pause keeps the setting before the first change
 * @param[out] note what was done, or could not be; empty: nothing, or nothing new
 * @return whether something was changed
 */
bool ovr_pause_off(uint16_t id, const char *label, struct ovr_pause *pause, char note[OVR_PAUSE_NOTE_BYTES]);

/** Put it back as it was. Harmless if nothing was changed. */
void ovr_pause_restore(uint16_t id, struct ovr_pause *pause);
