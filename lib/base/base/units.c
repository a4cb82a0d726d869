/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/units.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Digits that count: the largest number here has 19 of them, and the finest grain 12 decimals. */
#define DIGITS_MAX 25

/* A decimal number, exactly: digits / 10^n_decimals. */
struct decimal {
	__uint128_t digits;
	unsigned int n_decimals;
};

/* A unit, and how many grains one of it is. */
struct suffix {
	const char *text;
	uint64_t grains;
};

/* A unit of a rate. */
struct rate_suffix {
	const char *text;
	enum ovr_rate_unit unit;
	uint64_t grains;
};

static const struct suffix count_suffixes[] = {
	{ "", 1 },
	{ "k", 1000 },
	{ "m", 1000000 },
	{ "g", 1000000000 },
	{ NULL, 0 },
};

static const struct suffix duration_suffixes[] = {
	{ "ns", 1 },
	{ "us", 1000 },
	{ "\u00b5s", 1000 },
	{ "ms", 1000000 },
	{ "s", 1000000000 },
	{ "m", 60 * UINT64_C(1000000000) },
	{ "h", 3600 * UINT64_C(1000000000) },
	{ NULL, 0 },
};

static const struct suffix share_suffixes[] = {
	{ "%", 10000000 },
	{ NULL, 0 },
};

static const struct suffix line_suffixes[] = {
	{ "m", 1000000 },
	{ "g", 1000000000 },
	{ NULL, 0 },
};

static const struct rate_suffix rate_suffixes[] = {
	{ "pps", OVR_RATE_PPS, 1000 },
	{ "kpps", OVR_RATE_PPS, 1000000 },
	{ "mpps", OVR_RATE_PPS, 1000000000 },
	{ "gpps", OVR_RATE_PPS, 1000000000000 },
	{ "bps", OVR_RATE_L1_BPS, 1 },
	{ "kbps", OVR_RATE_L1_BPS, 1000 },
	{ "mbps", OVR_RATE_L1_BPS, 1000000 },
	{ "gbps", OVR_RATE_L1_BPS, 1000000000 },
	{ "tbps", OVR_RATE_L1_BPS, 1000000000000 },
	{ "bps-l1", OVR_RATE_L1_BPS, 1 },
	{ "kbps-l1", OVR_RATE_L1_BPS, 1000 },
	{ "mbps-l1", OVR_RATE_L1_BPS, 1000000 },
	{ "gbps-l1", OVR_RATE_L1_BPS, 1000000000 },
	{ "tbps-l1", OVR_RATE_L1_BPS, 1000000000000 },
	{ "bps-l2", OVR_RATE_L2_BPS, 1 },
	{ "kbps-l2", OVR_RATE_L2_BPS, 1000 },
	{ "mbps-l2", OVR_RATE_L2_BPS, 1000000 },
	{ "gbps-l2", OVR_RATE_L2_BPS, 1000000000 },
	{ "tbps-l2", OVR_RATE_L2_BPS, 1000000000000 },
	{ "%", OVR_RATE_LINE, 10000 },
	{ NULL, 0, 0 },
};

static const uint64_t line_speeds_bps[] = {
	10000000,
	100000000,
	1000000000,
	2500000000,
	5000000000,
	10000000000,
	25000000000,
	40000000000,
	50000000000,
	100000000000,
	200000000000,
	400000000000,
	800000000000,
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Read "12" or "12.5" and leave *end at what follows.
 * 0; -EINVAL: no number; -ERANGE: more digits than any number here can have.
 */
static int
read_decimal(const char *text, struct decimal *ret_decimal, const char **ret_end)
{
	struct decimal decimal = { 0, 0 };
	unsigned int n_digits = 0;
	unsigned int zeros = 0; /* of the fraction, not counted until another digit follows */
	bool in_fraction = false;

	if (!is_digit(text[0]))
		return -EINVAL;
	for (;; text++) {
		unsigned int digit;

		if (*text == '.' && !in_fraction && is_digit(text[1])) {
			in_fraction = true;
			continue;
		}
		if (!is_digit(*text))
			break;
		digit = (unsigned int)(*text - '0');
		if (in_fraction && digit == 0) {
			zeros++;
			continue;
		}
		for (; zeros > 0; zeros--) {
			decimal.n_decimals++;
			decimal.digits *= 10;
			if (decimal.digits != 0)
				n_digits++;
			if (n_digits >= DIGITS_MAX || decimal.n_decimals >= DIGITS_MAX)
				return -ERANGE;
		}
		if (in_fraction)
			decimal.n_decimals++;
		decimal.digits = decimal.digits * 10 + digit;
		if (decimal.digits != 0)
			n_digits++;
		if (n_digits > DIGITS_MAX || decimal.n_decimals > DIGITS_MAX)
			return -ERANGE;
	}
	*ret_decimal = decimal;
	*ret_end = text;
	return 0;
}

/* 0; -EDOM: not a whole number of grains; -ERANGE: beyond 64 bits. */
static int
grains_of(const struct decimal *decimal, uint64_t grains_per_unit, uint64_t *ret_value)
{
	__uint128_t divisor = 1;
	__uint128_t grains;

	for (unsigned int i = 0; i < decimal->n_decimals; i++)
		divisor *= 10;
	grains = decimal->digits * grains_per_unit;
	if (grains % divisor != 0)
		return -EDOM;
	grains /= divisor;
	if (grains > UINT64_MAX)
		return -ERANGE;
	*ret_value = (uint64_t)grains;
	return 0;
}

/* A number and nothing after it: of what, only its writer knows. */
static bool
has_no_unit(const char *text)
{
	struct decimal decimal;
	const char *end;

	return read_decimal(text, &decimal, &end) == 0 && *end == '\0';
}

/* 0 of any unit is the same. */
static bool
is_zero(const char *text)
{
	return strcmp(text, "0") == 0;
}

/* A number with a suffix of the list. 0; -EINVAL: neither; -EDOM: too fine; -ERANGE: too large. */
static int
read_quantity(const char *text, const struct suffix *suffixes, uint64_t *ret_value)
{
	struct decimal decimal;
	const char *end;
	int rc = read_decimal(text, &decimal, &end);

	if (rc != 0)
		return rc;
	for (; suffixes->text != NULL; suffixes++)
		if (strcasecmp(end, suffixes->text) == 0)
			return grains_of(&decimal, suffixes->grains, ret_value);
	return -EINVAL;
}

/* value / one as a decimal without trailing zeros, and a unit; one is a power of ten. */
static const char *
print_decimal(char *buf, size_t size, uint64_t value, uint64_t one, const char *unit)
{
	char fraction[24];
	uint64_t rest = value % one;
	size_t n = 0;

	for (uint64_t place = one / 10; rest != 0; place /= 10) {
		fraction[n++] = (char)('0' + rest / place);
		rest %= place;
	}
	fraction[n] = '\0';
	snprintf(buf, size, "%" PRIu64 "%s%s%s", value / one, n > 0 ? "." : "", fraction, unit);
	return buf;
}

int
ovr_units_parse_u64(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *ret_value,
	struct ovr_err *err)
{
	uint64_t value = 0;
	int rc = read_quantity(text, count_suffixes, &value);

	if (rc == -EINVAL || rc == -EDOM)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: a whole number from %" PRIu64 " to %" PRIu64, what,
			text, min, max);
	if (rc != 0 || value < min || value > max)
		return ovr_err_set(err, -ERANGE, "%s: found \"%.80s\", accepted: %" PRIu64 " to %" PRIu64,
			what, text, min, max);
	*ret_value = value;
	return 0;
}

int
ovr_units_parse_duration_ns(const char *what, const char *text, uint64_t *ret_ns, struct ovr_err *err)
{
	uint64_t ns = 0;
	int rc = is_zero(text) ? 0 : read_quantity(text, duration_suffixes, &ns);

	if (rc == -EINVAL && has_no_unit(text))
		return ovr_err_set(err, rc,
			"%s: found \"%.80s\" without a unit, accepted: it with ns, us, ms, s, m or h, as in "
			"%.80ss",
			what, text, text);
	if (rc == -EINVAL)
		return ovr_err_set(err, rc,
			"%s: found \"%.80s\", accepted: a number and ns, us, ms, s, m or h, as in 200us or "
			"1.5s",
			what, text);
	if (rc == -EDOM)
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: whole nanoseconds", what, text);
	if (rc != 0 || ns > INT64_MAX)
		return ovr_err_set(err, -ERANGE,
			"%s: found \"%.80s\", accepted: at most 2562047h (292 years)", what, text);
	*ret_ns = ns;
	return 0;
}

const char *
ovr_units_print_duration_ns(char *buf, size_t size, uint64_t ns)
{
	const struct suffix *longest = &duration_suffixes[0];

	if (ns == 0) {
		snprintf(buf, size, "0");
		return buf;
	}
	for (const struct suffix *s = duration_suffixes; s->text != NULL; s++)
		if (ns % s->grains == 0 && s->grains > longest->grains)
			longest = s;
	snprintf(buf, size, "%" PRIu64 "%s", ns / longest->grains, longest->text);
	return buf;
}

/* Largest value of each unit. */
static uint64_t
rate_limit(enum ovr_rate_unit unit)
{
	switch (unit) {
	case OVR_RATE_PPS:
		return UINT64_C(10000000000000);
	case OVR_RATE_L1_BPS:
	case OVR_RATE_L2_BPS:
		return UINT64_C(1000000000000);
	case OVR_RATE_LINE:
		break;
	}
	return 10000000;
}

int
ovr_units_parse_rate(const char *what, const char *text, struct ovr_rate *ret_rate, struct ovr_err *err)
{
	const struct rate_suffix *suffix = rate_suffixes;
	struct decimal decimal;
	const char *end;
	uint64_t value = 0;
	int rc = read_decimal(text, &decimal, &end);

	/* bytes, where a small b means bits: the one for the other is 8 times off */
	if (rc == 0 && strstr(end, "Bps") != NULL)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", where B means bytes; accepted: bits, as in 8mbps for 1 MB/s",
			what, text);
	if (rc == 0) {
		while (suffix->text != NULL && strcasecmp(end, suffix->text) != 0)
			suffix++;
		rc = suffix->text == NULL ? -EINVAL : grains_of(&decimal, suffix->grains, &value);
	}
	if (rc == -EINVAL && has_no_unit(text))
		return ovr_err_set(err, rc,
			"%s: found \"%.80s\" without a unit, accepted: it with pps, kpps, mpps, gpps "
			"(frames), bps, "
			"kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or %% (of the "
			"line), as "
			"in 14.88mpps or 95%%",
			what, text);
	if (rc == -EINVAL)
		return ovr_err_set(err, rc,
			"%s: found \"%.80s\", accepted: a number and pps, kpps, mpps, gpps (frames), bps, "
			"kbps, mbps, gbps (with preamble and gap; -l2 after it: without) or %% (of the "
			"line), as in 14.88mpps or 95%%",
			what, text);
	if (rc == -EDOM)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: steps of 0.001pps, 1bps or 0.0001%%", what, text);
	if (rc != 0 || value == 0 || value > rate_limit(suffix->unit))
		return ovr_err_set(err, -ERANGE,
			"%s: found \"%.80s\", accepted: above 0, at most 10gpps, 1tbps or 1000%%", what,
			text);
	*ret_rate = (struct ovr_rate){ .unit = suffix->unit, .value = value };
	return 0;
}

const char *
ovr_units_print_rate(char *buf, size_t size, const struct ovr_rate *rate)
{
	const struct rate_suffix *best = NULL;

	/*
	 * Of each unit the first rows are its canonical ones, in ascending order; the t of bit/s is
	 * not used.
	 */
	for (const struct rate_suffix *s = rate_suffixes; s->text != NULL; s++) {
		if (s->unit != rate->unit)
			continue;
		if (best != NULL && (s->grains <= best->grains || rate->value < s->grains))
			continue;
		if (s->text[0] != 't')
			best = s;
	}
	/* The L1 rows come in two spellings with the same grains: the first one wins above. */
	return print_decimal(buf, size, rate->value, best->grains, best->text);
}

int
ovr_units_parse_share_ppb(const char *what, const char *text, uint32_t *ret_ppb, struct ovr_err *err)
{
	uint64_t ppb = 0;
	int rc = is_zero(text) ? 0 : read_quantity(text, share_suffixes, &ppb);

	if (rc == -EINVAL && has_no_unit(text))
		return ovr_err_set(err, rc,
			"%s: found \"%.80s\" without a unit, accepted: a share in percent, as in %.80s%%",
			what, text, text);
	if (rc == -EINVAL)
		return ovr_err_set(err, rc, "%s: found \"%.80s\", accepted: a share in percent, as in 0.5%%",
			what, text);
	if (rc == -EDOM)
		return ovr_err_set(
			err, -EINVAL, "%s: found \"%.80s\", accepted: steps of 0.0000001%%", what, text);
	if (rc != 0 || ppb > 1000000000)
		return ovr_err_set(err, -ERANGE, "%s: found \"%.80s\", accepted: 0%% to 100%%", what, text);
	*ret_ppb = (uint32_t)ppb;
	return 0;
}

const char *
ovr_units_print_share_ppb(char *buf, size_t size, uint32_t ppb)
{
	return print_decimal(buf, size, ppb, 10000000, "%");
}

int
ovr_units_parse_factor_ppm(const char *what, const char *text, uint64_t min_ppm, uint64_t max_ppm,
	uint64_t *ret_ppm, struct ovr_err *err)
{
	static const struct suffix none[] = { { "", 1000000 }, { NULL, 0 } };
	char min[OVR_UNITS_TEXT_BYTES], max[OVR_UNITS_TEXT_BYTES];
	uint64_t ppm = 0;
	int rc = read_quantity(text, none, &ppm);

	if (rc == 0 && (ppm < min_ppm || ppm > max_ppm))
		rc = -ERANGE;
	if (rc != 0)
		return ovr_err_set(err, rc == -ERANGE ? -ERANGE : -EINVAL,
			"%s: found \"%.80s\", accepted: a factor from %s to %s, as in 1.5", what, text,
			ovr_units_print_factor_ppm(min, sizeof(min), min_ppm),
			ovr_units_print_factor_ppm(max, sizeof(max), max_ppm));
	*ret_ppm = ppm;
	return 0;
}

const char *
ovr_units_print_factor_ppm(char *buf, size_t size, uint64_t ppm)
{
	return print_decimal(buf, size, ppm, 1000000, "");
}

int
ovr_units_parse_line_bps(const char *what, const char *text, uint64_t *ret_bps, struct ovr_err *err)
{
	uint64_t bps = 0;

	if (read_quantity(text, line_suffixes, &bps) == 0)
		for (size_t i = 0; i < sizeof(line_speeds_bps) / sizeof(line_speeds_bps[0]); i++)
			if (bps == line_speeds_bps[i]) {
				*ret_bps = bps;
				return 0;
			}
	return ovr_err_set(err, -EINVAL,
		"%s: found \"%.80s\", accepted: 10M, 100M, 1G, 2.5G, 5G, 10G, 25G, 40G, 50G, 100G, 200G, "
		"400G or 800G",
		what, text);
}

const char *
ovr_units_print_line_bps(char *buf, size_t size, uint64_t bps)
{
	if (bps >= 1000000000)
		return print_decimal(buf, size, bps, 1000000000, "G");
	return print_decimal(buf, size, bps, 1000000, "M");
}

/* Digits in groups of three, after a sign. */
static const char *
print_grouped(char *buf, size_t size, const char *sign, uint64_t value)
{
	char digits[24];
	char grouped[32];
	size_t n_digits = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, value);
	size_t n = 0;

	for (size_t i = 0; i < n_digits; i++) {
		if (i > 0 && (n_digits - i) % 3 == 0)
			grouped[n++] = ',';
		grouped[n++] = digits[i];
	}
	grouped[n] = '\0';
	snprintf(buf, size, "%s%s", sign, grouped);
	return buf;
}

const char *
ovr_units_print_count(char *buf, size_t size, uint64_t value)
{
	return print_grouped(buf, size, "", value);
}

const char *
ovr_units_print_signed(char *buf, size_t size, int64_t value)
{
	/* Negated as unsigned: INT64_MIN has no positive counterpart. */
	return value < 0 ? print_grouped(buf, size, "-", -(uint64_t)value)
			 : print_grouped(buf, size, "", (uint64_t)value);
}

const char *
ovr_units_print_si(char *buf, size_t size, double value, const char *unit)
{
	static const char *const prefixes[] = { "", "k", "M", "G", "T", "P", "E" };
	size_t prefix = 0;
	double size_of = fabs(value);
	int decimals;

	/* 999.95 and more would be printed as 1000.0. */
	while (size_of >= 999.95 && prefix + 1 < sizeof(prefixes) / sizeof(prefixes[0])) {
		if (prefix == 0 && size_of < 1000 && size_of == floor(size_of))
			break;
		size_of /= 1000;
		prefix++;
	}
	if (prefix == 0 && size_of == floor(size_of))
		decimals = 0;
	else if (size_of >= 99.995)
		decimals = 1;
	else if (size_of >= 0.9995)
		decimals = 2;
	else
		decimals = 3;
	snprintf(buf, size, "%s%.*f%s%s%s", value < 0 ? "-" : "", decimals, size_of,
		prefix > 0 || unit[0] != '\0' ? " " : "", prefixes[prefix], unit);
	return buf;
}

/* Minutes or hours, where seconds have too many digits. */
static const char *
print_long_time(char *buf, size_t size, double time, const char *unit)
{
	snprintf(buf, size, time < 10 ? "%.2f %s" : "%.1f %s", time, unit);
	return buf;
}

const char *
ovr_units_print_time(char *buf, size_t size, uint64_t ns)
{
	static const char *const units[] = { "ns", "\u00b5s", "ms", "s" };
	uint64_t one = 1;
	size_t unit = 0;

	if (ns >= UINT64_C(6000000000000))
		return print_long_time(buf, size, (double)ns / 3.6e12, "h");
	if (ns >= UINT64_C(999500000000))
		return print_long_time(buf, size, (double)ns / 6e10, "min");
	/* On to the next unit where three digits of this one would be rounded up to 1000. */
	while (unit + 1 < sizeof(units) / sizeof(units[0]) && ns >= one * 1000 - one / 2) {
		one *= 1000;
		unit++;
	}
	if (unit == 0)
		snprintf(buf, size, "%" PRIu64 " %s", ns, units[unit]);
	else if (ns < one * 10 - one / 200)
		snprintf(buf, size, "%.2f %s", (double)ns / (double)one, units[unit]);
	else if (ns < one * 100 - one / 20)
		snprintf(buf, size, "%.1f %s", (double)ns / (double)one, units[unit]);
	else
		snprintf(buf, size, "%.0f %s", (double)ns / (double)one, units[unit]);
	return buf;
}
