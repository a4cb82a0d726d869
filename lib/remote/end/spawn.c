/* SPDX-License-Identifier: BSD-3-Clause */
#include "end/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "end/answer.h"

#define CALLER   "OVERRUN_CALLER="
#define FD       3
#define PATIENCE UINT64_C(3000000000)
#define POLL_NS  5000000

extern char **environ;

/* The environment with another caller. @return malloc'ed; its texts are others' */
static char **
environment_with(char *caller)
{
	size_t n = 0;
	char **with;

	while (environ[n] != NULL)
		n++;
	with = calloc(n + 2, sizeof(*with));
	if (with == NULL)
		return NULL;
	n = 0;
	for (char **one = environ; *one != NULL; one++)
		if (strncmp(*one, CALLER, strlen(CALLER)) != 0)
			with[n++] = *one;
	with[n] = caller;
	return with;
}

int
ovr_end_set_signals(posix_spawnattr_t *attributes)
{
	static const int number[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ };
	sigset_t none, by_default;

	sigemptyset(&none);
	sigemptyset(&by_default);
	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		sigaddset(&by_default, number[i]);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &by_default);
	posix_spawnattr_setpgroup(attributes, 0);
	return posix_spawnattr_setflags(
		attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

/* @return 0; errno */
static int
spawn(const char *program, int fd, char **env, pid_t *ret_pid)
{
	char number[16];
	char name[] = "overrun", command[] = "end", option[] = "--fd";
	char *argv[] = { name, command, option, number, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int code;

	snprintf(number, sizeof(number), "%d", FD);
	code = posix_spawn_file_actions_init(&actions);
	if (code != 0)
		return code;
	code = posix_spawnattr_init(&attributes);
	if (code == 0) {
		code = ovr_end_set_signals(&attributes);
		if (code == 0)
			code = posix_spawn_file_actions_addopen(
				&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
		if (code == 0)
			code = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
		if (code == 0)
			code = posix_spawn_file_actions_adddup2(&actions, fd, FD);
		if (code == 0)
			code = posix_spawn(ret_pid, program, &actions, &attributes, argv, env);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

/* The program that runs; where its file was replaced, what is left of it. */
static const char *
own_program(char path[static PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 1);

	if (n > 0)
		path[n] = '\0';
	return n > 0 && access(path, X_OK) == 0 ? path : "/proc/self/exe";
}

int
ovr_end_start(const struct ovr_end_conf *conf, struct ovr_end *ret_end, struct ovr_err *err)
{
	struct ovr_end end = { .pid = 0 };
	char path[PATH_MAX], *caller = NULL;
	char **env = environ;
	int pair[2], code;

	if (conf->caller != NULL) {
		size_t size = sizeof(CALLER) + strlen(conf->caller);

		caller = malloc(size);
		if (caller != NULL)
			snprintf(caller, size, CALLER "%s", conf->caller);
		env = caller != NULL ? environment_with(caller) : NULL;
		if (env == NULL) {
			free(caller);
			return ovr_err_set(err, -ENOMEM, "end process: no memory for its environment");
		}
	}
	code = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0 ? errno : 0;
	if (code == 0) {
		code = spawn(
			conf->program != NULL ? conf->program : own_program(path), pair[1], env, &end.pid);
		close(pair[1]);
		if (code != 0)
			close(pair[0]);
	}
	if (env != environ)
		free(env);
	free(caller);
	if (code != 0)
		return ovr_err_set(err, -code, "end process: cannot be started: %s", strerror(code));
	code = ovr_channel_of_fd(pair[0], end.pid, "the end process", &end.channel, err);
	if (code != 0) {
		close(pair[0]);
		ovr_end_stop(&end);
		return code;
	}
	*ret_end = end;
	return 0;
}

bool
ovr_end_has_ended(struct ovr_end *end, char *ret_why, size_t size)
{
	int status = 0;
	pid_t ended = end->pid != 0 ? waitpid(end->pid, &status, WNOHANG) : 0;

	if (ended == 0 || (ended < 0 && errno != ECHILD))
		return false;
	end->pid = 0;
	if (ended < 0)
		snprintf(ret_why, size, "it has ended");
	else if (WIFSIGNALED(status))
		snprintf(ret_why, size, "it was ended by signal %d", WTERMSIG(status));
	else
		snprintf(ret_why, size, "it ended with code %d", WEXITSTATUS(status));
	return true;
}

bool
ovr_end_stop(struct ovr_end *end)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	uint64_t until_ns = ovr_end_now_ns() + PATIENCE;
	bool was_killed = false;
	char why[64];

	if (end->pid != 0) {
		kill(end->pid, SIGTERM);
		kill(end->pid, SIGCONT);
	}
	while (end->pid != 0 && !ovr_end_has_ended(end, why, sizeof(why))) {
		if (!was_killed && ovr_end_now_ns() > until_ns) {
			kill(end->pid, SIGKILL);
			was_killed = true;
		}
		nanosleep(&pause, NULL);
	}
	ovr_channel_close(end->channel);
	end->channel = NULL;
	return !was_killed;
}
