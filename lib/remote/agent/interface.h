/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * Answers to the question for an interface of this host: its facts and counters. They are read in
 * this process, which opens and changes nothing for it. Control thread.
 */
#pragma once

#include "agent/limits.h"
#include "link/channel.h"

/**
 * Answer a message OVR_MESSAGE_INTERFACE.
 * @return 0; -EPERM: not allowed; -ENODEV and others of ovr_nic_counters_read(); what
 *   ovr_channel_send() returns
 */
int ovr_agent_interface_answer(const struct ovr_agent_limits *limits, struct ovr_channel *channel,
	const struct ovr_message *question, struct ovr_err *err);
