/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Senders and receivers of a plan: one of each, or several on other machines.
 *
 *     tx: host:a/netdev:eth1,mode=af_packet,host:b/netdev:eth1
 *     rx: host:c/netdev:eth1                          a → c, b → c
 *     rx: host:c/netdev:eth1,host:d/netdev:eth1       a → c, b → d
 *
 * One receiver is that of all senders. Of several there is one for each sender, in the same order;
 * a receiver of several senders stands there once for each of them, side by side.
 *
 * A comma before `host:` begins the next port; every other comma belongs to the keys of the port
 * before it. The first port of a list may be one of this machine.
 */
#pragma once

#include "plan/plan.h"

/** Senders from one on. */
struct ovr_plan_range {
	uint32_t first, n;
};

/**
 * @param what "tx" or "rx", for sentences
 * @param[out] ret_first, ret_more untouched on failure
 * @return 0; -EINVAL, -ERANGE: what ovr_port_name_parse() refuses, more ports than a plan can
 *   have, or a port of this machine behind another port
 */
int ovr_plan_senders_parse(const char *what, const char *text, struct ovr_port_name *ret_first,
	struct ovr_plan_more *ret_more, struct ovr_err *err);

/** @return how many ports send; at least 1 */
uint32_t ovr_plan_senders_count(const struct ovr_plan_ports *ports);

/** @return sender @p index, from 0 */
struct ovr_port_name ovr_plan_sender_at(const struct ovr_plan_ports *ports, uint32_t index);

/** @return how many ports receive; at least 1 */
uint32_t ovr_plan_receivers_count(const struct ovr_plan_ports *ports);

/** @return receiver @p index, from 0 */
struct ovr_port_name ovr_plan_receiver_at(const struct ovr_plan_ports *ports, uint32_t index);

/** @return number of the receiver of a sender's frames */
uint32_t ovr_plan_receiver_of(const struct ovr_plan_ports *ports, uint32_t sender);

/** @return the senders of a receiver, at least one of a frozen plan */
struct ovr_plan_range ovr_plan_senders_of(const struct ovr_plan_ports *ports, uint32_t receiver);

/** @return whether a port of the plan is on another machine */
bool ovr_plan_has_hosts(const struct ovr_plan_ports *ports);
