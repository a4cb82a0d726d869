/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/thread.h"

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
