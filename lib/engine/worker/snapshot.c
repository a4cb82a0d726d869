/* SPDX-License-Identifier: BSD-3-Clause */
#include "worker/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

int
ovr_snapshot_init(struct ovr_snapshot *snapshot, uint32_t capacity, uint32_t slot_bytes, struct ovr_err *err)
{
	memset(snapshot, 0, sizeof(*snapshot));
	/*
	 * of several workers one may have no share: never of zero bytes, which malloc() may answer
	 * with NULL
	 */
	snapshot->frame = calloc(capacity + 1ul, sizeof(*snapshot->frame));
	snapshot->bytes = malloc((size_t)capacity * slot_bytes + 1);
	if (snapshot->frame == NULL || snapshot->bytes == NULL) {
		ovr_snapshot_done(snapshot);
		return ovr_err_set(
			err, -ENOMEM, "capture: no memory for %u frames of %u bytes", capacity, slot_bytes);
	}
	/*
	 * written while the trial runs: the pages are made now. Zeros would make a compiler leave
	 * it to calloc(), which makes none
	 */
	memset(snapshot->bytes, 0xff, (size_t)capacity * slot_bytes);
	memset(snapshot->frame, 0xff, capacity * sizeof(*snapshot->frame));
	snapshot->capacity = capacity;
	snapshot->slot_bytes = slot_bytes;
	return 0;
}

void
ovr_snapshot_done(struct ovr_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_held; i++)
		rte_pktmbuf_free(snapshot->held[i].frame);
	free(snapshot->frame);
	free(snapshot->bytes);
	memset(snapshot, 0, sizeof(*snapshot));
}

/* @return its place among the kept ones; UINT32_MAX: there is no room */
static uint32_t
keep(struct ovr_snapshot *snapshot, const struct rte_mbuf *frame, uint64_t rx_ns)
{
	struct ovr_snapshot_frame *kept;
	uint32_t n_bytes;
	const void *bytes;

	if (snapshot->n_kept == snapshot->capacity) {
		snapshot->left_out++;
		return UINT32_MAX;
	}
	kept = &snapshot->frame[snapshot->n_kept];
	n_bytes = RTE_MIN(frame->pkt_len, snapshot->slot_bytes);
	*kept = (struct ovr_snapshot_frame){
		.rx_ns = rx_ns, .pkt_len = frame->pkt_len, .cap_len = n_bytes, .slot = snapshot->n_kept
	};
	bytes = rte_pktmbuf_read(
		frame, 0, n_bytes, snapshot->bytes + (uint64_t)snapshot->n_kept * snapshot->slot_bytes);
	if (bytes != NULL && bytes != ovr_snapshot_bytes(snapshot, kept))
		memcpy(snapshot->bytes + (uint64_t)kept->slot * snapshot->slot_bytes, bytes, n_bytes);
	return snapshot->n_kept++;
}

/*
 * The frames before a loss: those that are not kept yet are kept now. One that found no room is not
 * asked again.
 */
static void
keep_before(struct ovr_snapshot *snapshot)
{
	for (uint32_t i = 0; i < snapshot->n_held; i++) {
		uint32_t at = (snapshot->oldest + i) % OVR_SNAPSHOT_NEIGHBOURS;

		if (!snapshot->held[at].was_asked)
			snapshot->held[at].kept = keep(
				snapshot, snapshot->held[at].frame, snapshot->held[at].rx_ns);
		snapshot->held[at].was_asked = true;
		if (snapshot->held[at].kept != UINT32_MAX)
			snapshot->frame[snapshot->held[at].kept].is_before = true;
	}
}

struct rte_mbuf *
ovr_snapshot_add(struct ovr_snapshot *snapshot, struct rte_mbuf *frame, uint64_t rx_ns,
	const struct ovr_snapshot_hole *hole)
{
	struct rte_mbuf *unneeded = NULL;
	uint32_t at, kept = UINT32_MAX;
	bool is_after;

	if (hole != NULL) {
		keep_before(snapshot);
		snapshot->after_left = OVR_SNAPSHOT_NEIGHBOURS;
	}
	is_after = snapshot->after_left != 0;
	if (is_after) {
		snapshot->after_left--;
		kept = keep(snapshot, frame, rx_ns);
	}
	if (kept != UINT32_MAX) {
		snapshot->frame[kept].is_after = true;
		snapshot->frame[kept].shows_loss = hole != NULL;
		if (hole != NULL)
			snapshot->frame[kept].hole = *hole;
	}
	if (snapshot->n_held == OVR_SNAPSHOT_NEIGHBOURS) {
		at = snapshot->oldest;
		unneeded = snapshot->held[at].frame;
		snapshot->oldest = (at + 1) % OVR_SNAPSHOT_NEIGHBOURS;
	} else {
		at = (snapshot->oldest + snapshot->n_held++) % OVR_SNAPSHOT_NEIGHBOURS;
	}
	snapshot->held[at].frame = frame;
	snapshot->held[at].rx_ns = rx_ns;
	snapshot->held[at].was_asked = is_after;
	snapshot->held[at].kept = kept;
	return unneeded;
}
