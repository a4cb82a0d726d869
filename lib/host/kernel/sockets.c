/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What UDP sockets dropped: sk_drops, of all sockets of a namespace by sock_diag(7), and of our own
 * by SO_MEMINFO (socket(7)), for which nobody needs a right.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

#include "kernel/readers.h"
#include "nic/rtnl.h"

#define NAME "drops"

static int
on_attribute(const struct nlattr *attr, void *data)
{
	struct ovr_kernel_counter *counter = data;
	uint32_t meminfo[SK_MEMINFO_VARS];

	if (mnl_attr_get_type(attr) != INET_DIAG_SKMEMINFO ||
		mnl_attr_get_payload_len(attr) < sizeof(meminfo))
		return MNL_CB_OK;
	memcpy(meminfo, mnl_attr_get_payload(attr), sizeof(meminfo));
	counter->value = meminfo[SK_MEMINFO_DROPS];
	counter->is_known = true;
	return MNL_CB_OK;
}

/* "udp 10.0.0.1:9000 inode 4711" */
static void
print_object(char *text, size_t size, const struct inet_diag_msg *socket)
{
	char address[INET6_ADDRSTRLEN] = "";
	bool is_v6 = socket->idiag_family == AF_INET6;

	inet_ntop(is_v6 ? AF_INET6 : AF_INET, socket->id.idiag_src, address, sizeof(address));
	snprintf(text, size, "udp %s%s%s:%u inode %u", is_v6 ? "[" : "", address, is_v6 ? "]" : "",
		ntohs(socket->id.idiag_sport), socket->idiag_inode);
}

int
ovr_kernel_socket_parse(const struct nlmsghdr *message, struct ovr_kernel_reading *reading)
{
	const struct inet_diag_msg *socket = mnl_nlmsg_get_payload(message);
	struct ovr_kernel_counter told = { .is_known = false }, *counter;
	char object[OVR_KERNEL_OBJECT_BYTES];

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		message->nlmsg_len < mnl_nlmsg_size(sizeof(*socket)) ||
		mnl_attr_parse(message, sizeof(*socket), on_attribute, &told) < MNL_CB_OK)
		return -EBADMSG;
	/* kernels before 3.10 do not tell */
	if (!told.is_known)
		return 0;
	print_object(object, sizeof(object), socket);
	counter = ovr_kernel_add(reading, OVR_KERNEL_SOCKET, object, NAME, told.value);
	if (counter != NULL)
		counter->width_bits = 32;
	return 0;
}

static int
on_socket(const struct nlmsghdr *message, void *data)
{
	errno = -ovr_kernel_socket_parse(message, data);
	return errno == 0 ? MNL_CB_OK : MNL_CB_ERROR;
}

static int
ask(struct ovr_kernel_reading *reading, uint8_t family)
{
	struct ovr_rtnl rtnl;
	struct inet_diag_req_v2 *request = ovr_rtnl_begin(
		&rtnl, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, sizeof(*request));

	request->sdiag_family = family;
	request->sdiag_protocol = IPPROTO_UDP;
	request->idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1);
	request->idiag_states = UINT32_MAX;
	return ovr_rtnl_talk(&rtnl, NETLINK_SOCK_DIAG, on_socket, reading);
}

void
ovr_kernel_socket_read(struct ovr_kernel_reading *reading)
{
	static const uint8_t family[] = { AF_INET, AF_INET6 };

	for (size_t i = 0; i < sizeof(family); i++) {
		uint32_t n = reading->snapshot->n;
		int status = -EINTR;

		for (int try = 0; try < OVR_RTNL_TRIES && status == -EINTR; try++) {
			reading->snapshot->n = n;
			status = ask(reading, family[i]);
		}
		if (status != 0)
			ovr_kernel_note_error(reading,
				family[i] == AF_INET ? "UDP sockets" : "UDP sockets of IPv6", status);
	}
}

/* The counter of this socket in the list; NULL: it is not there. */
static struct ovr_kernel_counter *
find_inode(struct ovr_kernel_snapshot *snapshot, const char *netns, unsigned long inode)
{
	char text[32];

	snprintf(text, sizeof(text), " inode %lu", inode);
	for (uint32_t i = 0; i < snapshot->n; i++) {
		struct ovr_kernel_counter *counter = &snapshot->counter[i];
		const char *at = strstr(counter->object, " inode ");

		if (counter->layer == OVR_KERNEL_SOCKET && at != NULL && strcmp(at, text) == 0 &&
			strcmp(counter->netns, netns) == 0)
			return counter;
	}
	return NULL;
}

int
ovr_kernel_snapshot_add_socket(struct ovr_kernel_snapshot *snapshot, const char *netns, int fd,
	const char *object, struct ovr_err *err)
{
	struct ovr_kernel_reading reading = { .snapshot = snapshot, .netns = netns };
	uint32_t meminfo[SK_MEMINFO_VARS] = { 0 };
	socklen_t size = sizeof(meminfo);
	struct ovr_kernel_counter *counter;
	char text[OVR_KERNEL_OBJECT_BYTES];
	struct stat status;

	if (fstat(fd, &status) != 0 || getsockopt(fd, SOL_SOCKET, SO_MEMINFO, meminfo, &size) != 0)
		return ovr_err_set(err, -errno, "%s: what the socket dropped cannot be read: %s", object,
			strerror(errno));
	if (size <= SK_MEMINFO_DROPS * sizeof(meminfo[0]))
		return ovr_err_set(
			err, -ENODATA, "%s: this kernel does not tell what a socket dropped", object);
	counter = find_inode(snapshot, netns, (unsigned long)status.st_ino);
	if (counter == NULL) {
		snprintf(text, sizeof(text), "%.60s inode %lu", object, (unsigned long)status.st_ino);
		counter = ovr_kernel_add(&reading, OVR_KERNEL_SOCKET, text, NAME, 0);
	}
	if (counter == NULL)
		return ovr_err_set(err, -ENOMEM, "%s: no memory for its counter", object);
	counter->value = meminfo[SK_MEMINFO_DROPS];
	counter->width_bits = 32;
	counter->is_ours = true;
	return 0;
}
