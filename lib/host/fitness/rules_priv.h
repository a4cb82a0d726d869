/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Parts of the table of rules. Internal to fitness.
 */
#pragma once

#include "fitness/rules.h"

/** The rules of the host, and those of a port; ended by a row without an id. */
extern const struct ovr_fitness_rule fit_host_rules[];
extern const struct ovr_fitness_rule fit_port_rules[];

/** Print into an array of char. */
#define FIT_SAY(text, ...) snprintf(text, sizeof(text), __VA_ARGS__)

/** Say why a rule cannot be decided. @return OVR_FITNESS_UNSEEN */
enum ovr_fitness_outcome fit_unseen(struct ovr_fitness_check *check, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** A word of the shell. */
struct fit_word {
	char text[96];
};

/** @return the text as one word of the shell: the kernel takes names of interfaces like "a;b" */
struct fit_word fit_word(const char *text);

/**
 * Write the command that sets a setting of sysctl, and the one that resets it.
 * @param name "net.core.netdev_max_backlog"
 */
void fit_sysctl(struct ovr_fitness_check *check, const char *name, int64_t to, int64_t from);
