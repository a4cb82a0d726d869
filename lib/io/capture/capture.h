/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Frames in pcap files: writing those around a loss, reading templates, and checking a
 * capture that any tool took.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "frame/frame.h"
#include "frame/mix.h"
#include "seq/loss_burst.h"
#include "seq/density.h"
#include "seq/seq.h"

/** How the comment of a section begins whose frames are an excerpt. */
#define OVR_CAPTURE_EXCERPT "overrun excerpt"

/** Numbers of a stream that were missing when the first frame after them came. */
struct ovr_capture_hole {
	uint16_t stream;
	uint64_t first_seq;
	uint64_t frames;
};

/** One frame to be written. */
struct ovr_capture_frame {
	uint64_t rx_ns;   /**< arrival since the trial's epoch */
	uint32_t pkt_len; /**< without FCS */
	uint32_t cap_len; /**< bytes that are here; pkt_len, or less where the frame was cut */
	const uint8_t *bytes;
	bool is_before, is_after;     /**< a loss; both, between two */
	bool shows_loss;              /**< it is the first one after hole, or (hole.frames = 0) damaged */
	struct ovr_capture_hole hole; /**< if it shows a loss */
};

/**
 * Write an excerpt of a trial: a pcapng file (Ethernet, nanoseconds), frames in order of arrival.
 * Its section's comment says that it is one (OVR_CAPTURE_EXCERPT); each frame's comment where it
 * stands: "before a loss", "after a loss", or in one: "after a hole: stream 0, numbers 500 to 504",
 * "damaged: stream 0".
 * @param epoch_ns the trial's epoch as CLOCK_REALTIME
 * @param frame is sorted by rx_ns in place
 * @param file the caller's, and left open
 * @return 0; -ENOMEM; negative errno of writing
 */
int ovr_capture_write(FILE *file, uint64_t epoch_ns, struct ovr_capture_frame *frame, uint64_t n_frames,
	struct ovr_err *err);

/** Frames of a capture, as templates. */
struct ovr_capture_templates {
	uint32_t n_frames;
	uint16_t *pkt_len; /**< without FCS */
	uint8_t **bytes;
};

/**
 * Read the frames of a capture (Ethernet; pcap or pcapng; not cut short).
 * @param max_frames more is refused (OVR_MIX_LENGTH_MAX)
 * @return 0; -ENOENT or what else open(2) says; -EINVAL: no capture, not Ethernet, a frame cut
 * short or of a
 *         size outside 64 … 9216, none in it; -E2BIG: too many; -ENOMEM
 */
int ovr_capture_templates_read(const char *path, uint32_t max_frames,
	struct ovr_capture_templates *ret_templates, struct ovr_err *err);

/** Free what it owns. Zeroed ones are allowed. */
void ovr_capture_templates_done(struct ovr_capture_templates *templates);

/**
 * @param[out] ret_mix the mix of a capture's frames: place i is frame i, step 0; its text has the
 * sizes with
 *             their weights
 * @return 0; -EINVAL: no frame, or more than OVR_MIX_LENGTH_MAX, or more than OVR_MIX_SIZES_MAX
 * sizes
 */
int ovr_capture_templates_mix(
	const struct ovr_capture_templates *templates, struct ovr_mix *ret_mix, struct ovr_err *err);

/** One stream found in a capture. */
struct ovr_capture_stream {
	uint16_t stream;
	uint64_t first_seq, last_seq; /**< lowest and highest number in the capture */
	struct ovr_seq_account account;
};

/** One trial found in a capture. */
struct ovr_capture_trial {
	uint32_t trial_id;
	uint64_t frames; /**< whole ones, and those cut after their tag */
};

/** What a capture holds. */
struct ovr_capture_account {
	uint32_t trial_id;               /**< the one looked at */
	struct ovr_capture_trial *trial; /**< all of them, by number of frames, the most first */
	uint64_t n_trials;
	/**
	 * the file is an excerpt that run --capture wrote: losses are the holes that it names, less
	 * what came later; what lies between the frames around them was not written, and is no loss
	 */
	bool is_excerpt;
	bool is_cut;        /**< the file ends in the middle of a record, which is in no count */
	uint64_t frames;    /**< in the file */
	uint64_t cut_short; /**< of these: not captured whole */
	uint64_t unchecked; /**< of the cut ones: ours, by headers and tag; the others are stale or foreign */
	uint64_t ours, corrupt, stale, foreign;
	uint64_t duration_ns; /**< first to last frame of the trial */
	struct ovr_seq_account total;
	struct ovr_capture_stream *stream; /**< by id */
	uint32_t n_streams;
	/**
	 * loss periods, by stream and number: the first 65536 found; the others are only counted
	 */
	struct ovr_seq_period *period;
	uint64_t n_periods, n_periods_dropped;
	/**
	 * displacement and buffer occupancy (threshold OVR_SEQ_DENSITY_THRESHOLD) of the first 4096
	 * streams; of the others none
	 */
	struct ovr_seq_density density;
	uint32_t density_left_out; /**< streams that are not in it */
	/**
	 * bursts and gaps (Gmin OVR_SEQ_LOSS_BURST_GMIN) of all streams; not known, and empty, if a
	 * loss period was dropped
	 */
	struct ovr_seq_loss_burst burst;
};

/**
 * Account for a capture of our frames: per stream, lost = the holes between its first and last
 * frame (what was lost before or after cannot be seen in a capture). Frames may carry their FCS.
 * Times of arrival count from the trial's earliest frame. Frames that were cut after their tag
 * count by it, unchecked. Nothing is `late`, however far frames were reordered (up to 2^26
 * numbers).
 * @param path "-": the standard input; a pipe is copied first, since the file is read several times
 * @param trial_id the trial to look at; 0: the one with the most whole frames
 * @param seq_conf how to track; first_seq is ignored: a stream begins at its lowest number; NULL
 * and zeros: what it takes
 * @param[out] ret_account release it with ovr_capture_account_done()
 * @return 0; -ENOENT or what else open(2) says; -EINVAL: not a capture, not Ethernet, damaged,
 * seq_conf is out of
 *         range; -EIO; -ENODATA: no frame of ours; -ENOMEM, also where the trackers would take
 *         more than is available
 */
int ovr_capture_check(const char *path, uint32_t trial_id, const struct ovr_seq_conf *seq_conf,
	struct ovr_capture_account *ret_account, struct ovr_err *err);

/** Free what it owns. Zeroed ones are allowed. */
void ovr_capture_account_done(struct ovr_capture_account *account);
