/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Which ends of a trial share CPUs? Ends of one machine do, where several agents serve on it.
 *
 * Pure.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** Where an end's workers are. */
struct ovr_shared_end {
	const char *name;  /**< for sentences: "host rack-b" */
	const char *boot;  /**< id of its machine's boot; "": unknown */
	const char *cores; /**< list of the CPUs of its workers; "": unknown */
};

/**
 * Say that ends of one machine share CPUs. Workers poll all the time: of those on one CPU each
 * stands still while another one runs.
 * @param first an end of the machine, the first one of it
 * @param[out] buf a sentence, which names as many ends as have room; "": none of them share a CPU,
 * or an end before @p first is of the same machine
 * @param size 256 or more
 * @return @p buf
 */
const char *ovr_shared_print(
	char *buf, size_t size, const struct ovr_shared_end *end, uint32_t n_ends, uint32_t first);
