/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints as JSON what pages say of the code: the ledger's accounts, the rules for counters of
 * kernel interfaces, the rows of DPDK's drivers, the places of the atlas, bounds, and the tables of
 * the program's JSON.
 */
#include <jansson.h>
#include <stdio.h>

#include "json_facts.h"

#include "atlas/places.h"
#include "frame/frame.h"
#include "frame/mix.h"
#include "kernel/rules.h"
#include "ledger/ledger.h"
#include "method/goal.h"
#include "nic/rules.h"
#include "plan/plan.h"
#include "plan/sweep.h"
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

/* "hop, receiver" */
static json_t *
roles_of(const struct ovr_kernel_rule *rule)
{
	static const struct {
		enum ovr_kernel_role role;
		const char *name;
	} role[] = {
		{ OVR_KERNEL_SENDER, "sender" },
		{ OVR_KERNEL_HOP, "hop" },
		{ OVR_KERNEL_RECEIVER, "receiver" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(role) / sizeof(role[0]); i++)
		if ((rule->roles & role[i].role) != 0)
			json_array_append_new(list, json_string(role[i].name));
	return list;
}

/* Which counter of a namespace owns a loss. */
static json_t *
kernel_rules(void)
{
	size_t n;
	const struct ovr_kernel_rule *rule = ovr_kernel_rules(&n);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:o, s:s, s:s, s:s*, s:s*, s:s}", "layer",
				ovr_kernel_layer_name(rule[i].layer), "counter", rule[i].name, "roles",
				roles_of(&rule[i]), "account", ovr_ledger_place_name(rule[i].place), "unit",
				ovr_kernel_unit_name(rule[i].unit), "aliases", rule[i].aliases,
				"never_add_to", rule[i].never_add_to, "remark", rule[i].remark));
	return list;
}

static json_t *
command_of(const struct ovr_atlas_command *command)
{
	if (command->line == NULL)
		return NULL;
	return json_pack("{s:s, s:s}", "host", ovr_atlas_host_name(command->host), "line", command->line);
}

static json_t *
commands_of(const struct ovr_atlas_command *command, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n && command[i].line != NULL; i++)
		json_array_append_new(list, command_of(&command[i]));
	return list;
}

static const char *
account_of(enum ovr_ledger_place place)
{
	return place < OVR_PLACE_COUNT ? ovr_ledger_place_name(place) : NULL;
}

/* Where a host loses frames, and how it is cured. */
static json_t *
atlas(void)
{
	size_t n;
	const struct ovr_atlas_place *place = ovr_atlas_places(&n);
	json_t *list = json_array();
	char needs[160];

	for (size_t i = 0; i < n; i++, place++)
		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*, s:s, s:s*, s:s, s:s, s:o, s:o*, s:o, s:o, "
				  "s:o*, s:s*}",
				"id", place->id, "title", place->title, "happens", place->happens, "where",
				place->where, "familiar", place->familiar, "cannot", place->cannot, "needs",
				ovr_atlas_place_needs(needs, sizeof(needs), place), "owner",
				account_of(place->owner), "equation", place->equation, "cure", place->cure,
				"cause", commands_of(place->cause, OVR_ATLAS_COMMANDS_MAX), "trial",
				command_of(&place->trial), "show",
				commands_of(place->show, OVR_ATLAS_SHOWS_MAX), "remedy",
				commands_of(place->remedy, OVR_ATLAS_COMMANDS_MAX), "cured",
				command_of(&place->cured), "moves_to", account_of(place->moves_to)));
	return list;
}

/* By the first words of their rows in docs/reference/limits.md. */
static json_t *
limits(void)
{
	static const struct {
		const char *row;
		uint64_t bound;
	} limit[] = {
		{ "frame size", OVR_FRAME_SIZE_MAX },
		{ "VLAN tags", OVR_FRAME_VLANS_MAX },
		{ "streams", OVR_FRAME_STREAMS_MAX },
		{ "length of a trial", OVR_PLAN_TIME_MAX_NS / UINT64_C(3600000000000) },
		{ "entries of a size mix", OVR_MIX_LENGTH_MAX },
		{ "entries of a size mix", OVR_MIX_SIZES_MAX },
		{ "queues", OVR_PLAN_QUEUES_MAX },
		{ "queues", OVR_PLAN_WIRE_QUEUES_MAX },
		{ "workers", OVR_PLAN_WORKERS_MAX },
		{ "cells of a sweep", OVR_PLAN_SWEEP_CELLS_MAX },
		{ "cells of a sweep", OVR_PLAN_LIST_MAX },
		{ "goals of a search", OVR_METHOD_GOALS_MAX },
		{ "reasons of a verdict", OVR_LEDGER_REASONS_MAX },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(limit) / sizeof(limit[0]); i++)
		json_array_append_new(list,
			json_pack("{s:s, s:I}", "row", limit[i].row, "bound", (json_int_t)limit[i].bound));
	return list;
}

int
main(void)
{
	json_t *facts = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "accounts", accounts(), "atlas",
		atlas(), "kernel", kernel_rules(), "standard", rows_of(ovr_nic_standard_rows), "drivers",
		rows_of(ovr_nic_rows), "dpdk", dpdk_drivers(), "limits", limits(), "json", json_facts());
	int status;

	if (facts == NULL) {
		fprintf(stderr, "facts: no memory, or a text that is not UTF-8\n");
		return 1;
	}
	status = json_dumpf(facts, stdout, JSON_INDENT(1)) != 0 || putchar('\n') == EOF;
	json_decref(facts);
	return status;
}
