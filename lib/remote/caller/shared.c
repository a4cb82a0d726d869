/* SPDX-License-Identifier: BSD-3-Clause */
#include "caller/shared.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cpuset.h"

#define CPUS 1024

/* How many ends of a machine have each CPU. */
struct users {
	uint16_t of[CPUS];
};

static bool
is_one_machine(const struct ovr_shared_end *one, const struct ovr_shared_end *other)
{
	return one->boot[0] != '\0' && strcmp(one->boot, other->boot) == 0;
}

/* CPUs of an end; none where they are not known. */
static struct ovr_cpuset
cpus_of(const struct ovr_shared_end *end)
{
	struct ovr_cpuset set;

	if (end->cores[0] == '\0' || ovr_cpuset_parse("cores", end->cores, &set, NULL) != 0)
		set.n_cpus = 0;
	return set;
}

static void
count(const struct ovr_shared_end *end, struct users *users)
{
	struct ovr_cpuset set = cpus_of(end);

	for (uint16_t i = 0; i < set.n_cpus; i++)
		users->of[set.cpu[i]]++;
}

static bool
shares(const struct ovr_shared_end *end, const struct users *users)
{
	struct ovr_cpuset set = cpus_of(end);

	for (uint16_t i = 0; i < set.n_cpus; i++)
		if (users->of[set.cpu[i]] > 1)
			return true;
	return false;
}

static struct ovr_cpuset
shared_cpus(const struct users *users)
{
	struct ovr_cpuset set = { .n_cpus = 0 };

	for (uint16_t cpu = 0; cpu < CPUS && set.n_cpus < OVR_CPUSET_MAX; cpu++)
		if (users->of[cpu] > 1)
			set.cpu[set.n_cpus++] = cpu;
	return set;
}

const char *
ovr_shared_print(char *buf, size_t size, const struct ovr_shared_end *end, uint32_t n_ends, uint32_t first)
{
	struct users users = { { 0 } };
	char names[96] = "", cpus[48];
	struct ovr_cpuset shared;
	uint32_t n_shared = 0;
	size_t n = 0;

	buf[0] = '\0';
	for (uint32_t i = 0; i < first; i++)
		if (is_one_machine(&end[i], &end[first]))
			return buf;
	for (uint32_t i = first; i < n_ends; i++)
		if (is_one_machine(&end[first], &end[i]))
			count(&end[i], &users);
	shared = shared_cpus(&users);
	if (shared.n_cpus == 0)
		return buf;
	for (uint32_t i = first; i < n_ends; i++) {
		if (!is_one_machine(&end[first], &end[i]) || !shares(&end[i], &users))
			continue;
		if (n + strlen(end[i].name) + 2 < sizeof(names))
			n += (size_t)snprintf(
				names + n, sizeof(names) - n, "%s%s", n > 0 ? ", " : "", end[i].name);
		n_shared++;
	}
	snprintf(buf, size,
		"%s: %u ends of one machine share CPU %s: each stands still while another runs "
		"(taskset -c LIST overrun serve)",
		names, n_shared, ovr_cpuset_print(cpus, sizeof(cpus), &shared));
	return buf;
}
