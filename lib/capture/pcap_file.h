/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * How is a capture opened and stepped through? Private to the module.
 */
#pragma once

#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** One frame of a capture. Valid until the next one is read. */
struct capture_record {
	const uint8_t *bytes;
	uint32_t pkt_len; /**< on the line, as the capture has it: without FCS unless the tool kept that */
	uint32_t kept;    /**< bytes that were captured: fewer if the frame was cut short */
	uint64_t ns;      /**< time of capture, ns since 1970 */
};

/**
 * Open an Ethernet capture (pcap or pcapng).
 * @param[out] ret_pcap the caller closes it with pcap_close()
 * @return 0; -EINVAL: not a capture, not Ethernet; the errno of fopen(), -ENOENT among them
 */
int capture_open(const char *path, pcap_t **ret_pcap, struct ovr_err *err);

/** @return 1 and the next frame; 0: there is none; -EINVAL: damaged, or ends in the middle of a frame */
int capture_next(pcap_t *pcap, const char *path, struct capture_record *ret_record, struct ovr_err *err);
