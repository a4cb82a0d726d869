/* SPDX-License-Identifier: BSD-3-Clause */
#include "reasons/symbols.h"

#include <inttypes.h>
#include <string.h>

/* The first of the addresses that is not below @p start. */
static uint32_t
first_from(const struct ovr_reasons_symbol *symbols, uint32_t n, uint64_t start)
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (symbols[middle].address < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
ovr_reasons_symbols_find(FILE *kallsyms, struct ovr_reasons_symbol *symbols, uint32_t n)
{
	char line[512];

	for (uint32_t i = 0; i < n; i++) {
		symbols[i].start = 0;
		symbols[i].name[0] = '\0';
	}
	/*
	 * a function is the answer at most to the first address from its start, and to those that
	 * follow
	 */
	while (fgets(line, sizeof(line), kallsyms) != NULL) {
		char type, name[OVR_REASONS_NAME_BYTES];
		uint64_t start;
		uint32_t i;

		if (sscanf(line, "%" SCNx64 " %c %63s", &start, &type, name) != 3 || start == 0 ||
			strchr("tTwW", type) == NULL)
			continue;
		i = first_from(symbols, n, start);
		if (i == n || start <= symbols[i].start)
			continue;
		symbols[i].start = start;
		memcpy(symbols[i].name, name, sizeof(name));
	}
	for (uint32_t i = 1; i < n; i++)
		if (symbols[i].start < symbols[i - 1].start) {
			symbols[i].start = symbols[i - 1].start;
			memcpy(symbols[i].name, symbols[i - 1].name, sizeof(symbols[i].name));
		}
}
