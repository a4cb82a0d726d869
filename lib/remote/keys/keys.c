/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "base/folder.h"
#include "base/plain.h"
#include "keys/file.h"

/* A key as libzmq's functions of pairs take it, with its end. */
#define Z85_BYTES 41

bool
ovr_key_is_same(const struct ovr_key *one, const struct ovr_key *other)
{
	unsigned int difference = 0;

	for (size_t i = 0; i < OVR_KEY_BYTES; i++)
		difference |= one->byte[i] ^ other->byte[i];
	return difference == 0;
}

const char *
ovr_key_print(char text[static OVR_KEY_TEXT_BYTES], const struct ovr_key *key)
{
	for (size_t i = 0; i < OVR_KEY_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", key->byte[i]);
	return text;
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int
ovr_key_parse(const char *what, const char *text, struct ovr_key *ret_key, struct ovr_err *err)
{
	struct ovr_key key;
	char found[41];

	for (size_t i = 0; i < OVR_KEY_BYTES; i++) {
		int high = digit_of(text[2 * i]);
		int low = high < 0 ? -1 : digit_of(text[2 * i + 1]);

		if (low < 0)
			break;
		key.byte[i] = (uint8_t)(high << 4 | low);
		if (i + 1 < OVR_KEY_BYTES || text[2 * i + 2] != '\0')
			continue;
		*ret_key = key;
		return 0;
	}
	snprintf(found, sizeof(found), "%s", text);
	return ovr_err_set(err, -EINVAL, "%s: found \"%s\"%s for a key, accepted: 64 hexadecimal digits",
		what, ovr_plain(found), strlen(text) >= sizeof(found) ? "…" : "");
}

static void
forget(void *memory, size_t size)
{
	explicit_bzero(memory, size);
}

int
ovr_keys_make(struct ovr_keys *ret_keys, struct ovr_err *err)
{
	char public_text[Z85_BYTES], secret_text[Z85_BYTES];

	if (zmq_curve_keypair(public_text, secret_text) != 0)
		return ovr_err_set(err, -errno, "keys cannot be made: %s",
			errno == ENOTSUP ? "libzmq was built without CURVE" : zmq_strerror(errno));
	zmq_z85_decode(ret_keys->public_key.byte, public_text);
	zmq_z85_decode(ret_keys->secret_key.byte, secret_text);
	forget(secret_text, sizeof(secret_text));
	return 0;
}

void
ovr_keys_forget(struct ovr_keys *keys)
{
	forget(keys, sizeof(*keys));
}

int
ovr_keys_folder(char ret_folder[static PATH_MAX], struct ovr_err *err)
{
	const char *own = getenv("OVERRUN_CONFIG");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	int n;

	/* the specification of base directories has a relative path ignored */
	if (own != NULL && own[0] == '/')
		n = snprintf(ret_folder, PATH_MAX, "%s", own);
	else if (config != NULL && config[0] == '/')
		n = snprintf(ret_folder, PATH_MAX, "%s/overrun", config);
	else if (home != NULL && home[0] != '\0')
		n = snprintf(ret_folder, PATH_MAX, "%s/.config/overrun", home);
	else
		return ovr_err_set(err, -ENOENT,
			"keys: found neither XDG_CONFIG_HOME nor HOME, accepted: one of them, or a folder");
	return n < PATH_MAX ? 0 : ovr_err_set(err, -ENAMETOOLONG, "keys: the folder's name is too long");
}

/* @param file in the folder */
static int
path_of(char path[static PATH_MAX], const char *folder, const char *file, struct ovr_err *err)
{
	if (snprintf(path, PATH_MAX, "%s/%s", folder, file) < PATH_MAX)
		return 0;
	return ovr_err_set(err, -ENAMETOOLONG, "keys: %.80s… is too long for a folder", folder);
}

static int
refuse_present(const char *path, struct ovr_err *err)
{
	return ovr_err_set(
		err, -EEXIST, "%s: found a key, accepted: none, or --force, which replaces it", path);
}

static int
save_both(const char *secret_path, const char *public_path, const struct ovr_keys *keys, const char *comment,
	bool may_replace, struct ovr_err *err)
{
	char text[OVR_KEY_TEXT_BYTES], line[OVR_KEY_TEXT_BYTES + OVR_KEY_COMMENT_BYTES + 2];
	bool is_new = access(secret_path, F_OK) != 0;
	int status;

	snprintf(line, sizeof(line), "%s\n", ovr_key_print(text, &keys->secret_key));
	status = ovr_keys_file_write(secret_path, line, 0600, may_replace, err);
	forget(line, sizeof(line));
	forget(text, sizeof(text));
	if (status == -EEXIST)
		return refuse_present(secret_path, err);
	if (status != 0)
		return status;
	snprintf(line, sizeof(line), "%s%s%.*s\n", ovr_key_print(text, &keys->public_key),
		comment[0] != '\0' ? " " : "", OVR_KEY_COMMENT_BYTES - 1, comment);
	status = ovr_keys_file_write(public_path, line, 0644, true, err);
	if (status != 0 && is_new)
		unlink(secret_path);
	return status;
}

int
ovr_keys_save(const char *folder, const struct ovr_keys *keys, const char *comment, bool may_replace,
	struct ovr_err *err)
{
	char secret_path[PATH_MAX], public_path[PATH_MAX];
	int status = path_of(secret_path, folder, "secret", err);

	if (status == 0)
		status = path_of(public_path, folder, "public", err);
	if (status != 0)
		return status;
	status = ovr_folder_make(folder, 0700);
	if (status != 0)
		return ovr_err_set(err, status, "%.200s cannot be made: %s", folder, strerror(-status));
	if (!may_replace && access(public_path, F_OK) == 0)
		status = refuse_present(public_path, err);
	return status == 0 ? save_both(secret_path, public_path, keys, comment, may_replace, err) : status;
}

int
ovr_keys_load(const char *folder, struct ovr_keys *ret_keys, struct ovr_err *err)
{
	char path[PATH_MAX], secret_text[Z85_BYTES], public_text[Z85_BYTES];
	struct ovr_keys keys;
	char *text;
	int status = path_of(path, folder, "secret", err);

	if (status == 0)
		status = ovr_keys_file_read(path, OVR_KEYS_OTHERS_NOTHING, &text, NULL, err);
	if (status != 0)
		return status;
	text[strcspn(text, "\r\n")] = '\0';
	status = ovr_key_parse(path, text, &keys.secret_key, err);
	/* a sentence must not hold a part of a secret */
	if (status != 0)
		ovr_err_set(err, status, "%s: found no key, accepted: 64 hexadecimal digits", path);
	forget(text, strlen(text));
	free(text);
	if (status != 0)
		return status;
	zmq_z85_encode(secret_text, keys.secret_key.byte, OVR_KEY_BYTES);
	if (zmq_curve_public(public_text, secret_text) != 0)
		status = ovr_err_set(err, -errno, "%s: no public key can be had of it: %s", path,
			errno == ENOTSUP ? "libzmq was built without CURVE" : zmq_strerror(errno));
	forget(secret_text, sizeof(secret_text));
	if (status == 0) {
		zmq_z85_decode(keys.public_key.byte, public_text);
		*ret_keys = keys;
	}
	ovr_keys_forget(&keys);
	return status;
}
