/* SPDX-License-Identifier: BSD-3-Clause */
/* Settings of the whole host, played by files. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "support/undo_lab.h"
#include "undo/process.h"
#include "undo/store.h"
#include "undo/undo.h"

static struct ovr_undo *undo;
static struct ovr_err err;

static void
enter(void)
{
	lab_enter();
	cr_assert_eq(mkdir(lab_path("sys"), 0755), 0);
	cr_assert_eq(mkdir(lab_path("sys/net"), 0755), 0);
	lab_write("sys/net/most", "1000\n");
	err.text[0] = '\0';
	cr_assert_eq(ovr_undo_open(&lab_places, &undo, &err), 0);
}

static void
leave(void)
{
	ovr_undo_close(undo);
	lab_leave();
}

TestSuite(setting, .init = enter, .fini = leave);

static void
set(uint32_t value)
{
	cr_assert_eq(ovr_undo_set(undo, "net.most", value, &err), 0, "%s", err.text);
}

static void
expect_value(const char *text)
{
	cr_expect_eq(
		strncmp(lab_read("sys/net/most"), text, strlen(text)), 0, "%s", lab_read("sys/net/most"));
}

Test(setting, what_was_set_is_put_back_however_often_it_was_set)
{
	set(40);
	expect_value("40\n");
	set(10000);
	expect_value("10000\n");
	cr_assert_eq(ovr_undo_all(undo, &err), 0, "%s", err.text);
	expect_value("1000\n");
	cr_expect_eq(lab_files("journals"), 0);
}

Test(setting, what_somebody_else_set_since_stays)
{
	set(40);
	lab_write("sys/net/most", "77\n");
	cr_assert_eq(ovr_undo_all(undo, &err), 0, "%s", err.text);
	expect_value("77\n");
}

Test(setting, one_that_is_gone_needs_nothing)
{
	set(40);
	cr_assert_eq(remove(lab_path("sys/net/most")), 0);
	cr_assert_eq(ovr_undo_all(undo, &err), 0, "%s", err.text);
}

/* Whenever it is killed: before it writes the second value, too. */
Test(setting, what_a_dead_process_left_is_put_back)
{
	static const char *const left[] = { "40\n", "10000\n" };
	struct ovr_undo_report report;
	struct ovr_undo_owner self;
	char text[400];

	cr_assert_eq(ovr_undo_process_self(&self, NULL), 0);
	for (size_t i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
			"overrun undo 1\nprocess %d 1 %" PRIu64 " %" PRIu64 "\nsetting 0 net.most 1000\n"
			"took setting 0 net.most 40 1000\ntook setting 0 net.most 10000 40\n",
			(int)lab_dead_pid(), self.netns, self.netns_cookie);
		lab_write("journals/1.undo", text);
		lab_write("sys/net/most", left[i]);
		cr_assert_eq(ovr_undo_recover(&lab_places, &report, &err), 0, "%s", err.text);
		expect_value("1000\n");
		cr_assert_eq(report.n_lines, 1);
		cr_expect(strstr(report.line[0].text, "net.most: 1000 put back, it was ") ==
				report.line[0].text,
			"%s", report.line[0].text);
		cr_expect_eq(lab_files("journals"), 0);
	}
}

/* Two would put back each other's values, and the one from before would be lost. */
Test(setting, one_that_another_process_has_changed_is_left_alone)
{
	static const char text[] = "overrun undo 1\nprocess 1 0 4711 4711\nsetting 0 net.most 1000\n";
	int folder = ovr_undo_store_open(&lab_places, "", true, NULL);
	int held = ovr_undo_store_create(folder, "1.undo");

	/* in another network namespace, too */
	cr_assert_eq(ovr_undo_store_append(folder, held, text, strlen(text)), 0);
	close(folder);
	lab_write("sys/net/most", "40\n");
	cr_expect_eq(ovr_undo_set(undo, "net.most", 50, &err), -EBUSY);
	cr_expect_eq(strncmp(err.text, "net.most: process 1 has changed it,", 35), 0, "%s", err.text);
	close(held);
	cr_expect_eq(ovr_undo_set(undo, "net.most", 50, &err), -EBUSY);
	cr_expect_eq(strncmp(err.text, "net.most: process 1 was killed", 30), 0, "%s", err.text);
	expect_value("40\n");
	lab_write("sys/net/other", "7\n");
	cr_expect_eq(ovr_undo_set(undo, "net.other", 8, &err), 0, "%s", err.text);
}

Test(setting, what_cannot_be_put_back_is_not_noted)
{
	lab_write("sys/net/word", "cubic\n");
	lab_write("sys/net/large", "4294967296\n");
	cr_expect_eq(ovr_undo_set(undo, "net.word", 1, &err), -EINVAL);
	cr_expect_str_eq(err.text, "net.word: found no whole number, accepted: one up to 4294967295");
	cr_expect_eq(ovr_undo_set(undo, "net.large", 1, &err), -EINVAL);
	cr_expect_eq(ovr_undo_set(undo, "net.none", 1, &err), -ENOENT);
	cr_expect_str_eq(err.text, "net.none: cannot be set here: No such file or directory");
	cr_expect_eq(ovr_undo_set(undo, "kernel.panic", 1, &err), -EINVAL);
	cr_expect_eq(ovr_undo_set(undo, "net...word", 1, &err), -EINVAL);
	cr_expect_eq(lab_files("journals"), 0);
}
