/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/authorized.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tree.h"

#define ONE   "1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER "2222222222222222222222222222222222222222222222222222222222222222"

static struct ovr_err err;

static void
expect_refused(const char *text, const char *sentence)
{
	struct ovr_authorized authorized = { .n = 7 };

	cr_assert_eq(ovr_authorized_read("keys", text, &authorized, &err), -EINVAL);
	cr_assert_str_eq(err.text, sentence);
	cr_assert_eq(authorized.n, 7);
}

Test(authorized, a_line_is_a_key_and_a_comment)
{
	struct ovr_authorized authorized;
	struct ovr_key key;

	cr_assert_eq(ovr_authorized_read("keys",
			     "# who may come\n\n" ONE " user@rack1, second floor\r\n  \t" OTHER "\n",
			     &authorized, &err),
		0, "%s", err.text);
	cr_assert_eq(authorized.n, 2);
	cr_assert_str_eq(authorized.key[0].comment, "user@rack1, second floor");
	cr_assert_str_eq(authorized.key[1].comment, "");
	cr_assert_eq(ovr_key_parse("x", OTHER, &key, &err), 0);
	cr_assert_eq(ovr_authorized_of(&authorized, &key), &authorized.key[1]);
	key.byte[31] ^= 1;
	cr_assert_null(ovr_authorized_of(&authorized, &key));
	ovr_authorized_done(&authorized);
	cr_assert_eq(authorized.n, 0);
	ovr_authorized_done(NULL);
}

Test(authorized, an_empty_file_authorizes_nobody)
{
	struct ovr_authorized authorized;

	cr_assert_eq(ovr_authorized_read("keys", "", &authorized, &err), 0);
	cr_assert_eq(authorized.n, 0);
	ovr_authorized_done(&authorized);
}

Test(authorized, a_comment_has_no_control_characters)
{
	struct ovr_authorized authorized;

	cr_assert_eq(ovr_authorized_read("keys", ONE " a\x1b[2J", &authorized, &err), 0);
	cr_assert_str_eq(authorized.key[0].comment, "a?[2J");
	ovr_authorized_done(&authorized);
}

Test(authorized, a_bad_line_is_named_by_its_number)
{
	expect_refused(ONE "\nssh-ed25519 AAAA\n",
		"keys, line 2: found \"ssh-ed25519\" for a key, accepted: 64 hexadecimal digits");
	expect_refused(ONE "\n" OTHER "\n" ONE " again\n",
		"keys, line 3: found a key for the second time, accepted: each once");
}

TestSuite(authorized_file, .init = tree_make, .fini = tree_remove);

Test(authorized_file, one_that_others_can_write_is_refused)
{
	struct ovr_authorized authorized;

	cr_assert_eq(chdir(tree_root()), 0);
	tree_put("authorized", ONE "\n");
	cr_assert_eq(chmod("authorized", 0644), 0);
	cr_assert_eq(ovr_authorized_load("authorized", &authorized, &err), 0, "%s", err.text);
	cr_assert_eq(authorized.n, 1);
	ovr_authorized_done(&authorized);
	cr_assert_eq(chmod("authorized", 0664), 0);
	cr_assert_eq(ovr_authorized_load("authorized", &authorized, &err), -EACCES);
	cr_assert_str_eq(err.text,
		"authorized: found mode 0664, accepted: one by which others do not write it (chmod go-w)");
}
