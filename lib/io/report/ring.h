/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rings (`overrun ring`) as text and JSON (`overrun.ring/1`).
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "ring/change.h"
#include "ring/depth.h"

/** The picture that `ethtool -g` gives, and the receive ring's buffer time. @return 0; -EIO */
int ovr_report_ring_text(const struct ovr_ring_view *view, FILE *out, struct ovr_err *err);

/** All of them as one object. @return 0; -EIO, -ENOMEM */
int ovr_report_rings_json(const struct ovr_ring_view *view, uint32_t n_views, FILE *out, struct ovr_err *err);

/** What came of a change. @param verb "set", "restored" @return 0; -EIO */
int ovr_report_ring_change_text(
	const struct ovr_ring_change *change, const char *verb, FILE *out, struct ovr_err *err);

/** All changes as one object. @param command "ring set", "ring restore" @return 0; -EIO, -ENOMEM */
int ovr_report_ring_changes_json(const struct ovr_ring_change *change, uint32_t n_changes,
	const char *command, FILE *out, struct ovr_err *err);
