/* SPDX-License-Identifier: BSD-3-Clause */
/* The conductor, over ends that are threads of the test. */
#include "base/wait.h"
#include "caller/conduct.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "end/answer.h"
#include "frame/frame.h"

#define ENDS_MAX 4

/* What an end does that is not as it should be. */
enum fault {
	NONE,
	OTHER_PROTOCOL, /* it says hello in another version */
	IS_BUSY,        /* it answers hello with an error */
	REFUSES_PLAN,   /* it cannot open its port */
	DIES_IN_TRIAL,  /* it is gone after the start */
	IS_LATE,        /* it is not ready by the start */
	TELLS_AT_ONCE,  /* it has figures of the trial as soon as that starts */
	TELLS_TOO_MUCH, /* it tells what more streams sent than a trial has */
	SENDS_NO_CLOCK, /* it never says what time it is */
	TELLS_NONSENSE, /* what it tells of an interface is none */
	SENDS_NO_JSON,  /* what it sends after the start is no message */
	LOST_ITS_END, /* after the start its agent hands over a checkpoint, and says that the session is over */
	TELLS_NO_SENT, /* it has a half, and never told what it sent */
	DIES_AT_ONCE,  /* as LOST_ITS_END, before there was anything to tell */
	CLOSES_LATE,   /* it is asked to close and says that no trial was started, and closes later */
};

struct fake {
	enum ovr_message_role role;
	enum fault fault;
	uint32_t n_streams;
	uint64_t sent_each;  /* frames of each stream */
	int64_t clock_ahead; /* of this process's */
	pthread_t thread;
	struct ovr_channel *channel;
	int fd; /* the channel's */
	/* what it was told */
	uint64_t epoch_ns;
	uint64_t told[16];
	size_t n_told;
	bool was_stopped, was_closed;
	char was_given_up[OVR_MESSAGE_SENTENCE_BYTES];
	unsigned int n_plans, n_clocks, n_xstats;
};

struct stage {
	struct fake fake[ENDS_MAX];
	struct ovr_conduct_end end[ENDS_MAX];
	struct ovr_conduct conduct;
	char name[ENDS_MAX][16];
	atomic_bool stop;
};

static void
say(struct fake *fake, struct ovr_message *message)
{
	ovr_channel_send(fake->channel, message, NULL);
}

static void
say_half(struct fake *fake)
{
	struct ovr_message half = { .type = OVR_MESSAGE_HALF };

	half.half.is_checkpoint = fake->fault == LOST_ITS_END;
	half.half.half = json_pack("{s:i}", "role", (int)fake->role);
	say(fake, &half);
	json_decref(half.half.half);
}

static void
say_so_far(struct fake *fake)
{
	struct ovr_message beat = { .type = OVR_MESSAGE_HEARTBEAT };

	beat.heartbeat.state = OVR_MESSAGE_RUNNING;
	beat.heartbeat.so_far = json_object();
	say(fake, &beat);
	json_decref(beat.heartbeat.so_far);
}

static void
say_sent(struct fake *fake)
{
	struct ovr_message sent = { .type = OVR_MESSAGE_SENT };
	uint32_t n = fake->fault == TELLS_TOO_MUCH ? OVR_FRAME_STREAMS_MAX : fake->n_streams;

	sent.sent.of.count = calloc(n, sizeof(*sent.sent.of.count));
	for (sent.sent.of.n = 0; sent.sent.of.n < n; sent.sent.of.n++)
		sent.sent.of.count[sent.sent.of.n] = fake->sent_each;
	say(fake, &sent);
	free(sent.sent.of.count);
}

static void
say_error(struct fake *fake, const char *text, bool is_final)
{
	ovr_end_error_send(fake->channel, text, is_final, NULL);
}

/* As an agent does whose end process was killed. */
static void
lose_end(struct fake *fake)
{
	if (fake->fault == LOST_ITS_END) {
		say_so_far(fake);
		say_half(fake);
		/* heard apart from what follows */
		ovr_wait_ns(100000000);
	}
	say_error(fake, "the end process is lost: it was ended by signal 9", true);
}

static void
answer_plan(struct fake *fake, const struct ovr_message *message)
{
	struct ovr_message prepared = { .type = OVR_MESSAGE_PREPARED }, armed = { .type = OVR_MESSAGE_ARMED };

	fake->n_plans++;
	fake->n_xstats += message->plan.xstats;
	if (fake->fault == REFUSES_PLAN) {
		say_error(fake, "netdev:eth9: found no such interface", false);
		return;
	}
	snprintf(prepared.prepared.port, sizeof(prepared.prepared.port), "netdev:eth1");
	snprintf(prepared.prepared.mac, sizeof(prepared.prepared.mac), "52:54:00:00:00:0%d", (int)fake->role);
	prepared.prepared.queues = 1;
	prepared.prepared.line_bps = 1000;
	say(fake, &prepared);
	say(fake, &armed);
}

static void
answer_clock(struct fake *fake, const struct ovr_message *question)
{
	struct ovr_message answer = { .type = OVR_MESSAGE_CLOCK };

	fake->n_clocks++;
	if (fake->fault == SENDS_NO_CLOCK)
		return;
	answer.clock = question->clock;
	answer.clock.t2 = answer.clock.t3 = ovr_end_now_ns() + (uint64_t)fake->clock_ahead;
	say(fake, &answer);
}

static void
answer_hello(struct fake *fake)
{
	struct ovr_message hello;

	ovr_end_hello_fill(&hello);
	if (fake->fault == OTHER_PROTOCOL)
		hello.hello.protocol++;
	if (fake->fault == IS_BUSY)
		say_error(fake, "busy with a trial of another caller", true);
	else
		say(fake, &hello);
}

static void
answer_interface(struct fake *fake, const struct ovr_message *question)
{
	struct ovr_nic_counter counter = { "rx_missed", OVR_NIC_DRIVER, 1, 42 };
	struct ovr_interface interface = { .counters = { .n = 1, .counter = &counter } };
	struct ovr_message answer = { .type = OVR_MESSAGE_INTERFACE };

	snprintf(interface.facts.name, sizeof(interface.facts.name), "%.15s", question->interface.name);
	answer.interface = question->interface;
	answer.interface.reading = fake->fault == TELLS_NONSENSE ? json_pack("{s:i}", "name", 1)
								 : ovr_interface_json(&interface);
	say(fake, &answer);
	json_decref(answer.interface.reading);
}

/* @return whether the end lives on */
static bool
answer(struct fake *fake, struct ovr_message *message)
{
	struct ovr_message plain = { .type = OVR_MESSAGE_EXPECTED };

	switch (message->type) {
	case OVR_MESSAGE_HELLO:
		answer_hello(fake);
		break;
	case OVR_MESSAGE_EXPECT:
		snprintf(plain.expected.cores, sizeof(plain.expected.cores), "1");
		snprintf(plain.expected.dpdk, sizeof(plain.expected.dpdk), "DPDK");
		say(fake, &plain);
		break;
	case OVR_MESSAGE_PLAN:
		answer_plan(fake, message);
		break;
	case OVR_MESSAGE_CLOCK:
		answer_clock(fake, message);
		break;
	case OVR_MESSAGE_INTERFACE:
		answer_interface(fake, message);
		break;
	case OVR_MESSAGE_START:
		fake->epoch_ns = message->start.epoch_ns;
		if (fake->fault == DIES_IN_TRIAL) {
			ovr_wait_ns(fake->epoch_ns - ovr_end_now_ns());
			say_so_far(fake);
			return false;
		}
		if (fake->fault == SENDS_NO_JSON)
			cr_assert_eq(write(fake->fd, "{]\n", 3), 3);
		if (fake->fault == TELLS_AT_ONCE)
			say_so_far(fake);
		if (fake->fault == LOST_ITS_END || fake->fault == DIES_AT_ONCE) {
			lose_end(fake);
			return false;
		}
		if (fake->fault == TELLS_NO_SENT) {
			say_half(fake);
			break;
		}
		if (fake->fault == IS_LATE) {
			say_error(fake, "the trial was to start 5 ms ago", false);
			break;
		}
		if (fake->role == OVR_MESSAGE_TX && fake->sent_each != 0)
			say_sent(fake);
		if (fake->role != OVR_MESSAGE_RX && fake->sent_each != 0)
			say_half(fake);
		break;
	case OVR_MESSAGE_SENT:
		fake->n_told = message->sent.of.n;
		for (size_t i = 0; i < fake->n_told && i < 16; i++)
			fake->told[i] = message->sent.of.count[i];
		say_half(fake);
		break;
	case OVR_MESSAGE_STOP:
		fake->was_stopped = true;
		fake->sent_each = 1;
		say_sent(fake);
		say_half(fake);
		break;
	case OVR_MESSAGE_ERROR:
		snprintf(fake->was_given_up, sizeof(fake->was_given_up), "%s", message->error.text);
		say_half(fake);
		break;
	case OVR_MESSAGE_CLOSE:
		if (fake->fault == CLOSES_LATE) {
			say_error(fake, "no trial was started", false);
			ovr_wait_ns(300000000);
		}
		fake->was_closed = true;
		plain.type = OVR_MESSAGE_CLOSED;
		plain.closed.notes.n = 0;
		say(fake, &plain);
		return false;
	default:
		break;
	}
	return true;
}

static void *
play(void *context)
{
	struct fake *fake = context;
	struct ovr_message message;
	bool lives = true;
	int status;

	while (lives && (status = ovr_channel_receive(fake->channel, 20000, &message, NULL)) == 0) {
		lives = answer(fake, &message);
		ovr_message_done(&message);
	}
	ovr_channel_close(fake->channel);
	return NULL;
}

static void
raise_ends(struct stage *stage, uint32_t n)
{
	uint64_t nonce = ovr_channel_draw_nonce();

	stage->conduct.end = stage->end;
	stage->conduct.n_ends = n;
	stage->conduct.stop = &stage->stop;
	for (uint32_t i = 0; i < n; i++) {
		int fd[2];

		cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd), 0);
		snprintf(stage->name[i], sizeof(stage->name[i]), "host %c", 'a' + (int)i);
		cr_assert_eq(ovr_channel_of_fd(fd[0], 0, stage->name[i], &stage->end[i].channel, NULL), 0);
		cr_assert_eq(ovr_channel_of_fd(fd[1], 0, "the caller", &stage->fake[i].channel, NULL), 0);
		ovr_channel_bind(stage->end[i].channel, nonce);
		stage->fake[i].fd = fd[1];
		stage->end[i].name = stage->name[i];
		stage->end[i].role = stage->fake[i].role;
		cr_assert_eq(pthread_create(&stage->fake[i].thread, NULL, play, &stage->fake[i]), 0);
	}
}

static void
drop_ends(struct stage *stage)
{
	ovr_conduct_close(&stage->conduct, 20000);
	for (uint32_t i = 0; i < stage->conduct.n_ends; i++) {
		ovr_channel_close(stage->end[i].channel);
		pthread_join(stage->fake[i].thread, NULL);
	}
	ovr_conduct_done(&stage->conduct);
}

static int
hello(struct stage *stage, struct ovr_err *err)
{
	static char plan[] = "rate: 10%\n";
	static char *plans[] = { plan };
	const struct ovr_message_texts texts[ENDS_MAX] = { { plans, 1 }, { plans, 1 }, { plans, 1 },
		{ plans, 1 } };

	return ovr_conduct_hello(&stage->conduct, texts, err);
}

static int
trial(struct stage *stage, struct ovr_err *err)
{
	int status = 0;

	ovr_conduct_begin(&stage->conduct);
	for (uint32_t i = 0; i < stage->conduct.n_ends && status == 0; i++)
		status = ovr_conduct_plan(&stage->conduct, i, "rate: 10%\n", 7, err);
	if (status == 0)
		status = ovr_conduct_prepared(&stage->conduct, 0, stage->conduct.n_ends, 20000, err);
	return status == 0 ? ovr_conduct_run(&stage->conduct, err) : status;
}

/* A receiver, and senders with streams of their own. */
static struct stage *
stage_of(uint32_t n_senders)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	stage->fake[0] = (struct fake){ .role = OVR_MESSAGE_RX };
	for (uint32_t i = 1; i <= n_senders; i++)
		stage->fake[i] =
			(struct fake){ .role = OVR_MESSAGE_TX, .n_streams = i, .sent_each = 100 * i };
	return stage;
}

Test(conduct, receivers_hear_what_every_sender_sent_in_the_order_of_the_streams)
{
	struct stage *stage = stage_of(3);
	const uint64_t sent[] = { 100, 200, 200, 300, 300, 300 };
	struct ovr_err err = { "" };

	raise_ends(stage, 4);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_str_eq(stage->conduct.fault, "");
	for (uint32_t i = 0; i < 4; i++) {
		cr_assert_not_null(stage->end[i].half);
		cr_assert_eq(stage->end[i].n_exchanges, OVR_CONDUCT_CLOCKS);
		cr_assert(stage->end[i].has_after);
	}
	cr_assert(stage->end[0].has_mac);
	cr_assert_eq(stage->end[0].mac[0], 0x52);
	cr_assert_eq(stage->end[0].mac[5], OVR_MESSAGE_RX);
	drop_ends(stage);
	cr_assert_eq(stage->fake[0].n_told, 6);
	cr_assert_eq(memcmp(stage->fake[0].told, sent, sizeof(sent)), 0);
	for (uint32_t i = 0; i < 4; i++)
		cr_assert(stage->fake[i].was_closed);
	free(stage);
}

Test(conduct, an_end_is_asked_for_an_interface_between_trials)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };
	struct ovr_interface interface;

	stage->fake[1].fault = TELLS_NONSENSE;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_conduct_interface(&stage->conduct, 0, "eth1", &interface, &err), 0, "%s", err.text);
	cr_expect_str_eq(interface.facts.name, "eth1");
	cr_assert_eq(interface.counters.n, 1);
	cr_expect_eq(interface.counters.counter[0].value, 42);
	ovr_interface_done(&interface);
	cr_assert_eq(ovr_conduct_interface(&stage->conduct, 1, "eth1", &interface, &err), -EINVAL);
	cr_expect_eq(strncmp(err.text, "host b: ", 8), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_eq(ovr_conduct_interface(&stage->conduct, 0, "eth2", &interface, &err), 0, "%s", err.text);
	cr_expect_str_eq(interface.facts.name, "eth2");
	ovr_interface_done(&interface);
	drop_ends(stage);
	free(stage);
}

Test(conduct, extended_statistics_are_asked_of_receivers)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	stage->conduct.wants_xstats = true;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	drop_ends(stage);
	cr_expect_eq(stage->fake[0].n_xstats, 1);
	cr_expect_eq(stage->fake[1].n_xstats, 0);
	free(stage);
}

Test(conduct, all_start_at_one_time_on_their_own_clocks)
{
	struct stage *stage = stage_of(2);
	struct ovr_err err = { "" };
	int64_t of_0, of_1, of_2;

	stage->fake[0].clock_ahead = 5000000000;
	stage->fake[1].clock_ahead = -3000000;
	raise_ends(stage, 3);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	of_0 = (int64_t)(stage->fake[0].epoch_ns - stage->conduct.epoch_ns) - stage->fake[0].clock_ahead;
	of_1 = (int64_t)(stage->fake[1].epoch_ns - stage->conduct.epoch_ns) - stage->fake[1].clock_ahead;
	of_2 = (int64_t)(stage->fake[2].epoch_ns - stage->conduct.epoch_ns);
	/* what the clocks may be apart is what they are off at most; the receiver is earlier */
	cr_assert_gt(stage->conduct.bound_ns, 0);
	cr_assert_lt(llabs(of_1), (long long)stage->conduct.bound_ns);
	cr_assert_lt(llabs(of_2), (long long)stage->conduct.bound_ns);
	cr_assert_leq(of_0, 0);
	cr_assert_leq(of_0, of_1);
	cr_assert_leq(of_0, of_2);
	drop_ends(stage);
	free(stage);
}

Test(conduct, one_session_has_many_trials)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
		cr_assert_not_null(stage->end[0].half);
	}
	drop_ends(stage);
	cr_assert_eq(stage->fake[0].n_plans, 3);
	cr_assert_eq(stage->fake[0].n_clocks, 3 * 2 * OVR_CONDUCT_CLOCKS);
	free(stage);
}

Test(conduct, each_receiver_hears_what_its_own_senders_sent)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct ovr_err err = { "" };

	stage->fake[0] = stage->fake[1] = (struct fake){ .role = OVR_MESSAGE_RX };
	stage->fake[2] = (struct fake){ .role = OVR_MESSAGE_TX, .n_streams = 1, .sent_each = 10 };
	stage->fake[3] = (struct fake){ .role = OVR_MESSAGE_TX, .n_streams = 2, .sent_each = 20 };
	raise_ends(stage, 4);
	stage->end[1].receiver = stage->end[3].receiver = 1;
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	drop_ends(stage);
	cr_assert_eq(stage->fake[0].n_told, 1);
	cr_assert_eq(stage->fake[0].told[0], 10);
	cr_assert_eq(stage->fake[1].n_told, 2);
	cr_assert_eq(stage->fake[1].told[1], 20);
	free(stage);
}

Test(conduct, both_ports_of_one_host_are_one_end)
{
	struct stage *stage = calloc(1, sizeof(*stage));
	struct ovr_err err = { "" };

	stage->fake[0] = (struct fake){ .role = OVR_MESSAGE_BOTH, .n_streams = 1, .sent_each = 10 };
	raise_ends(stage, 1);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_not_null(stage->end[0].half);
	drop_ends(stage);
	free(stage);
}

Test(conduct, an_end_that_sends_no_json_is_named_once)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	stage->fake[1].fault = SENDS_NO_JSON;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_eq(
		strncmp(stage->conduct.fault, "host b: message: no JSON", 24), 0, "%s", stage->conduct.fault);
	drop_ends(stage);
	free(stage);
}

Test(conduct, an_end_that_refused_is_closed_and_waited_for)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	stage->fake[0].fault = CLOSES_LATE;
	stage->fake[1].fault = REFUSES_PLAN;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), -EPIPE);
	ovr_conduct_close(&stage->conduct, 20000);
	cr_assert(stage->end[0].is_over && stage->end[1].is_over);
	cr_assert(stage->fake[0].was_closed && stage->fake[1].was_closed);
	drop_ends(stage);
	free(stage);
}

Test(conduct, a_receiver_that_cannot_be_told_what_was_sent_ends_the_trial, .timeout = 60)
{
	struct stage *stage = stage_of(2);
	struct ovr_err err = { "" };

	stage->fake[1].fault = TELLS_TOO_MUCH;
	raise_ends(stage, 3);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_str_eq(
		stage->conduct.fault, "host a: message sent: of found 65538 entries, accepted: 1 to 65536");
	drop_ends(stage);
	free(stage);
}

Test(conduct, an_end_that_dies_ends_the_trial_and_the_others_hand_over_their_halves)
{
	struct stage *stage = stage_of(2);
	struct ovr_err err = { "" };

	stage->fake[2].fault = DIES_IN_TRIAL;
	raise_ends(stage, 3);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	/* and not by its silence, which takes longer to tell */
	cr_assert_str_eq(
		stage->conduct.fault, "host c: host c is gone: its process has closed the connection");
	cr_assert_str_eq(stage->end[2].gone, stage->conduct.fault);
	cr_assert_null(stage->end[2].half);
	cr_assert_not_null(stage->end[0].half);
	cr_assert_not_null(stage->end[1].half);
	drop_ends(stage);
	cr_assert_str_eq(stage->fake[0].was_given_up, stage->conduct.fault);
	cr_assert_eq(stage->fake[0].n_told, 0, "the receiver was told what a lost sender sent");
	free(stage);
}

/* A trial of which an end is lost, though its agent is there. */
static void
trial_that_loses_the_end(struct stage *stage, uint32_t lost)
{
	struct ovr_err err = { "" };
	uint64_t begin_ns;

	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	begin_ns = ovr_end_now_ns();
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_lt(ovr_end_now_ns() - begin_ns, UINT64_C(4000000000));
	cr_assert_str_eq(stage->conduct.fault, stage->end[lost].gone);
	cr_assert_not_null(strstr(stage->conduct.fault, "the end process is lost: it was ended by signal 9"),
		"%s", stage->conduct.fault);
	drop_ends(stage);
	cr_assert_str_eq(stage->fake[1 - lost].was_given_up, stage->conduct.fault);
	cr_assert_eq(stage->fake[0].n_told, 0, "the receiver was told what was sent");
	free(stage);
}

Test(conduct, a_checkpoint_is_no_half_that_the_other_end_is_let_wait_for, .timeout = 30)
{
	for (uint32_t lost = 0; lost < 2; lost++) {
		struct stage *stage = stage_of(1);

		stage->fake[lost].fault = LOST_ITS_END;
		/* a sender that goes on */
		stage->fake[1].sent_each = 0;
		trial_that_loses_the_end(stage, lost);
	}
}

Test(conduct, an_end_that_dies_at_once_is_not_one_that_is_late, .timeout = 30)
{
	struct stage *stage = stage_of(1);

	stage->fake[0].fault = DIES_AT_ONCE;
	stage->fake[1].sent_each = 0;
	trial_that_loses_the_end(stage, 0);
}

Test(conduct, a_half_without_what_was_sent_ends_the_trial, .timeout = 30)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	stage->fake[1].fault = TELLS_NO_SENT;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_str_eq(stage->conduct.fault, "a sender told its half, and not what it sent");
	drop_ends(stage);
	cr_assert_str_eq(stage->fake[0].was_given_up, stage->conduct.fault);
	free(stage);
}

/* Stands for a caller that is stopped: it comes round again much later. */
static void
stand_still(void *context, const struct ovr_conduct_end *end, uint64_t elapsed_ns)
{
	const struct timespec pause = { .tv_sec = 2, .tv_nsec = 600000000 };

	(void)context;
	(void)end;
	(void)elapsed_ns;
	nanosleep(&pause, NULL);
}

Test(conduct, a_caller_that_stood_still_does_not_blame_an_end)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };
	double still_s;

	stage->fake[1].fault = DIES_IN_TRIAL;
	raise_ends(stage, 2);
	stage->conduct.so_far = stand_still;
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_eq(sscanf(stage->conduct.fault, "host b: this caller was stopped for %lf s", &still_s), 1,
		"%s", stage->conduct.fault);
	cr_assert_geq(still_s, 2.5);
	drop_ends(stage);
	free(stage);
}

/* As a signal handler does, once the trial has started. */
static void *
raise_flag(void *context)
{
	struct stage *stage = context;
	const struct timespec pause = { .tv_nsec = 800000000 };

	nanosleep(&pause, NULL);
	atomic_store(&stage->stop, true);
	return NULL;
}

Test(conduct, an_end_that_is_late_for_the_start_is_an_error_and_no_void_trial)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	stage->fake[0].fault = IS_LATE;
	stage->fake[1].sent_each = 0;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), -ETIME, "%s", err.text);
	cr_assert_str_eq(err.text, "host a: the trial was to start 5 ms ago");
	drop_ends(stage);
	free(stage);
}

Test(conduct, figures_of_a_receiver_are_not_of_frames_that_a_late_sender_sent)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };

	stage->fake[0].fault = TELLS_AT_ONCE;
	stage->fake[1].fault = IS_LATE;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), -ETIME, "%s", err.text);
	cr_assert_not_null(stage->end[0].so_far);
	drop_ends(stage);
	free(stage);
}

static void
keep_longest(void *context, const struct ovr_conduct_end *end, uint64_t elapsed_ns)
{
	uint64_t *longest_ns = context;

	(void)end;
	*longest_ns = elapsed_ns > *longest_ns ? elapsed_ns : *longest_ns;
}

/* A receiver begins earlier, by what the clocks may be apart, and may tell something by then. */
Test(conduct, figures_of_before_time_zero_are_not_shown)
{
	struct stage *stage = stage_of(1);
	uint64_t longest_ns = 0;
	struct ovr_err err = { "" };

	stage->fake[0].fault = TELLS_AT_ONCE;
	raise_ends(stage, 2);
	stage->conduct.so_far = keep_longest;
	stage->conduct.context = &longest_ns;
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	cr_assert_not_null(stage->end[0].so_far);
	cr_assert_lt(longest_ns, UINT64_C(3600000000000), "%" PRIu64, longest_ns);
	drop_ends(stage);
	free(stage);
}

Test(conduct, a_signal_stops_senders_and_the_books_are_closed)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };
	pthread_t thread;

	/* it sends until it is stopped */
	stage->fake[1].sent_each = 0;
	raise_ends(stage, 2);
	cr_assert_eq(hello(stage, &err), 0, "%s", err.text);
	cr_assert_eq(pthread_create(&thread, NULL, raise_flag, stage), 0);
	cr_assert_eq(trial(stage, &err), 0, "%s", err.text);
	pthread_join(thread, NULL);
	cr_assert(stage->conduct.was_stopped);
	cr_assert_str_eq(stage->conduct.fault, "");
	cr_assert_not_null(stage->end[0].half);
	drop_ends(stage);
	cr_assert(stage->fake[1].was_stopped);
	cr_assert_eq(stage->fake[0].told[0], 1);
	free(stage);
}

/* What an end is refused, or refuses, before a trial starts. */
static void
check_refused(enum fault fault, const char *sentence)
{
	struct stage *stage = stage_of(1);
	struct ovr_err err = { "" };
	int status;

	stage->fake[0].fault = fault;
	raise_ends(stage, 2);
	status = hello(stage, &err);
	if (status == 0)
		status = trial(stage, &err);
	cr_assert_lt(status, 0);
	cr_assert_eq(strncmp(err.text, sentence, strlen(sentence)), 0, "%s", err.text);
	cr_assert_eq(stage->conduct.epoch_ns, 0, "it was started");
	drop_ends(stage);
	free(stage);
}

Test(conduct, what_goes_wrong_before_the_start_is_one_sentence)
{
	check_refused(OTHER_PROTOCOL, "host a: protocol: found 2 of overrun ");
	check_refused(IS_BUSY, "host a: busy with a trial of another caller");
	check_refused(REFUSES_PLAN, "host a: netdev:eth9: found no such interface");
	check_refused(SENDS_NO_CLOCK, "host a: found no answer to what time it is within 1 s");
}
