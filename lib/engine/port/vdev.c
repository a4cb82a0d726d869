/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/vdev.h"

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>

#include "env/env.h"

int
ovr_vdev_create(const char *text, const char *device, const char *args, uint16_t *ret_id, struct ovr_err *err)
{
	bool was_there[RTE_MAX_ETHPORTS] = { false };
	uint16_t id;
	int status;

	RTE_ETH_FOREACH_DEV (id)
		was_there[id] = true;
	/* what was said before is of something else */
	ovr_env_forget_words();
	status = rte_vdev_init(device, args[0] != '\0' ? args : NULL);
	if (status == -EEXIST)
		return ovr_err_set(err, -EEXIST,
			"%s: there is a device %s already; accepted: another number for the second one", text,
			device);
	if (status != 0) {
		const char *words = ovr_env_last_words();

		return ovr_err_set(err, -EINVAL,
			"%s: DPDK does not make this device: %s; accepted: a driver name with a number and "
			"its own keys",
			text, words[0] != '\0' ? words : "no driver has that name, or it refuses the keys");
	}
	/* drivers name their port as they like; it is the one that was not there before */
	RTE_ETH_FOREACH_DEV (id) {
		if (!was_there[id]) {
			*ret_id = id;
			return 0;
		}
	}
	ovr_vdev_destroy(device);
	return ovr_err_set(err, -EINVAL, "%s: the device is not a network port", text);
}

void
ovr_vdev_destroy(const char *device)
{
	rte_vdev_uninit(device);
}
