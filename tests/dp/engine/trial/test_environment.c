/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/environment.h"

#include <criterion/criterion.h>
#include <string.h>

Test(environment, this_machine_has_a_kernel_versions_and_a_moment)
{
	struct ovr_cpu_map_host host = { .n_cpus = 3, .n_nodes = 2 };
	struct ovr_clock clock = ovr_clock_of_hz(2500000000);
	struct ovr_result_environment environment;

	ovr_environment_read(&host, &clock, &environment);
	cr_assert_eq(environment.n_cpus, 3);
	cr_assert_eq(environment.n_numa_nodes, 2);
	cr_assert_eq(environment.clock_hz, 2500000000);
	cr_assert_eq(strncmp(environment.dpdk_version, "DPDK ", 5), 0, "%s", environment.dpdk_version);
	cr_assert_eq(strncmp(environment.kernel, "Linux ", 6), 0, "%s", environment.kernel);
	cr_assert_str_eq(environment.overrun_version, OVR_VERSION);
	/* 2026-11-22T09:30:00Z */
	cr_assert_eq(strlen(environment.started_utc), 20, "%s", environment.started_utc);
	cr_assert_eq(environment.started_utc[19], 'Z');
}
