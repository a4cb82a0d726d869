/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/grid.h"

#include "base/rng.h"

/* One sequence of random numbers for the order, and one for each cell. */
#define SEQUENCE_ORDER UINT64_MAX

/* Cells of one repeat. */
static uint64_t
cells_once(const struct ovr_method_grid *grid)
{
	uint64_t n = 1;

	for (uint32_t axis = 0; axis < grid->n_axes; axis++)
		if (__builtin_mul_overflow(n, (uint64_t)grid->n[axis], &n))
			return UINT64_MAX;
	return n;
}

uint64_t
ovr_method_grid_cells(const struct ovr_method_grid *grid)
{
	uint64_t n = cells_once(grid);

	if (n == UINT64_MAX || __builtin_mul_overflow(n, (uint64_t)grid->repeats, &n))
		return UINT64_MAX;
	return n;
}

struct ovr_method_cell
ovr_method_grid_cell(const struct ovr_method_grid *grid, uint64_t index)
{
	uint64_t n = cells_once(grid);
	struct ovr_method_cell cell = { .repeat = (uint32_t)(index / n) };

	index %= n;
	for (uint32_t axis = 0; axis < grid->n_axes; axis++) {
		cell.at[axis] = (uint32_t)(index % grid->n[axis]);
		index /= grid->n[axis];
	}
	return cell;
}

uint64_t
ovr_method_grid_seed(const struct ovr_method_grid *grid, uint64_t index)
{
	struct ovr_rng rng;

	ovr_rng_seed(&rng, grid->seed, index);
	return ovr_rng_u64(&rng) >> 1;
}

void
ovr_method_grid_order(const struct ovr_method_grid *grid, uint32_t *order)
{
	uint64_t n = cells_once(grid);
	struct ovr_rng rng;

	ovr_rng_seed(&rng, grid->seed, SEQUENCE_ORDER);
	for (uint32_t repeat = 0; repeat < grid->repeats; repeat++) {
		uint32_t *block = order + repeat * n;

		for (uint64_t i = 0; i < n; i++)
			block[i] = (uint32_t)(repeat * n + i);
		for (uint64_t i = n; i > 1; i--) {
			uint64_t other = ovr_rng_below(&rng, i);
			uint32_t moved = block[i - 1];

			block[i - 1] = block[other];
			block[other] = moved;
		}
	}
}
