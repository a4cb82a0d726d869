/* SPDX-License-Identifier: BSD-3-Clause */
#include "frame/neighbour.h"

#include <criterion/criterion.h>

static const uint8_t tester_mac[6] = { 2, 0, 0, 0, 0, 2 };

/* "who has 198.19.0.1? tell 198.19.255.254", as a Linux router sends it. */
static const uint8_t arp_request[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xbb, 0xcc, 0xdd, 0xee,
	0x01, 0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x01,
	198, 19, 255, 254, 0, 0, 0, 0, 0, 0, 198, 19, 0, 1 };

static const uint8_t router_ip[16] = { 0x20, 0x01, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static struct ovr_frame_flow
flow_of(uint8_t ip_version, uint8_t n_vlans)
{
	struct ovr_frame_flow_conf conf = { .ip_version = ip_version,
		.n_vlans = n_vlans,
		.vlan = { 100, 7 },
		.src_mac = { 2, 0, 0, 0, 0, 1 } };

	return ovr_frame_flow_of(&conf, 0, 0);
}

Test(neighbour, an_arp_request_is_answered_to_who_asked)
{
	static const uint8_t reply[42] = { 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0x01, 2, 0, 0, 0, 0, 2, 0x08, 0x06,
		0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x02, 2, 0, 0, 0, 0, 2, 198, 19, 0, 1, 0xaa, 0xbb,
		0xcc, 0xdd, 0xee, 0x01, 198, 19, 255, 254 };
	uint8_t buf[OVR_NEIGHBOUR_BYTES];
	struct ovr_neighbour found;

	cr_assert(ovr_neighbour_read(arp_request, 60, &found));
	cr_assert_eq(found.kind, OVR_NEIGHBOUR_REQUEST);
	cr_assert_arr_eq(found.target, ((uint8_t[]){ 198, 19, 0, 1 }), 4);
	cr_assert_eq(ovr_neighbour_answer(arp_request, &found, tester_mac, buf), 60);
	cr_assert_arr_eq(buf, reply, 42);
}

Test(neighbour, a_tagged_request_is_answered_on_its_vlans)
{
	struct ovr_frame_flow flow = flow_of(4, 2);
	const uint8_t target[16] = { 198, 18, 255, 254 };
	uint8_t request[OVR_NEIGHBOUR_BYTES], buf[OVR_NEIGHBOUR_BYTES];
	struct ovr_neighbour found, answer;
	uint32_t n = ovr_neighbour_ask(&flow, target, request);

	cr_assert(ovr_neighbour_read(request, n, &found));
	n = ovr_neighbour_answer(request, &found, tester_mac, buf);
	cr_assert_arr_eq(buf + 12, ((uint8_t[]){ 0x88, 0xa8, 0, 100, 0x81, 0, 0, 7, 0x08, 0x06 }), 10);
	cr_assert(ovr_neighbour_read(buf, n, &answer));
	cr_assert_eq(answer.kind, OVR_NEIGHBOUR_ANSWER);
	cr_assert_arr_eq(answer.target, target, 4);
	cr_assert_arr_eq(answer.sender_mac, tester_mac, 6);
}

/* tshark calls the checksums of this frame and of the next test's one good. */
Test(neighbour, a_solicitation_goes_to_the_group_of_its_target)
{
	struct ovr_frame_flow flow = flow_of(6, 0);
	uint8_t buf[OVR_NEIGHBOUR_BYTES];
	struct ovr_neighbour found;

	cr_assert_eq(ovr_neighbour_ask(&flow, router_ip, buf), 86);
	cr_assert_arr_eq(
		buf, ((uint8_t[]){ 0x33, 0x33, 0xff, 0, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x86, 0xdd }), 14);
	cr_assert_arr_eq(
		buf + 38, ((uint8_t[]){ 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0xff, 0xff }), 16);
	cr_assert_arr_eq(buf + 56, ((uint8_t[]){ 0x37, 0x97 }), 2);
	cr_assert(ovr_neighbour_read(buf, 86, &found));
	cr_assert_eq(found.kind, OVR_NEIGHBOUR_REQUEST);
	cr_assert_arr_eq(found.target, router_ip, 16);
	cr_assert_arr_eq(found.sender_mac, flow.src_mac, 6);
	buf[60] ^= 1;
	cr_assert_not(ovr_neighbour_read(buf, 86, &found), "its checksum is wrong");
}

Test(neighbour, a_solicitation_is_answered_with_an_advertisement)
{
	struct ovr_frame_flow flow = flow_of(6, 0);
	uint8_t request[OVR_NEIGHBOUR_BYTES], buf[OVR_NEIGHBOUR_BYTES];
	struct ovr_neighbour found, answer;

	ovr_neighbour_ask(&flow, router_ip, request);
	cr_assert(ovr_neighbour_read(request, 86, &found));
	cr_assert_eq(ovr_neighbour_answer(request, &found, tester_mac, buf), 86);
	cr_assert(ovr_neighbour_read(buf, 86, &answer));
	cr_assert_eq(answer.kind, OVR_NEIGHBOUR_ANSWER);
	cr_assert_arr_eq(answer.target, router_ip, 16);
	cr_assert_arr_eq(answer.sender_mac, tester_mac, 6);
	cr_assert_arr_eq(buf, flow.src_mac, 6);
	cr_assert_arr_eq(buf + 56, ((uint8_t[]){ 0xb3, 0x97 }), 2);
	cr_assert_eq(buf[58], 0x60, "solicited, overrides");
}

Test(neighbour, who_asks_for_itself_waits_for_no_answer)
{
	uint8_t request[60];
	struct ovr_neighbour found;

	memcpy(request, arp_request, 60);
	memset(request + 28, 0, 4); /* a probe */
	cr_assert_not(ovr_neighbour_read(request, 60, &found));
	memcpy(request + 28, request + 38, 4); /* an announcement */
	cr_assert_not(ovr_neighbour_read(request, 60, &found));
}

Test(neighbour, what_is_cut_short_is_none)
{
	struct ovr_frame_flow flow = flow_of(6, 0);
	uint8_t request[OVR_NEIGHBOUR_BYTES];
	struct ovr_neighbour found;

	for (uint32_t n = 0; n < 42; n++)
		cr_assert_not(ovr_neighbour_read(arp_request, n, &found));
	ovr_neighbour_ask(&flow, router_ip, request);
	for (uint32_t n = 0; n < 86; n++)
		cr_assert_not(ovr_neighbour_read(request, n, &found));
}
