/* SPDX-License-Identifier: BSD-3-Clause */
#include "screen/grid.h"

#include <criterion/criterion.h>

static struct ovr_grid_cell cell[3 * 10 + 1];
static struct ovr_grid grid = { 3, 10, cell };
static char buf[64];

static void
begin(void)
{
	ovr_grid_clear(&grid);
	cell[30].code = 'x';
}

static void
end(void)
{
	cr_assert_eq(cell[30].code, 'x', "beyond the grid");
}

TestSuite(grid, .init = begin, .fini = end);

Test(grid, text_is_cut_at_the_edge)
{
	cr_assert_eq(ovr_grid_put(&grid, 2, 7, 99, OVR_GRID_BAD, "abcdef"), 10);
	cr_assert_str_eq(ovr_grid_row(&grid, 2, buf, sizeof(buf)), "       abc");
	cr_assert_eq(cell[29].style, OVR_GRID_BAD);
	cr_assert_eq(ovr_grid_put(&grid, 3, 0, 10, OVR_GRID_PLAIN, "below"), 0);
	cr_assert_eq(ovr_grid_put(&grid, 0, 12, 10, OVR_GRID_PLAIN, "beside"), 12);
}

Test(grid, text_ends_where_it_is_told_to)
{
	ovr_grid_put_right(&grid, 0, 6, OVR_GRID_PLAIN, "12µs");
	cr_assert_str_eq(ovr_grid_row(&grid, 0, buf, sizeof(buf)), "  12µs");
	ovr_grid_put_right(&grid, 1, 3, OVR_GRID_PLAIN, "12345");
	cr_assert_str_eq(ovr_grid_row(&grid, 1, buf, sizeof(buf)), "123");
}

/* Wide, combining, controlling, and no characters at all. */
Test(grid, what_is_not_one_cell_wide_is_a_question_mark)
{
	ovr_grid_put(&grid, 0, 0, 10, OVR_GRID_PLAIN, "a界b\033c\xcc\x81\xff\xc2█é");
	cr_assert_str_eq(ovr_grid_row(&grid, 0, buf, sizeof(buf)), "a?b?c???█é");
}

Test(grid, a_style_is_given_to_cells_that_are_there)
{
	ovr_grid_style(&grid, 2, 8, 99, OVR_GRID_TITLE);
	ovr_grid_style(&grid, 3, 0, 10, OVR_GRID_TITLE);
	cr_assert_eq(cell[27].style, OVR_GRID_PLAIN);
	cr_assert_eq(cell[28].style, OVR_GRID_TITLE);
	cr_assert_eq(cell[29].style, OVR_GRID_TITLE);
}
