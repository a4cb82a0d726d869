/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * EAL's life cycle: start it with the workers' cores, stop it, and leave nothing behind.
 *
 * By default EAL runs without hugepages, without a shared configuration, without telemetry and
 * without PCI devices, so that no privilege is needed. PCI devices that are named bring hugepages,
 * without files of theirs, and the PCI bus, which then touches these devices and no others.
 * Arguments after `--` are handed on; one that concerns memory replaces ours. EAL can be started
 * once in a process.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/** A worker for each of 32 transmit and 32 receive queues, one for the wire, and room to spare. */
#define OVR_ENV_WORKERS_MAX 128

/** Most PCI devices that are named. */
#define OVR_ENV_PCI_MAX 2

/** Room for a device's address and the driver's arguments after it. */
#define OVR_ENV_PCI_BYTES 544

/** How to start. */
struct ovr_env_conf {
	uint16_t n_workers;
	/** CPU of each worker; two workers may share one only if the caller means it */
	uint16_t cpu[OVR_ENV_WORKERS_MAX];
	uint32_t memory_mb;                           /**< for pools and rings, without hugepages */
	uint16_t n_pci;                               /**< PCI devices; 0: the bus is not touched */
	char pci[OVR_ENV_PCI_MAX][OVR_ENV_PCI_BYTES]; /**< each "0000:3b:00.0[,key=value…]" */
	char *const *extra; /**< EAL arguments of the user, NULL at the end; may be NULL */
};

/**
 * Start EAL. Worker i becomes lcore ovr_env_lcore(i); the calling thread becomes the main lcore and
 * may run on any CPU it could before. What EAL prints on stdout and stderr while it starts is kept
 * from there: errors belong into the sentence.
 * @return 0; -EIO, with EAL's own last words; -EINVAL: an argument that makes EAL print its help
 * and
 *         end the process
 */
int ovr_env_start(const struct ovr_env_conf *conf, struct ovr_err *err);

/**
 * @return whether EAL would start with hugepages of ours: with PCI devices, unless the user says
 * where memory comes from
 */
bool ovr_env_wants_hugepages(const struct ovr_env_conf *conf);

/** Stop EAL. Harmless if it was not started. */
void ovr_env_stop(void);

/** @return the lcore id of worker @p worker */
static inline unsigned int
ovr_env_lcore(uint16_t worker)
{
	return 1u + worker;
}

/**
 * Find the lcore of a worker by its CPU, since trials of one process may have different workers.
 * @param nth which of the workers on that CPU, from 0
 * @return the lcore id; 0, the control thread's: EAL was started with fewer workers on that CPU
 */
unsigned int ovr_env_lcore_on(uint16_t cpu, uint16_t nth);

/** @return whether EAL has hugepages */
bool ovr_env_has_hugepages(void);

/** What EAL and its drivers said so far is of no interest any more. Main thread. */
void ovr_env_forget_words(void);

/**
 * What EAL and its drivers last said, one line, for sentences.
 * @return a static text, maybe empty; main thread only
 */
const char *ovr_env_last_words(void);

/**
 * The last line of theirs that has this text in it: a device's address.
 * @return a static text, empty if there is none; main thread only
 */
const char *ovr_env_last_words_on(const char *text);
