/* SPDX-License-Identifier: BSD-3-Clause */
#include "method/grid.h"

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct ovr_method_grid small = { .n_axes = 3, .n = { 4, 1, 3 }, .repeats = 2, .seed = 7 };

Test(grid, a_grid_has_a_cell_for_each_value_of_each_axis_and_repeat)
{
	struct ovr_method_grid grid = small;

	cr_assert_eq(ovr_method_grid_cells(&grid), 24);
	grid.n[1] = 0;
	cr_assert_eq(ovr_method_grid_cells(&grid), 0);
	grid.n[0] = grid.n[1] = grid.n[2] = UINT32_MAX;
	cr_assert_eq(ovr_method_grid_cells(&grid), UINT64_MAX, "more than can be counted");
}

Test(grid, the_first_axis_changes_fastest)
{
	struct ovr_method_cell cell = ovr_method_grid_cell(&small, 12 + 2 * 4 + 3);

	cr_assert_eq(cell.repeat, 1);
	cr_assert_eq(cell.at[0], 3);
	cr_assert_eq(cell.at[1], 0);
	cr_assert_eq(cell.at[2], 2);
}

Test(grid, every_cell_has_its_turn_once_in_each_repeat)
{
	uint32_t order[24];
	unsigned int seen[24] = { 0 };

	ovr_method_grid_order(&small, order);
	for (int i = 0; i < 24; i++) {
		cr_assert_lt(order[i], 24);
		seen[order[i]]++;
		cr_assert_eq(order[i] / 12, (uint32_t)i / 12, "one repeat after the other");
	}
	for (int i = 0; i < 24; i++)
		cr_assert_eq(seen[i], 1);
}

Test(grid, the_order_is_mixed_and_follows_from_the_seed)
{
	struct ovr_method_grid grid = small;
	uint32_t one[24], again[24], other[24];
	bool is_sorted = true;

	ovr_method_grid_order(&grid, one);
	ovr_method_grid_order(&grid, again);
	grid.seed = 8;
	ovr_method_grid_order(&grid, other);
	cr_assert_arr_eq(one, again, sizeof(one));
	cr_assert_arr_neq(one, other, sizeof(one));
	for (int i = 1; i < 12; i++)
		is_sorted &= one[i] > one[i - 1];
	cr_assert_not(is_sorted);
	for (int i = 0; i < 12; i++)
		again[i] = one[12 + i] - 12;
	cr_assert_arr_neq(one, again, 12 * sizeof(one[0]), "each repeat is mixed anew");
}

Test(grid, each_cell_has_a_seed_of_its_own_that_json_can_hold)
{
	struct ovr_method_grid other = small;

	other.seed = 8;
	for (uint64_t i = 0; i < 24; i++) {
		uint64_t seed = ovr_method_grid_seed(&small, i);

		cr_assert_lt(seed, UINT64_C(1) << 63);
		cr_assert_eq(seed, ovr_method_grid_seed(&small, i));
		cr_assert_neq(seed, ovr_method_grid_seed(&other, i));
		for (uint64_t j = 0; j < i; j++)
			cr_assert_neq(seed, ovr_method_grid_seed(&small, j));
	}
}
