/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * The parser of queueing disciplines. Internal to nic.
 */
#pragma once

#include <linux/netlink.h>

#include "nic/queueing.h"

/**
 * Add what RTM_NEWQDISC tells, if it is the root of that interface, or stands below its mq.
 * @param queueings zeroed before the first
 * @return 0; -EBADMSG
 */
int ovr_nic_queueing_parse(
	const struct nlmsghdr *message, uint32_t ifindex, struct ovr_nic_queueings *queueings);
