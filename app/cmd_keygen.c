/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "args.h"
#include "base/plain.h"
#include "keys/keys.h"
#include "page.h"

static const struct app_arg options_table[] = {
	{ "comment", "TEXT", "what stands behind the public key [USER@HOST]" },
	{ "force", NULL,
		"replace a pair that is there: hosts that know its public key refuse this one then" },
	{ NULL, NULL, NULL },
};

/* What the command line says. */
struct keygen_options {
	const char *folder;  /* NULL: that of the user's settings */
	const char *comment; /* NULL: user and host */
	bool may_replace;
};

static int
apply(const struct app_word *word, struct keygen_options *options, struct ovr_err *err)
{
	if (word->option != NULL && strcmp(word->option->name, "force") == 0)
		options->may_replace = true;
	else if (word->option != NULL)
		options->comment = word->text;
	else if (options->folder != NULL)
		return ovr_err_set(err, -EINVAL,
			"keygen: found \"%.80s\" after \"%.80s\", accepted: one folder", word->text,
			options->folder);
	else if (word->text[0] == '\0')
		return ovr_err_set(err, -EINVAL, "keygen: found \"\", accepted: a folder");
	else
		options->folder = word->text;
	return 0;
}

/* A comment is a part of one line, and of others' terminals. */
static int
check_comment(const char *comment, struct ovr_err *err)
{
	char plain[OVR_KEY_COMMENT_BYTES];

	if (snprintf(plain, sizeof(plain), "%s", comment) < (int)sizeof(plain) &&
		strcmp(ovr_plain(plain), comment) == 0)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"keygen: --comment: found \"%.80s\", accepted: one line of up to %d bytes without control "
		"characters",
		comment, OVR_KEY_COMMENT_BYTES - 1);
}

static int
parse(int argc, char **argv, struct keygen_options *ret_options, struct ovr_err *err)
{
	struct app_args args = { "keygen", options_table, argc, argv, 1 };
	struct keygen_options options = { .folder = NULL };
	int status = 0;

	while (args.at < argc && status == 0) {
		struct app_word word;

		status = app_args_next(&args, &word, err);
		if (status == 0)
			status = apply(&word, &options, err);
	}
	if (status == 0 && options.comment != NULL)
		status = check_comment(options.comment, err);
	if (status == 0)
		*ret_options = options;
	return status;
}

static void
name_user_and_host(char comment[static OVR_KEY_COMMENT_BYTES])
{
	const struct passwd *user = getpwuid(geteuid());
	char host[64] = "";

	if (gethostname(host, sizeof(host) - 1) != 0)
		host[0] = '\0';
	snprintf(comment, OVR_KEY_COMMENT_BYTES, "%.32s@%s", user != NULL ? user->pw_name : "", host);
	ovr_plain(comment);
}

static void
print(const char *folder, const struct ovr_keys *keys, const char *comment)
{
	FILE *out = app_page(APP_PAGE_RESULT);
	char text[OVR_KEY_TEXT_BYTES];

	ovr_key_print(text, &keys->public_key);
	fprintf(out, "%s/secret   the secret key; it stays on this host\n", folder);
	fprintf(out, "%s/public   the public key, a line for the agents' file of authorized keys:\n\n",
		folder);
	fprintf(out, "%s\n%s\n", text, comment);
}

int
cmd_keygen(int argc, char **argv)
{
	char folder[PATH_MAX], comment[OVR_KEY_COMMENT_BYTES];
	struct keygen_options options;
	struct ovr_keys keys;
	struct ovr_err err;
	int status = parse(argc, argv, &options, &err);

	if (status == 0 && options.folder == NULL) {
		status = ovr_keys_folder(folder, &err);
		options.folder = folder;
	}
	if (status == 0)
		status = ovr_keys_make(&keys, &err);
	if (status != 0)
		return app_fail(&err);
	if (options.comment == NULL) {
		name_user_and_host(comment);
		options.comment = comment;
	}
	status = ovr_keys_save(options.folder, &keys, options.comment, options.may_replace, &err);
	if (status == 0)
		print(options.folder, &keys, options.comment);
	ovr_keys_forget(&keys);
	return status == 0 ? APP_EXIT_PASS : app_fail(&err);
}

void
cmd_keygen_help(FILE *out)
{
	fprintf(out,
		"\nMakes the keys by which hosts know each other in trials over several hosts: DIR/secret "
		"(mode "
		"0600) and DIR/public. DIR is $OVERRUN_CONFIG, $XDG_CONFIG_HOME/overrun or ~/.config/overrun "
		"where none is named. "
		"Agents answer the public keys in their file of authorized keys, callers find those of "
		"agents in "
		"their hosts file. Exit codes: 0 made, 3 could not be done.\n\n");
	app_args_help(options_table, out);
}
