/* SPDX-License-Identifier: BSD-3-Clause */
/* Facts of a host, and of eth1, on which no rule finds anything. */
#pragma once

#include "fitness/facts.h"

struct ovr_fitness_facts fitness_sample(void);
