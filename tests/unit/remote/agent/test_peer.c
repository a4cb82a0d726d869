/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/peer.h"

#include <criterion/criterion.h>

static char text[OVR_AGENT_PEER_BYTES];

Test(peer, the_way_to_it_has_an_address_here)
{
	cr_expect_str_eq(ovr_agent_peer_print(text, sizeof(text), "127.0.0.1"), "127.0.0.1 0 127.0.0.1 0");
	cr_expect_str_eq(
		ovr_agent_peer_print(text, sizeof(text), "127.0.0.1:4711"), "127.0.0.1 0 127.0.0.1 0");
}

Test(peer, what_is_no_address_has_none)
{
	cr_expect_null(ovr_agent_peer_print(text, sizeof(text), ""));
	cr_expect_null(ovr_agent_peer_print(text, sizeof(text), "rack1"));
	cr_expect_null(ovr_agent_peer_print(text, sizeof(text), "127.0.0.1.5"));
	cr_expect_null(ovr_agent_peer_print(text, sizeof(text), "[::1"));
}
