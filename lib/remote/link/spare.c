/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/spare.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/types.h>

/* One that ends meanwhile needs no CPU. */
static void
move_threads(const cpu_set_t *cpus)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *task;

	if (tasks == NULL)
		return;
	while ((task = readdir(tasks)) != NULL) {
		pid_t thread = (pid_t)strtol(task->d_name, NULL, 10);

		if (thread > 0)
			(void)sched_setaffinity(thread, sizeof(*cpus), cpus);
	}
	closedir(tasks);
}

void
ovr_spare_take(struct ovr_spare *spare, const struct ovr_cpuset *workers)
{
	cpu_set_t others;

	ovr_spare_end(spare);
	if (sched_getaffinity(0, sizeof(spare->before), &spare->before) != 0)
		return;
	others = spare->before;
	for (uint16_t i = 0; i < workers->n_cpus; i++)
		CPU_CLR(workers->cpu[i], &others);
	if (CPU_COUNT(&others) == 0 || CPU_EQUAL(&others, &spare->before))
		return;
	move_threads(&others);
	spare->is_taken = true;
}

void
ovr_spare_end(struct ovr_spare *spare)
{
	if (spare->is_taken)
		move_threads(&spare->before);
	spare->is_taken = false;
}
