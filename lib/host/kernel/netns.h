/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Network namespaces: open one by its name, and run something in it.
 *
 * A thread that enters a namespace cannot always leave it, so only a thread of its own enters:
 * the caller's namespace never changes. The process's own namespace needs no privilege; another one
 * needs CAP_SYS_ADMIN. Control thread. Source: setns(2), ip-netns(8).
 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/** A namespace's name, with its end. */
#define OVR_KERNEL_NETNS_BYTES 64

/** An open namespace. It lives as long as this does, whoever removes its name. */
struct ovr_kernel_netns;

/**
 * Open a namespace.
 * @param name "": the process's own; "r1": as `ip netns` names it, that is /run/netns/r1; with a
 * slash: a path to it ("/proc/123/ns/net")
 * @return 0, and @p ret_netns is the caller's, to be closed; -ENOENT: there is none of that name
 * (the sentence lists those there are); -EINVAL: it is no network namespace; -ENAMETOOLONG;
 * -ENOMEM; -errno
 */
int ovr_kernel_netns_open(const char *name, struct ovr_kernel_netns **ret_netns, struct ovr_err *err);

/** @return its name as it was opened; owned by @p netns */
const char *ovr_kernel_netns_name(const struct ovr_kernel_netns *netns);

/** @return the number that tells it from others on this host: the inode of its file */
uint64_t ovr_kernel_netns_id(const struct ovr_kernel_netns *netns);

/**
 * Run @p function in the namespace, on a thread of its own with all signals blocked, and wait for
 * it. The caller may not hold what the function needs.
 * @param context is handed to it, with @p err
 * @return what the function returns; -EPERM: the namespace cannot be entered; -errno
 */
int ovr_kernel_netns_run(const struct ovr_kernel_netns *netns,
	int (*function)(void *context, struct ovr_err *err), void *context, struct ovr_err *err);

/** Close it; NULL is allowed. */
void ovr_kernel_netns_close(struct ovr_kernel_netns *netns);
