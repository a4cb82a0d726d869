/* SPDX-License-Identifier: BSD-3-Clause */
#include "json_facts.h"

#include <stdio.h>

#include "report/json_documents.h"

static json_t *
names_of(const struct ovr_json_names *names)
{
	json_t *list = json_array();

	for (int value = names->first; value < names->n; value++)
		json_array_append_new(list, json_string(ovr_json_name_of(names, value)));
	return list;
}

static const char *
kind_of(enum ovr_json_kind kind)
{
	static const char *const name[] = {
		[OVR_JSON_OBJECT] = "object",
		[OVR_JSON_LIST] = "list",
		[OVR_JSON_TEXT] = "text",
		[OVR_JSON_STRING] = "text",
		[OVR_JSON_FIXED] = "fixed",
		[OVR_JSON_CONSTANT] = "constant",
		[OVR_JSON_NAME] = "name",
		[OVR_JSON_BOOL] = "bool",
		[OVR_JSON_COUNT] = "count",
		[OVR_JSON_WHOLE] = "whole",
		[OVR_JSON_EXACT] = "exact",
		[OVR_JSON_CELLS] = "cells",
		[OVR_JSON_TUPLE] = "tuple",
		[OVR_JSON_REAL] = "real",
		[OVR_JSON_AMOUNT] = "amount",
		[OVR_JSON_RATIO] = "ratio",
		[OVR_JSON_SHARE] = "ratio",
		[OVR_JSON_COUNTS] = "counts",
		[OVR_JSON_ID] = "id",
		[OVR_JSON_MAC] = "mac",
		[OVR_JSON_PAIRS] = "pairs",
		[OVR_JSON_SHARES] = "shares",
		[OVR_JSON_PLAN] = "plan",
	};

	return name[kind];
}

static json_t *
row_of(const struct ovr_json_row *row)
{
	bool is_list = row->kind == OVR_JSON_LIST;
	bool is_null = row->null != OVR_JSON_NEVER_NULL || row->is_known != NULL;

	return json_pack("{s:s*, s:s, s:s*, s:s*, s:s*, s:o*, s:s*, s:b, s:b, s:b, s:b, s:b, s:I, s:I, s:I}",
		"key", row->key, "kind", kind_of(row->kind), "about", row->about, "fixed", row->fixed, "item",
		is_list ? kind_of(row->item) : NULL, "names",
		row->names == NULL ? NULL : names_of(row->names), "table",
		row->table == NULL ? NULL : row->table->name, "null", is_null, "optional",
		row->is_there != NULL, "added", row->is_added, "sparse", row->is_sparse, "above",
		row->is_above, "min", (json_int_t)row->min, "max", (json_int_t)row->max, "min_item",
		(json_int_t)row->min_item);
}

static json_t *
table_of(const struct ovr_json_table *table)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < table->n_rows; i++)
		json_array_append_new(rows, row_of(&table->row[i]));
	return json_pack("{s:s*, s:o}", "about", table->about, "rows", rows);
}

/* Add a table's own tables, and theirs, by name. Two of one name cannot be told apart. */
static int
add_tables(json_t *tables, const struct ovr_json_table *table)
{
	int rc = 0;

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct ovr_json_table *inner = table->row[i].table;
		json_t *found, *made;

		if (inner == NULL)
			continue;
		found = json_object_get(tables, inner->name);
		made = table_of(inner);
		if (found != NULL && !json_equal(found, made)) {
			fprintf(stderr, "two tables are called %s\n", inner->name);
			rc = -1;
		}
		json_object_set_new(tables, inner->name, made);
		rc |= add_tables(tables, inner);
	}
	return rc;
}

static json_t *
document_of(const struct ovr_json_document *document)
{
	json_t *roots = json_array(), *tables = json_object();
	int rc = 0;

	for (size_t i = 0; document->root[i].table != NULL; i++) {
		json_array_append_new(roots,
			json_pack("{s:s*, s:o}", "command", document->root[i].command, "table",
				table_of(document->root[i].table)));
		rc |= add_tables(tables, document->root[i].table);
	}
	return rc != 0
		? NULL
		: json_pack("{s:s*, s:o, s:o}", "about", document->about, "roots", roots, "tables", tables);
}

json_t *
json_facts(void)
{
	const struct ovr_json_document *document;
	json_t *all = json_object();

	for (size_t i = 0; (document = ovr_json_document_at(i)) != NULL; i++)
		if (json_object_set_new(all, document->name, document_of(document)) != 0)
			return NULL;
	return all;
}
