/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Keys of hosts (Curve25519, as CurveZMQ uses them): a pair for this host, in a folder.
 *
 *     DIR/secret           the secret key, mode 0600; the public one follows from it
 *     DIR/public           the public key and a comment, a line to give to others
 *     DIR/authorized       public keys that an agent of this host answers (keys/authorized.h)
 *
 * As text a key is 64 hexadecimal digits, which need no quotes in YAML or in a shell.
 *
 * Control thread.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define OVR_KEY_BYTES 32
/** Room for a key as text, with its end. */
#define OVR_KEY_TEXT_BYTES 65
/** Room for what stands behind a key, with its end. */
#define OVR_KEY_COMMENT_BYTES 128

/** One key. Plain data. */
struct ovr_key {
	uint8_t byte[OVR_KEY_BYTES];
};

/** A host's own keys. Plain data; ovr_keys_forget() before its memory is given up. */
struct ovr_keys {
	struct ovr_key public_key, secret_key;
};

/** @return whether two keys are the same, in a time that does not depend on where they differ */
bool ovr_key_is_same(const struct ovr_key *one, const struct ovr_key *other);

/** @return @p text, 64 hexadecimal digits */
const char *ovr_key_print(char text[static OVR_KEY_TEXT_BYTES], const struct ovr_key *key);

/**
 * @param what for the sentence: "hosts.yaml:3"
 * @return 0; -EINVAL: not 64 hexadecimal digits
 */
int ovr_key_parse(const char *what, const char *text, struct ovr_key *ret_key, struct ovr_err *err);

/** Draw a new pair. @return 0; -ENOTSUP: libzmq was built without CURVE */
int ovr_keys_make(struct ovr_keys *ret_keys, struct ovr_err *err);

/** Overwrite the pair in memory. */
void ovr_keys_forget(struct ovr_keys *keys);

/**
 * The folder of keys where none is named: $OVERRUN_CONFIG, $XDG_CONFIG_HOME/overrun, or
 * ~/.config/overrun.
 * @return 0; -ENOENT: there is neither a $XDG_CONFIG_HOME nor a $HOME
 */
int ovr_keys_folder(char ret_folder[static PATH_MAX], struct ovr_err *err);

/**
 * Write both files of a pair. Missing folders are made, mode 0700. Each file is written beside its
 * name and renamed.
 * @param comment behind the public key, one line
 * @param may_replace whether a pair that is there is overwritten
 * @return 0; -EEXIST: there is a pair, and it stays; negative errno of the file
 */
int ovr_keys_save(const char *folder, const struct ovr_keys *keys, const char *comment, bool may_replace,
	struct ovr_err *err);

/**
 * Read the pair.
 * @return 0; -ENOENT: there is none; -EACCES: others may read or write the file of the secret key,
 *         or it is another user's; -EINVAL: no pair; negative errno of the file
 */
int ovr_keys_load(const char *folder, struct ovr_keys *ret_keys, struct ovr_err *err);
