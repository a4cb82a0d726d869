/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The addresses of a caller and of this host on the way to it, so that the interface between them
 * is not taken for a test.
 *
 * Control thread.
 */
#pragma once

#include <stddef.h>

/** Room for the addresses of both. */
#define OVR_AGENT_PEER_BYTES 160

/**
 * Write "PEER 0 HERE 0", as ovr_end_conf takes it. Nothing is sent.
 * @param address of the caller, with or without a port: "10.0.0.1", "10.0.0.1:4711",
 * "[2001:db8::1]:4711"
 * @return @p text; NULL: it is no address, or there is no way to it
 */
const char *ovr_agent_peer_print(char *text, size_t size, const char *address);
