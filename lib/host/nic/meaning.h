/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Meaning of a driver's counter: a table with one row per driver. A counter that is not in it is
 * read by the kernel's standard names and marked as unverified.
 *
 * Several counters may move for one lost frame. At most one of them is the frame's account; the
 * others say whose alias they are. Where a total has parts, the parts are the account if they end
 * in different places, else the total is. An alias whose original did not move is none
 * (nic/alias.h). Pure; any thread.
 */
#pragma once

#include <stdbool.h>

#include "ledger/ledger.h"
#include "nic/counters.h"

/** What it counts. */
enum ovr_nic_kind {
	OVR_NIC_KIND_TRAFFIC, /**< frames or bytes carried: no loss */
	OVR_NIC_KIND_LOSS,    /**< frames lost at `place`: the account to book */
	OVR_NIC_KIND_ALIAS,   /**< the same frames as another counter, which is booked */
	OVR_NIC_KIND_OTHER,   /**< neither: restarts, squeezes, wake-ups; or nobody knows */
};

/** How far it can be trusted. */
enum ovr_nic_trust {
	OVR_NIC_TRUST_EXACT,      /**< verified: to the frame, per queue where the name has a queue */
	OVR_NIC_TRUST_PORT_LEVEL, /**< verified: exact, of the whole port (or host) only */
	OVR_NIC_TRUST_NOT_IMPLEMENTED, /**< listed by the driver, but did not move when frames were lost: zero says nothing */
	OVR_NIC_TRUST_WRONG, /**< verified to be wrong: must not be booked */
	OVR_NIC_TRUST_UNVERIFIED, /**< by its documentation, its driver's source or its standard name; never tried */
};

/** Which counters an ALIAS repeats. One of them must have moved, or it is booked itself. */
enum ovr_nic_original {
	OVR_NIC_ORIGINAL_PLACE, /**< any booked counter of its place; by its name where `of` is set */
	OVR_NIC_ORIGINAL_SIDE,  /**< it is a total: any booked counter of its direction */
	OVR_NIC_ORIGINAL_UNSEEN, /**< of another interface or of the whole host, or it is a reading late: never booked */
};

/** A meaning. Plain data; the texts are static. */
struct ovr_nic_meaning {
	enum ovr_nic_kind kind;
	enum ovr_nic_trust trust;
	enum ovr_ledger_place place;    /**< for LOSS and ALIAS */
	const char *remark;             /**< a few words for people; may be "" */
	enum ovr_nic_original original; /**< for ALIAS */
	const char *of;                 /**< the original's name (a pattern of nic/rules.h); NULL: any */
	bool is_suspect;                /**< for OTHER: named like a loss, and nobody knows what it counts */
};

/**
 * @param reading where the counter stands, with its driver ("": unknown): some drivers say by
 * another counter's name what this
 *        one means
 * @return the meaning of a counter by itself
 */
struct ovr_nic_meaning ovr_nic_meaning_of(
	const struct ovr_nic_counters *reading, const struct ovr_nic_counter *counter);

/** @return whether frames may be booked by it: a LOSS that is neither NOT_IMPLEMENTED nor WRONG */
bool ovr_nic_is_booked(const struct ovr_nic_meaning *meaning);

/** @return whether the table has a row for this driver */
bool ovr_nic_driver_is_known(const char *driver);

/**
 * Find the counters of a driver that must not be believed: WRONG, or NOT_IMPLEMENTED.
 * @param[out] ret_name of the first of them, ret_remark what is wrong with it; static; "" for none
 * @return how many there are
 */
uint32_t ovr_nic_driver_traps(const char *driver, const char **ret_name, const char **ret_remark);

/**
 * @return whether the speed that the driver states is of no line: veth and tun say 10G, whatever
 * they carry
 */
bool ovr_nic_driver_makes_speed_up(const char *driver);

/**
 * @return after how many ms at most the driver's counters show what happened; 0: at once, as far as
 * is known
 */
uint32_t ovr_nic_driver_late_ms(const char *driver);

/**
 * @return whether a name has a word of loss ("drop", "missed", "discards", …), whatever it then
 * means
 */
bool ovr_nic_name_tells_loss(const char *name);

/** @return "traffic", "loss", "alias", "other" */
const char *ovr_nic_kind_name(enum ovr_nic_kind kind);

/** @return "exact", "port-level only", "not implemented", "wrong", "unverified" */
const char *ovr_nic_trust_name(enum ovr_nic_trust trust);
