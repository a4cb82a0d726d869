/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Texts that stay for the life of the process, each once. For members that point to a static text,
 * where the text came from a file or from another host.
 */
#pragma once

/** Texts that are kept, and bytes of them all. */
#define OVR_LASTING_TEXTS_MAX 1024
#define OVR_LASTING_BYTES_MAX 65536

/**
 * Control thread.
 * @return a text with the same bytes, never freed; "": there is no room for another one
 */
const char *ovr_lasting(const char *text);
