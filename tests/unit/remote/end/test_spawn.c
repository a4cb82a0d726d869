/* SPDX-License-Identifier: BSD-3-Clause */
#include "end/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "end/answer.h"

#define NS_PER_MS UINT64_C(1000000)

static char program[64], said[96];
static struct ovr_err err;

static void
enter(void)
{
	int fd;

	snprintf(program, sizeof(program), "/tmp/overrun-test-end-XXXXXX");
	fd = mkstemp(program);
	cr_assert_geq(fd, 0);
	close(fd);
	snprintf(said, sizeof(said), "%s.said", program);
}

static void
leave(void)
{
	unlink(program);
	unlink(said);
}

TestSuite(spawn, .init = enter, .fini = leave);

/* A process in place of an end process: a shell's script, in which $SAID is a file. */
static struct ovr_end
started(const char *script, const char *caller)
{
	struct ovr_end_conf conf = { .program = program, .caller = caller };
	FILE *file = fopen(program, "w");
	struct ovr_end end;

	cr_assert_not_null(file);
	fprintf(file, "#!/bin/sh\nSAID=%s\n%s\n", said, script);
	fclose(file);
	cr_assert_eq(chmod(program, 0755), 0);
	cr_assert_eq(ovr_end_start(&conf, &end, &err), 0, "%s", err.text);
	cr_assert_gt(end.pid, 0);
	return end;
}

/* Wait for it. @return why it ended */
static const char *
end_of(struct ovr_end *end)
{
	static char why[64];
	const struct timespec pause = { .tv_nsec = 10 * NS_PER_MS };

	for (int i = 0; i < 3000 && !ovr_end_has_ended(end, why, sizeof(why)); i++)
		nanosleep(&pause, NULL);
	cr_assert_eq(end->pid, 0, "it has not ended");
	return why;
}

static const char *
said_text(void)
{
	static char text[512];
	FILE *file = fopen(said, "r");
	size_t n;

	cr_assert_not_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	return text;
}

Test(spawn, it_is_told_which_descriptor_its_messages_are_on)
{
	struct ovr_end end = started(
		"echo \"$@\" >$SAID; test -S /proc/self/fd/3 && echo socket >>$SAID", NULL);

	cr_expect_str_eq(end_of(&end), "it ended with code 0");
	cr_expect_str_eq(said_text(), "end --fd 3\nsocket\n");
	cr_expect(ovr_end_stop(&end));
}

Test(spawn, its_end_is_told)
{
	struct ovr_end end = started("exit 7", NULL);

	cr_expect_str_eq(end_of(&end), "it ended with code 7");
	ovr_end_stop(&end);
	end = started("kill -9 $$", NULL);
	cr_expect_str_eq(end_of(&end), "it was ended by signal 9");
	ovr_end_stop(&end);
	/* harmless where there is none */
	cr_expect(ovr_end_stop(&end));
}

Test(spawn, it_is_told_who_its_caller_is)
{
	struct ovr_end end;

	setenv("OVERRUN_CALLER", "192.0.2.1 1 192.0.2.2 2", 1);
	setenv("SOMETHING", "else", 1);
	end = started("echo \"$OVERRUN_CALLER $SOMETHING\" >$SAID", "192.0.2.7 0 192.0.2.8 0");
	end_of(&end);
	cr_expect_str_eq(said_text(), "192.0.2.7 0 192.0.2.8 0 else\n");
	ovr_end_stop(&end);
	end = started("echo \"$OVERRUN_CALLER $SOMETHING\" >$SAID", NULL);
	end_of(&end);
	cr_expect_str_eq(said_text(), "192.0.2.1 1 192.0.2.2 2 else\n");
	ovr_end_stop(&end);
}

Test(spawn, it_is_asked_to_end_and_undoes)
{
	struct ovr_end end = started(
		"trap 'echo undone >$SAID; exit 0' TERM; echo >$SAID; while :; do sleep 0.01; done", NULL);

	while (access(said, F_OK) != 0)
		;
	cr_expect(ovr_end_stop(&end));
	cr_expect_str_eq(said_text(), "undone\n");
	cr_expect_eq(end.pid, 0);
	cr_expect_null(end.channel);
}

Test(spawn, one_that_is_stopped_is_asked_too)
{
	struct ovr_end end = started(
		"trap 'echo undone >$SAID; exit 0' TERM; echo >$SAID; while :; do sleep 0.01; done", NULL);

	while (access(said, F_OK) != 0)
		;
	cr_assert_eq(kill(end.pid, SIGSTOP), 0);
	cr_expect(ovr_end_stop(&end));
	cr_expect_str_eq(said_text(), "undone\n");
}

Test(spawn, one_that_does_not_end_is_killed)
{
	struct ovr_end end = started("trap '' TERM; echo >$SAID; while :; do sleep 0.01; done", NULL);
	uint64_t begin_ns;

	while (access(said, F_OK) != 0)
		;
	begin_ns = ovr_end_now_ns();
	cr_expect_not(ovr_end_stop(&end));
	cr_expect_geq(ovr_end_now_ns() - begin_ns, 2900 * NS_PER_MS);
	/* within 3 s where nothing else runs */
	cr_expect_leq(ovr_end_now_ns() - begin_ns, 15000 * NS_PER_MS);
}
