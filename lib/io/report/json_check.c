/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_check.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan.h"

#define PATH_BYTES  192
#define FOUND_BYTES 64

/* Where a value stands: a key of an object, or an element of a list. */
struct step {
	const struct step *up; /* NULL: the outermost value */
	const char *key;       /* NULL: an element */
	size_t element;
	struct ovr_err *err;
};

/* "trial.ledger.accounts[2].place" */
static size_t
print_path(const struct step *step, char path[PATH_BYTES])
{
	size_t n;
	int added;

	if (step->up == NULL) {
		path[0] = '\0';
		return 0;
	}
	n = print_path(step->up, path);
	added = step->key == NULL
		? snprintf(path + n, PATH_BYTES - n, "[%zu]", step->element)
		: snprintf(path + n, PATH_BYTES - n, "%s%.60s", n == 0 ? "" : ".", step->key);
	return n + (size_t)added < PATH_BYTES ? n + (size_t)added : PATH_BYTES - 1;
}

/* What was found, in short. */
static const char *
print_found(const json_t *value, char found[FOUND_BYTES])
{
	char *text;

	if (value == NULL)
		snprintf(found, FOUND_BYTES, "nothing");
	else if (json_is_object(value))
		snprintf(found, FOUND_BYTES, "an object of %zu keys", json_object_size(value));
	else if (json_is_array(value))
		snprintf(found, FOUND_BYTES, "a list of %zu", json_array_size(value));
	else {
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
		snprintf(found, FOUND_BYTES, "%.48s%s", text == NULL ? "a value" : text,
			text != NULL && strlen(text) > 48 ? "…" : "");
		free(text);
	}
	return found;
}

/* "trial.ledger.lost: found "much", accepted: a whole number" */
static int __attribute__((format(printf, 3, 4)))
refuse(const struct step *step, const json_t *value, const char *format, ...)
{
	char path[PATH_BYTES], found[FOUND_BYTES], accepted[OVR_ERR_TEXT_BYTES / 2];
	va_list args;

	va_start(args, format);
	vsnprintf(accepted, sizeof(accepted), format, args);
	va_end(args);
	print_path(step, path);
	return ovr_err_set(step->err, -EINVAL, "%s%sfound %s, accepted: %s", path,
		path[0] == '\0' ? "" : ": ", print_found(value, found), accepted);
}

/* The largest number that the member of a count holds. */
static uint64_t
count_max(const struct ovr_json_row *row)
{
	uint64_t max = INT64_MAX;

	if (row->value == NULL && (row->size == sizeof(uint16_t) || row->size == sizeof(uint32_t)))
		max = UINT64_MAX >> (64 - 8 * row->size);
	if (row->value == NULL && row->null == OVR_JSON_NULL_IF_NEGATIVE)
		max /= 2;
	return row->max != 0 && row->max < max ? row->max : max;
}

static int
check_integer(const struct step *step, const json_t *value, uint64_t min, uint64_t max)
{
	json_int_t found = json_integer_value(value);

	if (json_is_integer(value) && found >= 0 && (uint64_t)found >= min && (uint64_t)found <= max)
		return 0;
	if (max >= INT64_MAX)
		return refuse(step, value, "a whole number from %" PRIu64 " on", min);
	return refuse(step, value, "a whole number from %" PRIu64 " to %" PRIu64, min, max);
}

static int
check_whole(const struct step *step, const json_t *value)
{
	return json_is_integer(value) ? 0 : refuse(step, value, "a whole number");
}

static int
check_real(const struct step *step, const json_t *value)
{
	if (json_is_number(value) && fabs(json_number_value(value)) <= OVR_JSON_REAL_MAX)
		return 0;
	return refuse(step, value, "a number within ±%g", OVR_JSON_REAL_MAX);
}

/* Digits of a number beyond 2^63, as they are written. */
static bool
is_beyond(const json_t *value)
{
	const char *text = json_is_string(value) ? json_string_value(value) : "";
	size_t n = strlen(text);

	if (text[0] == '0' || strspn(text, "0123456789") != n)
		return false;
	return n == 19 ? strcmp(text, "9223372036854775808") >= 0
		       : n == 20 && strcmp(text, "18446744073709551615") <= 0;
}

static int
check_exact(const struct step *step, const json_t *value, uint64_t min, uint64_t max)
{
	if (max == 0 && is_beyond(value))
		return 0;
	return check_integer(step, value, min, max == 0 ? INT64_MAX : max);
}

/* A real number from 0 on, or above it. */
static int
check_amount(const struct step *step, const json_t *value, bool is_above, double max)
{
	double found = json_number_value(value);

	if (json_is_number(value) && (is_above ? found > 0 : found >= 0) && found <= max)
		return 0;
	return refuse(step, value, "a number %s 0, %g at most", is_above ? "above" : "from", max);
}

static int
check_text(const struct step *step, const json_t *value, size_t shortest, size_t longest)
{
	if (json_is_string(value) && json_string_length(value) >= shortest &&
		json_string_length(value) <= longest)
		return 0;
	return refuse(step, value, "a text of %zu to %zu bytes", shortest, longest);
}

/* Whether each character is the pattern's: x stands for a digit of a hexadecimal number. */
static bool
is_like(const json_t *value, const char *pattern)
{
	const char *text = json_is_string(value) ? json_string_value(value) : "";

	if (strlen(text) != strlen(pattern))
		return false;
	for (; *pattern != '\0'; pattern++, text++)
		if (*pattern == '.' ? !isxdigit((unsigned char)*text) || isupper((unsigned char)*text)
				    : *text != *pattern)
			return false;
	return true;
}

static int
check_pattern(const struct step *step, const json_t *value, const char *pattern)
{
	return is_like(value, pattern)
		? 0
		: refuse(step, value, "\"%s\", each . a digit from 0 to 9 or a to f", pattern);
}

static int
check_fixed(const struct step *step, const json_t *value, const char *fixed)
{
	if (json_is_string(value) && strcmp(json_string_value(value), fixed) == 0)
		return 0;
	return refuse(step, value, "\"%s\"", fixed);
}

static int
check_name(const struct step *step, const json_t *value, const struct ovr_json_names *names)
{
	char accepted[OVR_ERR_TEXT_BYTES / 2] = "";
	size_t n = 0;

	for (int i = names->first; i < names->n; i++) {
		const char *name = ovr_json_name_of(names, i);

		if (json_is_string(value) && strcmp(json_string_value(value), name) == 0)
			return 0;
		if (n < sizeof(accepted))
			n += (size_t)snprintf(
				accepted + n, sizeof(accepted) - n, "%s%s", n == 0 ? "" : ", ", name);
	}
	return refuse(step, value, "%s", accepted);
}

static int
check_counts(const struct step *step, const struct ovr_json_row *row, const json_t *value)
{
	const struct ovr_json_names *names = row->names;
	size_t size = row->size / (size_t)names->n;
	uint64_t max = size == sizeof(uint32_t) ? UINT32_MAX : INT64_MAX;
	size_t n_known = 0;
	int rc = 0;

	if (!json_is_object(value))
		return refuse(step, value, "an object of counts");
	for (int i = names->first; rc == 0 && i < names->n; i++) {
		const struct step inner = { step, ovr_json_name_of(names, i), 0, step->err };
		const json_t *count = json_object_get(value, inner.key);

		n_known += count != NULL;
		if (count != NULL || !row->is_sparse)
			rc = check_integer(&inner, count, row->is_sparse ? 1 : 0, max);
	}
	if (rc == 0 && n_known != json_object_size(value))
		return refuse(step, value, "the names of its counts alone");
	return rc;
}

/* [value, how many of it], or [value, share of it] */
static int
check_pairs(const struct step *step, const json_t *value, bool is_share)
{
	int rc = json_is_array(value) ? 0 : refuse(step, value, "a list of pairs");

	for (size_t i = 0; rc == 0 && i < json_array_size(value); i++) {
		const json_t *pair = json_array_get(value, i);
		const struct step at = { step, NULL, i, step->err };
		const struct step first = { &at, NULL, 0, step->err };
		const struct step second = { &at, NULL, 1, step->err };

		if (!json_is_array(pair) || json_array_size(pair) != 2)
			return refuse(&at, pair, "a pair");
		rc = is_share ? check_whole(&first, json_array_get(pair, 0))
			      : check_integer(&first, json_array_get(pair, 0), 0, INT64_MAX);
		if (rc == 0 && !is_share)
			rc = check_integer(&second, json_array_get(pair, 1), 1, INT64_MAX);
		else if (rc == 0 && !json_is_null(json_array_get(pair, 1)))
			rc = check_amount(&second, json_array_get(pair, 1), false, OVR_JSON_REAL_MAX);
	}
	return rc;
}

/* [place, number], by place, each place once. */
static int
check_cells(const struct step *step, const struct ovr_json_row *row, const json_t *value)
{
	uint64_t next = 0, n = row->size / sizeof(uint64_t);
	int rc = json_is_array(value) ? 0 : refuse(step, value, "a list of pairs");

	for (size_t i = 0; rc == 0 && i < json_array_size(value); i++) {
		const json_t *cell = json_array_get(value, i);
		const struct step at = { step, NULL, i, step->err };
		const struct step first = { &at, NULL, 0, step->err };
		const struct step second = { &at, NULL, 1, step->err };

		if (!json_is_array(cell) || json_array_size(cell) != 2)
			return refuse(&at, cell, "a pair");
		if (next == n)
			return refuse(&at, cell, "places in their order");
		rc = check_integer(&first, json_array_get(cell, 0), next, n - 1);
		if (rc == 0)
			rc = check_exact(&second, json_array_get(cell, 1), 1, 0);
		next = (uint64_t)json_integer_value(json_array_get(cell, 0)) + 1;
	}
	return rc;
}

/* Names of options; another version may have others. */
static bool
is_option(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return n > 0 && n < OVR_JSON_PLAN_KEY_BYTES && key[n] == '\0';
}

static int
check_plan(const struct step *step, const json_t *value)
{
	const char *key;
	json_t *option;

	if (!json_is_object(value) || json_object_size(value) == 0 ||
		json_object_size(value) > OVR_JSON_PLAN_KEYS_MAX)
		return refuse(step, value, "an object of 1 to %d options", OVR_JSON_PLAN_KEYS_MAX);
	json_object_foreach((json_t *)(uintptr_t)value, key, option)
	{
		const struct step at = { step, key, 0, step->err };
		int rc = is_option(key) ? check_text(&at, option, 0, OVR_PLAN_VALUE_BYTES - 1)
					: refuse(&at, option, "the name of an option");

		if (rc != 0)
			return rc;
	}
	return 0;
}

static int check_object(const struct step *step, const struct ovr_json_table *const *table, size_t n_tables,
	const json_t *object);

static int check_tuple(const struct step *step, const struct ovr_json_table *table, const json_t *tuple);

static int
check_item(const struct step *step, const struct ovr_json_row *row, const json_t *value)
{
	switch (row->item) {
	case OVR_JSON_OBJECT:
		return check_object(step, &row->table, 1, value);
	case OVR_JSON_NAME:
		return check_name(step, value, row->names);
	case OVR_JSON_COUNT:
		return check_integer(step, value, 0, INT64_MAX);
	case OVR_JSON_EXACT:
		return check_exact(step, value, 0, row->item_size < sizeof(uint64_t) ? UINT32_MAX : 0);
	case OVR_JSON_TUPLE:
		return check_tuple(step, row->table, value);
	default:
		return check_text(step, value, row->min_item,
			row->value == NULL && row->room != 0 ? row->item_size - 1 : OVR_JSON_TEXT_MAX);
	}
}

static int
check_list(const struct step *step, const struct ovr_json_row *row, const json_t *value)
{
	size_t most = SIZE_MAX;
	int rc = 0;

	if (row->value == NULL && row->room != 0)
		most = row->room;
	if (row->max != 0 && row->max < most)
		most = row->max;
	if (!json_is_array(value))
		return refuse(step, value, "a list");
	if (json_array_size(value) < row->min)
		return refuse(step, value, "a list of at least %u", row->min);
	if (json_array_size(value) > most)
		return refuse(step, value, "a list of at most %zu", most);
	for (size_t i = 0; rc == 0 && i < json_array_size(value); i++) {
		const struct step at = { step, NULL, i, step->err };

		rc = check_item(&at, row, json_array_get(value, i));
	}
	return rc;
}

static int
check_value(const struct step *step, const struct ovr_json_row *row, const json_t *value)
{
	switch (row->kind) {
	case OVR_JSON_OBJECT:
		return check_object(step, &row->table, 1, value);
	case OVR_JSON_LIST:
		return check_list(step, row, value);
	case OVR_JSON_TEXT:
		return check_text(step, value, row->min,
			row->value == NULL && row->size != 0 ? row->size - 1 : OVR_JSON_TEXT_MAX);
	case OVR_JSON_STRING:
		return check_text(step, value, row->min, OVR_JSON_TEXT_MAX);
	case OVR_JSON_FIXED:
		return check_fixed(step, value, row->fixed);
	case OVR_JSON_CONSTANT:
		return check_integer(step, value, row->max, row->max);
	case OVR_JSON_NAME:
		return check_name(step, value, row->names);
	case OVR_JSON_BOOL:
		return json_is_boolean(value) ? 0 : refuse(step, value, "true, false");
	case OVR_JSON_COUNT:
		return check_integer(step, value, row->min, count_max(row));
	case OVR_JSON_WHOLE:
		return check_whole(step, value);
	case OVR_JSON_EXACT:
		return check_exact(step, value, row->min, row->max);
	case OVR_JSON_CELLS:
		return check_cells(step, row, value);
	case OVR_JSON_REAL:
		return check_real(step, value);
	case OVR_JSON_AMOUNT:
		return check_amount(step, value, row->is_above, row->max != 0 ? row->max : OVR_JSON_REAL_MAX);
	case OVR_JSON_RATIO:
	case OVR_JSON_SHARE:
		return check_amount(step, value, false, OVR_JSON_REAL_MAX);
	case OVR_JSON_COUNTS:
		return check_counts(step, row, value);
	case OVR_JSON_ID:
		return check_pattern(step, value, "0x........");
	case OVR_JSON_MAC:
		return check_pattern(step, value, "..:..:..:..:..:..");
	case OVR_JSON_PAIRS:
	case OVR_JSON_SHARES:
		return check_pairs(step, value, row->kind == OVR_JSON_SHARES);
	case OVR_JSON_PLAN:
		return check_plan(step, value);
	case OVR_JSON_TUPLE:
		break;
	}
	return -EINVAL;
}

static bool
may_be_null(const struct ovr_json_row *row)
{
	return row->null != OVR_JSON_NEVER_NULL || row->is_known != NULL || row->kind == OVR_JSON_RATIO ||
		row->kind == OVR_JSON_SHARE;
}

static int
check_tuple(const struct step *step, const struct ovr_json_table *table, const json_t *tuple)
{
	int rc = 0;

	if (!json_is_array(tuple) || json_array_size(tuple) != table->n_rows)
		return refuse(step, tuple, "a list of %zu", table->n_rows);
	for (size_t i = 0; rc == 0 && i < table->n_rows; i++) {
		const json_t *value = json_array_get(tuple, i);
		const struct step at = { step, NULL, i, step->err };

		if (!json_is_null(value) || !may_be_null(&table->row[i]))
			rc = check_value(&at, &table->row[i], value);
	}
	return rc;
}

/* What was found of a table's keys in an object. */
struct keys {
	size_t n_found, n_optional, n_optional_found;
	const char *missing; /* an optional one that is not there */
};

static int
check_rows(
	const struct step *step, const struct ovr_json_table *table, const json_t *object, struct keys *keys)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];
		const struct step at = { step, row->key, 0, step->err };
		const json_t *value;

		if (row->key == NULL) {
			rc = check_rows(step, row->table, object, keys);
			continue;
		}
		value = json_object_get(object, row->key);
		keys->n_found += value != NULL;
		keys->n_optional += row->is_there != NULL;
		keys->n_optional_found += row->is_there != NULL && value != NULL;
		if (value == NULL && row->is_there != NULL)
			keys->missing = row->key;
		else if (value == NULL && row->is_added)
			continue;
		else if (value == NULL)
			rc = refuse(&at, NULL, "the key, which is always there");
		else if (!json_is_null(value) || !may_be_null(row))
			rc = check_value(&at, row, value);
	}
	return rc;
}

static bool
has_key(const struct ovr_json_table *table, const char *key)
{
	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_row *row = &table->row[i];

		if (row->key == NULL ? has_key(row->table, key) : strcmp(row->key, key) == 0)
			return true;
	}
	return false;
}

/* Name a key that no table has. */
static int
refuse_key(const struct step *step, const struct ovr_json_table *const *table, size_t n_tables,
	const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)object, key, value)
	{
		const struct step at = { step, key, 0, step->err };
		bool is_known = false;

		for (size_t i = 0; i < n_tables; i++)
			is_known |= has_key(table[i], key);
		if (!is_known)
			return refuse(&at, value, "no such key");
	}
	return 0;
}

static int
check_object(const struct step *step, const struct ovr_json_table *const *table, size_t n_tables,
	const json_t *object)
{
	struct keys keys = { 0 };
	int rc = 0;

	if (!json_is_object(object))
		return refuse(step, object, "an object");
	for (size_t i = 0; rc == 0 && i < n_tables; i++)
		rc = check_rows(step, table[i], object, &keys);
	if (rc == 0 && keys.n_optional_found != 0 && keys.n_optional_found != keys.n_optional) {
		const struct step at = { step, keys.missing, 0, step->err };

		return refuse(&at, NULL, "the key, since others that go with it are there");
	}
	return rc == 0 && keys.n_found != json_object_size(object) ? refuse_key(step, table, n_tables, object)
								   : rc;
}

int
ovr_json_check(
	const struct ovr_json_table *const *table, size_t n_tables, const json_t *value, struct ovr_err *err)
{
	const struct step outermost = { .err = err };

	return check_object(&outermost, table, n_tables, value);
}
