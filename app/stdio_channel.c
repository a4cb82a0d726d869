/* SPDX-License-Identifier: BSD-3-Clause */
#include "stdio_channel.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PIECE_BYTES 65536
#define PATIENCE_S  1

/* @return whether all of it was written */
static bool
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, bytes, n);

		if (written < 0 && errno != EINTR)
			return false;
		if (written > 0) {
			bytes += written;
			n -= (size_t)written;
		}
	}
	return true;
}

/* @return whether there may be more */
static bool
carry(int from, int to)
{
	char piece[PIECE_BYTES];
	ssize_t n = read(from, piece, sizeof(piece));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	return n > 0 && write_all(to, piece, (size_t)n);
}

/* A caller that leaves ends the channel; a channel that is closed ends the thread. */
static void *
carry_both(void *context)
{
	const struct app_stdio *stdio = context;
	struct pollfd from[] = { { .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = stdio->fd, .events = POLLIN } };

	for (;;) {
		if (poll(from, 2, -1) < 0 && errno != EINTR)
			break;
		if (from[0].revents != 0 && !carry(STDIN_FILENO, stdio->fd)) {
			shutdown(stdio->fd, SHUT_WR);
			from[0].fd = -1;
		}
		if (from[1].revents != 0 && !carry(stdio->fd, STDOUT_FILENO))
			break;
	}
	shutdown(stdio->fd, SHUT_RDWR);
	return NULL;
}

int
app_stdio_open(struct app_stdio *ret_stdio, struct ovr_err *err)
{
	struct app_stdio *stdio = ret_stdio;
	sigset_t all, before;
	int pair[2], status;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return ovr_err_set(err, -errno, "serve: no socket pair: %s", strerror(errno));
	stdio->fd = pair[1];
	status = ovr_channel_of_fd(pair[0], 0, "the caller on standard input", &stdio->channel, err);
	if (status != 0) {
		close(pair[0]);
		close(pair[1]);
		return status;
	}
	/* signals are the control thread's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = -pthread_create(&stdio->thread, NULL, carry_both, stdio);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status != 0) {
		ovr_channel_close(stdio->channel);
		close(stdio->fd);
		return ovr_err_set(err, status, "serve: no thread for standard input: %s", strerror(-status));
	}
	return 0;
}

void
app_stdio_close(struct app_stdio *stdio)
{
	struct timespec until;

	/* the thread reads what is left in the socket, then its end */
	ovr_channel_close(stdio->channel);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_S;
	/* one that nobody reads from stays with its socket until the program ends */
	if (pthread_timedjoin_np(stdio->thread, NULL, &until) == 0)
		close(stdio->fd);
}
