/* SPDX-License-Identifier: BSD-3-Clause */
/** @file The tables of what the program writes as JSON, for the schemas and the page of keys. */
#pragma once

#include <jansson.h>

/** @return documents by name, each with its roots and tables; NULL: a name is taken twice */
json_t *json_facts(void);
