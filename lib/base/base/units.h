/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Conversion between numbers and quantities as people write them.
 *
 * Every parser consumes the whole text, refuses what is out of range, and leaves the result
 * untouched on failure. Letters of units are accepted in either case. Each `print` gives the
 * canonical form, which its parser reads back to the same number. All functions are pure and may be
 * called from any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Room that any print function here needs, with its end. */
#define OVR_UNITS_TEXT_BYTES 64

/** In which layer a rate counts. */
enum ovr_rate_unit {
	OVR_RATE_PPS,    /**< frames per second; value in 1/1000 frame/s, so that 0.5pps can be said */
	OVR_RATE_L1_BPS, /**< bits per second with preamble and gap (size + 20); value in bit/s */
	OVR_RATE_L2_BPS, /**< bits per second of frames with FCS; value in bit/s */
	OVR_RATE_LINE,   /**< share of the line's L1 rate; value in millionths (95% = 950000) */
};

/** A rate as asked: a number and the layer in which it counts. */
struct ovr_rate {
	enum ovr_rate_unit unit;
	uint64_t value; /**< in the unit's own grain, see enum ovr_rate_unit; never 0 */
};

/**
 * A whole number within [min, max]: "1024". A suffix k, m or g (thousand, million, thousand
 * million) is accepted.
 * @param what the object, for the sentence ("--rxd")
 * @return 0; -EINVAL: not a number; -ERANGE: out of range
 */
int ovr_units_parse_u64(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *ret_value,
	struct ovr_err *err);

/**
 * A time: "200us", "1.5s", "3m", "500ns", "10ms", "1h"; "0" alone is zero.
 * @return 0; -EINVAL: no number or no unit; -ERANGE: beyond 2^63 ns
 */
int ovr_units_parse_duration_ns(const char *what, const char *text, uint64_t *ret_ns, struct ovr_err *err);

/** The shortest exact form: 200us, 1500ms, 5s. @return @p buf */
const char *ovr_units_print_duration_ns(char *buf, size_t size, uint64_t ns);

/**
 * A rate: "14.88mpps" (pps, kpps, mpps, gpps), "10gbps" or "10gbps-l1" (L1), "9gbps-l2" (L2), "95%"
 * (of the line).
 * @return 0; -EINVAL: bad form; -ERANGE: zero, or above 1 Tb/s, 10 Gpps or 1000 %
 */
int ovr_units_parse_rate(const char *what, const char *text, struct ovr_rate *ret_rate, struct ovr_err *err);

/** "14.88mpps", "10gbps", "9gbps-l2", "95%". @return @p buf */
const char *ovr_units_print_rate(char *buf, size_t size, const struct ovr_rate *rate);

/**
 * A share: "0.5%", "0.005" or "0"; 0 … 100 %.
 * @param[out] ret_ppb in thousand-millionths (0.5 % = 5,000,000)
 */
int ovr_units_parse_share_ppb(const char *what, const char *text, uint32_t *ret_ppb, struct ovr_err *err);

/** "0.5%", "0%". @return @p buf */
const char *ovr_units_print_share_ppb(char *buf, size_t size, uint32_t ppb);

/**
 * A factor: "1.5", "2".
 * @param min_ppm, max_ppm what is accepted, in millionths
 * @param[out] ret_ppm in millionths
 * @return 0; -EINVAL: no number, or finer than a millionth; -ERANGE: out of range
 */
int ovr_units_parse_factor_ppm(const char *what, const char *text, uint64_t min_ppm, uint64_t max_ppm,
	uint64_t *ret_ppm, struct ovr_err *err);

/** "1.5", "2". @return @p buf */
const char *ovr_units_print_factor_ppm(char *buf, size_t size, uint64_t ppm);

/**
 * An Ethernet line speed: "1g", "2.5g", "10G", "400g", "100m"; one of 10m 100m 1g 2.5g 5g 10g 25g
 * 40g 50g 100g 200g 400g 800g.
 * @param[out] ret_bps in bit/s
 */
int ovr_units_parse_line_bps(const char *what, const char *text, uint64_t *ret_bps, struct ovr_err *err);

/** "10G", "2.5G", "100M". @return @p buf */
const char *ovr_units_print_line_bps(char *buf, size_t size, uint64_t bps);

/** A count with a separator every three digits: 74,404,761. @return @p buf */
const char *ovr_units_print_count(char *buf, size_t size, uint64_t value);

/** A signed count: -1,024. @return @p buf */
const char *ovr_units_print_signed(char *buf, size_t size, int64_t value);

/**
 * Three or four digits with an SI prefix, for people: 14.88 M, 999, 1.50 k, 10.00 G.
 * @param unit follows the prefix ("pps": "14.88 Mpps"); may be ""
 * @return @p buf
 */
const char *ovr_units_print_si(char *buf, size_t size, double value, const char *unit);

/**
 * A time for people, in three or four digits: "68.7 µs", "2.84 ms", "5.00 s", "120 ns".
 * @return @p buf
 */
const char *ovr_units_print_time(char *buf, size_t size, uint64_t ns);
