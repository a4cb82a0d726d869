/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Can a text that a person chose (a file name, a device) be written to YAML and JSON and read back as it was?
 */
#pragma once

#include <stdbool.h>

/** @return whether @p text is well-formed UTF-8 without control characters, line breaks and byte order marks */
bool ovr_plan_text_is_printable(const char *text);
