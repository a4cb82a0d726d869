/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/frame.h"

#include <criterion/criterion.h>

Test(frame, a_tag_is_18_bytes_in_network_order)
{
	static const uint8_t expected[18] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x10, 0x32,
		0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe, 0x11, 0x22 };
	struct ovr_frame_tag tag = {
		.trial_id = 0x01234567,
		.stream = 0x89ab,
		.seq = 0xcdef10325476,
		.tx_ns = 0x98badcfe1122,
	};
	uint8_t at[20] = { [18] = 0xaa, [19] = 0x55 };

	ovr_frame_tag_put(at, &tag);
	cr_assert_arr_eq(at, expected, 18);
	cr_assert_eq(at[18], 0xaa);
	cr_assert_eq(at[19], 0x55);
}

Test(frame, a_tag_is_read_from_its_bytes)
{
	static const uint8_t at[18] = { 0xfe, 0xdc, 0xba, 0x98, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x00,
		0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x02 };
	struct ovr_frame_tag tag = ovr_frame_tag_get(at);

	cr_assert_eq(tag.trial_id, 0xfedcba98);
	cr_assert_eq(tag.stream, 65535);
	cr_assert_eq(tag.seq, 0x800000000001);
	cr_assert_eq(tag.tx_ns, 258);
}

Test(frame, the_largest_numbers_survive_a_round_trip)
{
	struct ovr_frame_tag tag = { UINT32_MAX, UINT16_MAX, 281474976710655, 281474976710655 };
	struct ovr_frame_tag back;
	uint8_t at[18];

	ovr_frame_tag_put(at, &tag);
	for (unsigned int i = 0; i < 18; i++)
		cr_expect_eq(at[i], 0xff, "byte %u", i);
	back = ovr_frame_tag_get(at);
	cr_assert_eq(back.trial_id, UINT32_MAX);
	cr_assert_eq(back.stream, UINT16_MAX);
	cr_assert_eq(back.seq, 281474976710655);
	cr_assert_eq(back.tx_ns, 281474976710655);
}

Test(frame, line_rates_are_those_of_the_published_table)
{
	static const struct {
		unsigned int size;
		uint64_t pps_1g, pps_10g, pps_25g, pps_100g;
	} row[] = {
		{ 64, 1488095, 14880952, 37202380, 148809523 },
		{ 128, 844594, 8445945, 21114864, 84459459 },
		{ 256, 452898, 4528985, 11322463, 45289855 },
		{ 512, 234962, 2349624, 5874060, 23496240 },
		{ 1024, 119731, 1197318, 2993295, 11973180 },
		{ 1280, 96153, 961538, 2403846, 9615384 },
		{ 1518, 81274, 812743, 2031859, 8127438 },
		{ 1522, 81063, 810635, 2026588, 8106355 },
		{ 2048, 60444, 604448, 1511121, 6044487 },
		{ 4096, 30369, 303692, 759232, 3036929 },
		{ 8192, 15221, 152216, 380540, 1522162 },
		{ 9216, 13533, 135339, 338349, 1353399 },
	};

	for (unsigned int i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		cr_expect_eq(
			ovr_frame_line_pps(1000000000, row[i].size), row[i].pps_1g, "%u at 1G", row[i].size);
		cr_expect_eq(ovr_frame_line_pps(10000000000, row[i].size), row[i].pps_10g, "%u at 10G",
			row[i].size);
		cr_expect_eq(ovr_frame_line_pps(25000000000, row[i].size), row[i].pps_25g, "%u at 25G",
			row[i].size);
		cr_expect_eq(ovr_frame_line_pps(100000000000, row[i].size), row[i].pps_100g, "%u at 100G",
			row[i].size);
	}
}

Test(frame, line_rates_at_10m_are_those_of_rfc_2544)
{
	static const unsigned int size[] = { 64, 128, 256, 512, 1024, 1280, 1518 };
	static const uint64_t pps[] = { 14880, 8445, 4528, 2349, 1197, 961, 812 };

	for (unsigned int i = 0; i < 7; i++)
		cr_expect_eq(ovr_frame_line_pps(10000000, size[i]), pps[i], "%u", size[i]);
}

Test(frame, line_rates_of_64_bytes_at_faster_speeds)
{
	cr_assert_eq(ovr_frame_line_pps(40000000000, 64), 59523809);
	cr_assert_eq(ovr_frame_line_pps(50000000000, 64), 74404761);
	cr_assert_eq(ovr_frame_line_pps(200000000000, 64), 297619047);
	cr_assert_eq(ovr_frame_line_pps(400000000000, 64), 595238095);
}

Test(frame, filler_depends_on_the_offset_alone)
{
	uint8_t buf[300];

	ovr_frame_fill(buf, 300);
	cr_assert_eq(buf[0], 0x5a);
	cr_assert_eq(buf[1], 0x61);
	cr_assert_eq(buf[2], 0x68);
	cr_assert_eq(buf[60], 0xfe);
	cr_assert_eq(buf[256], 0x5a);
	cr_assert_eq(buf[299], 0x87);
}

Test(frame, fill_writes_no_further_than_asked)
{
	uint8_t buf[4] = { 1, 1, 1, 1 };

	ovr_frame_fill(buf, 3);
	cr_assert_eq(buf[2], 0x68);
	cr_assert_eq(buf[3], 1);
}
