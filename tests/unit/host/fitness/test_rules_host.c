/* SPDX-License-Identifier: BSD-3-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "support/fitness_ask.h"
#include "support/fitness_sample.h"

#define WILL OVR_FITNESS_WILL_LOSE
#define MAY  OVR_FITNESS_MAY_LOSE
#define HINT OVR_FITNESS_HINT

static void
is_fine(const struct ovr_fitness_facts *facts, const char *id)
{
	fitness_ask(facts, id, OVR_FITNESS_FINE);
}

static void
is_unseen(const struct ovr_fitness_facts *facts, const char *id)
{
	fitness_ask(facts, id, OVR_FITNESS_UNSEEN);
}

Test(rules_host, a_host_that_is_fit_has_no_finding)
{
	struct ovr_fitness_facts facts = fitness_sample();
	struct ovr_fitness_report report;

	ovr_fitness_judge(&facts, &report);
	for (uint32_t i = 0; i < report.n; i++)
		cr_assert_eq(report.check[i].outcome, OVR_FITNESS_FINE, "%s is %s: %s", report.check[i].id,
			ovr_fitness_outcome_name(report.check[i].outcome), report.check[i].evidence);
	cr_assert_eq(report.measured_ns, 300000000);
	cr_assert_str_eq(report.driver, "ixgbe");
}

Test(rules_host, one_cpu_loses)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.cpus.n = facts.cpus.n_cores = 1;
	strcpy(facts.cpus.list, "2");
	fitness_finds(&facts, "cpus", WILL,
		"this process may use 1 CPU (2): the receiver does not poll while the sender runs",
		"taskset -pc 0-7 $$", "taskset -pc 2 $$");
	facts.cpus.n = 2;
	is_fine(&facts, "cpus");
}

Test(rules_host, a_host_of_one_cpu_has_no_command)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.cpus.n = facts.cpus.n_online = 1;
	fitness_finds(&facts, "cpus", WILL,
		"this process may use 1 CPU (0-3): the receiver does not poll while the sender runs", "", "");
}

Test(rules_host, a_conntrack_table_loses_from_90_percent_on)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.conntrack = 90;
	fitness_finds(&facts, "conntrack", WILL,
		"conntrack has 90 of at most 100 entries (90 %): a full table drops packets of new "
		"connections",
		"sysctl -w net.netfilter.nf_conntrack_max=400",
		"sysctl -w net.netfilter.nf_conntrack_max=100");
	facts.conntrack = 89;
	is_fine(&facts, "conntrack");
}

/* A maximum may be set below what is there. */
Test(rules_host, a_conntrack_table_beyond_its_maximum_gets_room)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.conntrack = 1000;
	cr_assert_str_eq(fitness_ask(&facts, "conntrack", OVR_FITNESS_FOUND)->fix,
		"sysctl -w net.netfilter.nf_conntrack_max=4000");
}

Test(rules_host, a_conntrack_table_without_a_limit_is_never_full)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.conntrack_max = 0;
	is_fine(&facts, "conntrack");
	facts.has_conntrack = false;
	fitness_ask(&facts, "conntrack", OVR_FITNESS_ABSENT);
}

Test(rules_host, a_backlog_below_a_poll_loses)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.max_backlog = 63;
	fitness_finds(&facts, "backlog-below-poll", WILL,
		"net.core.netdev_max_backlog is 63: a burst of 64 frames, which is one poll of a NIC, "
		"overflows the backlog of a CPU (loopback, veth, RPS, tunnels)",
		"sysctl -w net.core.netdev_max_backlog=1000", "sysctl -w net.core.netdev_max_backlog=63");
	fitness_ask(&facts, "backlog", OVR_FITNESS_ABSENT);
	facts.max_backlog = 64;
	is_fine(&facts, "backlog-below-poll");
}

Test(rules_host, a_backlog_below_its_default_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.max_backlog = 999;
	fitness_finds(&facts, "backlog", MAY,
		"net.core.netdev_max_backlog is 999, below the default of 1000: longer bursts are dropped in "
		"the backlog of a CPU (loopback, veth, RPS, tunnels)",
		"sysctl -w net.core.netdev_max_backlog=1000", "sysctl -w net.core.netdev_max_backlog=999");
	facts.max_backlog = 1000;
	is_fine(&facts, "backlog");
	facts.max_backlog = OVR_FITNESS_UNKNOWN;
	is_unseen(&facts, "backlog");
	is_unseen(&facts, "backlog-below-poll");
}

Test(rules_host, a_budget_below_its_default_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.budget = 299;
	fitness_finds(&facts, "budget", MAY,
		"net.core.netdev_budget is 299, below the default of 300: the softirq stops polling after so "
		"many frames, and the rings fill meanwhile",
		"sysctl -w net.core.netdev_budget=300", "sysctl -w net.core.netdev_budget=299");
	facts.budget = 300;
	is_fine(&facts, "budget");
}

Test(rules_host, small_receive_buffers_are_found)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.rmem_default = 212991;
	facts.rmem_max = 4194303;
	fitness_finds(&facts, "rmem-default", MAY,
		"net.core.rmem_default is 212991 bytes, below the default of 212992: a UDP socket that does "
		"not ask for more drops sooner",
		"sysctl -w net.core.rmem_default=212992", "sysctl -w net.core.rmem_default=212991");
	fitness_finds(&facts, "rmem-max", HINT,
		"net.core.rmem_max is 4194303 bytes: no UDP socket can ask for a larger receive buffer",
		"sysctl -w net.core.rmem_max=4194304", "sysctl -w net.core.rmem_max=4194303");
	facts.rmem_default = 212992;
	facts.rmem_max = 4194304;
	is_fine(&facts, "rmem-default");
	is_fine(&facts, "rmem-max");
}

Test(rules_host, a_quota_of_less_than_two_cpus_loses)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.quota.quota_us = 150000;
	facts.quota.n_throttled = 12;
	fitness_finds(&facts, "quota", WILL,
		"the control group of this process (/sys/fs/cgroup/test.slice) may have 150 ms of CPU time "
		"in "
		"every 100 ms, and a sender and a receiver that poll take 200: the kernel stops both for the "
		"rest of the period, so far in 12 of 340 periods (nr_throttled, nr_periods)",
		"echo max > '/sys/fs/cgroup/test.slice/cpu.max'",
		"echo 150000 > '/sys/fs/cgroup/test.slice/cpu.max'");
	fitness_ask(&facts, "throttled", OVR_FITNESS_ABSENT);
	facts.quota.quota_us = 200000;
	is_fine(&facts, "quota");
	facts.quota = (struct ovr_fitness_quota){ .is_known = true };
	is_fine(&facts, "quota");
	is_fine(&facts, "throttled");
	facts.quota.is_known = false;
	is_unseen(&facts, "quota");
	is_unseen(&facts, "throttled");
}

Test(rules_host, a_quota_of_cgroup_v1_has_its_own_file)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.quota.is_v1 = true;
	facts.quota.quota_us = 5000;
	facts.quota.period_us = 10000;
	facts.quota.n_throttled = OVR_FITNESS_UNKNOWN;
	fitness_finds(&facts, "quota", WILL,
		"the control group of this process (/sys/fs/cgroup/test.slice) may have 5 ms of CPU time in "
		"every 10 ms, and a sender and a receiver that poll take 20: the kernel stops both for the "
		"rest of the period",
		"echo -1 > '/sys/fs/cgroup/test.slice/cpu.cfs_quota_us'",
		"echo 5000 > '/sys/fs/cgroup/test.slice/cpu.cfs_quota_us'");
}

Test(rules_host, a_group_that_was_stopped_with_a_larger_quota_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	is_fine(&facts, "throttled");
	facts.quota.n_throttled = 3;
	fitness_finds(&facts, "throttled", MAY,
		"the kernel stopped the control group of this process (/sys/fs/cgroup/test.slice) in 3 of "
		"340 "
		"periods since it was made (nr_throttled, nr_periods), since it may have 400 ms of CPU time "
		"in "
		"every 100 ms: cores that poll stood still then",
		"echo max > '/sys/fs/cgroup/test.slice/cpu.max'",
		"echo 400000 > '/sys/fs/cgroup/test.slice/cpu.max'");
	facts.quota.n_throttled = OVR_FITNESS_UNKNOWN;
	is_unseen(&facts, "throttled");
}

Test(rules_host, a_group_whose_name_breaks_a_command_has_none)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.quota.quota_us = 100000;
	strcpy(facts.quota.group, "/sys/fs/cgroup/a'b");
	cr_assert_str_eq(fitness_ask(&facts, "quota", OVR_FITNESS_FOUND)->fix, "");
}

Test(rules_host, a_tick_of_steal_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.steal.stolen_ticks = 1;
	fitness_finds(&facts, "steal", MAY,
		"the hypervisor took 1 of 240 clock ticks from the CPUs within 300 ms: frames that arrive "
		"meanwhile wait in the ring, or are lost",
		"", "");
	facts.steal.stolen_ticks = 0;
	is_fine(&facts, "steal");
	facts.steal.stolen_ticks = OVR_FITNESS_UNKNOWN;
	is_unseen(&facts, "steal");
}

Test(rules_host, a_slow_governor_may_lose)
{
	struct ovr_fitness_facts facts = fitness_sample();
	const struct ovr_fitness_check *check;

	facts.cpus.n_slow = 4;
	strcpy(facts.cpus.governor, "powersave");
	fitness_finds(&facts, "governor", MAY,
		"4 of 4 CPUs have another frequency governor than performance (powersave): a core may be "
		"slow "
		"when a burst begins",
		"echo performance | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
		"echo powersave | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
	/* one command cannot undo what differed */
	facts.cpus.governors_differ = true;
	check = fitness_ask(&facts, "governor", OVR_FITNESS_FOUND);
	cr_assert_str_eq(check->undo, "");
	cr_assert_not_null(strstr(check->advice, "keep the output"));
	facts.cpus.n_slow = 0;
	is_fine(&facts, "governor");
	facts.cpus.n_governed = 0;
	is_unseen(&facts, "governor");
}

Test(rules_host, what_softnet_counted_is_a_hint)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.softnet_dropped = 7;
	facts.softnet_squeezed = 9;
	fitness_finds(&facts, "softnet-dropped", HINT,
		"softnet_stat has 7 frames dropped in the backlogs of the CPUs since the host was started",
		"", "");
	fitness_finds(&facts, "softnet-squeezed", HINT,
		"softnet_stat has 9 polls that ended for want of budget or time since the host was started; "
		"no "
		"frame is lost by it alone",
		"", "");
	facts.softnet_dropped = facts.softnet_squeezed = 0;
	is_fine(&facts, "softnet-dropped");
	is_fine(&facts, "softnet-squeezed");
}

Test(rules_host, a_sender_and_a_receiver_want_isolated_cpus)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.cpus.n_isolated = 1;
	fitness_finds(&facts, "isolated", HINT,
		"1 of the 4 CPUs of this process (0-3) are isolated: other processes may run where frames "
		"are "
		"polled",
		"", "");
	facts.cpus.n_isolated = 2;
	is_fine(&facts, "isolated");
}

Test(rules_host, threads_of_one_core_are_a_hint)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.cpus.n_cores = 2;
	strcpy(facts.cpus.siblings, "0,2");
	fitness_finds(&facts, "smt", HINT,
		"4 CPUs of this process are threads of 2 cores (0,2 share one): two polling threads of a "
		"core "
		"slow each other down",
		"echo off > /sys/devices/system/cpu/smt/control",
		"echo on > /sys/devices/system/cpu/smt/control");
	/* with one core alone, a thread less leaves a single CPU */
	facts.cpus.n_cores = 1;
	cr_assert_str_eq(fitness_ask(&facts, "smt", OVR_FITNESS_FOUND)->fix, "");
	facts.cpus.n_cores = 4;
	is_fine(&facts, "smt");
}

Test(rules_host, missing_hugepages_are_counted_beside_those_in_use)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.pci_host.pages[0].free = 255;
	fitness_finds(&facts, "hugepages", HINT,
		"510 MB of hugepages are free: pci: ports need some 512 MB; other ports do without",
		"echo 513 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
		"echo 512 > /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
	facts.pci_host.pages[0].free = 256;
	is_fine(&facts, "hugepages");
	facts.pci_host.n_page_sizes = 0;
	is_unseen(&facts, "hugepages");
}

Test(rules_host, an_iommu_is_wanted_where_there_is_a_nic_on_pci)
{
	struct ovr_fitness_facts facts = fitness_sample();

	facts.pci_host.has_iommu = false;
	fitness_finds(&facts, "iommu", HINT,
		"there are no IOMMU groups: vfio-pci takes no network controller for pci: ports (2 on PCI "
		"here)",
		"", "");
	facts.pci_host.n_nics = 0;
	fitness_ask(&facts, "iommu", OVR_FITNESS_ABSENT);
}
