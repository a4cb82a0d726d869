/* SPDX-License-Identifier: BSD-3-Clause */
#include "advise/cache.h"

#include <criterion/criterion.h>

#include "tree.h"

Test(cache, the_largest_one_is_taken_with_its_ways, .init = tree_make, .fini = tree_remove)
{
	struct ovr_advise_cache cache;

	tree_put("devices/system/cpu/cpu3/cache/index0/size", "32K\n");
	tree_put("devices/system/cpu/cpu3/cache/index0/ways_of_associativity", "8\n");
	tree_put("devices/system/cpu/cpu3/cache/index3/size", "22528K\n");
	tree_put("devices/system/cpu/cpu3/cache/index3/ways_of_associativity", "11\n");
	cache = ovr_advise_cache_read(tree_root(), 3);
	cr_assert_eq(cache.bytes, 23068672);
	cr_assert_eq(cache.n_ways, 11);
	cache = ovr_advise_cache_read(tree_root(), 4);
	cr_assert_eq(cache.bytes, 0);
	cr_assert_eq(cache.n_ways, 0);
}
