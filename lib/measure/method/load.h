/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Forwarding rates over trials at several loads, in the terms of RFC 2285.
 *
 * offered load (Oload, 3.5.2)     frames/s that were put on the line; refused frames do not count
 *     forwarding rate (FR, 3.6.1)     frames/s that arrived where they should, at one offered load; loss is allowed
 *     maximum offered load (MOL)      the highest offered load of the trials (3.5.3)
 *     FRMOL (3.6.2)                   the forwarding rate at the maximum offered load
 *     MFR (3.6.3)                     the highest forwarding rate at any offered load
 *
 * A trial's point is sent / time and unique / time.
 */
#pragma once

#include <stddef.h>

/** One trial, in frames/s. */
struct ovr_method_point {
	double oload;
	double fr;
};

/**
 * @return FRMOL; the lowest FR if several trials were at the maximum offered load; NaN without a
 * trial
 */
double ovr_method_frmol(const struct ovr_method_point *point, size_t n_points);

/** @return MFR; NaN without a trial */
double ovr_method_mfr(const struct ovr_method_point *point, size_t n_points);
