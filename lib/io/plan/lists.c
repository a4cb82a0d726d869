/* SPDX-License-Identifier: BSD-3-Clause */
#include "plan/values.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

/* The longest value of a list. */
#define ITEM_BYTES 128

/* Whether a comma belongs to the value before it, from what follows. */
static bool
goes_on(const char *after_comma)
{
	return strncmp(after_comma, "jitter=", 7) == 0;
}

/* Take the next value off a list. @return 0; -EINVAL: it is empty, or longer than any */
static int
next_item(const char *what, const char **text, char item[ITEM_BYTES], struct ovr_err *err)
{
	const char *end = *text;

	while (*end != '\0' && (*end != ',' || goes_on(end + 1)))
		end++;
	if (end == *text || end - *text >= ITEM_BYTES)
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%.80s\", accepted: auto, or values with a comma between two", what,
			*text);
	memcpy(item, *text, (size_t)(end - *text));
	item[end - *text] = '\0';
	/* a comma at the end is one value too few */
	*text = *end == '\0' ? end : end[1] == '\0' ? end : end + 1;
	if (**text == ',')
		return ovr_err_set(
			err, -EINVAL, "%s: found a comma after \"%s\", accepted: another value", what, item);
	return 0;
}

/* A list while it is read: values of one size, side by side. */
struct list {
	const char *what;
	char *value;
	size_t size;
	uint32_t n;
};

/* Add a value, which was made whole, padding included. */
static int
add(struct list *list, const void *value, const char *item, struct ovr_err *err)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (memcmp(list->value + i * list->size, value, list->size) == 0)
			return ovr_err_set(err, -EINVAL, "%s: found %s twice, accepted: each value once",
				list->what, item);
	if (list->n == OVR_PLAN_LIST_MAX)
		return ovr_err_set(err, -ERANGE, "%s: found more than %d values, accepted: at most these",
			list->what, OVR_PLAN_LIST_MAX);
	memcpy(list->value + list->n++ * list->size, value, list->size);
	return 0;
}

static bool
is_auto(const char *text)
{
	return strcmp(text, "auto") == 0;
}

/* Print values after one another. */
static size_t
append(char *buf, size_t size, size_t n, const char *item)
{
	if (n < size)
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n > 0 ? "," : "", item);
	return n;
}

static const char *
print_auto(char *buf, size_t size)
{
	snprintf(buf, size, "auto");
	return buf;
}

OVR_PLAN_PARSE(sizes)
{
	struct ovr_plan_sizes sizes = { .n = 0 };
	struct list list = { row->key, (char *)sizes.text, sizeof(sizes.text[0]), 0 };
	int rc = 0;

	/* §9.1 of it, for Ethernet */
	if (strcmp(text, "rfc2544") == 0)
		text = "64,128,256,512,1024,1280,1518";
	while (rc == 0 && !is_auto(text) && (*text != '\0' || list.n == 0)) {
		char item[ITEM_BYTES];
		char value[sizeof(sizes.text[0])] = "";
		struct ovr_mix mix;

		rc = next_item(row->key, &text, item, err);
		if (rc == 0)
			rc = ovr_mix_parse(row->key, item, &mix, err);
		if (rc == 0 && strlen(item) >= sizeof(value))
			rc = ovr_err_set(err, -EINVAL, "%s: found \"%s\", accepted: at most %zu characters",
				row->key, item, sizeof(value) - 1);
		if (rc == 0) {
			snprintf(value, sizeof(value), "%s", item);
			rc = add(&list, value, item, err);
		}
	}
	sizes.n = list.n;
	if (rc == 0)
		plan->sizes = sizes;
	return rc;
}

OVR_PLAN_PRINT(sizes)
{
	size_t n = 0;

	(void)row;
	for (uint32_t i = 0; i < plan->sizes.n; i++)
		n = append(buf, size, n, plan->sizes.text[i]);
	return plan->sizes.n == 0 ? print_auto(buf, size) : buf;
}

static int
compare_rings(const void *a, const void *b)
{
	uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;

	return (one > other) - (one < other);
}

/* "512", or "64..8192". */
static int
add_rings(const struct ovr_plan_row *row, char *item, struct list *list, struct ovr_err *err)
{
	char *dots = strstr(item, "..");
	uint64_t first = 0, last = 0;
	int rc;

	if (dots != NULL)
		*dots = '\0';
	if (dots != NULL && (*item == '\0' || dots[2] == '\0'))
		return ovr_err_set(err, -EINVAL,
			"%s: found \"%s..%s\", accepted: a size on either side, as in "
			"64..8192",
			row->key, item, dots + 2);
	rc = ovr_units_parse_u64(row->key, item, row->min, row->max, &first, err);
	last = first;
	if (rc == 0 && dots != NULL)
		rc = ovr_units_parse_u64(row->key, dots + 2, row->min, row->max, &last, err);
	if (rc == 0 && last < first)
		return ovr_err_set(err, -EINVAL,
			"%s: found %" PRIu64 "..%" PRIu64 ", accepted: the smaller one first", row->key,
			first, last);
	for (; rc == 0 && first <= last; first *= 2) {
		uint32_t ring = (uint32_t)first;

		snprintf(item, ITEM_BYTES, "%" PRIu64, first);
		rc = add(list, &ring, item, err);
	}
	return rc;
}

OVR_PLAN_PARSE(rings)
{
	uint32_t ring[OVR_PLAN_LIST_MAX] = { 0 };
	struct list list = { row->key, (char *)ring, sizeof(ring[0]), 0 };
	int rc = 0;

	while (rc == 0 && !is_auto(text) && (*text != '\0' || list.n == 0)) {
		char item[ITEM_BYTES];

		rc = next_item(row->key, &text, item, err);
		if (rc == 0)
			rc = add_rings(row, item, &list, err);
	}
	if (rc != 0)
		return rc;
	qsort(ring, list.n, sizeof(ring[0]), compare_rings);
	memcpy(plan->sweep.ring, ring, sizeof(ring));
	plan->sweep.n_rings = list.n;
	return 0;
}

OVR_PLAN_PRINT(rings)
{
	char item[OVR_UNITS_TEXT_BYTES];
	size_t n = 0;

	(void)row;
	for (uint32_t i = 0; i < plan->sweep.n_rings; i++) {
		snprintf(item, sizeof(item), "%" PRIu32, plan->sweep.ring[i]);
		n = append(buf, size, n, item);
	}
	return plan->sweep.n_rings == 0 ? print_auto(buf, size) : buf;
}

OVR_PLAN_PARSE(rates)
{
	struct ovr_rate rate[OVR_PLAN_LIST_MAX];
	struct list list = { row->key, (char *)rate, sizeof(rate[0]), 0 };
	int rc = 0;

	memset(rate, 0, sizeof(rate));
	while (rc == 0 && !is_auto(text) && (*text != '\0' || list.n == 0)) {
		struct ovr_rate read, value;
		char item[ITEM_BYTES];

		rc = next_item(row->key, &text, item, err);
		if (rc == 0)
			rc = ovr_units_parse_rate(row->key, item, &read, err);
		if (rc == 0) {
			memset(&value, 0, sizeof(value));
			value.unit = read.unit;
			value.value = read.value;
			rc = add(&list, &value, item, err);
		}
	}
	if (rc != 0)
		return rc;
	memcpy(plan->sweep.rate, rate, sizeof(rate));
	plan->sweep.n_rates = list.n;
	return 0;
}

OVR_PLAN_PRINT(rates)
{
	char item[OVR_UNITS_TEXT_BYTES];
	size_t n = 0;

	(void)row;
	for (uint32_t i = 0; i < plan->sweep.n_rates; i++)
		n = append(buf, size, n, ovr_units_print_rate(item, sizeof(item), &plan->sweep.rate[i]));
	return plan->sweep.n_rates == 0 ? print_auto(buf, size) : buf;
}

/* Whole numbers of 16 bits. */
static int
parse_u16s(const struct ovr_plan_row *row, const char *text, uint16_t *ret_value, uint32_t *ret_n,
	struct ovr_err *err)
{
	uint16_t value[OVR_PLAN_LIST_MAX] = { 0 };
	struct list list = { row->key, (char *)value, sizeof(value[0]), 0 };
	int rc = 0;

	while (rc == 0 && !is_auto(text) && (*text != '\0' || list.n == 0)) {
		char item[ITEM_BYTES];
		uint64_t number = 0;
		uint16_t narrow;

		rc = next_item(row->key, &text, item, err);
		if (rc == 0)
			rc = ovr_units_parse_u64(row->key, item, row->min, row->max, &number, err);
		narrow = (uint16_t)number;
		if (rc == 0)
			rc = add(&list, &narrow, item, err);
	}
	if (rc != 0)
		return rc;
	memcpy(ret_value, value, sizeof(value));
	*ret_n = list.n;
	return 0;
}

static const char *
print_u16s(const uint16_t *value, uint32_t n_values, char *buf, size_t size)
{
	char item[OVR_UNITS_TEXT_BYTES];
	size_t n = 0;

	for (uint32_t i = 0; i < n_values; i++) {
		snprintf(item, sizeof(item), "%" PRIu16, value[i]);
		n = append(buf, size, n, item);
	}
	return n_values == 0 ? print_auto(buf, size) : buf;
}

OVR_PLAN_PARSE(bursts)
{
	return parse_u16s(row, text, plan->sweep.burst, &plan->sweep.n_bursts, err);
}

OVR_PLAN_PRINT(bursts)
{
	(void)row;
	return print_u16s(plan->sweep.burst, plan->sweep.n_bursts, buf, size);
}

OVR_PLAN_PARSE(queues)
{
	return parse_u16s(row, text, plan->sweep.queues, &plan->sweep.n_queues, err);
}

OVR_PLAN_PRINT(queues)
{
	(void)row;
	return print_u16s(plan->sweep.queues, plan->sweep.n_queues, buf, size);
}

OVR_PLAN_PARSE(stalls)
{
	struct ovr_stall_plan stall[OVR_PLAN_LIST_MAX];
	struct list list = { row->key, (char *)stall, sizeof(stall[0]), 0 };
	char printed[OVR_UNITS_TEXT_BYTES * 4];
	size_t n = 0;
	int rc = 0;

	memset(stall, 0, sizeof(stall));
	while (rc == 0 && !is_auto(text) && (*text != '\0' || list.n == 0)) {
		struct ovr_stall_plan read, value;
		char item[ITEM_BYTES];

		rc = next_item(row->key, &text, item, err);
		if (rc == 0)
			rc = ovr_stall_plan_parse(row->key, item, &read, err);
		if (rc != 0)
			break;
		memset(&value, 0, sizeof(value));
		value.unread = read.unread;
		value.length_ns = read.length_ns;
		value.period_ns = read.period_ns;
		value.jitter_ppb = read.jitter_ppb;
		rc = add(&list, &value, item, err);
		n += strlen(ovr_stall_plan_print(printed, sizeof(printed), &value)) + 1;
	}
	if (rc == 0 && n > OVR_PLAN_VALUE_BYTES)
		rc = ovr_err_set(err, -ERANGE, "%s: found a list of %zu characters, accepted: at most %d",
			row->key, n, OVR_PLAN_VALUE_BYTES);
	if (rc != 0)
		return rc;
	memcpy(plan->sweep.stall, stall, sizeof(stall));
	plan->sweep.n_stalls = list.n;
	return 0;
}

OVR_PLAN_PRINT(stalls)
{
	char item[OVR_UNITS_TEXT_BYTES * 4];
	size_t n = 0;

	(void)row;
	for (uint32_t i = 0; i < plan->sweep.n_stalls; i++)
		n = append(buf, size, n, ovr_stall_plan_print(item, sizeof(item), &plan->sweep.stall[i]));
	return plan->sweep.n_stalls == 0 ? print_auto(buf, size) : buf;
}
