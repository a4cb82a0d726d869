/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Form of a text of the user's (a file name, a device) that is the same after it was written to
 * YAML or JSON and read back.
 */
#pragma once

#include <stdbool.h>

/**
 * @return whether @p text is well-formed UTF-8 without control characters, line breaks and byte
 * order marks
 */
bool ovr_plan_text_is_printable(const char *text);
