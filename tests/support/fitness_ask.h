/* SPDX-License-Identifier: BSD-3-Clause */
/* Questions to the rules of fitness. */
#pragma once

#include "fitness/rules.h"

/* Ask all rules, and demand that one has this outcome. Its answer, until the next call. */
const struct ovr_fitness_check *fitness_ask(
	const struct ovr_fitness_facts *facts, const char *id, enum ovr_fitness_outcome outcome);

/* The same, and that it is a finding with these texts. */
void fitness_finds(const struct ovr_fitness_facts *facts, const char *id, enum ovr_fitness_weight weight,
	const char *evidence, const char *fix, const char *undo);
