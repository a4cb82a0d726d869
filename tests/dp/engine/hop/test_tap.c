/* SPDX-License-Identifier: BSD-3-Clause */
#include "hop/tap.h"

#include <net/if.h>
#include <poll.h>
#include <string.h>

#include <criterion/criterion.h>

#include "netns.h"

static void
keep_first(void *context, const uint8_t *bytes, uint32_t length)
{
	uint8_t *kept = context;

	if (kept[0] == 0 && length <= 128)
		memcpy(kept, bytes, length);
}

/* The first frame with ethertype 0x88b5, or nothing within 20 s. */
static void
read_one(struct ovr_hop_tap *tap, uint8_t *kept)
{
	for (unsigned int i = 0; i < 2000 && (kept[12] != 0x88 || kept[13] != 0xb5); i++) {
		memset(kept, 0, 128);
		poll(NULL, 0, 10);
		while (kept[0] == 0 && ovr_hop_tap_read(tap, keep_first, kept) == 1)
			;
	}
}

Test(tap, what_is_sent_on_one_end_of_a_veth_arrives_at_the_other)
{
	struct ovr_hop_tap a, b;
	uint8_t frame[64] = { 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, 'x' }, kept[128] = { 0 };
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("ta", "tb");
	cr_assert_eq(ovr_hop_tap_open(&a, "ta", if_nametoindex("ta"), &err), 0, "%s", err.text);
	cr_assert_eq(ovr_hop_tap_open(&b, "tb", if_nametoindex("tb"), &err), 0, "%s", err.text);
	ovr_hop_tap_send(&a, frame, sizeof(frame));
	read_one(&b, kept);
	cr_assert_eq(memcmp(kept, frame, sizeof(frame)), 0);
	cr_assert_eq(a.refused, 0);
	cr_assert_eq(ovr_hop_tap_missed(&b), 0);
	ovr_hop_tap_close(&a);
	ovr_hop_tap_close(&b);
}

Test(tap, a_frame_that_is_longer_than_the_mtu_is_refused)
{
	struct ovr_hop_tap a;
	uint8_t frame[3000] = { 2 };
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("ta", "tb");
	cr_assert_eq(ovr_hop_tap_open(&a, "ta", if_nametoindex("ta"), &err), 0, "%s", err.text);
	ovr_hop_tap_send(&a, frame, sizeof(frame));
	cr_assert_eq(a.refused, 1);
	ovr_hop_tap_close(&a);
}
