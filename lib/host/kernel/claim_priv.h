/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * State of one call of ovr_kernel_claim(), and its steps. Internal to kernel.
 */
#pragma once

#include "kernel/rules.h"

/** The state. */
struct ovr_kernel_work {
	const struct ovr_kernel_path *path;
	struct ovr_kernel_claims *claims;
	uint64_t *left; /**< of each change: what nobody claimed yet; 0 where it is unknown */
	int status;     /**< -ENOMEM */
};

/** @return the difference, at least 0 */
static inline uint64_t
less(uint64_t one, uint64_t other)
{
	return one > other ? one - other : 0;
}

static inline uint64_t
smaller(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

/** @return the index of the namespace in the path; -1: it is not on it */
int ovr_kernel_side_of(const struct ovr_kernel_path *path, const char *netns);

/** @return the first role of @p roles that the namespace has; 0: none */
unsigned int ovr_kernel_role_of(const struct ovr_kernel_path *path, int side, unsigned int roles);

/** @return the index of the change; -1: there is none, or it is not known */
int64_t ovr_kernel_change_at(const struct ovr_kernel_path *path, const char *netns,
	enum ovr_kernel_layer layer, const char *object, const char *name);

/**
 * @return what all counters of that layer and name in the namespace added, whatever their object
 */
uint64_t ovr_kernel_added(
	const struct ovr_kernel_path *path, const char *netns, enum ovr_kernel_layer layer, const char *name);

/** @return whether the interface's counters are booked by a port of the tester */
bool ovr_kernel_is_port_link(const struct ovr_kernel_path *path, int side, const char *link);

/**
 * @return the index of the link that an object of a layer of links begins with ("eth0 queue 3");
 * -1: it is of none
 */
int ovr_kernel_link_of(const struct ovr_kernel_path *path, const struct ovr_kernel_counter *counter);

/** @return whether the link leads back: frames for the receiver do not leave through it */
bool ovr_kernel_leads_back(const struct ovr_kernel_path *path, int link);

/** @return whether the link leads on: frames for the receiver do not arrive through it */
bool ovr_kernel_leads_on(const struct ovr_kernel_path *path, int link);

/** @return the index of the other end of a veth pair; -1: it is not among the links of the path */
int ovr_kernel_peer_of(const struct ovr_kernel_path *path, int link);

/**
 * Add a claim of @p frames, all certain. @return it, until the next one is added; NULL: no memory
 */
struct ovr_kernel_claim *ovr_kernel_claim_add(struct ovr_kernel_work *work, int side, unsigned int role,
	enum ovr_ledger_place place, const struct ovr_kernel_counter *counter, uint64_t frames);

/** Append "Udp:InErrors 183" to the aliases of a claim. */
void ovr_kernel_claim_alias(
	struct ovr_kernel_claim *claim, const char *what, const char *name, uint64_t added);

/** Add a note of one sentence. */
void ovr_kernel_claim_note(struct ovr_kernel_work *work, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** Add the claims of links, of their drivers and of the backlogs after them. */
void ovr_kernel_claim_links(struct ovr_kernel_work *work);

/**
 * Make ranges of what others can have moved, and of fragments. When all claims are made and in
 * order.
 */
void ovr_kernel_claim_doubts(struct ovr_kernel_work *work);
