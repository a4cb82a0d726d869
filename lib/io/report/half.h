/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A half of a trial as JSON (overrun.half/1, docs/reference/half.schema.json): written by the host
 * that has the end, read back as the same by whoever joins the halves.
 *
 * What is read comes from another host, and nothing of it is trusted: the whole document is held
 * against the tables it is written by (json_check.h), and figures that depend on each other against
 * each other. Lists are bounded, so that what is kept is a small multiple of the text.
 *
 * Control thread.
 */
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "base/err.h"
#include "halves/document.h"

/** Longest text of a half. */
#define OVR_HALF_BYTES_MAX (UINT64_C(32) << 20)

/** @return the half as JSON, new; NULL: no memory */
json_t *ovr_half_json(const struct ovr_half_document *half);

/**
 * Read one, as ovr_half_json() made it.
 * @param[out] ret_half the caller's, who gives it back with ovr_half_document_done(). Untouched on
 * failure
 * @return 0; -EINVAL: no half, which the sentence says with the path of the key; -ENOMEM
 */
int ovr_half_read(const json_t *value, struct ovr_half_document *ret_half, struct ovr_err *err);

/**
 * The same of a text.
 * @return 0; -EINVAL; -EFBIG: longer than OVR_HALF_BYTES_MAX, or of more values than a half of that
 * length has; -ENOMEM
 */
int ovr_half_parse(const char *text, size_t bytes, struct ovr_half_document *ret_half, struct ovr_err *err);

/**
 * Write one into a file, which is there as a whole or not at all.
 * @return 0; what open(2), write(2) or rename(2) say; -EFBIG: longer than OVR_HALF_BYTES_MAX;
 * -ENOMEM. The sentence begins with the path
 */
int ovr_half_save(const struct ovr_half_document *half, const char *path, struct ovr_err *err);

/** Read such a file. @return as ovr_half_parse(), and what open(2) and read(2) say */
int ovr_half_load(const char *path, struct ovr_half_document *ret_half, struct ovr_err *err);
