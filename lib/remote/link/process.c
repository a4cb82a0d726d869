/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A channel over a socket pair: lines of JSON.
 *
 * A process of this host is watched in /proc. One whose id is not known stands behind ssh, which
 * may wait for minutes on a cable that is cut. Such a channel has a thread that sends an empty line
 * twice a second as a sign of life, between messages, whatever the program does meanwhile.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/kind.h"

#define NS_PER_MS 1000000u
/* Most bytes that are read at once. */
#define READ_BYTES (64u << 10)
/* How long a process may stand still; with the look at it, less than OVR_CHANNEL_GONE_MS. */
#define STOPPED_MS 2500u
/* How often a sign of life is sent, and for how long there may be none. */
#define BEAT_MS   500
#define SILENT_MS 2500u

struct process_channel {
	struct ovr_channel channel;
	int fd;
	pid_t pid;           /* 0: not watched */
	uint64_t looked_ns;  /* when its state was read */
	uint64_t stopped_ns; /* since when it is stopped; 0: it runs */
	char bytes[READ_BYTES];
	size_t at, n_bytes; /* those of bytes that are not in the inbox yet */
	uint64_t heard_ns;  /* when something came */
	bool has_beaten;    /* a sign of life came */
	/* with signs of life only */
	pthread_t thread;
	pthread_mutex_t lock; /* of the socket's sending side, and of the next two */
	pthread_cond_t wake;
	bool is_amid; /* in the middle of a message */
	bool is_over;
};

/* @return the state of /proc/PID/stat; '\0': there is no such process */
static char
state_of(pid_t pid)
{
	char path[32], text[512];
	const char *name_end;
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return '\0';
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0)
		return '\0';
	text[size] = '\0';
	/* the name stands in parentheses, and may hold some */
	name_end = strrchr(text, ')');
	return name_end != NULL && name_end[1] == ' ' ? name_end[2] : '?';
}

/* A process that is stopped keeps its socket, and says nothing. */
static void
look_at_process(struct process_channel *process)
{
	uint64_t now_ns = ovr_kind_now_ns();
	char state;

	if (process->pid == 0 || now_ns - process->looked_ns < (uint64_t)OVR_KIND_SLICE_MS * NS_PER_MS)
		return;
	process->looked_ns = now_ns;
	state = state_of(process->pid);
	if (state == '\0' || state == 'Z' || state == 'X')
		ovr_kind_lose(&process->channel, "its process has ended");
	if (state != 'T' && state != 't')
		process->stopped_ns = 0;
	else if (process->stopped_ns == 0)
		process->stopped_ns = now_ns;
	else if (now_ns - process->stopped_ns > STOPPED_MS * (uint64_t)NS_PER_MS)
		ovr_kind_lose(&process->channel, "its process is stopped");
}

/* Of a peer that has given none, none is missed: it may be a script. */
static void
look_at_silence(struct process_channel *process)
{
	uint64_t now_ns = ovr_kind_now_ns();

	if (process->pid == 0 && process->has_beaten &&
		now_ns - process->heard_ns > SILENT_MS * (uint64_t)NS_PER_MS)
		ovr_kind_lose(&process->channel, "it gave no sign of life for %.1f s",
			(double)(now_ns - process->heard_ns) / 1e9);
}

static void *
beat(void *context)
{
	struct process_channel *process = context;
	struct timespec until;

	pthread_mutex_lock(&process->lock);
	clock_gettime(CLOCK_MONOTONIC, &until);
	while (!process->is_over) {
		/* the next one takes the place of one for which there is no room */
		if (!process->is_amid)
			(void)send(process->fd, "\n", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
		until.tv_nsec += BEAT_MS * (long)NS_PER_MS;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		while (!process->is_over &&
			pthread_cond_timedwait(&process->wake, &process->lock, &until) == 0)
			;
	}
	pthread_mutex_unlock(&process->lock);
	return NULL;
}

/* @return 0; negative errno */
static int
begin_beat(struct process_channel *process)
{
	pthread_condattr_t attributes;
	sigset_t all, before;
	int code;

	pthread_mutex_init(&process->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&process->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	/* signals are for others */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(&process->thread, NULL, beat, process);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -code;
}

static void
end_beat(struct process_channel *process)
{
	pthread_mutex_lock(&process->lock);
	process->is_over = true;
	pthread_cond_signal(&process->wake);
	pthread_mutex_unlock(&process->lock);
	pthread_join(process->thread, NULL);
	pthread_cond_destroy(&process->wake);
	pthread_mutex_destroy(&process->lock);
}

/* Up to the end of a line, or all that was read. */
static void
take_bytes(struct process_channel *process)
{
	const char *bytes = process->bytes + process->at;
	const char *end = memchr(bytes, '\n', process->n_bytes);
	size_t size = end != NULL ? (size_t)(end - bytes) : process->n_bytes;
	int status = ovr_inbox_add(&process->channel.inbox, bytes, size);

	if (end != NULL && process->channel.inbox.size == 0)
		process->has_beaten = true;
	else if (status == 0 && end != NULL)
		status = ovr_inbox_end(&process->channel.inbox);
	ovr_kind_lose_by(&process->channel, status);
	size += end != NULL;
	process->at += size;
	process->n_bytes -= size;
}

/* @return whether there was something */
static bool
read_more(struct process_channel *process)
{
	ssize_t n = recv(process->fd, process->bytes, sizeof(process->bytes), MSG_DONTWAIT);

	if (n > 0) {
		process->at = 0;
		process->n_bytes = (size_t)n;
		process->heard_ns = ovr_kind_now_ns();
		return true;
	}
	if (n < 0 && errno == EINTR)
		return true;
	if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
		ovr_kind_lose(&process->channel, "its process has closed the connection");
	look_at_process(process);
	look_at_silence(process);
	return false;
}

static void
pump(struct ovr_channel *channel)
{
	struct process_channel *process = (struct process_channel *)channel;

	while (channel->gone[0] == '\0' && !ovr_inbox_is_full(&channel->inbox)) {
		if (process->n_bytes > 0)
			take_bytes(process);
		else if (!read_more(process))
			break;
	}
}

static size_t
push(struct ovr_channel *channel, const char *text, size_t size)
{
	struct process_channel *process = (struct process_channel *)channel;
	ssize_t n;

	if (process->pid == 0)
		pthread_mutex_lock(&process->lock);
	n = send(process->fd, text, size, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (process->pid == 0) {
		process->is_amid = n > 0 ? (size_t)n < size : process->is_amid;
		pthread_mutex_unlock(&process->lock);
	}
	if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		ovr_kind_lose(channel, "its process has closed the connection");
	return n > 0 ? (size_t)n : 0;
}

static size_t
items(const struct ovr_channel *channel, bool is_sending, zmq_pollitem_t item[static OVR_KIND_ITEMS])
{
	const struct process_channel *process = (const struct process_channel *)channel;

	item[0] = (zmq_pollitem_t){ .fd = process->fd };
	/* what is not read any more would end each wait at once */
	if (channel->gone[0] == '\0' && !ovr_inbox_is_full(&channel->inbox))
		item[0].events |= ZMQ_POLLIN;
	if (is_sending)
		item[0].events |= ZMQ_POLLOUT;
	return 1;
}

static void
close_process(struct ovr_channel *channel)
{
	struct process_channel *process = (struct process_channel *)channel;

	if (process->pid == 0)
		end_beat(process);
	close(process->fd);
}

int
ovr_channel_of_fd(int fd, pid_t pid, const char *name, struct ovr_channel **ret_channel, struct ovr_err *err)
{
	static const struct ovr_kind kind = {
		.pump = pump, .push = push, .end = '\n', .items = items, .close = close_process
	};
	struct process_channel *process;
	int type = 0, status;
	socklen_t size = sizeof(type);

	if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_STREAM)
		return ovr_err_set(err, -EBADF, "%s: descriptor %d is no stream socket", name, fd);
	process = calloc(1, sizeof(*process));
	if (process == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory for a channel", name);
	ovr_kind_init(&process->channel, &kind, name, OVR_MESSAGE_TO_CALLER_BYTES);
	process->fd = fd;
	process->pid = pid;
	status = pid == 0 ? begin_beat(process) : 0;
	if (status != 0) {
		free(process);
		return ovr_err_set(err, status, "%s: no thread for a channel: %s", name, strerror(-status));
	}
	*ret_channel = &process->channel;
	return 0;
}
