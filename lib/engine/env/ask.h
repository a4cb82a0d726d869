/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Trial start of EAL in a child process, which shows whether EAL takes its arguments.
 *
 * Newer EALs (rte_argparse) end the process at an argument that they do not take. The program
 * would end without an error message of its own, and with an exit code of EAL. A child process
 * therefore starts EAL first, with two additional arguments that contradict each other: EAL reads
 * all arguments and stops there.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/**
 * Setup; before rte_eal_init(), with its log kept (ovr_env_last_words()). The child writes nothing
 * but EAL's log and what EAL prints.
 * @param argc ≥ 1
 * @param argv as for rte_eal_init(); left as they are
 * @param[out] words EAL's last words, one line; untouched unless it would end the process
 * @param size of @p words, ≥ 1
 * @return whether EAL would end the process; false, too, if no child can be had
 */
bool env_ask_eal(int argc, char **argv, char *words, size_t size);
