/* SPDX-License-Identifier: BSD-3-Clause */
#include "atlas/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/wait.h"

/* What a shell returns for a program that it does not find. */
#define NOT_FOUND        127
#define POLL_NS          2000000
#define OUTPUT_BYTES_MAX (64u << 20)

/* Signals as a program expects them: ours are caught, and some ignored. */
static void
become(char *const argv[], int out, int err, const sigset_t *mask)
{
	static const int number[] = { SIGINT, SIGTERM, SIGPIPE, SIGXFSZ };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++)
		signal(number[i], SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
		dup2(err, STDERR_FILENO) < 0)
		_exit(NOT_FOUND);
	execvp(argv[0], argv);
	_exit(NOT_FOUND);
}

static pid_t
start(char *const argv[], int out, int err)
{
	sigset_t all, before;
	pid_t parent = getpid(), child;

	/* a signal between fork and exec would be caught by our handler, and lost */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	child = fork();
	if (child == 0) {
		/* a parent that died before is told by its pid alone */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(NOT_FOUND);
		become(argv, out, err, &before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return child < 0 ? -errno : child;
}

/* Wait for its end, and ask it to end as soon as this program is asked to. @return its status */
static int
wait_for(pid_t child)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	bool is_asked = false;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(child, &status, WNOHANG)) != child) {
		if (ended < 0 && errno != EINTR)
			return NOT_FOUND << 8;
		if (!is_asked && ovr_wait_is_stopped()) {
			kill(child, SIGTERM);
			is_asked = true;
		}
		nanosleep(&pause, NULL);
	}
	return status;
}

/* All of a file, ended by a zero. @return NULL: no memory, or it is larger than any report */
static char *
read_all(int fd)
{
	struct stat file;
	char *text;
	size_t n = 0;
	ssize_t got;

	if (fstat(fd, &file) != 0 || file.st_size > OUTPUT_BYTES_MAX)
		return NULL;
	text = malloc((size_t)file.st_size + 1);
	while (text != NULL && n < (size_t)file.st_size &&
		(got = pread(fd, text + n, (size_t)file.st_size - n, (off_t)n)) > 0)
		n += (size_t)got;
	if (text != NULL)
		text[n] = '\0';
	return text;
}

static int
run(char *const argv[], int out, int err, struct ovr_atlas_said *ret_said, struct ovr_err *error)
{
	struct ovr_atlas_said said = { 0 };
	pid_t child = start(argv, out, err);
	int status;

	if (child < 0)
		return ovr_err_set(error, child, "%s cannot be started: %s", argv[0], strerror(-child));
	status = wait_for(child);
	if (ovr_wait_is_stopped())
		return ovr_err_set(error, -EINTR, "%s: the program was asked to stop", argv[0]);
	said.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	said.out = read_all(out);
	said.err = read_all(err);
	if (said.out == NULL || said.err == NULL) {
		ovr_atlas_said_done(&said);
		return ovr_err_set(error, -ENOMEM, "%s: no memory for what it printed", argv[0]);
	}
	if (said.code == NOT_FOUND && said.out[0] == '\0' && said.err[0] == '\0') {
		ovr_atlas_said_done(&said);
		return ovr_err_set(error, -ENOENT, "%s: there is no such program", argv[0]);
	}
	*ret_said = said;
	return 0;
}

int
ovr_atlas_spawn(char *const argv[], struct ovr_atlas_said *ret_said, struct ovr_err *err)
{
	/* files without a name: nothing stays of them, however this program ends */
	int out = memfd_create("out", MFD_CLOEXEC), said = memfd_create("err", MFD_CLOEXEC);
	int status;

	if (out < 0 || said < 0)
		status = ovr_err_set(
			err, -errno, "%s: no room for what it prints: %s", argv[0], strerror(errno));
	else
		status = run(argv, out, said, ret_said, err);
	if (out >= 0)
		close(out);
	if (said >= 0)
		close(said);
	return status;
}

void
ovr_atlas_said_done(struct ovr_atlas_said *said)
{
	free(said->out);
	free(said->err);
	said->out = NULL;
	said->err = NULL;
}
