/* SPDX-License-Identifier: BSD-3-Clause */
#include "end/end.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpuset.h"
#include "end/answer.h"
#include "env/env.h"
#include "halves/document.h"
#include "nic/phc.h"
#include "plan/command.h"
#include "report/half.h"
#include "series/series.h"
#include "trial/trial.h"

#define HEARTBEAT_NS UINT64_C(1000000000)
/* Figures come about once a second; a beat without them comes only where they are late. */
#define FIGURES_NS   (HEARTBEAT_NS * 9 / 10)
#define LATE_BEAT_NS (HEARTBEAT_NS * 6 / 5)
#define WAIT_MS      50

/* A session. */
struct session {
	struct ovr_channel *channel;
	const atomic_bool *stop;
	struct ovr_series series;
	bool is_started; /* EAL */
	enum ovr_message_role role;
	/* said by the other side */
	bool is_closing, has_stopped;
	char gone[OVR_MESSAGE_SENTENCE_BYTES]; /* why it is gone; "": it is there */
	/* of the trial under way */
	enum ovr_message_state state;
	char given_up[OVR_MESSAGE_SENTENCE_BYTES]; /* why the other hosts gave it up; "": they did not */
	struct ovr_message plan;                   /* waits to be carried out, while has_plan */
	bool has_plan;
	bool has_start;
	uint64_t epoch_ns;
	struct ovr_message_counts sent_of; /* what the senders elsewhere have sent; NULL: they still do */
	atomic_bool is_over;               /* the engine's flag to stop */
	uint64_t beaten_ns;                /* the last heartbeat */
	uint64_t told_ns;                  /* the last one with figures */
};

static void
give_up(struct session *session, const char *why)
{
	if (session->gone[0] == '\0')
		snprintf(session->gone, sizeof(session->gone), "%s", why);
}

/* Send, and notice when nobody hears it. */
static int
say(struct session *session, const struct ovr_message *message, struct ovr_err *err)
{
	int status = ovr_channel_send(session->channel, message, err);

	if (status == -EPIPE)
		give_up(session, "the caller is gone");
	return status;
}

static int
say_error(struct session *session, const char *text, bool is_final, struct ovr_err *err)
{
	int status = ovr_end_error_send(session->channel, text, is_final, err);

	if (status == -EPIPE)
		give_up(session, "the caller is gone");
	return status;
}

/* @param so_far taken; NULL: there is nothing new to tell */
static void
beat(struct session *session, json_t *so_far)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HEARTBEAT };

	message.heartbeat.state = session->state;
	message.heartbeat.so_far = so_far;
	session->beaten_ns = ovr_end_now_ns();
	/* one that is too large for a heartbeat is left out of it */
	if (say(session, &message, NULL) == -EMSGSIZE) {
		message.heartbeat.so_far = NULL;
		say(session, &message, NULL);
	}
	json_decref(so_far);
}

static bool
is_beat_due(const struct session *session, uint64_t period_ns)
{
	return ovr_end_now_ns() - session->beaten_ns >= period_ns;
}

/* What the senders elsewhere have sent. */
static void
take_sent(struct session *session, struct ovr_message *message)
{
	free(session->sent_of.count);
	session->sent_of = message->sent.of;
	message->sent.of = (struct ovr_message_counts){ .n = 0 };
}

/* One message of the other side. What needs the engine waits until it is free. */
static void
take(struct session *session, struct ovr_message *message, uint64_t heard_ns)
{
	struct ovr_message hello;

	switch (message->type) {
	case OVR_MESSAGE_HELLO:
		ovr_end_hello_fill(&hello);
		say(session, &hello, NULL);
		break;
	case OVR_MESSAGE_CLOCK:
		if (ovr_end_clock_answer(session->channel, message, heard_ns, NULL) == -EPIPE)
			give_up(session, "the caller is gone");
		break;
	case OVR_MESSAGE_START:
		session->has_start = session->state == OVR_MESSAGE_IS_ARMED;
		session->epoch_ns = message->start.epoch_ns;
		break;
	case OVR_MESSAGE_SENT:
		take_sent(session, message);
		break;
	case OVR_MESSAGE_STOP:
		session->has_stopped = true;
		atomic_store(&session->is_over, true);
		break;
	case OVR_MESSAGE_CLOSE:
		session->is_closing = true;
		give_up(session, "the caller has closed the session");
		break;
	case OVR_MESSAGE_ERROR:
		snprintf(session->given_up, sizeof(session->given_up), "%s", message->error.text);
		break;
	case OVR_MESSAGE_EXPECT:
	case OVR_MESSAGE_PLAN:
		if (session->has_plan) {
			say_error(session, "plan: found one beside another, accepted: one after the other",
				true, NULL);
			give_up(session, "the caller sent one plan beside another");
			break;
		}
		session->plan = *message;
		session->has_plan = true;
		return; /* it is taken whole */
	default:
		say_error(session, "this message is for callers alone", true, NULL);
		give_up(session, "the caller sent what is for callers alone");
	}
	ovr_message_done(message);
}

/* Hear what there is; wait for the first of it. */
static void
hear(struct session *session, int timeout_ms)
{
	struct ovr_message message;
	struct ovr_err err;
	int status = ovr_channel_receive(session->channel, timeout_ms, &message, &err);

	while (status == 0) {
		take(session, &message, ovr_end_now_ns());
		status = ovr_channel_receive(session->channel, 0, &message, &err);
	}
	if (status == -EBADMSG)
		say_error(session, err.text, false, NULL);
	else if (status != -EAGAIN && status != -EINTR)
		give_up(session, err.text);
	if (atomic_load(session->stop))
		atomic_store(&session->is_over, true);
}

static bool
is_gone(const struct session *session)
{
	return session->gone[0] != '\0' || atomic_load(session->stop);
}

/* @return why nobody elsewhere goes on with the trial; NULL: they do */
static const char *
lost_by(const struct session *session)
{
	if (session->gone[0] != '\0')
		return session->gone;
	return session->given_up[0] != '\0' ? session->given_up : NULL;
}

/* "02:00:00:00:00:01" */
static void
print_mac(char *text, size_t size, const uint8_t mac[6])
{
	snprintf(text, size, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
}

static int
say_prepared(
	struct session *session, const char *name, const struct ovr_trial_port *port, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_PREPARED };

	snprintf(message.prepared.port, sizeof(message.prepared.port), "%s", name);
	if (port->has_mac)
		print_mac(message.prepared.mac, sizeof(message.prepared.mac), port->mac);
	message.prepared.line_bps = port->line_bps;
	message.prepared.rings = port->ring;
	message.prepared.queues = port->n_queues;
	return say(session, &message, err);
}

/* The trial under way. */
struct running {
	struct session *session;
	const struct ovr_plan *plan;
	/* its half so far; halves are lent while it is written */
	struct ovr_half_document *document;
};

static int
armed(void *context, const struct ovr_trial_ready *ready, uint64_t *ret_epoch_ns, struct ovr_err *err)
{
	struct running *running = context;
	struct session *session = running->session;
	struct ovr_message message = { .type = OVR_MESSAGE_ARMED };
	int status = 0;

	running->document->environment = *ready->environment;
	/* of a host with both ends each port is told */
	if (ready->receives)
		status = say_prepared(session, running->plan->ports.rx.label, &ready->rx, err);
	if (status == 0 && ready->sends)
		status = say_prepared(session, running->plan->ports.tx.label, &ready->tx, err);
	session->state = OVR_MESSAGE_IS_ARMED;
	if (status == 0)
		status = say(session, &message, err);
	while (status == 0 && !session->has_start && lost_by(session) == NULL &&
		!atomic_load(&session->is_over)) {
		hear(session, WAIT_MS);
		if (is_beat_due(session, HEARTBEAT_NS))
			beat(session, NULL);
	}
	if (status != 0 && status != -EPIPE)
		return status;
	if (!session->has_start)
		return ovr_err_set(err, -ECANCELED, "no trial was started: %s",
			lost_by(session) != NULL       ? lost_by(session)
				: session->has_stopped ? "it was stopped by the caller"
						       : "a signal came");
	session->state = OVR_MESSAGE_RUNNING;
	*ret_epoch_ns = session->epoch_ns;
	return 0;
}

static const char *
lost(void *context)
{
	struct running *running = context;
	struct session *session = running->session;

	hear(session, 0);
	if (is_beat_due(session, LATE_BEAT_NS))
		beat(session, NULL);
	return lost_by(session);
}

static const uint64_t *
sent_of(void *context, uint32_t *ret_n_streams)
{
	struct running *running = context;
	struct session *session = running->session;

	hear(session, 0);
	if (session->sent_of.count == NULL)
		return NULL;
	if (session->sent_of.n != ovr_plan_streams_own(&running->plan->frames)) {
		give_up(session, "the caller told another number of streams than the plan has");
		return NULL;
	}
	session->state = OVR_MESSAGE_DRAINING;
	*ret_n_streams = ovr_plan_streams_own(&running->plan->frames);
	return session->sent_of.count;
}

static void
sent(void *context, const uint64_t *sent_of_stream, uint32_t n_streams)
{
	struct running *running = context;
	struct session *session = running->session;
	struct ovr_message message = { .type = OVR_MESSAGE_SENT };

	session->state = OVR_MESSAGE_DRAINING;
	/* written, and not kept: it stays the engine's */
	message.sent.of.count = (uint64_t *)(uintptr_t)sent_of_stream;
	message.sent.of.n = n_streams;
	say(session, &message, NULL);
}

static void
so_far(void *context, const struct ovr_halves *halves)
{
	struct running *running = context;
	struct ovr_half_document *document = running->document;
	uint64_t now_ns = ovr_end_now_ns();

	/* intervals may be shorter */
	if (now_ns - running->session->told_ns < FIGURES_NS)
		return;
	running->session->told_ns = now_ns;
	document->halves = *halves;
	document->until_ns = now_ns > running->session->epoch_ns ? now_ns - running->session->epoch_ns : 0;
	beat(running->session, ovr_half_json(document));
}

/* Hand the half over. */
static int
report(struct session *session, const struct ovr_half_document *document, struct ovr_err *err)
{
	struct ovr_message message = { .type = OVR_MESSAGE_HALF };
	int status;

	session->state = OVR_MESSAGE_REPORTING;
	message.half.half = ovr_half_json(document);
	if (message.half.half == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the half of a result");
	status = say(session, &message, err);
	json_decref(message.half.half);
	return status;
}

/*
 * Whether the clock of a NIC follows another one. Latency does not go by it, but whoever keeps the
 * clocks of both hosts together that way wants to know.
 */
static void
note_clock(struct ovr_half_common *common, const struct ovr_port_name *port)
{
	char text[OVR_NIC_PHC_TEXT_BYTES];
	struct ovr_nic_phc phc;

	if (port->kind == OVR_PORT_NETDEV && ovr_nic_phc_read(port->details, &phc, NULL) == 0 &&
		phc.index >= 0)
		ovr_half_note(common, "%s", ovr_nic_phc_print(text, port->details, &phc));
}

static int
read_plan(const char *text, struct ovr_plan *ret_plan, struct ovr_err *err)
{
	int status;

	ovr_plan_default_for(OVR_PLAN_HALF, ret_plan);
	status = ovr_plan_load_text(ret_plan, "plan", text, strlen(text), err);
	return status != 0 ? status : ovr_plan_freeze(ret_plan, err);
}

/* One trial. */
static int
run_trial(struct session *session, const struct ovr_plan *plan, bool wants_xstats,
	struct ovr_half_document *document, struct ovr_halves *halves, struct ovr_result *base,
	struct ovr_err *err)
{
	struct running running = { session, plan, document };
	struct ovr_trial_far far = { &running, armed, sent_of, sent, lost, so_far };
	struct ovr_trial_hooks hooks = {
		.stop = &session->is_over, .far = &far, .wants_xstats = wants_xstats
	};
	struct ovr_cpu_map cpu_map;
	int status;

	session->has_start = false;
	session->given_up[0] = '\0';
	free(session->sent_of.count);
	session->sent_of = (struct ovr_message_counts){ .n = 0 };
	session->state = OVR_MESSAGE_IS_PREPARED;
	status = ovr_cpu_map_choose(&plan->ports, &plan->host.cores, &session->series.host, &cpu_map, err);
	if (status == 0)
		status = ovr_trial_run_half_in(
			&session->series.session, plan, &cpu_map, &hooks, halves, base, err);
	if (status != 0)
		return status;
	ovr_half_document_fill(document, halves, base);
	note_clock(&document->halves.common, &plan->ports.tx);
	note_clock(&document->halves.common, &plan->ports.rx);
	status = report(session, document, err);
	ovr_half_document_done(document);
	ovr_result_done(base);
	return status;
}

/* The memory of one trial: its figures are too large for a stack. */
static int
run_plan(struct session *session, const struct ovr_plan *plan, bool wants_xstats, struct ovr_err *err)
{
	struct ovr_half_document *document = calloc(1, sizeof(*document));
	struct ovr_halves *halves = calloc(1, sizeof(*halves));
	struct ovr_result *base = calloc(1, sizeof(*base));
	int status;

	if (document == NULL || halves == NULL || base == NULL) {
		status = ovr_err_set(err, -ENOMEM, "no memory for the half of a result");
	} else {
		document->trial_id = plan->trial.id;
		document->state = OVR_RESULT_HALF_CHECKPOINT;
		document->stream_first = plan->frames.stream_first;
		document->has_sender = session->role != OVR_MESSAGE_RX;
		document->has_receiver = session->role != OVR_MESSAGE_TX;
		status = run_trial(session, plan, wants_xstats, document, halves, base, err);
	}
	free(document);
	free(halves);
	free(base);
	return status;
}

static enum ovr_message_role
role_of(const struct ovr_plan *plan)
{
	if (ovr_plan_is_whole(&plan->ports))
		return OVR_MESSAGE_BOTH;
	return plan->ports.tx.kind == OVR_PORT_ELSEWHERE ? OVR_MESSAGE_RX : OVR_MESSAGE_TX;
}

static int
check_role(const struct session *session, const struct ovr_plan *plan, struct ovr_err *err)
{
	static const char *const does[] = { "sends", "receives", "sends and receives" };

	if (role_of(plan) == session->role)
		return 0;
	return ovr_err_set(err, -EINVAL, "plan: found tx %.48s and rx %.48s for a host that %s",
		plan->ports.tx.label, plan->ports.rx.label, does[session->role]);
}

/* EAL for all of these plans. The workers are born with signals blocked. */
static int
start(struct session *session, const struct ovr_message_texts *plans, struct ovr_env_conf *env,
	struct ovr_err *err)
{
	struct ovr_plan *plan = calloc(1, sizeof(*plan));
	sigset_t all, before;
	int status = 0;

	if (plan == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a plan");
	for (size_t i = 0; i < plans->n && status == 0; i++) {
		status = read_plan(plans->text[i], plan, err);
		if (status == 0)
			status = check_role(session, plan, err);
		if (status == 0)
			status = ovr_series_expect(&session->series, plan, env, err);
	}
	free(plan);
	if (status != 0)
		return status;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = ovr_env_start(env, err);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return status;
}

/* Several workers may stand on one CPU. */
static void
add_cpu(struct ovr_cpuset *cpus, uint16_t cpu)
{
	for (uint16_t i = 0; i < cpus->n_cpus; i++)
		if (cpus->cpu[i] == cpu)
			return;
	if (cpus->n_cpus < OVR_CPUSET_MAX)
		cpus->cpu[cpus->n_cpus++] = cpu;
}

static int
expect(struct session *session, const struct ovr_message *message, struct ovr_err *err)
{
	struct ovr_message answer = { .type = OVR_MESSAGE_EXPECTED };
	struct ovr_env_conf env = { .n_workers = 0 };
	struct ovr_cpuset cpus = { .n_cpus = 0 };
	int status;

	if (session->is_started)
		return ovr_err_set(err, -EALREADY, "expect: found a second one, accepted: one in a session");
	session->role = message->expect.role;
	status = start(session, &message->expect.plans, &env, err);
	if (status != 0)
		return status;
	session->is_started = true;
	for (uint16_t i = 0; i < env.n_workers; i++)
		add_cpu(&cpus, env.cpu[i]);
	ovr_cpuset_print(answer.expected.cores, sizeof(answer.expected.cores), &cpus);
	snprintf(answer.expected.dpdk, sizeof(answer.expected.dpdk), "%s", ovr_env_dpdk_version());
	return say(session, &answer, err);
}

static int
carry_out(struct session *session, const struct ovr_message *message, struct ovr_err *err)
{
	struct ovr_plan *plan;
	int status;

	if (message->type == OVR_MESSAGE_EXPECT)
		return expect(session, message, err);
	if (!session->is_started)
		return ovr_err_set(err, -EINVAL, "plan: found before expect, accepted: after it");
	if (session->has_stopped)
		return ovr_err_set(err, -ECANCELED, "plan: found after stop, accepted: close");
	plan = calloc(1, sizeof(*plan));
	if (plan == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for a plan");
	status = read_plan(message->plan.plan, plan, err);
	if (status == 0)
		status = check_role(session, plan, err);
	if (status == 0)
		status = run_plan(session, plan, message->plan.xstats, err);
	free(plan);
	return status;
}

/* What waits to be carried out. Without EAL there is nothing to go on with. */
static void
carry_out_next(struct session *session)
{
	struct ovr_message message = session->plan;
	struct ovr_err err = { "" };
	int status;

	session->has_plan = false;
	status = carry_out(session, &message, &err);
	if (status != 0)
		say_error(session, err.text, !session->is_started, NULL);
	if (status != 0 && !session->is_started)
		give_up(session, err.text);
	session->state = OVR_MESSAGE_IDLE;
	ovr_message_done(&message);
}

/* Close ports, and say what could not be undone. */
static void
conclude(struct session *session)
{
	struct ovr_message message = { .type = OVR_MESSAGE_CLOSED };
	struct ovr_err undone;
	char *note = undone.text;

	if (ovr_series_close(&session->series, &undone) != 0)
		message.closed.notes = (struct ovr_message_texts){ &note, 1 };
	ovr_env_stop();
	if (session->is_closing)
		ovr_channel_send(session->channel, &message, NULL);
}

int
ovr_end_serve(struct ovr_channel *channel, const atomic_bool *stop, struct ovr_err *err)
{
	struct session session = { .channel = channel, .stop = stop };
	int status = 0;

	ovr_series_begin(&session.series, NULL);
	while (!is_gone(&session)) {
		hear(&session, WAIT_MS);
		if (session.has_plan && !is_gone(&session))
			carry_out_next(&session);
		else if (ovr_channel_nonce(channel) != 0 && is_beat_due(&session, HEARTBEAT_NS))
			beat(&session, NULL);
	}
	conclude(&session);
	if (session.has_plan)
		ovr_message_done(&session.plan);
	free(session.sent_of.count);
	if (!session.is_closing)
		status = session.gone[0] != '\0' ? ovr_err_set(err, -EPIPE, "%s", session.gone)
						 : ovr_err_set(err, -EINTR, "a signal came");
	return status;
}
