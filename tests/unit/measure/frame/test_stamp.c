/* SPDX-License-Identifier: BSD-3-Clause */
/* A run of frames is stamped as its frames are one by one. */
#include "frame/frame.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define OFFSET 64

static uint8_t buffers[512][OFFSET + 192];

/*
 * Stamp n frames of stream 3 from `seq` on, both ways, and expect the same bytes, and none written
 * after the head.
 */
static void
expect_same(unsigned int ip_version, unsigned int n_vlans, unsigned int size, uint64_t seq, uint64_t tx_ns,
	unsigned int n, unsigned int head_bytes)
{
	struct ovr_frame_flow_conf conf = {
		.ip_version = (uint8_t)ip_version, .n_vlans = (uint8_t)n_vlans, .vlan = { 1, 2 }
	};
	struct ovr_frame_flow flow = ovr_frame_flow_of(&conf, 3, 0);
	struct ovr_frame_tag tag = { .trial_id = 0x5eed1234, .stream = 3, .seq = seq, .tx_ns = tx_ns };
	static uint8_t bytes[256], one[256];
	struct ovr_frame_template template;
	void *at[512];

	cr_assert_eq(ovr_frame_template_build(&flow, size, bytes, &template, NULL), 0);
	memset(buffers, 0xee, sizeof(buffers));
	for (unsigned int i = 0; i < n; i++)
		at[i] = buffers[i];
	ovr_frame_stamp_run(at, OFFSET, n, &template, &tag, head_bytes);
	for (unsigned int i = 0; i < n; i++, tag.seq++) {
		memcpy(one, bytes, head_bytes);
		ovr_frame_stamp(one, &template, &tag);
		cr_assert_arr_eq(buffers[i] + OFFSET, one, head_bytes, "frame %u of %u from %ju", i, n,
			(uintmax_t)seq);
		cr_assert_eq(buffers[i][OFFSET - 1], 0xee);
		cr_assert_eq(buffers[i][OFFSET + head_bytes], 0xee);
	}
}

Test(stamp, a_run_has_the_bytes_of_its_frames_one_by_one)
{
	expect_same(4, 0, 64, 0, 0, 1, 64);
	expect_same(4, 0, 64, 1000, 98765432109, 32, 64);
	expect_same(4, 1, 68, 7, 1234567, 33, 64);
	expect_same(4, 2, 128, 7, 281474976710655, 64, 128);
	expect_same(6, 0, 84, 4294967290, 65536, 512, 128);
	expect_same(6, 2, 96, 281474976710000, 1, 100, 128);
}

Test(stamp, carries_within_the_number_leave_the_checksums_right)
{
	expect_same(4, 0, 64, 0xffff - 10, 5, 20, 64);
	expect_same(4, 0, 64, 0xffffffff - 10, 5, 20, 64);
	expect_same(4, 0, 64, 0xffffffffff - 10, 5, 20, 64);
}

Test(stamp, every_checksum_comes_round_to_the_one_after_it)
{
	/* 66,000 numbers in a row pass every value of the checksum, the two around zero as well */
	for (uint64_t seq = 0; seq < 66000; seq += 500)
		expect_same(4, 0, 64, seq, 42, 500, 64);
}
