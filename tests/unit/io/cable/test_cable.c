/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/cable.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MS UINT64_C(1000000)

static struct ovr_cable *
cable_of(const char *keys, uint32_t queue)
{
	struct ovr_cable *cable = NULL;
	struct ovr_wire_conf conf;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_wire_conf_parse("x", keys, &conf, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_cable_create(&conf, 1, queue, &cable, &err), 0);
	return cable;
}

/* A frame of so many bytes whose first has a number. */
static void
put(struct ovr_cable *cable, uint8_t number, uint32_t length, uint64_t now_ns)
{
	uint8_t bytes[2048] = { number };

	cr_assert_eq(ovr_cable_put(cable, bytes, length, now_ns), 0);
}

/* @return the number of the next frame; -1: none is due */
static int
take(struct ovr_cable *cable, uint64_t now_ns)
{
	struct ovr_cable_frame *frame = ovr_cable_take(cable, now_ns);
	int number = frame == NULL ? -1 : frame->bytes[0];

	free(frame);
	return number;
}

Test(cable, a_delay_is_exact)
{
	struct ovr_cable *cable = cable_of("delay=10ms", 1);

	cr_assert_eq(ovr_cable_due_ns(cable), UINT64_MAX);
	put(cable, 1, 60, 5 * MS);
	cr_assert_eq(ovr_cable_due_ns(cable), 15 * MS);
	cr_assert_eq(take(cable, 15 * MS - 1), -1);
	cr_assert_eq(take(cable, 15 * MS), 1);
	ovr_cable_destroy(cable);
}

/* 1,226 bytes occupy 1,250 on the line: 1 ms at 10 Mb/s */
Test(cable, a_rate_spaces_frames_and_its_queue_overflows)
{
	struct ovr_cable *cable = cable_of("speed=10M", 3);

	for (uint8_t i = 0; i < 5; i++)
		put(cable, i, 1226, 0);
	cr_assert_eq(ovr_cable_counts(cable)->kind[OVR_CABLE_QUEUE_FULL], 2);
	cr_assert_eq(take(cable, MS - 1), -1);
	cr_assert_eq(take(cable, MS), 0);
	cr_assert_eq(take(cable, 2 * MS), 1);
	cr_assert_eq(take(cable, 2 * MS), -1);
	/* there is room again */
	put(cable, 9, 1226, 2 * MS);
	cr_assert_eq(take(cable, 3 * MS), 2);
	cr_assert_eq(take(cable, 4 * MS), 9);
	cr_assert(ovr_cable_balances(cable));
	ovr_cable_destroy(cable);
}

Test(cable, drops_are_listed_by_number_and_time)
{
	struct ovr_cable *cable = cable_of("drop-at=1+3", 1);
	const struct ovr_cable_event *event;

	for (uint8_t i = 0; i < 5; i++)
		put(cable, i, 60, i * MS);
	cr_assert_eq(ovr_cable_events(cable, &event), 2);
	cr_assert(event[0].kind == OVR_CABLE_DROP && event[0].frame == 1 && event[0].at_ns == MS);
	cr_assert(event[1].kind == OVR_CABLE_DROP && event[1].frame == 3 && event[1].at_ns == 3 * MS);
	cr_assert(take(cable, 9 * MS) == 0 && take(cable, 9 * MS) == 2 && take(cable, 9 * MS) == 4);
	ovr_cable_destroy(cable);
}

Test(cable, a_frame_that_is_held_back_goes_on_behind_so_many)
{
	struct ovr_cable *cable = cable_of("reorder=2:100%", 1);
	const struct ovr_cable_event *event;

	/* all are held until there is no room, or no frame comes for 1 ms */
	put(cable, 1, 60, 0);
	cr_assert_eq(take(cable, 0), -1);
	cr_assert_eq(ovr_cable_due_ns(cable), OVR_CABLE_IDLE_NS);
	cr_assert_eq(take(cable, OVR_CABLE_IDLE_NS), 1);
	/* none has passed it */
	cr_assert_eq(ovr_cable_events(cable, &event), 0);
	ovr_cable_destroy(cable);
}

Test(cable, reordered_frames_are_listed_when_they_were_passed)
{
	struct ovr_cable *cable = cable_of("reorder=2:20%", 1);
	uint32_t late = 0;
	int highest = -1, number;

	for (uint8_t i = 0; i < 200; i++)
		put(cable, i, 60, i);
	while ((number = take(cable, 10 * MS)) >= 0) {
		late += number < highest;
		highest = number > highest ? number : highest;
	}
	cr_assert(late > 10, "%u", late);
	cr_assert_eq(ovr_cable_counts(cable)->kind[OVR_CABLE_REORDER], late);
	cr_assert(ovr_cable_balances(cable));
	ovr_cable_destroy(cable);
}

Test(cable, a_doubled_frame_comes_twice)
{
	struct ovr_cable *cable = cable_of("dup=100%", 1);

	put(cable, 4, 60, 0);
	cr_assert(take(cable, 0) == 4 && take(cable, 0) == 4 && take(cable, 0) == -1);
	cr_assert_eq(ovr_cable_counts(cable)->delivered, 2);
	cr_assert(ovr_cable_balances(cable));
	ovr_cable_destroy(cable);
}

/* of a whole packet of UDP, in what its checksum covers; nothing of what is no packet */
Test(cable, one_bit_is_flipped_where_a_checksum_covers_it)
{
	struct ovr_cable *cable = cable_of("corrupt=100%", 1);
	uint8_t packet[60] = { [12] = 0x08, [14] = 0x45, [17] = 40, [23] = 17, [39] = 20 };
	struct ovr_cable_frame *frame;
	unsigned int bits = 0;

	cr_assert_eq(ovr_cable_put(cable, packet, sizeof(packet), 0), 0);
	put(cable, 1, 60, 0);
	cr_assert_eq(ovr_cable_counts(cable)->kind[OVR_CABLE_CORRUPT], 1);
	frame = ovr_cable_take(cable, 0);
	cr_assert_not_null(frame);
	for (unsigned int i = 0; i < sizeof(packet); i++) {
		unsigned int changed = (unsigned int)__builtin_popcount(packet[i] ^ frame->bytes[i]);

		cr_assert(changed == 0 || (i >= 34 && i < 54), "byte %u", i);
		bits += changed;
	}
	cr_assert_eq(bits, 1);
	free(frame);
	ovr_cable_destroy(cable);
}

Test(cable, frames_under_way_at_the_end_are_counted)
{
	struct ovr_cable *cable = cable_of("delay=1s,drop=10%,dup=10%,reorder=3:10%", 1);

	for (uint32_t i = 0; i < 5000; i++)
		put(cable, 1, 60, i * MS / 10);
	while (take(cable, 1200 * MS) >= 0)
		;
	ovr_cable_close(cable);
	cr_assert_gt(ovr_cable_counts(cable)->left, 1000);
	cr_assert_gt(ovr_cable_counts(cable)->delivered, 1000);
	cr_assert(ovr_cable_balances(cable));
	ovr_cable_destroy(cable);
}
