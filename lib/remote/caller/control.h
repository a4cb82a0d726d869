/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The two addresses between which messages to an agent pass, so that no port of a trial is put onto
 * the interface that carries them.
 *
 * Control thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/** Room for the text, with its end. */
#define OVR_CONTROL_BYTES 128

/**
 * The host of an agent's address.
 * @param address HOST[:PORT], as link/link.h takes it
 * @return whether there is one, and @p ret_host has room for it
 */
bool ovr_control_host(const char *address, char *ret_host, size_t size);

/**
 * @param address HOST[:PORT] of the agent, as link/link.h takes it
 * @param[out] ret_text as SSH_CONNECTION is written, the agent's side first; "": the way to it is
 *   not known, or is loopback
 */
void ovr_control_path(const char *address, char ret_text[static OVR_CONTROL_BYTES]);
