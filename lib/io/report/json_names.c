/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_names.h"

#include "ledger/ledger.h"
#include "method/sustain.h"
#include "nic/counters.h"
#include "nic/meaning.h"
#include "nic/truth.h"
#include "report/json_put.h"
#include "result/comparison.h"
#include "result/result.h"
#include "result/selftest.h"

/* A function that takes an enumeration, as one that takes its number. */
#define NAMED(names, enumeration, name_of, first, n)     \
	static const char *names##_name(int value)       \
	{                                                \
		return name_of((enum enumeration)value); \
	}                                                \
	const struct ovr_json_names ovr_json_##names = { names##_name, first, n }

NAMED(places, ovr_ledger_place, ovr_ledger_place_name, 0, OVR_PLACE_COUNT);
NAMED(verdicts, ovr_ledger_verdict, ovr_ledger_verdict_name, 0, OVR_VERDICT_VOID + 1);
NAMED(impairments, ovr_impairment_kind, ovr_impairment_name, 0, OVR_IMPAIRMENT_KINDS);
NAMED(causes, ovr_stall_cause, ovr_stall_cause_name, 0, OVR_STALL_ON_CPU + 1);
NAMED(counter_kinds, ovr_nic_kind, ovr_nic_kind_name, 0, OVR_NIC_KIND_OTHER + 1);
NAMED(loss_kinds, ovr_nic_kind, ovr_nic_kind_name, OVR_NIC_KIND_LOSS, OVR_NIC_KIND_OTHER + 1);
NAMED(trusts, ovr_nic_trust, ovr_nic_trust_name, 0, OVR_NIC_TRUST_UNVERIFIED + 1);
NAMED(sources, ovr_nic_source, ovr_nic_source_name, 0, OVR_NIC_SOFTNET + 1);
NAMED(worths, ovr_nic_worth, ovr_nic_worth_name, 0, OVR_NIC_WORTH_UNTRIED + 1);
NAMED(sustains, ovr_method_sustain, ovr_result_sustain_name, 0, OVR_METHOD_SUSTAIN_STALLED + 1);
NAMED(exclusions, ovr_comparison_exclusion, ovr_comparison_exclusion_name, 0, OVR_COMPARISON_EXCLUSIONS);
NAMED(disturbances, ovr_comparison_cause, ovr_comparison_cause_name, OVR_COMPARISON_VALID + 1,
	OVR_COMPARISON_CAUSES);

static const char *
direction_name(int value)
{
	static const char *const directions[] = { "rx", "tx", "wire" };

	return directions[value];
}

const struct ovr_json_names ovr_json_sides = { direction_name, 0, 2 };
const struct ovr_json_names ovr_json_directions = { direction_name, 0, 3 };

int
ovr_json_direction(bool is_tx, bool is_wire)
{
	return is_wire ? 2 : is_tx;
}

json_t *
ovr_json_name(const struct ovr_json_names *names, int value)
{
	return value < names->first || value >= names->n ? json_null() : ovr_json_text(names->name(value));
}
