/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/gather.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "halves/add.h"
#include "halves/books.h"

/* Room for a host's name in a label. A longer one is told from others by its number. */
#define NAME_BYTES 21

static void
shorten(char name[NAME_BYTES], const char *host, uint16_t number)
{
	if (strlen(host) < NAME_BYTES)
		snprintf(name, NAME_BYTES, "%s", host);
	else
		snprintf(name, NAME_BYTES, "%.14s~%u", host, number);
}

static void
name_port(char label[48], const char *host)
{
	char there[48];

	memcpy(there, label, sizeof(there));
	/* a host between the ports has a name of its own, and so has what is named already */
	if (there[0] != '\0' && strncmp(there, "hop:", 4) != 0 && strncmp(there, "host:", 5) != 0)
		snprintf(label, 48, "host:%.20s/%.21s", host, there);
}

static void
name_accounts(struct ovr_half_accounts *accounts, const char *host)
{
	for (uint32_t i = 0; i < accounts->n; i++)
		name_port(accounts->account[i].port, host);
}

static void
name_end(struct ovr_half *end, const char *host)
{
	name_port(end->port.label, host);
	name_accounts(&end->accounts, host);
	for (uint32_t i = 0; i < end->n_counters; i++)
		name_port(end->counter[i].port, host);
}

void
ovr_half_gather_name(struct ovr_half_host *host, uint16_t number)
{
	struct ovr_halves *halves = host->half == NULL ? NULL : &host->half->halves;
	char name[NAME_BYTES];

	if (host->is_here)
		return;
	shorten(name, host->name, number);
	name_port(host->port, name);
	if (halves == NULL)
		return;
	name_end(&halves->sender.end, name);
	name_end(&halves->receiver.end, name);
	name_accounts(&halves->common.accounts, name);
	for (uint32_t i = 0; i < halves->receiver.n_xstats; i++)
		name_port(halves->receiver.xstat[i].port, name);
	for (uint32_t i = 0; i < halves->common.outages.n_kept; i++)
		name_port(halves->common.outages.outage[i].port, name);
}

static void
number_end(struct ovr_half *end, uint16_t number)
{
	for (uint32_t q = 0; q < end->n_queues; q++)
		end->queue[q].host = number;
	for (uint32_t w = 0; w < end->n_workers; w++)
		end->worker[w].host = number;
}

/* What the workers of a port counted themselves: where there are several ports. */
static int
book(struct ovr_half *end, enum ovr_ledger_place place, int32_t queue, uint64_t frames, const char *counter)
{
	struct ovr_ledger_account account = { .place = place, .queue = queue };

	snprintf(account.port, sizeof(account.port), "%s", end->port.label);
	snprintf(account.counter, sizeof(account.counter), "%s", counter);
	snprintf(account.source, sizeof(account.source), "worker");
	ovr_ledger_account_set(&account, frames, frames);
	return ovr_half_add_account(&end->accounts, &account);
}

/* Frames that the port refused, queue by queue. */
static int
book_refused(struct ovr_half_sender *sender)
{
	int status = 0;

	for (uint32_t q = 0; q < sender->end.n_queues && status == 0; q++)
		status = book(&sender->end, sender->is_socket ? OVR_PLACE_TX_APP : OVR_PLACE_TX_RING,
			sender->end.queue[q].queue, sender->end.queue[q].refused,
			sender->is_socket ? OVR_HALF_SOCKET_REFUSED : OVR_HALF_PORT_REFUSED);
	return status;
}

static int
book_classes(struct ovr_half_receiver *receiver)
{
	int status = book(&receiver->end, OVR_PLACE_RX_CORRUPT, -1, receiver->corrupt, OVR_HALF_IS_CORRUPT);

	receiver->classes_are_booked = true;
	return status != 0
		? status
		: book(&receiver->end, OVR_PLACE_RX_LATE, -1, receiver->total.late, OVR_HALF_IS_LATE);
}

/* What became of a host without a whole half. */
static void
say_lost(char *text, size_t size, const struct ovr_half_host *host)
{
	if (host->half == NULL) {
		snprintf(text, size, "host %.63s: %.180s", host->name, host->why);
		return;
	}
	snprintf(text, size, "host %.63s was lost: %.110s; its last checkpoint is of %.1f s", host->name,
		host->why, (double)host->half->until_ns / 1e9);
}

static bool
is_whole(const struct ovr_half_host *host)
{
	return host->half != NULL && host->half->state == OVR_RESULT_HALF_WHOLE;
}

static int
add_sender(struct ovr_half_sender *into, struct ovr_half_host *host, uint16_t number, bool is_first)
{
	struct ovr_half_sender *from = &host->half->halves.sender;

	if (book_refused(from) != 0)
		return -ENOMEM;
	number_end(&from->end, number);
	return ovr_half_add_sender(into, from, host->half->stream_first, is_first, host->name);
}

/* A single sender's half is taken as it is: nothing of it is a sum. */
static int
gather_senders(
	struct ovr_half_host *host, uint32_t n_hosts, uint32_t receiver, struct ovr_half_sender *sender)
{
	uint32_t n_senders = 0;
	bool is_first = true;
	int status = 0;

	for (uint32_t i = 0; i < n_hosts; i++)
		n_senders += host[i].is_sender;
	for (uint32_t i = 0; i < n_hosts && status == 0; i++) {
		struct ovr_half_document *half = host[i].half;

		if (!host[i].is_sender || host[i].receiver != receiver || half == NULL || !half->has_sender)
			continue;
		if (n_senders == 1) {
			*sender = half->halves.sender;
			half->halves.sender = (struct ovr_half_sender){ 0 };
			number_end(&sender->end, (uint16_t)(i + 1));
		} else {
			sender->refused_is_booked = true;
			status = add_sender(sender, &host[i], (uint16_t)(i + 1), is_first);
		}
		is_first = false;
	}
	/* what a lost host sent in the end is unknown, and with it the sum */
	for (uint32_t i = 0; i < n_hosts; i++)
		if (host[i].is_sender && host[i].receiver == receiver && !is_whole(&host[i]) &&
			!sender->end.is_unknown) {
			sender->end.is_unknown = true;
			say_lost(sender->end.why, sizeof(sender->end.why), &host[i]);
		}
	return status;
}

static int
gather_receiver(struct ovr_half_host *host, uint16_t number, bool is_one, struct ovr_half_receiver *receiver)
{
	if (host->half == NULL || !host->half->has_receiver) {
		receiver->end.is_unknown = true;
		say_lost(receiver->end.why, sizeof(receiver->end.why), host);
		return 0;
	}
	*receiver = host->half->halves.receiver;
	host->half->halves.receiver = (struct ovr_half_receiver){ 0 };
	number_end(&receiver->end, number);
	if (!is_whole(host))
		say_lost(receiver->end.ended_early, sizeof(receiver->end.ended_early), host);
	return is_one ? 0 : book_classes(receiver);
}

static bool
has_one_receiver(const struct ovr_half_host *host, uint32_t n_hosts)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_hosts; i++)
		n += host[i].is_receiver;
	return n == 1;
}

/* The wire of a host with both ends, and what it did. */
static void
take_wire(struct ovr_half_common *into, struct ovr_half_common *from)
{
	into->has_wire = from->has_wire;
	into->line_paused_ns = from->line_paused_ns;
	into->frames_inside = from->frames_inside;
	memcpy(into->impairments, from->impairments, sizeof(into->impairments));
	into->impairment = from->impairment;
	into->n_impairments = from->n_impairments;
	into->cable_known = from->cable_known;
	into->cable_frames = from->cable_frames;
	from->impairment = NULL;
	from->n_impairments = 0;
}

static int
add_common(struct ovr_half_common *into, struct ovr_half_document *half, bool is_alone, const char *host)
{
	int status = ovr_half_add_common(into, &half->halves.common, host);

	/* it stands between both ends of a trial only where no other host has one */
	if (is_alone)
		take_wire(into, &half->halves.common);
	for (uint32_t i = 0; i < half->n_notes; i++)
		ovr_half_note(into, "%.63s: %.190s", host, half->note[i]);
	return status;
}

int
ovr_half_gather(struct ovr_half_host *host, uint32_t n_hosts, uint32_t receiver,
	struct ovr_halves *ret_halves, struct ovr_err *err)
{
	int status;

	*ret_halves = (struct ovr_halves){ .common = { .has_wire = false } };
	status = gather_senders(host, n_hosts, receiver, &ret_halves->sender);
	if (status == 0)
		status = gather_receiver(&host[receiver], (uint16_t)(receiver + 1),
			has_one_receiver(host, n_hosts), &ret_halves->receiver);
	for (uint32_t i = 0; i < n_hosts && status == 0; i++)
		if (host[i].receiver == receiver && host[i].half != NULL)
			status = add_common(&ret_halves->common, host[i].half, n_hosts == 1, host[i].name);
	return status == 0 ? 0 : ovr_err_set(err, status, "no memory for the halves of %u hosts", n_hosts);
}

int
ovr_half_gather_all(
	struct ovr_halves *group, uint32_t n_groups, struct ovr_halves *ret_halves, struct ovr_err *err)
{
	int status = 0;

	*ret_halves = (struct ovr_halves){ .common = { .has_wire = false } };
	if (n_groups == 1) {
		*ret_halves = group[0];
		group[0] = (struct ovr_halves){ .common = { .has_wire = false } };
		return 0;
	}
	for (uint32_t i = 0; i < n_groups && status == 0; i++) {
		status = ovr_half_add_sender(&ret_halves->sender, &group[i].sender, 0, i == 0, NULL);
		if (status == 0)
			status = ovr_half_add_receiver(
				&ret_halves->receiver, &group[i].receiver, i == 0, NULL);
		if (status == 0)
			status = ovr_half_add_common(&ret_halves->common, &group[i].common, NULL);
	}
	ret_halves->sender.refused_is_booked = ret_halves->receiver.classes_are_booked = true;
	return status == 0 ? 0 : ovr_err_set(err, status, "no memory for the halves of %u pairs", n_groups);
}
