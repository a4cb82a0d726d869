/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The result of a trial from what its ends handed over.
 *
 * Where an end was lost, what was known of each half is kept in a file that the result names:
 * beside its JSON file, or in the folder for states of this user.
 *
 * Control thread.
 */
#pragma once

#include "caller/conduct.h"
#include "caller/ends.h"
#include "result/result.h"

/**
 * @param conduct after ovr_conduct_run(); its halves are used up
 * @param ends in the same order
 * @param plan of the trial, with its id
 * @param[out] ret_result finished; the caller calls ovr_result_done(). Untouched on failure
 * @return 0, whatever the verdict is; -EBADMSG: a half that is none; -ENOMEM
 */
int ovr_caller_books_close(struct ovr_conduct *conduct, const struct ovr_ends *ends,
	const struct ovr_plan *plan, struct ovr_result *ret_result, struct ovr_err *err);
