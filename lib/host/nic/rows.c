/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One row per driver: what its counters mean where that is not what their names say, and how far
 * they were tried.
 *
 * "Tried" is: frames were counted on both sides while a ring, a queue or a program lost some of
 * them on purpose, with the emulated devices of QEMU where there is a PCI device. The rest is what
 * drivers' sources and documentation say.
 */
#include "nic/rules.h"

#define ROW(driver_, rules_)                                          \
	{                                                             \
		driver_, rules_, sizeof(rules_) / sizeof((rules_)[0]) \
	}
#define LATE_ROW(driver_, rules_, late_ms_)                                     \
	{                                                                       \
		driver_, rules_, sizeof(rules_) / sizeof((rules_)[0]), late_ms_ \
	}

#define LOSS     OVR_NIC_LOSS
#define ALIAS    OVR_NIC_ALIAS
#define ALIAS_OF OVR_NIC_ALIAS_OF
#define TOTAL    OVR_NIC_TOTAL
#define UNSEEN   OVR_NIC_UNSEEN
#define TRAFFIC  OVR_NIC_TRAFFIC
#define OTHER    OVR_NIC_OTHER

/*
 * rx_dropped has the drops of this end's NAPI and what the other end could not send back. A full
 * queue of the peer's NAPI, a peer that is down and a frame above the peer's MTU are the sender's
 * tx_dropped.
 */
static const struct ovr_nic_rule veth[] = {
	{ OVR_NIC_LINK, "rx_packets", TRAFFIC(EXACT) },
	{ OVR_NIC_LINK, "tx_packets", TRAFFIC(EXACT) },
	{ OVR_NIC_LINK, "rx_bytes", TRAFFIC(EXACT) },
	{ OVR_NIC_LINK, "tx_bytes", TRAFFIC(EXACT) },
	{ OVR_NIC_LINK, "tx_dropped", LOSS(TX_KERNEL, EXACT, "the peer's queue was full, or the peer down") },
	{ OVR_NIC_LINK, "rx_dropped",
		UNSEEN(RX_RING, PORT_LEVEL,
			"of rx_queue_N_drops or the peer's tx_dropped, or nobody wanted them") },
	{ OVR_NIC_DRIVER, "rx_queue_#_drops",
		LOSS(RX_RING, EXACT, "native XDP: the AF_XDP ring or its pool was full") },
	{ OVR_NIC_DRIVER, "rx_queue_#_xdp_drops", LOSS(RX_KERNEL, EXACT, "dropped by the XDP program") },
	{ OVR_NIC_DRIVER, "rx_queue_#_xdp_tx_errors", ALIAS(TX_KERNEL, EXACT, "of tx_dropped") },
	{ OVR_NIC_DRIVER, "tx_queue_#_xdp_xmit_errors", ALIAS(TX_KERNEL, UNVERIFIED, "of tx_dropped") },
	{ OVR_NIC_DRIVER, "peer_ifindex", OTHER(EXACT, "the other end's number, no counter") },
};

/*
 * The device counts a full ring per queue, and no link counter has it. Link counters are sums of
 * the queues'.
 */
static const struct ovr_nic_rule vmxnet3[] = {
	{ OVR_NIC_DRIVER, "pkts rx OOB", LOSS(RX_RING, EXACT, "ring full; in no link counter") },
	{ OVR_NIC_DRIVER, "pkts rx err", LOSS(RX_ERRORS, UNVERIFIED, "the link's rx_errors, per queue") },
	{ OVR_NIC_DRIVER, "drv dropped rx total*", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "rx buf alloc fail", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "pkts tx discard", LOSS(TX_ERRORS, UNVERIFIED, "in no link counter") },
	{ OVR_NIC_DRIVER, "pkts tx err", ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
	{ OVR_NIC_DRIVER, "drv dropped tx total*", ALIAS(TX_KERNEL, UNVERIFIED, "in tx_dropped") },
	{ OVR_NIC_DRIVER, "ring full", OTHER(UNVERIFIED, "the queue waited, no loss") },
	{ OVR_NIC_DRIVER, "hdr cloned", OTHER(UNVERIFIED, "") },
	{ OVR_NIC_DRIVER, "pkts linearized", OTHER(UNVERIFIED, "") },
	{ OVR_NIC_DRIVER, "giant hdr", OTHER(UNVERIFIED, "") },
};

static const struct ovr_nic_rule pcnet32[] = {
	{ OVR_NIC_LINK, "rx_missed_errors", LOSS(RX_RING, EXACT, "16 bits: wraps at 65,536") },
	{ OVR_NIC_LINK, "rx_errors", TOTAL(RX_ERRORS, UNVERIFIED, "counts interrupts of missed frames too") },
};

static const struct ovr_nic_rule rtl8139cp[] = {
	{ OVR_NIC_LINK, "rx_missed_errors", LOSS(RX_RING, EXACT, "ring full") },
	{ OVR_NIC_DRIVER, "rx_fifo", ALIAS(RX_RING, EXACT, "of rx_missed_errors; 16 bits") },
	{ OVR_NIC_DRIVER, "rx_err", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_errors") },
	{ OVR_NIC_DRIVER, "frame_align", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_frame_errors") },
	{ OVR_NIC_DRIVER, "tx_err", ALIAS(TX_ERRORS, UNVERIFIED, "of tx_errors") },
	{ OVR_NIC_DRIVER, "tx_abort", ALIAS(TX_ERRORS, UNVERIFIED, "of tx_errors") },
	{ OVR_NIC_DRIVER, "tx_underrun", ALIAS(TX_ERRORS, UNVERIFIED, "of tx_errors") },
};

/*
 * QEMU stops taking frames while the ring is full, and what its own queue then drops nobody counts.
 */
static const struct ovr_nic_rule e1000e[] = {
	{ OVR_NIC_LINK, "rx_missed_errors",
		LOSS(RX_RING, NOT_IMPLEMENTED, "register MPC; did not move under QEMU") },
	{ OVR_NIC_DRIVER, "rx_missed_errors",
		ALIAS(RX_RING, NOT_IMPLEMENTED, "the link's counter of that name") },
	{ OVR_NIC_DRIVER, "rx_no_buffer_count",
		OTHER(NOT_IMPLEMENTED, "register RNBC: the frame may have waited") },
};

/*
 * QEMU's 82540EM does not clear the register when it is read, and the driver adds up what it reads.
 */
static const struct ovr_nic_rule e1000[] = {
	{ OVR_NIC_LINK, "rx_missed_errors",
		LOSS(RX_RING, WRONG, "register MPC; under QEMU it grows with every look") },
	{ OVR_NIC_DRIVER, "rx_missed_errors", ALIAS(RX_RING, WRONG, "the link's counter of that name") },
	{ OVR_NIC_DRIVER, "rx_no_buffer_count",
		OTHER(WRONG, "register RNBC; under QEMU it grows with every look") },
};

static const struct ovr_nic_rule e100[] = {
	{ OVR_NIC_LINK, "rx_missed_errors",
		LOSS(RX_RING, UNVERIFIED, "under QEMU most losses are counted nowhere") },
	{ OVR_NIC_LINK, "rx_over_errors", LOSS(RX_RING, UNVERIFIED, "the chip's FIFO overran") },
	{ OVR_NIC_LINK, "rx_fifo_errors", ALIAS(RX_RING, UNVERIFIED, "of rx_over_errors") },
};

/*
 * The host waits or drops in silence; `drops` are the driver's own, of buffers that it has taken
 * from the ring.
 */
static const struct ovr_nic_rule virtio_net[] = {
	{ OVR_NIC_LINK, "rx_length_errors", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_LINK, "tx_errors", OTHER(UNVERIFIED, "time-outs of a queue, not frames") },
	{ OVR_NIC_LINK, "tx_fifo_errors", ALIAS(TX_KERNEL, UNVERIFIED, "of tx_dropped") },
	{ OVR_NIC_DRIVER, "rx_queue_#_drops",
		ALIAS(RX_KERNEL, NOT_IMPLEMENTED, "of rx_dropped; a full ring does not move it") },
	{ OVR_NIC_DRIVER, "rx#_drops",
		ALIAS(RX_KERNEL, NOT_IMPLEMENTED, "of rx_dropped; a full ring does not move it") },
	{ OVR_NIC_DRIVER, "rx_drops",
		ALIAS(RX_KERNEL, NOT_IMPLEMENTED, "of rx_dropped; a full ring does not move it") },
	{ OVR_NIC_DRIVER, "rx*_xdp_drops", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "tx_queue_#_xdp_tx_drops",
		LOSS(TX_KERNEL, UNVERIFIED, "frames of an XDP program") },
	{ OVR_NIC_DRIVER, "tx#_xdp_tx_drops", LOSS(TX_KERNEL, UNVERIFIED, "frames of an XDP program") },
	{ OVR_NIC_DRIVER, "tx_xdp_tx_drops", ALIAS(TX_KERNEL, UNVERIFIED, "of the queues' xdp_tx_drops") },
};

/* What the kernel sends to a tap is received by the program behind it. */
static const struct ovr_nic_rule tun[] = {
	{ OVR_NIC_LINK, "tx_packets", TRAFFIC(EXACT) },
	{ OVR_NIC_LINK, "tx_dropped", LOSS(TX_KERNEL, EXACT, "the program behind it did not read in time") },
	{ OVR_NIC_LINK, "rx_dropped", LOSS(RX_KERNEL, UNVERIFIED, "what the program wrote was not taken") },
};

/*
 * With drop enable (several queues, no flow control) a full ring drops per queue, without it the
 * port's buffer fills up.
 */
static const struct ovr_nic_rule ixgbe[] = {
	{ OVR_NIC_LINK, "rx_missed_errors",
		LOSS(RX_RING, UNVERIFIED, "register MPC: the port's buffer was full") },
	{ OVR_NIC_DRIVER, "rx_no_dma_resources",
		LOSS(RX_RING, UNVERIFIED, "registers QPRDC: full rings that may drop") },
	{ OVR_NIC_DRIVER, "rx_no_buffer_count",
		OTHER(UNVERIFIED, "register RNBC: the frame may have waited") },
	{ OVR_NIC_DRIVER, "alloc_rx_page_failed", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "alloc_rx_buff_failed", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "rx_csum_offload_errors", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_long_length_errors",
		LOSS(RX_ERRORS, UNVERIFIED, "register ROC; in no link counter") },
	{ OVR_NIC_DRIVER, "rx_short_length_errors",
		LOSS(RX_ERRORS, UNVERIFIED, "register RUC; in no link counter") },
	{ OVR_NIC_DRIVER, "fdir_miss", OTHER(UNVERIFIED, "no rule of the flow director fitted, no loss") },
};

/* Registers RQDPC per queue and MPC of the port; the link's rx_fifo_errors is their sum. */
static const struct ovr_nic_rule igb[] = {
	{ OVR_NIC_LINK, "rx_missed_errors",
		LOSS(RX_RING, UNVERIFIED, "register MPC: the port's buffer was full") },
	{ OVR_NIC_LINK, "rx_fifo_errors",
		ALIAS(RX_RING, UNVERIFIED, "of rx_queue_N_drops and rx_missed_errors") },
	{ OVR_NIC_DRIVER, "rx_queue_#_drops", LOSS(RX_RING, UNVERIFIED, "register RQDPC: ring full") },
	{ OVR_NIC_DRIVER, "rx_queue_#_csum_err", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_queue_#_alloc_failed", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "rx_no_buffer_count",
		OTHER(UNVERIFIED, "register RNBC: the frame may have waited") },
};

/*
 * Registers GLV_RDPC of the function's own queues and GLPRT_RDPC of the port. Since Linux 6.7 the
 * first is rx_missed_errors, which the driver lists too; before, it was in rx_dropped.
 */
static const struct ovr_nic_rule i40e[] = {
	{ OVR_NIC_LINK, "rx_missed_errors", LOSS(RX_RING, UNVERIFIED, "register GLV_RDPC: rings full") },
	{ OVR_NIC_LINK, "rx_dropped",
		LOSS(RX_ERRORS, UNVERIFIED, "registers GL_RXERR1: discards of other kinds"),
		"rx_missed_errors" },
	{ OVR_NIC_LINK, "rx_dropped",
		LOSS(RX_RING, UNVERIFIED, "register GLV_RDPC before Linux 6.7: rings full") },
	{ OVR_NIC_LINK, "tx_dropped", LOSS(TX_ERRORS, UNVERIFIED, "discarded by the NIC") },
	{ OVR_NIC_DRIVER, "port.rx_discards",
		LOSS(RX_RING, UNVERIFIED, "register GLPRT_RDPC: the port's buffer was full") },
	{ OVR_NIC_DRIVER, "port.rx_dropped",
		LOSS(RX_RING, UNVERIFIED, "register GLPRT_RDPC: the port's buffer was full") },
	{ OVR_NIC_DRIVER, "port.rx_undersize", LOSS(RX_ERRORS, UNVERIFIED, "register RUC: too short") },
	{ OVR_NIC_DRIVER, "port.rx_fragments",
		LOSS(RX_ERRORS, UNVERIFIED, "register RFC: too short, bad FCS") },
	{ OVR_NIC_DRIVER, "port.rx_oversize", LOSS(RX_ERRORS, UNVERIFIED, "register ROC: too long") },
	{ OVR_NIC_DRIVER, "port.rx_jabber", LOSS(RX_ERRORS, UNVERIFIED, "register RJC: too long, bad FCS") },
	{ OVR_NIC_DRIVER, "port.rx_crc_errors", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_crc_errors") },
	{ OVR_NIC_DRIVER, "port.rx_length_errors", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_length_errors") },
	{ OVR_NIC_DRIVER, "port.illegal_bytes", ALIAS(RX_ERRORS, UNVERIFIED, "in rx_errors") },
	{ OVR_NIC_DRIVER, "port.tx_errors", ALIAS(TX_ERRORS, UNVERIFIED, "of tx_errors") },
	{ OVR_NIC_DRIVER, "port.tx_dropped_link_down", LOSS(TX_ERRORS, UNVERIFIED, "the link was down") },
	{ OVR_NIC_DRIVER, "port.rx_csum_bad", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_alloc_fail", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "rx_pg_alloc_fail", OTHER(UNVERIFIED, "refills that failed, not frames") },
};

static const struct ovr_nic_rule ice[] = {
	{ OVR_NIC_LINK, "rx_dropped",
		UNSEEN(RX_RING, UNVERIFIED, "of the driver's rx_dropped, and the stack's drops") },
	{ OVR_NIC_LINK, "rx_missed_errors", ALIAS(RX_RING, UNVERIFIED, "of rx_dropped.nic") },
	{ OVR_NIC_LINK, "tx_dropped", LOSS(TX_ERRORS, UNVERIFIED, "discarded by the NIC") },
	{ OVR_NIC_DRIVER, "rx_dropped", LOSS(RX_RING, UNVERIFIED, "register GLV_RDPC: rings full") },
	{ OVR_NIC_DRIVER, "rx_dropped.nic",
		LOSS(RX_RING, UNVERIFIED, "register GLPRT_RDPC: the port's buffer was full") },
	{ OVR_NIC_DRIVER, "rx_undersize.nic", LOSS(RX_ERRORS, UNVERIFIED, "register RUC: too short") },
	{ OVR_NIC_DRIVER, "rx_fragments.nic",
		LOSS(RX_ERRORS, UNVERIFIED, "register RFC: too short, bad FCS") },
	{ OVR_NIC_DRIVER, "rx_oversize.nic", LOSS(RX_ERRORS, UNVERIFIED, "register ROC: too long") },
	{ OVR_NIC_DRIVER, "rx_jabber.nic", LOSS(RX_ERRORS, UNVERIFIED, "register RJC: too long, bad FCS") },
	{ OVR_NIC_DRIVER, "rx_crc_errors.nic", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_crc_errors") },
	{ OVR_NIC_DRIVER, "rx_length_errors.nic", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_length_errors") },
	{ OVR_NIC_DRIVER, "illegal_bytes.nic", ALIAS(RX_ERRORS, UNVERIFIED, "in rx_errors") },
	{ OVR_NIC_DRIVER, "tx_errors.nic", ALIAS(TX_ERRORS, UNVERIFIED, "of tx_errors") },
	{ OVR_NIC_DRIVER, "tx_dropped_link_down.nic", LOSS(TX_ERRORS, UNVERIFIED, "the link was down") },
	{ OVR_NIC_DRIVER, "rx_csum_bad.nic", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_alloc_fail", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "rx_pg_alloc_fail", OTHER(UNVERIFIED, "refills that failed, not frames") },
};

/*
 * Link counters that the hardware keeps are one reading late; the driver's are fresh. Counters of a
 * queue have a sum.
 */
static const struct ovr_nic_rule mlx5[] = {
	{ OVR_NIC_LINK, "rx_missed_errors",
		UNSEEN(RX_RING, UNVERIFIED, "of rx_out_of_buffer, one reading late") },
	{ OVR_NIC_LINK, "rx_dropped", UNSEEN(RX_RING, UNVERIFIED, "of rx_discards_phy, one reading late") },
	{ OVR_NIC_LINK, "rx_crc_errors",
		UNSEEN(RX_ERRORS, UNVERIFIED, "of rx_crc_errors_phy, one reading late") },
	{ OVR_NIC_LINK, "tx_errors", UNSEEN(TX_ERRORS, UNVERIFIED, "of tx_discards_phy, one reading late") },
	{ OVR_NIC_DRIVER, "rx_out_of_buffer",
		LOSS(RX_RING, UNVERIFIED, "rings full, of all kernel queues together") },
	{ OVR_NIC_DRIVER, "rx_discards_phy",
		LOSS(RX_RING, UNVERIFIED, "the NIC's own buffer, whatever the ring's size") },
	{ OVR_NIC_DRIVER, "rx_prio#_buf_discard", ALIAS(RX_RING, UNVERIFIED, "of rx_discards_phy") },
	{ OVR_NIC_DRIVER, "rx_prio#_discards", ALIAS(RX_RING, UNVERIFIED, "of rx_discards_phy") },
	{ OVR_NIC_DRIVER, "rx_if_down_packets",
		LOSS(RX_RING, UNVERIFIED, "arrived while the interface was down") },
	{ OVR_NIC_DRIVER, "rx_steer_missed_packets", OTHER(UNVERIFIED, "no steering rule wanted them") },
	{ OVR_NIC_DRIVER, "rx_crc_errors_phy", LOSS(RX_ERRORS, UNVERIFIED, "bad FCS") },
	{ OVR_NIC_DRIVER, "rx#_oversize_pkts_sw_drop",
		LOSS(RX_ERRORS, UNVERIFIED, "longer than the buffer") },
	{ OVR_NIC_DRIVER, "rx_oversize_pkts_sw_drop", ALIAS(RX_ERRORS, UNVERIFIED, "sum of the queues") },
	{ OVR_NIC_DRIVER, "rx#_xdp_drop", LOSS(RX_KERNEL, UNVERIFIED, "dropped by the XDP program") },
	{ OVR_NIC_DRIVER, "rx_xdp_drop", ALIAS(RX_KERNEL, UNVERIFIED, "sum of the queues") },
	{ OVR_NIC_DRIVER, "rx*_buff_alloc_err", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "tx_discards_phy", LOSS(TX_ERRORS, UNVERIFIED, "discarded by the port") },
	{ OVR_NIC_DRIVER, "tx#_dropped", ALIAS(TX_KERNEL, UNVERIFIED, "in tx_dropped") },
	{ OVR_NIC_DRIVER, "tx_queue_dropped", ALIAS(TX_KERNEL, UNVERIFIED, "of tx_dropped") },
};

/* The device tells one sum every second. Users have reported losses that it does not have. */
static const struct ovr_nic_rule ena[] = {
	{ OVR_NIC_LINK, "rx_dropped",
		LOSS(RX_RING, UNVERIFIED, "the device's sum; losses without it were reported") },
	{ OVR_NIC_LINK, "tx_dropped", LOSS(TX_ERRORS, UNVERIFIED, "the device's sum") },
	{ OVR_NIC_DRIVER, "queue_#_rx_empty_rx_ring", OTHER(UNVERIFIED, "events, not frames") },
	{ OVR_NIC_DRIVER, "queue_#_rx_csum_bad", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "queue_#_rx_bad_csum", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "queue_#_rx_*_alloc_fail", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "queue_#_rx_xdp_drop", LOSS(RX_KERNEL, UNVERIFIED, "dropped by the XDP program") },
	{ OVR_NIC_DRIVER, "queue_#_rx_xdp_aborted", LOSS(RX_KERNEL, UNVERIFIED, "the XDP program failed") },
	{ OVR_NIC_DRIVER, "*_allowance_exceeded",
		OTHER(UNVERIFIED, "held back or dropped by the cloud's limits") },
};

/*
 * rx_missed_errors of the link is the sum of the rings' rx_discards; its rx_errors holds no other
 * counter's.
 */
static const struct ovr_nic_rule bnxt_en[] = {
	{ OVR_NIC_LINK, "rx_missed_errors", ALIAS(RX_RING, UNVERIFIED, "sum of the rings' rx_discards") },
	{ OVR_NIC_LINK, "rx_errors",
		LOSS(RX_ERRORS, UNVERIFIED, "false carrier and jabber, no other error") },
	{ OVR_NIC_LINK, "tx_dropped", LOSS(TX_ERRORS, UNVERIFIED, "sum of the rings' tx_errors") },
	{ OVR_NIC_DRIVER, "[#]: rx_discards", LOSS(RX_RING, UNVERIFIED, "ring full") },
	{ OVR_NIC_DRIVER, "[#]: rx_errors", ALIAS(RX_ERRORS, UNVERIFIED, "of the port's errors") },
	{ OVR_NIC_DRIVER, "[#]: tx_errors", ALIAS(TX_ERRORS, UNVERIFIED, "in tx_dropped") },
	{ OVR_NIC_DRIVER, "[#]: tx_discards", LOSS(TX_ERRORS, UNVERIFIED, "in no link counter") },
	{ OVR_NIC_DRIVER, "[#]: rx_l4_csum_errors", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_total_oom_discards", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "rx_total_netpoll_discards", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "rx_total_*discard*", ALIAS(RX_RING, UNVERIFIED, "sum over rings") },
	{ OVR_NIC_DRIVER, "rx_stat_discard",
		ALIAS(RX_RING, UNVERIFIED, "of the port: its buffer or rings full") },
	{ OVR_NIC_DRIVER, "rx_discard_packets_cos#", ALIAS(RX_RING, UNVERIFIED, "of rx_stat_discard") },
	{ OVR_NIC_DRIVER, "rx_discard_bytes_cos#", TRAFFIC(UNVERIFIED) },
	{ OVR_NIC_DRIVER, "rx_mtu_err_frames",
		LOSS(RX_ERRORS, UNVERIFIED, "longer than the MTU; in no link counter") },
	{ OVR_NIC_DRIVER, "rx_fcs_err_frames", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_crc_errors") },
	{ OVR_NIC_DRIVER, "rx_align_err_frames", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_frame_errors") },
};

static const struct ovr_nic_rule r8169[] = {
	{ OVR_NIC_LINK, "rx_missed_errors", LOSS(RX_RING, UNVERIFIED, "16 bits: wraps at 65,536") },
	{ OVR_NIC_DRIVER, "rx_missed", ALIAS(RX_RING, UNVERIFIED, "of rx_missed_errors") },
	{ OVR_NIC_DRIVER, "align_errors", ALIAS(RX_ERRORS, UNVERIFIED, "in rx_errors") },
	{ OVR_NIC_DRIVER, "tx_aborted", ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
	{ OVR_NIC_DRIVER, "tx_underrun", ALIAS(TX_ERRORS, UNVERIFIED, "in tx_errors") },
};

/*
 * rx_dropped holds what the device discarded for want of a buffer, and what the kernel dropped
 * behind it.
 */
static const struct ovr_nic_rule discards_in_rx_dropped[] = {
	{ OVR_NIC_LINK, "rx_dropped", LOSS(RX_RING, UNVERIFIED, "the NIC's discards: no buffer posted") },
	{ OVR_NIC_DRIVER, "rx_discards", ALIAS(RX_RING, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "dev_rx_discards", ALIAS(RX_RING, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "rx_drops", ALIAS(RX_RING, UNVERIFIED, "in rx_dropped") },
};

static const struct ovr_nic_rule enic[] = {
	{ OVR_NIC_LINK, "rx_dropped", LOSS(RX_RING, UNVERIFIED, "rx_no_bufs and rx_drop of the NIC") },
	{ OVR_NIC_LINK, "rx_over_errors", LOSS(RX_ERRORS, UNVERIFIED, "cut short by the NIC") },
	{ OVR_NIC_DRIVER, "rx_no_bufs", ALIAS(RX_RING, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "rx_drop", ALIAS(RX_RING, UNVERIFIED, "in rx_dropped") },
};

/* A function without the port's counters has the link's only. */
static const struct ovr_nic_rule sfc[] = {
	{ OVR_NIC_LINK, "rx_dropped", ALIAS(RX_RING, UNVERIFIED, "of port_rx_nodesc_drops") },
	{ OVR_NIC_DRIVER, "port_rx_nodesc_drops", LOSS(RX_RING, UNVERIFIED, "no descriptor: rings full") },
	{ OVR_NIC_DRIVER, "rx_nodesc_trunc",
		LOSS(RX_ERRORS, UNVERIFIED, "cut short for want of descriptors") },
};

/* Older drivers have RdropOvflw in rx_missed_errors and rx_over_errors too. */
static const struct ovr_nic_rule mlx4[] = {
	{ OVR_NIC_LINK, "rx_dropped", LOSS(RX_RING, UNVERIFIED, "RDROP: no buffer posted") },
	{ OVR_NIC_LINK, "rx_fifo_errors",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_missed_errors", "RdropOvflw: the port's buffer was full") },
	{ OVR_NIC_LINK, "rx_over_errors",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_*_errors", "RdropOvflw in older drivers") },
	{ OVR_NIC_DRIVER, "rx_dropped",
		ALIAS(RX_RING, UNVERIFIED, "in rx_dropped or rx_fifo_errors of the link") },
	{ OVR_NIC_DRIVER, "rx#_dropped", ALIAS(RX_RING, UNVERIFIED, "in rx_dropped: refills that failed") },
};

/* Counters of the hardware are 16 bits wide, which the driver adds up once a second. */
static const struct ovr_nic_rule be2net[] = {
	{ OVR_NIC_LINK, "rx_dropped",
		UNSEEN(RX_RING, UNVERIFIED, "of rx_drops_no_frags and rx_drops_no_skbs") },
	{ OVR_NIC_LINK, "rx_fifo_errors",
		LOSS(RX_RING, UNVERIFIED, "the port's buffer was full; one part is of the whole card") },
	{ OVR_NIC_DRIVER, "rxq#: rx_drops_no_frags", LOSS(RX_RING, UNVERIFIED, "ring full") },
	{ OVR_NIC_DRIVER, "rxq#: rx_drops_no_skbs", LOSS(RX_KERNEL, UNVERIFIED, "no memory") },
	{ OVR_NIC_DRIVER, "rxq#: rx_post_fail", OTHER(UNVERIFIED, "refills that failed, not frames") },
	{ OVR_NIC_DRIVER, "rxpp_fifo_overflow_drop", ALIAS(RX_RING, UNVERIFIED, "in rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_input_fifo_overflow_drop", ALIAS(RX_RING, UNVERIFIED, "in rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_drops_no_pbuf", ALIAS(RX_RING, UNVERIFIED, "in rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_*_checksum_errs", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_address_filtered", OTHER(UNVERIFIED, "sent to another MAC") },
};

/* rx_missed_errors is always 0: the link has a full host ring and a full chip as fifo and over. */
static const struct ovr_nic_rule bnx2x[] = {
	{ OVR_NIC_LINK, "rx_fifo_errors", LOSS(RX_RING, UNVERIFIED, "no buffer posted") },
	{ OVR_NIC_LINK, "rx_over_errors", LOSS(RX_RING, UNVERIFIED, "the chip's buffer (BRB) was full") },
	{ OVR_NIC_DRIVER, "[#]: rx_discards",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_fifo_errors", "of rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_discards",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_fifo_errors", "of rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_brb_discard",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_over_errors", "of rx_over_errors") },
	{ OVR_NIC_DRIVER, "rx_brb_truncate",
		LOSS(RX_ERRORS, UNVERIFIED, "cut short: the chip's buffer was full") },
	{ OVR_NIC_DRIVER, "[#]: rx_csum_offload_errors", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "[#]: rx_skb_alloc_discard", LOSS(RX_KERNEL, UNVERIFIED, "no memory") },
	{ OVR_NIC_DRIVER, "rx_filtered_packets", OTHER(UNVERIFIED, "sent to another MAC") },
};

/*
 * What the chip's buffers overflowed is rx_fifo_errors; of cxgb3 only, rx_missed_errors is what it
 * dropped of congestion.
 */
static const struct ovr_nic_rule cxgb[] = {
	{ OVR_NIC_LINK, "rx_fifo_errors", LOSS(RX_RING, UNVERIFIED, "the port's buffer was full") },
	{ OVR_NIC_LINK, "rx_missed_errors", LOSS(RX_RING, UNVERIFIED, "dropped at congestion: rings full") },
	{ OVR_NIC_DRIVER, "rx_overflow_*",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_fifo_errors", "in rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_bg#_frames_dropped*",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_fifo_errors", "in rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "rx_bg#_frames_trunc*",
		ALIAS_OF(RX_RING, UNVERIFIED, "rx_fifo_errors", "in rx_fifo_errors") },
	{ OVR_NIC_DRIVER, "RxCsumErrs*", OTHER(UNVERIFIED, "delivered all the same") },
};

static const struct ovr_nic_rule ionic[] = {
	{ OVR_NIC_LINK, "rx_over_errors", LOSS(RX_RING, UNVERIFIED, "rx_queue_empty: no buffer posted") },
	{ OVR_NIC_LINK, "rx_missed_errors",
		LOSS(RX_ERRORS, UNVERIFIED, "errors of DMA and descriptors, queues that are off") },
	{ OVR_NIC_DRIVER, "hw_rx_over_errors", ALIAS(RX_RING, UNVERIFIED, "of rx_over_errors") },
	{ OVR_NIC_DRIVER, "hw_rx_missed_errors", ALIAS(RX_ERRORS, UNVERIFIED, "of rx_missed_errors") },
	{ OVR_NIC_DRIVER, "rx_#_dropped",
		LOSS(RX_KERNEL, UNVERIFIED, "taken from the ring, and dropped by the driver") },
	{ OVR_NIC_DRIVER, "rx_#_csum_error", OTHER(UNVERIFIED, "delivered all the same") },
	{ OVR_NIC_DRIVER, "rx_csum_error", OTHER(UNVERIFIED, "delivered all the same") },
};

static const struct ovr_nic_rule mana[] = {
	{ OVR_NIC_LINK, "rx_missed_errors", LOSS(RX_RING, UNVERIFIED, "asked of the device every 2 s") },
	{ OVR_NIC_DRIVER, "hc_rx_discards_no_wqe", ALIAS(RX_RING, UNVERIFIED, "of rx_missed_errors") },
	{ OVR_NIC_DRIVER, "rx_#_xdp_drop", LOSS(RX_KERNEL, UNVERIFIED, "dropped by the XDP program") },
};

/*
 * The first two are the device's, which reports them every 20 s where it is told to (private flag
 * report-stats).
 */
static const struct ovr_nic_rule gve[] = {
	{ OVR_NIC_DRIVER, "rx_queue_drop_cnt[#]",
		LOSS(RX_RING, UNVERIFIED, "the queue was full; up to 20 s late") },
	{ OVR_NIC_DRIVER, "rx_no_buffers_posted[#]",
		LOSS(RX_RING, UNVERIFIED, "no buffer posted; up to 20 s late") },
	{ OVR_NIC_DRIVER, "rx_drops_packet_over_mru[#]",
		LOSS(RX_ERRORS, UNVERIFIED, "too long; up to 20 s late") },
	{ OVR_NIC_DRIVER, "rx_drops_invalid_checksum[#]",
		LOSS(RX_ERRORS, UNVERIFIED, "bad checksum; up to 20 s late") },
	{ OVR_NIC_DRIVER, "rx_dropped_pkt[#]", ALIAS(RX_KERNEL, UNVERIFIED, "in rx_dropped") },
	{ OVR_NIC_DRIVER, "rx_xdp_drop[#]", LOSS(RX_KERNEL, UNVERIFIED, "dropped by the XDP program") },
};

static const struct ovr_nic_rule mvpp2[] = {
	{ OVR_NIC_DRIVER, "rxq_#_queue_full_drops", LOSS(RX_RING, UNVERIFIED, "ring full") },
	{ OVR_NIC_DRIVER, "rxq_#_packets_early_drops", LOSS(RX_RING, UNVERIFIED, "ring nearly full") },
	{ OVR_NIC_DRIVER, "rxq_#_packets_bm_drops",
		LOSS(RX_RING, UNVERIFIED, "the pool of buffers was empty") },
	{ OVR_NIC_DRIVER, "rx_fifo_or_parser_overrun_drops",
		LOSS(RX_RING, UNVERIFIED, "the port's buffer was full") },
	{ OVR_NIC_DRIVER, "rx_classifier_drops",
		LOSS(RX_ERRORS, UNVERIFIED, "no rule of the classifier took them") },
	{ OVR_NIC_DRIVER, "txq_#_queue_full_drops", LOSS(TX_ERRORS, UNVERIFIED, "the queue was full") },
};

/*
 * The kernel's queue statistics are where a device that tells its drops has them; see virtio_net.
 */
static const struct ovr_nic_rule bnge[] = {
	{ OVR_NIC_QSTATS, "rx-hw-drop-overruns[#]", LOSS(RX_RING, UNVERIFIED, "ring full") },
	{ OVR_NIC_QSTATS, "rx-hw-drops[#]", TOTAL(RX_RING, UNVERIFIED, "all that the device dropped") },
};

static const struct ovr_nic_rule netvsc[] = {
	{ OVR_NIC_DRIVER, "rx_no_memory", LOSS(RX_KERNEL, UNVERIFIED, "no memory; in no link counter") },
};

const struct ovr_nic_row ovr_nic_rows[] = {
	ROW("veth", veth),
	ROW("tun", tun),
	ROW("vmxnet3", vmxnet3),
	ROW("virtio_net", virtio_net),
	ROW("pcnet32", pcnet32),
	ROW("8139cp", rtl8139cp),
	ROW("e1000", e1000),
	ROW("e1000e", e1000e),
	ROW("e100", e100),
	ROW("igb", igb),
	ROW("igc", igb),
	ROW("ixgbe", ixgbe),
	ROW("i40e", i40e),
	ROW("ice", ice),
	ROW("mlx5_core", mlx5),
	ROW("mlx4_en", mlx4),
	LATE_ROW("bnxt_en", bnxt_en, 1000),
	ROW("bng_en", bnge),
	LATE_ROW("be2net", be2net, 1000),
	LATE_ROW("bnx2x", bnx2x, 1000),
	ROW("cxgb3", cxgb),
	ROW("cxgb4", cxgb),
	LATE_ROW("ena", ena, 1000),
	ROW("enic", enic),
	LATE_ROW("gve", gve, 20000),
	ROW("hv_netvsc", netvsc),
	ROW("iavf", discards_in_rx_dropped),
	ROW("ionic", ionic),
	LATE_ROW("mana", mana, 2000),
	ROW("mvpp2", mvpp2),
	ROW("nfp", discards_in_rx_dropped),
	ROW("atlantic", discards_in_rx_dropped),
	ROW("rvu-nicpf", discards_in_rx_dropped),
	ROW("rvu-nicvf", discards_in_rx_dropped),
	ROW("sfc", sfc),
	ROW("sfc_ef100", sfc),
	ROW("r8169", r8169),
	{ NULL, NULL, 0, 0 },
};
