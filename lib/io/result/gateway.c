/* SPDX-License-Identifier: BSD-3-Clause */
#include "result/result.h"

#include "base/units.h"

void
ovr_result_suggest_gateway(struct ovr_result *result)
{
	const struct ovr_plan *plan = &result->plan;
	const uint8_t *mac = plan->frames.dst_mac;
	char sent[OVR_UNITS_TEXT_BYTES];

	if (result->ledger.verdict == OVR_VERDICT_PASS || result->ledger.figures.sent == 0 ||
		result->ledger.figures.unique != 0 || plan->ports.path != OVR_PATH_DUT ||
		plan->ports.tx.kind == OVR_PORT_WIRE || plan->frames.gateway.ip_version != 0)
		return;
	ovr_ledger_add_reason(&result->ledger,
		"none of %s frames arrived, all sent to %02x:%02x:%02x:%02x:%02x:%02x: a router takes only "
		"what is for its own MAC address: say --gateway with its IP address, or --dst-mac",
		ovr_units_print_count(sent, sizeof(sent), result->ledger.figures.sent), mac[0], mac[1],
		mac[2], mac[3], mac[4], mac[5]);
}
