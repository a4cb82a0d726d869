/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/ssh.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "end/spawn.h"

/* What the shell of the other machine is given. */
#define COMMAND  "exec overrun serve --listen - --once --allow-port '*'"
#define PATIENCE 500
#define POLL_NS  10000000

extern char **environ;

/* It ends with its input. @return 0; errno */
static int
spawn(const char *login, int fd, pid_t *ret_pid)
{
	char *argv[] = { (char *)"ssh", (char *)"-T", (char *)"-o", (char *)"BatchMode=yes", (char *)"--",
		(char *)login, (char *)COMMAND, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int code = posix_spawn_file_actions_init(&actions);

	if (code != 0)
		return code;
	code = posix_spawnattr_init(&attributes);
	if (code == 0) {
		code = ovr_end_set_signals(&attributes);
		if (code == 0)
			code = posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
		if (code == 0)
			code = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
		if (code == 0)
			code = posix_spawnp(ret_pid, "ssh", &actions, &attributes, argv, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

int
ovr_ssh_start(const char *login, const char *name, pid_t *ret_pid, struct ovr_channel **ret_channel,
	struct ovr_err *err)
{
	int pair[2], code, status;
	pid_t pid = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return ovr_err_set(err, -errno, "%s: no connection to ssh: %s", name, strerror(errno));
	code = spawn(login, pair[1], &pid);
	close(pair[1]);
	if (code != 0) {
		close(pair[0]);
		return ovr_err_set(err, -code, "%s: ssh cannot be started: %s", name, strerror(code));
	}
	status = ovr_channel_of_fd(pair[0], 0, name, ret_channel, err);
	if (status != 0) {
		close(pair[0]);
		ovr_ssh_stop(pid);
		return status;
	}
	*ret_pid = pid;
	return 0;
}

void
ovr_ssh_stop(pid_t pid)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };

	for (int i = 0; i < PATIENCE; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return;
		nanosleep(&pause, NULL);
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
}
