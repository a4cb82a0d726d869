/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel_path.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SIDES   4
#define LINKS   8
#define CHANGES 64

static struct ovr_kernel_side side[SIDES];
static struct ovr_kernel_link link[LINKS];
static struct ovr_kernel_change change[CHANGES];
static struct ovr_kernel_changes changes;
static struct ovr_kernel_claims claims;
static struct ovr_kernel_path path;

void
kernel_path_reset(void)
{
	changes = (struct ovr_kernel_changes){ .change = change };
	path = (struct ovr_kernel_path){ .side = side, .changes = &changes, .link = link, .ip_version = 4 };
}

struct ovr_kernel_path *
kernel_path(void)
{
	return &path;
}

struct ovr_kernel_side *
kernel_path_side(const char *netns, unsigned int roles)
{
	cr_assert_lt(path.n_sides, SIDES);
	side[path.n_sides] = (struct ovr_kernel_side){ .netns = netns, .roles = roles };
	return &side[path.n_sides++];
}

/* Every namespace of a test has a number: that of its first letter. */
static uint64_t
id_of(const char *netns)
{
	return 4026532000u + (unsigned char)netns[0];
}

static struct ovr_kernel_link *
add_link(const char *netns, const char *name, const char *driver)
{
	struct ovr_kernel_link *added = &link[path.n_links];

	cr_assert_lt(path.n_links, LINKS);
	*added = (struct ovr_kernel_link){
		.ifindex = 10 + path.n_links, .peer_nsid = -1, .netns_id = id_of(netns)
	};
	snprintf(added->netns, sizeof(added->netns), "%s", netns);
	snprintf(added->name, sizeof(added->name), "%s", name);
	snprintf(added->driver, sizeof(added->driver), "%s", driver);
	path.n_links++;
	return added;
}

struct ovr_kernel_link *
kernel_path_link(
	const char *netns, const char *name, const char *driver, uint64_t tx_dropped, uint64_t rx_dropped)
{
	kernel_path_moved(netns, OVR_KERNEL_LINK, name, "tx_dropped", tx_dropped);
	kernel_path_moved(netns, OVR_KERNEL_LINK, name, "rx_dropped", rx_dropped);
	return add_link(netns, name, driver);
}

void
kernel_path_pair(const char *netns, const char *name, const char *peer_netns, const char *peer_name)
{
	struct ovr_kernel_link *one = add_link(netns, name, "veth");
	struct ovr_kernel_link *other = add_link(peer_netns, peer_name, "veth");

	one->peer_ifindex = other->ifindex;
	one->peer_netns_id = other->netns_id;
	other->peer_ifindex = one->ifindex;
	other->peer_netns_id = one->netns_id;
}

struct ovr_kernel_change *
kernel_path_moved(
	const char *netns, enum ovr_kernel_layer layer, const char *object, const char *name, uint64_t added)
{
	struct ovr_kernel_change *moved = &change[changes.n];
	struct ovr_kernel_counter *counter = &moved->counter;

	cr_assert_lt(changes.n, CHANGES);
	changes.n++;
	*moved = (struct ovr_kernel_change){ .added = added };
	*counter = (struct ovr_kernel_counter){
		.layer = layer, .value = added, .is_known = true, .width_bits = 64
	};
	snprintf(counter->netns, sizeof(counter->netns), "%s", netns);
	snprintf(counter->object, sizeof(counter->object), "%s", object);
	snprintf(counter->name, sizeof(counter->name), "%s", name);
	counter->unit = ovr_kernel_unit_of(layer, name);
	return moved;
}

void
kernel_path_mib(const char *netns, const char *name, uint64_t added)
{
	kernel_path_moved(netns, OVR_KERNEL_MIB, "", name, added);
}

const struct ovr_kernel_claims *
kernel_path_claim(void)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_kernel_claim(&path, &claims, &err), 0, "%s", err.text);
	return &claims;
}

static const char *
role_name(enum ovr_kernel_role role)
{
	switch (role) {
	case OVR_KERNEL_SENDER:
		return "sender";
	case OVR_KERNEL_HOP:
		return "hop";
	case OVR_KERNEL_RECEIVER:
		break;
	}
	return "receiver";
}

void
kernel_path_assert(const char *expected)
{
	char text[2048] = "";
	size_t length = 0;

	kernel_path_claim();
	for (uint32_t i = 0; i < claims.n; i++) {
		const struct ovr_kernel_claim *claim = &claims.claim[i];

		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s %s %s %s ", claim->netns,
			role_name(claim->role), ovr_ledger_place_name(claim->place), claim->counter);
		if (claim->frames_min != claim->frames_max)
			length += (size_t)snprintf(
				text + length, sizeof(text) - length, "%" PRIu64 "..", claim->frames_min);
		length += (size_t)snprintf(
			text + length, sizeof(text) - length, "%" PRIu64, claim->frames_max);
		if (!ovr_kernel_unit_is_frames(claim->unit))
			length += (size_t)snprintf(text + length, sizeof(text) - length, " %s",
				ovr_kernel_unit_name(claim->unit));
		length += (size_t)snprintf(text + length, sizeof(text) - length, "\n");
		cr_assert_eq(claim->frames, claim->frames_max);
	}
	cr_assert_str_eq(text, expected);
}
