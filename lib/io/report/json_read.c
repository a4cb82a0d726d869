/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading by rows: the other way of json_rows.c. */
#include "report/json_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lasting.h"
#include "base/plain.h"

static int read_object(
	const struct ovr_json_table *table, const json_t *object, char *ret_object, const char **ret_key);

/* Whether a value can be read back: what is only calculated cannot, nor what has no owner. */
static bool
is_kept(const struct ovr_json_row *row)
{
	if (row->kind == OVR_JSON_SHARE || row->kind == OVR_JSON_CONSTANT || row->kind == OVR_JSON_PLAN ||
		row->is_listed != NULL)
		return false;
	if ((row->kind == OVR_JSON_STRING && !row->is_lasting) || (row->is_pointer && !row->is_owned))
		return false;
	return row->value == NULL || row->size != 0;
}

/* Keep a whole number: a narrow member has its low bytes, wherever those stand. */
static void
keep_whole(char *member, size_t size, uint64_t whole)
{
	if (size == sizeof(uint16_t))
		*(uint16_t *)(void *)member = (uint16_t)whole;
	else if (size == sizeof(uint32_t))
		*(uint32_t *)(void *)member = (uint32_t)whole;
	else
		*(uint64_t *)(void *)member = whole;
}

/* Whole numbers from 0 to what the member can hold; of one that may be -1, to half of that. */
static int
read_count(const json_t *value, bool is_signed, char *member, size_t size)
{
	uint64_t max = UINT64_MAX >> (64 - 8 * size);
	json_int_t count = json_integer_value(value);

	if (!json_is_integer(value) || count < 0 || (uint64_t)count > (is_signed ? max / 2 : max))
		return -EINVAL;
	keep_whole(member, size, (uint64_t)count);
	return 0;
}

/* A whole number, or beyond 2^63 the text of its digits. */
static int
read_exact(const json_t *value, char *member, size_t size)
{
	const char *text = json_string_value(value);
	char *end;
	uint64_t number;

	if (text == NULL)
		return read_count(value, false, member, size);
	errno = 0;
	number = strtoull(text, &end, 10);
	if (text[0] < '1' || text[0] > '9' || *end != '\0' || errno != 0 || number <= INT64_MAX ||
		size != sizeof(number))
		return -EINVAL;
	keep_whole(member, size, number);
	return 0;
}

static int
read_cells(const json_t *list, char *member, size_t size)
{
	size_t n = size / sizeof(uint64_t), next = 0;
	int rc = json_is_array(list) ? 0 : -EINVAL;

	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		const json_t *cell = json_array_get(list, i);
		json_int_t at = json_integer_value(json_array_get(cell, 0));

		if (json_array_size(cell) != 2 || !json_is_integer(json_array_get(cell, 0)) ||
			at < (json_int_t)next || at >= (json_int_t)n)
			return -EINVAL;
		next = (size_t)at + 1;
		rc = read_exact(
			json_array_get(cell, 1), member + (size_t)at * sizeof(uint64_t), sizeof(uint64_t));
	}
	return rc;
}

/* Another host may have written it: it becomes one line of a report, and commands no terminal. */
static int
read_text(const json_t *value, char *member, size_t size)
{
	if (!json_is_string(value) || json_string_length(value) >= size)
		return -EINVAL;
	memcpy(member, json_string_value(value), json_string_length(value) + 1);
	ovr_plain(member);
	return 0;
}

static int
read_real(const json_t *value, char *member)
{
	if (!json_is_number(value))
		return -EINVAL;
	*(double *)(void *)member = json_number_value(value);
	return 0;
}

static int
read_bool(const json_t *value, char *member)
{
	if (!json_is_boolean(value))
		return -EINVAL;
	*(bool *)member = json_is_true(value);
	return 0;
}

static void
keep_value(char *member, size_t size, int value)
{
	if (size == sizeof(bool))
		*(bool *)member = value != 0;
	else
		*(int *)(void *)member = value;
}

static int
read_name(const struct ovr_json_row *row, const json_t *name, char *member)
{
	for (int value = row->names->first; json_is_string(name) && value < row->names->n; value++)
		if (strcmp(json_string_value(name), ovr_json_name_of(row->names, value)) == 0) {
			keep_value(member, row->size, value);
			return 0;
		}
	return -EINVAL;
}

static int
read_counts(const struct ovr_json_row *row, const json_t *counts, char *member)
{
	const struct ovr_json_names *names = row->names;
	size_t size = row->size / (size_t)names->n;
	int rc = json_is_object(counts) ? 0 : -EINVAL;

	for (int value = names->first; rc == 0 && value < names->n; value++) {
		const json_t *count = json_object_get(counts, ovr_json_name_of(names, value));

		if (count != NULL || !row->is_sparse)
			rc = read_count(count, false, member + (size_t)value * size, size);
	}
	return rc;
}

static int
read_fixed(const json_t *value, const char *fixed)
{
	return json_is_string(value) && strcmp(json_string_value(value), fixed) == 0 ? 0 : -EINVAL;
}

static int
read_id(const json_t *value, char *member)
{
	unsigned int id;
	int n = 0;

	if (!json_is_string(value) || sscanf(json_string_value(value), "0x%8x%n", &id, &n) != 1 ||
		json_string_value(value)[n] != '\0')
		return -EINVAL;
	*(uint32_t *)(void *)member = id;
	return 0;
}

static int
read_mac(const json_t *value, char *member)
{
	uint8_t *mac = (uint8_t *)member;
	int n = 0;

	if (!json_is_string(value) ||
		sscanf(json_string_value(value), "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1],
			&mac[2], &mac[3], &mac[4], &mac[5], &n) != 6 ||
		json_string_value(value)[n] != '\0')
		return -EINVAL;
	return 0;
}

static int read_tuple(
	const struct ovr_json_table *table, const json_t *tuple, char *ret_object, const char **ret_key);

static int
read_item(const struct ovr_json_row *row, const json_t *item, char *member, const char **ret_key)
{
	switch (row->item) {
	case OVR_JSON_TEXT:
		return read_text(item, member, row->item_size);
	case OVR_JSON_EXACT:
		return read_exact(item, member, row->item_size);
	case OVR_JSON_TUPLE:
		return read_tuple(row->table, item, member, ret_key);
	default:
		return read_object(row->table, item, member, ret_key);
	}
}

static int
read_items(const struct ovr_json_row *row, const json_t *list, char *first, const char **ret_key)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++)
		rc = read_item(
			row, json_array_get(list, i), first + i * row->item_size + row->item_offset, ret_key);
	return rc;
}

/* Its elements go into the array, or into memory of their own. */
static int
read_list(const struct ovr_json_row *row, const json_t *list, char *object, const char **ret_key)
{
	size_t n = json_array_size(list);
	char *first = object + row->offset;

	if (!json_is_array(list) || (row->room != 0 && n > row->room) ||
		n > UINT64_MAX >> (64 - 8 * row->n_size))
		return -EINVAL;
	if (row->room == 0 && n != 0) {
		char *made = calloc(n, row->item_size);

		if (made == NULL)
			return -ENOMEM;
		*(char **)(void *)first = made;
		first = made;
	}
	keep_whole(object + row->n_offset, row->n_size, n);
	return read_items(row, list, first, ret_key);
}

static int
read_owned(const struct ovr_json_row *row, const json_t *value, char *member, const char **ret_key)
{
	char *made = calloc(1, row->table->size);

	if (made == NULL)
		return -ENOMEM;
	*(char **)(void *)member = made;
	return read_object(row->table, value, made, ret_key);
}

static int
read_lasting(const json_t *value, char *member)
{
	if (!json_is_string(value))
		return -EINVAL;
	*(const char **)(void *)member = ovr_lasting(json_string_value(value));
	return 0;
}

static int
read_known(const struct ovr_json_row *row, const json_t *value, char *object, const char **ret_key)
{
	char *member = object + row->offset;

	switch (row->kind) {
	case OVR_JSON_OBJECT:
		return row->is_owned ? read_owned(row, value, member, ret_key)
				     : read_object(row->table, value, member, ret_key);
	case OVR_JSON_LIST:
		return read_list(row, value, object, ret_key);
	case OVR_JSON_TEXT:
		return read_text(value, member, row->size);
	case OVR_JSON_FIXED:
		return read_fixed(value, row->fixed);
	case OVR_JSON_NAME:
		return read_name(row, value, member);
	case OVR_JSON_BOOL:
		return read_bool(value, member);
	case OVR_JSON_COUNT:
		return read_count(value, row->null == OVR_JSON_NULL_IF_NEGATIVE, member, row->size);
	case OVR_JSON_WHOLE:
		if (!json_is_integer(value))
			return -EINVAL;
		keep_whole(member, row->size, (uint64_t)json_integer_value(value));
		return 0;
	case OVR_JSON_EXACT:
		return read_exact(value, member, row->size);
	case OVR_JSON_CELLS:
		return read_cells(value, member, row->size);
	case OVR_JSON_REAL:
	case OVR_JSON_AMOUNT:
	case OVR_JSON_RATIO:
		return read_real(value, member);
	case OVR_JSON_COUNTS:
		return read_counts(row, value, member);
	case OVR_JSON_ID:
		return read_id(value, member);
	case OVR_JSON_MAC:
		return read_mac(value, member);
	case OVR_JSON_STRING:
		return read_lasting(value, member);
	case OVR_JSON_CONSTANT:
	case OVR_JSON_SHARE:
	case OVR_JSON_PAIRS:
	case OVR_JSON_SHARES:
	case OVR_JSON_PLAN:
	case OVR_JSON_TUPLE:
		break;
	}
	return 0;
}

/* What null stands for. Zeroed memory has the rest. */
static int
keep_null(const struct ovr_json_row *row, char *member)
{
	switch (row->null) {
	case OVR_JSON_NULL_IF_NEGATIVE:
		keep_whole(member, row->size, UINT64_MAX);
		return 0;
	case OVR_JSON_NULL_IF_NONE:
		if (row->kind == OVR_JSON_COUNT || row->kind == OVR_JSON_EXACT)
			keep_whole(member, row->size, UINT64_MAX);
		else if (row->kind == OVR_JSON_NAME)
			keep_value(member, row->size, row->names->n);
		else
			*(double *)(void *)member = NAN;
		return 0;
	case OVR_JSON_NULL_IF_ZERO:
	case OVR_JSON_NULL_UNLESS:
	case OVR_JSON_NULL_IF:
		return 0;
	case OVR_JSON_NEVER_NULL:
	case OVR_JSON_NULL_IF_SO:
		break;
	}
	if (row->kind == OVR_JSON_RATIO)
		*(double *)(void *)member = NAN;
	return row->is_known != NULL || row->kind == OVR_JSON_RATIO || row->is_owned ? 0 : -EINVAL;
}

/* @param value NULL: there is no key */
static int
read_row(const struct ovr_json_row *row, const json_t *value, char *ret_object, const char **ret_key)
{
	if (!is_kept(row))
		return 0;
	if (value == NULL && row->is_there != NULL) {
		memcpy(ret_object + row->offset, ret_object + row->like, row->size);
		return 0;
	}
	if (value == NULL && row->is_added)
		value = json_null();
	if (row->flag_size == sizeof(bool))
		*(bool *)(ret_object + row->flag) = json_is_null(value) == (row->null == OVR_JSON_NULL_IF);
	if (json_is_null(value))
		return keep_null(row, ret_object + row->offset);
	return read_known(row, value, ret_object, ret_key);
}

/* @param[out] ret_key the key that is missing or of another kind */
static int
read_object(const struct ovr_json_table *table, const json_t *object, char *ret_object, const char **ret_key)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];
		int rc;

		*ret_key = row->key;
		rc = read_row(row, row->key == NULL ? object : json_object_get(object, row->key), ret_object,
			ret_key);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int
read_tuple(const struct ovr_json_table *table, const json_t *tuple, char *ret_object, const char **ret_key)
{
	int rc = json_array_size(tuple) == table->n_rows ? 0 : -EINVAL;

	for (size_t i = 0; rc == 0 && i < table->n_rows; i++) {
		*ret_key = table->row[i].key;
		rc = read_row(&table->row[i], json_array_get(tuple, i), ret_object, ret_key);
	}
	return rc;
}

int
ovr_json_read(const struct ovr_json_table *table, const json_t *value, void *ret_object, struct ovr_err *err)
{
	char *object = calloc(1, table->size);
	const char *key = NULL;
	int rc = object == NULL ? -ENOMEM : read_object(table, value, object, &key);

	if (rc == 0)
		memcpy(ret_object, object, table->size);
	else if (object != NULL)
		ovr_json_forget(table, object);
	free(object);
	if (rc == -ENOMEM)
		return ovr_err_set(err, rc, "%s: no memory", table->name);
	return rc == 0 ? 0
		       : ovr_err_set(err, rc,
				 "\"%s\" is missing or of another kind, accepted: what a result of this "
				 "version has",
				 key);
}

static void
forget_list(const struct ovr_json_row *row, char *object)
{
	char **made = (char **)(void *)(object + row->offset);
	char *first = row->room != 0 ? object + row->offset : *made;
	uint64_t n = row->n_size == sizeof(uint32_t) ? *(uint32_t *)(void *)(object + row->n_offset)
						     : *(uint64_t *)(void *)(object + row->n_offset);

	for (uint64_t i = 0; (row->item == OVR_JSON_OBJECT || row->item == OVR_JSON_TUPLE) && i < n; i++)
		ovr_json_forget(row->table, first + i * row->item_size + row->item_offset);
	if (row->room == 0) {
		free(first);
		*made = NULL;
	}
}

static void
forget_owned(const struct ovr_json_row *row, char *member)
{
	char **made = (char **)(void *)member;

	if (*made != NULL)
		ovr_json_forget(row->table, *made);
	free(*made);
	*made = NULL;
}

void
ovr_json_forget(const struct ovr_json_table *table, void *object)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];

		if (!is_kept(row))
			continue;
		if (row->kind == OVR_JSON_LIST)
			forget_list(row, object);
		else if (row->is_owned)
			forget_owned(row, (char *)object + row->offset);
		else if (row->kind == OVR_JSON_OBJECT)
			ovr_json_forget(row->table, (char *)object + row->offset);
	}
}
