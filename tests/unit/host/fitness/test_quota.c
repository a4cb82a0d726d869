/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/quota.h"

#include <criterion/criterion.h>

#include "support/tree.h"

#define V2 "31 23 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"

TestSuite(quota, .init = tree_make, .fini = tree_remove);

static struct ovr_fitness_quota
quota_of(const char *groups, const char *mounts)
{
	struct ovr_fitness_quota quota;

	tree_put("proc/thread-self/cgroup", groups);
	tree_put("proc/thread-self/mountinfo", mounts);
	fit_quota_read(tree_root(), &quota);
	return quota;
}

Test(quota, of_an_empty_host_nothing_is_known)
{
	struct ovr_fitness_quota quota;

	fit_quota_read(tree_root(), &quota);
	cr_assert_not(quota.is_known);
	cr_assert_eq(quota.quota_us, 0);
}

Test(quota, a_group_without_a_quota_has_none)
{
	struct ovr_fitness_quota quota;

	tree_put("sys/fs/cgroup/a/cpu.max", "max 100000\n");
	quota = quota_of("0::/a\n", V2);
	cr_assert(quota.is_known);
	cr_assert_eq(quota.quota_us, 0);
	cr_assert_str_eq(quota.group, "");
}

Test(quota, the_smallest_of_the_groups_counts_with_its_own_figures)
{
	struct ovr_fitness_quota quota;

	tree_put("sys/fs/cgroup/a/b/cpu.max", "300000 100000\n");
	tree_put("sys/fs/cgroup/a/b/cpu.stat", "nr_periods 1\nnr_throttled 1\nthrottled_usec 1\n");
	tree_put("sys/fs/cgroup/a/cpu.max", "75000 50000\n");
	tree_put("sys/fs/cgroup/a/cpu.stat",
		"usage_usec 99\nnr_periods 340\nnr_throttled 12\nthrottled_usec 3100\nnr_bursts 0\n");
	quota = quota_of("0::/a/b\n", V2);
	cr_assert_not(quota.is_v1);
	cr_assert_str_eq(quota.group, "/sys/fs/cgroup/a");
	cr_assert_eq(quota.quota_us, 75000);
	cr_assert_eq(quota.period_us, 50000);
	cr_assert_eq(quota.n_periods, 340);
	cr_assert_eq(quota.n_throttled, 12);
	cr_assert_eq(quota.throttled_us, 3100);
}

Test(quota, the_group_of_a_container_is_the_mount_point)
{
	tree_put("sys/fs/cgroup/cpu.max", "50000 100000\n");
	cr_assert_eq(quota_of("0::/\n", V2).quota_us, 50000);
	cr_assert_str_eq(quota_of("0::/\n", V2).group, "/sys/fs/cgroup");
	/* without a namespace of its own: the mount shows a part of the hierarchy */
	cr_assert_eq(
		quota_of("0::/docker/ab\n", "31 23 0:27 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
			.quota_us,
		50000);
	cr_assert_not(
		quota_of("0::/docker/abc\n", "31 23 0:27 /docker/ab /sys/fs/cgroup ro - cgroup2 cgroup rw\n")
			.is_known);
	cr_assert_not(quota_of("0::/../ab\n", V2).is_known);
}

Test(quota, a_hierarchy_of_v1_keeps_the_controller_from_v2)
{
	struct ovr_fitness_quota quota;

	tree_put("sys/fs/cgroup/unified/x/cpu.max", "1000 100000\n");
	tree_folder("sys/fs/cgroup/cpuset/a");
	tree_put("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "120000\n");
	tree_put("sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
	tree_put("sys/fs/cgroup/cpu,cpuacct/a/cpu.stat",
		"nr_periods 9\nnr_throttled 4\nthrottled_time 5000000\n");
	tree_put("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
	tree_put("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
	quota = quota_of("3:cpuset:/a\n2:cpu,cpuacct:/a\n0::/x\n",
		"30 23 0:26 / /sys/fs/cgroup/unified rw shared:9 - cgroup2 cgroup2 rw\n"
		"31 23 0:27 / /sys/fs/cgroup/cpuset rw shared:9 - cgroup cgroup rw,cpuset\n"
		"32 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n");
	cr_assert(quota.is_v1);
	cr_assert_str_eq(quota.group, "/sys/fs/cgroup/cpu,cpuacct/a");
	cr_assert_eq(quota.quota_us, 120000);
	cr_assert_eq(quota.n_throttled, 4);
	cr_assert_eq(quota.throttled_us, 5000);
}
