/* SPDX-License-Identifier: BSD-3-Clause */
/** @file What came of a place, as plain data for reports. Pure. Any thread. */
#pragma once

#include "atlas/atlas.h"
#include "result/reproduction.h"

/** @param ret_told texts of the place stay the table's */
void ovr_atlas_tell(const struct ovr_atlas_place *place, const struct ovr_atlas_outcome *outcome,
	struct ovr_reproduction *ret_told);
