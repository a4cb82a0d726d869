/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the result of many senders and one receiver, from halves that the code of a caller joins:
 * write_incast text|json N. What joining and writing took goes to stderr.
 *
 * Each sender has one stream of 1,000 frames. Of those of sender i, i mod 7 were lost at the
 * receiver's ring; of every fourth sender the host itself dropped 50 more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "halves/hosts.h"
#include "report/report.h"

#define FRAMES 1000u
#define OWN    50u

static uint32_t
lost_in_ring(uint32_t sender)
{
	return sender % 7;
}

static uint32_t
lost_before(uint32_t sender)
{
	return sender % 4 == 3 ? OWN : 0;
}

static void *
zeroed(size_t n, size_t size)
{
	void *memory = calloc(n, size);

	if (memory == NULL)
		exit(1);
	return memory;
}

static void
add_account(struct ovr_half_accounts *accounts, enum ovr_ledger_place place, uint64_t frames)
{
	struct ovr_ledger_account account = { .place = place,
		.queue = 0,
		.port = "netdev:eth1",
		.counter = "rx_queue_0_drops",
		.source = "driver" };

	ovr_ledger_account_set(&account, frames, frames);
	if (frames != 0 && ovr_half_add_account(accounts, &account) != 0)
		exit(1);
}

static void
fill_end(struct ovr_half *end, uint64_t frames, bool is_tx)
{
	snprintf(end->port.label, sizeof(end->port.label), "netdev:eth1");
	end->ring = 1024;
	end->port_known = true;
	end->port_frames = frames;
	end->n_queues = end->n_workers = 1;
	end->queue = zeroed(1, sizeof(*end->queue));
	end->queue[0] = (struct ovr_result_queue){
		.is_tx = is_tx, .frames = frames, .bytes = 64 * frames, .polls = 40, .missed_known = !is_tx
	};
	end->worker = zeroed(1, sizeof(*end->worker));
	end->worker[0] = (struct ovr_result_worker){ .is_tx = is_tx, .cpu = 1 };
}

static void
fill_sender(struct ovr_half_document *document, uint32_t index)
{
	struct ovr_half_sender *sender = &document->halves.sender;

	document->has_sender = true;
	document->stream_first = index;
	*sender = (struct ovr_half_sender){ .line_bps = 10000000000,
		.epoch_realtime_ns = 1700000000000000000,
		.sent_until_ns = 1000000,
		.planned_pps = 1e6,
		.attempted = FRAMES,
		.sent = FRAMES,
		.sent_bytes = 64 * FRAMES,
		.n_streams = 1,
		.n_sizes = 1 };
	fill_end(&sender->end, FRAMES, true);
	sender->sent_of = zeroed(1, sizeof(*sender->sent_of));
	sender->sent_of[0] = FRAMES;
	sender->size = zeroed(1, sizeof(*sender->size));
	sender->size[0] = (struct ovr_result_size){ .size = 64, .sent = FRAMES };
	add_account(&sender->end.accounts, OVR_PLACE_TX_QDISC, lost_before(index));
}

static struct ovr_seq_account
account_of(uint32_t sender)
{
	uint32_t lost = lost_in_ring(sender) + lost_before(sender);

	return (struct ovr_seq_account){ .arrivals = FRAMES - lost,
		.unique = FRAMES - lost,
		.end_seq = FRAMES,
		.loss = { .frames = lost, .periods = lost != 0 } };
}

static void
fill_receiver(struct ovr_half_document *document, uint32_t n)
{
	struct ovr_half_receiver *receiver = &document->halves.receiver;
	uint64_t in_ring = 0, arrived = 0, lost = 0;
	struct ovr_err err;

	document->has_receiver = true;
	receiver->periods_max = 65536;
	receiver->n_streams = n;
	receiver->stream = zeroed(n, sizeof(*receiver->stream));
	for (uint32_t i = 0; i < n; i++) {
		struct ovr_result_stream *stream = &receiver->stream[i];

		*stream = (struct ovr_result_stream){
			.stream = i, .n_queues = 1, .sent = FRAMES, .account = account_of(i)
		};
		arrived += stream->account.unique;
		lost += stream->account.loss.frames;
		in_ring += lost_in_ring(i);
		receiver->total.loss.periods += stream->account.loss.periods;
	}
	receiver->ours = receiver->total.arrivals = receiver->total.unique = arrived;
	receiver->total.loss.frames = lost;
	receiver->total.end_seq = FRAMES;
	fill_end(&receiver->end, arrived, false);
	add_account(&receiver->end.accounts, OVR_PLACE_RX_RING, in_ring);
	if (ovr_loss_events_init(&receiver->events, 1000, 64, &err) != 0)
		exit(1);
}

static void
fill(struct ovr_half_host *host, struct ovr_half_document *document, uint32_t n)
{
	for (uint32_t i = 0; i <= n; i++) {
		host[i] = (struct ovr_half_host){ .is_sender = i < n,
			.is_receiver = i == n,
			.receiver = n,
			.half = &document[i],
			.clock_known = true,
			.clock_bound_ns = 1000 + i };
		snprintf(host[i].name, sizeof(host[i].name), i < n ? "rack%u-node%02u" : "sink", i / 40 + 1,
			i % 40);
		snprintf(host[i].port, sizeof(host[i].port), "netdev:eth1");
		document[i].trial_id = 0x1234;
		snprintf(document[i].environment.overrun_version,
			sizeof(document[i].environment.overrun_version), "1.0");
		if (i < n)
			fill_sender(&document[i], i);
		else
			fill_receiver(&document[i], n);
	}
}

static double
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

int
main(int argc, char **argv)
{
	uint32_t n = argc == 3 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0;
	struct ovr_err err = { "usage: write_incast text|json N" };
	struct ovr_half_document *document;
	struct ovr_half_host *host;
	static struct ovr_result result;
	struct rusage used;
	double begun, joined;
	int status;

	if (n == 0) {
		fprintf(stderr, "%s\n", err.text);
		return 3;
	}
	host = zeroed(n + 1, sizeof(*host));
	document = zeroed(n + 1, sizeof(*document));
	fill(host, document, n);
	result.plan = (struct ovr_plan){ .trial = { .id = 0x1234, .event_gap_ns = 1000 },
		.ports = { .rxd = 512, .txd = 1024, .burst = 32, .rxq = 1, .txq = 1, .mbufs = 4095 },
		.frames = { .size = { .length = 1, .n_sizes = 1, .size = { 64 } } } };
	begun = now_ms();
	status = ovr_half_hosts_join(host, n + 1, &result, &err);
	joined = now_ms();
	if (status == 0)
		status = strcmp(argv[1], "json") == 0 ? ovr_report_json(&result, "run", stdout, &err)
						      : ovr_report_text(&result, stdout, &err);
	getrusage(RUSAGE_SELF, &used);
	if (status != 0)
		fprintf(stderr, "%s\n", err.text);
	fprintf(stderr, "%u senders: joined in %.1f ms, written in %.1f ms, peak %ld KiB\n", n,
		joined - begun, now_ms() - joined, used.ru_maxrss);
	for (uint32_t i = 0; i <= n; i++)
		ovr_half_document_done(&document[i]);
	ovr_result_done(&result);
	free(host);
	free(document);
	return status == 0 ? 0 : 1;
}
