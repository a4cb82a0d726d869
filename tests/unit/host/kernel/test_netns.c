/* SPDX-License-Identifier: BSD-3-Clause */
#include "kernel/netns.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/kernel_lab.h"

static struct ovr_kernel_netns *netns;
static struct ovr_err err;

static void
done(void)
{
	ovr_kernel_netns_close(netns);
	netns = NULL;
}

TestSuite(netns, .fini = done);

static uint64_t
id_of_thread(void)
{
	struct stat status;

	cr_assert_eq(stat("/proc/thread-self/ns/net", &status), 0);
	return (uint64_t)status.st_ino;
}

/* What a function saw that was run in a namespace. */
struct seen {
	uint64_t id;
	pthread_t thread;
	bool is_blocked;
};

static int
look(void *context, struct ovr_err *its_err)
{
	struct seen *seen = context;
	sigset_t blocked;

	(void)its_err;
	seen->id = id_of_thread();
	seen->thread = pthread_self();
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	seen->is_blocked = sigismember(&blocked, SIGINT) == 1 && sigismember(&blocked, SIGTERM) == 1;
	return 17;
}

Test(netns, the_own_one_needs_no_right)
{
	struct seen seen = { .id = 0 };

	if (geteuid() == 0)
		cr_assert_eq(setresuid(65534, 65534, 65534), 0);
	cr_assert_eq(ovr_kernel_netns_open("", &netns, &err), 0, "%s", err.text);
	cr_assert_str_eq(ovr_kernel_netns_name(netns), "");
	cr_assert_eq(ovr_kernel_netns_id(netns), id_of_thread());
	cr_assert_eq(ovr_kernel_netns_run(netns, look, &seen, &err), 17);
	cr_assert_eq(seen.id, id_of_thread());
}

Test(netns, a_function_runs_on_a_thread_of_its_own_without_signals)
{
	struct seen seen = { .id = 0 };

	cr_assert_eq(ovr_kernel_netns_open("", &netns, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_netns_run(netns, look, &seen, &err), 17);
	cr_assert_not(pthread_equal(seen.thread, pthread_self()));
	cr_assert(seen.is_blocked);
}

Test(netns, one_with_a_name_is_entered_and_the_caller_stays)
{
	struct seen seen = { .id = 0 };
	uint64_t own;

	kernel_lab_begin();
	own = id_of_thread();
	cr_assert_eq(ovr_kernel_netns_open("r", &netns, &err), 0, "%s", err.text);
	cr_assert_str_eq(ovr_kernel_netns_name(netns), "r");
	cr_assert_eq(ovr_kernel_netns_run(netns, look, &seen, &err), 17, "%s", err.text);
	cr_assert_eq(seen.id, ovr_kernel_netns_id(netns));
	cr_assert_neq(seen.id, own);
	cr_assert_eq(id_of_thread(), own);
}

Test(netns, a_path_is_one_as_well)
{
	struct ovr_kernel_netns *by_path = NULL;

	kernel_lab_begin();
	cr_assert_eq(ovr_kernel_netns_open("r", &netns, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_netns_open("/run/netns/r", &by_path, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_netns_id(by_path), ovr_kernel_netns_id(netns));
	ovr_kernel_netns_close(by_path);
}

Test(netns, a_name_that_is_none_is_told_with_those_there_are)
{
	kernel_lab_begin();
	cr_assert_eq(ovr_kernel_netns_open("x", &netns, &err), -ENOENT);
	cr_assert_eq(netns, NULL);
	cr_assert(strcmp(err.text,
			  "network namespace 'x': there is none of this name; accepted: a name in /run/netns "
			  "(r, s)") == 0 ||
			strcmp(err.text,
				"network namespace 'x': there is none of this name; accepted: a name in "
				"/run/netns (s, r)") == 0,
		"%s", err.text);
}

Test(netns, a_file_that_is_no_namespace_is_refused)
{
	cr_assert_eq(ovr_kernel_netns_open("/etc/passwd", &netns, &err), -EINVAL);
	cr_assert_str_eq(err.text,
		"network namespace '/etc/passwd': /etc/passwd is none; accepted: a name in /run/netns, or a "
		"path as /proc/123/ns/net");
	/* a namespace, but of mounts */
	cr_assert_eq(ovr_kernel_netns_open("/proc/self/ns/mnt", &netns, &err), -EINVAL);
	cr_assert_eq(ovr_kernel_netns_open("/nowhere/net", &netns, &err), -ENOENT);
	cr_assert_str_eq(err.text,
		"network namespace '/nowhere/net': /nowhere/net cannot be opened: No such file or directory; "
		"accepted: the path of a network namespace, as /proc/123/ns/net");
}

Test(netns, a_name_that_is_too_long_is_refused)
{
	cr_assert_eq(ovr_kernel_netns_open("0123456789012345678901234567890123456789012345678901234567890123",
			     &netns, &err),
		-ENAMETOOLONG);
	cr_assert_str_eq(err.text,
		"network namespace '0123456789012345678901234567890123456789012345678901234567890123': the "
		"name has 64 characters; accepted: up to 63");
}

Test(netns, without_the_right_another_one_cannot_be_entered)
{
	struct seen seen = { .id = 0 };

	kernel_lab_begin();
	if (geteuid() != 0 || setresuid(65534, 65534, 65534) != 0)
		cr_skip_test("needs root");
	cr_assert_eq(ovr_kernel_netns_open("r", &netns, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_kernel_netns_run(netns, look, &seen, &err), -EPERM);
	cr_assert_eq(seen.id, 0);
	cr_assert_str_eq(err.text,
		"network namespace 'r': it cannot be entered: Operation not permitted; accepted: root, or "
		"CAP_SYS_ADMIN");
}
