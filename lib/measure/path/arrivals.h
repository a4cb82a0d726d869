/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which probes of a run have come to the far end: a bit for each number.
 *
 * With the list of an agent there, the fate of every probe is known in each direction: what did
 * not come was lost on the way there, what came and was not answered on the way back. As text, a
 * list is hexadecimal digits, four numbers in each, the smallest one in the lowest bit.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "path/path.h"

/** Numbers are below this: 8 MiB of bits. */
#define OVR_PATH_NUMBERS_MAX (UINT32_C(1) << 26)

/** The numbers that have come. Zeroed: none; the list is owned by it. */
struct ovr_path_arrivals {
	uint64_t *word;   /**< number n is bit n % 64 of word n / 64 */
	uint32_t n_words; /**< there is memory for; numbers behind them have not come */
	uint32_t end;     /**< the largest number that has come, and one; 0: none has */
};

/** @return 1: it has come for the first time; 0: it came before; -ERANGE; -ENOMEM */
int ovr_path_arrivals_add(struct ovr_path_arrivals *arrivals, uint32_t number);

/** @return whether it has come */
bool ovr_path_arrivals_have(const struct ovr_path_arrivals *arrivals, uint32_t number);

/** @return the list as text, which the caller frees; "0": none has come; NULL: no memory */
char *ovr_path_arrivals_print(const struct ovr_path_arrivals *arrivals);

/**
 * Read a text.
 * @param[out] ret_arrivals untouched on failure
 * @return 0; -EINVAL: no hexadecimal digits, or too many; -ENOMEM
 */
int ovr_path_arrivals_parse(const char *text, struct ovr_path_arrivals *ret_arrivals);

/** Free the list; it is empty then. */
void ovr_path_arrivals_done(struct ovr_path_arrivals *arrivals);

/** Say of each probe whether it has come; its place in the list of probes is its number. */
void ovr_path_arrivals_mark(const struct ovr_path_arrivals *arrivals, struct ovr_path_probe *probe, size_t n);
