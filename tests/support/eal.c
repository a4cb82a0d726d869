/* SPDX-License-Identifier: BSD-3-Clause */
#include "eal.h"

#include <criterion/criterion.h>

#include "env/env.h"
#include "env/cpu_map.h"

#define MEMORY_MB 256

void
eal_start_workers(uint16_t n_workers)
{
	struct ovr_env_conf conf = { .n_workers = n_workers, .memory_mb = MEMORY_MB };
	struct ovr_cpu_map_host host;
	struct ovr_err err = { "" };

	cr_assert_eq(ovr_cpu_map_host_read(&host, &err), 0, "%s", err.text);
	for (uint16_t i = 0; i < n_workers; i++)
		conf.cpu[i] = host.cpu[i % host.n_cpus];
	cr_assert_eq(ovr_env_start(&conf, &err), 0, "%s", err.text);
}

void
eal_start(void)
{
	eal_start_workers(0);
}

void
eal_stop(void)
{
	ovr_env_stop();
}
