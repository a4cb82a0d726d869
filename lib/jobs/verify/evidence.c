/* SPDX-License-Identifier: BSD-3-Clause */
#include "verify/evidence.h"

#include <stdio.h>
#include <string.h>

#include "verify/lost.h"
#include "verify/repeats.h"

/*
 * Trials of one kind at most: void for another reason than counters, and with counters that claim
 * too much.
 */
#define SPOILT_ATTEMPTS    2
#define OVERDRAWN_ATTEMPTS 4
#define LOSSLESS_ATTEMPTS  4

/*
 * The port's queue that is that of the interface. Accounts and streams have the port's numbers, the
 * kernel its own: with netdev:eth0,queue=2 the port's first queue is the interface's third. @return
 * false: it is none of the port's
 */
static bool
to_port_queue(const struct ovr_plan_ports *ports, int32_t queue, int32_t *ret_queue)
{
	uint16_t first_queue = ports->rx.kind == OVR_PORT_NETDEV ? ports->rx.conf.netdev.first_queue : 0;

	*ret_queue = -1;
	if (queue < 0)
		return true;
	*ret_queue = queue - first_queue;
	return *ret_queue >= 0 && *ret_queue < ports->rxq;
}

/* The counter of that name and place, made where it is new. NULL: there are too many */
static struct ovr_result_verify_counter *
counter_of(struct ovr_result_verify *verify, const char *name, const char *source, int32_t queue,
	const struct ovr_nic_meaning *meaning)
{
	struct ovr_result_verify_counter *counter;

	for (uint32_t i = 0; i < verify->n_counters; i++) {
		counter = &verify->counter[i];
		if (counter->queue == queue && strcmp(counter->counter, name) == 0 &&
			strcmp(counter->source, source) == 0)
			return counter;
	}
	if (verify->n_counters == OVR_RESULT_VERIFY_COUNTERS_MAX)
		return NULL;
	counter = &verify->counter[verify->n_counters++];
	*counter = (struct ovr_result_verify_counter){ .queue = queue, .meaning = *meaning };
	snprintf(counter->counter, sizeof(counter->counter), "%s", name);
	snprintf(counter->source, sizeof(counter->source), "%s", source);
	return counter;
}

/* Who counts, by the name that accounts and results have. */
static const char *
source_of(const struct ovr_nic_counters *interface, const struct ovr_nic_counter *counter)
{
	return counter->source == OVR_NIC_DRIVER ? interface->driver : ovr_nic_source_name(counter->source);
}

void
ovr_verify_take_interface(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface)
{
	snprintf(verify->driver, sizeof(verify->driver), "%s", interface->driver);
	for (uint32_t i = 0; i < interface->n; i++) {
		const struct ovr_nic_counter *from = &interface->counter[i];
		struct ovr_nic_meaning meaning = ovr_nic_meaning_of(interface, from);
		struct ovr_result_verify_counter *counter;
		int32_t port_queue;

		if (meaning.kind == OVR_NIC_KIND_TRAFFIC || !ovr_nic_name_tells_loss(from->name) ||
			strncmp(from->name, "tx", 2) == 0 ||
			(from->source != OVR_NIC_DRIVER && from->source != OVR_NIC_LINK) ||
			!to_port_queue(&verify->plan.ports, from->queue, &port_queue))
			continue;
		counter = counter_of(verify, from->name, source_of(interface, from), port_queue, &meaning);
		if (counter == NULL)
			continue;
		counter->is_kernels = true;
		counter->meaning = meaning;
	}
}

static void
note(struct ovr_result_verify_counter *counter, uint32_t index, uint64_t added, bool was_reset)
{
	if (counter == NULL)
		return;
	counter->trial[index].counted += added;
	counter->trial[index].was_reset |= was_reset;
}

/*
 * The ledger books a counter of a queue that the port does not have as one of the whole port: the
 * reading knows better.
 */
static bool
is_of_another_queue(const struct ovr_plan_ports *ports, const struct ovr_nic_counters *interface,
	const struct ovr_ledger_account *account)
{
	for (uint32_t i = 0; account->queue < 0 && i < interface->n; i++) {
		const struct ovr_nic_counter *counter = &interface->counter[i];
		int32_t port_queue;

		if (strcmp(counter->name, account->counter) == 0 &&
			strcmp(source_of(interface, counter), account->source) == 0 &&
			!to_port_queue(ports, counter->queue, &port_queue))
			return true;
	}
	return false;
}

/* The accounts after sending that are no remainder and no check of our own. */
static void
take_accounts(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface,
	const struct ovr_result *result, uint32_t index)
{
	for (uint32_t i = 0; i < result->ledger.n_accounts; i++) {
		const struct ovr_ledger_account *account = &result->ledger.account[i];
		struct ovr_nic_meaning meaning = { .kind = OVR_NIC_KIND_LOSS,
			.trust = OVR_NIC_TRUST_UNVERIFIED,
			.place = account->place,
			.remark = "" };
		struct ovr_result_verify_counter *counter;

		if (strcmp(account->port, result->plan.ports.rx.label) != 0 ||
			strcmp(account->source, "worker") == 0 ||
			ovr_ledger_account_side(account) != OVR_LEDGER_RECEIVER ||
			is_of_another_queue(&verify->plan.ports, interface, account))
			continue;
		counter = counter_of(verify, account->counter, account->source, account->queue, &meaning);
		if (counter != NULL)
			counter->is_account = true;
		note(counter, index, account->counted, false);
	}
}

/*
 * One that is not booked, or is: then its frames have been taken already, but not that it was
 * reset.
 */
static void
take_other(struct ovr_result_verify *verify, const struct ovr_result_counter *from, int32_t queue,
	uint32_t index)
{
	struct ovr_result_verify_counter *counter;

	if (strcmp(from->port, verify->plan.ports.rx.label) != 0 || strncmp(from->counter, "tx", 2) == 0)
		return;
	counter = counter_of(verify, from->counter, from->source, queue, &from->meaning);
	note(counter, index, counter != NULL && counter->is_account ? 0 : from->added, from->was_reset);
}

void
ovr_verify_take_trial(struct ovr_result_verify *verify, const struct ovr_nic_counters *interface,
	const struct ovr_result *result, uint32_t index)
{
	const struct ovr_ledger *ledger = &result->ledger;
	int32_t port_queue;

	/* a counter is judged by all that it says */
	verify->trial[index].summary.unexplained -= (int64_t)ledger->overdrawn;
	take_accounts(verify, interface, result, index);
	for (uint32_t i = 0; i < result->n_counters; i++)
		if (to_port_queue(&verify->plan.ports, result->counter[i].queue, &port_queue))
			take_other(verify, &result->counter[i], port_queue, index);
	/* a DPDK device numbers its queues as the port does */
	for (uint32_t i = 0; i < result->n_xstats; i++)
		take_other(verify, &result->xstat[i], result->xstat[i].queue, index);
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		struct ovr_result_verify_counter *counter = &verify->counter[i];

		counter->is_unknown[index] = !ovr_verify_lost(
			result, counter->queue, &counter->trial[index].lost);
		counter->trial[index].is_settled = verify->trial[index].is_settled;
		counter->trial[index].is_booked = counter->is_account && ledger->unexplained == 0 &&
			ledger->overdrawn == 0;
	}
	verify->n_trials = index + 1;
	if (ledger->spoilt_by == 0)
		return;
	verify->verdict = OVR_VERDICT_VOID;
	snprintf(verify->reason, sizeof(verify->reason), "trial %u (%s) is void: %s", index + 1,
		verify->trial[index].summary.label, ledger->reason[ledger->spoilt_by - 1]);
}

/* What the trials say of it in which it is known how much was lost where it counts. */
static struct ovr_nic_truth
truth_of(const struct ovr_result_verify *verify, const struct ovr_result_verify_counter *counter)
{
	struct ovr_nic_truth_trial known[OVR_RESULT_VERIFY_TRIALS];
	size_t n = 0;

	for (uint32_t t = 0; t < verify->n_trials && verify->verdict != OVR_VERDICT_VOID; t++)
		if (!counter->is_unknown[t])
			known[n++] = counter->trial[t];
	return ovr_nic_truth_of(known, n, counter->queue, &counter->meaning);
}

/* Where no counter has the losses: whether there were any. */
static void
say_untold(struct ovr_result_verify *verify, bool is_tried)
{
	for (uint32_t t = 0; t < verify->n_trials; t++) {
		const struct ovr_result_verify_trial *trial = &verify->trial[t];

		if (!trial->is_settled || trial->summary.lost > 0)
			continue;
		verify->verdict = OVR_VERDICT_VOID;
		snprintf(verify->reason, sizeof(verify->reason),
			"trial %u (%s) lost no frame: the ring did not overflow, and nothing is known of its "
			"counters",
			t + 1, trial->summary.label);
		return;
	}
	verify->verdict = is_tried ? OVR_VERDICT_LOSS : OVR_VERDICT_VOID;
	snprintf(verify->reason, sizeof(verify->reason), "%s",
		is_tried ? "no counter tells the frames that were lost"
			 : "nobody knows of two different amounts that were lost where its counters count");
}

bool
ovr_verify_is_to_repeat(
	const struct ovr_result_verify *verify, const struct ovr_result *result, uint32_t attempt)
{
	if (result->ledger.spoilt_by != 0)
		return attempt < SPOILT_ATTEMPTS;
	if (result->ledger.lost == 0 && verify->n_trials != 0 && verify->trial[0].summary.lost > 0)
		return attempt < LOSSLESS_ATTEMPTS;
	return (result->ledger.unexplained < 0 || result->ledger.overdrawn != 0) &&
		attempt < OVERDRAWN_ATTEMPTS;
}

void
ovr_verify_judge(struct ovr_result_verify *verify)
{
	bool is_told = false, is_tried = verify->n_counters == 0;

	if (verify->verdict != OVR_VERDICT_VOID)
		ovr_verify_find_repeats(verify);
	for (uint32_t i = 0; i < verify->n_counters; i++) {
		struct ovr_result_verify_counter *counter = &verify->counter[i];
		struct ovr_nic_truth_subject subject = { verify->driver, counter->counter,
			strcmp(counter->source, verify->driver) == 0, counter->repeats[0] != '\0' };

		counter->truth = truth_of(verify, counter);
		is_told |= counter->truth.worth <= OVR_NIC_WORTH_PART;
		is_tried |= counter->truth.worth != OVR_NIC_WORTH_UNTRIED;
		/*
		 * a packet socket has a ring of its own, behind that of the interface, which did
		 * not overflow
		 */
		if (counter->is_kernels && ovr_port_name_is_xdp(&verify->plan.ports.rx))
			ovr_nic_truth_row(counter->row, sizeof(counter->row), &subject, &counter->truth,
				&counter->meaning);
	}
	if (verify->verdict == OVR_VERDICT_VOID)
		return;
	if (!is_told)
		say_untold(verify, is_tried);
	else
		ovr_verify_is_overdrawn(verify);
}
