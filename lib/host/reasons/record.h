/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Keys and values of the BPF program's maps, as the program and the process that loads it use them.
 * Internal to reasons.
 */
#pragma once

#include <stdint.h>

/** Different records that the program keeps at most. Events beyond them are counted as missed. */
#define OVR_REASONS_RECORDS_MAX 4096

/** Network namespaces that a trial may name. */
#define OVR_REASONS_NETNS_MAX 64

/** Bytes of an interface's name with its end (IFNAMSIZ). */
#define OVR_REASONS_DEVICE_BYTES 16

/** What is counted apart. Without padding, since the kernel compares its bytes. */
struct ovr_reasons_key {
	uint64_t location;   /**< address in the kernel's text */
	uint32_t netns;      /**< inode of the namespace; 0: none of those that the trial names */
	uint32_t ifindex;    /**< in that namespace; 0: the skb names none */
	uint32_t reason;     /**< the running kernel's number */
	uint32_t ip_version; /**< 4, 6; 0: no IP packet was found */
};

/** What was counted. */
struct ovr_reasons_value {
	uint64_t events; /**< skbs */
	uint64_t ours;   /**< frames whose UDP payload begins with the trial's id */
	/**
	 * of events: fragments of UDP that are not the first, which show no id
	 */
	uint64_t fragments;
	uint64_t hidden; /**< of events: UDP whose payload is not where the program can read */
	char device[OVR_REASONS_DEVICE_BYTES]; /**< name when the record was made */
};
