/* SPDX-License-Identifier: BSD-3-Clause */
#include <math.h>

#include "ledger/ledger.h"
#include "page/view.h"
#include "report/why.h"

/* Beyond this a double is no time or count that anything was measured with. */
#define REAL_MAX 1e18

const json_t *
ovr_get(const json_t *root, const char *path)
{
	const json_t *value = root == NULL ? NULL : ovr_saved_at(root, path);

	return json_is_null(value) ? NULL : value;
}

uint64_t
ovr_get_count(const json_t *root, const char *path)
{
	json_int_t value = json_integer_value(ovr_get(root, path));

	return value < 0 ? 0 : (uint64_t)value;
}

int64_t
ovr_get_whole(const json_t *root, const char *path)
{
	return json_integer_value(ovr_get(root, path));
}

static const struct ovr_view_text unknown = { "unknown" };

struct ovr_view_text
ovr_view_count(uint64_t value)
{
	struct ovr_view_text text = { "" };

	ovr_units_print_count(text.text, sizeof(text.text), value);
	return text;
}

struct ovr_view_text
ovr_view_signed(int64_t value)
{
	struct ovr_view_text text = { "" };

	ovr_units_print_signed(text.text, sizeof(text.text), value);
	return text;
}

struct ovr_view_text
ovr_view_si(double value, const char *unit)
{
	struct ovr_view_text text = { "" };

	if (!isfinite(value) || fabs(value) > REAL_MAX)
		return unknown;
	ovr_units_print_si(text.text, sizeof(text.text), value, unit);
	return text;
}

struct ovr_view_text
ovr_view_time(double ns)
{
	struct ovr_view_text text = { "" };

	if (!isfinite(ns) || ns < 0 || ns > REAL_MAX)
		return unknown;
	ovr_units_print_time(text.text, sizeof(text.text), (uint64_t)llround(ns));
	return text;
}

struct ovr_view_text
ovr_view_share(uint64_t part, uint64_t whole)
{
	struct ovr_view_text text = { "" };

	if (whole == 0)
		return unknown;
	ovr_ledger_print_ratio(text.text, sizeof(text.text), part, whole);
	return text;
}

struct ovr_view_text
ovr_view_ratio(double ratio)
{
	struct ovr_view_text text = { "" };
	double percent = ratio * 100.0;

	if (!isfinite(percent) || fabs(percent) > 1e9)
		return unknown;
	if (percent != 0 && fabs(percent) < 0.001)
		snprintf(text.text, sizeof(text.text), "%.2e %%", percent);
	else
		snprintf(text.text, sizeof(text.text), "%.3f %%", percent);
	return text;
}

struct ovr_view_text
ovr_view_count_at(const json_t *root, const char *path)
{
	return json_is_integer(ovr_get(root, path)) ? ovr_view_signed(ovr_get_whole(root, path)) : unknown;
}

/* The ends of a range: those of the key itself where it has none. */
static void
find_ends(const json_t *root, const char *key, char min[64], char max[64])
{
	snprintf(min, 64, "%.50s_min", key);
	snprintf(max, 64, "%.50s_max", key);
	if (ovr_get(root, max) == NULL) {
		snprintf(min, 64, "%.50s", key);
		snprintf(max, 64, "%.50s", key);
	}
}

struct ovr_view_text
ovr_view_range_at(const json_t *root, const char *key)
{
	char min[64], max[64];
	struct ovr_view_text text;

	find_ends(root, key, min, max);
	text = ovr_view_count_at(root, max);
	if (ovr_get_whole(root, min) != ovr_get_whole(root, max))
		snprintf(text.text, sizeof(text.text), "%.30s … %.30s", ovr_view_count_at(root, min).text,
			ovr_view_count_at(root, max).text);
	return text;
}

const char *
ovr_view_why_unexplained(const json_t *root, const char *key)
{
	char min[64], max[64];

	find_ends(root, key, min, max);
	return ovr_report_why_unexplained(ovr_get_whole(root, max));
}

struct ovr_view_text
ovr_view_rounded_at(const json_t *root, const char *path)
{
	double value = ovr_saved_real(root, path);

	return isfinite(value) && fabs(value) < REAL_MAX ? ovr_view_signed((int64_t)llround(value)) : unknown;
}

struct ovr_view_text
ovr_view_si_at(const json_t *root, const char *path, const char *unit)
{
	return ovr_view_si(ovr_saved_real(root, path), unit);
}

struct ovr_view_text
ovr_view_time_at(const json_t *root, const char *path)
{
	return ovr_view_time(ovr_saved_real(root, path));
}
