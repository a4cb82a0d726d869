/* SPDX-License-Identifier: BSD-3-Clause */
#include "spare.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

/* It gets a third of what a worker gets that never sleeps on the same CPU (sched(7)). */
#define NICE 5

void
app_spare_cpus(const uint16_t *cpu, uint16_t n_cpus, cpu_set_t *ret_spare)
{
	cpu_set_t all;

	if (sched_getaffinity(0, sizeof(all), &all) != 0)
		CPU_ZERO(&all);
	*ret_spare = all;
	for (uint16_t i = 0; i < n_cpus; i++)
		if (cpu[i] < CPU_SETSIZE)
			CPU_CLR(cpu[i], ret_spare);
	if (CPU_COUNT(ret_spare) == 0)
		*ret_spare = all;
}

int
app_spare_thread(pthread_t *ret_thread, void *(*work)(void *), void *context)
{
	sigset_t all, before;
	int code;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	code = pthread_create(ret_thread, NULL, work, context);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return code;
}

void
app_spare_take(const cpu_set_t *spare, const char *name)
{
	pthread_setname_np(pthread_self(), name);
	if (CPU_COUNT(spare) != 0)
		sched_setaffinity(0, sizeof(*spare), spare);
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
}
