/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/thread.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

uint64_t
ovr_tcp_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

void
ovr_tcp_nap_us(unsigned int us)
{
	const struct timespec nap = { .tv_nsec = (long)us * 1000 };

	nanosleep(&nap, NULL);
}

int
ovr_tcp_thread_check(const struct ovr_cpuset *cpus, const char *side, struct ovr_err *err)
{
	cpu_set_t allowed;

	if (cpus->n_cpus == 0 || sched_getaffinity(0, sizeof(allowed), &allowed) != 0 ||
		CPU_ISSET(cpus->cpu[0], &allowed))
		return 0;
	return ovr_err_set(err, -EINVAL,
		"cores: %s=: found CPU %u, which this process may not use, accepted: one of the %d CPUs "
		"that it may",
		side, (unsigned int)cpus->cpu[0], CPU_COUNT(&allowed));
}

void
ovr_tcp_thread_pin(const struct ovr_cpuset *cpus)
{
	cpu_set_t set;

	if (cpus->n_cpus == 0)
		return;
	CPU_ZERO(&set);
	CPU_SET(cpus->cpu[0], &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}
