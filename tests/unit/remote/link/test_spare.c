/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/spare.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void *
rest(void *context)
{
	(void)context;
	for (;;)
		pause();
	return NULL;
}

/* Every thread of this process has these CPUs; there are two at least. */
static void
expect_cpus(const cpu_set_t *expected)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned int n = 0;

	for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
		pid_t thread = (pid_t)strtol(task->d_name, NULL, 10);
		cpu_set_t found;

		if (thread <= 0)
			continue;
		n++;
		cr_assert_eq(sched_getaffinity(thread, sizeof(found), &found), 0);
		cr_assert(CPU_EQUAL(&found, expected));
	}
	closedir(tasks);
	cr_assert_geq(n, 2);
}

/* The CPUs of this process; @p ret_workers has the first of them. */
static cpu_set_t
begin(struct ovr_cpuset *ret_workers)
{
	pthread_t thread;
	cpu_set_t all;
	uint16_t first = 0;

	cr_assert_eq(pthread_create(&thread, NULL, rest, NULL), 0);
	cr_assert_eq(sched_getaffinity(0, sizeof(all), &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	*ret_workers = (struct ovr_cpuset){ .n_cpus = 1, .cpu = { first } };
	return all;
}

Test(spare, all_threads_leave_the_cpus_of_workers_and_come_back)
{
	struct ovr_spare spare = { .is_taken = false };
	struct ovr_cpuset workers;
	cpu_set_t all = begin(&workers), others = all;

	if (CPU_COUNT(&all) < 2)
		cr_skip_test("needs two CPUs");
	CPU_CLR(workers.cpu[0], &others);
	ovr_spare_take(&spare, &workers);
	expect_cpus(&others);
	/* once more, with none */
	ovr_spare_take(&spare, &(struct ovr_cpuset){ .n_cpus = 0 });
	expect_cpus(&all);
	ovr_spare_take(&spare, &workers);
	ovr_spare_end(&spare);
	expect_cpus(&all);
}

Test(spare, where_there_are_no_others_nothing_is_changed)
{
	struct ovr_spare spare = { .is_taken = false };
	struct ovr_cpuset workers;
	cpu_set_t all = begin(&workers);

	workers.n_cpus = 0;
	for (uint16_t cpu = 0; cpu < CPU_SETSIZE && workers.n_cpus < OVR_CPUSET_MAX; cpu++)
		if (CPU_ISSET(cpu, &all))
			workers.cpu[workers.n_cpus++] = cpu;
	if (workers.n_cpus < CPU_COUNT(&all))
		cr_skip_test("more CPUs than a list names");
	ovr_spare_take(&spare, &workers);
	expect_cpus(&all);
	ovr_spare_end(&spare);
	expect_cpus(&all);
}
