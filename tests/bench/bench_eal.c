/* SPDX-License-Identifier: BSD-3-Clause */
#include "bench_eal.h"

#include <errno.h>
#include <unistd.h>

#include <rte_launch.h>

#include "env/env.h"
#include "env/cpu_map.h"

int
bench_eal_start(uint16_t n_workers, uint32_t memory_mb, struct ovr_err *err)
{
	struct ovr_env_conf conf = { .n_workers = n_workers, .memory_mb = memory_mb };
	static struct ovr_cpu_map_host host;
	int status = ovr_cpu_map_host_read(&host, err);

	if (status != 0)
		return status;
	if (host.n_cpus < n_workers)
		return ovr_err_set(
			err, -ENODEV, "needs %u CPUs, this process may use %u", n_workers, host.n_cpus);
	/* the last ones: what else a small machine does is on the first */
	for (uint16_t i = 0; i < n_workers; i++)
		conf.cpu[i] = host.cpu[host.n_cpus - n_workers + i];
	return ovr_env_start(&conf, err);
}

void
bench_eal_wait(unsigned int lcore)
{
	while (rte_eal_get_lcore_state(lcore) == RUNNING)
		usleep(500);
	rte_eal_wait_lcore(lcore);
}
