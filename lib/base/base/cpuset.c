/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/cpuset.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#define CPU_MAX 1023

/* Read a CPU number and leave *text behind it. @return the number; -1: none, or too large */
static int
read_cpu(const char **text)
{
	const char *at = *text;
	int cpu = 0;

	if (*at < '0' || *at > '9')
		return -1;
	for (; *at >= '0' && *at <= '9'; at++) {
		cpu = cpu * 10 + (*at - '0');
		if (cpu > CPU_MAX)
			return -1;
	}
	*text = at;
	return cpu;
}

static bool
contains(const struct ovr_cpuset *set, int cpu)
{
	for (unsigned int i = 0; i < set->n_cpus; i++)
		if (set->cpu[i] == cpu)
			return true;
	return false;
}

int
ovr_cpuset_parse(const char *what, const char *text, struct ovr_cpuset *ret_set, struct ovr_err *err)
{
	struct ovr_cpuset set = { .n_cpus = 0 };
	const char *at = text;

	for (;;) {
		int first = read_cpu(&at);
		int last = first;

		if (first >= 0 && *at == '-') {
			at++;
			last = read_cpu(&at);
		}
		if (first < 0 || last < first || (*at != ',' && *at != '\0'))
			return ovr_err_set(err, -EINVAL,
				"%s: found \"%.80s\", accepted: CPU numbers from 0 to %d, as in 0, 2-3 or "
				"1,4-6",
				what, text, CPU_MAX);
		for (int cpu = first; cpu <= last; cpu++) {
			if (contains(&set, cpu))
				return ovr_err_set(err, -EINVAL,
					"%s: found CPU %d twice in \"%.80s\", accepted: every CPU once", what,
					cpu, text);
			if (set.n_cpus == OVR_CPUSET_MAX)
				return ovr_err_set(err, -EINVAL,
					"%s: found more than %d CPUs in \"%.80s\", accepted: at most %d",
					what, OVR_CPUSET_MAX, text, OVR_CPUSET_MAX);
			set.cpu[set.n_cpus++] = (uint16_t)cpu;
		}
		if (*at == '\0')
			break;
		at++;
	}
	*ret_set = set;
	return 0;
}

const char *
ovr_cpuset_print(char *buf, size_t size, const struct ovr_cpuset *set)
{
	size_t n = 0;

	if (size > 0)
		buf[0] = '\0';
	for (unsigned int i = 0; i < set->n_cpus && n < size;) {
		unsigned int last = i;

		while (last + 1u < set->n_cpus && set->cpu[last + 1] == set->cpu[last] + 1)
			last++;
		n += (size_t)snprintf(buf + n, size - n, "%s%u", i > 0 ? "," : "", set->cpu[i]);
		if (last > i && n < size)
			n += (size_t)snprintf(buf + n, size - n, "-%u", set->cpu[last]);
		i = last + 1;
	}
	return buf;
}
