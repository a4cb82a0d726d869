/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The hosts file of a caller: names, where their agents listen, and their public keys. YAML:
 *
 *     rack1: {address: 10.0.0.2, key: 4f1c…}
 *     rack2: {address: "[2001:db8::2]:5300", key: 90aa…}
 *
 * Control thread.
 */
#pragma once

#include "keys/keys.h"

/** Most hosts of a file. */
#define OVR_HOSTS_MAX 4096
/** Room for a host's name, with its end. */
#define OVR_HOST_NAME_BYTES 64
/** Room for its address, with its end. */
#define OVR_HOST_ADDRESS_BYTES 280

/** Where the agent of a host is. Plain data. */
struct ovr_host {
	char name[OVR_HOST_NAME_BYTES];       /**< letters, digits, '-', '_' and '.' */
	char address[OVR_HOST_ADDRESS_BYTES]; /**< HOST[:PORT], as link/link.h takes it */
	struct ovr_key key;                   /**< the agent's public key */
	bool has_key;                         /**< else the agent is on the loopback interface */
};

/** Hosts in the order of the file. Zeroed memory is an empty list. */
struct ovr_hosts {
	struct ovr_host *host;
	size_t n;
};

/**
 * Read the file.
 * @param[out] ret_hosts untouched on failure; else ovr_hosts_done() frees it
 * @return 0; -EINVAL, and the sentence names line and column; negative errno of the file
 */
int ovr_hosts_load(const char *path, struct ovr_hosts *ret_hosts, struct ovr_err *err);

/** Read its text. @param what for sentences: the file's name. @return as above */
int ovr_hosts_read(
	const char *what, const char *text, size_t size, struct ovr_hosts *ret_hosts, struct ovr_err *err);

/** @return the text of a file of these hosts, which the caller frees; NULL: there is no memory */
char *ovr_hosts_print(const struct ovr_hosts *hosts);

/** @return the host of this name; NULL: there is none */
const struct ovr_host *ovr_hosts_of(const struct ovr_hosts *hosts, const char *name);

/** Free the list. NULL is allowed. */
void ovr_hosts_done(struct ovr_hosts *hosts);
