/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Reader of a capture file (pcap or pcapng): steps through its frames and can start again. Private
 * to the module.
 *
 * The file is opened once, and what cannot be read twice (a pipe) is copied to a temporary file
 * first. libpcap reads pcap. pcapng is read here, since libpcap refuses sections of different byte
 * order, and interfaces of several link types even where only one of them has frames.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** One frame of a capture. Valid until the next one is read. */
struct capture_record {
	const uint8_t *bytes;
	uint32_t pkt_len;  /**< on the line, as the capture has it: without FCS unless the tool kept that */
	uint32_t kept;     /**< bytes that were captured: fewer if the frame was cut short */
	uint64_t ns;       /**< time of capture, ns since 1970 */
	char comment[128]; /**< of a pcapng frame, cut to fit; empty: none */
};

/** An open capture. */
struct capture;

/**
 * Open an Ethernet capture, before its first frame.
 * @param[out] ret_capture closed with capture_close()
 * @return 0; -EINVAL: not a capture, not Ethernet; -EIO: it cannot be copied; the errno of fopen(),
 * -ENOENT among them
 */
int capture_open(const char *path, struct capture **ret_capture, struct ovr_err *err);

/** Go back before the first frame. @return 0; -EINVAL, -EIO */
int capture_rewind(struct capture *capture, struct ovr_err *err);

/**
 * @return 1 and the next frame; 0: there is none; -EINVAL: the file is damaged, or a frame is not
 * Ethernet. A file that
 *         ends in the middle of a record ends before it; see capture_is_cut()
 */
int capture_next(struct capture *capture, struct capture_record *ret_record, struct ovr_err *err);

/** @return whether the file ended in the middle of a record; after capture_next() said 0 */
bool capture_is_cut(const struct capture *capture);

/** @return the comment of the latest section of a pcapng file; "": none */
const char *capture_comment(const struct capture *capture);

/** Close it. NULL is allowed. */
void capture_close(struct capture *capture);
