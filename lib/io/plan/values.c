/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/values.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "plan/text.h"

/* The member that a row is about. */
static void *
member_of(const struct ovr_plan_row *row, struct ovr_plan *plan)
{
	return (char *)plan + row->offset;
}

static const void *
const_member_of(const struct ovr_plan_row *row, const struct ovr_plan *plan)
{
	return (const char *)plan + row->offset;
}

static const char *
print_number(char *buf, size_t size, uint64_t value)
{
	snprintf(buf, size, "%" PRIu64, value);
	return buf;
}

static const char *
print_word(char *buf, size_t size, const char *word)
{
	snprintf(buf, size, "%s", word);
	return buf;
}

OVR_PLAN_PARSE(u8)
{
	uint64_t value;
	int rc = ovr_units_parse_u64(row->key, text, row->min, row->max, &value, err);

	if (rc == 0)
		*(uint8_t *)member_of(row, plan) = (uint8_t)value;
	return rc;
}

OVR_PLAN_PRINT(u8)
{
	return print_number(buf, size, *(const uint8_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(u16)
{
	uint64_t value;
	int rc = ovr_units_parse_u64(row->key, text, row->min, row->max, &value, err);

	if (rc == 0)
		*(uint16_t *)member_of(row, plan) = (uint16_t)value;
	return rc;
}

OVR_PLAN_PRINT(u16)
{
	return print_number(buf, size, *(const uint16_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(u32)
{
	uint64_t value;
	int rc = ovr_units_parse_u64(row->key, text, row->min, row->max, &value, err);

	if (rc == 0)
		*(uint32_t *)member_of(row, plan) = (uint32_t)value;
	return rc;
}

OVR_PLAN_PRINT(u32)
{
	return print_number(buf, size, *(const uint32_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(u64)
{
	return ovr_units_parse_u64(row->key, text, row->min, row->max, member_of(row, plan), err);
}

OVR_PLAN_PRINT(u64)
{
	return print_number(buf, size, *(const uint64_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(auto_u32)
{
	if (strcmp(text, "auto") == 0) {
		*(uint32_t *)member_of(row, plan) = 0;
		return 0;
	}
	return ovr_plan_parse_u32(row, text, plan, err);
}

OVR_PLAN_PRINT(auto_u32)
{
	if (*(const uint32_t *)const_member_of(row, plan) == 0)
		return print_word(buf, size, "auto");
	return ovr_plan_print_u32(row, plan, buf, size);
}

OVR_PLAN_PARSE(limit)
{
	if (strcmp(text, "none") == 0) {
		*(uint64_t *)member_of(row, plan) = 0;
		return 0;
	}
	return ovr_plan_parse_u64(row, text, plan, err);
}

OVR_PLAN_PRINT(limit)
{
	if (*(const uint64_t *)const_member_of(row, plan) == 0)
		return print_word(buf, size, "none");
	return ovr_plan_print_u64(row, plan, buf, size);
}

OVR_PLAN_PARSE(power)
{
	uint64_t value;
	int rc;

	if (strcmp(text, "auto") == 0) {
		*(uint32_t *)member_of(row, plan) = 0;
		return 0;
	}
	rc = ovr_units_parse_u64(row->key, text, row->min, row->max, &value, err);
	if (rc != 0)
		return rc;
	if ((value & (value - 1)) != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: a power of two from %" PRIu64 " to %" PRIu64
			", or auto",
			row->key, text, row->min, row->max);
	*(uint32_t *)member_of(row, plan) = (uint32_t)value;
	return 0;
}

OVR_PLAN_PARSE(duration)
{
	char min[OVR_UNITS_TEXT_BYTES];
	char max[OVR_UNITS_TEXT_BYTES];
	uint64_t ns;
	int rc = ovr_units_parse_duration_ns(row->key, text, &ns, err);

	if (rc != 0)
		return rc;
	if (ns < row->min || ns > row->max)
		return ovr_err_set(err, -ERANGE, "%s: found \"%.80s\", accepted: %s to %s", row->key, text,
			ovr_units_print_duration_ns(min, sizeof(min), row->min),
			ovr_units_print_duration_ns(max, sizeof(max), row->max));
	*(uint64_t *)member_of(row, plan) = ns;
	return 0;
}

OVR_PLAN_PRINT(duration)
{
	return ovr_units_print_duration_ns(buf, size, *(const uint64_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(time)
{
	uint64_t *ns = member_of(row, plan);

	if (strcmp(text, "auto") == 0)
		*ns = OVR_PLAN_TIME_AUTO;
	else if (strcmp(text, "none") == 0)
		*ns = 0;
	else
		return ovr_plan_parse_duration(row, text, plan, err);
	return 0;
}

OVR_PLAN_PRINT(time)
{
	uint64_t ns = *(const uint64_t *)const_member_of(row, plan);

	if (ns == OVR_PLAN_TIME_AUTO)
		return print_word(buf, size, "auto");
	if (ns == 0)
		return print_word(buf, size, "none");
	return ovr_units_print_duration_ns(buf, size, ns);
}

/* 0 is no duration of these rows: it stands for auto until the plan is frozen. */
OVR_PLAN_PARSE(auto_duration)
{
	if (strcmp(text, "auto") != 0)
		return ovr_plan_parse_duration(row, text, plan, err);
	*(uint64_t *)member_of(row, plan) = 0;
	return 0;
}

OVR_PLAN_PRINT(auto_duration)
{
	uint64_t ns = *(const uint64_t *)const_member_of(row, plan);

	return ns == 0 ? print_word(buf, size, "auto") : ovr_units_print_duration_ns(buf, size, ns);
}

OVR_PLAN_PARSE(rate)
{
	return ovr_units_parse_rate(row->key, text, member_of(row, plan), err);
}

OVR_PLAN_PRINT(rate)
{
	return ovr_units_print_rate(buf, size, const_member_of(row, plan));
}

OVR_PLAN_PARSE(rate_or_word)
{
	struct ovr_rate rate = { .unit = OVR_RATE_PPS, .value = 0 };
	int rc = strcmp(text, row->fallback) == 0 ? 0 : ovr_units_parse_rate(row->key, text, &rate, err);

	if (rc == 0)
		*(struct ovr_rate *)member_of(row, plan) = rate;
	return rc;
}

OVR_PLAN_PRINT(rate_or_word)
{
	const struct ovr_rate *rate = const_member_of(row, plan);

	return rate->value == 0 ? print_word(buf, size, row->fallback)
				: ovr_units_print_rate(buf, size, rate);
}

OVR_PLAN_PARSE(service)
{
	struct ovr_rate rate = { .unit = OVR_RATE_PPS, .value = 0 };
	int rc = strcmp(text, "none") == 0 ? 0 : ovr_units_parse_rate(row->key, text, &rate, err);

	if (rc != 0 || rate.unit != OVR_RATE_PPS)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: none, or frames per second up to 10gpps, as in 5mpps",
			row->key, text);
	*(struct ovr_rate *)member_of(row, plan) = rate;
	return 0;
}

OVR_PLAN_PRINT(service)
{
	const struct ovr_rate *rate = const_member_of(row, plan);

	return rate->value == 0 ? print_word(buf, size, "none") : ovr_units_print_rate(buf, size, rate);
}

OVR_PLAN_PARSE(share)
{
	return ovr_units_parse_share_ppb(row->key, text, member_of(row, plan), err);
}

OVR_PLAN_PRINT(share)
{
	return ovr_units_print_share_ppb(buf, size, *(const uint32_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(level)
{
	char min[OVR_UNITS_TEXT_BYTES], max[OVR_UNITS_TEXT_BYTES];
	uint32_t ppb = 0;
	int rc = ovr_units_parse_share_ppb(row->key, text, &ppb, err);

	if (rc == 0 && (ppb < row->min || ppb > row->max))
		return ovr_err_set(err, -ERANGE, "%s: found \"%.80s\", accepted: %s to %s", row->key, text,
			ovr_units_print_share_ppb(min, sizeof(min), (uint32_t)row->min),
			ovr_units_print_share_ppb(max, sizeof(max), (uint32_t)row->max));
	if (rc == 0)
		*(uint32_t *)member_of(row, plan) = ppb;
	return rc;
}

OVR_PLAN_PARSE(factor)
{
	uint64_t ppm;
	int rc = ovr_units_parse_factor_ppm(row->key, text, row->min, row->max, &ppm, err);

	if (rc == 0)
		*(uint32_t *)member_of(row, plan) = (uint32_t)ppm;
	return rc;
}

OVR_PLAN_PRINT(factor)
{
	return ovr_units_print_factor_ppm(buf, size, *(const uint32_t *)const_member_of(row, plan));
}

OVR_PLAN_PARSE(line)
{
	if (strcmp(text, "auto") == 0) {
		*(uint64_t *)member_of(row, plan) = 0;
		return 0;
	}
	return ovr_units_parse_line_bps(row->key, text, member_of(row, plan), err);
}

OVR_PLAN_PRINT(line)
{
	uint64_t bps = *(const uint64_t *)const_member_of(row, plan);

	return bps == 0 ? print_word(buf, size, "auto") : ovr_units_print_line_bps(buf, size, bps);
}

OVR_PLAN_PARSE(choice)
{
	const char *word = row->metavar;

	for (unsigned int value = 0;; value++) {
		size_t n = strcspn(word, "|");

		if (strlen(text) == n && memcmp(text, word, n) == 0) {
			memcpy(member_of(row, plan), &value, sizeof(value));
			return 0;
		}
		if (word[n] == '\0')
			break;
		word += n + 1;
	}
	return ovr_err_set(err, -EINVAL, "%s: found \"%.80s\", accepted: %s", row->key, text, row->metavar);
}

OVR_PLAN_PRINT(choice)
{
	const char *word = row->metavar;
	unsigned int value;

	memcpy(&value, const_member_of(row, plan), sizeof(value));
	for (; value > 0; value--)
		word += strcspn(word, "|") + 1;
	snprintf(buf, size, "%.*s", (int)strcspn(word, "|"), word);
	return buf;
}

OVR_PLAN_PARSE(boolean)
{
	static const char *const yes[] = { "true", "yes", "on" };
	static const char *const no[] = { "false", "no", "off" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(text, yes[i]) == 0) {
			*(bool *)member_of(row, plan) = true;
			return 0;
		}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (strcasecmp(text, no[i]) == 0) {
			*(bool *)member_of(row, plan) = false;
			return 0;
		}
	return ovr_err_set(err, -EINVAL, "%s: found \"%.80s\", accepted: true or false", row->key, text);
}

OVR_PLAN_PRINT(boolean)
{
	return print_word(buf, size, *(const bool *)const_member_of(row, plan) ? "true" : "false");
}

OVR_PLAN_PARSE(file)
{
	size_t n = strlen(text);
	char *path = member_of(row, plan);

	if (n >= OVR_PLAN_PATH_BYTES)
		return ovr_err_set(err, -ERANGE, "%s: found a name of %zu bytes, accepted: at most %d",
			row->key, n, OVR_PLAN_PATH_BYTES - 1);
	if (n == 0 || !ovr_plan_text_is_printable(text))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: none, or a file name in printable UTF-8", row->key,
			text);
	memset(path, 0, OVR_PLAN_PATH_BYTES);
	if (strcmp(text, "none") != 0)
		memcpy(path, text, n);
	return 0;
}

OVR_PLAN_PRINT(file)
{
	const char *path = const_member_of(row, plan);

	return print_word(buf, size, path[0] != '\0' ? path : "none");
}

OVR_PLAN_PARSE(trial_id)
{
	uint32_t id = 0;
	uint64_t decimal;
	size_t n = strncmp(text, "0x", 2) == 0 ? strspn(text + 2, "0123456789abcdefABCDEF") : 0;

	if (n > 0 && n <= 8 && text[2 + n] == '\0')
		sscanf(text + 2, "%8" SCNx32, &id);
	else if (ovr_units_parse_u64(row->key, text, 1, UINT32_MAX, &decimal, NULL) == 0)
		id = (uint32_t)decimal;
	if (id == 0 && strcmp(text, "auto") != 0)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: auto, or a number from 1 to 0xffffffff", row->key,
			text);
	*(uint32_t *)member_of(row, plan) = id;
	return 0;
}

OVR_PLAN_PRINT(trial_id)
{
	uint32_t id = *(const uint32_t *)const_member_of(row, plan);

	if (id == 0)
		return print_word(buf, size, "auto");
	snprintf(buf, size, "0x%08" PRIx32, id);
	return buf;
}
