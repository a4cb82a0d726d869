/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Every document that overrun writes as JSON, with its tables: where the schemas and the page of
 * keys begin, and what a saved document is held against.
 *
 * Internal to report, and to the generators of docs/. Any thread.
 */
#pragma once

#include "report/json_tables.h"

/** Tables of a document, at most. */
#define OVR_JSON_ROOTS_MAX 10

/** Versions of all documents: the number after the slash of `schema`. */
#define OVR_JSON_VERSION 1

/** A document. */
struct ovr_json_document {
	const char *name;  /**< "result": its schema is overrun.result/1 */
	const char *about; /**< NULL: its first table says it */
	/** by command, ended by one without a table; of no command: keys of every one of them */
	struct {
		const char *command;
		const struct ovr_json_table *table;
	} root[OVR_JSON_ROOTS_MAX];
};

/** @return the documents in their order, by number from 0; NULL beyond the last one */
const struct ovr_json_document *ovr_json_document_at(size_t number);
