/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/caller.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "caller/books.h"
#include "caller/conduct.h"
#include "caller/ends.h"
#include "caller/so_far.h"
#include "link/spare.h"
#include "plan/half.h"
#include "plan/senders.h"
#include "report/half.h"

/* A port opens: its link, what stands between links, a pool of memory, a warm-up. */
#define PREPARE_MS  30000
#define CLOSE_MS    5000
#define NS_PER_MS   UINT64_C(1000000)
#define PLANS_FIRST 8
/* A trial whose start was too early is tried so often, each time so much later. */
#define ATTEMPTS     3
#define MORE_LEAD_NS UINT64_C(1500000000)

/* Plans that one end may be given. */
struct expected {
	char **text;
	size_t n, capacity;
};

struct ovr_caller {
	struct ovr_plan_ports ports; /* of the command; trials have these hosts */
	struct ovr_ends ends;
	struct expected expected[OVR_ENDS_MAX];
	struct ovr_conduct_end end[OVR_ENDS_MAX];
	struct ovr_conduct conduct;
	bool is_open;           /* a session */
	struct ovr_spare spare; /* CPUs that the workers of an end of this machine leave */
	struct ovr_series_runner runner;
	/* of the trial under way */
	struct ovr_caller_so_far so_far;
};

static enum ovr_plan_end
plan_end(enum ovr_message_role role)
{
	switch (role) {
	case OVR_MESSAGE_TX:
		return OVR_PLAN_END_TX;
	case OVR_MESSAGE_RX:
		return OVR_PLAN_END_RX;
	case OVR_MESSAGE_BOTH:
		break;
	}
	return OVR_PLAN_END_BOTH;
}

static int
add_text(struct expected *expected, char *text, struct ovr_err *err)
{
	size_t capacity = expected->capacity == 0 ? PLANS_FIRST : 2 * expected->capacity;
	char **grown;

	for (size_t i = 0; i < expected->n; i++)
		if (strcmp(expected->text[i], text) == 0) {
			free(text);
			return 0;
		}
	if (expected->n == expected->capacity) {
		grown = realloc(expected->text, capacity * sizeof(*grown));
		if (grown == NULL) {
			free(text);
			return ovr_err_set(err, -ENOMEM, "no memory for %zu plans", capacity);
		}
		expected->text = grown;
		expected->capacity = capacity;
	}
	expected->text[expected->n++] = text;
	return 0;
}

/* The half of one end, as text. */
static int
print_half(const struct ovr_caller *caller, uint32_t index, const struct ovr_plan *plan, const uint8_t *mac,
	char **ret_text, struct ovr_err *err)
{
	const struct ovr_end_place *place = &caller->ends.place[index];
	struct ovr_plan half;
	int status = ovr_plan_half(plan, plan_end(place->role), place->number, mac, &half, err);
	char *text = status == 0 ? ovr_plan_print(&half) : NULL;

	if (status == 0 && text == NULL)
		status = ovr_err_set(err, -ENOMEM, "no memory to print a plan");
	if (status == 0)
		*ret_text = text;
	return status;
}

/* The ends of a session are those of its machines, whichever ports these open. */
static int
check_hosts(const struct ovr_caller *caller, const struct ovr_plan *plan, struct ovr_err *err)
{
	if (strcmp(plan->ports.tx.host, caller->ports.tx.host) == 0 &&
		strcmp(plan->ports.rx.host, caller->ports.rx.host) == 0 &&
		strcmp(plan->ports.more_tx.text, caller->ports.more_tx.text) == 0 &&
		strcmp(plan->ports.more_rx.text, caller->ports.more_rx.text) == 0)
		return 0;
	return ovr_err_set(err, -EINVAL,
		"tx %.48s and rx %.48s: found other hosts in a session with %.48s and %.48s, accepted: the "
		"same ones in all trials",
		plan->ports.tx.label, plan->ports.rx.label, caller->ports.tx.label, caller->ports.rx.label);
}

/* None of the workers is in this process: EAL has nothing to start for. */
static int
expect(void *context, const struct ovr_plan *plan, struct ovr_env_conf *env, struct ovr_err *err)
{
	struct ovr_caller *caller = context;
	int status = check_hosts(caller, plan, err);

	(void)env;
	for (uint32_t i = 0; i < caller->ends.n && status == 0; i++) {
		char *text;

		status = print_half(caller, i, plan, NULL, &text, err);
		if (status == 0)
			status = add_text(&caller->expected[i], text, err);
	}
	return status;
}

/* At most one for each queue, and at least one at each end. */
static int
workers(void *context, const struct ovr_plan *plan, struct ovr_series_workers *ret_workers,
	struct ovr_err *err)
{
	const struct ovr_plan_cores *cores = &plan->host.cores;
	uint16_t n_tx_named = cores->tx.n_cpus, n_rx_named = cores->rx.n_cpus;

	(void)context;
	(void)err;
	*ret_workers = (struct ovr_series_workers){
		.n_tx_most = n_tx_named != 0 ? n_tx_named : plan->ports.txq,
		.n_least = (uint16_t)((n_tx_named != 0 ? n_tx_named : 1) +
			(n_rx_named != 0 ? n_rx_named : 1) + (cores->wire.n_cpus != 0)),
	};
	return 0;
}

static void
on_so_far(void *context, const struct ovr_conduct_end *end, uint64_t elapsed_ns)
{
	struct ovr_caller *caller = context;
	struct ovr_half_document told;

	if (ovr_half_read(end->so_far, &told, NULL) != 0)
		return;
	ovr_caller_so_far_take(&caller->so_far, (uint32_t)(end - caller->end), &told, elapsed_ns);
	ovr_half_document_done(&told);
}

static void
end_session(struct ovr_caller *caller)
{
	if (!caller->is_open)
		return;
	caller->is_open = false;
	ovr_spare_end(&caller->spare);
	ovr_conduct_done(&caller->conduct);
	memset(caller->end, 0, sizeof(caller->end));
}

/* Threads of this process stay off the CPUs of the workers of an end of this machine. */
static void
leave_cores(struct ovr_caller *caller)
{
	struct ovr_cpuset workers;

	for (uint32_t i = 0; i < caller->ends.n; i++)
		if (caller->ends.place[i].host[0] == '\0' && caller->end[i].cores[0] != '\0' &&
			ovr_cpuset_parse("cores", caller->end[i].cores, &workers, NULL) == 0)
			ovr_spare_take(&caller->spare, &workers);
}

/* Every end is reached, and knows which plans may come. */
static int
open_session(struct ovr_caller *caller, const atomic_bool *stop, struct ovr_err *err)
{
	struct ovr_message_texts plans[OVR_ENDS_MAX];
	int status;

	caller->conduct.stop = stop;
	if (caller->is_open)
		return 0;
	status = ovr_ends_reach(&caller->ends, caller->ports.hosts, err);
	if (status != 0)
		return status;
	for (uint32_t i = 0; i < caller->ends.n; i++) {
		caller->end[i] = (struct ovr_conduct_end){ .channel = caller->ends.place[i].channel,
			.role = caller->ends.place[i].role,
			.receiver = caller->ends.place[i].receiver,
			.name = caller->ends.place[i].name };
		plans[i] = (struct ovr_message_texts){ caller->expected[i].text, caller->expected[i].n };
	}
	caller->conduct = (struct ovr_conduct){ .end = caller->end,
		.n_ends = caller->ends.n,
		.stop = stop,
		.so_far = on_so_far,
		.context = caller };
	caller->is_open = true;
	status = ovr_conduct_hello(&caller->conduct, plans, err);
	if (status == 0)
		leave_cores(caller);
	return status;
}

/* The session is over, whatever state its ends are in. */
static bool
leave(struct ovr_caller *caller)
{
	if (caller->is_open)
		ovr_conduct_close(&caller->conduct, CLOSE_MS);
	end_session(caller);
	return ovr_ends_leave(&caller->ends);
}

static uint32_t
draw_trial_id(void)
{
	uint32_t id = 0;

	while (id == 0)
		if (getrandom(&id, sizeof(id), 0) != sizeof(id))
			id = (uint32_t)ovr_channel_draw_nonce();
	return id;
}

/*
 * Receivers first: their addresses go into the plans of the senders, which prepare at the same
 * time.
 */
static int
prepare(struct ovr_caller *caller, const struct ovr_plan *plan, struct ovr_err *err)
{
	uint64_t timeout_ms = PREPARE_MS +
		(plan->ports.link_timeout_ns + plan->ports.link_settle_ns + plan->trial.warmup_ns) /
			NS_PER_MS;
	int status = 0;

	for (uint32_t i = 0; i < caller->ends.n && status == 0; i++) {
		const struct ovr_conduct_end *receiver = &caller->end[caller->ends.place[i].receiver];
		bool knows_mac = receiver != &caller->end[i] && receiver->has_mac;
		char *text;

		status = print_half(caller, i, plan, knows_mac ? receiver->mac : NULL, &text, err);
		if (status != 0)
			break;
		status = ovr_conduct_plan(&caller->conduct, i, text, plan->trial.id, err);
		free(text);
		if (status == 0 && i + 1 == caller->ends.n_receivers)
			status = ovr_conduct_prepared(&caller->conduct, 0, i + 1, timeout_ms, err);
	}
	if (status == 0)
		status = ovr_conduct_prepared(&caller->conduct, 0, caller->ends.n, timeout_ms, err);
	return status;
}

/* A signal came before the start: a trial without a frame, so that those before it count. */
static int
close_unstarted(struct ovr_caller *caller, const struct ovr_plan *plan, struct ovr_result *ret_result,
	struct ovr_err *err)
{
	snprintf(caller->conduct.fault, sizeof(caller->conduct.fault), "%s", err->text);
	return ovr_caller_books_close(&caller->conduct, &caller->ends, plan, ret_result, err);
}

/* One trial, in the session that is open or in a new one. */
static int
attempt(struct ovr_caller *caller, const struct ovr_plan *plan, const struct ovr_trial_hooks *hooks,
	uint64_t more_lead_ns, struct ovr_result *ret_result, struct ovr_err *err)
{
	int status = open_session(caller, hooks->stop, err);

	if (status == 0) {
		caller->conduct.more_lead_ns = more_lead_ns;
		caller->conduct.wants_xstats = hooks->wants_xstats;
		caller->so_far = (struct ovr_caller_so_far){ .hooks = hooks, .total_ns = plan->load.time_ns };
		ovr_conduct_begin(&caller->conduct);
		status = prepare(caller, plan, err);
	}
	if (status == 0)
		status = ovr_conduct_run(&caller->conduct, err);
	if (status == 0)
		status = ovr_caller_books_close(&caller->conduct, &caller->ends, plan, ret_result, err);
	else if (status == -EINTR && caller->is_open)
		status = close_unstarted(caller, plan, ret_result, err);
	if (status == 0)
		ovr_caller_so_far_end(&caller->so_far, ret_result);
	/* an end that is lost stays lost: the next trial has a new session */
	if (status != 0 || caller->conduct.fault[0] != '\0')
		leave(caller);
	return status;
}

static int
trial(void *context, const struct ovr_plan *plan, const struct ovr_trial_hooks *hooks,
	struct ovr_result *ret_result, struct ovr_err *err)
{
	static const struct ovr_trial_hooks none = { .sample = NULL };
	struct ovr_caller *caller = context;
	struct ovr_plan drawn = *plan;
	uint64_t more_lead_ns = 0;
	int status = check_hosts(caller, plan, err);

	if (status != 0)
		return status;
	/* as far as is known nothing was sent where a host was too busy to be ready by the start */
	do {
		if (plan->trial.id == 0)
			drawn.trial.id = draw_trial_id();
		status = attempt(
			caller, &drawn, hooks != NULL ? hooks : &none, more_lead_ns, ret_result, err);
		more_lead_ns += MORE_LEAD_NS;
	} while (status == -ETIME && more_lead_ns <= ATTEMPTS * MORE_LEAD_NS);
	return status;
}

/* Of the end that has the port; an end of this host needs not be asked. */
static int
read_counters(void *context, const struct ovr_port_name *port, const atomic_bool *stop,
	struct ovr_nic_counters *counters, struct ovr_err *err)
{
	struct ovr_caller *caller = context;
	struct ovr_interface interface;
	uint32_t end = 0;
	int status;

	if (port->host[0] == '\0')
		return ovr_nic_counters_read(port->details, counters, err);
	while (end < caller->ends.n && strcmp(caller->ends.place[end].host, port->host) != 0)
		end++;
	if (end == caller->ends.n)
		return ovr_err_set(err, -EINVAL, "%s: found no end on its host", port->label);
	status = open_session(caller, stop, err);
	if (status == 0)
		status = ovr_conduct_interface(&caller->conduct, end, port->details, &interface, err);
	if (status != 0) {
		leave(caller);
		return status;
	}
	ovr_nic_counters_done(counters);
	*counters = interface.counters;
	return 0;
}

static int
close_ports(void *context, struct ovr_err *err)
{
	if (leave(context))
		return 0;
	return ovr_err_set(err, -ETIMEDOUT,
		"an end of this host did not end by itself and was killed; what it changed is put back by "
		"the "
		"next overrun here");
}

int
ovr_caller_open(const struct ovr_plan *plan, struct ovr_caller **ret_caller, struct ovr_err *err)
{
	struct ovr_caller *caller = calloc(1, sizeof(*caller));
	int status;

	if (caller == NULL)
		return ovr_err_set(err, -ENOMEM, "no memory for the ends of a trial");
	caller->ports = plan->ports;
	caller->runner = (struct ovr_series_runner){ .context = caller,
		.expect = expect,
		.workers = workers,
		.trial = trial,
		.counters = read_counters,
		.close = close_ports };
	status = ovr_ends_of(&plan->ports, &caller->ends, err);
	if (status != 0) {
		free(caller);
		return status;
	}
	*ret_caller = caller;
	return 0;
}

const struct ovr_series_runner *
ovr_caller_runner(struct ovr_caller *caller)
{
	return &caller->runner;
}

void
ovr_caller_close(struct ovr_caller *caller)
{
	if (caller == NULL)
		return;
	leave(caller);
	for (uint32_t i = 0; i < OVR_ENDS_MAX; i++) {
		for (size_t j = 0; j < caller->expected[i].n; j++)
			free(caller->expected[i].text[j]);
		free(caller->expected[i].text);
	}
	free(caller);
}
