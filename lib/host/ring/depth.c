/* SPDX-License-Identifier: BSD-3-Clause */
#include "ring/depth.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nic/usable.h"

#define OVERHEAD_BYTES 20
#define BPS_PER_MBPS   UINT64_C(1000000)

uint64_t
ovr_ring_buffer_time_ns(uint32_t usable, uint32_t size, uint64_t line_bps)
{
	if (line_bps == 0)
		return 0;
	return (uint64_t)llround((double)usable * (size + OVERHEAD_BYTES) * 8 * 1e9 / (double)line_bps);
}

struct ovr_ring_sizes
ovr_ring_sizes_of(const struct ovr_nic_rings *rings)
{
	return (struct ovr_ring_sizes){ rings->rx, rings->rx_mini, rings->rx_jumbo, rings->tx };
}

static void
set_usable(struct ovr_ring_view *view)
{
	const char *driver = view->driver;

	/* a device loses and keeps frames alike under the kernel's driver and DPDK's */
	if (strncmp(driver, "net_", 4) == 0)
		driver += 4;
	view->usable = ovr_nic_usable_descriptors(driver, view->current.rx, &view->usable_is_verified);
	view->usable_max = ovr_nic_usable_descriptors(driver, view->maximum.rx, &view->usable_is_verified);
}

void
ovr_ring_view_facts(const struct ovr_nic_facts *facts, uint64_t line_bps, struct ovr_ring_view *ret_view)
{
	const struct ovr_nic_rings *rings = &facts->rings;
	struct ovr_ring_view view = { .n_rxq = facts->n_rxq, .known = rings->known };

	snprintf(view.name, sizeof(view.name), "%s", facts->name);
	snprintf(view.driver, sizeof(view.driver), "%s", facts->driver);
	snprintf(view.state, sizeof(view.state), "%s",
		!facts->is_up                 ? "down"
			: !facts->has_carrier ? "no carrier"
					      : "up");
	if (line_bps != 0)
		view.speed = OVR_RING_SPEED_GIVEN;
	else if (facts->speed_mbps != 0)
		view.speed = ovr_nic_driver_makes_speed_up(facts->driver) ? OVR_RING_SPEED_MADE_UP
									  : OVR_RING_SPEED_DEVICE;
	view.line_bps = view.speed == OVR_RING_SPEED_DEVICE ? facts->speed_mbps * BPS_PER_MBPS : line_bps;
	view.stated_bps = facts->speed_mbps * BPS_PER_MBPS;
	if (rings->known) {
		view.current = ovr_ring_sizes_of(rings);
		view.maximum = (struct ovr_ring_sizes){ rings->rx_max, rings->rx_mini_max,
			rings->rx_jumbo_max, rings->tx_max };
		set_usable(&view);
	}
	*ret_view = view;
}

void
ovr_ring_view_complete(struct ovr_ring_view *view, uint64_t device_bps, uint64_t line_bps)
{
	view->known = true;
	if (line_bps != 0)
		view->speed = OVR_RING_SPEED_GIVEN;
	else if (device_bps != 0)
		view->speed = OVR_RING_SPEED_DEVICE;
	view->line_bps = line_bps != 0 ? line_bps : device_bps;
	set_usable(view);
}
