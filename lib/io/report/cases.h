/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * A saved result as test cases, for systems that build and test: the verdict, each account of a
 * trial, each answer of a search, each curve of a sweep.
 *
 *     pass   fails nothing. Accounts with frames pass, too: their loss is within --max-loss
 *     loss   the verdict fails with its reasons, and each account that has frames
 *     void   the verdict is an error with its reasons; what it does not say is skipped
 *
 * Control thread.
 */
#pragma once

#include <stdio.h>

#include "report/saved.h"

/** XML of JUnit: one test suite. @return 0; -EINVAL: a document without a verdict; -EIO, -ENOMEM */
int ovr_report_junit(const struct ovr_saved *saved, FILE *out, struct ovr_err *err);

/** The Test Anything Protocol, version 13. @return as ovr_report_junit() */
int ovr_report_tap(const struct ovr_saved *saved, FILE *out, struct ovr_err *err);
