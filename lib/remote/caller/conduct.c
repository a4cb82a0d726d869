/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/conduct.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caller/hear.h"
#include "end/answer.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)
/* An agent answers at once; a new connection may need a second. */
#define HELLO_MS 5000
/* EAL starts, with all memory that the plans need. */
#define EXPECT_MS 60000
#define ARM_MS    60000
#define CLOCK_MS  1000
/* A NIC whose firmware counts may take a while to tell. */
#define INTERFACE_MS 10000
/*
 * Between the order to start and the start: for the order, and for the counters that an end reads
 * last. A host that is busy takes longer for that, as it did for telling the time.
 */
#define LEAD_NS      (500 * NS_PER_MS)
#define LEAD_EACH_NS (NS_PER_MS / 5)
#define LEAD_MAX_NS  (5 * NS_PER_S)
/* A far end beats once a second. One that is there and says nothing for so long hangs. */
#define SILENT_NS (10 * NS_PER_S)
/* After a fault: the halves that still come. */
#define FAULT_MS 1500

static uint64_t
now_ns(void)
{
	return ovr_end_now_ns();
}

static bool
has_said_hello(const struct ovr_conduct_end *end)
{
	return end->hello.hello.protocol != 0;
}

static bool
is_ready(const struct ovr_conduct_end *end)
{
	return end->is_prepared;
}

static bool
is_armed(const struct ovr_conduct_end *end)
{
	return end->is_armed;
}

static bool
has_read(const struct ovr_conduct_end *end)
{
	return end->reading != NULL;
}

static bool
has_answered(const struct ovr_conduct_end *end)
{
	return end->asked_ns == 0;
}

static int
say_expect(struct ovr_conduct_end *end, const struct ovr_message_texts *plans, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_EXPECT };

	message.expect.role = end->role;
	message.expect.plans = *plans;
	end->is_prepared = false;
	return ovr_conduct_say(end, &message, err);
}

int
ovr_conduct_greet(struct ovr_conduct *conduct, bool watches, struct ovr_err *err)
{
	struct ovr_message hello;
	int status = 0;

	ovr_end_hello_fill(&hello);
	hello.hello.watches = watches;
	for (uint32_t i = 0; i < conduct->n_ends && status == 0; i++)
		status = ovr_conduct_say(&conduct->end[i], &hello, err);
	if (status == 0)
		status = ovr_conduct_wait(
			conduct, 0, conduct->n_ends, has_said_hello, HELLO_MS, "hello", err);
	for (uint32_t i = 0; i < conduct->n_ends && status == 0; i++) {
		status = ovr_end_hello_check(&conduct->end[i].hello, err);
		if (status != 0)
			ovr_err_prefix(err, "%s", conduct->end[i].name);
	}
	return status;
}

int
ovr_conduct_hello(struct ovr_conduct *conduct, const struct ovr_message_texts *plans, struct ovr_err *err)
{
	int status = ovr_conduct_greet(conduct, false, err);

	for (uint32_t i = 0; i < conduct->n_ends && status == 0; i++)
		status = say_expect(&conduct->end[i], &plans[i], err);
	if (status == 0)
		status = ovr_conduct_wait(conduct, 0, conduct->n_ends, is_ready, EXPECT_MS, "the plans", err);
	return status;
}

int
ovr_conduct_interface(struct ovr_conduct *conduct, uint32_t end, const char *name,
	struct ovr_interface *ret_interface, struct ovr_err *err)
{
	struct ovr_conduct_end *it = &conduct->end[end];
	struct ovr_message message = { .type = OVR_MESSAGE_INTERFACE };
	int status;

	snprintf(message.interface.name, sizeof(message.interface.name), "%s", name);
	json_decref(it->reading);
	it->reading = NULL;
	status = ovr_conduct_say(it, &message, err);
	if (status == 0)
		status = ovr_conduct_wait(
			conduct, end, 1, has_read, INTERFACE_MS, "the counters of an interface", err);
	if (status != 0)
		return status;
	status = ovr_interface_read(it->reading, ret_interface, err);
	if (status != 0)
		ovr_err_prefix(err, "%s", it->name);
	return status;
}

static void
forget(struct ovr_conduct_end *end)
{
	json_decref(end->so_far);
	json_decref(end->half);
	free(end->sent_of);
	end->so_far = end->half = NULL;
	end->sent_of = NULL;
	end->n_sent_of = 0;
	end->is_prepared = end->is_armed = end->is_started = end->has_sent = end->is_checkpoint =
		end->has_refused = end->is_told = false;
	end->has_mac = false;
	end->line_bps = 0;
	end->n_exchanges = 0;
	end->has_after = false;
	end->rtt_before_ns = end->rtt_during_ns = end->asked_ns = 0;
}

void
ovr_conduct_begin(struct ovr_conduct *conduct)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		forget(&conduct->end[i]);
	conduct->epoch_ns = conduct->bound_ns = conduct->fault_ns = 0;
	conduct->still_ns = conduct->still_until_ns = 0;
	conduct->was_stopped = false;
	conduct->fault[0] = '\0';
}

int
ovr_conduct_plan(
	struct ovr_conduct *conduct, uint32_t end, const char *text, uint64_t trial_id, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_PLAN };
	char *own = strdup(text);
	int status;

	if (own == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a plan");
	message.plan.plan = own;
	message.plan.trial = trial_id;
	message.plan.xstats = conduct->wants_xstats && conduct->end[end].role != OVR_MESSAGE_TX;
	status = ovr_conduct_say(&conduct->end[end], &message, err);
	free(own);
	return status;
}

int
ovr_conduct_prepared(
	struct ovr_conduct *conduct, uint32_t first, uint32_t n, uint64_t timeout_ms, struct ovr_err *err)
{
	return ovr_conduct_wait(conduct, first, n, is_ready, timeout_ms, "its plan", err);
}

/*
 * One end after the other, so that no exchange waits for another.
 * @param[out] ret_longest_ns what the slowest end took
 */
static int
read_clocks(struct ovr_conduct *conduct, uint64_t *ret_longest_ns, struct ovr_err *err)
{
	int status = 0;

	*ret_longest_ns = 0;
	for (uint32_t i = 0; i < conduct->n_ends && status == 0; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];
		uint64_t begun_ns = now_ns(), took_ns;

		for (uint32_t seq = 0; seq < OVR_CONDUCT_CLOCKS && status == 0; seq++) {
			ovr_conduct_ask_time(end, seq);
			status = ovr_conduct_wait(
				conduct, i, 1, has_answered, CLOCK_MS, "what time it is", err);
		}
		took_ns = now_ns() - begun_ns;
		if (took_ns > *ret_longest_ns)
			*ret_longest_ns = took_ns;
		if (status == 0)
			status = ovr_offset_of(end->exchange, end->n_exchanges, end->name, &end->before, err);
	}
	return status;
}

/* After the trial an end that does not answer leaves its clock unknown, and nothing else. */
static void
read_clocks_again(struct ovr_conduct *conduct)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];

		end->n_exchanges = 0;
		for (uint32_t seq = 0; seq < OVR_CONDUCT_CLOCKS && end->gone[0] == '\0'; seq++) {
			uint64_t until_ns = now_ns() + CLOCK_MS * NS_PER_MS;

			ovr_conduct_ask_time(end, seq);
			while (end->asked_ns != 0 && end->gone[0] == '\0' && now_ns() < until_ns)
				ovr_conduct_hear_mostly(conduct, end);
			if (end->asked_ns != 0)
				break;
		}
		end->has_after = ovr_offset_of(
					 end->exchange, end->n_exchanges, end->name, &end->after, NULL) == 0;
	}
}

/* How far two ends may start apart: the worst sender and the worst receiver together. */
static uint64_t
start_bound_ns(const struct ovr_conduct *conduct)
{
	uint64_t worst_tx_ns = 0, worst_rx_ns = 0;

	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		const struct ovr_conduct_end *end = &conduct->end[i];

		if (end->role == OVR_MESSAGE_TX && end->before.bound_ns > worst_tx_ns)
			worst_tx_ns = end->before.bound_ns;
		if (end->role == OVR_MESSAGE_RX && end->before.bound_ns > worst_rx_ns)
			worst_rx_ns = end->before.bound_ns;
	}
	return worst_tx_ns + worst_rx_ns;
}

/* One time for all, on the clock of each; a receiver is there before the first frame can be. */
static int
start(struct ovr_conduct *conduct, uint64_t longest_ns, struct ovr_err *err)
{
	uint64_t lead_ns = LEAD_NS + conduct->n_ends * LEAD_EACH_NS + conduct->more_lead_ns + 8 * longest_ns;
	uint64_t epoch_ns = now_ns() + (lead_ns < LEAD_MAX_NS ? lead_ns : LEAD_MAX_NS);
	uint64_t bound_ns = start_bound_ns(conduct);
	int status = 0;

	for (uint32_t i = 0; i < conduct->n_ends && status == 0; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];
		struct ovr_message message = { .type = OVR_MESSAGE_START };

		message.start.epoch_ns = epoch_ns + (uint64_t)end->before.offset_ns;
		if (end->role == OVR_MESSAGE_RX)
			message.start.epoch_ns -= bound_ns;
		status = ovr_conduct_say(end, &message, err);
		end->start_ns = message.start.epoch_ns;
		end->is_started = status == 0;
		end->heard_ns = now_ns();
	}
	conduct->epoch_ns = epoch_ns;
	conduct->bound_ns = bound_ns;
	return status;
}

static void
say_error(struct ovr_conduct_end *end, const char *text)
{
	struct ovr_message message = { .type = OVR_MESSAGE_ERROR };

	snprintf(message.error.text, sizeof(message.error.text), "%s", text);
	message.error.is_final = true;
	ovr_conduct_say(end, &message, NULL);
}

/* One end is gone: the others hear it, and stop at once. */
static void
give_up(struct ovr_conduct *conduct, const char *why)
{
	if (conduct->fault[0] != '\0')
		return;
	snprintf(conduct->fault, sizeof(conduct->fault), "%s", why);
	conduct->fault_ns = now_ns();
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (conduct->end[i].gone[0] == '\0' && conduct->end[i].half == NULL)
			say_error(&conduct->end[i], why);
}

/* A signal: senders stop, and the books are closed on what was sent. */
static void
stop_senders(struct ovr_conduct *conduct)
{
	if (conduct->was_stopped || !ovr_conduct_is_stopped(conduct))
		return;
	conduct->was_stopped = true;
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (conduct->end[i].role != OVR_MESSAGE_RX && conduct->end[i].gone[0] == '\0')
			ovr_conduct_say_type(&conduct->end[i], OVR_MESSAGE_STOP, NULL);
}

/* Its half is there. A checkpoint is none: next its agent says how it lost the process of it. */
static bool
is_done(const struct ovr_conduct_end *end)
{
	return end->half != NULL && !end->is_checkpoint;
}

/* An end that is there and silent, or that is gone. */
static void
look_for_faults(struct ovr_conduct *conduct)
{
	uint64_t now = now_ns();

	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];

		if (is_done(end)) {
			/* its receiver would wait for ever */
			if (end->role == OVR_MESSAGE_TX && !end->has_sent)
				give_up(conduct, "a sender told its half, and not what it sent");
			continue;
		}
		if (end->gone[0] == '\0' && now > conduct->epoch_ns && now - end->heard_ns > SILENT_NS)
			ovr_conduct_gone(end, "it has said nothing for 10 s");
		if (end->gone[0] != '\0')
			give_up(conduct, end->gone);
	}
}

static bool
is_sender_of(const struct ovr_conduct_end *end, uint32_t receiver)
{
	return end->role == OVR_MESSAGE_TX && end->receiver == receiver;
}

/* What a receiver's senders sent, in the order of their streams; not before all are done. */
static int
tell_receiver(struct ovr_conduct *conduct, uint32_t receiver, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_SENT };
	size_t n = 0;
	int status;

	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		const struct ovr_conduct_end *end = &conduct->end[i];

		if (!is_sender_of(end, receiver))
			continue;
		if (!end->has_sent)
			return 0;
		n += end->n_sent_of;
	}
	message.sent.of.count = calloc(n == 0 ? 1 : n, sizeof(*message.sent.of.count));
	if (message.sent.of.count == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for what was sent");
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		const struct ovr_conduct_end *end = &conduct->end[i];

		if (!is_sender_of(end, receiver))
			continue;
		memcpy(message.sent.of.count + message.sent.of.n, end->sent_of,
			end->n_sent_of * sizeof(*end->sent_of));
		message.sent.of.n += end->n_sent_of;
	}
	status = ovr_conduct_say(&conduct->end[receiver], &message, err);
	conduct->end[receiver].is_told = true;
	free(message.sent.of.count);
	return status;
}

/* Each receiver drains after its own senders. One that cannot be told would wait for ever. */
static void
tell_receivers(struct ovr_conduct *conduct)
{
	struct ovr_err err;

	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (conduct->end[i].role == OVR_MESSAGE_RX && !conduct->end[i].is_told &&
			conduct->fault[0] == '\0' && tell_receiver(conduct, i, &err) != 0)
			give_up(conduct, err.text);
}

static bool
has_all_halves(const struct ovr_conduct *conduct)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (!is_done(&conduct->end[i]) && conduct->end[i].gone[0] == '\0')
			return false;
	return true;
}

/* How long a message takes while frames pass: a control path that is loaded too says so. */
static void
ask_times(struct ovr_conduct *conduct, uint64_t *next_ns, uint32_t *seq)
{
	if (now_ns() < *next_ns)
		return;
	*next_ns += NS_PER_S;
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];

		if (end->gone[0] != '\0' || end->half != NULL)
			continue;
		/* an answer that is still under way took so long at least */
		if (end->asked_ns != 0 && now_ns() - end->asked_ns > end->rtt_during_ns)
			end->rtt_during_ns = now_ns() - end->asked_ns;
		else if (end->asked_ns == 0)
			ovr_conduct_ask_time(end, *seq);
	}
	(*seq)++;
}

/* An end that is there refused the start, and no sender has told anything of the trial. */
static bool
was_too_late(const struct ovr_conduct *conduct)
{
	bool was_refused = false;

	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		const struct ovr_conduct_end *end = &conduct->end[i];

		/* a receiver has its figures of nothing */
		if (end->role != OVR_MESSAGE_RX && (end->has_sent || end->so_far != NULL))
			return false;
		was_refused |= end->has_refused && strcmp(end->gone, conduct->fault) == 0;
	}
	return was_refused;
}

int
ovr_conduct_run(struct ovr_conduct *conduct, struct ovr_err *err)
{
	uint64_t next_ns;
	uint32_t seq = OVR_CONDUCT_DURING_SEQ;
	uint64_t longest_ns;
	int status = read_clocks(conduct, &longest_ns, err);

	if (status == 0)
		status = ovr_conduct_wait(
			conduct, 0, conduct->n_ends, is_armed, ARM_MS, "the order to be ready", err);
	if (status == 0)
		status = start(conduct, longest_ns, err);
	if (status != 0)
		return status;
	next_ns = conduct->epoch_ns + NS_PER_S;
	while (!has_all_halves(conduct)) {
		if (conduct->fault[0] != '\0' && now_ns() - conduct->fault_ns > FAULT_MS * NS_PER_MS)
			break;
		ovr_conduct_hear(conduct);
		stop_senders(conduct);
		look_for_faults(conduct);
		ask_times(conduct, &next_ns, &seq);
		tell_receivers(conduct);
	}
	if (was_too_late(conduct))
		return ovr_err_set(err, -ETIME, "%s", conduct->fault);
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (conduct->end[i].half == NULL)
			ovr_conduct_gone(&conduct->end[i], "its half did not come");
	if (conduct->fault[0] == '\0')
		read_clocks_again(conduct);
	return 0;
}

void
ovr_conduct_close(struct ovr_conduct *conduct, uint64_t timeout_ms)
{
	const struct ovr_message message = { .type = OVR_MESSAGE_CLOSE };
	uint64_t until_ns = now_ns() + timeout_ms * NS_PER_MS;
	bool is_open = true;

	conduct->is_closing = true;
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (ovr_conduct_is_heard(conduct, &conduct->end[i]))
			ovr_channel_send(conduct->end[i].channel, &message, NULL);
	while (is_open && now_ns() < until_ns) {
		ovr_conduct_hear(conduct);
		is_open = false;
		for (uint32_t i = 0; i < conduct->n_ends; i++)
			is_open |= ovr_conduct_is_heard(conduct, &conduct->end[i]);
	}
	conduct->is_closing = false;
}

void
ovr_conduct_done(struct ovr_conduct *conduct)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		forget(&conduct->end[i]);
		json_decref(conduct->end[i].reading);
		conduct->end[i].reading = NULL;
		ovr_message_done(&conduct->end[i].hello);
	}
	free(conduct->open);
	conduct->open = NULL;
}
