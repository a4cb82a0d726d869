/* SPDX-License-Identifier: BSD-3-Clause */
#include "trial/environment.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include <rte_version.h>

#include "env/env.h"

static void
read_cpu_model(char *model, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256];

	if (file == NULL)
		return;
	while (model[0] == '\0' && fgets(line, sizeof(line), file) != NULL) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || colon == NULL)
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(model, size, "%s", colon + 2);
	}
	fclose(file);
}

void
ovr_environment_read(const struct ovr_cpu_map_host *host, const struct ovr_clock *clock,
	struct ovr_result_environment *ret_environment)
{
	struct ovr_result_environment *e = ret_environment;
	time_t now = time(NULL);
	struct utsname name;
	struct tm utc;

	memset(e, 0, sizeof(*e));
	snprintf(e->overrun_version, sizeof(e->overrun_version), "%s", OVR_VERSION);
	snprintf(e->dpdk_version, sizeof(e->dpdk_version), "%s", rte_version());
	if (uname(&name) == 0)
		snprintf(e->kernel, sizeof(e->kernel), "%.30s %.60s %.30s", name.sysname, name.release,
			name.machine);
	read_cpu_model(e->cpu_model, sizeof(e->cpu_model));
	e->n_cpus = host->n_cpus;
	e->n_numa_nodes = host->n_nodes;
	e->clock_hz = clock->hz;
	e->hugepages = ovr_env_has_hugepages();
	if (gmtime_r(&now, &utc) != NULL)
		strftime(e->started_utc, sizeof(e->started_utc), "%Y-%m-%dT%H:%M:%SZ", &utc);
}
