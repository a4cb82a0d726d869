/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An emulated cable between two kernel interfaces: what arrives at one leaves by the other,
 * delayed, dropped, doubled, reordered or damaged as the plan says, and listed.
 *
 * Control thread, where nothing else is said. No DPDK.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/wire_conf.h"
#include "result/hop.h"

/** What is asked. Direction 0 is from name[0] to name[1]. */
struct ovr_hop_conf {
	const char *name[2];
	struct ovr_wire_conf line[2];   /**< fcs and rotate are none of a hop's */
	const char *keys[2];            /**< the same as text */
	struct ovr_cable_replay replay; /**< of direction 0 */
	uint64_t seed;                  /**< direction 1 draws from the next one */
	uint32_t queue_frames;
	bool force; /**< also an interface that this host is reached through */
};

struct ovr_hop;

/**
 * Open both interfaces. Nothing of the host changes but their promiscuity, which ends with this
 * process however that ends.
 * @param[out] ret_hop the caller's: ovr_hop_close()
 * @return 0; -EPERM: an interface carries the default route or this login, or the user may not;
 * -ENODEV; -ENETDOWN; -EBUSY: a living overrun uses it; -ENOMEM; -errno
 */
int ovr_hop_open(const struct ovr_hop_conf *conf, struct ovr_hop **ret_hop, struct ovr_err *err);

/**
 * Parse the keys of one direction: those of a wire that a hop can follow.
 * @param option for the message, "--there"
 * @return 0; -EINVAL: fcs or rotate; what ovr_wire_conf_parse() refuses
 */
int ovr_hop_keys_parse(
	const char *option, const char *keys, struct ovr_wire_conf *ret_line, struct ovr_err *err);

/**
 * Carry frames until ovr_hop_stop(), until the program is asked to stop (base/wait.h), or for so
 * long. Any one thread.
 * @param time_ns 0: without an end
 * @return 0; -errno: an interface went away, and the sentence names it
 */
int ovr_hop_run(struct ovr_hop *hop, uint64_t time_ns, struct ovr_err *err);

/** Ask ovr_hop_run() to return, within 50 ms. Any thread. */
void ovr_hop_stop(struct ovr_hop *hop);

/** What it did: judged. Valid until ovr_hop_close(). Frames under way are no longer delivered. */
void ovr_hop_end(struct ovr_hop *hop, struct ovr_result_hop *ret_result);

/** NULL is allowed. */
void ovr_hop_close(struct ovr_hop *hop);
