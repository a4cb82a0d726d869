/* SPDX-License-Identifier: BSD-3-Clause */
#include "support/drawn.h"

#include "picture/picture.h"

static const struct ovr_picture_columns columns = {
	{ "periods", "Loss periods", "How long." },
	"frames, up to",
	{ "lengths", "distances" },
	{ { [0] = 3, [4] = 1 }, { [40] = 2 } },
};

Test(columns, counts_sum_to_the_periods)
{
	char *drawn = NULL;

	DRAW(drawn, ovr_picture_columns(&columns, out));
	cr_expect_eq(sum_of(drawn, "data-count", "data-series=\"0\""), 4);
	cr_expect_eq(sum_of(drawn, "data-count", "data-series=\"1\""), 2);
	cr_expect_eq(sum_of(drawn, "data-count", "data-power=\"40\""), 2);
	free(drawn);
}

Test(columns, the_table_has_every_class_up_to_the_last)
{
	char *table = NULL;

	DRAW(table, ovr_picture_columns_table(&columns, out));
	cr_expect_eq(times_in(table, "<tr>"), 42);
	cr_expect_not_null(strstr(table, "<td>1</td><td>3</td><td>0</td>"));
	cr_expect_not_null(strstr(table, "<td>1,099,511,627,776</td><td>0</td><td>2</td>"));
	free(table);
}
