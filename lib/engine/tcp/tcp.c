/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"
#include "kernel/half_open.h"
#include "socket/socket.h"
#include "tcp/ends.h"
#include "tcp/info.h"
#include "tcp/places.h"
#include "tcp/receiver.h"
#include "tcp/sender.h"
#include "tcp/thread.h"

#define POLL_US  1000
#define WATCH_NS UINT64_C(10000000)
/* Both ends are read again where they moved while the counters were read. */
#define READINGS_MAX 5
/* A rate that is missed by more is said; the share is that of the other ports' shortfall. */
#define RATE_TOLERANCE 0.05

/* The text of one number. */
struct count {
	char text[OVR_UNITS_TEXT_BYTES];
};

/* A trial under way. */
struct trial {
	const struct ovr_plan *plan;
	const atomic_bool *stop;
	struct ovr_tcp_ends ends;
	struct ovr_tcp_places *places;
	struct ovr_tcp_sender sender;
	struct ovr_tcp_receiver receiver;
	struct sockaddr_storage address; /* of the receiver, for connect() */
	struct ovr_result_tcp *result;
	struct ovr_tcp_watch *watch;
	uint64_t begin_ns;
	uint32_t mss_bytes; /* smallest of the connections; 0: none is open */
};

static struct count
count(uint64_t value)
{
	struct count number = { "" };

	ovr_units_print_count(number.text, sizeof(number.text), value);
	return number;
}

static int
choose_id(struct trial *trial, struct ovr_err *err)
{
	uint32_t id = trial->plan->trial.id;

	while (id == 0)
		if (getrandom(&id, sizeof(id), 0) != sizeof(id))
			return ovr_err_set(
				err, -errno, "no random number for the trial: %s", strerror(errno));
	trial->result->trial_id = trial->sender.trial_id = trial->receiver.trial_id = id;
	return 0;
}

static int
prepare(struct trial *trial, struct ovr_err *err)
{
	struct ovr_result_tcp *result = trial->result;
	int status = ovr_tcp_thread_check(&trial->plan->host.cores.tx, "tx", err);

	if (status == 0)
		status = ovr_tcp_thread_check(&trial->plan->host.cores.rx, "rx", err);
	if (status == 0)
		status = choose_id(trial, err);
	if (status == 0)
		status = ovr_tcp_ends_open(&trial->plan->ports, &trial->ends, err);
	if (status != 0)
		return status;
	result->n_connections = trial->ends.n;
	result->send_buffer_bytes = trial->ends.send_buffer_bytes;
	result->receive_buffer_bytes = trial->ends.receive_buffer_bytes;
	memcpy(result->congestion, trial->ends.congestion, sizeof(result->congestion));
	result->connection = calloc(trial->ends.n, sizeof(*result->connection));
	if (result->connection == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for %u connections", trial->ends.n);
	status = ovr_tcp_sender_init(&trial->sender, trial->plan, trial->ends.client, trial->ends.n, err);
	if (status == 0)
		status = ovr_tcp_receiver_init(&trial->receiver, trial->plan, trial->ends.listener,
			trial->ends.n, &result->latency_ns, err);
	if (status == 0)
		status = ovr_tcp_places_begin(&trial->plan->ports, &trial->ends, &trial->places, err);
	return status;
}

/* Signals go to the control thread alone. */
static int
start(pthread_t *thread, void *(*function)(void *), void *context, struct ovr_err *err)
{
	sigset_t all, before;
	int status;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(thread, NULL, function, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status == 0 ? 0 : ovr_err_set(err, -status, "no thread: %s", strerror(status));
}

static uint64_t
unacknowledged_of(const struct ovr_tcp_sending *connection)
{
	return connection->fd < 0 ? 0 : ovr_tcp_info_unacknowledged(connection->fd);
}

/* What is under way, and what tells that something moves. */
static bool
is_drained(const struct trial *trial, uint64_t *ret_moved)
{
	uint32_t n_accepted = atomic_load(&trial->receiver.n_accepted), n_open = 0;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < trial->sender.n; i++) {
		n_open += trial->sender.connection[i].fd >= 0;
		bytes += unacknowledged_of(&trial->sender.connection[i]);
	}
	*ret_moved = bytes + n_accepted + atomic_load(&trial->receiver.bytes_read);
	for (uint32_t i = 0; i < n_accepted; i++)
		bytes += ovr_tcp_info_unread(trial->receiver.connection[i].fd);
	return bytes == 0 && n_accepted >= n_open;
}

/* Until all is acknowledged and read, or nothing has moved for the plan's drain. */
static void
drain(struct trial *trial)
{
	uint64_t moved = 0, last_moved = UINT64_MAX, since_ns = ovr_tcp_now_ns();

	while (!(trial->result->is_drained = is_drained(trial, &moved))) {
		uint64_t now_ns = ovr_tcp_now_ns();

		if (moved != last_moved)
			since_ns = now_ns;
		last_moved = moved;
		if (now_ns - since_ns > trial->plan->trial.drain_ns ||
			(trial->stop != NULL && atomic_load(trial->stop)))
			break;
		ovr_tcp_nap_us(POLL_US);
	}
}

/* @return the index of the connection with these addresses; -1: it is none of ours */
static int64_t
find_client(const struct trial *trial, const struct ovr_tcp_received *received)
{
	struct sockaddr_storage there = { 0 }, here;
	socklen_t size = sizeof(there), here_size;

	if (getpeername(received->fd, (struct sockaddr *)&there, &size) == 0)
		for (uint32_t i = 0; i < trial->sender.n; i++) {
			memset(&here, 0, sizeof(here));
			here_size = sizeof(here);
			if (trial->sender.connection[i].fd >= 0 &&
				getsockname(trial->sender.connection[i].fd, (struct sockaddr *)&here,
					&here_size) == 0 &&
				here_size == size && memcmp(&here, &there, size) == 0)
				return i;
		}
	/* a translator stands on the path, or it was reset */
	return received->reader.has_stream && received->reader.stream < trial->sender.n
		? received->reader.stream
		: -1;
}

static void
read_senders(struct trial *trial)
{
	for (uint32_t i = 0; i < trial->sender.n; i++) {
		const struct ovr_tcp_sending *from = &trial->sender.connection[i];
		struct ovr_segments_connection *to = &trial->result->connection[i];
		uint32_t mss = 0;

		to->state = from->state;
		to->sender = from->end;
		to->syn_retrans = from->syn_retrans;
		to->bytes_written = from->bytes_written;
		to->records_written = from->bytes_written / trial->plan->frames.size.size[0];
		to->bytes_unacknowledged = unacknowledged_of(from);
		if (from->fd >= 0 && ovr_tcp_info_read(from->fd, &to->sender, &mss) == 0 &&
			(trial->mss_bytes == 0 || mss < trial->mss_bytes))
			trial->mss_bytes = mss;
	}
}

/* @return accepted connections that are none of ours */
static uint32_t
read_receivers(struct trial *trial)
{
	uint32_t n_foreign = 0;

	for (uint32_t i = 0; i < trial->sender.n; i++)
		trial->result->connection[i].is_accepted = false;
	for (uint32_t i = 0; i < atomic_load(&trial->receiver.n_accepted); i++) {
		const struct ovr_tcp_received *from = &trial->receiver.connection[i];
		int64_t index = find_client(trial, from);
		struct ovr_segments_connection *to = &trial->result->connection[index < 0 ? 0 : index];

		if (index < 0 || to->is_accepted) {
			n_foreign++;
			continue;
		}
		to->is_accepted = true;
		ovr_tcp_info_read(from->fd, &to->receiver, NULL);
		to->bytes_read = from->bytes_read;
		to->bytes_unread = ovr_tcp_info_unread(from->fd);
		to->records_read = from->reader.n_intact;
		to->records_corrupt = from->reader.n_corrupt;
		if (from->is_reset && to->state == OVR_SEGMENTS_ESTABLISHED)
			to->state = OVR_SEGMENTS_RESET;
	}
	return n_foreign;
}

static void
read_half_open(struct trial *trial, struct ovr_err *ret_why)
{
	const struct ovr_socket_conf *conf = &trial->plan->ports.rx.conf.tcp;
	struct ovr_kernel_half_open read;

	trial->result->half_open = (struct ovr_segments_half_open){ .is_known = false };
	if (ovr_kernel_half_open_read(trial->ends.rx_netns, conf->ip_version, conf->port, &read, ret_why) ==
		0)
		trial->result->half_open = (struct ovr_segments_half_open){
			.is_known = true, .n = read.n, .syn_acks = read.syn_acks
		};
}

/* What moves when a segment is sent or arrives. */
static uint64_t
segments_now(const struct ovr_result_tcp *result)
{
	uint64_t n = result->half_open.syn_acks;

	for (uint32_t i = 0; i < result->n_connections; i++)
		n += result->connection[i].sender.segs_out + result->connection[i].sender.segs_in +
			result->connection[i].receiver.segs_out + result->connection[i].receiver.segs_in;
	return n;
}

/* Both ends and the kernel's counters, as of one moment: nothing moved between two readings. */
static void
read_all(struct trial *trial)
{
	struct ovr_result_tcp *result = trial->result;
	struct ovr_err why = { "" };
	uint64_t before = UINT64_MAX, now = 0;
	uint32_t n_foreign = 0;

	for (int i = 0; i < READINGS_MAX && now != before; i++) {
		read_senders(trial);
		n_foreign = read_receivers(trial);
		read_half_open(trial, &why);
		before = segments_now(result);
		ovr_tcp_places_end(trial->places);
		read_senders(trial);
		n_foreign = read_receivers(trial);
		read_half_open(trial, &why);
		now = segments_now(result);
	}
	if (now != before) {
		result->has_others = true;
		ovr_result_tcp_note(result,
			"segments were still under way when the counters were read, so that these may hold "
			"more or "
			"less");
	}
	if (n_foreign != 0) {
		result->has_others = true;
		ovr_result_tcp_note(result, "%" PRIu32 " accepted connections were none of ours", n_foreign);
	}
	if (!result->half_open.is_known)
		ovr_result_tcp_note(result, "%s", why.text);
	ovr_tcp_places_book(trial->places, trial->mss_bytes, result);
}

static void
note_ends(struct trial *trial)
{
	struct ovr_result_tcp *result = trial->result;

	for (int i = 0; i < 2; i++)
		if (trial->ends.note[i][0] != '\0')
			ovr_result_tcp_note(result, "%s", trial->ends.note[i]);
	if (trial->sender.connect_error != 0)
		ovr_result_tcp_note(result, "%s: connect() sent nothing: %s", trial->plan->ports.tx.label,
			strerror(trial->sender.connect_error));
	if (result->was_stopped)
		ovr_result_tcp_note(result, "stopped by a signal");
}

/*
 * Where nothing was lost, a trial that has not written what the plan asks for says nothing. Where
 * something was, that is why.
 */
static void
judge_stuck(struct trial *trial)
{
	struct ovr_segments_books *books = &trial->result->books;

	if (trial->sender.is_stuck)
		ovr_segments_judge(books,
			books->verdict == OVR_VERDICT_PASS ? OVR_VERDICT_VOID : books->verdict,
			"%s of %s records were written: no connection took a byte for %.3g s, and --time "
			"sets no other end",
			count(books->records_written).text, count(trial->plan->load.count).text,
			(double)trial->plan->trial.drain_ns / 1e9);
}

/* A sender that waits for room falls behind the rate: what was written says by how much. */
static void
note_rate(struct trial *trial)
{
	const struct ovr_plan_load *load = &trial->plan->load;
	struct ovr_result_tcp *result = trial->result;
	double due = (double)load->rate.value / 1000 * (double)load->time_ns / 1e9;

	if (load->rate.unit != OVR_RATE_PPS || load->time_ns == 0 || result->was_stopped)
		return;
	if (load->count != 0 && (double)load->count < due)
		due = (double)load->count;
	if ((double)result->books.records_written < due * (1 - RATE_TOLERANCE))
		ovr_result_tcp_note(result,
			"%s records were written where the rate called for %s: the connections or the sender "
			"took no more",
			count(result->books.records_written).text, count((uint64_t)due).text);
}

/* Of TCP_INFO a copy that the network made looks like a segment that was sent again in vain. */
static void
note_repeated(struct ovr_result_tcp *result)
{
	const struct ovr_segments_books *books = &result->books;
	int64_t missing = books->forward.lost + (int64_t)books->dropped_max;

	if ((int64_t)books->retransmitted > missing)
		ovr_result_tcp_note(result,
			"segments sent again for which none is missing: %s. They were sent too early, or the "
			"network lost as many and repeated others: lost is the least",
			count((uint64_t)((int64_t)books->retransmitted - missing)).text);
}

static void
nap_while_sending(struct trial *trial, uint64_t until_ns)
{
	while (!atomic_load(&trial->sender.is_done) && ovr_tcp_now_ns() < until_ns)
		ovr_tcp_nap_us(POLL_US);
}

/*
 * Until all is sent. @return a copy of the watched socket, since the sender may close its own; -1:
 * none is watched
 */
static int
watch_sending(struct trial *trial)
{
	struct ovr_tcp_watch *watch = trial->watch;
	int fd = watch == NULL ? -1 : fcntl(trial->ends.client[0], F_DUPFD_CLOEXEC, 0);
	uint64_t from_ns, bytes_before;

	if (fd < 0) {
		nap_while_sending(trial, UINT64_MAX);
		return -1;
	}
	nap_while_sending(trial, trial->begin_ns + watch->omit_ns);
	from_ns = ovr_tcp_now_ns();
	bytes_before = atomic_load(&trial->receiver.bytes_read);
	while (!atomic_load(&trial->sender.is_done)) {
		ovr_tcp_info_watch(fd, watch, true);
		nap_while_sending(trial, ovr_tcp_now_ns() + WATCH_NS);
	}
	watch->bytes = atomic_load(&trial->receiver.bytes_read) - bytes_before;
	watch->end_ns = ovr_tcp_now_ns();
	watch->counted_ns = watch->n_samples == 0 ? 0 : watch->end_ns - from_ns;
	return fd;
}

static void
end_watch(struct trial *trial, int fd)
{
	if (fd < 0)
		return;
	ovr_tcp_info_watch(fd, trial->watch, false);
	close(fd);
}

/* Both threads, from their start to their end. */
static int
carry_out(struct trial *trial, struct ovr_err *err)
{
	struct ovr_result_tcp *result = trial->result;
	pthread_t sender, receiver;
	struct timespec unix_time;
	int status;

	clock_gettime(CLOCK_REALTIME, &unix_time);
	result->begin_unix_ns = (uint64_t)unix_time.tv_sec * UINT64_C(1000000000) +
		(uint64_t)unix_time.tv_nsec;
	trial->sender.begin_ns = trial->receiver.begin_ns = trial->begin_ns = ovr_tcp_now_ns();
	trial->sender.stop = trial->stop;
	trial->sender.address = (const struct sockaddr *)&trial->address;
	trial->sender.address_bytes = ovr_socket_address(&trial->plan->ports.tx.conf.tcp, &trial->address);
	status = start(&receiver, ovr_tcp_receiver_run, &trial->receiver, err);
	if (status != 0)
		return status;
	status = start(&sender, ovr_tcp_sender_run, &trial->sender, err);
	if (status == 0) {
		int watched = watch_sending(trial);

		pthread_join(sender, NULL);
		atomic_store(&trial->receiver.is_all_sent, true);
		result->sent_ns = trial->sender.sent_ns;
		drain(trial);
		end_watch(trial, watched);
		result->total_ns = ovr_tcp_now_ns() - trial->begin_ns;
		result->was_stopped = trial->stop != NULL && atomic_load(trial->stop);
	}
	atomic_store(&trial->receiver.is_ended, true);
	pthread_join(receiver, NULL);
	return status;
}

int
ovr_tcp_run(const struct ovr_plan *plan, const atomic_bool *stop, struct ovr_tcp_watch *watch,
	struct ovr_result_tcp *ret_result, struct ovr_err *err)
{
	struct trial trial = {
		.plan = plan, .stop = stop, .watch = watch, .result = ret_result, .ends = { .listener = -1 }
	};
	int status;

	memset(ret_result, 0, sizeof(*ret_result));
	ret_result->plan = *plan;
	ret_result->segments_per_packet_max = 1;
	status = prepare(&trial, err);
	if (status == 0)
		status = carry_out(&trial, err);
	if (status == 0) {
		note_ends(&trial);
		read_all(&trial);
		ovr_result_tcp_close(ret_result);
		judge_stuck(&trial);
		note_rate(&trial);
		note_repeated(ret_result);
	}
	if (status == 0 && ret_result->was_stopped)
		ovr_segments_judge(&ret_result->books, OVR_VERDICT_VOID, "stopped by a signal");
	ovr_tcp_places_close(trial.places);
	/*
	 * The side that closes first waits for late segments (TIME_WAIT). A listener takes a SYN
	 * from the ports of such a connection even if its queue is full: it must not be the
	 * receiver.
	 */
	ovr_tcp_sender_done(&trial.sender);
	ovr_tcp_ends_close(&trial.ends);
	ovr_tcp_receiver_done(&trial.receiver);
	return status;
}
