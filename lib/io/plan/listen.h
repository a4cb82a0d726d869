/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An address to listen at: `[ADDRESS:]PORT`, on the loopback interface where no address is named.
 *
 * IPv6 addresses stand in brackets, as in [::1]:9464. 0.0.0.0 and [::] are all addresses of the
 * host. Port 0 is any free one.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

/** Room for an address as text, with its end. */
#define OVR_LISTEN_TEXT_BYTES 64

/** An address. Plain data; zeroed memory is none. */
struct ovr_listen {
	uint8_t ip_version; /**< 4 or 6; 0: none */
	uint8_t ip[16];     /**< network order; IPv4 uses the first four bytes */
	uint16_t port;      /**< 0: any free one */
};

/**
 * @param what for sentences: "metrics"
 * @param[out] ret_listen untouched on failure
 * @return 0; -EINVAL
 */
int ovr_listen_parse(const char *what, const char *text, struct ovr_listen *ret_listen, struct ovr_err *err);

/**
 * The same, where the sentence offers other words, too, which the caller has looked for.
 * @param others "none, "
 */
int ovr_listen_parse_beside(const char *what, const char *text, const char *others,
	struct ovr_listen *ret_listen, struct ovr_err *err);

/** The same, where "none" is accepted. */
int ovr_listen_parse_or_none(
	const char *what, const char *text, struct ovr_listen *ret_listen, struct ovr_err *err);

/** @return @p buf: "127.0.0.1:9464", "[::1]:9464" or "none"; OVR_LISTEN_TEXT_BYTES are enough */
const char *ovr_listen_print(char *buf, size_t size, const struct ovr_listen *listen);

/**
 * As bind() takes it.
 * @param listen not of ip_version 0
 * @return its size in bytes
 */
socklen_t ovr_listen_address(const struct ovr_listen *listen, struct sockaddr_storage *ret_address);
