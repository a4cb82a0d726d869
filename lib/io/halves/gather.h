/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The halves of several hosts as the halves of one trial: those of each receiver and its senders,
 * and one of all senders and one of all receivers.
 * Private to this module. Pure.
 */
#pragma once

#include "halves/hosts.h"

/**
 * Put the host's name before each port of its half: "host:a/netdev:eth1", as plans name it.
 * @param number the host's, from 1: a long name is shortened, and then has it
 */
void ovr_half_gather_name(struct ovr_half_host *host, uint16_t number);

/**
 * Make one half of those of a receiver's senders, and take the receiver's. Where there are several
 * senders, transmit workers are numbered anew, since each host counts from 0; queues and workers
 * have their host's number.
 * @param[in,out] host its documents give their lists
 * @param receiver index of the receiver
 * @param[out] ret_halves the caller calls ovr_halves_done(), after failure too
 * @return 0; -ENOMEM
 */
int ovr_half_gather(struct ovr_half_host *host, uint32_t n_hosts, uint32_t receiver,
	struct ovr_halves *ret_halves, struct ovr_err *err);

/**
 * Make the halves of a trial from those of all its receivers, in the order of their streams.
 * @param[in,out] group gives its lists
 * @param[out] ret_halves the caller calls ovr_halves_done(), after failure too
 * @return 0; -ENOMEM
 */
int ovr_half_gather_all(
	struct ovr_halves *group, uint32_t n_groups, struct ovr_halves *ret_halves, struct ovr_err *err);
