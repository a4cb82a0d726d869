/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing by rows; json_read.c reads by them. */
#include "report/json_rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/json_parts.h"
#include "report/json_put.h"

static uint64_t
count_at(const char *member, size_t size)
{
	switch (size) {
	case sizeof(uint16_t):
		return *(const uint16_t *)(const void *)member;
	case sizeof(uint32_t):
		return *(const uint32_t *)(const void *)member;
	default:
		return *(const uint64_t *)(const void *)member;
	}
}

static int64_t
whole_at(const char *member, size_t size)
{
	switch (size) {
	case sizeof(int16_t):
		return *(const int16_t *)(const void *)member;
	case sizeof(int32_t):
		return *(const int32_t *)(const void *)member;
	default:
		return *(const int64_t *)(const void *)member;
	}
}

static double
real_at(const char *member)
{
	return *(const double *)(const void *)member;
}

/* An enumeration's value, or a bool. */
static int
value_at(const char *member, size_t size)
{
	return size == sizeof(bool) ? *(const bool *)member : *(const int *)(const void *)member;
}

static bool
is_real(const struct ovr_json_row *row)
{
	return row->kind == OVR_JSON_REAL || row->kind == OVR_JSON_AMOUNT || row->kind == OVR_JSON_RATIO;
}

static bool
is_zero(const struct ovr_json_row *row, const char *member)
{
	if (row->kind == OVR_JSON_TEXT)
		return member[0] == '\0';
	return is_real(row) ? !(real_at(member) > 0) : count_at(member, row->size) == 0;
}

static bool
is_set(const struct ovr_json_row *row, const struct ovr_json_at *at)
{
	const char *flag = (const char *)at->object + row->flag;
	bool is_set = false;

	for (size_t i = 0; i < row->flag_size; i++)
		is_set |= flag[i] != 0;
	return is_set;
}

static bool
is_null(const struct ovr_json_row *row, const struct ovr_json_at *at)
{
	if (row->is_known != NULL)
		return !row->is_known(at);
	switch (row->null) {
	case OVR_JSON_NULL_IF_ZERO:
		return is_zero(row, at->member);
	case OVR_JSON_NULL_IF_NEGATIVE:
		return whole_at(at->member, row->size) < 0;
	case OVR_JSON_NULL_UNLESS:
		return !is_set(row, at);
	case OVR_JSON_NULL_IF:
		return is_set(row, at);
	case OVR_JSON_NEVER_NULL:
	case OVR_JSON_NULL_IF_NONE: /* its own kind says so */
	case OVR_JSON_NULL_IF_SO:
		break;
	}
	return false;
}

const char *
ovr_json_name_of(const struct ovr_json_names *names, int value)
{
	if (value < names->first || value >= names->n)
		return NULL;
	return names->name != NULL ? names->name(value) : names->text[value];
}

json_t *
ovr_json_name(const struct ovr_json_names *names, int value)
{
	const char *name = ovr_json_name_of(names, value);

	return name == NULL ? json_null() : ovr_json_text(name);
}

static json_t *
id_of(const char *member)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%08x", *(const uint32_t *)(const void *)member);
	return json_string(text);
}

static json_t *
mac_of(const char *member)
{
	const uint8_t *mac = (const uint8_t *)member;
	char text[18];

	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
	return json_string(text);
}

static json_t *
counts_of(const struct ovr_json_row *row, const char *member)
{
	const struct ovr_json_names *names = row->names;
	size_t size = row->size / (size_t)names->n;
	json_t *object = json_object();
	int rc = 0;

	for (int value = names->first; value < names->n; value++) {
		uint64_t count = count_at(member + (size_t)value * size, size);

		if (count != 0 || !row->is_sparse)
			rc |= ovr_json_put_count(object, ovr_json_name_of(names, value), count);
	}
	return ovr_json_finish(object, rc);
}

json_t *
ovr_json_texts(const char *text, size_t n, size_t stride)
{
	json_t *list = json_array();
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		rc |= json_array_append_new(list, ovr_json_text(text + i * stride));
	return ovr_json_finish(list, rc);
}

static json_t *
exact_of(const struct ovr_json_row *row, uint64_t value)
{
	char text[24];

	if (row->null == OVR_JSON_NULL_IF_NONE && value == UINT64_MAX)
		return json_null();
	if (value <= INT64_MAX)
		return json_integer((json_int_t)value);
	snprintf(text, sizeof(text), "%" PRIu64, value);
	return json_string(text);
}

static json_t *
cells_of(const struct ovr_json_row *row, const char *member)
{
	static const struct ovr_json_row cell = { .kind = OVR_JSON_EXACT };
	const uint64_t *number = (const uint64_t *)(const void *)member;
	json_t *list = json_array();
	int rc = 0;

	for (size_t i = 0; i < row->size / sizeof(*number); i++)
		if (number[i] != 0)
			rc |= json_array_append_new(
				list, json_pack("[Io]", (json_int_t)i, exact_of(&cell, number[i])));
	return ovr_json_finish(list, rc);
}

static json_t *value_of(const struct ovr_json_row *row, const struct ovr_json_at *at);

static json_t *
tuple_of(const struct ovr_json_table *table, const char *object, const void *context)
{
	json_t *tuple = json_array();
	int rc = 0;

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_at at = { object, object + table->row[i].offset, context };

		rc |= json_array_append_new(tuple, value_of(&table->row[i], &at));
	}
	return ovr_json_finish(tuple, rc);
}

/* An element is an object, a tuple, a text or a number; lists of other things are calculated. */
static json_t *
item_of(const struct ovr_json_row *row, const char *item, const void *context)
{
	switch (row->item) {
	case OVR_JSON_TEXT:
		return ovr_json_text(item);
	case OVR_JSON_EXACT:
		return exact_of(row, count_at(item, row->item_size));
	case OVR_JSON_TUPLE:
		return tuple_of(row->table, item, context);
	default:
		return ovr_json_object(row->table, item, context);
	}
}

static json_t *
list_of(const struct ovr_json_row *row, const struct ovr_json_at *at, const char *member)
{
	const char *element = row->room != 0 ? member : *(const char *const *)(const void *)member;
	size_t n = count_at((const char *)at->object + row->n_offset, row->n_size);
	json_t *list = json_array();
	int rc = 0;

	if (row->room != 0 && n > row->room)
		n = row->room;
	for (size_t i = 0; i < n; i++, element += row->item_size)
		if (row->is_listed == NULL || row->is_listed(element))
			rc |= json_array_append_new(
				list, item_of(row, element + row->item_offset, at->context));
	return ovr_json_finish(list, rc);
}

static json_t *
kept(const struct ovr_json_row *row, const struct ovr_json_at *at, const char *member)
{
	if (row->is_pointer)
		member = *(const char *const *)(const void *)member;
	if (member == NULL)
		return json_null();
	switch (row->kind) {
	case OVR_JSON_OBJECT:
		return ovr_json_object(row->table, member, at->context);
	case OVR_JSON_LIST:
		return list_of(row, at, member);
	case OVR_JSON_TEXT:
		return ovr_json_text(member);
	case OVR_JSON_STRING:
		return ovr_json_text(*(const char *const *)(const void *)member);
	case OVR_JSON_CONSTANT:
		return json_integer(row->max);
	case OVR_JSON_FIXED:
		return json_string(row->fixed);
	case OVR_JSON_NAME:
		return ovr_json_name(row->names, value_at(member, row->size));
	case OVR_JSON_BOOL:
		return json_boolean(*(const bool *)member);
	case OVR_JSON_COUNT:
		return ovr_json_count(count_at(member, row->size));
	case OVR_JSON_WHOLE:
		return json_integer(whole_at(member, row->size));
	case OVR_JSON_EXACT:
		return exact_of(row, count_at(member, row->size));
	case OVR_JSON_CELLS:
		return cells_of(row, member);
	case OVR_JSON_REAL:
	case OVR_JSON_AMOUNT:
	case OVR_JSON_RATIO:
		return ovr_json_real(real_at(member));
	case OVR_JSON_SHARE:
		return ovr_json_ratio(count_at(member, row->size),
			count_at((const char *)at->object + row->whole, row->size));
	case OVR_JSON_COUNTS:
		return counts_of(row, member);
	case OVR_JSON_ID:
		return id_of(member);
	case OVR_JSON_MAC:
		return mac_of(member);
	case OVR_JSON_PLAN:
		return ovr_json_plan((const struct ovr_plan *)(const void *)member);
	case OVR_JSON_PAIRS:
	case OVR_JSON_SHARES:
	case OVR_JSON_TUPLE:
		break;
	}
	return NULL;
}

static json_t *
value_of(const struct ovr_json_row *row, const struct ovr_json_at *at)
{
	if (is_null(row, at))
		return json_null();
	return row->value != NULL ? row->value(at) : kept(row, at, at->member);
}

json_t *
ovr_json_object(const struct ovr_json_table *table, const void *object, const void *context)
{
	json_t *written = json_object();
	int rc = 0;

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];
		const struct ovr_json_at at = { object, (const char *)object + row->offset, context };
		json_t *value;

		if (row->is_there != NULL && !row->is_there(&at))
			continue;
		value = value_of(row, &at);
		if (row->key != NULL) {
			rc |= json_object_set_new(written, row->key, value);
			continue;
		}
		rc |= json_object_update(written, value);
		json_decref(value);
	}
	return ovr_json_finish(written, rc);
}

json_t *
ovr_json_list(const struct ovr_json_table *table, const void *first, size_t n, const void *context)
{
	const char *object = first;
	json_t *list = json_array();
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		rc |= json_array_append_new(list, ovr_json_object(table, object + i * table->size, context));
	return ovr_json_finish(list, rc);
}
