/* SPDX-License-Identifier: BSD-3-Clause */
/* What the table says of itself. */
#include "kernel/rules.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Whether every word of it is a layer with a name. */
static bool
is_list(const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t layer_length = strcspn(text, "/ "), length = strcspn(text, " ");
		bool is_known = false;

		for (int layer = 0; layer < OVR_KERNEL_LAYERS; layer++) {
			const char *name = ovr_kernel_layer_name((enum ovr_kernel_layer)layer);

			is_known |= strlen(name) == layer_length && strncmp(name, text, layer_length) == 0;
		}
		if (!is_known || length <= layer_length + 1)
			return false;
		text += length + strspn(text + length, " ");
	}
	return true;
}

Test(rules, every_row_is_whole)
{
	size_t n;
	const struct ovr_kernel_rule *rule = ovr_kernel_rules(&n);

	for (size_t i = 0; i < n; i++) {
		bool is_sending = ovr_ledger_place_side(rule[i].place) == OVR_LEDGER_SENDER;

		cr_assert(is_list(rule[i].aliases), "%s: %s", rule[i].name, rule[i].aliases);
		cr_assert(is_list(rule[i].never_add_to), "%s: %s", rule[i].name, rule[i].never_add_to);
		cr_assert_neq(rule[i].remark[0], '\0', "%s", rule[i].name);
		cr_assert_neq(rule[i].roles, 0u, "%s", rule[i].name);
		/*
		 * a sender loses before the path, a receiver behind it, a hop on either side of
		 * itself
		 */
		cr_assert_eq(rule[i].roles & (is_sending ? OVR_KERNEL_RECEIVER : OVR_KERNEL_SENDER), 0u, "%s",
			rule[i].name);
		cr_assert(rule[i].ip_version == 0 || rule[i].ip_version == 4 || rule[i].ip_version == 6);
		cr_assert_eq(ovr_kernel_tells_loss(
				     &(struct ovr_kernel_counter){ .layer = rule[i].layer, .name = "" }),
			rule[i].layer == OVR_KERNEL_DRIVER || rule[i].layer == OVR_KERNEL_SOCKET);
	}
}

static bool
tells_loss(enum ovr_kernel_layer layer, const char *name)
{
	struct ovr_kernel_counter counter = { .layer = layer };

	snprintf(counter.name, sizeof(counter.name), "%s", name);
	return ovr_kernel_tells_loss(&counter);
}

Test(rules, a_counter_of_loss_or_delivery_has_to_be_steady)
{
	cr_assert(tells_loss(OVR_KERNEL_MIB, "Udp:RcvbufErrors"));
	cr_assert(tells_loss(OVR_KERNEL_MIB, "Udp:InDatagrams"));
	cr_assert(tells_loss(OVR_KERNEL_LINK, "tx_dropped"));
	cr_assert(tells_loss(OVR_KERNEL_LINK, "rx_missed_errors"));
	cr_assert(tells_loss(OVR_KERNEL_SOCKET, "drops"));
	cr_assert_not(tells_loss(OVR_KERNEL_LINK, "rx_packets"));
	cr_assert_not(tells_loss(OVR_KERNEL_MIB, "Tcp:InSegs"));
	cr_assert_not(tells_loss(OVR_KERNEL_NFTABLES, "counter"));
}

Test(rules, a_unit_follows_the_counter)
{
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_LINK, "rx_dropped"), OVR_KERNEL_FRAME);
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_LINK, "rx_bytes"), OVR_KERNEL_OTHER);
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_QDISC, "drops"), OVR_KERNEL_SKB);
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_MIB, "Udp:NoPorts"), OVR_KERNEL_DATAGRAM);
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_MIB, "Ip:OutNoRoutes"), OVR_KERNEL_DATAGRAM);
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_MIB, "TcpExt:TCPOFODrop"), OVR_KERNEL_SEGMENT);
	cr_assert_eq(ovr_kernel_unit_of(OVR_KERNEL_CONNTRACK, "early_drop"), OVR_KERNEL_OTHER);
}

Test(rules, only_what_is_frames_can_be_booked_with_frames)
{
	cr_assert(ovr_kernel_unit_is_frames(OVR_KERNEL_FRAME));
	cr_assert(ovr_kernel_unit_is_frames(OVR_KERNEL_SKB));
	cr_assert(ovr_kernel_unit_is_frames(OVR_KERNEL_DATAGRAM));
	cr_assert_not(ovr_kernel_unit_is_frames(OVR_KERNEL_SEGMENT));
	cr_assert_not(ovr_kernel_unit_is_frames(OVR_KERNEL_OTHER));
}
