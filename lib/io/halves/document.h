/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A half as a document: what one host knows of a trial, with the host that it is from. It is
 * written as JSON and read back as the same (report/half.h).
 */
#pragma once

#include "halves/halves.h"

/** A host's half. Zeroed memory is of a host without an end. */
struct ovr_half_document {
	char host[64]; /**< as the caller calls it; "": not said */
	uint32_t trial_id;
	enum ovr_result_half state; /**< whole, or a checkpoint */
	uint64_t until_ns;          /**< of a checkpoint: what it is as of, since the epoch */
	struct ovr_result_environment environment;
	bool has_sender, has_receiver; /**< which ends the host has */
	uint32_t stream_first;         /**< first of its streams, which sent_of begins with */
	struct ovr_result_gateway gateway;
	uint64_t captured_frames, capture_left_out;
	char note[OVR_RESULT_NOTES_MAX][OVR_RESULT_NOTE_BYTES]; /**< on placement and limits */
	uint32_t n_notes;
	/** its ends; the half of an end that it does not have is zeroed */
	struct ovr_halves halves;
};

/**
 * Make the document of a trial's half.
 * @param halves whose lists it takes over; or lends, of a checkpoint: then the caller forgets them
 * @param base what came with them (ovr_trial_run_half_in()): plan, environment, notes
 */
void ovr_half_document_fill(
	struct ovr_half_document *ret_document, struct ovr_halves *halves, const struct ovr_result *base);

/** Free what it owns (not the struct). */
void ovr_half_document_done(struct ovr_half_document *document);
