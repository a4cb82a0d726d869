/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/describe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <rte_ethdev.h>

#include "plan/plan.h"
#include "port/pci.h"
#include "port/rings.h"
#include "port/vdev.h"
#include "port/wire.h"

/* What a ring of the default size becomes; 0: the driver does not have it. */
static uint32_t
fitted(const char *driver, uint32_t descriptors, const struct rte_eth_desc_lim *limits)
{
	struct ovr_rings_asked asked = {
		.label = "", .option = "", .driver = driver, .descriptors = descriptors
	};
	uint16_t fits;

	return ovr_rings_fit(&asked, limits, &fits, NULL) == 0 ? fits : 0;
}

static int
read_bounds(const char *label, uint16_t id, struct ovr_port_bounds *ret_bounds, struct ovr_err *err)
{
	struct rte_eth_dev_info info;
	struct rte_eth_link link;
	struct ovr_plan plan;
	int status = rte_eth_dev_info_get(id, &info);

	if (status != 0)
		return ovr_err_set(
			err, status, "%s: the device does not describe itself: %s", label, strerror(-status));
	ovr_plan_default(&plan);
	*ret_bounds = (struct ovr_port_bounds){
		.n_rxq_max = info.max_rx_queues,
		.rx_max = info.rx_desc_lim.nb_max,
		.rx_min = info.rx_desc_lim.nb_min,
		.rx_align = info.rx_desc_lim.nb_align,
		.tx_max = info.tx_desc_lim.nb_max,
		.tx_min = info.tx_desc_lim.nb_min,
		.tx_align = info.tx_desc_lim.nb_align,
		.rxd = fitted(info.driver_name, plan.ports.rxd, &info.rx_desc_lim),
		.txd = fitted(info.driver_name, plan.ports.txd, &info.tx_desc_lim),
	};
	snprintf(ret_bounds->driver, sizeof(ret_bounds->driver), "%s", info.driver_name);
	if (rte_eth_link_get_nowait(id, &link) == 0 && link.link_status == RTE_ETH_LINK_UP &&
		link.link_speed != RTE_ETH_SPEED_NUM_UNKNOWN)
		ret_bounds->line_bps = link.link_speed * 1000000ull;
	return 0;
}

int
ovr_port_describe(const struct ovr_port_name *name, struct ovr_port_bounds *ret_bounds, struct ovr_err *err)
{
	struct ovr_pci_facts facts;
	uint16_t id;
	int status;

	if (name->kind == OVR_PORT_PCI) {
		status = ovr_port_pci_find(name, &id, &facts, err);
		return status != 0 ? status : read_bounds(name->label, id, ret_bounds, err);
	}
	status = ovr_vdev_create(name->text, name->details, name->keys, &id, err);
	if (status != 0)
		return status;
	status = read_bounds(name->label, id, ret_bounds, err);
	ovr_vdev_destroy(name->details);
	return status;
}

int
ovr_port_describe_wire(const struct ovr_port_name *name, uint64_t line_bps, struct ovr_ring_view *ret_view,
	struct ovr_err *err)
{
	struct ovr_ring_view view = { .known = true, .n_rxq = 1 };
	uint64_t speed_bps = name->conf.wire.speed_bps;
	struct ovr_plan plan;

	if (speed_bps != 0 && line_bps != 0 && speed_bps != line_bps)
		return ovr_err_set(err, -EINVAL,
			"%s: its speed and --line are not the same; accepted: one of them", name->text);
	ovr_plan_default(&plan);
	snprintf(view.name, sizeof(view.name), "%s", name->label);
	snprintf(view.driver, sizeof(view.driver), "wire");
	view.speed = line_bps != 0 ? OVR_RING_SPEED_GIVEN : OVR_RING_SPEED_DEVICE;
	view.line_bps = line_bps != 0 ? line_bps : speed_bps != 0 ? speed_bps : OVR_WIRE_LINE_BPS;
	view.current = (struct ovr_ring_sizes){ .rx = plan.ports.rxd, .tx = plan.ports.txd };
	view.maximum = (struct ovr_ring_sizes){ .rx = (uint32_t)ovr_plan_row_of("rxd")->max,
		.tx = (uint32_t)ovr_plan_row_of("txd")->max };
	view.rx_min = (uint32_t)ovr_plan_row_of("rxd")->min;
	view.tx_min = (uint32_t)ovr_plan_row_of("txd")->min;
	/* the wire's rings have as many usable descriptors as they are asked for */
	view.usable = view.current.rx;
	view.usable_max = view.maximum.rx;
	view.usable_is_verified = true;
	*ret_view = view;
	return 0;
}
