/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/pause.h"

#include <stdio.h>
#include <string.h>

static const char *
mode_name(enum rte_eth_fc_mode mode)
{
	switch (mode) {
	case RTE_ETH_FC_NONE:
		return "off";
	case RTE_ETH_FC_RX_PAUSE:
		return "on for frames received";
	case RTE_ETH_FC_TX_PAUSE:
		return "on for frames sent";
	case RTE_ETH_FC_FULL:
		return "on in both directions";
	}
	return "on";
}

bool
ovr_pause_off(uint16_t id, const char *label, struct ovr_pause *pause, char note[OVR_PAUSE_NOTE_BYTES])
{
	struct rte_eth_fc_conf conf = { 0 };
	enum rte_eth_fc_mode mode;
	int status;

	note[0] = '\0';
	if (rte_eth_dev_flow_ctrl_get(id, &conf) != 0 || conf.mode == RTE_ETH_FC_NONE)
		return false;
	mode = conf.mode;
	if (!pause->was_on)
		pause->before = conf;
	conf.mode = RTE_ETH_FC_NONE;
	status = rte_eth_dev_flow_ctrl_set(id, &conf);
	if (status != 0) {
		snprintf(note, OVR_PAUSE_NOTE_BYTES,
			"%s: flow control is %s and cannot be turned off (%s): a pause may hide an overrun",
			label, mode_name(mode), strerror(-status));
		return false;
	}
	if (!pause->was_on)
		snprintf(note, OVR_PAUSE_NOTE_BYTES, "%s: flow control was %s; off while the trial runs",
			label, mode_name(mode));
	pause->was_on = true;
	return true;
}

void
ovr_pause_restore(uint16_t id, struct ovr_pause *pause)
{
	if (pause->was_on)
		rte_eth_dev_flow_ctrl_set(id, &pause->before);
	pause->was_on = false;
}
