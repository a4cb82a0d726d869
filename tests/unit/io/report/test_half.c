/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/half.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "../halves/sound.h"
#include "report/report.h"

static struct ovr_half_document document, read_back;

/* The JSON of what two halves are joined to. */
static char *
joined(struct ovr_halves *from)
{
	struct ovr_result it = { .plan = result.plan };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(ovr_halves_join(from, &it, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_report_json(&it, "run", out, &err), 0, "%s", err.text);
	fclose(out);
	ovr_result_done(&it);
	return text;
}

static char *
text_of(const struct ovr_half_document *half)
{
	json_t *value = ovr_half_json(half);
	char *text = json_dumps(value, JSON_COMPACT);

	cr_assert_neq(text, NULL);
	json_decref(value);
	return text;
}

static void
fill_hist(struct ovr_hist **hist, uint64_t factor)
{
	*hist = calloc(1, sizeof(**hist));
	for (uint64_t i = 1; i < 60; i++)
		ovr_hist_add_n(*hist, i * i * factor, i);
}

/* Every kind of entry, and numbers at the ends of what their members hold. */
static void
fill_end(struct ovr_half *end, bool is_tx)
{
	static const struct ovr_nic_meaning meaning = { OVR_NIC_KIND_ALIAS, OVR_NIC_TRUST_PORT_LEVEL,
		OVR_PLACE_RX_RING, "repeats another one", OVR_NIC_ORIGINAL_SIDE, NULL, true };

	strcpy(end->port.dpdk_driver, "net_ixgbe");
	strcpy(end->port.driver, "ixgbe");
	strcpy(end->port.driver_version, "6.1");
	strcpy(end->port.firmware, "0x800 \"quoted\" ü");
	end->ring_is_given = true;
	end->worker[0].numa_node = -1;
	end->worker[0].loops = UINT64_MAX;
	end->worker[0].n_stalls = 2;
	end->worker[0].n_stalls_kept = 2;
	end->worker[0].stalled_ns = 5000;
	end->worker[0].longest_ns = 4000;
	fill_hist(&end->worker[0].gap_ns, 1000);
	end->worker[0].kernel_known = true;
	end->worker[0].involuntary_switches = 3;
	end->worker[0].run_queue_ns = 4;
	end->worker[0].steal_ns = 5;
	end->worker[0].interrupts = 6;
	strcpy(end->worker[0].busiest_interrupt, "LOC Local timer interrupts");
	end->worker[0].busiest_interrupts = 7;
	end->worker[0].service_late_ns = 8;
	end->worker[0].clock_steps = 9;
	end->worker[0].clock_lost_ns = 10;
	end->stall = OWNED(
		(struct ovr_stall[]){ { 1000, 2000, 1, 2, 0, 3, OVR_STALL_PREEMPTED, 4, 0, 6, UINT64_MAX },
			{ 9000, 4000, 7, UINT32_MAX, 0, UINT16_MAX, OVR_STALL_INJECTED, 8, 0, 10,
				UINT64_C(1) << 63 } });
	end->n_stalls = 2;
	account(&end->accounts, is_tx ? OVR_PLACE_TX_ERRORS : OVR_PLACE_RX_ERRORS, end->port.label, -1, 0);
	end->accounts.account[end->accounts.n - 1].counted = UINT64_MAX;
	strcpy(end->accounts.account[0].why, "why");
	strcpy(end->accounts.account[0].aliases, "another 3");
	end->counter = OWNED(
		(struct ovr_result_counter[]){ { "netdev:eth0", "rx_missed_errors", "ixgbe", -1, 30, true,
						       meaning, 4, OVR_PLACE_COUNT, 1, 2 },
			{ "netdev:eth0", "drops", "qdisc", 3, 30, false,
				{ .place = OVR_PLACE_COUNT, .remark = "" }, -1, OVR_PLACE_PATH, 3, 4 } });
	end->n_counters = 2;
}

static void
fill(void)
{
	struct ovr_half_sender *sender = &halves.sender;
	struct ovr_half_receiver *receiver = &halves.receiver;
	struct ovr_half_common *common = &halves.common;
	static const struct ovr_loss_event event = { 1, 2, 3, 4 };

	sound();
	fill_end(&sender->end, true);
	fill_end(&receiver->end, false);
	sender->clock_ppm = 1.0 / 3;
	sender->planned_pps = 14880952.380952382;
	sender->shortfall = 7;
	sender->shortfall_in_stalls = 6;
	sender->full_waits = 4;
	lose(100, 30);
	lose(500, 1);
	receiver->stream[0].queue = -1;
	receiver->stream[0].corrupt = 2;
	receiver->period[1].after_tx_ns = receiver->period[1].after_rx_ns = UINT64_MAX;
	receiver->before_their_time = 3;
	receiver->foreign = 9;
	receiver->astray = OWNED((struct ovr_half_astray[]){ { 4, 7 }, { 65535, 2 } });
	receiver->n_astray = 2;
	receiver->unique_of_size[0] = 969;
	receiver->n_periods_dropped = 1;
	receiver->n_elsewhere = 1;
	receiver->transit = (struct ovr_stall_transit){ 100, 200 };
	cr_assert_eq(ovr_loss_events_init(&receiver->unlisted, 1000, 64, &err), 0);
	ovr_loss_events_add(&receiver->unlisted, &event);
	ovr_loss_events_add(&receiver->events, &event);
	fill_hist(&receiver->latency_ns, 10);
	fill_hist(&receiver->interarrival_ns, 1);
	receiver->xstat = OWNED((struct ovr_result_counter[]){ receiver->end.counter[0] });
	receiver->n_xstats = 1;
	common->sample = OWNED((struct ovr_result_sample[]){ { .start_ns = 0,
		.end_ns = 500000,
		.sent = 500,
		.link_lost = true,
		.n_rxq = 2,
		.rxq_received = { 1, 2 },
		.rxq_missed = { 0, 4 } } });
	common->n_samples = 1;
	common->samples_max = 2;
	common->intervals_per_row = 2;
	common->outages.n = 70;
	common->outages.n_kept = 1;
	common->outages.outage[0] = (struct ovr_outage){ "netdev:eth0", 1, true, 2, 3, true, 4 };
	common->line_paused_ns = 11;
	common->impairments[OVR_IMPAIRMENT_DROP] = 2;
	common->impairment = OWNED((struct ovr_impairment[]){
		{ OVR_IMPAIRMENT_DROP, 0, 100 }, { OVR_IMPAIRMENT_DROP, 0, UINT64_C(0xffffffffffff) } });
	common->n_impairments = 2;
	common->n_unknown = 1;
	strcpy(common->unknown, "rx_dropped");
	account(&common->accounts, OVR_PLACE_RX_SOFTNET, "hop:r1", 2, 1);
	common->accounts.account[0].is_of_hop = true;
	ovr_half_note(common, "a note of %d", 1);
}

/* Hand the halves to a document of one host, or give them back. */
static void
pack(bool has_sender, bool has_receiver)
{
	document = (struct ovr_half_document){ .host = "rack7",
		.trial_id = 0x1234,
		.environment = { .overrun_version = "1.0", .n_cpus = 2, .clock_hz = 2900000000 },
		.has_sender = has_sender,
		.has_receiver = has_receiver,
		.halves = halves };
	if (!has_sender)
		document.halves.sender = (struct ovr_half_sender){ 0 };
	if (!has_receiver)
		document.halves.receiver = (struct ovr_half_receiver){ 0 };
}

static void
read_of(const char *text)
{
	cr_assert_eq(ovr_half_parse(text, strlen(text), &read_back, &err), 0, "%s", err.text);
}

Test(half, what_is_read_is_written_as_the_same_text)
{
	char *text, *again;

	fill();
	pack(true, true);
	text = text_of(&document);
	read_of(text);
	again = text_of(&read_back);
	cr_assert_str_eq(again, text);
	cr_assert_str_eq(read_back.host, "rack7");
	cr_assert_eq(read_back.trial_id, 0x1234);
	free(text);
	free(again);
	ovr_half_document_done(&read_back);
}

/* Between members of these two are gaps, which nobody writes. */
static bool
is_same_period(const struct ovr_seq_period *was, const struct ovr_seq_period *is)
{
	return was->stream == is->stream && was->worker == is->worker && was->first_seq == is->first_seq &&
		was->n_frames == is->n_frames && was->before_tx_ns == is->before_tx_ns &&
		was->after_tx_ns == is->after_tx_ns && was->after_rx_ns == is->after_rx_ns;
}

static bool
is_same_stall(const struct ovr_stall *was, const struct ovr_stall *is)
{
	return was->start_ns == is->start_ns && was->length_ns == is->length_ns &&
		was->run_queue_ns == is->run_queue_ns && was->switches == is->switches &&
		was->worker == is->worker && was->cpu == is->cpu && was->cause == is->cause &&
		was->frames == is->frames && was->explained == is->explained &&
		was->backlog_ns == is->backlog_ns && was->drained_ns == is->drained_ns;
}

Test(half, each_entry_of_each_list_is_read_back_bit_by_bit)
{
	const struct ovr_half_receiver *was = &document.halves.receiver, *is = &read_back.halves.receiver;
	char *text;

	fill();
	pack(true, true);
	text = text_of(&document);
	read_of(text);
	for (uint64_t i = 0; i < was->n_periods; i++)
		cr_assert(is_same_period(&was->period[i], &is->period[i]), "period %u", (unsigned int)i);
	cr_assert_eq(memcmp(was->stream, is->stream, sizeof(*was->stream)), 0);
	cr_assert_eq(memcmp(&was->total, &is->total, sizeof(was->total)), 0);
	cr_assert_eq(memcmp(was->latency_ns, is->latency_ns, sizeof(*was->latency_ns)), 0);
	for (uint64_t i = 0; i < was->end.n_stalls; i++)
		cr_assert(is_same_stall(&was->end.stall[i], &is->end.stall[i]), "stall %u", (unsigned int)i);
	cr_assert_eq(memcmp(was->end.queue, is->end.queue, sizeof(*was->end.queue)), 0);
	cr_assert_eq(memcmp(was->unique_of_size, is->unique_of_size, sizeof(was->unique_of_size)), 0);
	cr_assert_eq(memcmp(was->end.accounts.account, is->end.accounts.account,
			     was->end.accounts.n * sizeof(*was->end.accounts.account)),
		0);
	cr_assert_eq(memcmp(document.halves.common.sample, read_back.halves.common.sample,
			     sizeof(*document.halves.common.sample)),
		0);
	cr_assert_eq(read_back.halves.receiver.n_astray, 2);
	cr_assert_eq(read_back.halves.receiver.astray[1].stream, 65535);
	cr_assert_eq(read_back.halves.receiver.astray[1].frames, 2);
	cr_assert_eq(memcmp(document.halves.common.impairment, read_back.halves.common.impairment,
			     2 * sizeof(*document.halves.common.impairment)),
		0);
	cr_assert_eq(memcmp(was->events.event, is->events.event, 64 * sizeof(*was->events.event)), 0);
	cr_assert_eq(is->events.limit, 64);
	cr_assert_eq(read_back.halves.sender.planned_pps, document.halves.sender.planned_pps);
	cr_assert_eq(read_back.halves.sender.clock_ppm, 1.0 / 3);
	cr_assert_str_eq(is->end.counter[0].meaning.remark, "repeats another one");
	cr_assert_eq(is->end.counter[0].meaning.original, OVR_NIC_ORIGINAL_SIDE);
	cr_assert_eq(is->end.worker[0].loops, UINT64_MAX);
	free(text);
	ovr_half_document_done(&read_back);
}

Test(half, what_is_joined_of_halves_that_were_read_is_what_is_joined_of_the_halves)
{
	struct ovr_halves gathered;
	char *sender_text, *receiver_text, *direct, *through;

	fill();
	pack(true, false);
	sender_text = text_of(&document);
	pack(false, true);
	receiver_text = text_of(&document);
	read_of(sender_text);
	gathered.sender = read_back.halves.sender;
	gathered.common = read_back.halves.common;
	read_of(receiver_text);
	gathered.receiver = read_back.halves.receiver;
	through = joined(&gathered);
	direct = joined(&halves);
	cr_assert_str_eq(through, direct);
	free(direct);
	free(through);
	free(sender_text);
	free(receiver_text);
}

Test(half, an_unknown_drift_is_read_back_as_unknown)
{
	char *text;

	sound();
	halves.sender.clock_ppm = NAN;
	pack(true, true);
	text = text_of(&document);
	read_of(text);
	cr_assert(isnan(read_back.halves.sender.clock_ppm));
	free(text);
	ovr_half_document_done(&read_back);
}

/* A host that writes a line of its own into the report of the caller. */
Test(half, texts_of_another_host_are_one_line_without_commands)
{
	char *text;

	sound();
	strcpy(halves.sender.end.port.label, "udp:\x1b[2J9\n  PASS");
	pack(true, true);
	text = text_of(&document);
	read_of(text);
	cr_assert_str_eq(read_back.halves.sender.end.port.label, "udp:?[2J9?  PASS");
	free(text);
	ovr_half_document_done(&read_back);
}

/* The half of a trial that went well, with a text in place of another one, is refused. */
static void
refused(const char *was, const char *is, const char *sentence)
{
	char *text, *at, *changed = NULL;
	struct ovr_half_document untouched = { .trial_id = 77 };

	fill();
	pack(true, true);
	text = text_of(&document);
	at = strstr(text, was);
	cr_assert_neq(at, NULL, "%s", was);
	cr_assert_gt(asprintf(&changed, "%.*s%s%s", (int)(at - text), text, is, at + strlen(was)), 0);
	err.text[0] = '\0';
	cr_assert_lt(ovr_half_parse(changed, strlen(changed), &untouched, &err), 0, "%s", is);
	cr_assert_neq(strstr(err.text, sentence), NULL, "%s: %s", is, err.text);
	cr_assert_eq(untouched.trial_id, 77);
	free(text);
	free(changed);
}

Test(half, what_no_half_has_is_refused_with_its_key)
{
	refused("\"sender\":{", "\"sender\":null,\"senders\":{", "senders");
	refused("\"attempted\":1000", "\"attempted\":-1", "sender.attempted: found -1");
	refused("\"attempted\":1000", "\"attempted\":1e3", "sender.attempted: found 1000.0");
	refused("\"attempted\":1000", "\"attempted\":\"18446744073709551616\"", "sender.attempted");
	refused("\"attempted\":1000", "\"attempted\":\"1000\"", "sender.attempted");
	refused("\"attempted\":1000,", "", "sender.attempted: found nothing");
	refused("\"attempted\":1000", "\"attempted\":\"9223372036854775808\"",
		"sender: found more frames than any trial has");
	refused("\"planned_pps\":14880952.380952382", "\"planned_pps\":NaN", "line 1");
	refused("\"planned_pps\":14880952.380952382", "\"planned_pps\":1e300", "sender.planned_pps");
	refused("\"state\":\"whole\"", "\"state\":\"half\"", "state: found \"half\"");
	refused("\"trial_id\":\"0x00001234\"", "\"trial_id\":\"1234\"", "trial_id");
	refused("\"host\":\"rack7\"",
		"\"host\":\"a name that is longer than any name of a host that the caller can have given "
		"it\"",
		"host");
	refused("\"room\":64", "\"room\":4294967295", "receiver.events.room");
	refused("\"room\":64", "\"room\":0", "receiver.events: found more events than room");
	refused("true,2,[[0,1]", "true,257,[[0,1]", "common.series[0][12]: found 257");
	refused("[1000,2000,1,2,0,3,\"preempted\"", "[1000,2000,1,2,0,3,\"bored\"",
		"sender.end.stalls[0][6]");
	refused("[1000,2000,1,2,", "[10000,2000,1,2,", "sender.end: found stalls out of order");
	refused("[0,0,100,30,", "[0,0,100,0,", "receiver.periods: found a period without a frame");
	refused("[0,0,100,30,", "[0,0,100,30,30,", "receiver.periods[0]: found a list of 8");
	refused("\"periods_shared\":0", "\"periods_shared\":3", "receiver.periods_shared");
	refused("\"outages_all\":70", "\"outages_all\":0", "common.outages_all");
	refused("\"direction\":\"tx\"", "\"direction\":\"rx\"", "sender.end: found a queue of the other end");
	refused("\"frames_min\":0", "\"frames_min\":1", "frames_min to frames_max");
	refused("\"schema\":\"overrun.half/1\"", "\"schema\":\"overrun.half/2\"", "a later version");
	refused("\"schema\":\"overrun.half/1\"", "\"schema\":\"overrun.check/1\"", "command");
}

Test(half, a_distribution_whose_sums_do_not_fit_is_refused)
{
	refused("\"count\":1770", "\"count\":1771", "sender.end: found fewer values in the buckets");
	refused("\"count\":1770", "\"count\":1769", "sender.end: found more values in the buckets");
	refused("\"min\":1000,", "\"min\":1,", "a minimum or maximum in no bucket");
	refused("\"buckets\":[[", "\"buckets\":[[1920,1],[", "buckets[0][0]");
	refused("\"buckets\":[[", "\"buckets\":[[1919,1],[", "buckets[1]");
}

/* 1,000 is in the bucket from 992 on. The bounds of gaps, which come from cycles, lie beside. */
Test(half, a_bound_of_a_distribution_may_be_in_the_next_bucket)
{
	static struct ovr_half_document read;
	char *text, *at;

	fill();
	pack(true, true);
	text = text_of(&document);
	at = strstr(text, "\"min\":1000,");
	cr_assert_neq(at, NULL);
	memcpy(at, "\"min\": 990,", strlen("\"min\": 990,"));
	cr_assert_eq(ovr_half_parse(text, strlen(text), &read, &err), 0, "%s", err.text);
	ovr_half_document_done(&read);
	free(text);
	refused("\"min\":1000,", "\"min\": 960,", "a minimum or maximum in no bucket");
}

Test(half, a_host_without_an_end_has_no_half)
{
	struct ovr_half_document none = { .host = "rack7" };
	char *text = text_of(&none);

	cr_assert_lt(ovr_half_parse(text, strlen(text), &read_back, &err), 0);
	cr_assert_str_eq(err.text, "sender: found no end at all, accepted: a sender, a receiver, or both");
	free(text);
}

Test(half, a_text_of_more_values_than_a_half_has_is_refused_before_anything_is_built_of_it)
{
	size_t bytes = 24 << 20;
	char *text = malloc(bytes);

	for (size_t i = 0; i < bytes; i++)
		text[i] = "[],"[i % 3];
	cr_assert_eq(ovr_half_parse(text, bytes, &read_back, &err), -EFBIG);
	cr_assert_str_eq(err.text, "found more values than a half of 32 MiB has");
	free(text);
}

Test(half, a_half_is_a_file_that_is_there_as_a_whole)
{
	char path[] = "/tmp/overrun-half-XXXXXX";
	int fd = mkstemp(path);
	char *text, *again;

	close(fd);
	fill();
	pack(true, true);
	cr_assert_eq(ovr_half_save(&document, path, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_half_load(path, &read_back, &err), 0, "%s", err.text);
	text = text_of(&document);
	again = text_of(&read_back);
	cr_assert_str_eq(again, text);
	cr_assert_lt(ovr_half_save(&document, "/nowhere/half.json", &err), 0);
	cr_assert_str_eq(err.text, "/nowhere/half.json: No such file or directory");
	unlink(path);
	free(text);
	free(again);
	ovr_half_document_done(&read_back);
}
