/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Flow control of one ethdev: a receiver that sends pause frames makes its sender wait, and
 * hides its own overrun. Turned off for a trial, and put back. Control thread only.
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
 * Turn pause frames off on a device whose link is up, if it knows them and they are on. What a
 * link's ends agree on is known only then, and they may agree anew when it is changed: the link may
 * go down and come back, and pause frames with it.
 * @param[in,out] pause what was before the first change is kept
 * @param[out] note what was done, or could not be; empty: nothing, or nothing new
 * @return whether something was changed
 */
bool ovr_pause_off(uint16_t id, const char *label, struct ovr_pause *pause, char note[OVR_PAUSE_NOTE_BYTES]);

/** Put it back as it was. Harmless if nothing was changed. */
void ovr_pause_restore(uint16_t id, struct ovr_pause *pause);
