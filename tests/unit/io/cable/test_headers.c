/* SPDX-License-Identifier: BSD-3-Clause */
#include "cable/headers.h"

#include <criterion/criterion.h>
#include <string.h>

/* An IPv4 packet of TCP with two bytes of payload, padded to 60 bytes. */
static const uint8_t tcp4[60] = { [12] = 0x08, [14] = 0x45, [17] = 42, [23] = 6, [46] = 0x50 };

Test(headers, of_ipv4_and_tcp_end_before_the_padding)
{
	struct ovr_cable_headers headers;

	cr_assert(ovr_cable_headers_of(tcp4, sizeof(tcp4), &headers));
	cr_assert_eq(headers.l3, 14);
	cr_assert_eq(headers.l4, 34);
	cr_assert_eq(headers.payload, 54);
	cr_assert_eq(headers.end, 56);
	cr_assert_eq(headers.protocol, 6);
	cr_assert(!headers.is_ipv6);
}

Test(headers, of_ipv6_and_udp_behind_a_vlan_tag)
{
	uint8_t frame[80] = { [12] = 0x81, [16] = 0x86, [17] = 0xdd, [18] = 0x60, [23] = 10, [24] = 17 };
	struct ovr_cable_headers headers;

	cr_assert(ovr_cable_headers_of(frame, sizeof(frame), &headers));
	cr_assert_eq(headers.l3, 18);
	cr_assert_eq(headers.l4, 58);
	cr_assert_eq(headers.payload, 66);
	cr_assert_eq(headers.end, 68);
	cr_assert(headers.is_ipv6);
}

Test(headers, of_other_protocols_and_fragments_there_are_none)
{
	uint8_t frame[60];
	struct ovr_cable_headers headers;

	memcpy(frame, tcp4, sizeof(frame));
	frame[12] = 0x88; /* no IP */
	cr_assert(!ovr_cable_headers_of(frame, sizeof(frame), &headers));
	memcpy(frame, tcp4, sizeof(frame));
	frame[23] = 1; /* ICMP */
	cr_assert(!ovr_cable_headers_of(frame, sizeof(frame), &headers));
	memcpy(frame, tcp4, sizeof(frame));
	frame[20] = 0x20; /* more fragments */
	cr_assert(!ovr_cable_headers_of(frame, sizeof(frame), &headers));
}

/* Every length and every value of the bytes that lead on: never beyond the frame. */
Test(headers, never_lead_beyond_the_frame)
{
	for (uint32_t length = 0; length <= sizeof(tcp4); length++)
		for (uint32_t at = 12; at < sizeof(tcp4); at++)
			for (uint32_t value = 0; value < 256; value += 5) {
				uint8_t frame[60];
				struct ovr_cable_headers headers;

				memcpy(frame, tcp4, sizeof(frame));
				frame[at] = (uint8_t)value;
				if (!ovr_cable_headers_of(frame, length, &headers))
					continue;
				cr_assert(headers.l4 < headers.payload && headers.payload <= headers.end &&
					headers.end <= length);
			}
}
