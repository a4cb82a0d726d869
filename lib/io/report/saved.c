/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/json_check.h"
#include "report/json_documents.h"

/* A text that is being read. */
struct text {
	char *bytes;
	size_t n, room;
};

static int
refuse_large(struct ovr_err *err)
{
	return ovr_err_set(err, -EFBIG, "found more than %" PRIu64 " MiB, accepted: a smaller file",
		OVR_SAVED_BYTES_MAX >> 20);
}

/* A regular file says how large it is; others are read to their end. */
static int
check_file(int fd, struct ovr_err *err)
{
	struct stat found;

	if (fstat(fd, &found) != 0)
		return ovr_err_set(err, -errno, "%s", strerror(errno));
	if (S_ISDIR(found.st_mode))
		return ovr_err_set(err, -EISDIR, "found a folder, accepted: a file");
	return S_ISREG(found.st_mode) && (uint64_t)found.st_size > OVR_SAVED_BYTES_MAX ? refuse_large(err)
										       : 0;
}

static int
make_room(struct text *text, struct ovr_err *err)
{
	size_t room = text->room == 0 ? 1 << 16 : 2 * text->room;
	char *bytes;

	if (text->n < text->room)
		return 0;
	bytes = realloc(text->bytes, room);
	if (bytes == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %zu bytes of it", room);
	text->bytes = bytes;
	text->room = room;
	return 0;
}

static int
read_all(int fd, struct text *text, struct ovr_err *err)
{
	for (;;) {
		int status = make_room(text, err);
		ssize_t n = status != 0 ? 0 : read(fd, text->bytes + text->n, text->room - text->n);

		if (status != 0)
			return status;
		if (n == 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return ovr_err_set(err, -errno, "%s", strerror(errno));
		text->n += n > 0 ? (size_t)n : 0;
		if (text->n > OVR_SAVED_BYTES_MAX)
			return refuse_large(err);
	}
}

/* Nothing is built of a text that is nested too deep. */
static int
check_depth(const char *text, size_t n, struct ovr_err *err)
{
	unsigned int depth = 0, line = 1;
	bool is_in_text = false;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			line++;
		if (is_in_text && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			is_in_text = !is_in_text;
		else if (!is_in_text && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!is_in_text && (text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
		if (depth > OVR_SAVED_DEPTH_MAX)
			return ovr_err_set(err, -EINVAL,
				"line %u: found objects and lists nested deeper than %d, accepted: what "
				"overrun writes",
				line, OVR_SAVED_DEPTH_MAX);
	}
	return 0;
}

static bool
is_blank(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0')
			return false;
	return true;
}

/* The next value of a text. @param[in,out] at where it begins, and ends */
static int
next_value(
	const char *text, size_t n, size_t *at, unsigned int number, json_t **ret_value, struct ovr_err *err)
{
	json_error_t error;
	json_t *value = json_loadb(
		text + *at, n - *at, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &error);

	if (value == NULL && number == 0)
		return ovr_err_set(err, -EINVAL, "line %d: %s; accepted: JSON that overrun wrote", error.line,
			error.text);
	if (value == NULL)
		return ovr_err_set(err, -EINVAL, "value %u: %s; accepted: JSON that overrun wrote",
			number + 1, error.text);
	*at += (size_t)error.position;
	*ret_value = value;
	return 0;
}

/* "overrun.result/1, overrun.check/1, …" */
static const char *
print_schemas(char *text, size_t size)
{
	const struct ovr_json_document *document;
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; (document = ovr_json_document_at(i)) != NULL && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%soverrun.%s/%d", i == 0 ? "" : ", ",
			document->name, OVR_JSON_VERSION);
	return text;
}

/* What version of a document a schema is of; 0: of none. */
static unsigned long
version_of(const char *schema, const char *name)
{
	size_t n = strlen(name);
	char *end;
	unsigned long version;

	if (strncmp(schema, "overrun.", 8) != 0 || strncmp(schema + 8, name, n) != 0 ||
		schema[8 + n] != '/' || strspn(schema + 9 + n, "0123456789") == 0)
		return 0;
	version = strtoul(schema + 9 + n, &end, 10);
	return *end == '\0' ? version : 0;
}

static int
find_document(const json_t *value, const struct ovr_json_document **ret_document, struct ovr_err *err)
{
	const char *schema = json_string_value(json_object_get(value, "schema"));
	const struct ovr_json_document *document;
	char accepted[256];

	for (size_t i = 0; schema != NULL && (document = ovr_json_document_at(i)) != NULL; i++) {
		unsigned long version = version_of(schema, document->name);

		if (version > OVR_JSON_VERSION)
			return ovr_err_set(err, -EINVAL,
				"schema: found \"%.40s\", which a later version of overrun wrote, accepted: "
				"overrun.%s/%d",
				schema, document->name, OVR_JSON_VERSION);
		if (version == OVR_JSON_VERSION) {
			*ret_document = document;
			return 0;
		}
	}
	print_schemas(accepted, sizeof(accepted));
	if (schema == NULL)
		return ovr_err_set(err, -EINVAL, "schema: found no text, accepted: %s", accepted);
	return ovr_err_set(err, -EINVAL, "schema: found \"%.40s\", accepted: %s", schema, accepted);
}

/* The tables of a document, by its command where it has several. */
static int
find_tables(const struct ovr_json_document *document, const json_t *value,
	const struct ovr_json_table *table[2], size_t *ret_n, const char **ret_command, struct ovr_err *err)
{
	const char *command = json_string_value(json_object_get(value, "command"));
	char accepted[256] = "";
	size_t n = 0, named = 0;

	*ret_n = 0;
	*ret_command = document->name;
	for (size_t i = 0; i < OVR_JSON_ROOTS_MAX && document->root[i].table != NULL; i++) {
		const char *of = document->root[i].command;
		bool is_its_own = of != NULL && command != NULL && strcmp(of, command) == 0;

		if (of == NULL || is_its_own)
			table[(*ret_n)++] = document->root[i].table;
		if (is_its_own)
			*ret_command = of;
		if (of != NULL && n < sizeof(accepted))
			n += (size_t)snprintf(
				accepted + n, sizeof(accepted) - n, "%s%s", named++ == 0 ? "" : ", ", of);
	}
	if (named == 0 || *ret_command != document->name)
		return 0;
	if (command == NULL)
		return ovr_err_set(err, -EINVAL, "command: found no text, accepted: %s", accepted);
	return ovr_err_set(err, -EINVAL, "command: found \"%.40s\", accepted: %s", command, accepted);
}

/* The verdict has its exit code, and a reason unless it is pass. */
static int
check_verdict(const json_t *result, struct ovr_err *err)
{
	static const char *const verdicts[] = { "pass", "loss", "void" };
	uint64_t code = ovr_saved_count(result, "exit_code");
	size_t n = ovr_saved_size(result, "reasons");
	const char *verdict = ovr_saved_text(result, "verdict");

	if (strcmp(verdict, verdicts[code]) != 0)
		return ovr_err_set(err, -EINVAL,
			"exit_code: found %" PRIu64 " of the verdict %s, accepted: "
			"0 of pass, 1 of loss, 2 of void",
			code, verdict);
	if ((n == 0) != (code == 0))
		return ovr_err_set(err, -EINVAL,
			"reasons: found %zu of the verdict %s, accepted: none of pass, at least one of loss "
			"and "
			"void",
			n, verdict);
	return 0;
}

static int
check_document(const json_t *value, struct ovr_saved *saved, struct ovr_err *err)
{
	const struct ovr_json_document *document = NULL;
	const struct ovr_json_table *table[2];
	const char *command = NULL;
	size_t n_tables;
	int status;

	if (!json_is_object(value))
		return ovr_err_set(err, -EINVAL, "found no object, accepted: JSON that overrun wrote");
	status = find_document(value, &document, err);
	if (status == 0)
		status = find_tables(document, value, table, &n_tables, &command, err);
	if (status == 0)
		status = ovr_json_check(table, n_tables, value, err);
	if (status == 0 && strcmp(document->name, "result") == 0)
		status = check_verdict(value, err);
	if (status != 0)
		return status;
	saved->name = document->name;
	saved->command = command;
	return 0;
}

/* One value; or, of watch, one on each line. */
static int
take_value(struct ovr_saved *saved, json_t *value, unsigned int number, struct ovr_err *err)
{
	struct ovr_saved found = { 0 };
	int status = check_document(value, &found, err);
	bool is_watch = status == 0 && strcmp(found.name, "watch") == 0;

	if (status == 0 && number != 0 && (!is_watch || !json_is_array(saved->root)))
		status = ovr_err_set(
			err, -EINVAL, "found several documents, accepted: one, or the lines of watch");
	if (status == 0 && number == 0 && is_watch)
		saved->root = json_array();
	if (status == 0 && is_watch && json_array_append(saved->root, value) != 0)
		status = ovr_err_set(err, -ENOMEM, "no memory for its lines");
	if (status != 0) {
		if (number != 0)
			ovr_err_prefix(err, "value %u", number + 1);
		return status;
	}
	if (!is_watch)
		saved->root = json_incref(value);
	saved->name = found.name;
	saved->command = found.command;
	return 0;
}

int
ovr_saved_parse(const char *text, size_t bytes, struct ovr_saved *ret_saved, struct ovr_err *err)
{
	struct ovr_saved saved = { 0 };
	size_t at = 0;
	int status = check_depth(text, bytes, err);

	for (unsigned int number = 0; status == 0 && (number == 0 || !is_blank(text + at, bytes - at));
		number++) {
		json_t *value = NULL;

		status = next_value(text, bytes, &at, number, &value, err);
		if (status == 0)
			status = take_value(&saved, value, number, err);
		json_decref(value);
	}
	if (status == 0)
		*ret_saved = saved;
	else
		json_decref(saved.root);
	return status;
}

int
ovr_saved_open(const char *path, struct ovr_saved *ret_saved, struct ovr_err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct text text = { 0 };
	int status = fd < 0 ? ovr_err_set(err, -errno, "%s", strerror(errno)) : check_file(fd, err);

	if (status == 0)
		status = read_all(fd, &text, err);
	if (!is_stdin && fd >= 0)
		close(fd);
	if (status == 0 && is_stdin && text.n == 0)
		status = ovr_err_set(err, -EINVAL,
			"found nothing to read, accepted: JSON that overrun wrote, named once (-)");
	if (status == 0)
		status = ovr_saved_parse(text.bytes, text.n, ret_saved, err);
	free(text.bytes);
	if (status != 0)
		ovr_err_prefix(err, "%.200s", is_stdin ? "stdin" : path);
	return status;
}

void
ovr_saved_close(struct ovr_saved *saved)
{
	json_decref(saved->root);
	*saved = (struct ovr_saved){ 0 };
}

/* One step of a path: a key, and the elements behind it. */
static const json_t *
step_into(const json_t *value, const char *step, size_t n)
{
	const char *element = step + strcspn(step, ".[");
	char key[OVR_JSON_PLAN_KEY_BYTES];

	if (element != step) {
		snprintf(key, sizeof(key), "%.*s", (int)(element - step), step);
		value = json_object_get(value, key);
	}
	while (element < step + n) {
		char *end;
		unsigned long number = strtoul(element + 1, &end, 10);

		value = json_array_get(value, number);
		element = end + 1;
	}
	return value;
}

const json_t *
ovr_saved_at(const json_t *object, const char *path)
{
	const json_t *value = object;

	while (*path != '\0') {
		size_t n = strcspn(path, ".");

		value = step_into(value, path, n);
		path += n + (path[n] == '.');
	}
	return value;
}

size_t
ovr_saved_size(const json_t *object, const char *path)
{
	const json_t *value = ovr_saved_at(object, path);

	return json_is_object(value) ? json_object_size(value) : json_array_size(value);
}

bool
ovr_saved_is_known(const json_t *object, const char *path)
{
	const json_t *value = ovr_saved_at(object, path);

	return value != NULL && !json_is_null(value);
}

uint64_t
ovr_saved_count(const json_t *object, const char *path)
{
	const json_t *value = ovr_saved_at(object, path);

	return json_is_integer(value) && json_integer_value(value) >= 0 ? (uint64_t)json_integer_value(value)
									: UINT64_MAX;
}

int64_t
ovr_saved_whole(const json_t *object, const char *path)
{
	const json_t *value = ovr_saved_at(object, path);

	return json_is_integer(value) ? json_integer_value(value) : INT64_MIN;
}

double
ovr_saved_real(const json_t *object, const char *path)
{
	const json_t *value = ovr_saved_at(object, path);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

bool
ovr_saved_bool(const json_t *object, const char *path)
{
	return json_is_true(ovr_saved_at(object, path));
}

const char *
ovr_saved_text(const json_t *object, const char *path)
{
	const char *text = json_string_value(ovr_saved_at(object, path));

	return text == NULL ? "" : text;
}
