/* SPDX-License-Identifier: BSD-3-Clause */
#include "hop/hop.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "netns.h"

static struct ovr_hop_conf
conf_of(const char *one, const char *other)
{
	return (struct ovr_hop_conf){
		.name = { one, other }, .keys = { "", "" }, .seed = 1, .queue_frames = 100
	};
}

Test(hop, an_interface_that_is_not_there_is_refused)
{
	struct ovr_hop_conf conf = conf_of("nowhere0", "nowhere1");
	struct ovr_hop *hop = NULL;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_hop_open(&conf, &hop, &err), -ENODEV);
	cr_assert_null(hop);
}

Test(hop, an_interface_that_is_down_or_carries_the_default_route_is_refused)
{
	struct ovr_hop_conf conf = conf_of("ta", "tb");
	struct ovr_hop *hop = NULL;
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("ta", "tb");
	netns_run("ip link set ta down");
	cr_assert_eq(ovr_hop_open(&conf, &hop, &err), -ENETDOWN, "%s", err.text);
	netns_run("ip link set ta up");
	netns_run("ip address add 198.18.0.1/24 dev tb");
	netns_run("ip route add default via 198.18.0.2");
	cr_assert_eq(ovr_hop_open(&conf, &hop, &err), -EPERM, "%s", err.text);
	cr_assert_not_null(strstr(err.text, "default route"), "%s", err.text);
	conf.force = true;
	cr_assert_eq(ovr_hop_open(&conf, &hop, &err), 0, "%s", err.text);
	ovr_hop_close(hop);
}

Test(hop, a_hop_without_frames_balances)
{
	struct ovr_hop_conf conf = conf_of("ta", "tc");
	struct ovr_result_hop result;
	struct ovr_hop *hop = NULL;
	struct ovr_err err = { "" };

	netns_enter();
	netns_make_pair("ta", "tb");
	netns_make_pair("tc", "td");
	cr_assert_eq(ovr_hop_open(&conf, &hop, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_hop_run(hop, 50000000, &err), 0, "%s", err.text);
	ovr_hop_end(hop, &result);
	cr_assert_str_eq(result.reason, "");
	cr_assert_geq(result.duration_ns, 50000000);
	ovr_hop_close(hop);
}
