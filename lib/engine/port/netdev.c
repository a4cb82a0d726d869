/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/netdev.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/libbpf.h>
#include <linux/capability.h>
#include <rte_ethdev.h>
#include <xdp/libxdp.h>

#include "nic/lower.h"
#include "port/device.h"
#include "port/vdev.h"
#include "undo/undo.h"

/* Frames that the kernel sends of an AF_XDP ring in one call (TX_BATCH_SIZE). */
#define XDP_KICK_FRAMES 32u

/* What the libraries behind the driver last complained of: they would print it themselves. */
static char library_words[256];

static void
keep_words(const char *format, va_list args)
{
	vsnprintf(library_words, sizeof(library_words), format, args);
	library_words[strcspn(library_words, "\n")] = '\0';
}

static int
take_libbpf_words(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN)
		keep_words(format, args);
	return 0;
}

static int
take_libxdp_words(enum libxdp_print_level level, const char *format, va_list args)
{
	if (level == LIBXDP_WARN)
		keep_words(format, args);
	return 0;
}

static bool
has_capability(const struct __user_cap_data_struct *data, unsigned int capability)
{
	return (data[capability / 32].effective & (1u << capability % 32)) != 0;
}

static int
check_privileges(const struct ovr_netdev_conf_open *conf, enum ovr_netdev_mode mode, struct ovr_err *err)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	const char *missing = NULL;

	memset(data, 0, sizeof(data));
	if (syscall(SYS_capget, &header, data) != 0)
		return ovr_err_set(err, -errno, "%s: cannot tell this process's privileges: %s",
			conf->name->label, strerror(errno));
	if (!has_capability(data, CAP_NET_RAW))
		missing = "CAP_NET_RAW";
	else if (!has_capability(data, CAP_NET_ADMIN))
		missing = "CAP_NET_ADMIN";
	/* libxdp asks for programs by their numbers, for which CAP_BPF is not enough */
	else if (mode == OVR_NETDEV_AF_XDP && !has_capability(data, CAP_SYS_ADMIN))
		missing = "CAP_SYS_ADMIN";
	if (missing != NULL)
		return ovr_err_set(err, -EPERM,
			"%s: a kernel interface needs root, and this process lacks %s; accepted: sudo "
			"overrun "
			"..., or a wire: port, which needs nothing",
			conf->name->label, missing);
	return 0;
}

/* The program of a living run is not to be detached: the run is named. */
static int
refuse_program(const char *label, const struct ovr_nic_facts *facts, struct ovr_err *err)
{
	int status = ovr_undo_is_free(NULL, facts, err);

	if (status == -EBUSY) {
		ovr_err_prefix(err, "%s", label);
		return status;
	}
	return ovr_err_set(err, -EBUSY,
		"%s: an XDP program (id %u) is attached to it; accepted: mode=af_packet, or none; if nobody "
		"needs "
		"it: ip link set %s xdp off",
		label, facts->xdp_prog_id, facts->name);
}

/* Each queue of AF_XDP is a device of DPDK's, which has room for so many in one process. */
static int
check_devices(const struct ovr_netdev_conf_open *conf, struct ovr_err *err)
{
	unsigned int room = RTE_MAX_ETHPORTS - rte_eth_dev_count_total();

	if (conf->n_queues <= room)
		return 0;
	return ovr_err_set(err, -ERANGE,
		"%s: found %u queues, accepted: 1 to %u, since each is a device of DPDK's, which has %d for "
		"both ports",
		conf->name->label, conf->n_queues, room, RTE_MAX_ETHPORTS);
}

/* An interface that can be used, and that this host can do without. */
static int
check_interface(const struct ovr_netdev_conf_open *conf, const struct ovr_netdev *netdev,
	const struct ovr_nic_facts *facts, struct ovr_err *err)
{
	const char *label = conf->name->label;
	uint32_t n_queues = facts->n_rxq < facts->n_txq ? facts->n_rxq : facts->n_txq;
	uint32_t last = netdev->first_queue + conf->n_queues - 1u;

	if (!facts->is_up)
		return ovr_err_set(err, -ENETDOWN,
			"%s: the interface is down; accepted: one that is up: ip link set %s up", label,
			netdev->name);
	if (!conf->force && facts->carries_default_route)
		return ovr_err_set(err, -EPERM,
			"%s: the default route of this host goes through it, and test frames would flood it; "
			"accepted: another interface, or --force",
			label);
	if (!conf->force && facts->carries_login)
		return ovr_err_set(err, -EPERM,
			"%s: this login comes through it, and would be cut off; accepted: another interface, "
			"or "
			"--force",
			label);
	if (!conf->force && facts->carries_caller)
		return ovr_err_set(err, -EPERM,
			"%s: messages of another host pass through it, and would be cut off; accepted: "
			"another interface, or --force of both hosts",
			label);
	if (netdev->mode == OVR_NETDEV_AF_XDP && facts->xdp_prog_id != 0)
		return refuse_program(label, facts, err);
	if (netdev->mode == OVR_NETDEV_AF_XDP && last >= n_queues)
		return ovr_err_set(err, -ERANGE,
			"%s: queue %u was asked, the interface has %u; accepted: queues 0 to %u", label, last,
			n_queues, n_queues - 1);
	return netdev->mode == OVR_NETDEV_AF_XDP ? check_devices(conf, err) : 0;
}

/*
 * Turn off what merges frames before a socket gets them: software GRO before a packet socket, LRO
 * and hardware GRO before any, and many drivers attach no XDP program beside those two. What a
 * driver does not let be turned off is hardware's, and merges as a rule no UDP.
 */
static int
turn_own_offloads_off(const struct ovr_netdev_conf_open *conf, struct ovr_netdev *netdev,
	const struct ovr_nic_facts *facts, struct ovr_err *err)
{
	uint32_t set = facts->offloads.on & ~facts->offloads.fixed;
	char names[OVR_NIC_OFFLOADS_TEXT_BYTES];
	struct ovr_nic_facts after = *facts;
	int status = ovr_undo_note(conf->undo, OVR_UNDO_OFFLOADS, facts, err);

	if (facts->offloads.fixed != 0)
		snprintf(netdev->note[0], sizeof(netdev->note[0]),
			"%s: its driver does not let %s be turned off: if frames come merged, the trial is "
			"void",
			facts->name,
			ovr_nic_offloads_print(names, sizeof(names), facts->offloads.fixed, ", "));
	if (status != 0 || set == 0)
		return status;
	status = ovr_nic_offloads_set(facts->name, set, false, err);
	after.offloads.on = facts->offloads.fixed;
	return status != 0 ? status : ovr_undo_took(conf->undo, OVR_UNDO_OFFLOADS, &after, err);
}

/*
 * Those of a bond's ports, of a VLAN's parent and of a bridge's ports merge what the upper
 * interface gets.
 */
static int
turn_offloads_off(const struct ovr_netdev_conf_open *conf, struct ovr_netdev *netdev,
	const struct ovr_nic_facts *facts, struct ovr_err *err)
{
	char lower[OVR_NIC_LOWER_MAX][OVR_NIC_NAME_BYTES];
	uint32_t n = ovr_nic_lower_read("/sys", netdev->name, facts->ifindex, lower);
	int status = turn_own_offloads_off(conf, netdev, facts, err);

	for (uint32_t i = 0; i < n && status == 0; i++) {
		struct ovr_nic_facts below;

		status = ovr_nic_facts_read(lower[i], &below, err);
		if (status == 0 && below.offloads.on != 0)
			status = turn_own_offloads_off(conf, netdev, &below, err);
	}
	return status;
}

/* What opening changes on the interface, noted before it is done. */
static int
prepare(const struct ovr_netdev_conf_open *conf, struct ovr_netdev *netdev, const struct ovr_nic_facts *facts,
	struct ovr_err *err)
{
	uint32_t mtu = conf->frame_bytes - RTE_ETHER_HDR_LEN - RTE_ETHER_CRC_LEN;
	struct ovr_nic_facts after = *facts;
	int status = ovr_undo_note(conf->undo, OVR_UNDO_PROMISC, facts, err);

	/* before the program, so that it is gone when they are turned on again */
	if (status == 0 && (conf->receives || netdev->mode == OVR_NETDEV_AF_XDP))
		status = turn_offloads_off(conf, netdev, facts, err);
	if (status == 0 && netdev->mode == OVR_NETDEV_AF_XDP)
		status = ovr_undo_note(conf->undo, OVR_UNDO_XDP, facts, err);
	if (status == 0 && mtu > facts->mtu) {
		status = ovr_undo_note(conf->undo, OVR_UNDO_MTU, facts, err);
		/*
		 * before it is set: whoever finds another one there later knows that it is somebody
		 * else's
		 */
		after.mtu = mtu;
		if (status == 0)
			status = ovr_undo_took(conf->undo, OVR_UNDO_MTU, &after, err);
		if (status == 0)
			status = ovr_nic_mtu_set(netdev->name, mtu, err);
	}
	if (status != 0)
		ovr_err_prefix(err, "%s", conf->name->label);
	return status;
}

static void
remember_sockets(struct ovr_netdev *netdev, int family, const struct ovr_sockets *before)
{
	unsigned int room = OVR_PLAN_QUEUES_MAX - netdev->n_sockets;
	unsigned int n = ovr_sockets_added(family, before, netdev->socket + netdev->n_sockets, room);

	for (unsigned int i = 0; i < n && i < room; i++) {
		struct stat stat = { 0 };

		fstat(netdev->socket[netdev->n_sockets], &stat);
		netdev->socket_inode[netdev->n_sockets++] = stat.st_ino;
	}
}

/*
 * net_af_packet makes a group of its sockets (PACKET_FANOUT), numbered by its process and its
 * interface. In a network namespace Linux takes a number for one interface.
 */
static int
create_device(const struct ovr_port *port, const char *device, const char *args, uint16_t *ret_id,
	struct ovr_err *err)
{
	struct ovr_err own = { "" };
	int status = ovr_vdev_create(port->label, device, args, ret_id, &own);

	if (status != 0 && strstr(own.text, "PACKET_FANOUT") != NULL)
		return ovr_err_set(err, -EADDRINUSE,
			"%s: another process of this network namespace has packet sockets of the same number "
			"(PACKET_FANOUT), which net_af_packet derives from process and interface; "
			"accepted: to run it again, mode=af_xdp, or a network namespace for each process",
			port->label);
	return status != 0 ? ovr_err_set(err, status, "%s", own.text) : 0;
}

/* Make a device and configure it; the sockets that appear meanwhile are its own. */
static int
add_device(const struct ovr_netdev_conf_open *conf, struct ovr_netdev *netdev, struct ovr_port *port,
	const char *args, uint16_t n_queues, struct ovr_err *err)
{
	bool is_xdp = netdev->mode == OVR_NETDEV_AF_XDP;
	char *device = netdev->device[netdev->n_devices];
	struct ovr_device_conf queues = {
		.label = port->label,
		.n_rxq = n_queues,
		.n_txq = n_queues,
		.rxd = conf->descriptors,
		.txd = conf->descriptors,
		/*
		 * the packet driver names a limit that it does not have; the interface's MTU has
		 * been set already
		 */
		.frame_bytes = is_xdp ? conf->frame_bytes : RTE_MIN(conf->frame_bytes, RTE_ETHER_MAX_LEN),
		.numa_node = port->numa_node,
		.pool = conf->pool,
	};
	struct ovr_sockets before;
	struct ovr_device_set set;
	uint16_t id;
	int status;

	snprintf(device, sizeof(netdev->device[0]), "net_af_%s_%.15s_%u", is_xdp ? "xdp" : "packet",
		conf->name->details, netdev->n_devices);
	ovr_sockets_find(is_xdp ? AF_XDP : AF_PACKET, &before);
	library_words[0] = '\0';
	status = create_device(port, device, args, &id, err);
	if (status != 0)
		return status;
	port->device[netdev->n_devices++] = id;
	port->n_devices = netdev->n_devices;
	status = ovr_device_configure(id, &queues, &set, err);
	if (status != 0) {
		if (err != NULL && library_words[0] != '\0') {
			char sentence[OVR_ERR_TEXT_BYTES];

			snprintf(sentence, sizeof(sentence), "%s", err->text);
			ovr_err_set(err, status, "%.250s (%s)", sentence, library_words);
		}
		return status;
	}
	remember_sockets(netdev, is_xdp ? AF_XDP : AF_PACKET, &before);
	memcpy(port->driver, set.driver, sizeof(port->driver));
	port->n_rxq = (uint16_t)(port->n_rxq + set.n_rxq);
	port->n_txq = (uint16_t)(port->n_txq + set.n_txq);
	return 0;
}

/* The program's map of sockets has a slot for each queue, and was built with 64 of them. */
static void
make_room_for_queues(struct xdp_program *program, const struct ovr_nic_facts *facts)
{
	struct bpf_map *map = bpf_object__find_map_by_name(xdp_program__bpf_obj(program), "xsks_map");

	if (map != NULL)
		bpf_map__set_max_entries(map, RTE_MAX(facts->n_rxq, bpf_map__max_entries(map)));
}

/*
 * Attach the libraries' own program before the first socket: in the driver, or where that has no
 * XDP, before the kernel's stack. The libraries find it there, and use it; by themselves they would
 * try the driver alone.
 */
static int
attach_program(struct ovr_netdev *netdev, const char *label, struct ovr_err *err)
{
	struct xdp_program *program = xdp_program__find_file("xsk_def_xdp_prog.o", NULL, NULL);
	int ifindex = (int)netdev->facts.ifindex;
	int status = (int)libxdp_get_error(program);

	/* where it stands elsewhere, the libraries know where */
	if (status != 0)
		return 0;
	library_words[0] = '\0';
	make_room_for_queues(program, &netdev->facts);
	status = xdp_program__attach(program, ifindex, XDP_MODE_NATIVE, 0);
	if (status == -EOPNOTSUPP) {
		status = xdp_program__attach(program, ifindex, XDP_MODE_SKB, 0);
		snprintf(netdev->note[1], sizeof(netdev->note[1]),
			"%s: its driver %s has no XDP; the kernel's generic XDP stands in for it, which is "
			"slower",
			label, netdev->facts.driver);
	}
	xdp_program__close(program);
	if (status == 0)
		return 0;
	return ovr_err_set(err, status,
		"%s: no XDP program can be attached: %s (%.150s); accepted: mode=af_packet", label,
		strerror(-status), library_words[0] != '\0' ? library_words : netdev->facts.driver);
}

static int
add_xdp_devices(const struct ovr_netdev_conf_open *conf, struct ovr_netdev *netdev, struct ovr_port *port,
	struct ovr_err *err)
{
	char args[64];
	int status = attach_program(netdev, port->label, err);

	for (uint16_t q = 0; q < conf->n_queues && status == 0; q++) {
		snprintf(args, sizeof(args), "iface=%s,start_queue=%u", netdev->name,
			(unsigned int)(netdev->first_queue + q));
		status = add_device(conf, netdev, port, args, 1, err);
	}
	/*
	 * the driver asks the kernel for rings of just this size; but never hands it more buffers
	 * than these
	 */
	port->rxd = RTE_MIN(conf->descriptors, (uint32_t)OVR_NETDEV_XDP_BUFFERS);
	port->txd = conf->descriptors;
	return status;
}

static int
add_packet_device(const struct ovr_netdev_conf_open *conf, struct ovr_netdev *netdev, struct ovr_port *port,
	struct ovr_err *err)
{
	uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE);
	uint32_t frame = ovr_netdev_packet_bytes(conf->frame_bytes);
	uint32_t block = RTE_MAX(page, frame);
	char args[160];
	int status;

	snprintf(args, sizeof(args), "iface=%s,qpairs=%u,framesz=%u,blocksz=%u,framecnt=%u", netdev->name,
		conf->n_queues, frame, block, conf->descriptors);
	status = add_device(conf, netdev, port, args, conf->n_queues, err);
	port->rxd = port->txd = conf->descriptors;
	return status;
}

int
ovr_netdev_open(const struct ovr_netdev_conf_open *conf, struct ovr_port *port,
	struct ovr_netdev **ret_netdev, struct ovr_err *err)
{
	struct ovr_netdev *netdev = calloc(1, sizeof(*netdev));
	const struct ovr_netdev_conf *keys = &conf->name->conf.netdev;
	int status;

	if (netdev == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory", conf->name->label);
	*ret_netdev = netdev;
	libbpf_set_print(take_libbpf_words);
	libxdp_set_print(take_libxdp_words);
	/* a dispatcher would pin itself into the file system, where a killed process leaves it */
	setenv("LIBXDP_SKIP_DISPATCHER", "1", 0);
	snprintf(netdev->name, sizeof(netdev->name), "%.15s", conf->name->details);
	netdev->mode = keys->mode;
	netdev->first_queue = keys->first_queue;
	netdev->receives = conf->receives;
	status = ovr_nic_facts_read(netdev->name, &netdev->facts, err);
	if (status != 0)
		return status;
	port->numa_node = netdev->facts.numa_node;
	netdev->changes_at_open = netdev->facts.carrier_changes;
	status = check_privileges(conf, keys->mode, err);
	if (status == 0)
		status = check_interface(conf, netdev, &netdev->facts, err);
	if (status == 0)
		status = prepare(conf, netdev, &netdev->facts, err);
	if (status == 0 && keys->mode == OVR_NETDEV_AF_XDP)
		status = add_xdp_devices(conf, netdev, port, err);
	else if (status == 0)
		status = add_packet_device(conf, netdev, port, err);
	if (status != 0)
		return status;
	status = ovr_nic_facts_read(netdev->name, &netdev->facts, err);
	if (status == 0 && keys->mode == OVR_NETDEV_AF_XDP)
		status = ovr_undo_took(conf->undo, OVR_UNDO_XDP, &netdev->facts, err);
	if (status == 0 && netdev->n_sockets < conf->n_queues)
		status = ovr_err_set(err, -EIO, "%s: the driver has %u sockets for %u queues", port->label,
			netdev->n_sockets, conf->n_queues);
	return status;
}

/* The packet driver forgets its sockets when it is closed (up to DPDK 22.11 at least). */
static void
close_sockets(const struct ovr_netdev *netdev)
{
	for (uint16_t i = 0; i < netdev->n_sockets; i++) {
		struct stat stat = { 0 };

		if (fstat(netdev->socket[i], &stat) == 0 && S_ISSOCK(stat.st_mode) &&
			stat.st_ino == netdev->socket_inode[i])
			close(netdev->socket[i]);
	}
}

void
ovr_netdev_close(struct ovr_netdev *netdev)
{
	if (netdev == NULL)
		return;
	while (netdev->n_devices != 0)
		ovr_vdev_destroy(netdev->device[--netdev->n_devices]);
	close_sockets(netdev);
	ovr_nic_counters_done(&netdev->counters);
	free(netdev);
}

void
ovr_netdev_flush(const struct ovr_netdev *netdev, const struct ovr_port *port)
{
	uint32_t turns = port->txd / XDP_KICK_FRAMES + 1;

	for (uint16_t i = 0; i < netdev->n_sockets && netdev->mode == OVR_NETDEV_AF_PACKET; i++)
		ovr_sockets_kick(netdev->socket[i]);
	/* the driver also takes back what was sent, without which the kernel sends nothing more */
	for (uint16_t i = 0; i < port->n_devices && netdev->mode == OVR_NETDEV_AF_XDP; i++)
		for (uint32_t turn = 0; turn < turns; turn++)
			rte_eth_tx_burst(port->device[i], 0, NULL, 0);
}

struct ovr_port_link
ovr_netdev_link(struct ovr_netdev *netdev)
{
	struct ovr_nic_carrier carrier;

	ovr_netdev_follow_name(netdev);
	if (ovr_nic_carrier_read(netdev->name, &carrier, NULL) != 0)
		return (struct ovr_port_link){ 0 };
	return (struct ovr_port_link){
		.up = carrier.has_carrier,
		.speed_mbps = carrier.speed_mbps,
		.changes = carrier.changes,
	};
}
