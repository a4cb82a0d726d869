/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A finished result, read back from the JSON that overrun wrote: any document of
 * docs/reference/json.md, of any command.
 *
 * What is opened was checked as a whole against the tables it is written by (json_check.h): every
 * key is there, of its kind and in its range, and nothing else is. So a reader names a key and gets
 * its value; null is what a table says it may be: unknown. So is a key that was added after an
 * older overrun wrote the document: it is missing there, and never stands for zero.
 *
 * Texts come from a file that anybody may have written. They may hold any character but NUL: make
 * them plain for a terminal (base/plain.h), and escape them in HTML and SVG. Sums are not checked:
 * a file may say that more was lost than sent.
 *
 * Control thread.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** Largest file that is read: above the result of a day with every stream, queue and sample. */
#define OVR_SAVED_BYTES_MAX (UINT64_C(256) << 20)

/** Deepest nesting of objects and lists that is read; no document has more than 12. */
#define OVR_SAVED_DEPTH_MAX 32

/** A document. Zeroed: none. */
struct ovr_saved {
	/** "result", "check", "ring", "watch", "tcp", "doctor": its schema is overrun.NAME/1 */
	const char *name;
	/** that wrote it, "run", "ring advise"; of watch and doctor their names */
	const char *command;
	/** the document; of watch a list of them, one for each line. Owned: ovr_saved_close() */
	json_t *root;
};

/**
 * Read a file.
 * @param path "-": stdin
 * @return 0; -EINVAL: no JSON, no document of this version, or a key that is not as it was written;
 *         -EFBIG: larger than OVR_SAVED_BYTES_MAX, and not read; -ENOMEM; what open(2) or read(2)
 *         says. The sentence begins with the path, and the key's path follows
 */
int ovr_saved_open(const char *path, struct ovr_saved *ret_saved, struct ovr_err *err);

/** The same of a text in memory, of @p bytes bytes. Without a path in the sentence. */
int ovr_saved_parse(const char *text, size_t bytes, struct ovr_saved *ret_saved, struct ovr_err *err);

/** Give it back. A zeroed one is allowed. */
void ovr_saved_close(struct ovr_saved *saved);

/**
 * A value by its path, as in "trial.ledger.accounts[0].place", from any object or list of a
 * document.
 * @return the document's; NULL: there is no such key, an object on the way is null, or the list is
 * shorter
 */
const json_t *ovr_saved_at(const json_t *object, const char *path);

/** @return elements of a list, keys of an object; 0: neither, or no such key */
size_t ovr_saved_size(const json_t *object, const char *path);

/** @return whether the value is there and not null */
bool ovr_saved_is_known(const json_t *object, const char *path);

/* The value, and what stands for null, for no such key and for another kind. */

uint64_t ovr_saved_count(const json_t *object, const char *path);   /**< UINT64_MAX */
int64_t ovr_saved_whole(const json_t *object, const char *path);    /**< INT64_MIN */
double ovr_saved_real(const json_t *object, const char *path);      /**< NAN; a count is one too */
bool ovr_saved_bool(const json_t *object, const char *path);        /**< false */
const char *ovr_saved_text(const json_t *object, const char *path); /**< "" */
