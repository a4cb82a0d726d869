/* SPDX-License-Identifier: BSD-3-Clause */
#include "report/interface.h"

#include "report/json_check.h"
#include "report/json_names.h"
#include "report/json_rows.h"

#define FACTS(member)   OVR_JSON_MEMBER(struct ovr_interface, facts.member)
#define READING(member) OVR_JSON_MEMBER(struct ovr_interface, counters.member)
#define COUNTER(member) OVR_JSON_MEMBER(struct ovr_nic_counter, member)
#define COUNTERS_MAX    16384

static const struct ovr_json_row counter_rows[] = {
	{ "name", OVR_JSON_TEXT, COUNTER(name), .min = 1 },
	{ "source", OVR_JSON_NAME, COUNTER(source), .names = &ovr_json_sources },
	{ "queue", OVR_JSON_COUNT, COUNTER(queue), "null: of the whole interface or host",
		.null = OVR_JSON_NULL_IF_NEGATIVE },
	{ "value", OVR_JSON_EXACT, COUNTER(value) },
};

static const struct ovr_json_table counter_table = OVR_JSON_TABLE(
	"counter", struct ovr_nic_counter, counter_rows, NULL);

static const struct ovr_json_row interface_rows[] = {
	{ "name", OVR_JSON_TEXT, FACTS(name), .min = 1 },
	{ "driver", OVR_JSON_TEXT, FACTS(driver), "empty: the kernel does not say" },
	{ "is_up", OVR_JSON_BOOL, FACTS(is_up) },
	{ "has_carrier", OVR_JSON_BOOL, FACTS(has_carrier) },
	{ "speed_mbps", OVR_JSON_COUNT, FACTS(speed_mbps), "0: unknown" },
	{ "duplex", OVR_JSON_TEXT, FACTS(duplex), "empty: unknown" },
	{ "rx_queues", OVR_JSON_COUNT, FACTS(n_rxq) },
	{ "tx_queues", OVR_JSON_COUNT, FACTS(n_txq) },
	{ "rings_known", OVR_JSON_BOOL, FACTS(rings.known), "the next two are the driver's" },
	{ "rx_ring", OVR_JSON_COUNT, FACTS(rings.rx) },
	{ "tx_ring", OVR_JSON_COUNT, FACTS(rings.tx) },
	{ "at_ns", OVR_JSON_EXACT, READING(at_ns), "CLOCK_MONOTONIC of its host" },
	{ "carrier_changes", OVR_JSON_COUNT, READING(carrier_changes) },
	{ "counters_driver", OVR_JSON_TEXT, READING(driver), "as the driver names itself" },
	{ "counters", OVR_JSON_LIST, .item = OVR_JSON_TUPLE,
		OVR_JSON_VECTOR(struct ovr_interface, counters.counter, counters.n), .table = &counter_table,
		.max = COUNTERS_MAX },
};

static const struct ovr_json_table interface_table = OVR_JSON_TABLE(
	"interface", struct ovr_interface, interface_rows, "An interface and one reading of its counters");

int
ovr_interface_take(const char *name, struct ovr_interface *interface, struct ovr_err *err)
{
	int status = ovr_nic_facts_read(name, &interface->facts, err);

	return status != 0 ? status : ovr_nic_counters_read(name, &interface->counters, err);
}

void
ovr_interface_done(struct ovr_interface *interface)
{
	ovr_nic_counters_done(&interface->counters);
}

json_t *
ovr_interface_json(const struct ovr_interface *interface)
{
	return ovr_json_object(&interface_table, interface, NULL);
}

int
ovr_interface_read(const json_t *value, struct ovr_interface *ret_interface, struct ovr_err *err)
{
	static const struct ovr_json_table *const table = &interface_table;
	struct ovr_interface interface;
	int status = ovr_json_check(&table, 1, value, err);

	if (status == 0)
		status = ovr_json_read(table, value, &interface, err);
	if (status != 0)
		return status;
	interface.counters.capacity = interface.counters.n;
	*ret_interface = interface;
	return 0;
}
