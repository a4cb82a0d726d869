/* SPDX-License-Identifier: BSD-3-Clause */
#include "fitness/stat.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* user nice system idle iowait irq softirq steal; guest time after them is in user and nice too. */
#define COLUMN_STEAL 7
#define COLUMNS      8

bool
fit_ticks_parse(const char *line, struct fit_ticks *ret_ticks)
{
	struct fit_ticks ticks = { 0 };
	const char *at = line + 3;

	if (strncmp(line, "cpu ", 4) != 0)
		return false;
	for (int i = 0; i < COLUMNS; i++) {
		char *end;
		uint64_t value = strtoull(at, &end, 10);

		if (end == at)
			return false;
		ticks.all += value;
		if (i == COLUMN_STEAL)
			ticks.stolen = value;
		at = end;
	}
	*ret_ticks = ticks;
	return true;
}

bool
fit_list_parse(const char *text, cpu_set_t *ret_set)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	while (*text != '\0') {
		char *end;
		unsigned long first, last;

		if (!isdigit((unsigned char)*text))
			return false;
		first = last = strtoul(text, &end, 10);
		if (*end == '-' && isdigit((unsigned char)end[1]))
			last = strtoul(end + 1, &end, 10);
		if (last < first || last >= CPU_SETSIZE || (*end != ',' && *end != '\0'))
			return false;
		for (unsigned long cpu = first; cpu <= last; cpu++)
			CPU_SET(cpu, &set);
		text = end + (*end == ',');
	}
	*ret_set = set;
	return true;
}

bool
fit_softnet_add(const char *line, int64_t *dropped, int64_t *squeezed)
{
	uint32_t column[3];
	const char *at = line;

	for (int i = 0; i < 3; i++) {
		char *end;

		column[i] = (uint32_t)strtoul(at, &end, 16);
		if (end == at)
			return false;
		at = end;
	}
	*dropped += column[1];
	*squeezed += column[2];
	return true;
}
