/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/vdev.h"

#include <errno.h>
#include <string.h>

#include <rte_bus_vdev.h>
#include <rte_ethdev.h>

#include "env/env.h"

int
ovr_vdev_create(const struct ovr_port_name *name, uint16_t *ret_id, struct ovr_err *err)
{
	bool was_there[RTE_MAX_ETHPORTS] = { false };
	uint16_t id;

	RTE_ETH_FOREACH_DEV (id)
		was_there[id] = true;
	ovr_env_forget_words();
	if (rte_vdev_init(name->details, name->keys[0] != '\0' ? name->keys : NULL) != 0) {
		const char *words = ovr_env_last_words();

		return ovr_err_set(err, -EINVAL,
			"%s: DPDK does not make this device: %s; accepted: a driver name with a number and "
			"its own keys",
			name->text, words[0] != '\0' ? words : "no driver of that name");
	}
	/* drivers name their port as they like; it is the one that was not there before */
	RTE_ETH_FOREACH_DEV (id) {
		if (!was_there[id]) {
			*ret_id = id;
			return 0;
		}
	}
	ovr_vdev_destroy(name);
	return ovr_err_set(err, -EINVAL, "%s: the device is not a network port", name->text);
}

void
ovr_vdev_destroy(const struct ovr_port_name *name)
{
	rte_vdev_uninit(name->details);
}
