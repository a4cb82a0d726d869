/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * How much memory a text of JSON takes once it is read, told before it is. Short values take far
 * more memory than text: an empty object has two characters and more than 200 bytes. Pure.
 */
#pragma once

#include <stddef.h>

/** @return what jansson takes at most for this text, whether it is JSON or not; bytes */
size_t ovr_message_tree_bytes(const char *text, size_t size);

/** @return what a message of this size may take; bytes */
size_t ovr_message_tree_bytes_max(size_t size);
