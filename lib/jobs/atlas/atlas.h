/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reproduction of a place where a host loses frames: the cause, a trial, the counter as the
 * familiar tool prints it, the remedy, and the trial again.
 *
 * Control thread.
 */
#pragma once

#include "atlas/books.h"
#include "atlas/lab.h"
#include "atlas/places.h"

/** What came of it. */
enum ovr_atlas_verdict {
	OVR_ATLAS_CURED,   /**< the place owned the loss, and with the remedy it owned none */
	OVR_ATLAS_UNSEEN,  /**< the cause made no loss there, or a part of it has another owner or none */
	OVR_ATLAS_UNCURED, /**< the remedy did not help */
	OVR_ATLAS_CANNOT,  /**< this host lacks what it needs: no failure */
};

/** Room for what a command that shows a counter printed. */
#define OVR_ATLAS_SHOWN_BYTES 4096

/** A reproduction. Plain data. */
struct ovr_atlas_outcome {
	enum ovr_atlas_verdict verdict;
	char reason[OVR_ERR_TEXT_BYTES];      /**< a sentence; "" for OVR_ATLAS_CURED */
	bool has_before, has_after;           /**< whether the trial ran */
	struct ovr_atlas_books before, after; /**< without and with the remedy */
	/** what the commands printed after the first trial; "" where one did not run */
	char shown[OVR_ATLAS_SHOWS_MAX][OVR_ATLAS_SHOWN_BYTES];
};

/**
 * Reproduce a place. The lab is made anew, and stays as it is after the remedy.
 * @return 0, whatever the verdict; -EINTR: the program was asked to stop; -errno: something else
 * went wrong than the place
 */
int ovr_atlas_reproduce(struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place,
	struct ovr_atlas_outcome *ret_outcome, struct ovr_err *err);

/**
 * Judge the books of both trials. Pure.
 * @param owner_end port or end of the owner, with the names of the namespaces; NULL: any
 * @param ret_outcome with both books; its verdict and reason are set
 */
void ovr_atlas_judge(
	const struct ovr_atlas_place *place, const char *owner_end, struct ovr_atlas_outcome *ret_outcome);
