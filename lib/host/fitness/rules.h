/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Rules that say which facts of a host and a port lose frames, and the commands that fix them.
 *
 * One row per rule. A rule that cannot be decided, since a fact is unknown, says so. Commands are
 * for root's shell and are not carried out here. Pure; any thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fitness/facts.h"

/** How heavy a finding is. */
enum ovr_fitness_weight {
	OVR_FITNESS_WILL_LOSE, /**< the next trial or burst loses frames */
	OVR_FITNESS_MAY_LOSE, /**< frames are lost, or seen otherwise than they were sent, under some loads */
	OVR_FITNESS_HINT,     /**< no loss by itself; figures are better, or easier to believe, without it */
	OVR_FITNESS_WEIGHTS,
};

/** What a rule says. */
enum ovr_fitness_outcome {
	OVR_FITNESS_FOUND,
	OVR_FITNESS_FINE,
	OVR_FITNESS_UNSEEN, /**< a fact is unknown */
	OVR_FITNESS_ABSENT, /**< it does not apply: no conntrack, no PCI device; or a heavier rule has it */
	OVR_FITNESS_OUTCOMES,
};

/** The answer of one rule. Plain data. */
struct ovr_fitness_check {
	const char *id; /**< "rp-filter"; static */
	enum ovr_fitness_weight weight;
	enum ovr_fitness_outcome outcome;
	/** a sentence with the figures; of what is unseen, why; else "" */
	char evidence[800];
	char fix[320];    /**< a command of root's shell; "": no command can */
	char undo[320];   /**< the command that undoes the fix; "": none, or none is known */
	char advice[200]; /**< what to do where no command does it, or besides; "" */
};

/** Room for an answer of every rule. */
#define OVR_FITNESS_CHECKS_MAX 40

/** The answers of all rules, in the order of the table. Plain data. */
struct ovr_fitness_report {
	char port[64];                            /**< "": no port was named */
	char driver[32];                          /**< of the port; "": unknown, or no port */
	uint64_t measured_ns;                     /**< how long steal was measured; 0: it was not */
	uint32_t n_weight[OVR_FITNESS_WEIGHTS];   /**< findings by weight */
	uint32_t n_outcome[OVR_FITNESS_OUTCOMES]; /**< rules by outcome */
	uint32_t n;
	struct ovr_fitness_check check[OVR_FITNESS_CHECKS_MAX];
};

/** A row of the table. */
struct ovr_fitness_rule {
	const char *id;
	enum ovr_fitness_weight weight;
	/**
	 * Decides, and writes evidence, fix, undo and advice.
	 * @param check empty texts
	 */
	enum ovr_fitness_outcome (*decide)(
		const struct ovr_fitness_facts *facts, struct ovr_fitness_check *check);
};

/** Ask all rules. @param facts read by fitness/facts.h */
void ovr_fitness_judge(const struct ovr_fitness_facts *facts, struct ovr_fitness_report *ret_report);

/** @return the answer of a rule; NULL: there is no such rule */
const struct ovr_fitness_check *ovr_fitness_check_of(const struct ovr_fitness_report *report, const char *id);

/** @return "will lose", "may lose", "hint" */
const char *ovr_fitness_weight_name(enum ovr_fitness_weight weight);

/** @return "found", "fine", "unseen", "absent" */
const char *ovr_fitness_outcome_name(enum ovr_fitness_outcome outcome);
