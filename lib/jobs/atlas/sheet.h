/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Text of a place and its reproduction, as a lab sheet: what happens, how it is seen, how it is
 * cured.
 */
#pragma once

#include <stdio.h>

#include "atlas/atlas.h"

/** Print the list of places: id, title, and what each needs. */
void ovr_atlas_sheet_list(FILE *out);

/** Print a sheet. */
void ovr_atlas_sheet_print(const struct ovr_atlas_lab *lab, const struct ovr_atlas_place *place,
	const struct ovr_atlas_outcome *outcome, FILE *out);

/** Print how a lab that was kept is entered, and removed. */
void ovr_atlas_sheet_kept(const struct ovr_atlas_lab *lab, FILE *out);
