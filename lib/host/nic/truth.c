/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/truth.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What all trials together show. */
struct tally {
	uint64_t amount;    /* a first loss … */
	bool has_two;       /* … and another one of another amount, both after the long settling time */
	bool has_moved;     /* it counted something, anywhere */
	bool is_equal;      /* it always was what was lost */
	bool settles_equal; /* it was after the long settling time */
	bool is_part;       /* it never was more, and the books balanced */
	bool was_reset;
};

static struct tally
tally_of(const struct ovr_nic_truth_trial *trial, size_t n_trials)
{
	struct tally tally = { .is_equal = true, .settles_equal = true, .is_part = true };

	for (size_t i = 0; i < n_trials; i++) {
		bool is_equal = trial[i].counted == trial[i].lost;

		tally.has_moved |= trial[i].counted != 0;
		tally.was_reset |= trial[i].was_reset;
		tally.is_equal &= is_equal;
		if (!trial[i].is_settled)
			continue;
		tally.settles_equal &= is_equal;
		tally.is_part &= trial[i].is_booked && trial[i].counted <= trial[i].lost;
		if (trial[i].lost == 0)
			continue;
		tally.has_two |= tally.amount != 0 && tally.amount != trial[i].lost;
		tally.amount = trial[i].lost;
	}
	return tally;
}

/* Whether it is known to count something other than frames that find a receive ring full. */
static bool
is_about_else(const struct ovr_nic_meaning *meaning)
{
	if (meaning->kind == OVR_NIC_KIND_LOSS || meaning->kind == OVR_NIC_KIND_ALIAS)
		return meaning->place != OVR_PLACE_RX_RING;
	return meaning->kind == OVR_NIC_KIND_TRAFFIC || meaning->trust == OVR_NIC_TRUST_EXACT;
}

static enum ovr_nic_worth
worth_of(const struct tally *tally, int32_t queue, const struct ovr_nic_meaning *meaning)
{
	if (tally->was_reset)
		return OVR_NIC_WORTH_WRONG;
	if (!tally->has_two)
		return OVR_NIC_WORTH_UNTRIED;
	if (!tally->has_moved)
		return is_about_else(meaning) ? OVR_NIC_WORTH_ELSEWHERE : OVR_NIC_WORTH_ZERO;
	if (tally->is_equal)
		return queue >= 0 ? OVR_NIC_WORTH_EXACT : OVR_NIC_WORTH_PORT;
	if (tally->settles_equal)
		return OVR_NIC_WORTH_LATE;
	if (tally->is_part)
		return OVR_NIC_WORTH_PART;
	return meaning->kind == OVR_NIC_KIND_OTHER || meaning->kind == OVR_NIC_KIND_TRAFFIC
		? OVR_NIC_WORTH_ELSEWHERE
		: OVR_NIC_WORTH_WRONG;
}

struct ovr_nic_truth
ovr_nic_truth_of(const struct ovr_nic_truth_trial *trial, size_t n_trials, int32_t queue,
	const struct ovr_nic_meaning *meaning)
{
	struct tally tally = tally_of(trial, n_trials);
	struct ovr_nic_truth truth = { .worth = worth_of(&tally, queue, meaning) };

	for (size_t i = 0; i < n_trials; i++) {
		int64_t off = (int64_t)(trial[i].counted - trial[i].lost);

		if (trial[i].lost == 0 && trial[i].counted == 0)
			continue;
		truth.error_min = truth.n_trials == 0 || off < truth.error_min ? off : truth.error_min;
		truth.error_max = truth.n_trials == 0 || off > truth.error_max ? off : truth.error_max;
		truth.n_trials++;
	}
	return truth;
}

const char *
ovr_nic_name_pattern(char *buf, size_t size, const char *name)
{
	size_t n = 0;

	while (*name != '\0' && n + 1 < size) {
		bool is_digit = isdigit((unsigned char)*name);

		buf[n++] = is_digit ? '#' : *name;
		while (is_digit && isdigit((unsigned char)name[1]))
			name++;
		name++;
	}
	buf[n] = '\0';
	return buf;
}

/* @return false: nothing is known of it */
static bool
trust_of(enum ovr_nic_worth worth, enum ovr_nic_trust *ret_trust)
{
	switch (worth) {
	case OVR_NIC_WORTH_EXACT:
	case OVR_NIC_WORTH_PART:
		*ret_trust = OVR_NIC_TRUST_EXACT;
		return true;
	case OVR_NIC_WORTH_PORT:
	case OVR_NIC_WORTH_LATE:
		*ret_trust = OVR_NIC_TRUST_PORT_LEVEL;
		return true;
	case OVR_NIC_WORTH_ZERO:
		*ret_trust = OVR_NIC_TRUST_NOT_IMPLEMENTED;
		return true;
	case OVR_NIC_WORTH_WRONG:
		*ret_trust = OVR_NIC_TRUST_WRONG;
		return true;
	case OVR_NIC_WORTH_ELSEWHERE:
	case OVR_NIC_WORTH_UNTRIED:
		break;
	}
	return false;
}

const char *
ovr_nic_truth_row(char *buf, size_t size, const struct ovr_nic_truth_subject *subject,
	const struct ovr_nic_truth *truth, const struct ovr_nic_meaning *meaning)
{
	enum ovr_nic_kind kind = subject->is_alias || meaning->kind == OVR_NIC_KIND_ALIAS ? OVR_NIC_KIND_ALIAS
											  : OVR_NIC_KIND_LOSS;
	enum ovr_nic_trust trust;
	char pattern[64];

	buf[0] = '\0';
	if (!trust_of(truth->worth, &trust) ||
		(meaning->kind == kind && meaning->place == OVR_PLACE_RX_RING && meaning->trust == trust))
		return buf;
	snprintf(buf, size, "driver=%s source=%s counter=\"%s\" kind=%s place=%s trust=\"%s\"%s",
		subject->driver, subject->driver_counts ? "driver" : "link",
		ovr_nic_name_pattern(pattern, sizeof(pattern), subject->name), ovr_nic_kind_name(kind),
		ovr_ledger_place_name(OVR_PLACE_RX_RING), ovr_nic_trust_name(trust),
		truth->worth == OVR_NIC_WORTH_LATE ? " late=yes" : "");
	return buf;
}

const char *
ovr_nic_worth_name(enum ovr_nic_worth worth)
{
	static const char *const name[] = {
		[OVR_NIC_WORTH_EXACT] = "exact",
		[OVR_NIC_WORTH_PORT] = "port-level only",
		[OVR_NIC_WORTH_LATE] = "late",
		[OVR_NIC_WORTH_PART] = "part",
		[OVR_NIC_WORTH_ELSEWHERE] = "elsewhere",
		[OVR_NIC_WORTH_ZERO] = "always zero",
		[OVR_NIC_WORTH_WRONG] = "wrong",
		[OVR_NIC_WORTH_UNTRIED] = "untried",
	};

	return name[worth];
}
