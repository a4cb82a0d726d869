/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/document.h"

#include <string.h>

void
ovr_half_document_fill(
	struct ovr_half_document *ret_document, struct ovr_halves *halves, const struct ovr_result *base)
{
	*ret_document = (struct ovr_half_document){
		.trial_id = base->plan.trial.id,
		.environment = base->environment,
		.has_sender = base->plan.ports.tx.kind != OVR_PORT_ELSEWHERE,
		.has_receiver = base->plan.ports.rx.kind != OVR_PORT_ELSEWHERE,
		.stream_first = base->plan.frames.stream_first,
		.gateway = base->gateway,
		.captured_frames = base->captured_frames,
		.capture_left_out = base->capture_left_out,
		.n_notes = base->n_notes,
		.halves = *halves,
	};
	memcpy(ret_document->note, base->note, sizeof(ret_document->note));
	*halves = (struct ovr_halves){ .common = { .has_wire = false } };
}

void
ovr_half_document_done(struct ovr_half_document *document)
{
	ovr_halves_done(&document->halves);
	*document = (struct ovr_half_document){ .host = "" };
}
