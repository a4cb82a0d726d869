/* SPDX-License-Identifier: BSD-3-Clause */
#include "keys/keys.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/tree.h"

/* By curve25519 of the base point, as libsodium says. */
#define SECRET_KEY "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define PUBLIC_KEY "07a37cbc142093c8b755dc1b10e86cb426374ad16aa853ed0bdfc0b2b86d1c7c"

static struct ovr_err err;

static void
enter(void)
{
	tree_make();
	cr_assert_eq(chdir(tree_root()), 0);
}

TestSuite(keys, .init = enter, .fini = tree_remove);

static void
put_secret(const char *text, mode_t mode)
{
	tree_put("secret", text);
	cr_assert_eq(chmod("secret", mode), 0);
}

static void
expect_text(const char *path, const char *expected)
{
	char text[512];
	FILE *file = fopen(path, "r");
	size_t size;

	cr_assert_not_null(file, "%s", path);
	size = fread(text, 1, sizeof(text) - 1, file);
	text[size] = '\0';
	fclose(file);
	cr_assert_str_eq(text, expected);
}

Test(keys, the_public_key_follows_from_the_secret_one)
{
	char text[OVR_KEY_TEXT_BYTES];
	struct ovr_keys keys;

	put_secret(SECRET_KEY "\n", 0600);
	cr_assert_eq(ovr_keys_load(".", &keys, &err), 0, "%s", err.text);
	cr_assert_str_eq(ovr_key_print(text, &keys.secret_key), SECRET_KEY);
	cr_assert_str_eq(ovr_key_print(text, &keys.public_key), PUBLIC_KEY);
	ovr_keys_forget(&keys);
	cr_assert_str_eq(ovr_key_print(text, &keys.secret_key),
		"0000000000000000000000000000000000000000000000000000000000000000");
}

Test(keys, a_pair_that_is_saved_loads_again)
{
	struct ovr_keys keys, again;
	char text[OVR_KEY_TEXT_BYTES], line[256];
	struct stat stat_of;

	cr_assert_eq(ovr_keys_make(&keys, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_keys_save("new/folder", &keys, "user@rack1", false, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_keys_load("new/folder", &again, &err), 0, "%s", err.text);
	cr_assert(ovr_key_is_same(&again.secret_key, &keys.secret_key));
	cr_assert(ovr_key_is_same(&again.public_key, &keys.public_key));
	snprintf(line, sizeof(line), "%s user@rack1\n", ovr_key_print(text, &keys.public_key));
	expect_text("new/folder/public", line);
	cr_assert_eq(stat("new/folder/secret", &stat_of), 0);
	cr_assert_eq(stat_of.st_mode & 07777, 0600);
	cr_assert_eq(stat("new", &stat_of), 0);
	cr_assert_eq(stat_of.st_mode & 07777, 0700);
}

Test(keys, no_two_pairs_are_the_same)
{
	struct ovr_keys one, other;

	cr_assert_eq(ovr_keys_make(&one, &err), 0);
	cr_assert_eq(ovr_keys_make(&other, &err), 0);
	cr_assert_not(ovr_key_is_same(&one.public_key, &other.public_key));
	cr_assert_not(ovr_key_is_same(&one.secret_key, &other.secret_key));
}

Test(keys, a_pair_is_replaced_only_on_request)
{
	struct ovr_keys one, other, found;

	cr_assert_eq(ovr_keys_make(&one, &err), 0);
	cr_assert_eq(ovr_keys_make(&other, &err), 0);
	cr_assert_eq(ovr_keys_save("d", &one, "", false, &err), 0);
	cr_assert_eq(ovr_keys_save("d", &other, "", false, &err), -EEXIST);
	cr_assert_str_eq(err.text, "d/public: found a key, accepted: none, or --force, which replaces it");
	cr_assert_eq(unlink("d/public"), 0);
	cr_assert_eq(ovr_keys_save("d", &other, "", false, &err), -EEXIST);
	cr_assert_str_eq(err.text, "d/secret: found a key, accepted: none, or --force, which replaces it");
	cr_assert_neq(access("d/public", F_OK), 0);
	cr_assert_neq(access("d/secret.new", F_OK), 0);
	cr_assert_eq(ovr_keys_load("d", &found, &err), 0);
	cr_assert(ovr_key_is_same(&found.public_key, &one.public_key));
	cr_assert_eq(ovr_keys_save("d", &other, "", true, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_keys_load("d", &found, &err), 0);
	cr_assert(ovr_key_is_same(&found.public_key, &other.public_key));
}

Test(keys, a_secret_that_others_can_read_is_refused)
{
	struct ovr_keys keys;

	put_secret(SECRET_KEY "\n", 0640);
	cr_assert_eq(ovr_keys_load(".", &keys, &err), -EACCES);
	cr_assert_str_eq(err.text,
		"./secret: found mode 0640, accepted: one by which others neither read nor write it (chmod "
		"600)");
}

Test(keys, what_is_no_secret_is_refused_and_not_quoted)
{
	struct ovr_keys keys;

	cr_assert_eq(ovr_keys_load("nowhere", &keys, &err), -ENOENT);
	cr_assert_str_eq(err.text, "nowhere/secret cannot be read: No such file or directory");
	put_secret("0102030405", 0600);
	cr_assert_eq(ovr_keys_load(".", &keys, &err), -EINVAL);
	cr_assert_str_eq(err.text, "./secret: found no key, accepted: 64 hexadecimal digits");
	tree_folder("as/secret");
	cr_assert_eq(ovr_keys_load("as", &keys, &err), -EINVAL);
	cr_assert_str_eq(err.text, "as/secret: found no regular file, accepted: one");
}

Test(keys, a_key_has_64_digits)
{
	struct ovr_key key = { { 7 } };
	char text[OVR_KEY_TEXT_BYTES];

	cr_assert_eq(ovr_key_parse("x", PUBLIC_KEY, &key, &err), 0);
	cr_assert_str_eq(ovr_key_print(text, &key), PUBLIC_KEY);
	cr_assert_eq(ovr_key_parse("x", PUBLIC_KEY "0", &key, &err), -EINVAL);
	cr_assert_eq(ovr_key_parse("x", &PUBLIC_KEY[1], &key, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"x: found \"7a37cbc142093c8b755dc1b10e86cb426374ad16\"… for a key, accepted: 64 hexadecimal "
		"digits");
	cr_assert_eq(ovr_key_parse("x", "7\x1bz", &key, &err), -EINVAL);
	cr_assert_str_eq(err.text, "x: found \"7?z\" for a key, accepted: 64 hexadecimal digits");
	cr_assert_str_eq(ovr_key_print(text, &key), PUBLIC_KEY);
}

Test(keys, the_folder_is_that_of_the_users_settings)
{
	char folder[PATH_MAX];

	setenv("HOME", "/h", 1);
	setenv("XDG_CONFIG_HOME", "/c", 1);
	setenv("OVERRUN_CONFIG", "/o", 1);
	cr_assert_eq(ovr_keys_folder(folder, &err), 0);
	cr_assert_str_eq(folder, "/o");
	unsetenv("OVERRUN_CONFIG");
	cr_assert_eq(ovr_keys_folder(folder, &err), 0);
	cr_assert_str_eq(folder, "/c/overrun");
	setenv("XDG_CONFIG_HOME", "relative", 1);
	cr_assert_eq(ovr_keys_folder(folder, &err), 0);
	cr_assert_str_eq(folder, "/h/.config/overrun");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	cr_assert_eq(ovr_keys_folder(folder, &err), -ENOENT);
	cr_assert_str_eq(
		err.text, "keys: found neither XDG_CONFIG_HOME nor HOME, accepted: one of them, or a folder");
}
