/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * An interface and one reading of its counters, as one host tells them to another: JSON, written
 * and read back by the same tables.
 *
 * What is read comes from another host, and nothing of it is trusted: the document is held against
 * its tables (json_check.h), and its texts are fit for a terminal.
 *
 * Control thread.
 */
#pragma once

#include <jansson.h>

#include "base/err.h"
#include "nic/counters.h"
#include "nic/nic.h"

/** Zeroed memory is an empty one. */
struct ovr_interface {
	struct ovr_nic_facts
		facts; /**< those that are shown beside counters; the others are 0 once read back */
	struct ovr_nic_counters counters; /**< at_ns is of the clock of their host */
};

/**
 * Read an interface of this host. Memory of an earlier reading is used again.
 * @return 0; what ovr_nic_facts_read() and ovr_nic_counters_read() return
 */
int ovr_interface_take(const char *name, struct ovr_interface *interface, struct ovr_err *err);

/** Free what it owns. */
void ovr_interface_done(struct ovr_interface *interface);

/** @return it as JSON, new; NULL: no memory */
json_t *ovr_interface_json(const struct ovr_interface *interface);

/**
 * Read one, as ovr_interface_json() made it.
 * @param[out] ret_interface the caller calls ovr_interface_done(). Untouched on failure
 * @return 0; -EINVAL: it is none, which the sentence says with the path of the key; -ENOMEM
 */
int ovr_interface_read(const json_t *value, struct ovr_interface *ret_interface, struct ovr_err *err);
