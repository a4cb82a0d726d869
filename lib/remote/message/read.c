/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/forms.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain.h"
#include "message/tree.h"

/* Each takes a value that came, and fills in the member. 0; -EBADMSG with a sentence; -ENOMEM */

static int
refuse_kind(const struct ovr_message_row *row, const char *accepted, struct ovr_err *err)
{
	return ovr_err_set(err, -EBADMSG, "%s found something else, accepted: %s", row->key, accepted);
}

static int
read_count(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	json_int_t count = json_integer_value(value);

	if (!json_is_integer(value))
		return refuse_kind(row, "an integer", err);
	if (count < 0 || (uint64_t)count < row->min || (uint64_t)count > row->max)
		return ovr_err_set(err, -EBADMSG,
			"%s found %" JSON_INTEGER_FORMAT ", accepted: %" PRIu64 " to %" PRIu64, row->key,
			count, row->min, row->max);
	*(uint64_t *)member = (uint64_t)count;
	return 0;
}

static int
read_hex(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	const char *text = json_string_value(value);

	if (text == NULL || strlen(text) != OVR_MESSAGE_HEX_DIGITS ||
		strspn(text, "0123456789abcdef") != OVR_MESSAGE_HEX_DIGITS)
		return refuse_kind(row, "16 hexadecimal digits", err);
	*(uint64_t *)member = strtoull(text, NULL, 16);
	return 0;
}

static int
read_flag(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	if (!json_is_boolean(value))
		return refuse_kind(row, "true or false", err);
	*(bool *)member = json_is_true(value);
	return 0;
}

static int
read_choice(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	const char *text = json_string_value(value);
	char names[128], plain[41];
	size_t n = 0;

	for (unsigned int i = 0; text != NULL && row->names[i] != NULL; i++)
		if (strcmp(text, row->names[i]) == 0) {
			*(unsigned int *)member = i;
			return 0;
		}
	for (unsigned int i = 0; row->names[i] != NULL; i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", i > 0 ? ", " : "", row->names[i]);
	if (text == NULL)
		return refuse_kind(row, names, err);
	snprintf(plain, sizeof(plain), "%s", text);
	return ovr_err_set(err, -EBADMSG, "%s found \"%s\", accepted: %s", row->key, ovr_plain(plain), names);
}

static int
read_bounded(
	const struct ovr_message_row *row, const json_t *value, char *text, size_t size, struct ovr_err *err)
{
	size_t length = json_string_length(value);

	if (!json_is_string(value) || length == 0 || length >= size)
		return ovr_err_set(err, -EBADMSG, "%s found %s, accepted: a text of 1 to %zu bytes", row->key,
			json_is_string(value) ? (length == 0 ? "\"\"" : "a longer text") : "something else",
			size - 1);
	memcpy(text, json_string_value(value), length + 1);
	ovr_plain(text);
	return 0;
}

static int
read_name(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	return read_bounded(row, value, member, OVR_MESSAGE_NAME_BYTES, err);
}

static int
read_sentence(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	return read_bounded(row, value, member, OVR_MESSAGE_SENTENCE_BYTES, err);
}

static int
read_text(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	char *text;

	if (!json_is_string(value) || json_string_length(value) == 0)
		return refuse_kind(row, "a text that is not empty", err);
	text = strdup(json_string_value(value));
	if (text == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory");
	*(char **)member = text;
	return 0;
}

static int
read_texts(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	struct ovr_message_texts *texts = member;
	size_t n = json_array_size(value);

	if (!json_is_array(value))
		return refuse_kind(row, "a list of texts", err);
	if (ovr_message_check_length(row, n, err) != 0)
		return -EBADMSG;
	texts->text = calloc(n + 1, sizeof(*texts->text));
	if (texts->text == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory");
	for (; texts->n < n; texts->n++) {
		int status = read_text(row, json_array_get(value, texts->n), &texts->text[texts->n], err);

		if (status != 0)
			return status;
	}
	return 0;
}

static int
read_counts(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	const struct ovr_message_row each = { row->key, OVR_MESSAGE_KIND_COUNT,
		.max = OVR_MESSAGE_COUNT_MAX };
	struct ovr_message_counts *counts = member;
	size_t n = json_array_size(value);

	if (!json_is_array(value))
		return refuse_kind(row, "a list of integers", err);
	if (ovr_message_check_length(row, n, err) != 0)
		return -EBADMSG;
	counts->count = calloc(n, sizeof(*counts->count));
	if (counts->count == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory");
	for (; counts->n < n; counts->n++) {
		int status = read_count(
			&each, json_array_get(value, counts->n), &counts->count[counts->n], err);

		if (status != 0)
			return status;
	}
	return 0;
}

static int
read_object(const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err)
{
	if (!json_is_object(value))
		return refuse_kind(row, "an object", err);
	*(json_t **)member = json_incref((json_t *)value);
	return 0;
}

/* How each kind is read. */
static int (*const readers[])(
	const struct ovr_message_row *row, const json_t *value, void *member, struct ovr_err *err) = {
	[OVR_MESSAGE_KIND_COUNT] = read_count,
	[OVR_MESSAGE_KIND_HEX] = read_hex,
	[OVR_MESSAGE_KIND_FLAG] = read_flag,
	[OVR_MESSAGE_KIND_CHOICE] = read_choice,
	[OVR_MESSAGE_KIND_NAME] = read_name,
	[OVR_MESSAGE_KIND_SENTENCE] = read_sentence,
	[OVR_MESSAGE_KIND_TEXT] = read_text,
	[OVR_MESSAGE_KIND_TEXTS] = read_texts,
	[OVR_MESSAGE_KIND_COUNTS] = read_counts,
	[OVR_MESSAGE_KIND_OBJECT] = read_object,
};
_Static_assert(sizeof(readers) / sizeof(readers[0]) == OVR_MESSAGE_KINDS, "each kind is read");

static const struct ovr_message_row *
row_of(const struct ovr_message_form *form, const char *key)
{
	if (strcmp(key, ovr_message_nonce_row.key) == 0)
		return &ovr_message_nonce_row;
	for (const struct ovr_message_row *row = form->row; row->key != NULL; row++)
		if (strcmp(row->key, key) == 0)
			return row;
	return NULL;
}

static int
read_key(const struct ovr_message_row *row, const json_t *value, struct ovr_message *message,
	struct ovr_err *err)
{
	int status = readers[row->kind](row, value, (char *)message + row->offset, err);

	if (status != 0)
		ovr_err_prefix(err, "message %s", ovr_message_forms[message->type].name);
	return status;
}

/* Each key has its row, and each row that is required its key. */
static int
read_keys(const json_t *object, struct ovr_message *message, struct ovr_err *err)
{
	const struct ovr_message_form *form = &ovr_message_forms[message->type];
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value)
	{
		char plain[41];

		snprintf(plain, sizeof(plain), "%s", key);
		if (strcmp(key, "type") != 0 && row_of(form, key) == NULL)
			return ovr_err_set(err, -EBADMSG, "message %s: found \"%s\", which is no key of it",
				form->name, ovr_plain(plain));
	}
	value = json_object_get(object, ovr_message_nonce_row.key);
	if (value == NULL)
		return ovr_err_set(err, -EBADMSG, "message %s: it has no nonce", form->name);
	int status = read_key(&ovr_message_nonce_row, value, message, err);

	for (const struct ovr_message_row *row = form->row; status == 0 && row->key != NULL; row++) {
		value = json_object_get(object, row->key);
		if (value != NULL)
			status = read_key(row, value, message, err);
		else if (!row->is_optional)
			status = ovr_err_set(err, -EBADMSG, "message %s: it has no %s", form->name, row->key);
	}
	return status;
}

static int
read_type(const json_t *object, enum ovr_message_type *ret_type, struct ovr_err *err)
{
	const char *name = json_string_value(json_object_get(object, "type"));
	char plain[41];

	if (name == NULL)
		return ovr_err_set(err, -EBADMSG, "message: it has no type");
	for (unsigned int type = 0; type < OVR_MESSAGE_TYPES; type++)
		if (strcmp(ovr_message_forms[type].name, name) == 0) {
			*ret_type = type;
			return 0;
		}
	snprintf(plain, sizeof(plain), "%s", name);
	return ovr_err_set(err, -EBADMSG, "message: found the type \"%s\", which is none", ovr_plain(plain));
}

static int
load(const char *text, size_t size, json_t **ret_object, struct ovr_err *err)
{
	json_error_t fault;
	json_t *object;

	if (size > OVR_MESSAGE_TO_CALLER_BYTES)
		return ovr_err_set(err, -EMSGSIZE, "message: found %zu bytes, accepted: %u at most", size,
			OVR_MESSAGE_TO_CALLER_BYTES);
	if (ovr_message_tree_bytes(text, size) > ovr_message_tree_bytes_max(size))
		return ovr_err_set(err, -EMSGSIZE,
			"message: found %zu bytes of many small values, which would take more than %zu bytes "
			"of memory",
			size, ovr_message_tree_bytes_max(size));
	object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
	if (object == NULL && json_error_code(&fault) == json_error_out_of_memory)
		return ovr_err_set(err, -ENOMEM, "message: no memory");
	if (object == NULL)
		return ovr_err_set(err, -EBADMSG, "message: no JSON: %.120s", fault.text);
	if (!json_is_object(object)) {
		json_decref(object);
		return ovr_err_set(err, -EBADMSG, "message: found JSON, accepted: an object");
	}
	*ret_object = object;
	return 0;
}

int
ovr_message_read(const char *text, size_t size, struct ovr_message *ret_message, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HELLO };
	json_t *object = NULL;
	int status = load(text, size, &object, err);

	if (status != 0)
		return status;
	status = read_type(object, &message.type, err);
	if (status == 0)
		status = ovr_message_check_size(message.type, size, err);
	if (status == 0)
		status = read_keys(object, &message, err);
	json_decref(object);
	if (status != 0) {
		ovr_message_done(&message);
		return status;
	}
	*ret_message = message;
	return 0;
}
