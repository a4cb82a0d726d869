/* SPDX-License-Identifier: BSD-3-Clause */
#include "env/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rte_eal.h>

#include "env/env.h"

/*
 * EAL refuses these together: one that ends the process at an argument, after it has read them all.
 */
static char *const contradiction[] = { (char *)"-a", (char *)"0000:00:00.0", (char *)"-b",
	(char *)"0000:00:00.0" };

#define N_CONTRADICTION (int)(sizeof(contradiction) / sizeof(contradiction[0]))

/* In the child: where it says why EAL ended it. */
static int answer_fd;

/* EAL ends the child. What the program has registered for its own end is not the child's to do. */
static void
tell_parent(int status, void *unused)
{
	const char *words = ovr_env_last_words();

	(void)unused;
	if (words[0] == '\0')
		words = "EAL ends the process";
	(void)!write(answer_fd, words, strlen(words));
	_exit(status);
}

/* Does not come back. */
static void
ask_in_child(int argc, char **argv, int fd)
{
	answer_fd = fd;
	if (on_exit(tell_parent, NULL) == 0)
		rte_eal_init(argc, argv);
	_exit(0);
}

/* @return how many bytes, until the child has ended */
static size_t
read_answer(int fd, char *words, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t more = read(fd, words + n, size - n);

		if (more == 0 || (more < 0 && errno != EINTR))
			break;
		if (more > 0)
			n += (size_t)more;
	}
	return n;
}

bool
env_ask_eal(int argc, char **argv, char *words, size_t size)
{
	char **asked = calloc((size_t)argc + N_CONTRADICTION + 1, sizeof(*asked));
	char answer[256];
	size_t n = 0;
	int fd[2];
	pid_t child = -1;

	if (asked == NULL)
		return false;
	/* first: the last of the others may want a value that is not there */
	asked[0] = argv[0];
	memcpy(asked + 1, contradiction, sizeof(contradiction));
	memcpy(asked + 1 + N_CONTRADICTION, argv + 1, ((size_t)argc - 1) * sizeof(*asked));
	if (pipe2(fd, O_CLOEXEC) != 0)
		goto out;
	child = fork();
	if (child == 0)
		ask_in_child(argc + N_CONTRADICTION, asked, fd[1]);
	close(fd[1]);
	if (child > 0)
		n = read_answer(fd[0], answer, sizeof(answer));
	close(fd[0]);
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (n > 0)
		snprintf(words, size, "%.*s", (int)n, answer);
out:
	free(asked);
	return n > 0;
}
