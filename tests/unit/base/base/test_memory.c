/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/memory.h"

#include <sys/resource.h>

#include <criterion/criterion.h>

#include "support/tree.h"

TestSuite(memory, .init = tree_make, .fini = tree_remove);

Test(memory, the_kernels_figure_is_in_kilobytes)
{
	tree_put("proc/meminfo", "MemTotal:       16000000 kB\nMemFree:  1 kB\nMemAvailable:    2048 kB\n");
	cr_assert_eq(ovr_memory_available(tree_root()), 2097152);
}

Test(memory, a_control_group_leaves_less)
{
	tree_put("proc/meminfo", "MemAvailable:    2048 kB\n");
	tree_put("proc/self/cgroup", "0::/lab.slice/run\n");
	tree_put("sys/fs/cgroup/lab.slice/run/memory.max", "1000000\n");
	tree_put("sys/fs/cgroup/lab.slice/run/memory.current", "400000\n");
	cr_assert_eq(ovr_memory_available(tree_root()), 600000);
	tree_put("sys/fs/cgroup/lab.slice/run/memory.max", "max\n");
	cr_assert_eq(ovr_memory_available(tree_root()), 2097152);
}

Test(memory, what_nobody_tells_is_no_limit)
{
	cr_assert_eq(ovr_memory_available(tree_root()), UINT64_MAX);
}

Test(memory, a_limit_of_the_address_space_counts)
{
	struct rlimit limit = { .rlim_cur = 1ull << 56, .rlim_max = RLIM_INFINITY };

	tree_put("proc/meminfo", "MemAvailable:    100000000000000 kB\n");
	tree_put("proc/self/statm", "1000 1 1 1 0 1 0\n");
	cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
	cr_assert_eq(ovr_memory_available(tree_root()), (1ull << 56) - 4096000);
}
