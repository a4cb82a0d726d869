/* SPDX-License-Identifier: BSD-3-Clause */
#include "agent/interface.h"

#include <errno.h>
#include <string.h>

#include <jansson.h>

#include "report/interface.h"

int
ovr_agent_interface_answer(const struct ovr_agent_limits *limits, struct ovr_channel *channel,
	const struct ovr_message *question, struct ovr_err *err)
{
	const char *name = question->interface.name;
	struct ovr_message answer = { .type = OVR_MESSAGE_INTERFACE };
	struct ovr_interface interface = { .counters.n = 0 };
	int status = ovr_agent_limits_check_interface(limits, name, err);

	if (status == 0)
		status = ovr_interface_take(name, &interface, err);
	if (status == 0) {
		answer.interface.reading = ovr_interface_json(&interface);
		if (answer.interface.reading == NULL)
			status = ovr_err_set(err, -ENOMEM, "no memory for the counters of an interface");
	}
	ovr_interface_done(&interface);
	if (status != 0)
		return status;
	memcpy(answer.interface.name, name, sizeof(answer.interface.name));
	status = ovr_channel_send(channel, &answer, err);
	json_decref(answer.interface.reading);
	return status;
}
