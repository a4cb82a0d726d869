/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints as JSON what generated pages say of the code: the ledger's accounts, the rules for counters of kernel interfaces and
 * the rows of DPDK's drivers.
 */
#include <jansson.h>
#include <stdio.h>

#include "ledger/ledger.h"
#include "nic/rules.h"
#include "port/drivers.h"

static json_t *
accounts(void)
{
	json_t *list = json_array();

	for (int place = 0; place < OVR_PLACE_COUNT; place++)
		json_array_append_new(list, json_string(ovr_ledger_place_name((enum ovr_ledger_place)place)));
	return list;
}

static json_t *
rule_of(const struct ovr_nic_rule *rule)
{
	const struct ovr_nic_meaning *meaning = &rule->meaning;

	return json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s, s:b, s:s*}", "source",
		ovr_nic_source_name(rule->source), "counter", rule->name, "kind",
		ovr_nic_kind_name(meaning->kind), "trust", ovr_nic_trust_name(meaning->trust), "account",
		meaning->place < OVR_PLACE_COUNT ? ovr_ledger_place_name(meaning->place) : NULL, "remark",
		meaning->remark, "booked", ovr_nic_is_booked(meaning), "where", rule->where);
}

static json_t *
rows_of(const struct ovr_nic_row *row)
{
	json_t *list = json_array();

	for (; row->driver != NULL; row++) {
		json_t *rules = json_array();

		for (size_t i = 0; i < row->n_rules; i++)
			json_array_append_new(rules, rule_of(&row->rule[i]));
		json_array_append_new(list,
			json_pack("{s:s, s:I, s:o}", "driver", row->driver, "late_ms",
				(json_int_t)row->late_ms, "rules", rules));
	}
	return list;
}

static json_t *
dpdk_drivers(void)
{
	json_t *list = json_array();
	const struct ovr_driver *driver;

	for (size_t i = 0; (driver = ovr_driver_row(i)) != NULL; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:I, s:s*, s:s}", "driver", driver->driver, "pci_id",
				(json_int_t)driver->pci_id, "imissed", driver->imissed, "trust",
				ovr_nic_trust_name(driver->trust)));
	return list;
}

int
main(void)
{
	json_t *facts = json_pack("{s:o, s:o, s:o, s:o}", "accounts", accounts(), "standard",
		rows_of(ovr_nic_standard_rows), "drivers", rows_of(ovr_nic_rows), "dpdk", dpdk_drivers());
	int status;

	if (facts == NULL) {
		fprintf(stderr, "facts: no memory, or a text that is not UTF-8\n");
		return 1;
	}
	status = json_dumpf(facts, stdout, JSON_INDENT(1)) != 0 || putchar('\n') == EOF;
	json_decref(facts);
	return status;
}
