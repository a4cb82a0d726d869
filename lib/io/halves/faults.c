/* SPDX-License-Identifier: BSD-3-Clause */
#include "halves/faults.h"

#include "base/units.h"
#include "plan/senders.h"

/* A worker whose counter stepped back has a time of its own since. */
static void
note_clocks(struct ovr_result *result)
{
	for (uint32_t w = 0; w < result->n_workers; w++) {
		const struct ovr_result_worker *worker = &result->worker[w];
		char lost[OVR_UNITS_TEXT_BYTES];

		if (worker->clock_steps == 0)
			continue;
		ovr_units_print_duration_ns(lost, sizeof(lost), worker->clock_lost_ns);
		ovr_result_note(result,
			"the cycle counter that the %s worker on CPU %u reads stepped back %u times, by %s "
			"in all: "
			"its times, latencies and rates are wrong by up to that",
			worker->is_wire         ? "wire"
				: worker->is_tx ? "transmit"
						: "receive",
			worker->cpu, worker->clock_steps, lost);
	}
}

/* What a counter added that was read only once may be anything. */
static void
note_unknown(const struct ovr_half_common *common, struct ovr_result *result)
{
	if (common->n_unknown != 0)
		ovr_result_note(result,
			"%u counter%s of losses could be read at only one end of the trial (the first: %s): "
			"what "
			"was lost there is not booked",
			common->n_unknown, common->n_unknown == 1 ? "" : "s", common->unknown);
	if (common->is_incomplete)
		ovr_result_note(result, "no memory for all counters of the ports: some accounts are missing");
}

/* Why accounts are ranges. */
void
ovr_half_note_ranges(struct ovr_result *result)
{
	const struct ovr_ledger *ledger = &result->ledger;
	const struct ovr_ledger_figures *f = &ledger->figures;
	uint64_t others = f->foreign + f->stale, copies = f->copies_known ? 0 : f->duplicate;
	bool has_range = false;

	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		has_range |= ledger->account[i].frames_min != ledger->account[i].frames_max;
	if (!has_range)
		return;
	if (copies != 0)
		ovr_result_note(result,
			"the path made %llu duplicates that arrived; how many others were dropped is "
			"unknown, "
			"so the accounts after it are ranges",
			(unsigned long long)copies);
	if (f->others_known)
		ovr_result_note(result,
			"%llu frames of others passed, %llu of which arrived; how many of them a counter of "
			"losses includes is unknown, so its account is a range",
			(unsigned long long)f->others_max, (unsigned long long)others);
	else if (others != 0)
		ovr_result_note(result,
			"%llu frames of others arrived; how many of theirs were dropped is unknown, so the "
			"accounts after the path are ranges",
			(unsigned long long)others);
}

/* What went wrong on its way out. */
static void
find_sending(const struct ovr_halves *halves, struct ovr_result *result)
{
	const struct ovr_half_sender *sender = &halves->sender;
	const struct ovr_plan_load *load = &result->plan.load;
	/* each of several senders has the plan's count */
	uint64_t count = load->count * ovr_plan_senders_count(&result->plan.ports);
	struct ovr_ledger *ledger = &result->ledger;

	if (halves->common.was_stopped)
		ovr_ledger_void(
			ledger, "stopped by a signal after %.3f s", (double)sender->sent_until_ns / 1e9);
	if (sender->has_outlasted)
		ovr_ledger_void(ledger,
			"sending was ended after %.6g h, behind its schedule: a frame has 48 bits for its "
			"time, 2^48 ns",
			(double)sender->sent_until_ns / 3.6e12);
	if (sender->has_stuck)
		ovr_ledger_void(ledger,
			"the transmitter made no progress for 5 s: TX ring full, and nothing leaves it");
	if (count != 0 && sender->sent != count && !halves->common.was_stopped && load->time_ns == 0)
		ovr_ledger_void(ledger, "%llu frames were to be sent, %llu were", (unsigned long long)count,
			(unsigned long long)sender->sent);
}

/* What changed meanwhile. */
static void
find_changes(const struct ovr_halves *halves, struct ovr_result *result)
{
	const struct ovr_half_common *common = &halves->common;
	struct ovr_ledger *ledger = &result->ledger;

	if (common->link_change[0] != '\0')
		ovr_ledger_void(ledger, "%s", common->link_change);
	if (common->reset[0] != '\0')
		ovr_ledger_void_counter(ledger,
			"the counter %s was reset while the trial ran: nobody knows what it held",
			common->reset);
	if (ledger->figures.merged != 0)
		ovr_ledger_void(ledger,
			"%llu arrivals hold several frames each, which count as lost: something merges "
			"frames on the way (GRO or LRO of an interface below or before %s; ethtool -k shows "
			"them)",
			(unsigned long long)ledger->figures.merged, halves->receiver.end.port.label);
	if (common->port_change[0] != '\0')
		ovr_ledger_void(ledger, "%s", common->port_change);
}

/* What was left behind, or had no room. */
static void
find_leftovers(const struct ovr_halves *halves, struct ovr_result *result)
{
	struct ovr_ledger *ledger = &result->ledger;
	uint32_t mbufs = result->plan.ports.mbufs;

	if (halves->receiver.drain_was_cut)
		ovr_ledger_void(ledger, "frames still arrived 30 s after the last one was sent");
	if (halves->common.frames_inside != 0)
		ovr_ledger_void(ledger, "%llu frames stood in the wire when it was over",
			(unsigned long long)halves->common.frames_inside);
	if (result->shortfall_pool != 0)
		ovr_ledger_void(ledger,
			"the pool ran dry: %llu frames could not be sent for want of a buffer (mbufs %u); "
			"more are needed",
			(unsigned long long)result->shortfall_pool, mbufs);
	for (uint32_t i = 0; i < ledger->n_accounts; i++)
		if (ledger->account[i].place == OVR_PLACE_RX_NOMBUF && ledger->account[i].frames != 0)
			ovr_ledger_void(ledger,
				"the receive pool ran dry, not the ring: %llu frames had no buffer (mbufs "
				"%u); more are needed",
				(unsigned long long)ledger->account[i].frames, mbufs);
	if (result->uncountable_streams != 0)
		ovr_ledger_void(ledger,
			"%llu streams were spread over several receive cores with more holes than the logs "
			"keep (%u): they cannot be counted",
			(unsigned long long)result->uncountable_streams, halves->receiver.periods_max);
}

/* A half that never came, or that was cut short. */
static void
find_missing(const struct ovr_half *end, const char *role, struct ovr_ledger *ledger)
{
	if (end->is_unknown)
		ovr_ledger_void(ledger, "the %s's half of the trial is missing: %s", role, end->why);
	else if (end->ended_early[0] != '\0')
		ovr_ledger_void(ledger, "the %s's half of the trial ended early: %s", role, end->ended_early);
}

void
ovr_half_find_faults(const struct ovr_halves *halves, struct ovr_result *result)
{
	const struct ovr_half_receiver *receiver = &halves->receiver;

	find_missing(&halves->sender.end, "sender", &result->ledger);
	find_missing(&receiver->end, "receiver", &result->ledger);
	if (!halves->sender.end.is_unknown)
		find_sending(halves, result);
	find_changes(halves, result);
	find_leftovers(halves, result);
	note_unknown(&halves->common, result);
	note_clocks(result);
	if (receiver->n_elsewhere != 0)
		ovr_result_note(result,
			"%s: %u of %u streams came on other queues than its RSS key and table lead to",
			receiver->end.port.label, receiver->n_elsewhere, result->n_streams);
}
