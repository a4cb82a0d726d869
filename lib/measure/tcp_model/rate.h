/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The rate of one long TCP flow that only loss limits, in segments per second.
 *
 * p is the ratio of loss events to segments sent, never that of lost segments: all losses within
 * one round trip halve the window once. The formulas hold for flows with data to send at any time,
 * and a receive window that does not limit them.
 *
 *     Mathis  C / (RTT √p), C = √(3/2) where each segment is acknowledged
 *     PFTK    RFC 5348 §3.1, which knows time-outs as well
 *     CUBIC   the response function of RFC 9438 §5.1
 *
 * BBR paces by its measure of the bottleneck and has no such formula.
 *
 * Pure; any thread. A rate of p ≤ 0 is INFINITY: loss does not limit it.
 */
#pragma once

/** Mathis' constant for an acknowledgment of each segment, √(3/2). */
#define OVR_TCP_MODEL_MATHIS_C 1.2247448713915890

/** Above this ratio of events the formulas of windows hold no more: a window has 4 segments. */
#define OVR_TCP_MODEL_P_MAX 0.1

/** @param p > 0 @param rtt_s round-trip time in s @return segments/s by Mathis */
double ovr_tcp_model_mathis_pps(double p, double rtt_s);

/**
 * @param rto_s retransmission time-out, 4 RTT in RFC 5348
 * @return segments/s by PFTK, with each segment acknowledged (b = 1)
 */
double ovr_tcp_model_pftk_pps(double p, double rtt_s, double rto_s);

/** @return mean window in segments by CUBIC's function alone, with C 0.4 and β 0.7 */
double ovr_tcp_model_cubic_window(double p, double rtt_s);

/** @return segments/s that are predicted for a flow with Reno: PFTK, with a time-out of 4 RTT */
double ovr_tcp_model_reno_pps(double p, double rtt_s);

/**
 * @return segments/s that are predicted for a flow with CUBIC: the larger of its own function and
 * of Reno, since it never sends less than Reno would (RFC 9438 §4.3)
 */
double ovr_tcp_model_cubic_pps(double p, double rtt_s);
