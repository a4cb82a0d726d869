/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A path of namespaces whose counters moved, for tests of who owns what. One at a time; everything
 * is static.
 */
#pragma once

#include "kernel/rules.h"

/* An empty path, of frames of IPv4. */
void kernel_path_reset(void);

/* Add a namespace, in the order of the path. @return it, to be changed */
struct ovr_kernel_side *kernel_path_side(const char *netns, unsigned int roles);

/* Add an interface, whose counters tx_dropped and rx_dropped moved so. @return it, to be changed */
struct ovr_kernel_link *kernel_path_link(
	const char *netns, const char *name, const char *driver, uint64_t tx_dropped, uint64_t rx_dropped);

/* Add a veth pair, one end after the other, whose counters did not move. */
void kernel_path_pair(const char *netns, const char *name, const char *peer_netns, const char *peer_name);

/* A counter of this layer added so many. @return it, to be changed; another one may move it */
struct ovr_kernel_change *kernel_path_moved(
	const char *netns, enum ovr_kernel_layer layer, const char *object, const char *name, uint64_t added);

/* A counter of a MIB added so many. */
void kernel_path_mib(const char *netns, const char *name, uint64_t added);

/* What it comes to. @return the path, which can be changed before */
struct ovr_kernel_path *kernel_path(void);

/* Claim, and fail the test where that fails. @return the claims, valid until the next call */
const struct ovr_kernel_claims *kernel_path_claim(void);

/*
 * The claims as text, a line each: "r hop rx.ip Ip:InHdrErrors 100", a range "0..100", with "
 * attempt" and its like behind what are no frames. Fails the test where it is another one.
 */
void kernel_path_assert(const char *expected);
