/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include <linux/bpf.h>
#include <linux/if_link.h>

#include "nic/nic.h"
#include "support/netns.h"
#include "support/xdp.h"

static struct ovr_nic_facts
facts_of(const char *name)
{
	struct ovr_nic_facts facts;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_facts_read(name, &facts, &err), 0, "%s", err.text);
	return facts;
}

static void
assert_detached(const char *name)
{
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_nic_xdp_detach(name, &err), 0, "%s", err.text);
	cr_assert_eq(facts_of(name).xdp_prog_id, 0);
	cr_assert_str_eq(facts_of(name).xdp_mode, "");
}

static void
assert_attached(const char *name, const char *mode)
{
	char program[32];
	struct ovr_err err = { "" };

	cr_assert_neq(facts_of(name).xdp_prog_id, 0);
	cr_assert_str_eq(facts_of(name).xdp_mode, mode);
	cr_assert_eq(ovr_nic_xdp_program(name, program, sizeof(program), &err), 0, "%s", err.text);
	cr_assert_str_eq(program, "ovr_test");
}

Test(xdp, a_program_in_the_driver_is_named_and_detached)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	xdp_attach("nic-a", xdp_load(XDP_PASS), XDP_FLAGS_DRV_MODE);
	assert_attached("nic-a", "drv");
	assert_detached("nic-a");
}

Test(xdp, a_program_on_frames_of_the_kernel_is_named_and_detached)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	xdp_attach("nic-a", xdp_load(XDP_PASS), XDP_FLAGS_SKB_MODE);
	assert_attached("nic-a", "skb");
	assert_detached("nic-a");
}

Test(xdp, a_program_that_a_link_holds_is_detached_too)
{
	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	/* a link of the same program elsewhere must stay */
	{
		int prog_fd = xdp_load(XDP_PASS);

		xdp_link("nic-b", prog_fd, XDP_FLAGS_DRV_MODE);
		xdp_link("nic-a", prog_fd, XDP_FLAGS_DRV_MODE);
	}
	assert_attached("nic-a", "drv");
	assert_detached("nic-a");
	assert_attached("nic-b", "drv");
}

Test(xdp, without_a_program_there_is_nothing_to_detach_or_to_name)
{
	char program[32] = "unchanged";
	struct ovr_err err;

	netns_enter();
	netns_make_pair("nic-a", "nic-b");
	assert_detached("nic-a");
	cr_assert_eq(ovr_nic_xdp_program("nic-a", program, sizeof(program), &err), -ENOENT);
	cr_assert_str_eq(program, "unchanged");
	cr_assert_str_eq(err.text, "nic-a: no XDP program is attached");
}

Test(xdp, an_interface_that_is_not_there_has_none)
{
	char program[32];
	struct ovr_err err;

	cr_assert_eq(ovr_nic_xdp_detach("ovr-nowhere", &err), -ENODEV);
	cr_assert_eq(ovr_nic_xdp_program("ovr-nowhere", program, sizeof(program), &err), -ENODEV);
}
