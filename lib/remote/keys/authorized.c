/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/authorized.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain.h"
#include "keys/file.h"

/* One line, which is changed. @param what the file and the line's number */
static int
read_line(const char *what, char *line, struct ovr_authorized *authorized, struct ovr_err *err)
{
	char *text = line + strspn(line, " \t\r");
	char *comment = text + strcspn(text, " \t\r");
	struct ovr_authorized_key key = { .comment = "" };
	int status;

	if (text[0] == '\0' || text[0] == '#')
		return 0;
	if (*comment != '\0')
		*comment++ = '\0';
	status = ovr_key_parse(what, text, &key.key, err);
	if (status != 0)
		return status;
	if (ovr_authorized_of(authorized, &key.key) != NULL)
		return ovr_err_set(
			err, -EINVAL, "%s: found a key for the second time, accepted: each once", what);
	if (authorized->n == OVR_AUTHORIZED_MAX)
		return ovr_err_set(err, -EINVAL, "%s: found another key, accepted: %u at most", what,
			OVR_AUTHORIZED_MAX);
	comment += strspn(comment, " \t");
	snprintf(key.comment, sizeof(key.comment), "%.*s", (int)strcspn(comment, "\r"), comment);
	ovr_plain(key.comment);
	authorized->key[authorized->n++] = key;
	return 0;
}

int
ovr_authorized_read(
	const char *what, const char *text, struct ovr_authorized *ret_authorized, struct ovr_err *err)
{
	struct ovr_authorized authorized = { .n = 0 };
	char *copy = strdup(text);
	unsigned int number = 0;
	int status = 0;

	authorized.key = calloc(OVR_AUTHORIZED_MAX, sizeof(*authorized.key));
	if (copy == NULL || authorized.key == NULL)
		status = ovr_err_set(err, -ENOMEM, "%s: no memory", what);
	for (char *line = copy; status == 0 && line != NULL;) {
		char *next = strchr(line, '\n');
		char place[256];

		if (next != NULL)
			*next++ = '\0';
		snprintf(place, sizeof(place), "%.200s, line %u", what, ++number);
		status = read_line(place, line, &authorized, err);
		line = next;
	}
	free(copy);
	if (status != 0) {
		ovr_authorized_done(&authorized);
		return status;
	}
	*ret_authorized = authorized;
	return 0;
}

int
ovr_authorized_load(const char *path, struct ovr_authorized *ret_authorized, struct ovr_err *err)
{
	char *text;
	int status = ovr_keys_file_read(path, OVR_KEYS_OTHERS_READ, &text, NULL, err);

	if (status != 0)
		return status;
	status = ovr_authorized_read(path, text, ret_authorized, err);
	free(text);
	return status;
}

const struct ovr_authorized_key *
ovr_authorized_of(const struct ovr_authorized *authorized, const struct ovr_key *key)
{
	for (size_t i = 0; i < authorized->n; i++)
		if (ovr_key_is_same(&authorized->key[i].key, key))
			return &authorized->key[i];
	return NULL;
}

void
ovr_authorized_done(struct ovr_authorized *authorized)
{
	if (authorized == NULL)
		return;
	free(authorized->key);
	*authorized = (struct ovr_authorized){ .n = 0 };
}
