/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/drivers.h"

#include <stdio.h>
#include <string.h>

#include <rte_common.h>
#include <rte_version.h>

/* The kernel counts what finds no room in a packet socket; the driver asks it since DPDK 25.03. */
#define AF_PACKET_COUNTS_MISSED (RTE_VERSION >= RTE_VERSION_NUM(25, 3, 0, 0))

#define INTEL_82540EM 0x8086100eu

/* What is verified is exact of the whole port: imissed has no queues. */
#define VERIFIED   OVR_NIC_TRUST_PORT_LEVEL
#define UNVERIFIED OVR_NIC_TRUST_UNVERIFIED
#define WRONG      OVR_NIC_TRUST_WRONG
#define NONE       OVR_NIC_TRUST_NOT_IMPLEMENTED

static const struct ovr_driver rows[] = {
	/* virtual devices: driver, id, frames, errors, missed, trust, imissed */
	{ "net_ring", 0, true, true, false, NONE, NULL }, /* TX refuses; nothing is lost at RX */
	{ "net_null", 0, true, true, false, NONE, NULL },
	{ "net_pcap", 0, true, true, true, VERIFIED, "imissed (ps_drop)" },
	/* a frame whose sending fails stays in the ring, and is sent with the next ones */
	{ "net_af_packet", 0, true, false, AF_PACKET_COUNTS_MISSED, VERIFIED, "imissed (tp_drops)",
		.keeps_errors = true },
	/* its oerrors are frames that it refused, its imissed leaves a full ring out */
	{ "net_af_xdp", 0, true, false, true, VERIFIED, "imissed (rx_dropped)" },
	{ "net_tap", 0, true, true, false, NONE, NULL },
	{ "net_memif", 0, true, true, false, NONE, NULL },
	{ "net_virtio_user", 0, true, true, false, NONE, NULL },
	{ "net_vhost", 0, true, true, false, NONE, NULL },

	/* tried with frames lost on purpose, on emulated devices */
	{ "net_vmxnet3", 0, true, true, true, VERIFIED, "imissed (pktsRxOutOfBuf)" },
	{ "net_virtio", 0, true, true, false, NONE, NULL }, /* a full ring holds the sender up */
	/* QEMU's has it add up again at every reading what it held before */
	{ "net_e1000_em", INTEL_82540EM, true, true, true, WRONG, "imissed (MPC)" },
	/* QEMU's 82574 never moves it, and loses all the same */
	{ "net_e1000_em", 0, true, true, true, UNVERIFIED, "imissed (MPC)" },

	/* by their sources; whether a port's frames are those that software saw is not known */
	{ "net_e1000_igb", 0, false, true, true, UNVERIFIED, "imissed (MPC)" },
	{ "net_e1000_igb_vf", 0, false, true, false, NONE, NULL },
	{ "net_igc", 0, false, true, true, UNVERIFIED, "imissed (MPC)" },
	/* with drop_en set drops are counted per queue (QPRDC), in neither imissed nor ierrors */
	{ "net_ixgbe", 0, false, true, true, UNVERIFIED, "imissed (MPC)" },
	{ "net_ixgbe_vf", 0, false, true, false, NONE, NULL },
	{ "net_i40e", 0, false, true, true, UNVERIFIED, "imissed (rx_discards: GLPRT_RDPC, GLV_RDPC)" },
	{ "net_iavf", 0, false, true, true, UNVERIFIED, "imissed (rx_discards)" },
	{ "net_ice", 0, false, true, true, UNVERIFIED, "imissed (rx_discards: GLPRT_RDPC, GLV_RDPC)" },
	/* users saw losses that no counter of it showed */
	{ "net_ena", 0, false, true, true, UNVERIFIED, "imissed (rx_drops)" },
	{ "net_bnxt", 0, false, true, true, UNVERIFIED, "imissed (rx_discard_pkts)" },
	/* what the NIC's own buffer drops (rx_discards_phy) is not in it */
	{ "mlx5_pci", 0, true, true, true, UNVERIFIED, "imissed (out_of_buffer)" },
	{ "mlx5_auxiliary", 0, true, true, true, UNVERIFIED, "imissed (out_of_buffer)" },
};

const struct ovr_driver *
ovr_driver_of(const char *driver, uint32_t pci_id)
{
	static const struct ovr_driver as_ethdev_says = { "", 0, true, true, true, UNVERIFIED, "imissed" };
	static const struct ovr_driver as_ethdev_says_of_a_nic = { "", 0, false, true, true, UNVERIFIED,
		"imissed" };
	const struct ovr_driver *found = pci_id != 0 ? &as_ethdev_says_of_a_nic : &as_ethdev_says;

	for (size_t i = 0; i < RTE_DIM(rows); i++) {
		if (strcmp(rows[i].driver, driver) != 0)
			continue;
		if (rows[i].pci_id != 0 && rows[i].pci_id == pci_id)
			return &rows[i];
		if (rows[i].pci_id == 0)
			found = &rows[i];
	}
	return found;
}

const struct ovr_driver *
ovr_driver_row(size_t index)
{
	return index < RTE_DIM(rows) ? &rows[index] : NULL;
}

uint16_t
ovr_driver_short_polls(const char *driver)
{
	static const char *const looks_each_time[] = { "wire", "udp", "net_ring", "net_af_packet",
		"net_vmxnet3", "net_e1000_em", "net_e1000_igb" };

	for (size_t i = 0; i < RTE_DIM(looks_each_time); i++)
		if (strcmp(looks_each_time[i], driver) == 0)
			return 1;
	return 2;
}

uint16_t
ovr_driver_poll(const char *driver, uint16_t burst)
{
	static const char *const bring_any[] = { "wire", "udp", "net_ring", "net_null", "net_pcap",
		"net_af_packet", "net_af_xdp", "net_tap", "net_memif", "net_vhost", "net_vmxnet3",
		"net_e1000_em", "net_e1000_igb", "net_igc" };

	for (size_t i = 0; i < RTE_DIM(bring_any); i++)
		if (strcmp(bring_any[i], driver) == 0)
			return burst;
	return RTE_MAX(burst, (uint16_t)OVR_DRIVER_POLL);
}

const char *
ovr_driver_note(char *buf, size_t size, const struct ovr_driver *driver, const char *label, const char *name)
{
	buf[0] = '\0';
	if (driver->trust == OVR_NIC_TRUST_WRONG)
		snprintf(buf, size,
			"%s: %s of the driver %s is known to be wrong with this device, and not booked: what "
			"its ring "
			"overruns is unexplained",
			label, driver->imissed, name);
	else if (driver->trust == OVR_NIC_TRUST_UNVERIFIED)
		snprintf(buf, size,
			"%s: %s of the driver %s is booked as its source has it; it was never held against "
			"frames lost on "
			"purpose",
			label, driver->imissed, name);
	else if (!driver->counts_missed)
		snprintf(buf, size,
			"%s: the driver %s counts no ring overruns: what is lost there is unexplained", label,
			name);
	return buf;
}
