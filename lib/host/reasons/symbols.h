/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Functions of the kernel by address, as /proc/kallsyms lists them. Internal to reasons.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "reasons/reasons.h"

/** An address and the function that it is in. */
struct ovr_reasons_symbol {
	uint64_t address;
	uint64_t start;                    /**< of the function; 0: unknown */
	char name[OVR_REASONS_NAME_BYTES]; /**< "": unknown */
};

/**
 * Find the function of each address.
 * @param kallsyms read to its end; addresses that the kernel hides stand there as 0, and are no
 * answer
 * @param symbols sorted by address, each once; `start` and `name` are set
 */
void ovr_reasons_symbols_find(FILE *kallsyms, struct ovr_reasons_symbol *symbols, uint32_t n);
