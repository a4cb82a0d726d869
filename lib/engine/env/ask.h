/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Asks EAL whether it takes its arguments.
 *
 * EAL may end the process at an argument: newer ones do (rte_argparse), at any that they do not
 * take. The program would end without a sentence, with an exit code that is none of its own. So a
 * child process starts EAL first, with two more arguments that contradict each other: EAL reads all
 * of them, and goes no further.
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
