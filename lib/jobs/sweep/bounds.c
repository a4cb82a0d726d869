/* SPDX-License-Identifier: BSD-3-Clause */
#include "sweep/bounds.h"

#include <errno.h>

#include "port/rings.h"

static int
check_trial(const struct ovr_plan_ports *ports, const struct ovr_port_bounds *bounds, struct ovr_err *err)
{
	struct ovr_rings_asked asked = {
		.label = ports->rx.label, .option = "rxd", .driver = bounds->driver, .descriptors = ports->rxd
	};
	struct rte_eth_desc_lim limits = { .nb_max = (uint16_t)bounds->rx_max,
		.nb_min = (uint16_t)bounds->rx_min,
		.nb_align = (uint16_t)bounds->rx_align };
	uint16_t fitted;

	if (ports->rxq > bounds->n_rxq_max)
		return ovr_err_set(err, -ERANGE,
			"%s: found %u receive queues, accepted by the driver %s: 1 to %u", ports->rx.label,
			ports->rxq, bounds->driver, bounds->n_rxq_max);
	return ovr_rings_fit(&asked, &limits, &fitted, err);
}

int
ovr_sweep_fits(
	const struct ovr_result_sweep *sweep, const struct ovr_port_bounds *bounds, struct ovr_err *err)
{
	int status = 0;

	for (uint32_t i = 0; i < sweep->n_cells && status == 0; i++) {
		struct ovr_plan trial;
		char label[256];

		if (sweep->cell[i].is_done)
			continue;
		status = ovr_plan_sweep_cell(&sweep->plan, i, &trial, err);
		if (status != 0)
			break;
		status = check_trial(&trial.ports, bounds, err);
		if (status != 0)
			ovr_err_prefix(
				err, "cell \"%s\"", ovr_plan_sweep_label(&trial, label, sizeof(label)));
	}
	return status;
}

int
ovr_sweep_check_port(const struct ovr_result_sweep *sweep, struct ovr_err *err)
{
	const struct ovr_port_name *rx = &sweep->plan.ports.rx;
	struct ovr_port_bounds bounds;
	int status;

	if (sweep->n_done == sweep->n_cells || (rx->kind != OVR_PORT_PCI && rx->kind != OVR_PORT_VDEV))
		return 0;
	status = ovr_port_describe(rx, &bounds, err);
	return status != 0 ? status : ovr_sweep_fits(sweep, &bounds, err);
}
