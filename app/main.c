/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * overrun: blast sequenced frames, receive them, and say for every one what became of it.
 */
#include "app.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

const struct app_command app_commands[] = {
	{ "run", "[OPTION]... [-- EAL-ARGUMENT...]", "one trial: where did every frame go, and why", cmd_run,
		cmd_run_help, cmd_run_man },
	{ "burst", "[OPTION]... [-- EAL-ARGUMENT...]",
		"the longest burst at line rate without loss, and the buffer that it shows", cmd_burst,
		cmd_burst_help, cmd_burst_man },
	{ "check", "[--trial-id ID] [--json] FILE.pcap",
		"account for a capture of our frames, taken by any tool", cmd_check, cmd_check_help, NULL },
	{ "plan-ring", "[OPTION]...",
		"which receive ring is enough for a link and stalls that are typed in: arithmetic alone",
		cmd_plan_ring, cmd_plan_ring_help, cmd_plan_ring_man },
	{ "ring", "show IF|PORT... | set IF --rx N... | restore IF|--all | advise|verify PORT [OPTION]...",
		"show, set and restore rings, how long they last, which is enough, and whether drops are "
		"counted",
		cmd_ring, cmd_ring_help, cmd_ring_man },
	{ "search", "[OPTION]... [-- EAL-ARGUMENT...]", "the highest load within a loss ratio (NDR, PDR)",
		cmd_search, cmd_search_help, cmd_search_man },
	{ "selftest", "[OPTION]... [-- EAL-ARGUMENT...]",
		"what this tester itself can send, check and hold in step, here", cmd_selftest,
		cmd_selftest_help, cmd_selftest_man },
	{ "sweep", "[OPTION]... [-- EAL-ARGUMENT...]",
		"a grid of ring sizes, loads, frame sizes, stalls: the smallest ring without loss, and why",
		cmd_sweep, cmd_sweep_help, cmd_sweep_man },
	{ "watch", "[--interval TIME] [--count N] [--json] INTERFACE...",
		"what a kernel interface carries and loses, row by row", cmd_watch, cmd_watch_help, NULL },
	{ "help", "[COMMAND [--man]]", "this text, or a command's", cmd_help, NULL, NULL },
	{ "version", "", "versions of overrun and of DPDK", cmd_version, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL, NULL },
};

atomic_bool app_stop;

const struct app_command *
app_command_of(const char *name)
{
	for (const struct app_command *command = app_commands; command->name != NULL; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

int
app_fail(const struct ovr_err *err)
{
	fprintf(stderr, "overrun: %s\n", err->text);
	return APP_EXIT_CANNOT;
}

static void
on_signal(int number)
{
	(void)number;
	atomic_store(&app_stop, true);
}

static sigset_t
stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	return set;
}

void
app_signals_block(void)
{
	sigset_t set = stop_signals();

	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void
app_signals_open(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t set = stop_signals();

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static int
run_command(int argc, char **argv)
{
	const struct app_command *command;
	struct ovr_err err;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cmd_help(1, argv);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-v") == 0)
		return cmd_version(1, argv);
	command = app_command_of(argv[1]);
	if (command == NULL) {
		ovr_err_set(&err, -EINVAL,
			"\"%s\" is no command; accepted: run, burst, check, plan-ring, ring, search, "
			"selftest, sweep, "
			"watch, help, "
			"version",
			argv[1]);
		return app_fail(&err);
	}
	return command->run(argc - 1, argv + 1);
}

int
main(int argc, char **argv)
{
	struct ovr_err err;
	int code;

	/* a reader that leaves early is not worth losing the ports' state for */
	signal(SIGPIPE, SIG_IGN);
	code = run_command(argc, argv);
	/* who could do what was asked must also have said it */
	errno = EIO;
	if (code != APP_EXIT_CANNOT && (fflush(stdout) != 0 || ferror(stdout) != 0)) {
		ovr_err_set(&err, -errno, "stdout cannot be written: %s", strerror(errno));
		return app_fail(&err);
	}
	return code;
}
