/* SPDX-License-Identifier: BSD-3-Clause */
#include "path/mtu.h"

#include <criterion/criterion.h>

/* Whatever the MTU, the search ends at it, and within four passes. */
Test(mtu, the_search_ends_at_the_mtu)
{
	for (uint32_t mtu = 68; mtu < 9000; mtu += 7) {
		struct ovr_path_mtu search = { .passes_bytes = 68, .fails_bytes = 9001 };
		uint32_t bytes[OVR_PATH_MTU_SIZES], n, passes = 0;

		while ((n = ovr_path_mtu_sizes(&search, bytes)) != 0) {
			cr_assert_lt(++passes, 5);
			for (uint32_t i = 0; i < n; i++) {
				cr_assert_gt(bytes[i], 68);
				if (bytes[i] <= mtu && bytes[i] > search.passes_bytes)
					search.passes_bytes = bytes[i];
				if (bytes[i] > mtu && bytes[i] < search.fails_bytes)
					search.fails_bytes = bytes[i];
			}
		}
		cr_assert_eq(search.passes_bytes, mtu, "%u", mtu);
		cr_assert_eq(search.fails_bytes, mtu + 1);
	}
}

Test(mtu, losses_ask_for_more_tries)
{
	cr_assert_eq(ovr_path_mtu_tries(0), 3);
	cr_assert_eq(ovr_path_mtu_tries(0.1), 3);
	cr_assert_eq(ovr_path_mtu_tries(0.15), 4);
	cr_assert_eq(ovr_path_mtu_tries(0.5), 10);
	cr_assert_eq(ovr_path_mtu_tries(0.8), 0);
	cr_assert_eq(ovr_path_mtu_tries(1), 0);
}
