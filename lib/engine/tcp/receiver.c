/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/receiver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp/thread.h"

#define BUFFER_BYTES 262144u
#define NAP_MS       1
#define EVENTS       64

int
ovr_tcp_receiver_init(struct ovr_tcp_receiver *receiver, const struct ovr_plan *plan, int listener,
	uint32_t n, struct ovr_hist *latency_ns, struct ovr_err *err)
{
	receiver->plan = plan;
	receiver->listener = listener;
	receiver->n = n;
	receiver->latency_ns = latency_ns;
	receiver->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (receiver->epoll < 0)
		return ovr_err_set(err, -errno, "no epoll for %u connections: %s", n, strerror(errno));
	receiver->connection = calloc(n, sizeof(*receiver->connection));
	receiver->buffer = malloc(BUFFER_BYTES);
	receiver->tx_ns = malloc((BUFFER_BYTES / plan->frames.size.size[0] + 1) * sizeof(*receiver->tx_ns));
	if (receiver->connection == NULL || receiver->buffer == NULL || receiver->tx_ns == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u connections", n);
	ovr_stall_injection_init(&receiver->stall, &plan->receiver.stall, plan->trial.seed, 0);
	return 0;
}

void
ovr_tcp_receiver_done(struct ovr_tcp_receiver *receiver)
{
	uint32_t n = receiver->connection == NULL ? 0 : atomic_load(&receiver->n_accepted);

	for (uint32_t i = 0; i < n; i++)
		close(receiver->connection[i].fd);
	free(receiver->connection);
	free(receiver->buffer);
	free(receiver->tx_ns);
	if (receiver->epoll > 0)
		close(receiver->epoll);
	memset(receiver, 0, sizeof(*receiver));
}

static void
accept_some(struct ovr_tcp_receiver *receiver)
{
	const struct ovr_socket_conf *conf = &receiver->plan->ports.rx.conf.tcp;
	bool is_limited = conf->has_accept && !atomic_load(&receiver->is_all_sent);
	uint32_t most = is_limited && conf->accept < receiver->n ? conf->accept : receiver->n;
	int shrunk = (int)conf->shrink_bytes;

	for (uint32_t i = atomic_load(&receiver->n_accepted); i < most; i++) {
		int fd = accept4(receiver->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = i };

		if (fd < 0)
			return;
		if (shrunk != 0)
			setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &shrunk, sizeof(shrunk));
		receiver->connection[i] = (struct ovr_tcp_received){
			.fd = fd,
			.reader = { .trial_id = receiver->trial_id,
				.size = receiver->plan->frames.size.size[0] },
		};
		epoll_ctl(receiver->epoll, EPOLL_CTL_ADD, fd, &event);
		atomic_store(&receiver->n_accepted, i + 1);
	}
}

/* Bytes that the receiver may read by now. */
static uint64_t
bytes_allowed(const struct ovr_tcp_receiver *receiver, uint64_t now_ns)
{
	const struct ovr_plan_receiver *plan = &receiver->plan->receiver;
	double by_now;

	if (plan->service.value == 0)
		return BUFFER_BYTES;
	by_now = (double)plan->service.value / 1000 * (double)(now_ns - receiver->begin_ns) / 1e9;
	if (by_now < (double)receiver->n_records + 1)
		return 0;
	return (uint64_t)(by_now - (double)receiver->n_records) * receiver->plan->frames.size.size[0];
}

static void
read_some(struct ovr_tcp_receiver *receiver, uint32_t index, uint64_t now_ns)
{
	struct ovr_tcp_received *connection = &receiver->connection[index];
	uint64_t allowed = bytes_allowed(receiver, now_ns);
	uint64_t records_before = connection->reader.n_intact + connection->reader.n_corrupt;
	uint32_t n_ended;
	ssize_t n;

	if (allowed == 0)
		return;
	n = recv(connection->fd, receiver->buffer, allowed < BUFFER_BYTES ? allowed : BUFFER_BYTES,
		MSG_DONTWAIT);
	if (n <= 0) {
		if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
			connection->is_reset = true;
			epoll_ctl(receiver->epoll, EPOLL_CTL_DEL, connection->fd, NULL);
		}
		return;
	}
	now_ns = ovr_tcp_now_ns();
	n_ended = ovr_record_read(&connection->reader, receiver->buffer, (uint32_t)n, receiver->tx_ns,
		BUFFER_BYTES / connection->reader.size + 1);
	for (uint32_t i = 0; i < n_ended; i++)
		ovr_hist_add(receiver->latency_ns, now_ns - receiver->begin_ns - receiver->tx_ns[i]);
	receiver->n_records += connection->reader.n_intact + connection->reader.n_corrupt - records_before;
	connection->bytes_read += (uint64_t)n;
	atomic_fetch_add(&receiver->bytes_read, (uint64_t)n);
}

/* @return whether it reads now */
static bool
is_awake(struct ovr_tcp_receiver *receiver, uint64_t now_ns)
{
	uint64_t since_ns = now_ns - receiver->begin_ns;

	if (atomic_load(&receiver->is_all_sent))
		return true;
	if (since_ns >= receiver->stall.next_ns) {
		uint64_t until_ns = ovr_stall_injection_begin(&receiver->stall, since_ns);

		receiver->paused_until_ns = until_ns == UINT64_MAX ? UINT64_MAX
								   : receiver->begin_ns + until_ns;
	}
	return now_ns >= receiver->paused_until_ns;
}

void *
ovr_tcp_receiver_run(void *context)
{
	struct ovr_tcp_receiver *receiver = context;

	ovr_tcp_thread_pin(&receiver->plan->host.cores.rx);
	while (!atomic_load(&receiver->is_ended)) {
		struct epoll_event event[EVENTS];
		uint64_t now_ns = ovr_tcp_now_ns();
		int n;

		accept_some(receiver);
		if (!is_awake(receiver, now_ns) || bytes_allowed(receiver, now_ns) == 0) {
			ovr_tcp_nap_us(50);
			continue;
		}
		n = epoll_wait(receiver->epoll, event, EVENTS, NAP_MS);
		for (int i = 0; i < n; i++)
			read_some(receiver, event[i].data.u32, ovr_tcp_now_ns());
	}
	return NULL;
}
