/* SPDX-License-Identifier: BSD-3-Clause */
#include "nic/rss.h"

#include <criterion/criterion.h>

Test(rss, a_table_names_all_queues_or_some)
{
	static const uint32_t all[] = { 0, 1, 2, 3, 0, 1, 2, 3 }, two[] = { 0, 1, 0, 1, 0, 1, 0, 1 };
	struct ovr_nic_rss rss = ovr_nic_rss_of(all, 8, 4);

	cr_assert(rss.known);
	cr_assert_eq(rss.n_queues, 4);
	cr_assert_eq(rss.n_used, 4);
	cr_assert(rss.is_equal);
	rss = ovr_nic_rss_of(two, 8, 4);
	cr_assert_eq(rss.n_used, 2);
	cr_assert(rss.is_equal);
}

Test(rss, a_table_that_is_weighed_or_begins_elsewhere_is_not_equal)
{
	static const uint32_t weighed[] = { 0, 0, 0, 1 }, second[] = { 1, 1, 1, 1 };
	struct ovr_nic_rss rss = ovr_nic_rss_of(weighed, 4, 2);

	cr_assert_eq(rss.n_used, 2);
	cr_assert_not(rss.is_equal);
	rss = ovr_nic_rss_of(second, 4, 2);
	cr_assert_eq(rss.n_used, 1);
	cr_assert_not(rss.is_equal);
}

Test(rss, a_table_that_is_empty_or_names_a_queue_that_is_none_is_not_known)
{
	static const uint32_t beyond[] = { 0, 4 };

	cr_assert_not(ovr_nic_rss_of(beyond, 2, 4).known);
	cr_assert_not(ovr_nic_rss_of(beyond, 0, 4).known);
	cr_assert_not(ovr_nic_rss_of(beyond, 0, 0).known);
}

Test(rss, an_interface_without_a_table_does_not_tell_it)
{
	cr_assert_not(ovr_nic_rss_read("lo").known);
	cr_assert_not(ovr_nic_rss_read("ovr-nowhere").known);
}
