/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file Numbers as text, to be used within the expression that makes them: printf("%s",
 * ovr_figure_count(n).text).
 *
 * Internal to report.
 */
#pragma once

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "base/units.h"
#include "ledger/ledger.h"

/** The text of one number. */
struct ovr_figure {
	char text[OVR_UNITS_TEXT_BYTES];
};

/** @return "74,404,761" */
static inline struct ovr_figure
ovr_figure_count(uint64_t value)
{
	struct ovr_figure figure = { "" };

	ovr_units_print_count(figure.text, sizeof(figure.text), value);
	return figure;
}

/** @return "-1,024" */
static inline struct ovr_figure
ovr_figure_signed(int64_t value)
{
	struct ovr_figure figure = { "" };

	ovr_units_print_signed(figure.text, sizeof(figure.text), value);
	return figure;
}

/** @return "0.259 %" */
static inline struct ovr_figure
ovr_figure_ratio(uint64_t part, uint64_t whole)
{
	struct ovr_figure figure = { "" };

	ovr_ledger_print_ratio(figure.text, sizeof(figure.text), part, whole);
	return figure;
}

/** @return "14.88 Mpps"; "-" for what is not a number */
static inline struct ovr_figure
ovr_figure_si(double value, const char *unit)
{
	struct ovr_figure figure = { "-" };

	if (isfinite(value))
		ovr_units_print_si(figure.text, sizeof(figure.text), value, unit);
	return figure;
}

/** @return "68.7 µs" */
static inline struct ovr_figure
ovr_figure_time(uint64_t ns)
{
	struct ovr_figure figure = { "" };

	ovr_units_print_time(figure.text, sizeof(figure.text), ns);
	return figure;
}

/** @return "2025-01-31T12:00:00.250Z": @p ns since 1970, cut to milliseconds */
static inline struct ovr_figure
ovr_figure_utc(uint64_t ns)
{
	struct ovr_figure figure = { "" };
	time_t seconds = (time_t)(ns / 1000000000u);
	struct tm tm;
	size_t n = gmtime_r(&seconds, &tm) == NULL
		? 0
		: strftime(figure.text, sizeof(figure.text), "%Y-%m-%dT%H:%M:%S", &tm);

	snprintf(figure.text + n, sizeof(figure.text) - n, ".%03uZ", (unsigned int)(ns / 1000000u % 1000u));
	return figure;
}

/** @return @p n per second over @p ns; 0 over no time */
static inline double
ovr_figure_rate(uint64_t n, uint64_t ns)
{
	return ns == 0 ? 0.0 : (double)n * 1e9 / (double)ns;
}

/** @return "" for one, "s" for any other number */
static inline const char *
ovr_figure_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
