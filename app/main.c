/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * overrun: blast sequenced frames, receive them, and say for every one what became of it.
 */
#include "app.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/nearest.h"
#include "base/wait.h"
#include "job.h"
#include "output.h"
#include "page.h"

const struct app_command app_commands[] = {
	{ "run", "[OPTION]... [-- EAL-ARGUMENT...]", "one trial: where did every frame go, and why", cmd_run,
		cmd_run_help, cmd_run_man, NULL },
	{ "burst", "[OPTION]... [-- EAL-ARGUMENT...]",
		"the longest burst at line rate without loss, and the buffer that it shows",
		.job = &app_job_burst },
	{ "check", "[OPTION]... FILE.pcap", "account for a capture of our frames, taken by any tool",
		cmd_check, cmd_check_help, NULL, NULL },
	{ "compare", "[OPTION]... FILE.json... [--against FILE.json...]",
		"which figures of results changed beyond the noise, and what differs besides", cmd_compare,
		cmd_compare_help, NULL, NULL },
	{ "doctor", "[OPTION]... [PORT]",
		"is this host, and a port of it, fit to test, and will it lose? Changes nothing", cmd_doctor,
		cmd_doctor_help, NULL, NULL },
	{ "hop", "[OPTION]... INTERFACE INTERFACE",
		"a lossy cable between two interfaces: seeded drops, delay, reordering, every one listed",
		cmd_hop, cmd_hop_help, NULL, NULL },
	{ "keygen", "[OPTION]... [DIR]", "make the keys by which hosts know each other", cmd_keygen,
		cmd_keygen_help, NULL, NULL },
	{ "path", "[OPTION]... DESTINATION|--reflect [ADDRESS:]PORT",
		"on which hop of a network path loss starts, and whose answers are merely limited", cmd_path,
		cmd_path_help, NULL, NULL },
	{ "plan-ring", "[OPTION]...",
		"which receive ring is enough for a link and stalls that are typed in: arithmetic alone",
		cmd_plan_ring, cmd_plan_ring_help, cmd_plan_ring_man, NULL },
	{ "report", "[OPTION]... RESULT.json... [-o OUT.html]",
		"a page of saved results: verdict, tables and pictures, in one file", cmd_report,
		cmd_report_help, NULL, NULL },
	{ "reproduce", "PLACE|all [--list] [--keep] [--global]",
		"each place where a host loses frames: the loss, its counter, and its remedy", cmd_reproduce,
		cmd_reproduce_help, NULL, NULL },
	{ "ring", "VERB ...",
		"show, set and restore rings, how long they last, which is enough, and whether drops are "
		"counted",
		cmd_ring, NULL, cmd_ring_man, app_ring_verbs },
	{ "search", "[OPTION]... [-- EAL-ARGUMENT...]", "the highest load within a loss ratio (NDR, PDR)",
		.job = &app_job_search },
	{ "selftest", "[OPTION]... [-- EAL-ARGUMENT...]",
		"what this tester itself can send, check and sustain, here", .job = &app_job_selftest },
	{ "serve", "[OPTION]... [-- COMMAND...]",
		"an agent: what this host does in trials over several hosts, for a caller on another",
		cmd_serve, cmd_serve_help, NULL, NULL },
	{ "sweep", "[OPTION]... [-- EAL-ARGUMENT...]",
		"a grid of ring sizes, loads, frame sizes, stalls: the smallest ring without loss, and why",
		.job = &app_job_sweep },
	{ "tcp", "[OPTION]... RESULT.json",
		"what the losses of a trial mean for TCP: rate, repair and stalls of a flow", cmd_tcp,
		cmd_tcp_help, NULL, NULL },
	{ "watch", "[OPTION]... [INTERFACE]... [netns=NAME]...",
		"what an interface carries and loses, or a whole host loses, row by row", cmd_watch,
		cmd_watch_help, NULL, NULL },
	{ "help", "[COMMAND [VERB|--man]|--rows]", "this text, or a command's", cmd_help, NULL, NULL, NULL },
	{ "version", "", "versions of overrun and of DPDK", cmd_version, NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL, NULL, NULL, NULL },
};

#define STACK_BYTES_MIN (1u << 20)

atomic_bool app_stop;

const struct app_command *
app_command_of(const struct app_command *commands, const char *object, const char *name, struct ovr_err *err)
{
	struct ovr_nearest nearest = ovr_nearest_to(name);
	char question[OVR_NEAREST_QUESTION_BYTES];
	char names[256] = "";
	size_t n = 0;

	for (const struct app_command *command = commands; command->name != NULL; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
		ovr_nearest_offer(&nearest, command->name);
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", n > 0 ? ", " : "", command->name);
	}
	ovr_err_set(err, -EINVAL, "%s: found \"%.80s\"%s accepted: %s", object, name,
		ovr_nearest_ask(&nearest, question), names);
	return NULL;
}

int
app_command_run(const struct app_command *command, int argc, char **argv)
{
	return command->job != NULL ? app_job_run(command->job, argc, argv) : command->run(argc, argv);
}

int
app_fail(const struct ovr_err *err)
{
	app_say("overrun: %s", err->text);
	return APP_EXIT_CANNOT;
}

static void
on_signal(int number)
{
	(void)number;
	atomic_store(&app_stop, true);
}

/*
 * A file that is opened while one of the first three descriptors is closed would take its number,
 * and get what is printed. Through O_PATH reading and printing still fail (EBADF), and /dev/stdin,
 * opened again, is a folder and no empty file.
 */
static void
open_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/", O_PATH | O_DIRECTORY);
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
	struct sigaction before;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, &before);
	/* nohup */
	if (before.sa_handler == SIG_IGN)
		sigaction(SIGHUP, &before, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

/* Whether help is requested, anywhere before the arguments of EAL. */
static bool
asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

/*
 * Of the stack of the first thread, which is also that of each worker. Results and reports stand on
 * it.
 */
static int
check_stack(struct ovr_err *err)
{
	struct rlimit stack;

	if (getrlimit(RLIMIT_STACK, &stack) != 0 || stack.rlim_cur >= STACK_BYTES_MIN)
		return 0;
	return ovr_err_set(err, -ENOMEM,
		"stack: found a limit of %llu KiB, accepted: %u KiB or more (ulimit -s)",
		(unsigned long long)stack.rlim_cur >> 10, STACK_BYTES_MIN >> 10);
}

static int
run_command(int argc, char **argv)
{
	const struct app_command *command;
	struct ovr_err err;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cmd_help(1, argv);
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-v") == 0 || strcmp(argv[1], "-V") == 0)
		return cmd_version(1, argv);
	/* started by overrun itself, and listed nowhere */
	if (strcmp(argv[1], "end") == 0)
		return cmd_end(argc - 1, argv + 1);
	command = app_command_of(app_commands, "command", argv[1], &err);
	if (command == NULL)
		return app_fail(&err);
	return asks_for_help(argc - 1, argv + 1) ? app_help_on(argc - 1, argv + 1)
						 : app_command_run(command, argc - 1, argv + 1);
}

int
main(int argc, char **argv)
{
	struct ovr_err err;
	int code, status;

	open_standard_files();
	/*
	 * a reader that leaves, or a file that gets too large, must not end what puts the host back
	 */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	app_output_guard();
	ovr_wait_stop_by(&app_stop);
	if (check_stack(&err) != 0)
		return app_fail(&err);
	code = run_command(argc, argv);
	/* who could do what was asked must also have said it */
	status = app_page_end();
	/* ... but not to a reader that has left (| head): it had what it wanted */
	if (code == APP_EXIT_CANNOT || status == 0 || status == -EPIPE)
		return code;
	ovr_err_set(&err, status, "stdout cannot be written: %s", strerror(-status));
	return app_fail(&err);
}
