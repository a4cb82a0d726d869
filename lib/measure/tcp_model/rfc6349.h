/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Figures of RFC 6349, the framework for testing TCP throughput. Pure; any thread.
 */
#pragma once

#include <stdint.h>

/** Bytes of a frame on the line beyond its IP packet: MAC header, FCS, preamble, gap. */
#define OVR_TCP_MODEL_ETHERNET_BYTES 38u
/** Bytes of an IPv4 and a TCP header without options; the timestamps that Linux sends add 12. */
#define OVR_TCP_MODEL_HEADER_BYTES    40u
#define OVR_TCP_MODEL_TIMESTAMP_BYTES 12u

/**
 * @param line_bps on the line, with preamble and gap
 * @param header_bytes of IP and TCP, with their options
 * @return segments/s that the line carries at most (§4.1)
 */
static inline double
ovr_tcp_model_line_pps(double line_bps, double mss, double header_bytes)
{
	return line_bps / (8 * (mss + header_bytes + OVR_TCP_MODEL_ETHERNET_BYTES));
}

/** @return bytes that a path holds: the least receive window that fills it (§3.4) */
static inline double
ovr_tcp_model_window_bytes(double rtt_s, double bottleneck_bps)
{
	return rtt_s * bottleneck_bps / 8;
}

/** @return TCP efficiency, as a share: what need not be sent again, of all that is sent (§4.2) */
static inline double
ovr_tcp_model_efficiency(double sent, double retransmitted)
{
	return (sent - retransmitted) / sent;
}

/** @return buffer delay, as a share of the round-trip time without load (§4.3) */
static inline double
ovr_tcp_model_buffer_delay(double rtt_under_load, double rtt_baseline)
{
	return (rtt_under_load - rtt_baseline) / rtt_baseline;
}
