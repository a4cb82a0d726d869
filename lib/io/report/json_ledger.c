/* SPDX-License-Identifier: BSD-3-Clause */
/* The books as JSON. */
#include "report/json_names.h"
#include "report/json_parts.h"
#include "report/json_put.h"
#include "report/why.h"

#define ACCOUNT(member) OVR_JSON_MEMBER(struct ovr_ledger_account, member)
#define LEDGER(member)  OVR_JSON_MEMBER(struct ovr_ledger, member)
#define FIGURE(member)  OVR_JSON_MEMBER(struct ovr_ledger, figures.member)
#define KNOWN(member)   OVR_JSON_BY(struct ovr_ledger, figures.member)
#define OF_SENDER       OVR_JSON_UNLESS_BY(struct ovr_ledger, figures.sender_unknown)
#define OF_RECEIVER     OVR_JSON_UNLESS_BY(struct ovr_ledger, figures.receiver_unknown)

static bool
has_range(const struct ovr_json_at *at)
{
	const struct ovr_ledger_account *account = at->object;

	return account->frames_min != account->frames_max;
}

static json_t *
account_why(const struct ovr_json_at *at)
{
	const struct ovr_ledger_account *account = at->object;
	char why[OVR_WHY_BYTES];

	return ovr_json_text(
		account->frames == 0 ? "" : ovr_report_why(why, sizeof(why), at->context, account));
}

static const struct ovr_json_row account_rows[] = {
	{ "place", OVR_JSON_NAME, ACCOUNT(place), .names = &ovr_json_places },
	{ "port", OVR_JSON_TEXT, ACCOUNT(port),
		"\"wire:1\"; \"hop:r1\": a host between the ports, so that the place is on the path; empty "
		"for a remainder" },
	{ "queue", OVR_JSON_COUNT, ACCOUNT(queue), "null: of the whole port",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "frames", OVR_JSON_COUNT, ACCOUNT(frames) },
	{ "frames_min", OVR_JSON_COUNT, ACCOUNT(frames_min),
		"where others' frames, copies or a sender's tries met the same counter, so that its share is "
		"uncertain: at least",
		.is_there = has_range, .like = offsetof(struct ovr_ledger_account, frames) },
	{ "frames_max", OVR_JSON_COUNT, ACCOUNT(frames_max), "at most; frames is the most that balances",
		.is_there = has_range, .like = offsetof(struct ovr_ledger_account, frames) },
	{ "counter", OVR_JSON_TEXT, ACCOUNT(counter),
		"in the driver's own words; \"remainder\" where it is none" },
	{ "source", OVR_JSON_TEXT, ACCOUNT(source), "who says so: the driver, or our own worker" },
	{ "why", OVR_JSON_TEXT, .about = "one sentence; may be empty", .value = account_why },
	{ "aliases", OVR_JSON_TEXT, ACCOUNT(aliases),
		"counters that moved and count the same frames again, with what they added; may be empty",
		.is_added = true },
};

static const struct ovr_json_table account_table = OVR_JSON_TABLE(
	"account", struct ovr_ledger_account, account_rows, "A named place where frames went");

static bool
is_unexplained_a_range(const struct ovr_json_at *at)
{
	const struct ovr_ledger *ledger = at->object;

	return ledger->unexplained_min != ledger->unexplained_max;
}

static bool
knows_loss(const struct ovr_json_at *at)
{
	return ovr_ledger_knows_loss(at->object);
}

static bool
knows_arrivals(const struct ovr_json_at *at)
{
	const struct ovr_ledger *ledger = at->object;

	return !ledger->figures.receiver_unknown;
}

static const struct ovr_json_row ledger_rows[] = {
	{ "attempted", OVR_JSON_COUNT, FIGURE(attempted),
		"refused + sent; null: the sender's figures are unknown", OF_SENDER },
	{ "refused", OVR_JSON_COUNT, FIGURE(refused), "no room in the TX ring; never existed on the line",
		OF_SENDER },
	{ "sent", OVR_JSON_COUNT, FIGURE(sent), "accepted by the port", OF_SENDER },
	{ "received", OVR_JSON_COUNT, FIGURE(received),
		"unique + duplicate + late + corrupt + stale + foreign; null: the receiver's figures are "
		"unknown",
		OF_RECEIVER },
	{ "unique", OVR_JSON_COUNT, FIGURE(unique), NULL, OF_RECEIVER },
	{ "duplicate", OVR_JSON_COUNT, FIGURE(duplicate), NULL, OF_RECEIVER },
	{ "reordered", OVR_JSON_COUNT, FIGURE(reordered), "part of unique", OF_RECEIVER },
	{ "late", OVR_JSON_COUNT, FIGURE(late), NULL, OF_RECEIVER },
	{ "corrupt", OVR_JSON_COUNT, FIGURE(corrupt), NULL, OF_RECEIVER },
	{ "stale", OVR_JSON_COUNT, FIGURE(stale), NULL, OF_RECEIVER },
	{ "foreign", OVR_JSON_COUNT, FIGURE(foreign), NULL, OF_RECEIVER },
	{ "merged", OVR_JSON_COUNT, FIGURE(merged),
		"part of foreign: several frames of ours each, made into one on the way", OF_RECEIVER },
	{ "astray", OVR_JSON_COUNT, FIGURE(astray), "part of foreign: of this trial, for another receiver",
		.is_known = knows_arrivals, .is_added = true },
	{ "lost", OVR_JSON_WHOLE, LEDGER(lost),
		"sent − unique; negative is a contradiction; null: one of them is unknown",
		.is_known = knows_loss },
	{ "explained", OVR_JSON_WHOLE, LEDGER(explained), "Σ accounts after sending − (copies − duplicate)",
		.is_known = knows_loss },
	{ "unexplained", OVR_JSON_WHOLE, LEDGER(unexplained), "lost − explained, as it is",
		.is_known = knows_loss },
	{ "unexplained_min", OVR_JSON_WHOLE, LEDGER(unexplained_min),
		"where accounts are uncertain: at least", .is_there = is_unexplained_a_range,
		.like = offsetof(struct ovr_ledger, unexplained) },
	{ "unexplained_max", OVR_JSON_WHOLE, LEDGER(unexplained_max), "at most",
		.is_there = is_unexplained_a_range, .like = offsetof(struct ovr_ledger, unexplained) },
	{ "copies", OVR_JSON_COUNT, FIGURE(copies),
		"frames that the wire added on purpose; null where nobody knows", KNOWN(copies_known) },
	{ "tx_port_sent", OVR_JSON_COUNT, FIGURE(tx_port_sent),
		"what the transmit port counted; null: unknown", KNOWN(tx_port_known) },
	{ "rx_port_received", OVR_JSON_COUNT, FIGURE(rx_port_received),
		"what the receive port counted; null: unknown", KNOWN(rx_port_known) },
	{ "queues_received", OVR_JSON_COUNT, FIGURE(queues_received),
		"Σ received of the queues; null: unknown", KNOWN(queues_known) },
	{ "accounts", OVR_JSON_LIST, OVR_JSON_VECTOR(struct ovr_ledger, account, n_accounts),
		.table = &account_table },
};

const struct ovr_json_table ovr_json_ledger_table = OVR_JSON_TABLE(
	"ledger", struct ovr_ledger, ledger_rows, "The books");
