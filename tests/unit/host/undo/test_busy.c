/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/busy.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"
#include "undo/process.h"
#include "undo/store.h"

TestSuite(busy, .init = lab_enter, .fini = lab_leave);

static const struct ovr_nic_facts one = { .name = "undo-x", .ifindex = 4711 };
static const struct ovr_nic_facts other = { .name = "undo-y", .ifindex = 4712 };

Test(busy, an_interface_that_a_living_process_uses_is_refused_and_the_process_named)
{
	pid_t user = lab_start_user(&one);
	struct ovr_undo *undo;
	struct ovr_err err = { "" };
	char start[64];

	snprintf(start, sizeof(start), "undo-x: process %d is using it,", (int)user);
	cr_assert_eq(ovr_undo_open(&lab_places, &undo, NULL), 0);
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_USE, &one, &err), -EBUSY);
	cr_expect_eq(strncmp(err.text, start, strlen(start)), 0, "%s", err.text);
	cr_expect_eq(ovr_undo_is_free(&lab_places, &one, &err), -EBUSY);
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_USE, &other, NULL), 0, "the other one is free");
	cr_expect_eq(ovr_undo_is_free(&lab_places, &other, &err), 0);
	ovr_undo_close(undo);
	lab_end(user);
}

Test(busy, a_process_of_another_pid_namespace_is_seen_and_named)
{
	pid_t user = lab_start_user_elsewhere(&one, OVR_UNDO_USE);
	struct ovr_undo *undo;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_undo_open(&lab_places, &undo, NULL), 0);
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_USE, &one, &err), -EBUSY);
	cr_expect_not_null(
		strstr(err.text, "undo-x: process 1 of another PID namespace (pid:["), "%s", err.text);
	cr_expect_null(strstr(err.text, "kill"), "%s", err.text);
	ovr_undo_close(undo);
	lab_end(user);
}

Test(busy, a_journal_that_nobody_holds_is_of_the_dead_whoever_has_its_pid_now)
{
	struct ovr_undo_owner self;
	char text[160];

	/* init lives, and so does what it was started as */
	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	snprintf(text, sizeof(text), "overrun undo 1\nprocess 1 0 %" PRIu64 " %" PRIu64 "\nuse 4711 undo-x\n",
		self.netns, self.netns_cookie);
	lab_write("journals/1.undo", text);
	cr_expect_eq(ovr_undo_is_free(&lab_places, &one, NULL), 0);
}

Test(busy, what_a_dead_process_used_is_free)
{
	struct ovr_undo *undo;

	lab_end(lab_start_user(&one));
	cr_expect_eq(lab_files("journals"), 1);
	cr_assert_eq(ovr_undo_open(&lab_places, &undo, NULL), 0);
	cr_expect_eq(ovr_undo_note(undo, OVR_UNDO_USE, &one, NULL), 0);
	cr_expect_eq(ovr_undo_is_free(&lab_places, &one, NULL), 0);
	ovr_undo_close(undo);
}

Test(busy, the_same_number_in_another_namespace_is_another_interface)
{
	static const char text[] = "overrun undo 1\nprocess 1 0 4711 4711\nuse 4711 undo-x\n";
	int folder = ovr_undo_store_open(&lab_places, "", true, NULL);
	int held = ovr_undo_store_create(folder, "1.undo");

	/* somebody holds it, in a namespace that is not ours */
	cr_assert_eq(ovr_undo_store_append(folder, held, text, strlen(text)), 0);
	close(folder);
	cr_expect_eq(ovr_undo_is_free(&lab_places, &one, NULL), 0);
	close(held);
}

Test(busy, without_a_folder_everything_is_free)
{
	snprintf(lab_places.journals, sizeof(lab_places.journals), "%s", lab_path("none"));
	cr_expect_eq(ovr_undo_is_free(&lab_places, &one, NULL), 0);
	cr_expect_eq(access(lab_path("none"), F_OK), -1);
}

Test(busy, a_journal_is_written_anew_with_what_came_of_each_change)
{
	const struct ovr_undo_journal journal = {
		.owner = { 1234, 567890, 4026531840, 17 },
		.n_changes = 2,
		.change = { { OVR_UNDO_MTU, 5, "eth3", { 1500 }, { 9000 }, true },
			{ OVR_UNDO_PROMISC, 5, "eth3" } },
	};
	struct ovr_undo_journal empty = journal;
	int folder = ovr_undo_store_open(&lab_places, "", true, NULL);

	cr_assert_eq(ovr_undo_journal_store(folder, "1234.undo", &journal, NULL), 0);
	cr_expect_str_eq(lab_read("journals/1234.undo"),
		"overrun undo 1\nprocess 1234 567890 4026531840 17\n"
		"mtu 5 eth3 1500\ntook mtu 5 eth3 9000\npromisc 5 eth3\n");
	empty.n_changes = 0;
	cr_assert_eq(ovr_undo_journal_store(folder, "1234.undo", &empty, NULL), 0);
	cr_expect_eq(lab_files("journals"), 0);
	close(folder);
}
