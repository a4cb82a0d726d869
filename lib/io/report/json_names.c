/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/json_names.h"

#include "ledger/ledger.h"
#include "method/sustain.h"
#include "nic/counters.h"
#include "nic/meaning.h"
#include "nic/truth.h"
#include "result/comparison.h"
#include "result/result.h"
#include "result/selftest.h"

OVR_JSON_NAMED(, ovr_json_places, ovr_ledger_place, ovr_ledger_place_name, 0, OVR_PLACE_COUNT);
OVR_JSON_NAMED(, ovr_json_verdicts, ovr_ledger_verdict, ovr_ledger_verdict_name, 0, OVR_VERDICT_VOID + 1);
OVR_JSON_NAMED(, ovr_json_halves, ovr_result_half, ovr_result_half_name, 0, OVR_RESULT_HALVES);
OVR_JSON_NAMED(, ovr_json_impairments, ovr_impairment_kind, ovr_impairment_name, 0, OVR_IMPAIRMENT_KINDS);
OVR_JSON_NAMED(, ovr_json_causes, ovr_stall_cause, ovr_stall_cause_name, 0, OVR_STALL_ON_CPU + 1);
OVR_JSON_NAMED(, ovr_json_counter_kinds, ovr_nic_kind, ovr_nic_kind_name, 0, OVR_NIC_KIND_OTHER + 1);
OVR_JSON_NAMED(
	, ovr_json_loss_kinds, ovr_nic_kind, ovr_nic_kind_name, OVR_NIC_KIND_LOSS, OVR_NIC_KIND_OTHER + 1);
OVR_JSON_NAMED(, ovr_json_trusts, ovr_nic_trust, ovr_nic_trust_name, 0, OVR_NIC_TRUST_UNVERIFIED + 1);
OVR_JSON_NAMED(, ovr_json_sources, ovr_nic_source, ovr_nic_source_name, 0, OVR_NIC_SOURCES);
OVR_JSON_NAMED(, ovr_json_worths, ovr_nic_worth, ovr_nic_worth_name, 0, OVR_NIC_WORTH_UNTRIED + 1);
OVR_JSON_NAMED(
	, ovr_json_sustains, ovr_method_sustain, ovr_result_sustain_name, 0, OVR_METHOD_SUSTAIN_STALLED + 1);
OVR_JSON_NAMED(, ovr_json_exclusions, ovr_comparison_exclusion, ovr_comparison_exclusion_name, 0,
	OVR_COMPARISON_EXCLUSIONS);
OVR_JSON_NAMED(, ovr_json_exclusion_causes, ovr_comparison_cause, ovr_comparison_cause_name,
	OVR_COMPARISON_VALID + 1, OVR_COMPARISON_CAUSES);

const struct ovr_json_names ovr_json_sides = { .n = 2, .text = { "rx", "tx" } };
const struct ovr_json_names ovr_json_directions = { .n = 3, .text = { "rx", "tx", "wire" } };

int
ovr_json_direction(bool is_tx, bool is_wire)
{
	return is_wire ? 2 : is_tx;
}
