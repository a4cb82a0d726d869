/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The tables of messages: what stands in each type, and where it goes. Private to this module.
 */
#pragma once

#include "message/message.h"

/* jansson's integers have a sign. */
#define OVR_MESSAGE_COUNT_MAX  ((uint64_t)INT64_MAX)
#define OVR_MESSAGE_HEX_DIGITS 16

/** What a key holds, and the member of the message that it goes to. */
enum ovr_message_kind {
	OVR_MESSAGE_KIND_COUNT,  /* uint64_t: an integer, min … max */
	OVR_MESSAGE_KIND_HEX,    /* uint64_t: 16 hexadecimal digits, since jansson's integers have 63 bits */
	OVR_MESSAGE_KIND_FLAG,   /* bool */
	OVR_MESSAGE_KIND_CHOICE, /* enum: one of names */
	OVR_MESSAGE_KIND_NAME,   /* char[OVR_MESSAGE_NAME_BYTES], without control characters */
	OVR_MESSAGE_KIND_SENTENCE, /* char[OVR_MESSAGE_SENTENCE_BYTES], likewise */
	OVR_MESSAGE_KIND_TEXT,     /* char *: any text but "" */
	OVR_MESSAGE_KIND_TEXTS,    /* struct ovr_message_texts: min … max texts */
	OVR_MESSAGE_KIND_COUNTS,   /* struct ovr_message_counts: min … max integers */
	OVR_MESSAGE_KIND_OBJECT,   /* json_t *: an object */
	OVR_MESSAGE_KINDS
};

/** A key of a message. Plain data. */
struct ovr_message_row {
	const char *key; /* NULL: the end of a table */
	enum ovr_message_kind kind;
	size_t offset;
	uint64_t min, max;
	const char *const *names; /* OVR_MESSAGE_KIND_CHOICE: by value, and a NULL */
	bool is_optional;
};

/** A type of message. Plain data. */
struct ovr_message_form {
	const char *name;
	size_t bytes_max;
	const struct ovr_message_row *row;
};

/** By type. */
extern const struct ovr_message_form ovr_message_forms[OVR_MESSAGE_TYPES];

/** The key that each of them has. */
extern const struct ovr_message_row ovr_message_nonce_row;

/** @return 0; -EBADMSG: a list of @p n entries has too few or too many, with a sentence */
int ovr_message_check_length(const struct ovr_message_row *row, size_t n, struct ovr_err *err);

/** @return 0; -EMSGSIZE: a text of @p size bytes is longer than its type may be, with a sentence */
int ovr_message_check_size(enum ovr_message_type type, size_t size, struct ovr_err *err);
