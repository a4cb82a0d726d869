/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_put.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain.h"

json_t *
ovr_json_count(uint64_t value)
{
	return value > INT64_MAX ? json_null() : json_integer((json_int_t)value);
}

/*
 * DEL and what begins U+0080 to U+009F: jansson writes these as they are, while it escapes U+0000
 * to U+001F.
 */
static bool
has_unescaped_controls(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\x7f' || (*text == '\xc2' && (unsigned char)text[1] < 0xa0))
			return true;
	return false;
}

json_t *
ovr_json_text(const char *text)
{
	json_t *value = has_unescaped_controls(text) ? NULL : json_string(text);
	char *plain;

	if (value != NULL)
		return value;
	plain = strdup(text);
	value = plain == NULL ? NULL : json_string(ovr_plain(plain));
	free(plain);
	return value;
}

json_t *
ovr_json_real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *
ovr_json_ratio(uint64_t part, uint64_t whole)
{
	return whole == 0 ? json_null() : json_real((double)part / (double)whole);
}

json_t *
ovr_json_pairs(const uint64_t *cell, unsigned int n_cells, uint64_t (*first)(unsigned int cell))
{
	json_t *list = json_array();
	int rc = 0;

	for (unsigned int i = 0; i < n_cells; i++)
		if (cell[i] != 0)
			rc |= json_array_append_new(
				list, json_pack("[oo]", ovr_json_count(first(i)), ovr_json_count(cell[i])));
	return ovr_json_finish(list, rc);
}

int
ovr_json_put_count(json_t *object, const char *key, uint64_t value)
{
	return json_object_set_new(object, key, ovr_json_count(value));
}

int
ovr_json_put_text(json_t *object, const char *key, const char *text)
{
	return json_object_set_new(object, key, ovr_json_text(text));
}

json_t *
ovr_json_finish(json_t *value, int rc)
{
	if (rc == 0)
		return value;
	json_decref(value);
	return NULL;
}

int
ovr_json_dump(json_t *value, size_t flags, FILE *out, struct ovr_err *err)
{
	int rc;

	if (value == NULL)
		return ovr_err_set(err, -ENOMEM, "the JSON result: no memory");
	rc = json_dumpf(value, out, flags);
	json_decref(value);
	if (rc != 0 || fputc('\n', out) == EOF || fflush(out) != 0 || ferror(out) != 0)
		return ovr_err_set(err, -EIO, "the JSON result cannot be written: %s", strerror(errno));
	return 0;
}
