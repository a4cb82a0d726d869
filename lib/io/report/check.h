/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The account of a capture (`overrun check`) as text and JSON.
 *
 * What a capture cannot show is said with it: losses before a stream's first frame and after its
 * last one.
 */
#pragma once

#include <stdio.h>

#include "base/err.h"
#include "capture/capture.h"

/** Text for people. @param path the capture's name @return 0; -EIO */
int ovr_report_check_text(
	const struct ovr_capture_account *account, const char *path, FILE *out, struct ovr_err *err);

/** JSON (`overrun.check/1`). @return 0; -EIO, -ENOMEM */
int ovr_report_check_json(
	const struct ovr_capture_account *account, const char *path, FILE *out, struct ovr_err *err);

/** @return the exit code: 0 nothing is missing or damaged, 1 something is */
int ovr_report_check_verdict(const struct ovr_capture_account *account);
