/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/witness.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "reasons/rules.h"

#define SIDES_MAX 16
#define MISSING   "drop reasons are not known, so losses that they alone tell are unexplained: "

void
ovr_witness_begin(
	struct ovr_witness *witness, uint32_t trial_id, const struct ovr_kernel_side *side, uint32_t n_sides)
{
	const char *netns[SIDES_MAX];
	struct ovr_err err = { "" };
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_sides && n < SIDES_MAX; i++)
		netns[n++] = side[i].netns;
	if (ovr_reasons_open(trial_id, netns, n, &witness->reasons, &err) != 0)
		snprintf(witness->missing, sizeof(witness->missing), MISSING "%s", err.text);
	else if (ovr_reasons_shortcoming(witness->reasons)[0] != '\0')
		snprintf(witness->missing, sizeof(witness->missing),
			"drop reasons were counted for the whole host and own no loss: %s",
			ovr_reasons_shortcoming(witness->reasons));
}

void
ovr_witness_end(struct ovr_witness *witness)
{
	struct ovr_err err = { "" };

	if (witness->reasons != NULL && ovr_reasons_read(witness->reasons, &witness->reading, &err) != 0)
		snprintf(witness->missing, sizeof(witness->missing), MISSING "%s", err.text);
}

void
ovr_witness_done(struct ovr_witness *witness)
{
	ovr_reasons_reading_done(&witness->reading);
	ovr_reasons_close(witness->reasons);
	*witness = (struct ovr_witness){ .reasons = NULL };
}

bool
ovr_witness_saw(
	const struct ovr_witness *witness, const char *netns, const char *counter, uint64_t *ret_frames)
{
	struct ovr_reasons_sum sum;

	*ret_frames = 0;
	if (witness->reasons == NULL || witness->missing[0] != '\0' || witness->reading.whole_host ||
		witness->reading.missed != 0)
		return false;
	sum = ovr_reasons_sum_of(&witness->reading, netns, counter);
	if (sum.fragments + sum.hidden != 0)
		return false;
	*ret_frames = sum.ours;
	return true;
}

/* The side of a row's namespace; NULL: unknown. */
static const struct ovr_kernel_side *
side_of(const struct ovr_reasons_row *row, const struct ovr_kernel_side *side, uint32_t n_sides)
{
	for (uint32_t i = 0; i < n_sides && row->netns != NULL; i++)
		if (strcmp(side[i].netns, row->netns) == 0)
			return &side[i];
	return NULL;
}

/* Who lost them: a hop, or the host of a port. */
static void
set_end(const struct ovr_kernel_side *side, const char *tx_label, const char *rx_label,
	struct ovr_ledger_account *account)
{
	account->is_of_hop = side->roles == OVR_KERNEL_HOP;
	if (account->is_of_hop)
		snprintf(account->port, sizeof(account->port), "hop:%.40s", side->netns);
	else
		snprintf(account->port, sizeof(account->port), "%s",
			(side->roles & OVR_KERNEL_RECEIVER) == 0 ? tx_label : rx_label);
}

/* An account by a reason: certain, unless some events were not counted. */
static int
book_row(const struct ovr_witness *witness, const struct ovr_reasons_row *row,
	const struct ovr_kernel_side *side, const char *tx_label, const char *rx_label,
	struct ovr_half_accounts *accounts)
{
	bool is_of_hop = side != NULL && side->roles == OVR_KERNEL_HOP;
	enum ovr_ledger_place place = is_of_hop ? ovr_reasons_owns_at_hop(row) : ovr_reasons_owns(row);
	struct ovr_ledger_account account = { .queue = -1 };

	if (place == OVR_PLACE_COUNT || row->ours == 0 || side == NULL || side->roles == 0)
		return 0;
	account.place = place;
	set_end(side, tx_label, rx_label, &account);
	snprintf(account.counter, sizeof(account.counter), "%.47s", row->reason);
	snprintf(account.source, sizeof(account.source), "drop reason");
	snprintf(account.why, sizeof(account.why),
		"no counter has them: frames of this trial that %.60s dropped%s",
		row->location[0] != '\0' ? row->location : "the kernel",
		witness->reading.missed != 0 ? ", at least" : "");
	account.counted = row->ours;
	ovr_ledger_account_set(&account, row->ours, row->ours + witness->reading.missed);
	return ovr_half_add_account(accounts, &account);
}

/* The name that drop reasons have for a claim's counter; "": none. */
static void
key_of(const struct ovr_kernel_claim *claim, char *key, size_t size)
{
	key[0] = '\0';
	switch (claim->layer) {
	case OVR_KERNEL_MIB:
		snprintf(key, size, "%s", claim->counter);
		break;
	case OVR_KERNEL_LINK:
		snprintf(key, size, "link:%s", claim->counter);
		break;
	case OVR_KERNEL_SOFTNET:
		snprintf(key, size, "softnet:dropped");
		break;
	case OVR_KERNEL_QDISC:
		snprintf(
			key, size, claim->place == OVR_PLACE_TX_QDISC ? "qdisc:drops" : "qdisc:clsact drops");
		break;
	case OVR_KERNEL_NFTABLES:
	case OVR_KERNEL_CONNTRACK:
		snprintf(key, size, "netfilter");
		break;
	default:
		break;
	}
}

static bool
is_confirmable(const char *key)
{
	uint32_t n;
	const struct ovr_reasons_rule *rule = ovr_reasons_rules(&n);

	for (uint32_t i = 0; i < n; i++)
		if ((rule[i].counter != NULL && strcmp(rule[i].counter, key) == 0) ||
			(rule[i].counter6 != NULL && strcmp(rule[i].counter6, key) == 0))
			return true;
	return false;
}

/* Claims of one namespace and one counter, or of all rules of netfilter there. */
static uint64_t
claimed(const struct ovr_kernel_claims *claims, const char *netns, const char *key, uint32_t *ret_first)
{
	char other[OVR_REASONS_NAME_BYTES + 8];
	uint64_t frames = 0;

	*ret_first = claims->n;
	for (uint32_t i = 0; i < claims->n; i++) {
		const struct ovr_kernel_claim *claim = &claims->claim[i];

		key_of(claim, other, sizeof(other));
		if (strcmp(claim->netns, netns) != 0 || strcmp(other, key) != 0)
			continue;
		if (*ret_first == claims->n)
			*ret_first = i;
		frames += claim->frames_max;
	}
	return frames;
}

/*
 * A difference is a note: reasons are of skbs, and some drops raise no event. Datagrams in a
 * socket's queue have no namespace any more.
 */
static void
compare_claim(const struct ovr_witness *witness, const struct ovr_kernel_claims *claims, uint32_t index,
	struct ovr_half_common *common)
{
	const struct ovr_kernel_claim *claim = &claims->claim[index];
	struct ovr_reasons_sum seen, adrift;
	char key[OVR_REASONS_NAME_BYTES + 8];
	uint64_t frames;
	uint32_t first;

	key_of(claim, key, sizeof(key));
	if (key[0] == '\0' || claim->frames_min != claim->frames_max || !is_confirmable(key))
		return;
	frames = claimed(claims, claim->netns, key, &first);
	seen = ovr_reasons_sum_of(&witness->reading, claim->netns, key);
	adrift = ovr_reasons_sum_of(&witness->reading, NULL, key);
	if (first != index || seen.ours + adrift.ours == frames || seen.fragments + seen.hidden != 0)
		return;
	/* book_uncounted() has what is more */
	if (strcmp(key, "netfilter") == 0 && seen.ours > frames && claim->role != OVR_KERNEL_SENDER)
		return;
	ovr_half_note(common,
		"%s of namespace %s: the counter has %" PRIu64 " frames, and the drop reasons %" PRIu64
		" of this trial",
		claim->counter, claim->netns[0] == '\0' ? "(own)" : claim->netns, frames,
		seen.ours + adrift.ours);
}

/* Whether others' packets may be among those that rules or conntrack there have counted. */
static bool
is_doubtful(const struct ovr_kernel_claims *claims, const char *netns)
{
	for (uint32_t i = 0; i < claims->n; i++) {
		const struct ovr_kernel_claim *claim = &claims->claim[i];

		if ((claim->layer == OVR_KERNEL_NFTABLES || claim->layer == OVR_KERNEL_CONNTRACK) &&
			strcmp(claim->netns, netns) == 0 && claim->frames_min != claim->frames_max)
			return true;
	}
	return false;
}

/*
 * What netfilter dropped of the trial beyond what rules and conntrack have counted: by the policy
 * of a chain, or a rule without a counter. A sender's socket is told, and sends again.
 */
static int
book_uncounted(const struct ovr_witness *witness, const struct ovr_kernel_claims *claims,
	const struct ovr_kernel_side *side, const char *tx_label, const char *rx_label,
	struct ovr_half_accounts *accounts)
{
	struct ovr_ledger_account account = { .queue = -1, .place = OVR_PLACE_RX_NETFILTER };
	uint64_t ours, counted;
	uint32_t first;

	if (side->roles == 0 || (side->roles & OVR_KERNEL_SENDER) != 0 ||
		!ovr_witness_saw(witness, side->netns, "netfilter", &ours) ||
		is_doubtful(claims, side->netns))
		return 0;
	counted = claimed(claims, side->netns, "netfilter", &first);
	if (ours <= counted)
		return 0;
	set_end(side, tx_label, rx_label, &account);
	snprintf(account.counter, sizeof(account.counter), "NETFILTER_DROP");
	snprintf(account.source, sizeof(account.source), "drop reason");
	snprintf(account.why, sizeof(account.why),
		"no counter has them: the policy of a chain, or a rule without a counter, dropped frames of "
		"this trial");
	account.counted = ours - counted;
	ovr_ledger_account_set(&account, ours - counted, ours - counted);
	return ovr_half_add_account(accounts, &account);
}

int
ovr_witness_book(const struct ovr_witness *witness, const struct ovr_kernel_side *side, uint32_t n_sides,
	const struct ovr_kernel_claims *claims, const char *tx_label, const char *rx_label,
	struct ovr_half_common *common)
{
	int status = 0;

	if (witness->missing[0] != '\0')
		ovr_half_note(common, "%s", witness->missing);
	if (witness->reasons == NULL || witness->reading.whole_host)
		return 0;
	for (uint32_t i = 0; i < witness->reading.n && status == 0; i++) {
		const struct ovr_reasons_row *row = &witness->reading.row[i];

		status = book_row(
			witness, row, side_of(row, side, n_sides), tx_label, rx_label, &common->accounts);
	}
	for (uint32_t i = 0; i < n_sides && status == 0; i++)
		status = book_uncounted(witness, claims, &side[i], tx_label, rx_label, &common->accounts);
	for (uint32_t i = 0; i < claims->n && witness->reading.missed == 0; i++)
		compare_claim(witness, claims, i, common);
	return status;
}
