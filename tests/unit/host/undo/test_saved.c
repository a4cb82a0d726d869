/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"
#include "undo/process.h"

TestSuite(saved, .init = lab_enter, .fini = lab_leave);

static const struct ovr_nic_facts one = {
	.name = "undo-x", .ifindex = 4711, .rings = { .known = true, .rx = 1024, .rx_jumbo = 128, .tx = 512 }
};
static const struct ovr_nic_facts other = {
	.name = "undo-y", .ifindex = 4712, .rings = { .known = true, .rx = 256, .tx = 256 }
};

static bool
keep(const struct ovr_nic_facts *facts)
{
	struct ovr_err err = { "" };
	bool is_new = false;

	cr_assert_eq(ovr_undo_saved_keep(&lab_places, facts, &is_new, &err), 0, "%s", err.text);
	return is_new;
}

Test(saved, the_first_sizes_are_kept)
{
	struct ovr_nic_facts later = one;
	struct ovr_undo_saved saved;

	cr_expect(keep(&one));
	later.rings.rx = 4096;
	cr_expect_not(keep(&later));
	cr_assert_eq(ovr_undo_saved_read(&lab_places, &later, &saved, NULL), 0);
	cr_expect_str_eq(saved.name, "undo-x");
	cr_expect_eq(saved.ifindex, 4711);
	cr_expect_eq(saved.rx, 1024);
	cr_expect_eq(saved.rx_mini, 0);
	cr_expect_eq(saved.rx_jumbo, 128);
	cr_expect_eq(saved.tx, 512);
}

Test(saved, what_is_forgotten_can_be_kept_anew)
{
	struct ovr_nic_facts later = one;
	struct ovr_undo_saved saved;

	keep(&one);
	cr_assert_eq(ovr_undo_saved_read(&lab_places, &one, &saved, NULL), 0);
	cr_assert_eq(ovr_undo_saved_forget(&lab_places, &saved, NULL), 0);
	cr_expect_eq(ovr_undo_saved_read(&lab_places, &one, &saved, NULL), -ENOENT);
	cr_expect_eq(ovr_undo_saved_forget(&lab_places, &saved, NULL), 0, "once more is harmless");
	later.rings.rx = 4096;
	cr_expect(keep(&later));
	cr_assert_eq(ovr_undo_saved_read(&lab_places, &one, &saved, NULL), 0);
	cr_expect_eq(saved.rx, 4096);
}

Test(saved, an_interface_made_anew_has_nothing_saved)
{
	struct ovr_nic_facts anew = one, renamed = one;
	struct ovr_undo_saved saved;

	keep(&one);
	anew.ifindex = 4713;
	cr_expect_eq(ovr_undo_saved_read(&lab_places, &anew, &saved, NULL), -ENOENT);
	strcpy(renamed.name, "undo-z");
	cr_expect_eq(ovr_undo_saved_read(&lab_places, &renamed, &saved, NULL), -ENOENT);
}

Test(saved, all_that_is_saved_here_is_listed)
{
	struct ovr_undo_saved saved[2];
	uint32_t n = 99;

	cr_assert_eq(ovr_undo_saved_list(&lab_places, saved, 2, &n, NULL, NULL, NULL), 0);
	cr_expect_eq(n, 0);
	cr_expect_eq(access(lab_path("journals/rings"), F_OK), -1, "looking makes no folder");
	keep(&one);
	keep(&other);
	cr_assert_eq(ovr_undo_saved_list(&lab_places, saved, 2, &n, NULL, NULL, NULL), 0);
	cr_assert_eq(n, 2);
	cr_expect_str_eq(saved[0].name, "undo-x");
	cr_expect_str_eq(saved[1].name, "undo-y");
	cr_expect_eq(saved[1].rx, 256);
	cr_assert_eq(ovr_undo_saved_list(&lab_places, saved, 1, &n, NULL, NULL, NULL), 0);
	cr_expect_eq(n, 2, "more than found room");
}

Test(saved, what_an_earlier_namespace_with_our_number_saved_is_not_ours)
{
	struct ovr_undo_owner self;
	struct ovr_undo_saved saved;
	char name[128], text[256];
	uint32_t n;

	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	if (self.netns_cookie == 0)
		cr_skip_test("this kernel tells no cookies of network namespaces");
	mkdir(lab_path("journals/rings"), 0755);
	snprintf(name, sizeof(name), "journals/rings/%" PRIu64 "-4711-undo-x.rings", self.netns);
	snprintf(text, sizeof(text),
		"overrun rings 1\ninterface %" PRIu64 " %" PRIu64 " 4711 undo-x\nrings 1 0 0 1\n", self.netns,
		self.netns_cookie + 1);
	lab_write(name, text);
	cr_expect_eq(ovr_undo_saved_read(&lab_places, &one, &saved, NULL), -ENOENT);
	lab_write(name, text);
	cr_assert_eq(ovr_undo_saved_list(&lab_places, &saved, 1, &n, NULL, NULL, NULL), 0);
	cr_expect_eq(n, 0);
	lab_write(name, text);
	cr_expect(keep(&one));
	cr_assert_eq(ovr_undo_saved_read(&lab_places, &one, &saved, NULL), 0);
	cr_expect_eq(saved.rx, 1024);
}

Test(saved, a_file_that_cannot_be_read_is_said_and_not_overwritten)
{
	struct ovr_undo_owner self;
	struct ovr_undo_saved saved;
	struct ovr_err err = { "" };
	char name[128];
	bool is_new;

	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	mkdir(lab_path("journals/rings"), 0755);
	snprintf(name, sizeof(name), "journals/rings/%" PRIu64 "-4711-undo-x.rings", self.netns);
	lab_write(name, "overrun rings 2\n");
	cr_expect_eq(ovr_undo_saved_keep(&lab_places, &one, &is_new, &err), -EINVAL);
	cr_expect_not_null(strstr(err.text, "look at it, and remove it"), "%s", err.text);
	cr_expect_eq(ovr_undo_saved_read(&lab_places, &one, &saved, NULL), -EINVAL);
	cr_expect_str_eq(lab_read(name), "overrun rings 2\n");
}

/* The sentences of files that cannot be heeded, one after the other. */
static void
note_bad(void *context, int code, const struct ovr_err *why)
{
	size_t n = strlen(context);

	snprintf((char *)context + n, 1000 - n, "%d %s;", code, why->text);
}

Test(saved, a_bad_file_is_said_and_the_ones_after_it_are_listed)
{
	struct ovr_undo_owner self;
	struct ovr_undo_saved saved[2];
	char name[128], bad[1000] = "", said[1000];
	uint32_t n = 0;

	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	keep(&one);
	keep(&other);
	snprintf(name, sizeof(name), "journals/rings/%" PRIu64 "-4711-undo-x.rings", self.netns);
	lab_write(name, "overrun rings 2\n");
	cr_assert_eq(ovr_undo_saved_list(&lab_places, saved, 2, &n, note_bad, bad, NULL), 0);
	cr_assert_eq(n, 1);
	cr_expect_str_eq(saved[0].name, "undo-y");
	snprintf(said, sizeof(said),
		"-22 %s/rings/%" PRIu64 "-4711-undo-x.rings: holds no saved ring sizes that this version "
		"can heed (its text is not one of ours); look at it, and remove it;",
		lab_places.journals, self.netns);
	cr_expect_str_eq(bad, said);
}

/* Leave a namespace in which something is saved. Which of these things does not hold; 0: all do. */
static int
leave_a_namespace(void)
{
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	struct ovr_undo_report report;
	struct ovr_undo_saved saved;
	bool is_new;
	uint32_t n;

	if (fd < 0 || ovr_undo_saved_keep(&lab_places, &one, &is_new, NULL) != 0 ||
		unshare(CLONE_NEWNET) != 0)
		return 1;
	if (ovr_undo_saved_list(&lab_places, &saved, 1, &n, NULL, NULL, NULL) != 0 || n != 0)
		return 2;
	if (ovr_undo_recover(&lab_places, &report, NULL) != 0 || report.n_lines != 0)
		return 3;
	if (lab_files("journals/rings") != 1)
		return 4;
	close(fd);
	if (ovr_undo_recover(&lab_places, &report, NULL) != 0 || report.n_lines != 0)
		return 5;
	return lab_files("journals/rings") == 0 ? 0 : 6;
}

Test(saved, another_namespaces_sizes_are_forgotten_when_it_is_gone)
{
	cr_expect_eq(lab_alone(leave_a_namespace), 0);
}
