/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/inbox.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct ovr_inbox inbox;

static void
expect_text(const char *expected)
{
	char *text = NULL;
	size_t size = 0;

	cr_assert(ovr_inbox_take(&inbox, &text, &size));
	cr_assert_eq(size, strlen(expected));
	cr_assert_eq(memcmp(text, expected, size), 0);
	free(text);
}

Test(inbox, texts_come_in_parts_and_leave_in_order)
{
	char *text;
	size_t size;

	inbox.text_max = 10;
	cr_assert_eq(ovr_inbox_add(&inbox, "one", 3), 0);
	cr_assert_not(ovr_inbox_take(&inbox, &text, &size));
	cr_assert_eq(ovr_inbox_add(&inbox, " text", 5), 0);
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	cr_assert_eq(ovr_inbox_add(&inbox, "other", 5), 0);
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	cr_assert_eq(inbox.bytes, 13);
	expect_text("one text");
	expect_text("");
	expect_text("other");
	cr_assert_not(ovr_inbox_take(&inbox, &text, &size));
	cr_assert_eq(inbox.bytes, 0);
	ovr_inbox_done(&inbox);
}

Test(inbox, a_text_has_a_longest_length)
{
	inbox.text_max = 10;
	cr_assert_eq(ovr_inbox_add(&inbox, "1234567890", 10), 0);
	cr_assert_eq(ovr_inbox_add(&inbox, "1", 1), -EMSGSIZE);
	cr_assert_eq(ovr_inbox_add(&inbox, "", 0), 0);
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	expect_text("1234567890");
	ovr_inbox_done(&inbox);
}

Test(inbox, only_so_many_wait)
{
	inbox.text_max = 10;
	for (int i = 0; i < OVR_INBOX_TEXTS; i++) {
		cr_assert_not(ovr_inbox_is_full(&inbox));
		cr_assert_eq(ovr_inbox_end(&inbox), 0);
	}
	cr_assert(ovr_inbox_is_full(&inbox));
	cr_assert_eq(ovr_inbox_end(&inbox), -ENOBUFS);
	expect_text("");
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	ovr_inbox_done(&inbox);
	cr_assert_eq(inbox.n, 0);
}

Test(inbox, only_so_many_bytes_wait)
{
	char *text = calloc(1, 4u << 20);

	inbox.text_max = 8u << 20;
	cr_assert_eq(ovr_inbox_add(&inbox, text, 4u << 20), 0);
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	cr_assert_not(ovr_inbox_is_full(&inbox));
	cr_assert_eq(ovr_inbox_add(&inbox, "1", 1), 0);
	cr_assert_eq(ovr_inbox_end(&inbox), 0);
	cr_assert(ovr_inbox_is_full(&inbox));
	ovr_inbox_done(&inbox);
	free(text);
}
