/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/facts.h"

#include <criterion/criterion.h>

#include "support/tree.h"

#define CPU "sys/devices/system/cpu/"

TestSuite(facts, .init = tree_make, .fini = tree_remove);

static struct ovr_fitness_facts
read_host(uint32_t steal_ms)
{
	struct ovr_fitness_facts facts;
	struct ovr_err err;

	cr_assert_eq(ovr_fitness_host_read(tree_root(), steal_ms, &facts, &err), 0, "%s", err.text);
	return facts;
}

/* A host of four threads in two cores, of which this process may use CPUs 0 to 2. */
static void
put_cpus(void)
{
	tree_put("proc/thread-self/status", "Name:\toverrun\nCpus_allowed:\t7\nCpus_allowed_list:\t0-2\n");
	tree_put(CPU "online", "0-3\n");
	tree_put(CPU "cpu0/topology/thread_siblings_list", "0,2\n");
	tree_put(CPU "cpu1/topology/thread_siblings_list", "1,3\n");
	tree_put(CPU "cpu2/topology/thread_siblings_list", "0,2\n");
	tree_put(CPU "cpu3/topology/thread_siblings_list", "1,3\n");
}

Test(facts, of_an_empty_host_nothing_is_known)
{
	struct ovr_fitness_facts facts = read_host(1);

	cr_assert_eq(facts.cpus.n, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.cpus.n_isolated, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.cpus.n_governed, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.cpus.n_cores, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.steal.stolen_ticks, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.steal.measured_ms, 0);
	cr_assert_eq(facts.max_backlog, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.budget, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.rmem_max, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.rmem_default, OVR_FITNESS_UNKNOWN);
	cr_assert_not(facts.has_conntrack);
	cr_assert_eq(facts.softnet_dropped, OVR_FITNESS_UNKNOWN);
	cr_assert_eq(facts.softnet_squeezed, OVR_FITNESS_UNKNOWN);
	cr_assert_not(facts.has_port);
}

Test(facts, cpus_are_those_of_this_process)
{
	struct ovr_fitness_facts facts;

	put_cpus();
	tree_put(CPU "isolated", "2-3\n");
	facts = read_host(0);
	cr_assert_eq(facts.cpus.n, 3);
	cr_assert_str_eq(facts.cpus.list, "0-2");
	cr_assert_eq(facts.cpus.n_online, 4);
	cr_assert_eq(facts.cpus.n_isolated, 1);
}

Test(facts, a_host_that_isolates_no_cpu_says_so_with_an_empty_file)
{
	put_cpus();
	tree_put(CPU "isolated", "\n");
	cr_assert_eq(read_host(0).cpus.n_isolated, 0);
}

Test(facts, two_threads_of_a_core_are_one_core)
{
	struct ovr_fitness_facts facts;

	put_cpus();
	facts = read_host(0);
	cr_assert_eq(facts.cpus.n_cores, 2);
	cr_assert_str_eq(facts.cpus.siblings, "0,2");
}

Test(facts, governors_of_other_cpus_do_not_count_but_may_differ)
{
	struct ovr_fitness_facts facts;

	put_cpus();
	tree_put(CPU "cpu0/cpufreq/scaling_governor", "performance\n");
	tree_put(CPU "cpu1/cpufreq/scaling_governor", "powersave\n");
	tree_put(CPU "cpu2/cpufreq/scaling_governor", "powersave\n");
	tree_put(CPU "cpu3/cpufreq/scaling_governor", "schedutil\n");
	facts = read_host(0);
	cr_assert_eq(facts.cpus.n_governed, 3);
	cr_assert_eq(facts.cpus.n_slow, 2);
	cr_assert_str_eq(facts.cpus.governor, "powersave");
	cr_assert(facts.cpus.governors_differ);
	/* one that sets all of them sets this one, too */
	tree_put(CPU "cpu0/cpufreq/scaling_governor", "powersave\n");
	cr_assert(read_host(0).cpus.governors_differ);
	tree_put(CPU "cpu3/cpufreq/scaling_governor", "powersave\n");
	cr_assert_not(read_host(0).cpus.governors_differ);
}

Test(facts, settings_of_the_stack_are_numbers)
{
	struct ovr_fitness_facts facts;

	tree_put("proc/sys/net/core/netdev_max_backlog", "1000\n");
	tree_put("proc/sys/net/core/netdev_budget", "300\n");
	tree_put("proc/sys/net/core/rmem_max", "4194304\n");
	tree_put("proc/sys/net/core/rmem_default", "212992\n");
	tree_put("proc/sys/net/netfilter/nf_conntrack_count", "95\n");
	tree_put("proc/sys/net/netfilter/nf_conntrack_max", "100\n");
	facts = read_host(0);
	cr_assert_eq(facts.max_backlog, 1000);
	cr_assert_eq(facts.budget, 300);
	cr_assert_eq(facts.rmem_max, 4194304);
	cr_assert_eq(facts.rmem_default, 212992);
	cr_assert(facts.has_conntrack);
	cr_assert_eq(facts.conntrack, 95);
	cr_assert_eq(facts.conntrack_max, 100);
}

Test(facts, softnet_is_the_sum_of_the_cpus)
{
	struct ovr_fitness_facts facts;

	tree_put("proc/thread-self/net/softnet_stat",
		"00000001 00000002 00000003\n00000001 00000010 00000004\n");
	facts = read_host(0);
	cr_assert_eq(facts.softnet_dropped, 18);
	cr_assert_eq(facts.softnet_squeezed, 7);
}

Test(facts, a_file_that_is_no_softnet_stat_tells_nothing)
{
	tree_put("proc/thread-self/net/softnet_stat", "00000001 00000002 00000003\nnone\n");
	cr_assert_eq(read_host(0).softnet_dropped, OVR_FITNESS_UNKNOWN);
}

Test(facts, ticks_that_stand_still_are_no_steal)
{
	struct ovr_fitness_facts facts;

	tree_put("proc/stat", "cpu  100 20 30 400 5 6 7 80 0 0\n");
	facts = read_host(1);
	cr_assert_eq(facts.steal.stolen_ticks, 0);
	cr_assert_eq(facts.steal.all_ticks, 0);
	cr_assert_eq(facts.steal.measured_ms, 1);
}

Test(facts, steal_that_is_not_measured_is_unknown)
{
	tree_put("proc/stat", "cpu  100 20 30 400 5 6 7 80 0 0\n");
	cr_assert_eq(read_host(0).steal.stolen_ticks, OVR_FITNESS_UNKNOWN);
}
