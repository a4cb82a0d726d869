/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/pool.h"

#include <errno.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <rte_errno.h>
#include <rte_ether.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "frame/frame.h"
#include "port/netdev.h"

/* What the plan promises to fit is computed without DPDK. */
_Static_assert(OVR_NETDEV_XDP_HEADS ==
		RTE_ALIGN_CEIL(sizeof(struct rte_mempool_objhdr), RTE_CACHE_LINE_SIZE) +
			sizeof(struct rte_mbuf) + RTE_PKTMBUF_HEADROOM + XDP_PACKET_HEADROOM,
	"the heads of an AF_XDP frame");

/*
 * What a NIC's driver has beside the frame in a buffer: virtio's header (12 bytes) and two VLAN
 * tags. Some NICs have buffers of whole KiB alone, and spread a longer frame over two descriptors.
 */
#define NIC_HEAD_BYTES   20
#define NIC_BUFFER_BYTES 1024

/* A copied head reaches to a multiple of this beyond the frame's end. */
#define COPY_BYTES 64

static bool
is_packet_socket(const struct ovr_port_name *name)
{
	return name->kind == OVR_PORT_NETDEV && !ovr_port_name_is_xdp(name);
}

static bool
has_xdp_socket(const struct ovr_plan_ports *ports)
{
	return ovr_port_name_is_xdp(&ports->tx) || ovr_port_name_is_xdp(&ports->rx);
}

uint16_t
ovr_pool_data_room(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames)
{
	unsigned int frame = RTE_ALIGN_CEIL(ovr_mix_max(&frames->size), COPY_BYTES);

	/*
	 * Other drivers expect the customary 2 KiB, and a foreign frame of standard size should
	 * fit; the wire carries nothing but ours, and small buffers share pages. A head of 128
	 * bytes may be copied into any of them.
	 */
	if (ports->tx.kind != OVR_PORT_WIRE)
		frame = RTE_MAX(frame, 2048u);
	if (ports->tx.kind == OVR_PORT_PCI || ports->rx.kind == OVR_PORT_PCI)
		frame = RTE_MAX(
			frame, RTE_ALIGN_CEIL(ovr_mix_max(&frames->size) + NIC_HEAD_BYTES, NIC_BUFFER_BYTES));
	if (is_packet_socket(&ports->tx) || is_packet_socket(&ports->rx))
		frame = RTE_MAX(frame, ovr_netdev_packet_bytes(ovr_mix_max(&frames->size)));
	/* the kernel keeps room for XDP's headers before each frame */
	if (has_xdp_socket(ports))
		frame = RTE_MAX(frame,
			RTE_ALIGN_CEIL(XDP_PACKET_HEADROOM + ovr_mix_max(&frames->size) - RTE_ETHER_CRC_LEN,
				COPY_BYTES));
	return (uint16_t)(RTE_PKTMBUF_HEADROOM + RTE_MAX(frame, 128u));
}

/*
 * Objects that may cross pages, and have no address for devices. DPDK's AF_XDP driver takes a pool
 * for a row of objects without gaps, and the kernel refuses those that lie after the end of such a
 * row; the wire's small buffers fit into pages anyway. What a NIC reads and writes by itself has to
 * be in one piece for it, too.
 */
static bool
is_packed(const struct ovr_plan_ports *ports)
{
	return ports->tx.kind != OVR_PORT_WIRE && ports->tx.kind != OVR_PORT_PCI &&
		ports->rx.kind != OVR_PORT_PCI;
}

/*
 * An AF_XDP frame has a page at most, its heads included: none is wasted on spreading frames over
 * memory channels.
 */
static unsigned int
flags_of(const struct ovr_plan_ports *ports)
{
	return (is_packed(ports) ? RTE_MEMPOOL_F_NO_IOVA_CONTIG : 0) |
		(has_xdp_socket(ports) ? RTE_MEMPOOL_F_NO_SPREAD : 0);
}

uint64_t
ovr_pool_bytes(const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t object = rte_mempool_calc_obj_size(
		(uint32_t)sizeof(struct rte_mbuf) + ovr_pool_data_room(ports, frames), flags_of(ports), NULL);

	/*
	 * without hugepages an object that fits into a page does not cross one, unless it may; few
	 * cross a hugepage
	 */
	if (ports->tx.kind == OVR_PORT_WIRE && object > page)
		object = RTE_ALIGN_CEIL(object, page);
	else if (ports->tx.kind == OVR_PORT_WIRE)
		object = page / (page / object);
	/* and the ring that holds the free ones */
	return ports->mbufs * object + 16ull * rte_align32pow2(ports->mbufs + 1);
}

static void
fill(struct rte_mempool *pool, void *arg, void *object, unsigned int index)
{
	struct rte_mbuf *frame = object;

	(void)pool;
	(void)arg;
	(void)index;
	ovr_frame_fill(rte_pktmbuf_mtod(frame, uint8_t *), rte_pktmbuf_tailroom(frame));
}

int
ovr_pool_create(const char *name, const struct ovr_plan_ports *ports, const struct ovr_plan_frames *frames,
	int numa_node, struct rte_mempool **ret_pool, struct ovr_err *err)
{
	struct rte_pktmbuf_pool_private room = { .mbuf_data_room_size = ovr_pool_data_room(ports, frames) };
	struct rte_mempool *pool = rte_mempool_create_empty(name, ports->mbufs,
		(unsigned int)sizeof(struct rte_mbuf) + room.mbuf_data_room_size, OVR_PLAN_POOL_CACHE,
		sizeof(room), numa_node < 0 ? SOCKET_ID_ANY : numa_node, flags_of(ports));

	int status = pool == NULL ? -rte_errno : 0;

	if (status == 0) {
		rte_pktmbuf_pool_init(pool, &room);
		/* the number of objects, or what went wrong */
		status = RTE_MIN(rte_mempool_populate_default(pool), 0);
	}
	if (status != 0) {
		rte_mempool_free(pool);
		return ovr_err_set(err, -ENOMEM, "pool %s: no memory for %u frames of %u bytes: %s", name,
			ports->mbufs, ovr_pool_data_room(ports, frames), rte_strerror(-status));
	}
	rte_mempool_obj_iter(pool, rte_pktmbuf_init, NULL);
	rte_mempool_obj_iter(pool, fill, NULL);
	*ret_pool = pool;
	return 0;
}
