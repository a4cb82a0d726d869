/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Three hosts in a row, each a network namespace: tester, hop and receiver (atlas/places.h). In a
 * lab of a cable the hop has no address: whoever connects its two interfaces is the cable.
 *
 * Their names are ovr-lab-PID-tester, -hop and -receiver. They are in the journal of this process
 * before they are made, so that the next start removes them after a SIGKILL (undo/undo.h). Nobody
 * else sends there: IPv6 is off, and neighbours are known. Needs root. Control thread.
 */
#pragma once

#include "atlas/places.h"
#include "atlas/spawn.h"
#include "base/err.h"

/** Room for a command line with the names of the namespaces in it. */
#define OVR_ATLAS_LINE_BYTES 512

/** The lab of this process. */
struct ovr_atlas_lab;

/**
 * Begin: nothing is made yet.
 * @param[out] ret_lab the caller's, to be closed
 * @return 0; -ENOMEM; -errno
 */
int ovr_atlas_lab_open(struct ovr_atlas_lab **ret_lab, struct ovr_err *err);

/**
 * Make the hosts, and remove those of an earlier call.
 * @param kind OVR_ATLAS_NO_LAB: none
 * @return 0; -EINTR; -EOPNOTSUPP: this host cannot (the sentence has the command and its answer);
 * -errno. What was made before the failure is removed
 */
int ovr_atlas_lab_make(struct ovr_atlas_lab *lab, enum ovr_atlas_lab_kind kind, struct ovr_err *err);

/** Remove the hosts. @return 0, also when there are none; -errno: the next start tries again */
int ovr_atlas_lab_remove(struct ovr_atlas_lab *lab, struct ovr_err *err);

/**
 * Leave the hosts to the user: nothing removes them any more. A lab that may change settings of the
 * whole host is not kept.
 */
void ovr_atlas_lab_keep(struct ovr_atlas_lab *lab);

/** Close it; what is there stays, for the next start to remove. NULL is allowed. */
void ovr_atlas_lab_close(struct ovr_atlas_lab *lab);

/** @return the name of a host's namespace, "ovr-lab-1234-hop"; "" for the program's own */
const char *ovr_atlas_lab_name(const struct ovr_atlas_lab *lab, enum ovr_atlas_host host);

/**
 * Write @p text with the names of the namespaces for {tester}, {hop} and {receiver}.
 * @return @p buf
 */
const char *ovr_atlas_lab_expand(const struct ovr_atlas_lab *lab, const char *text, char *buf, size_t size);

/** Allow commands of OVR_ATLAS_WHOLE_HOST, which are refused otherwise. */
void ovr_atlas_lab_allow_global(struct ovr_atlas_lab *lab);

/** @return whether they are allowed */
bool ovr_atlas_lab_is_global(const struct ovr_atlas_lab *lab);

/**
 * Run a command line, by a shell in its host's namespace.
 * @return as ovr_atlas_spawn()
 */
int ovr_atlas_lab_shell(const struct ovr_atlas_lab *lab, const struct ovr_atlas_command *command,
	struct ovr_atlas_said *ret_said, struct ovr_err *err);

/**
 * The same, and demand that it succeeds. A setting of the whole host is set, and put back when the
 * lab is removed.
 * @return 0; -EINTR; -EOPNOTSUPP: it did not, and the sentence has its answer; -errno
 */
int ovr_atlas_lab_do(struct ovr_atlas_lab *lab, const struct ovr_atlas_command *command, struct ovr_err *err);

/**
 * Run this program, `run --json -` with the arguments of a trial, in its host's namespace.
 * @return as ovr_atlas_spawn(); the result is what it printed
 */
int ovr_atlas_lab_trial(const struct ovr_atlas_lab *lab, const struct ovr_atlas_command *trial,
	struct ovr_atlas_said *ret_said, struct ovr_err *err);
