/* SPDX-License-Identifier: BSD-3-Clause */
#include "hop/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

/* Largest packet that the kernel merges or leaves unsplit. */
#define PACKET_BYTES (65536 + 256)
#define BUFFER_BYTES (64 << 20)
/* Tries of a frame for which the interface has no room now, 1 ms each. */
#define SEND_TRIES 20
#define MAC_BYTES  (2 * ETH_ALEN)
#define TAG_BYTES  4

static int
set_up(struct ovr_hop_tap *tap, uint32_t ifindex)
{
	struct packet_mreq promiscuity = { .mr_ifindex = (int)ifindex, .mr_type = PACKET_MR_PROMISC };
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)ifindex,
	};
	int on = 1, bytes = BUFFER_BYTES;

	/* beyond rmem_max where this user may; else what it may have */
	if (setsockopt(tap->fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0)
		setsockopt(tap->fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	if (setsockopt(tap->fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) != 0 ||
		setsockopt(tap->fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) != 0 ||
		setsockopt(tap->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) != 0 ||
		bind(tap->fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
		setsockopt(tap->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &promiscuity, sizeof(promiscuity)) !=
			0)
		return -errno;
	return 0;
}

/* Of no protocol before it is bound: nothing of other interfaces arrives. */
static int
make_socket(const char *name, struct ovr_err *err)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return ovr_err_set(err, -errno, "%s: a packet socket cannot be made: %s%s", name,
			strerror(errno), errno == EPERM ? "; accepted: a user with CAP_NET_RAW" : "");
	return fd;
}

int
ovr_hop_tap_is_allowed(const char *name, struct ovr_err *err)
{
	int fd = make_socket(name, err);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

int
ovr_hop_tap_open(struct ovr_hop_tap *tap, const char *name, uint32_t ifindex, struct ovr_err *err)
{
	int status;

	*tap = (struct ovr_hop_tap){ .fd = make_socket(name, err) };
	if (tap->fd < 0) {
		status = tap->fd;
		tap->fd = -1;
		return status;
	}
	tap->packet = malloc(PACKET_BYTES);
	status = tap->packet == NULL ? -ENOMEM : set_up(tap, ifindex);
	if (status != 0) {
		ovr_hop_tap_close(tap);
		return ovr_err_set(
			err, status, "%s: a packet socket cannot be set up: %s", name, strerror(-status));
	}
	return 0;
}

void
ovr_hop_tap_close(struct ovr_hop_tap *tap)
{
	free(tap->packet);
	tap->packet = NULL;
	if (tap->fd >= 0)
		close(tap->fd);
	tap->fd = -1;
}

/* The kernel takes the outer VLAN tag out of the frame: put it back. */
static uint32_t
restore_tag(uint8_t *frame, uint32_t length, struct msghdr *message, struct virtio_net_hdr *header)
{
	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(message); cmsg != NULL; cmsg = CMSG_NXTHDR(message, cmsg)) {
		struct tpacket_auxdata aux;
		uint16_t tag[2];

		if (cmsg->cmsg_level != SOL_PACKET || cmsg->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(cmsg), sizeof(aux));
		if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0)
			continue;
		tag[0] = htons(
			(aux.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0 ? aux.tp_vlan_tpid : ETH_P_8021Q);
		tag[1] = htons(aux.tp_vlan_tci);
		memmove(frame + MAC_BYTES + TAG_BYTES, frame + MAC_BYTES, length - MAC_BYTES);
		memcpy(frame + MAC_BYTES, tag, TAG_BYTES);
		header->csum_start = (uint16_t)(header->csum_start + TAG_BYTES);
		return length + TAG_BYTES;
	}
	return length;
}

int
ovr_hop_tap_read(struct ovr_hop_tap *tap, ovr_cable_emit_t *emit, void *context)
{
	struct virtio_net_hdr header;
	struct iovec part[2] = { { &header, sizeof(header) }, { tap->packet, PACKET_BYTES - TAG_BYTES } };
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct msghdr message = {
		.msg_iov = part,
		.msg_iovlen = 2,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(tap->fd, &message, 0);
	uint32_t length;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if ((size_t)n < sizeof(header) + ETH_HLEN || (message.msg_flags & MSG_TRUNC) != 0) {
		tap->not_split++;
		return 1;
	}
	length = restore_tag(tap->packet, (uint32_t)((size_t)n - sizeof(header)), &message, &header);
	if (ovr_cable_split(&header, tap->packet, length, emit, context) != 0)
		tap->not_split++;
	return 1;
}

void
ovr_hop_tap_send(struct ovr_hop_tap *tap, const uint8_t *bytes, uint32_t length)
{
	static const struct virtio_net_hdr nothing_left;
	struct iovec part[2] = {
		{ (void *)(uintptr_t)&nothing_left, sizeof(nothing_left) },
		{ (void *)(uintptr_t)bytes, length },
	};

	for (unsigned int i = 0; i < SEND_TRIES; i++) {
		if (writev(tap->fd, part, 2) >= 0)
			return;
		if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			break;
		poll(NULL, 0, 1);
	}
	tap->refused++;
}

uint64_t
ovr_hop_tap_missed(struct ovr_hop_tap *tap)
{
	struct tpacket_stats stats = { 0 };
	socklen_t size = sizeof(stats);

	if (getsockopt(tap->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) != 0)
		return 0;
	return stats.tp_drops;
}
