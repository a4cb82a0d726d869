/* SPDX-License-Identifier: BSD-3-Clause */
/* What ends say, and what is said to them. */
#include "caller/hear.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "end/answer.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)
#define WAIT_MS   50
/*
 * To look at every end takes microseconds for each, and what they say comes one by one: of many
 * ends, more is let come before a look.
 */
#define GATHER_FROM    32u
#define GATHER_EACH_NS (NS_PER_MS / 100)
/* While one end is asked, the others are heard so often. */
#define OTHERS_NS (100 * NS_PER_MS)
/* A link that is not served for so long takes its peer for gone, and says so as late again. */
#define STILL_NS (5 * NS_PER_S / 2)

static uint64_t
now_ns(void)
{
	return ovr_end_now_ns();
}

/* Time goes on here while the machine is suspended. */
static uint64_t
boot_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* Whether this process itself stood still since its last turn. */
static void
come_round(struct ovr_conduct *conduct)
{
	uint64_t now = boot_now_ns();

	if (conduct->turn_ns != 0 && now - conduct->turn_ns >= STILL_NS) {
		conduct->still_ns = now - conduct->turn_ns;
		conduct->still_until_ns = now;
	}
	conduct->turn_ns = now;
}

bool
ovr_conduct_is_stopped(const struct ovr_conduct *conduct)
{
	return conduct->stop != NULL && atomic_load(conduct->stop);
}

/* Its name and what is said of it; a sentence of its channel begins with the name already. */
static void
name_end(char sentence[OVR_MESSAGE_SENTENCE_BYTES], const struct ovr_conduct_end *end, const char *why)
{
	size_t n = strlen(end->name);

	if (strncmp(why, end->name, n) == 0 && strncmp(why + n, ": ", 2) == 0)
		why += n + 2;
	snprintf(sentence, OVR_MESSAGE_SENTENCE_BYTES, "%.120s: %.380s", end->name, why);
}

void
ovr_conduct_gone(struct ovr_conduct_end *end, const char *why)
{
	if (end->gone[0] == '\0')
		name_end(end->gone, end, why);
}

int
ovr_conduct_say(struct ovr_conduct_end *end, const struct ovr_message *message, struct ovr_err *err)
{
	char sentence[OVR_MESSAGE_SENTENCE_BYTES];
	struct ovr_err own = { "" };
	int status;

	if (end->gone[0] != '\0')
		return ovr_err_set(err, -EPIPE, "%s", end->gone);
	status = ovr_channel_send(end->channel, message, &own);
	if (status == 0)
		return 0;
	if (status == -EPIPE)
		ovr_conduct_gone(end, own.text);
	name_end(sentence, end, own.text);
	return ovr_err_set(err, status, "%s", sentence);
}

int
ovr_conduct_say_type(struct ovr_conduct_end *end, enum ovr_message_type type, struct ovr_err *err)
{
	struct ovr_message message = { .type = type };

	return ovr_conduct_say(end, &message, err);
}

void
ovr_conduct_ask_time(struct ovr_conduct_end *end, uint32_t seq)
{
	struct ovr_message message = { .type = OVR_MESSAGE_CLOCK };

	message.clock.seq = seq;
	message.clock.t1 = now_ns();
	if (ovr_conduct_say(end, &message, NULL) != 0)
		return;
	end->asked_ns = message.clock.t1;
	end->asked_seq = seq;
}

static void
take_time(struct ovr_conduct_end *end, const struct ovr_message *answer, uint64_t heard_ns)
{
	uint64_t rtt_ns;

	/* of an exchange that was given up */
	if (end->asked_ns != answer->clock.t1 || end->asked_seq != answer->clock.seq)
		return;
	end->asked_ns = 0;
	rtt_ns = heard_ns - answer->clock.t1;
	if (end->asked_seq >= OVR_CONDUCT_DURING_SEQ) {
		if (rtt_ns > end->rtt_during_ns)
			end->rtt_during_ns = rtt_ns;
		return;
	}
	if (!end->is_started && rtt_ns > end->rtt_before_ns)
		end->rtt_before_ns = rtt_ns;
	if (end->n_exchanges < OVR_CONDUCT_CLOCKS)
		end->exchange[end->n_exchanges++] =
			(struct ovr_offset_exchange){ .t1_ns = (int64_t)answer->clock.t1,
				.t2_ns = (int64_t)answer->clock.t2,
				.t3_ns = (int64_t)answer->clock.t3,
				.t4_ns = (int64_t)heard_ns };
}

/* A port is open. The first one that a receiving end tells is the one that receives. */
static void
take_prepared(struct ovr_conduct_end *end, const struct ovr_message *message)
{
	unsigned int mac[6];

	if (!end->is_prepared) {
		end->has_mac = sscanf(message->prepared.mac, "%2x:%2x:%2x:%2x:%2x:%2x", &mac[0], &mac[1],
				       &mac[2], &mac[3], &mac[4], &mac[5]) == 6;
		for (int i = 0; i < 6 && end->has_mac; i++)
			end->mac[i] = (uint8_t)mac[i];
	}
	end->line_bps = message->prepared.line_bps;
	end->is_prepared = true;
}

static void
take_so_far(struct ovr_conduct *conduct, struct ovr_conduct_end *end, struct ovr_message *message)
{
	uint64_t now = now_ns();

	if (message->heartbeat.so_far == NULL)
		return;
	json_decref(end->so_far);
	end->so_far = message->heartbeat.so_far;
	message->heartbeat.so_far = NULL;
	/* a receiver begins before time zero */
	if (conduct->so_far != NULL && conduct->epoch_ns != 0 && now > conduct->epoch_ns)
		conduct->so_far(conduct->context, end, now - conduct->epoch_ns);
}

static void
take_half(struct ovr_conduct_end *end, struct ovr_message *message)
{
	json_decref(end->half);
	end->half = message->half.half;
	end->is_checkpoint = message->half.is_checkpoint;
	message->half.half = NULL;
}

static void
take(struct ovr_conduct *conduct, struct ovr_conduct_end *end, struct ovr_message *message, uint64_t heard_ns)
{
	end->heard_ns = heard_ns;
	switch (message->type) {
	case OVR_MESSAGE_HELLO:
		ovr_message_done(&end->hello);
		end->hello = *message;
		return;
	case OVR_MESSAGE_EXPECTED:
		memcpy(end->cores, message->expected.cores, sizeof(end->cores));
		end->is_prepared = true;
		break;
	case OVR_MESSAGE_PREPARED:
		take_prepared(end, message);
		break;
	case OVR_MESSAGE_CLOCK:
		take_time(end, message, heard_ns);
		break;
	case OVR_MESSAGE_ARMED:
		end->is_armed = true;
		break;
	case OVR_MESSAGE_HEARTBEAT:
		take_so_far(conduct, end, message);
		break;
	case OVR_MESSAGE_SENT:
		free(end->sent_of);
		end->sent_of = message->sent.of.count;
		end->n_sent_of = message->sent.of.n;
		end->has_sent = true;
		message->sent.of = (struct ovr_message_counts){ .n = 0 };
		break;
	case OVR_MESSAGE_HALF:
		take_half(end, message);
		break;
	case OVR_MESSAGE_INTERFACE:
		json_decref(end->reading);
		end->reading = message->interface.reading;
		message->interface.reading = NULL;
		break;
	case OVR_MESSAGE_CLOSED:
		end->is_over = true;
		ovr_conduct_gone(end, "the session is closed");
		break;
	case OVR_MESSAGE_ERROR:
		end->is_over |= message->error.is_final;
		end->has_refused |= end->gone[0] == '\0' && !message->error.is_final;
		ovr_conduct_gone(end, message->error.text);
		break;
	default:
		ovr_conduct_gone(end, "it sent what is for agents alone");
	}
	ovr_message_done(message);
}

/* Everything that one end has said. */
static void
hear_end(struct ovr_conduct *conduct, struct ovr_conduct_end *end)
{
	struct ovr_message message;
	struct ovr_err err = { "" };
	int status;

	while ((status = ovr_channel_receive(end->channel, 0, &message, &err)) == 0)
		take(conduct, end, &message, now_ns());
	if (status == -EAGAIN || status == -EINTR)
		return;
	come_round(conduct);
	/* who did not listen cannot say that the other one was silent */
	if (conduct->still_until_ns != 0 && conduct->turn_ns - conduct->still_until_ns < STILL_NS)
		ovr_err_prefix(&err, "this caller was stopped for %.1f s", (double)conduct->still_ns / 1e9);
	end->is_over = true;
	ovr_conduct_gone(end, err.text);
}

static void
gather(const struct ovr_conduct *conduct)
{
	uint64_t ns = conduct->n_ends * GATHER_EACH_NS;
	struct timespec pause = { .tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S) };

	if (conduct->n_ends >= GATHER_FROM)
		nanosleep(&pause, NULL);
}

bool
ovr_conduct_is_heard(const struct ovr_conduct *conduct, const struct ovr_conduct_end *end)
{
	if (conduct->is_closing)
		return !end->is_over && (end->gone[0] == '\0' || end->has_refused);
	return end->gone[0] == '\0';
}

void
ovr_conduct_hear(struct ovr_conduct *conduct)
{
	if (conduct->open == NULL)
		conduct->open = calloc(conduct->n_ends, sizeof(*conduct->open));
	come_round(conduct);
	for (uint32_t i = 0; i < conduct->n_ends && conduct->open != NULL; i++)
		conduct->open[i] = ovr_conduct_is_heard(conduct, &conduct->end[i]) ? conduct->end[i].channel
										   : NULL;
	/* without the memory they are asked again and again */
	if (conduct->open != NULL && ovr_channel_wait(conduct->open, conduct->n_ends, NULL, WAIT_MS) == 0)
		gather(conduct);
	come_round(conduct);
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (ovr_conduct_is_heard(conduct, &conduct->end[i]))
			hear_end(conduct, &conduct->end[i]);
	conduct->heard_all_ns = now_ns();
}

bool
ovr_conduct_hear_mostly(struct ovr_conduct *conduct, struct ovr_conduct_end *end)
{
	if (now_ns() - conduct->heard_all_ns > OTHERS_NS) {
		ovr_conduct_hear(conduct);
		return true;
	}
	come_round(conduct);
	ovr_channel_wait(&end->channel, 1, NULL, WAIT_MS);
	come_round(conduct);
	hear_end(conduct, end);
	return false;
}

/* @return the first one that cannot go on; NULL: all can */
static const struct ovr_conduct_end *
find_gone(const struct ovr_conduct *conduct)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (conduct->end[i].gone[0] != '\0')
			return &conduct->end[i];
	return NULL;
}

int
ovr_conduct_wait(struct ovr_conduct *conduct, uint32_t first, uint32_t n, ovr_conduct_reached *is_reached,
	uint64_t timeout_ms, const char *what, struct ovr_err *err)
{
	uint64_t until_ns = now_ns() + timeout_ms * NS_PER_MS;

	conduct->turn_ns = 0;
	for (uint32_t i = first; i < first + n; i++) {
		struct ovr_conduct_end *end = &conduct->end[i];

		while (!is_reached(end)) {
			const struct ovr_conduct_end *gone = end->gone[0] != '\0' ? end : NULL;
			/* what came while this process had no CPU is heard first */
			bool is_late = now_ns() >= until_ns;

			if (n > 1)
				ovr_conduct_hear(conduct);
			if (gone == NULL && (n > 1 || ovr_conduct_hear_mostly(conduct, end)))
				gone = find_gone(conduct);
			if (gone != NULL)
				return ovr_err_set(err, -EPIPE, "%s", gone->gone);
			if (ovr_conduct_is_stopped(conduct))
				return ovr_err_set(err, -EINTR, "stopped by a signal before the start");
			if (is_late && !is_reached(end))
				return ovr_err_set(err, -ETIMEDOUT, "%s: found no answer to %s within %g s",
					end->name, what, (double)timeout_ms / 1e3);
		}
	}
	return 0;
}
