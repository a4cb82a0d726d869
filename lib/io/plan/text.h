/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Check that a text chosen by a person (a file name, a device) survives being written to YAML and
 * JSON and read back.
 */
#pragma once

#include <stdbool.h>

/**
 * @return whether @p text is well-formed UTF-8 without control characters, line breaks and byte
 * order marks
 */
bool ovr_plan_text_is_printable(const char *text);
