/* SPDX-License-Identifier: BSD-3-Clause */
#include "message/forms.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Each returns a new value; NULL with a sentence, or without one where there is no memory. */

static json_t *
write_count(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	uint64_t count = *(const uint64_t *)member;

	if (count >= row->min && count <= row->max)
		return json_integer((json_int_t)count);
	ovr_err_set(err, -EINVAL, "%s found %" PRIu64 ", accepted: %" PRIu64 " to %" PRIu64, row->key, count,
		row->min, row->max);
	return NULL;
}

static json_t *
write_hex(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	char text[OVR_MESSAGE_HEX_DIGITS + 1];

	(void)row;
	(void)err;
	snprintf(text, sizeof(text), "%016" PRIx64, *(const uint64_t *)member);
	return json_string(text);
}

static json_t *
write_flag(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	(void)row;
	(void)err;
	return json_boolean(*(const bool *)member);
}

static unsigned int
n_names(const struct ovr_message_row *row)
{
	unsigned int n = 0;

	while (row->names[n] != NULL)
		n++;
	return n;
}

static json_t *
write_choice(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	unsigned int choice = *(const unsigned int *)member;

	if (choice < n_names(row))
		return json_string(row->names[choice]);
	ovr_err_set(err, -EINVAL, "%s found %u, accepted: 0 to %u", row->key, choice, n_names(row) - 1);
	return NULL;
}

/* @param text NULL is "" */
static json_t *
write_string(const struct ovr_message_row *row, const char *text, struct ovr_err *err)
{
	json_t *value;

	if (text == NULL || text[0] == '\0') {
		ovr_err_set(err, -EINVAL, "%s found \"\", accepted: a text", row->key);
		return NULL;
	}
	value = json_string(text);
	if (value == NULL)
		ovr_err_set(err, -EINVAL, "%s found a text that is not UTF-8", row->key);
	return value;
}

static json_t *
write_name(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	return write_string(row, member, err);
}

static json_t *
write_text(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	return write_string(row, *(char *const *)member, err);
}

static json_t *
write_texts(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	const struct ovr_message_texts *texts = member;
	json_t *list;

	if (ovr_message_check_length(row, texts->n, err) != 0)
		return NULL;
	list = json_array();
	for (size_t i = 0; list != NULL && i < texts->n; i++) {
		json_t *text = write_string(row, texts->text[i], err);

		if (text == NULL || json_array_append_new(list, text) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
write_counts(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	static const struct ovr_message_row each = { "of", OVR_MESSAGE_KIND_COUNT,
		.max = OVR_MESSAGE_COUNT_MAX };
	const struct ovr_message_counts *counts = member;
	json_t *list;

	if (ovr_message_check_length(row, counts->n, err) != 0)
		return NULL;
	list = json_array();
	for (size_t i = 0; list != NULL && i < counts->n; i++) {
		json_t *count = write_count(&each, &counts->count[i], err);

		if (count == NULL || json_array_append_new(list, count) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *
write_object(const struct ovr_message_row *row, const void *member, struct ovr_err *err)
{
	json_t *object = *(json_t *const *)member;

	if (json_is_object(object))
		return json_incref(object);
	ovr_err_set(err, -EINVAL, "%s found no object", row->key);
	return NULL;
}

/* How each kind is written. */
static json_t *(*const writers[])(
	const struct ovr_message_row *row, const void *member, struct ovr_err *err) = {
	[OVR_MESSAGE_KIND_COUNT] = write_count,
	[OVR_MESSAGE_KIND_HEX] = write_hex,
	[OVR_MESSAGE_KIND_FLAG] = write_flag,
	[OVR_MESSAGE_KIND_CHOICE] = write_choice,
	[OVR_MESSAGE_KIND_NAME] = write_name,
	[OVR_MESSAGE_KIND_SENTENCE] = write_name,
	[OVR_MESSAGE_KIND_TEXT] = write_text,
	[OVR_MESSAGE_KIND_TEXTS] = write_texts,
	[OVR_MESSAGE_KIND_COUNTS] = write_counts,
	[OVR_MESSAGE_KIND_OBJECT] = write_object,
};
_Static_assert(sizeof(writers) / sizeof(writers[0]) == OVR_MESSAGE_KINDS, "each kind is written");

/* Whether a member has the value that it has where its key is not there. */
static bool
is_absent(const struct ovr_message_row *row, const void *member)
{
	switch (row->kind) {
	case OVR_MESSAGE_KIND_COUNT:
	case OVR_MESSAGE_KIND_HEX:
		return *(const uint64_t *)member == 0;
	case OVR_MESSAGE_KIND_FLAG:
		return !*(const bool *)member;
	case OVR_MESSAGE_KIND_CHOICE:
		return *(const unsigned int *)member == 0;
	case OVR_MESSAGE_KIND_NAME:
	case OVR_MESSAGE_KIND_SENTENCE:
		return *(const char *)member == '\0';
	case OVR_MESSAGE_KIND_TEXT:
		return *(char *const *)member == NULL;
	case OVR_MESSAGE_KIND_TEXTS:
		return ((const struct ovr_message_texts *)member)->n == 0;
	case OVR_MESSAGE_KIND_COUNTS:
		return ((const struct ovr_message_counts *)member)->n == 0;
	default:
		return *(json_t *const *)member == NULL;
	}
}

static int
put(json_t *object, const struct ovr_message_row *row, const struct ovr_message *message, struct ovr_err *err)
{
	const void *member = (const char *)message + row->offset;
	struct ovr_err sentence = { .text = "" };
	json_t *value;

	if (row->is_optional && is_absent(row, member))
		return 0;
	value = writers[row->kind](row, member, &sentence);
	if (value == NULL && sentence.text[0] != '\0')
		return ovr_err_set(
			err, -EINVAL, "message %s: %s", ovr_message_forms[message->type].name, sentence.text);
	if (value == NULL || json_object_set_new(object, row->key, value) != 0)
		return ovr_err_set(
			err, -ENOMEM, "message %s: no memory", ovr_message_forms[message->type].name);
	return 0;
}

int
ovr_message_write(const struct ovr_message *message, char **ret_text, size_t *ret_size, struct ovr_err *err)
{
	const struct ovr_message_form *form = &ovr_message_forms[message->type];
	json_t *object = json_pack("{s:s}", "type", form->name);
	char *text = NULL;
	int status = 0;

	if (object == NULL)
		return ovr_err_set(err, -ENOMEM, "message %s: no memory", form->name);
	status = put(object, &ovr_message_nonce_row, message, err);
	for (const struct ovr_message_row *row = form->row; status == 0 && row->key != NULL; row++)
		status = put(object, row, message, err);
	if (status == 0) {
		text = json_dumps(object, JSON_COMPACT);
		status = text == NULL ? ovr_err_set(err, -ENOMEM, "message %s: no memory", form->name)
				      : ovr_message_check_size(message->type, strlen(text), err);
	}
	json_decref(object);
	if (status != 0) {
		free(text);
		return status;
	}
	*ret_size = strlen(text);
	*ret_text = text;
	return 0;
}
