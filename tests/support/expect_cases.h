/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Test cases of a result, held against the text that is expected of them.
 */
#pragma once

#include "report/cases.h"

/** Fail the test unless the list, which is emptied, is this JUnit XML. */
void expect_junit(struct ovr_cases *cases, const char *expected);

/** Fail the test unless the list, which is emptied, is this TAP from the number of its cases on. */
void expect_tap(struct ovr_cases *cases, const char *expected);
