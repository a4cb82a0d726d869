/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the CPUs' backlogs lost, of all namespaces together. The number of a CPU is a column of its
 * own (net/core/net-procfs.c): lines are of online CPUs only.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/readers.h"

#define COLUMN_DROPPED 1
#define COLUMN_CPU     12
#define COLUMNS        13

int
ovr_kernel_softnet_parse(const char *text, struct ovr_kernel_reading *reading)
{
	unsigned int n_lines = 0;

	for (const char *line = text; *line != '\0'; n_lines++) {
		uint32_t column[COLUMNS] = { 0 };
		struct ovr_kernel_counter *counter;
		char object[24];
		int n = 0;

		for (const char *at = line; n < COLUMNS && *at != '\0' && *at != '\n'; n++) {
			char *end;

			column[n] = (uint32_t)strtoul(at, &end, 16);
			if (end == at)
				return -EBADMSG;
			at = end + strspn(end, " ");
		}
		if (n <= COLUMN_DROPPED)
			return -EBADMSG;
		/* kernels before 5.10 do not tell the number */
		snprintf(object, sizeof(object), "cpu %" PRIu32,
			n > COLUMN_CPU ? column[COLUMN_CPU] : n_lines);
		counter = ovr_kernel_add(
			reading, OVR_KERNEL_SOFTNET, object, "dropped", column[COLUMN_DROPPED]);
		if (counter != NULL) {
			counter->width_bits = 32;
			counter->is_global = true;
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return n_lines == 0 ? -EBADMSG : 0;
}

void
ovr_kernel_softnet_read(struct ovr_kernel_reading *reading)
{
	char *text = ovr_kernel_read_proc("softnet_stat");
	int status = text == NULL ? -errno : ovr_kernel_softnet_parse(text, reading);

	free(text);
	if (status != 0)
		ovr_kernel_note_error(reading, "softnet_stat", status);
}
