/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/drivers.h"

#include <string.h>

#include <rte_common.h>
#include <rte_version.h>

/* The kernel counts what finds no room in a packet socket; the driver asks it since DPDK 25.03. */
#define AF_PACKET_COUNTS_MISSED (RTE_VERSION >= RTE_VERSION_NUM(25, 3, 0, 0))

static const struct ovr_driver rows[] = {
	{ "net_ring", true, true, false, NULL }, /* TX refuses; nothing is lost at RX */
	{ "net_null", true, true, false, NULL },
	{ "net_pcap", true, true, true, "imissed (ps_drop)" },
	{ "net_af_packet", true, true, AF_PACKET_COUNTS_MISSED, "imissed (tp_drops)" },
	/* its oerrors are frames that it refused, its imissed leaves a full ring out */
	{ "net_af_xdp", true, false, true, "imissed (rx_dropped)" },
	{ "net_tap", true, true, false, NULL },
	{ "net_memif", true, true, false, NULL },
	{ "net_virtio_user", true, true, false, NULL },
	{ "net_vhost", true, true, false, NULL },
};

const struct ovr_driver *
ovr_driver_of(const char *driver)
{
	static const struct ovr_driver as_ethdev_says = { "", true, true, true, "imissed" };

	for (size_t i = 0; i < RTE_DIM(rows); i++)
		if (strcmp(rows[i].driver, driver) == 0)
			return &rows[i];
	return &as_ethdev_says;
}
