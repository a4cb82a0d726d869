/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Life cycle of EAL: start with the workers' cores, stop, and removal of its files.
 *
 * By default EAL runs without hugepages, without a shared configuration, without telemetry and
 * without PCI devices, so that no privilege is needed. Named PCI devices enable hugepages, without
 * files in hugetlbfs, and the PCI bus, which then probes these devices only. Arguments after `--`
 * are passed to EAL; an argument on memory replaces the default one. EAL can be started once in a
 * process.
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
 * Start EAL. Worker i becomes lcore ovr_env_lcore(i); the calling thread becomes the main lcore
 * and may run on any CPU it could before. What EAL prints while it starts does not appear on
 * stdout or stderr; an error message has its last line.
 * @return 0; -EIO, with the last line that EAL logged; -EINVAL: an argument that makes EAL print
 * its help and
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

/** @return the version of DPDK, static: "DPDK 22.11.3" */
const char *ovr_env_dpdk_version(void);

/** @return whether EAL has hugepages */
bool ovr_env_has_hugepages(void);

/** Forget what EAL and its drivers have logged so far. Main thread. */
void ovr_env_forget_words(void);

/**
 * The last line that EAL or a driver logged, for error messages.
 * @return a static text, maybe empty; main thread only
 */
const char *ovr_env_last_words(void);

/**
 * The last line that EAL or a driver logged with this text in it, as a device's address.
 * @return a static text, empty if there is none; main thread only
 */
const char *ovr_env_last_words_on(const char *text);
