/* SPDX-License-Identifier: BSD-3-Clause */
/* Nothing arrived: was a router in the way that was not spoken to? */
#include <criterion/criterion.h>
#include <string.h>

#include "result/result.h"

static struct ovr_result result;

static void
arrange(void)
{
	static const uint8_t mac[6] = { 0x02, 0, 0, 0, 0, 0x02 };

	result.plan.ports.tx.kind = result.plan.ports.rx.kind = OVR_PORT_NETDEV;
	result.plan.ports.path = OVR_PATH_DUT;
	memcpy(result.plan.frames.dst_mac, mac, sizeof(mac));
	result.ledger.figures.sent = 20000;
	result.ledger.verdict = OVR_VERDICT_LOSS;
}

TestSuite(gateway, .init = arrange);

Test(gateway, frames_that_no_router_takes_are_said_to_need_its_address)
{
	ovr_result_suggest_gateway(&result);
	cr_assert_eq(result.ledger.n_reasons, 1);
	cr_assert_str_eq(result.ledger.reason[0],
		"none of 20,000 frames arrived, all sent to 02:00:00:00:00:02: a router takes only what is "
		"for its own MAC address: say --gateway with its IP address, or --dst-mac");
	cr_assert_eq(result.ledger.verdict, OVR_VERDICT_LOSS);
}

static void
assert_silent(void)
{
	ovr_result_suggest_gateway(&result);
	cr_assert_eq(result.ledger.n_reasons, 0);
}

Test(gateway, where_a_frame_came_through_the_address_is_right)
{
	result.ledger.figures.unique = 1;
	assert_silent();
}

Test(gateway, a_gateway_that_answered_was_spoken_to)
{
	result.plan.frames.gateway.ip_version = 4;
	assert_silent();
}

Test(gateway, without_a_device_between_there_is_no_router)
{
	result.plan.ports.path = OVR_PATH_DIRECT;
	assert_silent();
}

Test(gateway, a_wire_has_no_router)
{
	result.plan.ports.tx.kind = OVR_PORT_WIRE;
	assert_silent();
}
