/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/sender.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame/record.h"
#include "tcp/info.h"
#include "tcp/thread.h"

/* Bytes of records that a connection has under way in this program. */
#define BUFFER_BYTES 65536u
/* Longest sleep: a signal and the end are noticed after that. */
#define NAP_MS 5
#define EVENTS 64

int
ovr_tcp_sender_init(struct ovr_tcp_sender *sender, const struct ovr_plan *plan, const int *client, uint32_t n,
	struct ovr_err *err)
{
	uint32_t size = plan->frames.size.size[0];

	sender->plan = plan;
	sender->n = n;
	sender->buffer_records = size < BUFFER_BYTES ? BUFFER_BYTES / size : 1;
	sender->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (sender->epoll < 0)
		return ovr_err_set(err, -errno, "no epoll for %u connections: %s", n, strerror(errno));
	sender->connection = calloc(n, sizeof(*sender->connection));
	for (uint32_t i = 0; i < n && sender->connection != NULL; i++) {
		struct ovr_tcp_sending *connection = &sender->connection[i];

		connection->fd = client[i];
		connection->buffer = malloc((size_t)sender->buffer_records * size);
		if (connection->buffer == NULL)
			return ovr_err_set(err, -ENOMEM, "no memory for %u connections", n);
		for (uint32_t k = 0; k < sender->buffer_records; k++)
			ovr_record_fill(connection->buffer + (size_t)k * size, size);
	}
	return sender->connection != NULL ? 0 : ovr_err_set(err, -ENOMEM, "no memory for %u connections", n);
}

void
ovr_tcp_sender_done(struct ovr_tcp_sender *sender)
{
	for (uint32_t i = 0; i < sender->n && sender->connection != NULL; i++)
		free(sender->connection[i].buffer);
	free(sender->connection);
	if (sender->epoll > 0)
		close(sender->epoll);
	*sender = (struct ovr_tcp_sender){ .epoll = -1 };
}

static void
wait_for(struct ovr_tcp_sender *sender, uint32_t index, int operation, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.u32 = index };

	epoll_ctl(sender->epoll, operation, sender->connection[index].fd, &event);
}

/* What the socket had counted is kept before it is closed. */
static void
give_up(struct ovr_tcp_sender *sender, uint32_t index, enum ovr_segments_state state)
{
	struct ovr_tcp_sending *connection = &sender->connection[index];

	connection->state = state;
	ovr_tcp_info_read(connection->fd, &connection->end, NULL);
	if (state != OVR_SEGMENTS_RESET)
		connection->syn_retrans = (uint32_t)connection->end.total_retrans;
	close(connection->fd);
	connection->fd = -1;
}

static void
begin_connection(struct ovr_tcp_sender *sender, uint32_t index)
{
	struct ovr_tcp_sending *connection = &sender->connection[index];

	connection->state = OVR_SEGMENTS_PENDING;
	if (connect(connection->fd, sender->address, sender->address_bytes) == 0 || errno == EINPROGRESS) {
		wait_for(sender, index, EPOLL_CTL_ADD, EPOLLOUT);
		return;
	}
	if (errno == ECONNREFUSED) {
		give_up(sender, index, OVR_SEGMENTS_REFUSED);
	} else {
		sender->connect_error = errno;
		give_up(sender, index, OVR_SEGMENTS_UNSENT);
	}
	sender->n_decided++;
}

/* A connection was answered, or will never be. */
static void
end_handshake(struct ovr_tcp_sender *sender, uint32_t index)
{
	struct ovr_tcp_sending *connection = &sender->connection[index];
	struct ovr_segments_end end;
	socklen_t size = sizeof(int);
	int error = 0;

	getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	sender->n_decided++;
	if (error != 0) {
		give_up(sender, index, error == ECONNREFUSED ? OVR_SEGMENTS_REFUSED : OVR_SEGMENTS_PENDING);
		return;
	}
	connection->state = OVR_SEGMENTS_ESTABLISHED;
	if (ovr_tcp_info_read(connection->fd, &end, NULL) == 0)
		connection->syn_retrans = (uint32_t)end.total_retrans;
	wait_for(sender, index, EPOLL_CTL_MOD, 0);
}

static void
handle_events(struct ovr_tcp_sender *sender, int timeout_ms, uint64_t now_ns)
{
	struct epoll_event event[EVENTS];
	int n = epoll_wait(sender->epoll, event, EVENTS, timeout_ms);

	for (int i = 0; i < n; i++) {
		struct ovr_tcp_sending *connection = &sender->connection[event[i].data.u32];

		if (connection->fd < 0)
			continue;
		sender->progress_ns = now_ns;
		if (connection->state == OVR_SEGMENTS_PENDING) {
			end_handshake(sender, event[i].data.u32);
		} else if ((event[i].events & (EPOLLERR | EPOLLHUP)) != 0) {
			give_up(sender, event[i].data.u32, OVR_SEGMENTS_RESET);
		} else if (connection->is_blocked) {
			connection->is_blocked = false;
			wait_for(sender, event[i].data.u32, EPOLL_CTL_MOD, 0);
		}
	}
}

/* Records that may be begun by now, over all connections. */
static uint64_t
records_due(const struct ovr_tcp_sender *sender, uint64_t now_ns)
{
	const struct ovr_plan_load *load = &sender->plan->load;
	uint64_t due = UINT64_MAX, left = UINT64_MAX;

	if (load->rate.unit == OVR_RATE_PPS) {
		double by_now = (double)load->rate.value / 1000 * (double)(now_ns - sender->begin_ns) / 1e9;

		/* the first one is due at once */
		due = (uint64_t)by_now + 1 > sender->n_begun ? (uint64_t)by_now + 1 - sender->n_begun : 0;
	}
	if (load->count != 0)
		left = load->count - sender->n_begun;
	return due < left ? due : left;
}

/* Put records into the buffer, which is empty. */
static void
begin_records(struct ovr_tcp_sender *sender, uint32_t index, uint64_t n, uint64_t now_ns)
{
	struct ovr_tcp_sending *connection = &sender->connection[index];
	uint32_t size = sender->plan->frames.size.size[0];
	struct ovr_frame_tag tag = {
		.trial_id = sender->trial_id, .stream = (uint16_t)index, .tx_ns = now_ns - sender->begin_ns
	};

	if (n > sender->buffer_records)
		n = sender->buffer_records;
	for (uint64_t i = 0; i < n; i++) {
		tag.seq = connection->n_begun++;
		ovr_record_put(connection->buffer + i * size, size, &tag);
	}
	sender->n_begun += n;
	connection->begin = 0;
	connection->end_bytes = (uint32_t)n * size;
}

/* @return whether something was written */
static bool
write_some(struct ovr_tcp_sender *sender, uint32_t index, uint64_t now_ns)
{
	struct ovr_tcp_sending *connection = &sender->connection[index];
	ssize_t n = send(connection->fd, connection->buffer + connection->begin,
		connection->end_bytes - connection->begin, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n > 0) {
		connection->begin += (uint32_t)n;
		connection->bytes_written += (uint64_t)n;
		sender->sent_ns = now_ns - sender->begin_ns;
		sender->progress_ns = now_ns;
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == EINTR)) {
		connection->is_blocked = true;
		wait_for(sender, index, EPOLL_CTL_MOD, EPOLLOUT);
	} else if (n < 0) {
		give_up(sender, index, OVR_SEGMENTS_RESET);
	}
	return false;
}

static bool
is_ready(const struct ovr_tcp_sending *connection)
{
	return connection->fd >= 0 && connection->state == OVR_SEGMENTS_ESTABLISHED &&
		!connection->is_blocked;
}

static uint32_t
count_ready(const struct ovr_tcp_sender *sender)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < sender->n; i++)
		n += is_ready(&sender->connection[i]);
	return n;
}

/* One turn over all connections. @return whether something was written */
static bool
write_round(struct ovr_tcp_sender *sender, uint64_t now_ns)
{
	uint64_t due = records_due(sender, now_ns);
	uint32_t n_ready = count_ready(sender), first = sender->next;
	uint64_t share = n_ready == 0 ? 0 : due / n_ready + (due % n_ready != 0);
	bool has_written = false;

	for (uint32_t i = 0; i < sender->n; i++) {
		uint32_t index = (first + i) % sender->n;
		struct ovr_tcp_sending *connection = &sender->connection[index];

		if (!is_ready(connection))
			continue;
		if (connection->begin == connection->end_bytes) {
			uint64_t n = share < due ? share : due, before = sender->n_begun;

			if (n == 0)
				continue;
			begin_records(sender, index, n, now_ns);
			due -= sender->n_begun - before;
			sender->next = (index + 1) % sender->n;
		}
		has_written |= write_some(sender, index, now_ns);
	}
	return has_written;
}

/* Answered, by whomever: what the event would say that nobody has waited for yet. */
static bool
is_answered(const struct ovr_tcp_sending *connection)
{
	struct pollfd polled = { .fd = connection->fd, .events = POLLOUT };

	return poll(&polled, 1, 0) == 1;
}

/* All records of the plan are in the sockets. */
static bool
has_sent_all(const struct ovr_tcp_sender *sender)
{
	if (sender->plan->load.count == 0 || sender->n_begun < sender->plan->load.count)
		return false;
	for (uint32_t i = 0; i < sender->n; i++)
		if (sender->connection[i].fd >= 0 &&
			sender->connection[i].begin != sender->connection[i].end_bytes)
			return false;
	return true;
}

/* Nobody is connected, and nobody will be. */
static bool
has_nobody(const struct ovr_tcp_sender *sender)
{
	if (sender->n_decided < sender->n)
		return false;
	for (uint32_t i = 0; i < sender->n; i++)
		if (sender->connection[i].fd >= 0)
			return false;
	return true;
}

static bool
is_over(struct ovr_tcp_sender *sender, uint64_t now_ns)
{
	const struct ovr_plan *plan = sender->plan;
	bool has_all, is_still;

	if (sender->stop != NULL && atomic_load(sender->stop))
		return true;
	if (plan->load.time_ns != 0 && now_ns - sender->begin_ns >= plan->load.time_ns)
		return true;
	has_all = has_sent_all(sender);
	/* a connection that has nothing to send is established all the same */
	if ((has_all && sender->n_decided == sender->n) || has_nobody(sender))
		return true;
	/* without a time nothing else ends what stands still */
	is_still = plan->load.time_ns == 0 && now_ns - sender->progress_ns > plan->trial.drain_ns;
	sender->is_stuck = is_still && !has_all;
	return is_still;
}

void *
ovr_tcp_sender_run(void *context)
{
	struct ovr_tcp_sender *sender = context;
	uint64_t now_ns = ovr_tcp_now_ns();

	ovr_tcp_thread_pin(&sender->plan->host.cores.tx);
	sender->progress_ns = now_ns;
	for (uint32_t i = 0; i < sender->n; i++)
		begin_connection(sender, i);
	while (!is_over(sender, now_ns)) {
		bool has_written = write_round(sender, now_ns);
		bool is_paced = sender->plan->load.rate.unit == OVR_RATE_PPS && count_ready(sender) != 0;

		/* a paced sender sleeps for less than a millisecond */
		if (!has_written && is_paced)
			ovr_tcp_nap_us(50);
		handle_events(sender, has_written || is_paced ? 0 : NAP_MS, now_ns);
		now_ns = ovr_tcp_now_ns();
	}
	/* so that no SYN is sent from now on */
	for (uint32_t i = 0; i < sender->n; i++) {
		if (sender->connection[i].fd < 0 || sender->connection[i].state != OVR_SEGMENTS_PENDING)
			continue;
		if (is_answered(&sender->connection[i]))
			end_handshake(sender, i);
		else
			give_up(sender, i, OVR_SEGMENTS_PENDING);
	}
	atomic_store(&sender->is_done, true);
	return NULL;
}
