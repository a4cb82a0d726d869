/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/hop.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ovr_result_hop
carried(void)
{
	return (struct ovr_result_hop){ .way = {
						{ .from = "eth1", .to = "eth2", .balances = true },
						{ .from = "eth2", .to = "eth1", .balances = true },
					} };
}

Test(hop, what_was_lost_by_plan_is_not_void)
{
	struct ovr_result_hop hop = carried();

	hop.way[0].counts.kind[OVR_CABLE_DROP] = 7;
	hop.way[1].counts.kind[OVR_CABLE_QUEUE_FULL] = 7;
	ovr_result_hop_close(&hop);
	cr_assert_str_eq(hop.reason, "");
}

Test(hop, what_was_lost_beside_the_plan_is)
{
	struct ovr_result_hop hop = carried();

	hop.way[1].missed = 3;
	ovr_result_hop_close(&hop);
	cr_assert_str_eq(hop.reason, "eth2: 3 packets came while the hop's buffer was full");
	hop = carried();
	hop.way[0].refused = 2;
	ovr_result_hop_close(&hop);
	cr_assert_not_null(
		strstr(hop.reason, "eth1 to eth2: 2 frames were lost beside the plan"), "%s", hop.reason);
	hop = carried();
	hop.way[0].balances = false;
	ovr_result_hop_close(&hop);
	cr_assert_str_eq(hop.reason, "eth1 to eth2: the counts of frames do not balance");
}
