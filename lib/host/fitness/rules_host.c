/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of the host. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "fitness/rules_priv.h"

/* Frames that one poll of the stack's softirq takes from a device (NAPI_POLL_WEIGHT). */
#define POLL_FRAMES 64
/* Defaults of Linux: net/core/dev.c, net/core/sock.c. */
#define BACKLOG_DEFAULT 1000
#define BUDGET_DEFAULT  300
#define RMEM_DEFAULT    212992
/* A burst of some 5,000 small datagrams, each 768 bytes of the kernel's memory. */
#define RMEM_MAX_WANTED 4194304
#define CONNTRACK_FULL  90 /* percent */
/* An entry takes some 300 bytes. */
#define GROWTH           4
#define MEMORY_WANTED_MB 512
#define CPUS_WANTED      2
#define US_PER_MS        1000.0
#define GROUP_MAX        250 /* characters of a control group in a command */

#define INITIAL_ONLY "the initial network namespace alone shows it, or this kernel lacks it"

static enum ovr_fitness_outcome
cpus(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_fitness_cpus *cpus = &facts->cpus;

	if (cpus->n < 0)
		return fit_unseen(check, "the CPUs of this process: /proc/self/status does not tell them");
	if (cpus->n >= CPUS_WANTED)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"this process may use %" PRId64 " CPU (%s): the receiver does not poll while the sender runs",
		cpus->n, cpus->list);
	if (cpus->n_online >= CPUS_WANTED && cpus->online[0] != '\0') {
		FIT_SAY(check->fix, "taskset -pc %s $$", cpus->online);
		FIT_SAY(check->undo, "taskset -pc %s $$", cpus->list);
		FIT_SAY(check->advice, "$$ is the shell that then runs overrun");
	} else {
		FIT_SAY(check->advice, "give this host, or this container, a second CPU");
	}
	return OVR_FITNESS_FOUND;
}

/* What was seen of the group's stops: ", so far in 12 of 340 periods …"; "": unknown. */
static void
say_throttled(char *text, size_t size, const struct ovr_fitness_quota *quota)
{
	text[0] = '\0';
	if (quota->n_throttled < 0 || quota->n_periods < 0)
		return;
	snprintf(text, size, ", so far in %" PRId64 " of %" PRId64 " periods (nr_throttled, nr_periods)",
		quota->n_throttled, quota->n_periods);
}

static void
cure_quota(struct ovr_fitness_check *check, const struct ovr_fitness_quota *quota)
{
	const char *file = quota->is_v1 ? "cpu.cfs_quota_us" : "cpu.max";

	/* systemd's names have a backslash for a dash; what is longer than a command has none */
	if (strlen(quota->group) <= GROUP_MAX && strchr(quota->group, '\'') == NULL) {
		FIT_SAY(check->fix, "echo %s > '%.*s/%s'", quota->is_v1 ? "-1" : "max", GROUP_MAX,
			quota->group, file);
		FIT_SAY(check->undo, "echo %" PRId64 " > '%.*s/%s'", quota->quota_us, GROUP_MAX, quota->group,
			file);
	}
	FIT_SAY(check->advice,
		"from within a container the file cannot be written: there the one who started it gives it "
		"CPUs (--cpus, CPUQuota=, limits.cpu)");
}

static enum ovr_fitness_outcome
quota(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_fitness_quota *quota = &facts->quota;
	char throttled[128];

	if (!quota->is_known)
		return fit_unseen(check, "the CPU quota: the control group of this process cannot be read");
	if (quota->quota_us == 0 || quota->quota_us >= CPUS_WANTED * quota->period_us)
		return OVR_FITNESS_FINE;
	say_throttled(throttled, sizeof(throttled), quota);
	FIT_SAY(check->evidence,
		"the control group of this process (%.400s) may have %.3g ms of CPU time in every %.3g ms, "
		"and a sender and a receiver that poll take %.3g: the kernel stops both for the rest of the "
		"period%s",
		quota->group, (double)quota->quota_us / US_PER_MS, (double)quota->period_us / US_PER_MS,
		CPUS_WANTED * (double)quota->period_us / US_PER_MS, throttled);
	cure_quota(check, quota);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
throttled(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_fitness_quota *quota = &facts->quota;

	if (!quota->is_known)
		return fit_unseen(check, "nr_throttled: the control group of this process cannot be read");
	if (quota->quota_us == 0)
		return OVR_FITNESS_FINE;
	/* the heavier rule has it */
	if (quota->quota_us < CPUS_WANTED * quota->period_us)
		return OVR_FITNESS_ABSENT;
	if (quota->n_throttled < 0)
		return fit_unseen(check, "nr_throttled: cpu.stat of the control group does not tell it");
	if (quota->n_throttled == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"the kernel stopped the control group of this process (%.400s) in %" PRId64 " of %" PRId64
		" periods since it was made (nr_throttled, nr_periods), since it may have %.3g ms of CPU "
		"time "
		"in every %.3g ms: cores that poll stood still then",
		quota->group, quota->n_throttled, quota->n_periods, (double)quota->quota_us / US_PER_MS,
		(double)quota->period_us / US_PER_MS);
	cure_quota(check, quota);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
steal(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_fitness_steal *steal = &facts->steal;

	if (steal->stolen_ticks < 0)
		return fit_unseen(check, "steal: it was not measured, or /proc/stat does not tell it");
	if (steal->stolen_ticks == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"the hypervisor took %" PRId64 " of %" PRId64 " clock ticks from the CPUs within %" PRIu64
		" ms: frames that arrive meanwhile wait in the ring, or are lost",
		steal->stolen_ticks, steal->all_ticks, steal->measured_ms);
	FIT_SAY(check->advice,
		"pin the virtual CPUs on the hypervisor, or move this machine to a quieter one");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
conntrack(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	int64_t count = facts->conntrack, max = facts->conntrack_max;

	if (!facts->has_conntrack)
		return OVR_FITNESS_ABSENT;
	if (count < 0 || max < 0)
		return fit_unseen(check, "conntrack: its count or its maximum cannot be read");
	/* 0: no limit */
	if (max == 0 || count * 100 < max * CONNTRACK_FULL)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"conntrack has %" PRId64 " of at most %" PRId64 " entries (%" PRId64
		" %%): a full table drops packets of new connections",
		count, max, count * 100 / max);
	fit_sysctl(check, "net.netfilter.nf_conntrack_max", GROWTH * (max > count ? max : count), max);
	FIT_SAY(check->advice, "it is of the whole host: set it in the initial network namespace");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
backlog_below_poll(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->max_backlog < 0)
		return fit_unseen(check, "net.core.netdev_max_backlog: " INITIAL_ONLY);
	if (facts->max_backlog >= POLL_FRAMES)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"net.core.netdev_max_backlog is %" PRId64 ": a burst of %d frames, which is one poll of a "
		"NIC, overflows the backlog of a CPU (loopback, veth, RPS, tunnels)",
		facts->max_backlog, POLL_FRAMES);
	fit_sysctl(check, "net.core.netdev_max_backlog", BACKLOG_DEFAULT, facts->max_backlog);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
backlog(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->max_backlog < 0)
		return fit_unseen(check, "net.core.netdev_max_backlog: " INITIAL_ONLY);
	/* the heavier rule has it */
	if (facts->max_backlog < POLL_FRAMES)
		return OVR_FITNESS_ABSENT;
	if (facts->max_backlog >= BACKLOG_DEFAULT)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"net.core.netdev_max_backlog is %" PRId64 ", below the default of %d: longer bursts are "
		"dropped in the backlog of a CPU (loopback, veth, RPS, tunnels)",
		facts->max_backlog, BACKLOG_DEFAULT);
	fit_sysctl(check, "net.core.netdev_max_backlog", BACKLOG_DEFAULT, facts->max_backlog);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
budget(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->budget < 0)
		return fit_unseen(check, "net.core.netdev_budget: " INITIAL_ONLY);
	if (facts->budget >= BUDGET_DEFAULT)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"net.core.netdev_budget is %" PRId64 ", below the default of %d: the softirq stops polling "
		"after so many frames, and the rings fill meanwhile",
		facts->budget, BUDGET_DEFAULT);
	fit_sysctl(check, "net.core.netdev_budget", BUDGET_DEFAULT, facts->budget);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
rmem_default(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->rmem_default < 0)
		return fit_unseen(check, "net.core.rmem_default: " INITIAL_ONLY);
	if (facts->rmem_default >= RMEM_DEFAULT)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"net.core.rmem_default is %" PRId64 " bytes, below the default of %d: a UDP socket that does "
		"not ask for more drops sooner",
		facts->rmem_default, RMEM_DEFAULT);
	fit_sysctl(check, "net.core.rmem_default", RMEM_DEFAULT, facts->rmem_default);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
rmem_max(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->rmem_max < 0)
		return fit_unseen(check, "net.core.rmem_max: " INITIAL_ONLY);
	if (facts->rmem_max >= RMEM_MAX_WANTED)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"net.core.rmem_max is %" PRId64 " bytes: no UDP socket can ask for a larger receive buffer",
		facts->rmem_max);
	fit_sysctl(check, "net.core.rmem_max", RMEM_MAX_WANTED, facts->rmem_max);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
softnet_dropped(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->softnet_dropped < 0)
		return fit_unseen(check, "softnet_stat: it cannot be read");
	if (facts->softnet_dropped == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"softnet_stat has %" PRId64 " frames dropped in the backlogs of the CPUs since the host was "
		"started",
		facts->softnet_dropped);
	FIT_SAY(check->advice,
		"overrun watch IF shows whether it still grows; then raise "
		"net.core.netdev_max_backlog");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
softnet_squeezed(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	if (facts->softnet_squeezed < 0)
		return fit_unseen(check, "softnet_stat: it cannot be read");
	if (facts->softnet_squeezed == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"softnet_stat has %" PRId64 " polls that ended for want of budget or time since the host was "
		"started; no frame is lost by it alone",
		facts->softnet_squeezed);
	FIT_SAY(check->advice,
		"overrun watch IF shows whether it still grows; then raise "
		"net.core.netdev_budget and netdev_budget_usecs");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
governor(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	static const char files[] = "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor";
	const struct ovr_fitness_cpus *cpus = &facts->cpus;

	if (cpus->n_governed < 0)
		return fit_unseen(check, "the governor: the CPUs of this process are not known");
	if (cpus->n_governed == 0)
		return fit_unseen(check,
			"the governor: no CPU of this process has cpufreq, as in most virtual machines");
	if (cpus->n_slow == 0)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%" PRId64 " of %" PRId64 " CPUs have another frequency governor than performance (%s): a "
		"core may be slow when a burst begins",
		cpus->n_slow, cpus->n_governed, cpus->governor);
	FIT_SAY(check->fix, "echo performance | tee %s", files);
	if (cpus->governors_differ)
		FIT_SAY(check->advice, "governors differ: keep the output of grep . %s", files);
	else
		FIT_SAY(check->undo, "echo %s | tee %s", cpus->governor, files);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
isolated(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_fitness_cpus *cpus = &facts->cpus;

	if (cpus->n_isolated < 0)
		return fit_unseen(check, "isolated CPUs: this kernel does not tell them");
	if (cpus->n_isolated >= CPUS_WANTED)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%" PRId64 " of the %" PRId64 " CPUs of this process (%s) are isolated: other processes may "
		"run where frames are polled",
		cpus->n_isolated, cpus->n, cpus->list);
	FIT_SAY(check->advice,
		"isolcpus=LIST nohz_full=LIST rcu_nocbs=LIST on the kernel's command line, then --cores");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
smt(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_fitness_cpus *cpus = &facts->cpus;

	if (cpus->n_cores < 0)
		return fit_unseen(check, "SMT: this kernel does not tell the threads of a core");
	if (cpus->n_cores == cpus->n)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"%" PRId64 " CPUs of this process are threads of %" PRId64
		" cores (%s share one): two polling threads of a core slow each other down",
		cpus->n, cpus->n_cores, cpus->siblings);
	if (cpus->n_cores < CPUS_WANTED) {
		FIT_SAY(check->advice, "give this host a second core");
		return OVR_FITNESS_FOUND;
	}
	FIT_SAY(check->fix, "echo off > /sys/devices/system/cpu/smt/control");
	FIT_SAY(check->undo, "echo on > /sys/devices/system/cpu/smt/control");
	FIT_SAY(check->advice, "or name one thread of each core with --cores");
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
hugepages(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_pci_host *host = &facts->pci_host;
	const struct ovr_pci_pages *pages = &host->pages[0];
	uint64_t free_mb = ovr_pci_free_mb(host), missing;

	if (host->n_page_sizes == 0)
		return fit_unseen(check, "hugepages: this kernel has none, or does not tell them");
	if (free_mb >= MEMORY_WANTED_MB)
		return OVR_FITNESS_FINE;
	missing = ((MEMORY_WANTED_MB - free_mb) * 1024 + pages->page_kb - 1) / pages->page_kb;
	FIT_SAY(check->evidence,
		"%" PRIu64 " MB of hugepages are free: pci: ports need some %d MB; other ports do without",
		free_mb, MEMORY_WANTED_MB);
	FIT_SAY(check->fix,
		"echo %" PRIu64 " > /sys/kernel/mm/hugepages/hugepages-%" PRIu32 "kB/nr_hugepages",
		pages->total + missing, pages->page_kb);
	FIT_SAY(check->undo,
		"echo %" PRIu64 " > /sys/kernel/mm/hugepages/hugepages-%" PRIu32 "kB/nr_hugepages",
		pages->total, pages->page_kb);
	return OVR_FITNESS_FOUND;
}

static enum ovr_fitness_outcome
iommu(const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check)
{
	const struct ovr_pci_host *host = &facts->pci_host;

	if (host->n_nics == 0)
		return OVR_FITNESS_ABSENT;
	if (host->has_iommu)
		return OVR_FITNESS_FINE;
	FIT_SAY(check->evidence,
		"there are no IOMMU groups: vfio-pci takes no network controller for pci: ports (%" PRIu32
		" on PCI here)",
		host->n_nics);
	FIT_SAY(check->advice, "intel_iommu=on or amd_iommu=on on the kernel's command line");
	return OVR_FITNESS_FOUND;
}

const struct ovr_fitness_rule fit_host_rules[] = {
	{ "cpus", OVR_FITNESS_WILL_LOSE, cpus },
	{ "quota", OVR_FITNESS_WILL_LOSE, quota },
	{ "conntrack", OVR_FITNESS_WILL_LOSE, conntrack },
	{ "backlog-below-poll", OVR_FITNESS_WILL_LOSE, backlog_below_poll },
	{ "backlog", OVR_FITNESS_MAY_LOSE, backlog },
	{ "budget", OVR_FITNESS_MAY_LOSE, budget },
	{ "rmem-default", OVR_FITNESS_MAY_LOSE, rmem_default },
	{ "throttled", OVR_FITNESS_MAY_LOSE, throttled },
	{ "steal", OVR_FITNESS_MAY_LOSE, steal },
	{ "governor", OVR_FITNESS_MAY_LOSE, governor },
	{ "rmem-max", OVR_FITNESS_HINT, rmem_max },
	{ "softnet-dropped", OVR_FITNESS_HINT, softnet_dropped },
	{ "softnet-squeezed", OVR_FITNESS_HINT, softnet_squeezed },
	{ "isolated", OVR_FITNESS_HINT, isolated },
	{ "smt", OVR_FITNESS_HINT, smt },
	{ "hugepages", OVR_FITNESS_HINT, hugepages },
	{ "iommu", OVR_FITNESS_HINT, iommu },
	{ NULL, OVR_FITNESS_HINT, NULL },
};
