/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Packets that were thrown away while a neighbour's address was asked for and their queue was full
 * (net/core/neighbour.c). Only the initial namespace has the file, and it counts those of all.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/readers.h"

#define NAME "unresolved_discards"

/* The number of the column of that name; -1: there is none. */
static int
column_of(const char *line, const char *name)
{
	size_t length = strlen(name);

	for (int column = 0;; column++) {
		line += strspn(line, " ");
		if (*line == '\0' || *line == '\n')
			return -1;
		if (strncmp(line, name, length) == 0 && strchr(" \n", line[length]) != NULL)
			return column;
		line += strcspn(line, " \n");
	}
}

static bool
read_column(const char *line, int column, uint64_t *ret_value)
{
	for (int i = 0;; i++) {
		char *end;
		uint64_t value;

		line += strspn(line, " ");
		if (*line == '\0' || *line == '\n')
			return false;
		value = strtoull(line, &end, 16);
		if (end == line)
			return false;
		if (i == column) {
			*ret_value = value;
			return true;
		}
		line = end;
	}
}

int
ovr_kernel_neighbour_parse(const char *object, const char *text, struct ovr_kernel_reading *reading)
{
	int column = column_of(text, NAME);
	struct ovr_kernel_counter *counter;
	uint64_t sum = 0;

	/* older kernels do not count them */
	if (column < 0)
		return strncmp(text, "entries", 7) == 0 ? 0 : -EBADMSG;
	for (const char *line = text + strcspn(text, "\n"); *line == '\n' && line[1] != '\0';
		line += 1 + strcspn(line + 1, "\n")) {
		uint64_t value;

		if (!read_column(line + 1, column, &value))
			return -EBADMSG;
		sum += value;
	}
	counter = ovr_kernel_add(reading, OVR_KERNEL_NEIGHBOUR, object, NAME, sum);
	if (counter != NULL)
		counter->is_global = true;
	return 0;
}

void
ovr_kernel_neighbour_read(struct ovr_kernel_reading *reading)
{
	static const char *const table[] = { "arp_cache", "ndisc_cache" };
	bool is_elsewhere = true;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char file[32];
		char *text;
		int status;

		snprintf(file, sizeof(file), "stat/%s", table[i]);
		text = ovr_kernel_read_proc(file);
		is_elsewhere &= text == NULL && errno == ENOENT;
		status = text != NULL     ? ovr_kernel_neighbour_parse(table[i], text, reading)
			: errno == ENOENT ? 0
					  : -errno;
		free(text);
		if (status != 0)
			ovr_kernel_note_error(reading, file, status);
	}
	if (is_elsewhere)
		ovr_kernel_note(reading,
			"what neighbour queues drop is counted in the initial namespace only: it is unknown "
			"here");
}
