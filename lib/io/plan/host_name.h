/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What stands between `host:` and the slash in a port's name: the machine that has the port.
 *
 *     host:NAME/PORT                 a machine that the file of hosts names
 *     host:ADDRESS[:PORT]/PORT       an agent at a numeric address: host:127.0.0.1:5206/wire:0
 *     host:ssh://[USER@]NAME/PORT    a machine where ssh starts an agent for this session
 */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "plan/listen.h"

/** Room for a machine's name as text, with its end. */
#define OVR_PORT_HOST_BYTES 128

/** TCP port of an agent where nobody says another. */
#define OVR_HOST_PORT_DEFAULT 5205

enum ovr_host_kind {
	OVR_HOST_NAMED,   /**< by the file of hosts */
	OVR_HOST_ADDRESS, /**< numeric */
	OVR_HOST_SSH,     /**< reached by ssh */
};

/** A machine's name, taken apart. Plain data. */
struct ovr_host_name {
	enum ovr_host_kind kind;
	char text[OVR_PORT_HOST_BYTES];  /**< canonical: "rack-b", "192.0.2.7:5206", "ssh://root@b" */
	char login[OVR_PORT_HOST_BYTES]; /**< of OVR_HOST_SSH: "root@b"; else "" */
	struct ovr_listen address;       /**< of OVR_HOST_ADDRESS; its port is never 0 */
};

/**
 * @param what for sentences
 * @param text "rack-b"; without `host:` and without the slash
 * @param[out] ret_host untouched on failure
 * @return 0; -EINVAL: empty, too long, characters that no name has, an address that is none
 */
int ovr_host_name_parse(
	const char *what, const char *text, struct ovr_host_name *ret_host, struct ovr_err *err);

/**
 * Where the name of a machine ends: at the slash before what follows it. The two slashes of ssh://
 * are part of the name.
 * @return NULL: nothing follows
 */
const char *ovr_host_name_end(const char *text);
