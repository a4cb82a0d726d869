/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * One sentence that tells a person what went wrong.
 *
 * A fallible function returns 0 or a negative errno and takes a struct ovr_err from its caller. The
 * innermost function that knows the facts writes the sentence (object, what was asked, what was
 * found, what is accepted); outer ones may put a prefix before it. Nothing in lib/ prints it: app/
 * does, once.
 */
#pragma once

#include <stdarg.h>

/** Longest sentence, with its end. A longer one is cut. */
#define OVR_ERR_TEXT_BYTES 512

/** An error's sentence. Owned by the caller, any thread, empty until something fails. */
struct ovr_err {
	char text[OVR_ERR_TEXT_BYTES]; /**< one sentence without a full stop or a newline */
};

/**
 * Write the sentence. Control characters in it become question marks.
 * @param err where to; NULL is allowed and drops the text
 * @param code negative errno
 * @return @p code, so that a failing function can end in `return ovr_err_set(...)`
 */
int ovr_err_set(struct ovr_err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Put "prefix: " before the sentence that is there. @return nothing; NULL is allowed. */
void ovr_err_prefix(struct ovr_err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
