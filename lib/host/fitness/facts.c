/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/facts.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "base/wait.h"
#include "fitness/lists.h"
#include "fitness/quota.h"
#include "fitness/stat.h"
#include "pci/read.h"

#define CPU_FOLDER "sys/devices/system/cpu"
#define NS_PER_MS  UINT64_C(1000000)
#define LINE_BYTES 1024

static int64_t
number_of(const char *root, const char *path)
{
	return pci_read_number(OVR_FITNESS_UNKNOWN, root, "%s", path);
}

/* Call for each line of a file, without its end. @return whether there is such a file */
static bool
each_line(const char *root, const char *path, void (*call)(const char *line, void *context), void *context)
{
	char full[PATH_MAX], line[LINE_BYTES];
	FILE *file = pci_path(full, sizeof(full), root, "%s", path) ? fopen(full, "re") : NULL;

	if (file == NULL)
		return false;
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		call(line, context);
	}
	fclose(file);
	return true;
}

static void
find_allowed(const char *line, void *context)
{
	static const char key[] = "Cpus_allowed_list:\t";
	struct ovr_fitness_cpus *cpus = context;
	const char *list = line + strlen(key);

	if (strncmp(line, key, strlen(key)) == 0 && strlen(list) < sizeof(cpus->list))
		memcpy(cpus->list, list, strlen(list) + 1);
}

static int64_t
count_of_both(const cpu_set_t *one, const cpu_set_t *other)
{
	cpu_set_t both;

	CPU_AND(&both, one, other);
	return CPU_COUNT(&both);
}

static void
read_governors(const char *root, const cpu_set_t *ours, struct ovr_fitness_cpus *cpus)
{
	char governor[32], first[32] = "";

	cpus->n_governed = cpus->n_slow = 0;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!pci_read_line(governor, sizeof(governor), root,
			    CPU_FOLDER "/cpu%d/cpufreq/scaling_governor", cpu))
			continue;
		if (first[0] == '\0')
			memcpy(first, governor, sizeof(governor));
		cpus->governors_differ |= strcmp(governor, first) != 0;
		if (!CPU_ISSET(cpu, ours))
			continue;
		cpus->n_governed++;
		if (strcmp(governor, "performance") != 0 && cpus->n_slow++ == 0)
			memcpy(cpus->governor, governor, sizeof(governor));
	}
}

/* A core is counted with the first of its threads that is ours. */
static void
read_siblings(const char *root, const cpu_set_t *ours, struct ovr_fitness_cpus *cpus)
{
	cpus->n_cores = 0;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		struct fit_list threads;
		int first = 0;

		if (!CPU_ISSET(cpu, ours))
			continue;
		if (!fit_list_read(root, &threads, CPU_FOLDER "/cpu%d/topology/thread_siblings_list", cpu)) {
			cpus->n_cores = OVR_FITNESS_UNKNOWN;
			return;
		}
		while (first < cpu && !(CPU_ISSET(first, &threads.set) && CPU_ISSET(first, ours)))
			first++;
		if (first == cpu)
			cpus->n_cores++;
		else if (cpus->siblings[0] == '\0')
			memcpy(cpus->siblings, threads.text, sizeof(threads.text));
	}
}

static void
read_cpus(const char *root, struct ovr_fitness_cpus *cpus)
{
	struct fit_list list;
	cpu_set_t ours;

	*cpus = (struct ovr_fitness_cpus){
		.n = OVR_FITNESS_UNKNOWN,
		.n_isolated = OVR_FITNESS_UNKNOWN,
		.n_online = OVR_FITNESS_UNKNOWN,
		.n_governed = OVR_FITNESS_UNKNOWN,
		.n_slow = OVR_FITNESS_UNKNOWN,
		.n_cores = OVR_FITNESS_UNKNOWN,
	};
	if (fit_list_read(root, &list, CPU_FOLDER "/online"))
		cpus->n_online = CPU_COUNT(&list.set);
	memcpy(cpus->online, list.text, sizeof(cpus->online));
	each_line(root, "proc/thread-self/status", find_allowed, cpus);
	if (cpus->list[0] == '\0' || !fit_list_parse(cpus->list, &ours))
		return;
	cpus->n = CPU_COUNT(&ours);
	if (fit_list_read(root, &list, CPU_FOLDER "/isolated"))
		cpus->n_isolated = count_of_both(&ours, &list.set);
	read_governors(root, &ours, cpus);
	read_siblings(root, &ours, cpus);
}

/* What a hypervisor took while this one slept. */
static int
measure_steal(const char *root, uint32_t ms, struct ovr_fitness_steal *steal, struct ovr_err *err)
{
	struct fit_ticks before, after;
	char line[256];

	*steal = (struct ovr_fitness_steal){ OVR_FITNESS_UNKNOWN, OVR_FITNESS_UNKNOWN, 0 };
	if (ms == 0 || !pci_read_line(line, sizeof(line), root, "proc/stat") ||
		!fit_ticks_parse(line, &before))
		return 0;
	if (ovr_wait_ns(ms * NS_PER_MS) != 0)
		return ovr_err_set(err, -EINTR, "interrupted while steal was measured");
	if (!pci_read_line(line, sizeof(line), root, "proc/stat") || !fit_ticks_parse(line, &after) ||
		after.all < before.all || after.stolen < before.stolen)
		return 0;
	*steal = (struct ovr_fitness_steal){
		.stolen_ticks = (int64_t)(after.stolen - before.stolen),
		.all_ticks = (int64_t)(after.all - before.all),
		.measured_ms = ms,
	};
	return 0;
}

/* Sums of softnet_stat while it is read. */
struct softnet {
	int64_t dropped, squeezed;
	uint32_t n_lines;
	bool is_other; /* a line that is none */
};

static void
add_softnet(const char *line, void *context)
{
	struct softnet *softnet = context;

	softnet->n_lines++;
	softnet->is_other |= !fit_softnet_add(line, &softnet->dropped, &softnet->squeezed);
}

static void
read_stack(const char *root, struct ovr_fitness_facts *facts)
{
	struct softnet softnet = { 0 };

	facts->max_backlog = number_of(root, "proc/sys/net/core/netdev_max_backlog");
	facts->budget = number_of(root, "proc/sys/net/core/netdev_budget");
	facts->rmem_max = number_of(root, "proc/sys/net/core/rmem_max");
	facts->rmem_default = number_of(root, "proc/sys/net/core/rmem_default");
	facts->has_conntrack = pci_exists(root, "proc/sys/net/netfilter/nf_conntrack_max");
	facts->conntrack = number_of(root, "proc/sys/net/netfilter/nf_conntrack_count");
	facts->conntrack_max = number_of(root, "proc/sys/net/netfilter/nf_conntrack_max");
	facts->softnet_dropped = facts->softnet_squeezed = OVR_FITNESS_UNKNOWN;
	if (!each_line(root, "proc/thread-self/net/softnet_stat", add_softnet, &softnet) ||
		softnet.n_lines == 0 || softnet.is_other)
		return;
	facts->softnet_dropped = softnet.dropped;
	facts->softnet_squeezed = softnet.squeezed;
}

int
ovr_fitness_host_read(
	const char *root, uint32_t steal_ms, struct ovr_fitness_facts *ret_facts, struct ovr_err *err)
{
	struct ovr_fitness_facts *facts = ret_facts;

	memset(facts, 0, sizeof(*facts));
	read_cpus(root, &facts->cpus);
	fit_quota_read(root, &facts->quota);
	read_stack(root, facts);
	ovr_pci_host_read(root, -1, &facts->pci_host);
	return measure_steal(root, steal_ms, &facts->steal, err);
}
