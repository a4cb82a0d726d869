/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/books.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static void
copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text == NULL ? "" : text);
}

/* A whole number that has to be there. */
static int
number(const json_t *object, const char *key, int64_t *ret_number, struct ovr_err *err)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		return ovr_err_set(err, -EINVAL, "result: found no whole number \"%s\", accepted: one", key);
	*ret_number = json_integer_value(value);
	return 0;
}

/* Accounts that hold something; the others say nothing. */
static int
read_accounts(const json_t *list, const char *end, const char *count, struct ovr_atlas_books *books,
	struct ovr_err *err)
{
	const json_t *row;
	size_t i;

	json_array_foreach(list, i, row)
	{
		struct ovr_atlas_account account;
		int status = number(row, count, &account.lost, err);

		if (status != 0)
			return status;
		if (account.lost == 0)
			continue;
		if (books->n_accounts == OVR_ATLAS_ACCOUNTS_MAX)
			return ovr_err_set(err, -E2BIG,
				"result: found more than %d accounts, accepted: as many",
				OVR_ATLAS_ACCOUNTS_MAX);
		copy(account.place, sizeof(account.place), json_string_value(json_object_get(row, "place")));
		copy(account.end, sizeof(account.end), json_string_value(json_object_get(row, end)));
		copy(account.counter, sizeof(account.counter),
			json_string_value(json_object_get(row, "counter")));
		copy(account.why, sizeof(account.why), json_string_value(json_object_get(row, "why")));
		copy(account.aliases, sizeof(account.aliases),
			json_string_value(json_object_get(row, "aliases")));
		books->account[books->n_accounts++] = account;
	}
	return 0;
}

static int
read_frames(const json_t *document, struct ovr_atlas_books *books, struct ovr_err *err)
{
	const json_t *ledger = json_object_get(json_object_get(document, "trial"), "ledger");
	int status = number(ledger, "sent", &books->sent, err);

	books->unit = "frames";
	if (status == 0)
		status = number(ledger, "refused", &books->refused, err);
	if (status == 0)
		status = number(ledger, "lost", &books->lost, err);
	if (status == 0)
		status = number(ledger, "unexplained", &books->unexplained, err);
	if (status == 0)
		status = read_accounts(json_object_get(ledger, "accounts"), "port", "frames", books, err);
	return status;
}

static int
read_segments(const json_t *document, struct ovr_atlas_books *books, struct ovr_err *err)
{
	const json_t *json = json_object_get(document, "books"), *connection;
	int64_t forward = 0, backward = 0, dropped = 0;
	size_t i;
	int status = number(json_object_get(json, "forward"), "out", &forward, err);

	books->unit = "segments";
	if (status == 0)
		status = number(json_object_get(json, "backward"), "out", &backward, err);
	if (status == 0)
		status = number(json, "lost_max", &books->lost, err);
	if (status == 0)
		status = number(json, "dropped_max", &dropped, err);
	if (status == 0)
		status = number(json, "unexplained_max", &books->unexplained, err);
	if (status == 0)
		status = read_accounts(json_object_get(json, "accounts"), "end", "segments_max", books, err);
	books->sent = forward + backward;
	books->lost += dropped;
	json_array_foreach(json_object_get(document, "connections"), i, connection)
		books->window_waited_us += json_integer_value(
		json_object_get(json_object_get(connection, "sender"), "rwnd_limited_us"));
	return status;
}

/*
 * Whether one of the notes says that drop reasons are not known, or are not of these namespaces
 * alone.
 */
static bool
lacks_reasons(const json_t *notes)
{
	const json_t *note;
	size_t i;

	json_array_foreach(notes, i, note)
	{
		const char *text = json_string_value(note);

		if (text != NULL &&
			(strstr(text, "drop reasons are not known") != NULL ||
				strstr(text, "for the whole host") != NULL))
			return true;
	}
	return false;
}

static int
read_document(const json_t *document, struct ovr_atlas_books *books, struct ovr_err *err)
{
	const char *schema = json_string_value(json_object_get(document, "schema"));
	const char *verdict = json_string_value(json_object_get(document, "verdict"));

	if (schema == NULL || verdict == NULL)
		return ovr_err_set(err, -EINVAL,
			"result: found no schema or no verdict, accepted: overrun.result/1, overrun.tcp/1");
	copy(books->verdict, sizeof(books->verdict), verdict);
	copy(books->reason, sizeof(books->reason),
		json_string_value(json_array_get(json_object_get(document, "reasons"), 0)));
	if (strcmp(schema, "overrun.tcp/1") == 0) {
		books->lacks_reasons = lacks_reasons(json_object_get(document, "notes"));
		return read_segments(document, books, err);
	}
	if (strcmp(schema, "overrun.result/1") != 0)
		return ovr_err_set(err, -EINVAL,
			"result: found schema \"%.40s\", accepted: overrun.result/1, overrun.tcp/1", schema);
	books->lacks_reasons = lacks_reasons(json_object_get(json_object_get(document, "trial"), "notes"));
	return read_frames(document, books, err);
}

int
ovr_atlas_books_read(const char *json, struct ovr_atlas_books *ret_books, struct ovr_err *err)
{
	struct ovr_atlas_books books = { 0 };
	json_error_t error;
	json_t *document = json_loads(json, 0, &error);
	int status;

	if (document == NULL)
		return ovr_err_set(
			err, -EINVAL, "result: line %d is no JSON: %.100s", error.line, error.text);
	status = read_document(document, &books, err);
	json_decref(document);
	if (status == 0)
		*ret_books = books;
	return status;
}

int64_t
ovr_atlas_books_of(const struct ovr_atlas_books *books, const char *place, const char *end)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < books->n_accounts; i++)
		if (strcmp(books->account[i].place, place) == 0 &&
			(end == NULL || strcmp(books->account[i].end, end) == 0))
			sum += books->account[i].lost;
	return sum;
}
