/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Halves of a trial that went well: one worker and one queue at each end, one stream, 1,000 frames
 * sent in a millisecond, all of which arrived. A test changes what it is about.
 */
#pragma once

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "halves/join.h"

static struct ovr_halves halves;
static struct ovr_result result;
static struct ovr_err err;

/* The array, in memory that is freed. */
#define OWNED(...) owned((__VA_ARGS__), sizeof(__VA_ARGS__))

static inline void *
owned(const void *array, size_t bytes)
{
	void *copy = malloc(bytes);

	cr_assert_neq(copy, NULL);
	memcpy(copy, array, bytes);
	return copy;
}

static inline void
sound_sender(struct ovr_half_sender *sender)
{
	*sender = (struct ovr_half_sender){
		.end = { .port.label = "wire:0", .ring = 1024, .port_known = true, .port_frames = 1000 },
		.line_bps = 10000000000,
		.epoch_realtime_ns = 1700000000000000000,
		.sent_until_ns = 1000000,
		.planned_pps = 1e6,
		.attempted = 1000,
		.sent = 1000,
		.sent_bytes = 64000,
		.n_streams = 1,
		.n_sizes = 1,
	};
	sender->end.n_queues = sender->end.n_workers = 1;
	sender->end.queue = OWNED((struct ovr_result_queue[]){
		{ .is_tx = true, .frames = 1000, .bytes = 64000, .polls = 40 } });
	sender->end.worker = OWNED((struct ovr_result_worker[]){ { .is_tx = true, .cpu = 1 } });
	sender->sent_of = OWNED((uint64_t[]){ 1000 });
	sender->size = OWNED((struct ovr_result_size[]){ { .size = 64, .sent = 1000 } });
}

static inline void
sound_receiver(struct ovr_half_receiver *receiver)
{
	const struct ovr_seq_account whole = { .arrivals = 1000, .unique = 1000, .end_seq = 1000 };

	*receiver = (struct ovr_half_receiver){
		.end = { .port.label = "wire:1", .ring = 512, .port_known = true, .port_frames = 1000 },
		.ours = 1000,
		.total = whole,
		.n_streams = 1,
		.periods_max = 65536,
	};
	receiver->end.n_queues = receiver->end.n_workers = 1;
	receiver->end.queue = OWNED(
		(struct ovr_result_queue[]){ { .frames = 1000, .bytes = 64000, .missed_known = true } });
	receiver->end.worker = OWNED((struct ovr_result_worker[]){ { .cpu = 2 } });
	receiver->stream = OWNED(
		(struct ovr_result_stream[]){ { .n_queues = 1, .sent = 1000, .account = whole } });
	cr_assert_eq(ovr_loss_events_init(&receiver->events, 1000, 64, &err), 0);
}

static inline void
sound(void)
{
	ovr_halves_done(&halves);
	ovr_result_done(&result);
	sound_sender(&halves.sender);
	sound_receiver(&halves.receiver);
	halves.common.has_wire = true;
	result.plan = (struct ovr_plan){ .trial = { .id = 0x1234, .event_gap_ns = 1000 },
		.ports = { .rxd = 512, .txd = 1024, .burst = 32, .rxq = 1, .txq = 1, .mbufs = 4095 },
		.frames = { .size = { .length = 1, .n_sizes = 1, .size = { 64 } } } };
}

static inline void
join(void)
{
	cr_assert_eq(ovr_halves_join(&halves, &result, &err), 0, "%s", err.text);
}

/* Frames first … first + n - 1 did not arrive: the half says so as its workers and trackers do. */
static inline void
lose(uint64_t first, uint64_t n)
{
	struct ovr_half_receiver *receiver = &halves.receiver;
	struct ovr_seq_account *account = &receiver->stream[0].account;

	receiver->ours -= n;
	receiver->end.queue[0].frames -= n;
	receiver->end.port_frames -= n;
	account->arrivals -= n;
	account->unique -= n;
	account->loss.frames += n;
	account->loss.periods++;
	receiver->total = *account;
	receiver->period = realloc(receiver->period, (receiver->n_periods + 1) * sizeof(*receiver->period));
	receiver->period[receiver->n_periods++] = (struct ovr_seq_period){
		.first_seq = first,
		.n_frames = n,
		.before_tx_ns = first * 1000 - 1000,
		.after_tx_ns = (first + n) * 1000,
		.after_rx_ns = (first + n) * 1000,
	};
}

static inline void
account(struct ovr_half_accounts *accounts, enum ovr_ledger_place place, const char *port, int32_t queue,
	uint64_t frames)
{
	struct ovr_ledger_account added = {
		.place = place, .queue = queue, .counter = "a counter", .source = "driver"
	};

	strcpy(added.port, port);
	ovr_ledger_account_set(&added, frames, frames);
	cr_assert_eq(ovr_half_add_account(accounts, &added), 0);
}

static inline bool
has_reason(const char *text)
{
	for (uint32_t i = 0; i < result.ledger.n_reasons; i++)
		if (strstr(result.ledger.reason[i], text) != NULL)
			return true;
	return false;
}

static inline bool
has_note(const char *text)
{
	for (uint32_t i = 0; i < result.n_notes; i++)
		if (strstr(result.note[i], text) != NULL)
			return true;
	return false;
}
