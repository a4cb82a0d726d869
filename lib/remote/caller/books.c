/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/books.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "caller/kept.h"
#include "caller/shared.h"
#include "halves/document.h"
#include "halves/hosts.h"
#include "plan/senders.h"
#include "report/half.h"

/* Name of this machine among the hosts of a result. */
#define HERE "localhost"

/*
 * A control path that takes ten times as long while frames pass, and more than a busy host delays
 * an answer by, is loaded by them.
 */
#define RTT_GREW_TIMES 10
#define RTT_GREW_NS    UINT64_C(100000000)

/* What an end handed over; where it did not, what it last told. */
struct told {
	struct ovr_half_document document;
	bool is_known;
};

/*
 * Why an end has no whole half, as a clause: without its name, which stands before it.
 * @param fault why there was no trial, of an end that is there
 */
static void
say_why(const struct ovr_conduct_end *end, const char *fault, const char *unreadable, char *why, size_t size)
{
	size_t n = strlen(end->name);
	const char *gone = end->gone;

	if (strncmp(gone, end->name, n) == 0 && gone[n] == ':')
		gone += n + 2;
	if (unreadable[0] != '\0')
		snprintf(why, size, "its half cannot be read: %.160s", unreadable);
	else
		snprintf(why, size, "%.190s",
			gone[0] != '\0'            ? gone
				: fault[0] != '\0' ? fault
						   : "it ended before it could report");
}

static void
read_half(const struct ovr_conduct_end *end, const char *fault, struct told *told, struct ovr_half_host *host)
{
	const json_t *half = end->half != NULL ? end->half : end->so_far;
	struct ovr_err err = { "" };

	told->is_known = half != NULL && ovr_half_read(half, &told->document, &err) == 0;
	if (told->is_known && (end->half == NULL || end->is_checkpoint))
		told->document.state = OVR_RESULT_HALF_CHECKPOINT;
	if (!told->is_known || told->document.state != OVR_RESULT_HALF_WHOLE)
		say_why(end, fault, err.text, host->why, sizeof(host->why));
	host->half = told->is_known ? &told->document : NULL;
}

/* What this process knows of an end: where it is, and what its clock shows. */
static void
describe(const struct ovr_conduct *conduct, uint32_t index, const struct ovr_end_place *place,
	const struct ovr_plan *plan, struct ovr_half_host *host)
{
	const struct ovr_conduct_end *end = &conduct->end[index];
	struct ovr_port_name port = place->role == OVR_MESSAGE_TX
		? ovr_plan_sender_at(&plan->ports, place->number)
		: ovr_plan_receiver_at(&plan->ports, place->number);
	struct ovr_offset_at at = { end->before.offset_ns, end->before.bound_ns };

	port = ovr_port_name_at_home(&port);
	memcpy(host->port, port.label, sizeof(host->port));
	snprintf(host->name, sizeof(host->name), "%.63s", place->host[0] != '\0' ? place->host : HERE);
	host->is_here = place->host[0] == '\0';
	host->is_sender = place->role != OVR_MESSAGE_RX;
	host->is_receiver = place->role != OVR_MESSAGE_TX;
	/* in the middle between both comparisons */
	host->clock_known = end->has_after &&
		ovr_offset_between(&end->before, &end->after,
			end->before.at_ns + (end->after.at_ns - end->before.at_ns) / 2, end->name, &at,
			NULL) == 0;
	host->clock_offset_ns = at.offset_ns;
	host->clock_bound_ns = at.bound_ns;
	host->early_ns = (int64_t)conduct->epoch_ns - ((int64_t)end->start_ns - at.offset_ns);
}

/* What the caller alone knows of the ends. */
static void
note_ends(const struct ovr_conduct *conduct, const struct ovr_ends *ends, struct ovr_result *result)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		const struct ovr_conduct_end *end = &conduct->end[i];

		/* an end of this machine has no network between */
		if (ends->place[i].host[0] != '\0' && end->rtt_during_ns > RTT_GREW_NS &&
			end->rtt_during_ns > RTT_GREW_TIMES * end->rtt_before_ns)
			ovr_result_note(result,
				"%s: a message took %.3g ms there and back while frames passed, before them "
				"at most "
				"%.3g ms: its control path was loaded too, or it was busy",
				end->name, (double)end->rtt_during_ns / 1e6,
				(double)end->rtt_before_ns / 1e6);
		if (end->has_after)
			continue;
		if (conduct->fault[0] == '\0' && conduct->n_ends > 1)
			ovr_result_note(result, "%s: its clock could not be compared again after the trial",
				end->name);
	}
}

/* Several agents of one machine may have given their ends the same CPUs. */
static void
note_shared_cpus(const struct ovr_conduct *conduct, struct ovr_result *result)
{
	struct ovr_shared_end end[OVR_ENDS_MAX];
	char text[OVR_RESULT_NOTE_BYTES];

	for (uint32_t i = 0; i < conduct->n_ends; i++)
		end[i] = (struct ovr_shared_end){ conduct->end[i].name, conduct->end[i].hello.hello.boot,
			conduct->end[i].cores };
	for (uint32_t i = 0; i < conduct->n_ends; i++)
		if (ovr_shared_print(text, sizeof(text), end, conduct->n_ends, i)[0] != '\0')
			ovr_result_note(result, "%s", text);
}

/* Each half that came, and what was last heard of those that did not. */
static void
keep_halves(const struct ovr_conduct *conduct, const struct ovr_ends *ends, const struct ovr_plan *plan,
	struct ovr_result *result)
{
	for (uint32_t i = 0; i < conduct->n_ends; i++) {
		const struct ovr_conduct_end *end = &conduct->end[i];
		const json_t *half = end->half != NULL ? end->half : end->so_far;
		char path[PATH_MAX];
		struct ovr_err err = { "" };

		if (half == NULL)
			ovr_result_note(result, "%s: nothing is known of its half", end->name);
		else if (ovr_caller_keep(plan, ends->place[i].host, half, path, &err) != 0)
			ovr_result_note(result, "%s: its half cannot be kept: %s", end->name, err.text);
		else
			ovr_result_note(result, "%s: %s is in %s", end->name,
				end->half != NULL && !end->is_checkpoint ? "its half"
									 : "what its half last told",
				path);
	}
}

/* Senders in the order of their streams, then the receivers, which come first among the ends. */
static uint32_t
list_hosts(const struct ovr_conduct *conduct, const struct ovr_ends *ends, const struct ovr_plan *plan,
	struct told *told, struct ovr_half_host *host)
{
	for (uint32_t i = 0; i < ends->n; i++) {
		uint32_t index = (i + ends->n_receivers) % ends->n;

		describe(conduct, index, &ends->place[index], plan, &host[i]);
		host[i].receiver = (ends->place[index].receiver + ends->n - ends->n_receivers) % ends->n;
		read_half(&conduct->end[index], conduct->fault, &told[index], &host[i]);
	}
	return ends->n;
}

static bool
is_whole(const struct ovr_half_host *host, uint32_t n_hosts)
{
	for (uint32_t i = 0; i < n_hosts; i++)
		if (host[i].why[0] != '\0')
			return false;
	return true;
}

int
ovr_caller_books_close(struct ovr_conduct *conduct, const struct ovr_ends *ends, const struct ovr_plan *plan,
	struct ovr_result *ret_result, struct ovr_err *err)
{
	struct told *told = calloc(ends->n, sizeof(*told));
	struct ovr_half_host *host = calloc(ends->n, sizeof(*host));
	struct ovr_result *result = calloc(1, sizeof(*result));
	uint32_t n_hosts;
	int status;

	if (told == NULL || host == NULL || result == NULL) {
		free(told);
		free(host);
		free(result);
		return ovr_err_set(err, -ENOMEM, "no memory for a result");
	}
	result->plan = *plan;
	result->warmup_ns = plan->trial.warmup_ns;
	n_hosts = list_hosts(conduct, ends, plan, told, host);
	result->environment = told[0].document.environment;
	if (conduct->was_stopped)
		for (uint32_t i = 0; i < ends->n; i++)
			told[i].document.halves.common.was_stopped = true;
	note_ends(conduct, ends, result);
	note_shared_cpus(conduct, result);
	if (conduct->fault[0] != '\0')
		keep_halves(conduct, ends, plan, result);
	status = ovr_half_hosts_join(host, n_hosts, result, err);
	/* a missing half is said by the join */
	if (status == 0 && conduct->fault[0] != '\0' && is_whole(host, n_hosts))
		ovr_ledger_void(&result->ledger, "%.300s", conduct->fault);
	for (uint32_t i = 0; i < ends->n; i++)
		ovr_half_document_done(&told[i].document);
	free(told);
	free(host);
	if (status == 0)
		*ret_result = *result;
	else
		ovr_result_done(result);
	free(result);
	return status;
}
