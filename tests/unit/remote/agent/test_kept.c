/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/kept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

static char scratch[64], folder[96];
static struct ovr_err err;

static void
enter(void)
{
	snprintf(scratch, sizeof(scratch), "/tmp/overrun-test-kept-XXXXXX");
	cr_assert_not_null(mkdtemp(scratch));
	snprintf(folder, sizeof(folder), "%s/a/b", scratch);
}

static unsigned int
files(void)
{
	DIR *open = opendir(folder);
	unsigned int n = 0;

	cr_assert_not_null(open);
	while (readdir(open) != NULL)
		n++;
	closedir(open);
	return n - 2;
}

static void
leave(void)
{
	char path[PATH_MAX];
	DIR *open = opendir(folder);

	for (struct dirent *entry; open != NULL && (entry = readdir(open)) != NULL;) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		unlink(path);
	}
	if (open != NULL)
		closedir(open);
	rmdir(folder);
	snprintf(path, sizeof(path), "%s/a", scratch);
	rmdir(path);
	rmdir(scratch);
}

TestSuite(kept, .init = enter, .fini = leave);

static struct ovr_agent_kept
opened(void)
{
	struct ovr_agent_kept kept;

	cr_assert_eq(ovr_agent_kept_open(folder, &kept, &err), 0, "%s", err.text);
	return kept;
}

static void
keep(struct ovr_agent_kept *kept, uint64_t nonce, uint32_t trial, const char *text)
{
	cr_assert_eq(ovr_agent_kept_write(kept, nonce, trial, text, strlen(text), &err), 0, "%s", err.text);
}

Test(kept, the_latest_checkpoint_of_a_trial_is_there_and_closed_to_others)
{
	struct ovr_agent_kept kept = opened();
	char expected[PATH_MAX];
	struct stat found;
	char *text;

	keep(&kept, 0x12, 3, "first");
	keep(&kept, 0x12, 3, "second");
	cr_expect_eq(files(), 1);
	snprintf(expected, sizeof(expected), "%s/half-0000000000000012-3-%s-%d.json", folder, kept.host,
		getpid());
	cr_assert_str_eq(kept.path, expected);
	cr_assert_eq(stat(kept.path, &found), 0);
	cr_expect_eq(found.st_mode & 07777, 0600);
	text = ovr_agent_kept_read(&kept);
	cr_expect_str_eq(text, "second");
	free(text);
}

Test(kept, nothing_stays_once_the_caller_has_the_half)
{
	struct ovr_agent_kept kept = opened();

	keep(&kept, 1, 1, "{}");
	ovr_agent_kept_drop(&kept);
	cr_expect_eq(files(), 0);
	cr_expect_null(ovr_agent_kept_read(&kept));
	/* twice is harmless */
	ovr_agent_kept_drop(&kept);
}

Test(kept, the_latest_files_of_lost_sessions_stay)
{
	struct ovr_agent_kept kept = opened();
	char path[PATH_MAX];

	for (uint32_t i = 1; i <= OVR_AGENT_KEPT_MAX + 5; i++) {
		struct timespec written[2] = { { .tv_sec = 1000 + i }, { .tv_sec = 1000 + i } };

		keep(&kept, i, 1, "{}");
		cr_assert_eq(utimensat(AT_FDCWD, kept.path, written, 0), 0);
		snprintf(path, sizeof(path), "%s", kept.path);
		ovr_agent_kept_leave(&kept);
	}
	cr_expect_eq(files(), OVR_AGENT_KEPT_MAX);
	cr_expect_eq(access(path, F_OK), 0, "the latest one is gone");
}

/* The state of a user is one folder for all hosts of a cluster. */
Test(kept, agents_of_one_session_on_several_hosts_share_a_folder)
{
	struct ovr_agent_kept kept = opened(), other = opened();

	snprintf(other.host, sizeof(other.host), "another-host");
	keep(&kept, 0x12, 1, "one");
	keep(&other, 0x12, 1, "other");
	cr_expect_eq(files(), 2);
	for (uint32_t i = 0; i < OVR_AGENT_KEPT_MAX + 3; i++) {
		keep(&kept, 100 + i, 1, "{}");
		ovr_agent_kept_leave(&kept);
	}
	cr_expect_eq(access(other.path, F_OK), 0, "the file of another host is gone");
	cr_expect_eq(files(), OVR_AGENT_KEPT_MAX + 1);
}

Test(kept, files_of_others_in_the_folder_stay)
{
	struct ovr_agent_kept kept = opened();
	char path[PATH_MAX];
	FILE *file;

	keep(&kept, 1, 1, "{}");
	snprintf(path, sizeof(path), "%s/notes.json", folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fclose(file);
	for (uint32_t i = 2; i < OVR_AGENT_KEPT_MAX + 9; i++) {
		keep(&kept, i, 1, "{}");
		ovr_agent_kept_leave(&kept);
	}
	cr_expect_eq(access(path, F_OK), 0);
	cr_expect_eq(files(), OVR_AGENT_KEPT_MAX + 1);
}

Test(kept, the_folder_is_the_state_of_its_user)
{
	struct ovr_agent_kept kept;

	setenv("XDG_STATE_HOME", "/some/state", 1);
	cr_assert_eq(ovr_agent_kept_open(NULL, &kept, &err), 0);
	cr_expect_str_eq(kept.folder, "/some/state/overrun");
	unsetenv("XDG_STATE_HOME");
	setenv("HOME", "/some/where", 1);
	cr_assert_eq(ovr_agent_kept_open(NULL, &kept, &err), 0);
	cr_expect_str_eq(
		kept.folder, geteuid() == 0 ? "/var/lib/overrun" : "/some/where/.local/state/overrun");
}

Test(kept, a_folder_that_cannot_be_made_is_said)
{
	struct ovr_agent_kept kept;

	setenv("XDG_STATE_HOME", "/proc/nothing", 1);
	cr_assert_eq(ovr_agent_kept_open(NULL, &kept, &err), 0);
	cr_expect_lt(ovr_agent_kept_write(&kept, 1, 1, "{}", 2, &err), 0);
	cr_expect_not_null(strstr(err.text, "the checkpoint cannot be kept"));
	cr_expect_str_empty(kept.path);
}

/* A name that was given is looked at before anybody is served. */
Test(kept, a_named_folder_that_is_none_is_refused)
{
	static const char *const bad[] = { "/proc/nothing/there", "/dev/null", "/dev/null/below" };
	struct ovr_agent_kept kept;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_expect_eq(ovr_agent_kept_open(bad[i], &kept, &err), -ENOTDIR, "%s", bad[i]);
		cr_expect_not_null(strstr(err.text, bad[i]), "%s", err.text);
	}
}
