/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The cells of a grid, the order in which they are measured, and the seed of each.
 *
 * A cell is one value of every axis, measured once in each repeat. The order is drawn: all cells
 * of a repeat, mixed, then those of the next one, so that what drifts (temperature, neighbours) is
 * not mistaken for the effect of a parameter. Order and seeds follow from the grid's seed alone,
 * and a cell's seed does not depend on the order: a resumed sweep makes the same trials as an
 * uninterrupted one. Pure; any thread.
 */
#pragma once

#include <stdint.h>

#define OVR_METHOD_GRID_AXES_MAX 8

/** A grid. */
struct ovr_method_grid {
	uint32_t n_axes;
	uint32_t n[OVR_METHOD_GRID_AXES_MAX]; /**< values of each axis */
	uint32_t repeats;
	uint64_t seed;
};

/** Where a cell is. */
struct ovr_method_cell {
	uint32_t at[OVR_METHOD_GRID_AXES_MAX]; /**< index of the value of each axis */
	uint32_t repeat;                       /**< from 0 */
};

/**
 * @return cells of all repeats; 0: an axis has no value, or there are none to be made; UINT64_MAX:
 * more than that
 */
uint64_t ovr_method_grid_cells(const struct ovr_method_grid *grid);

/**
 * @param index < ovr_method_grid_cells(), by repeat, then by the last axis, the first axis changing
 * fastest
 * @return the cell
 */
struct ovr_method_cell ovr_method_grid_cell(const struct ovr_method_grid *grid, uint64_t index);

/** @return the seed of a cell, below 2^63, so that JSON can hold it */
uint64_t ovr_method_grid_seed(const struct ovr_method_grid *grid, uint64_t index);

/**
 * The order of measurement.
 * @param[out] order indices of cells; room for ovr_method_grid_cells(), fewer than 2^32
 */
void ovr_method_grid_order(const struct ovr_method_grid *grid, uint32_t *order);
