/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/journal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#define HEAD "overrun undo 1\nprocess 1234 567890 4026531840 17\n"

static struct ovr_undo_journal journal;

/* The lines that were skipped, as "number:line;". */
static char skipped[512];

static void
note_skipped(void *context, unsigned int number, const char *line)
{
	size_t n = strlen(skipped);

	(void)context;
	snprintf(skipped + n, sizeof(skipped) - n, "%u:%s;", number, line);
}

static int
parse(const char *text)
{
	skipped[0] = '\0';
	return ovr_undo_journal_parse(text, &journal, note_skipped, NULL);
}

Test(journal, the_head_tells_whose_it_is)
{
	cr_assert_eq(parse(HEAD), 0);
	cr_expect_eq(journal.owner.pid, 1234);
	cr_expect_eq(journal.owner.start, 567890);
	cr_expect_eq(journal.owner.netns, 4026531840);
	cr_expect_eq(journal.owner.netns_cookie, 17);
	cr_expect_eq(journal.n_changes, 0);
}

Test(journal, the_head_may_tell_the_pid_namespace)
{
	static const char head[] = "overrun undo 1\nprocess 1234 567890 4026531840 17 4026531836\n";
	char again[OVR_UNDO_HEAD_BYTES];

	cr_assert_eq(parse(HEAD), 0);
	cr_expect_eq(journal.owner.pidns, 0);
	cr_assert_eq(parse(head), 0);
	cr_expect_eq(journal.owner.pidns, 4026531836);
	ovr_undo_journal_print_head(again, sizeof(again), &journal.owner);
	cr_expect_str_eq(again, head);
	cr_expect_eq(parse("overrun undo 1\nprocess 1234 567890 4026531840 17 4026531836 1\n"), -EINVAL);
}

Test(journal, every_kind_of_change_is_read)
{
	cr_assert_eq(parse(HEAD "use 2 eth0\nxdp 3 eth1\npromisc 4 eth2\nmtu 5 eth3 1500\n"
				"rings 6 eth4 256 0 64 512\nchannels 7 eth5 1 2 3 4\n"
				"offloads 8 eth6 rx-gro-list,rx-udp-gro-forwarding\npause 9 eth7 1 0 1\n"
				"namespace 0 ovr-lab-4194304-receiver\n"
				"setting 0 net.core.netdev_max_backlog 1000\n"),
		0);
	cr_expect_str_empty(skipped);
	cr_assert_eq(journal.n_changes, 10);
	cr_expect_eq(journal.change[8].kind, OVR_UNDO_NAMESPACE);
	cr_expect_str_eq(journal.change[8].name, "ovr-lab-4194304-receiver");
	cr_expect_eq(journal.change[9].kind, OVR_UNDO_SETTING);
	cr_expect_eq(journal.change[9].was[0], 1000);
	for (uint32_t i = 0; i < 8; i++) {
		cr_expect_eq(journal.change[i].kind, (enum ovr_undo_kind)i);
		cr_expect_eq(journal.change[i].ifindex, 2 + i);
		cr_expect_eq(journal.change[i].name[3], '0' + (char)i);
		cr_expect_not(journal.change[i].has_took);
	}
	cr_expect_eq(journal.change[3].was[0], 1500);
	cr_expect_arr_eq(journal.change[4].was, ((uint32_t[]){ 256, 0, 64, 512 }), 16);
	cr_expect_arr_eq(journal.change[5].was, ((uint32_t[]){ 1, 2, 3, 4 }), 16);
	cr_expect_arr_eq(journal.change[7].was, ((uint32_t[]){ 1, 0, 1, 0 }), 16);
	cr_expect_eq(
		journal.change[6].was[0], 1u << OVR_NIC_OFFLOAD_GRO_LIST | 1u << OVR_NIC_OFFLOAD_GRO_UDP);
}

Test(journal, a_namespace_has_a_name_that_is_ours_and_no_index)
{
	cr_assert_eq(parse(HEAD "namespace 0 ovr-lab-1-hop\ntook namespace 0 ovr-lab-1-hop 4026532000\n"
				"namespace 1 ovr-lab-1-hop\nnamespace 0 r1\nnamespace 0 ovr-lab-/../r1\n"
				"mtu 0 eth0 1500\n"),
		0);
	cr_assert_eq(journal.n_changes, 1);
	cr_expect_eq(journal.change[0].took[0], 4026532000);
	cr_expect_str_eq(skipped,
		"5:namespace 1 ovr-lab-1-hop;6:namespace 0 r1;7:namespace 0 "
		"ovr-lab-/../r1;8:mtu 0 eth0 1500;");
}

Test(journal, a_setting_is_one_of_the_network_and_has_no_index)
{
	cr_assert_eq(parse(HEAD "setting 0 net.netfilter.nf_conntrack_max 262144\n"
				"took setting 0 net.netfilter.nf_conntrack_max 40 262144\n"
				"setting 1 net.core.somaxconn 5\nsetting 0 kernel.panic 5\n"
				"setting 0 net...kernel.panic 5\nsetting 0 net./kernel 5\n"),
		0);
	cr_assert_eq(journal.n_changes, 1);
	cr_expect_eq(journal.change[0].took[0], 40);
	cr_expect_eq(journal.change[0].took[1], 262144);
	cr_expect_str_eq(skipped,
		"5:setting 1 net.core.somaxconn 5;6:setting 0 kernel.panic 5;"
		"7:setting 0 net...kernel.panic 5;8:setting 0 net./kernel 5;");
}

Test(journal, what_came_of_a_change_is_added_to_it)
{
	cr_assert_eq(
		parse(HEAD "xdp 3 eth1\nmtu 3 eth1 1500\ntook xdp 3 eth1 161\ntook mtu 3 eth1 9000\n"), 0);
	cr_assert_eq(journal.n_changes, 2);
	cr_expect(journal.change[0].has_took);
	cr_expect_eq(journal.change[0].took[0], 161);
	cr_expect_eq(journal.change[1].was[0], 1500);
	cr_expect_eq(journal.change[1].took[0], 9000);
}

Test(journal, what_came_of_no_change_is_skipped)
{
	cr_assert_eq(parse(HEAD "mtu 3 eth1 1500\ntook mtu 4 eth1 9000\ntook mtu 3 eth2 9000\ntook rings 3 "
				"eth1 1 2 3 4\n"),
		0);
	cr_expect_not(journal.change[0].has_took);
	cr_expect_str_eq(
		skipped, "4:took mtu 4 eth1 9000;5:took mtu 3 eth2 9000;6:took rings 3 eth1 1 2 3 4;");
}

Test(journal, a_line_that_is_not_understood_is_skipped_and_told)
{
	cr_assert_eq(
		parse(HEAD "promisc 4 eth2\nfrobnicate 4 eth2\n\nmtu 5 eth3\nmtu 5 eth3 15oo\nmtu 5 eth3 -1\n"
			   "mtu 0 eth3 1500\nmtu 5 anamethatistoolong 1500\nmtu 5 eth3 1500 1500\n"
			   "rings 5 eth3 1 2 3 4294967296\nxdp 6 eth4\n"),
		0);
	cr_assert_eq(journal.n_changes, 2);
	cr_expect_eq(journal.change[0].kind, OVR_UNDO_PROMISC);
	cr_expect_eq(journal.change[1].kind, OVR_UNDO_XDP);
	cr_expect_str_eq(skipped,
		"4:frobnicate 4 eth2;5:;6:mtu 5 eth3;7:mtu 5 eth3 15oo;8:mtu 5 eth3 -1;9:mtu 0 eth3 1500;"
		"10:mtu 5 anamethatistoolong 1500;11:mtu 5 eth3 1500 1500;12:rings 5 eth3 1 2 3 4294967296;");
}

Test(journal, offloads_go_by_name_and_an_unknown_one_is_skipped)
{
	char line[OVR_UNDO_LINE_BYTES];

	cr_assert_eq(
		parse(HEAD "offloads 3 eth1 rx-lro\ntook offloads 3 eth1 none\noffloads 4 eth2 rx-magic\n"
			   "offloads 4 eth2 12\noffloads 4 eth2\n"),
		0);
	cr_assert_eq(journal.n_changes, 1);
	cr_expect(journal.change[0].has_took);
	cr_expect_eq(journal.change[0].took[0], 0);
	cr_expect_str_eq(skipped, "5:offloads 4 eth2 rx-magic;6:offloads 4 eth2 12;7:offloads 4 eth2;");
	ovr_undo_journal_print_change(line, sizeof(line), &journal.change[0]);
	cr_expect_str_eq(line, "offloads 3 eth1 rx-lro\n");
	ovr_undo_journal_print_took(line, sizeof(line), &journal.change[0]);
	cr_expect_str_eq(line, "took offloads 3 eth1 none\n");
}

Test(journal, a_last_line_without_its_end_is_ignored)
{
	cr_assert_eq(parse(HEAD "promisc 4 eth2\nmtu 5 eth3 15"), 0);
	cr_expect_str_empty(skipped);
	cr_assert_eq(journal.n_changes, 1);
	cr_expect_eq(journal.change[0].kind, OVR_UNDO_PROMISC);
}

Test(journal, a_head_that_is_not_whole_has_done_nothing)
{
	cr_expect_eq(parse(""), -ENODATA);
	cr_expect_eq(parse("overrun un"), -ENODATA);
	cr_expect_eq(parse("overrun undo 1\n"), -ENODATA);
	cr_expect_eq(parse("overrun undo 1\nprocess 1234 5"), -ENODATA);
}

Test(journal, what_is_no_journal_or_of_another_version_is_refused)
{
	cr_expect_eq(parse("overrun undo 2\nprocess 1234 567890 4026531840 17\n"), -EINVAL);
	cr_expect_eq(parse("#!/bin/sh\n"), -EINVAL);
	cr_expect_eq(parse("overrun undo 1\nprocess 1234 567890 4026531840\n"), -EINVAL);
	cr_expect_eq(parse("overrun undo 1\nprocess x 567890 4026531840 17\n"), -EINVAL);
	cr_expect_eq(parse("overrun undo 1\nprocess 99999999999 567890 4026531840 17\n"), -EINVAL);
}

Test(journal, a_line_longer_than_any_is_skipped_whole)
{
	char text[4096] = HEAD "promisc 4 ";
	size_t n = strlen(text);

	memset(text + n, 'x', 2000);
	strcpy(text + n + 2000, "\nxdp 6 eth4\n");
	cr_assert_eq(parse(text), 0);
	cr_assert_eq(journal.n_changes, 1);
	cr_expect_eq(journal.change[0].kind, OVR_UNDO_XDP);
	cr_expect_eq(strncmp(skipped, "3:promisc 4 xxx", 15), 0, "%s", skipped);
}

Test(journal, more_changes_than_find_room_are_skipped_and_told)
{
	static char text[8192] = HEAD;
	size_t n = strlen(text);

	for (int i = 1; i <= 130; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "promisc %d eth%d\n", i, i);
	cr_assert_eq(parse(text), 0);
	cr_expect_eq(journal.n_changes, 128);
	cr_expect_str_eq(skipped, "131:promisc 129 eth129;132:promisc 130 eth130;");
}

Test(journal, what_is_written_is_the_text_that_is_read)
{
	const struct ovr_undo_owner owner = { 1234, 567890, 4026531840, 17 };
	const struct ovr_undo_change rings = { OVR_UNDO_RINGS, 6, "eth4", { 256, 0, 64, 512 },
		{ 4096, 0, 64, 512 }, true };
	const struct ovr_undo_change xdp = { OVR_UNDO_XDP, 3, "eth1", { 0 }, { 161 }, true };
	char line[OVR_UNDO_LINE_BYTES];

	cr_expect_eq(ovr_undo_journal_print_head(line, sizeof(line), &owner), strlen(HEAD));
	cr_expect_str_eq(line, HEAD);
	ovr_undo_journal_print_change(line, sizeof(line), &rings);
	cr_expect_str_eq(line, "rings 6 eth4 256 0 64 512\n");
	ovr_undo_journal_print_took(line, sizeof(line), &rings);
	cr_expect_str_eq(line, "took rings 6 eth4 4096 0 64 512\n");
	ovr_undo_journal_print_change(line, sizeof(line), &xdp);
	cr_expect_str_eq(line, "xdp 3 eth1\n");
	ovr_undo_journal_print_took(line, sizeof(line), &xdp);
	cr_expect_str_eq(line, "took xdp 3 eth1 161\n");
}
