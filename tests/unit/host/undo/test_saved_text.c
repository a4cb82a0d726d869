/* SPDX-License-Identifier: BSD-3-Clause */
#include "undo/saved_text.h"

#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#define TEXT "overrun rings 1\ninterface 4026531840 17 7 eth0\nrings 1024 0 512 256\n"

Test(saved_text, what_is_written_is_what_is_read)
{
	struct ovr_undo_saved_text saved;
	char text[OVR_UNDO_SAVED_BYTES];

	cr_assert_eq(ovr_undo_saved_parse(TEXT, &saved), 0);
	cr_expect_eq(saved.owner.netns, 4026531840);
	cr_expect_eq(saved.owner.netns_cookie, 17);
	cr_expect_eq(saved.saved.ifindex, 7);
	cr_expect_str_eq(saved.saved.name, "eth0");
	cr_expect_eq(saved.saved.rx, 1024);
	cr_expect_eq(saved.saved.rx_mini, 0);
	cr_expect_eq(saved.saved.rx_jumbo, 512);
	cr_expect_eq(saved.saved.tx, 256);
	cr_expect_eq(ovr_undo_saved_print(text, sizeof(text), &saved), strlen(TEXT));
	cr_expect_str_eq(text, TEXT);
}

Test(saved_text, anything_else_is_refused)
{
	static const char *const bad[] = { "", "overrun rings 1\n",
		"overrun rings 2\ninterface 4026531840 17 7 eth0\nrings 1024 0 512 256\n",
		"overrun rings 1\ninterface 4026531840 17 7 eth0\nrings 1024 0 512\n",
		"overrun rings 1\ninterface 4026531840 17 7 eth0\nrings 1024 0 512 256",
		"overrun rings 1\ninterface 4026531840 17 7 eth0\nrings 1024 0 512 256 1\n",
		"overrun rings 1\ninterface 4026531840 17 7 eth0\nrings 1024 0 512 -1\n",
		"overrun rings 1\ninterface 4026531840 17 7 eth0\nrings 4294967297 0 512 256\n",
		"overrun rings 1\ninterface 4026531840 17 7 anamethatistoolong\nrings 1024 0 512 256\n" };
	struct ovr_undo_saved_text saved;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_expect_eq(ovr_undo_saved_parse(bad[i], &saved), -EINVAL, "%s", bad[i]);
}
