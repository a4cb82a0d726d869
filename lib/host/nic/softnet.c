/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel's own receive path lost, of all interfaces and namespaces together. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nic/sources.h"

/* Of the columns only these are counters of every kernel; further ones came over the years. */
#define COLUMN_DROPPED      1
#define COLUMN_TIME_SQUEEZE 2
#define COLUMNS             3

int
ovr_nic_softnet_parse(const char *text, struct ovr_nic_counters *counters)
{
	uint64_t dropped = 0, time_squeeze = 0;
	int status, n_lines = 0;

	for (const char *line = text; *line != '\0'; n_lines++) {
		uint32_t column[COLUMNS];

		if (sscanf(line, "%8" SCNx32 " %8" SCNx32 " %8" SCNx32, &column[0], &column[1], &column[2]) !=
			COLUMNS)
			return -EBADMSG;
		dropped += column[COLUMN_DROPPED];
		time_squeeze += column[COLUMN_TIME_SQUEEZE];
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	if (n_lines == 0)
		return -EBADMSG;
	status = ovr_nic_counters_add(counters, OVR_NIC_SOFTNET, -1, dropped, "dropped");
	if (status == 0)
		status = ovr_nic_counters_add(counters, OVR_NIC_SOFTNET, -1, time_squeeze, "time_squeeze");
	return status;
}

int
ovr_nic_softnet_read(struct ovr_nic_counters *counters)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;
	FILE *file;
	int status;

	/* of the thread, which may have changed its namespace; without /proc it is not known */
	file = fopen("/proc/thread-self/net/softnet_stat", "re");
	if (file == NULL)
		return 0;
	/* no byte of it is a zero: it is all one text */
	n = getdelim(&text, &size, '\0', file);
	fclose(file);
	status = n <= 0 ? 0 : ovr_nic_softnet_parse(text, counters);
	free(text);
	return status;
}
