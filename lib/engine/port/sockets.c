/* SPDX-License-Identifier: BSD-3-Clause */
#include "port/sockets.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_packet.h>
#include <linux/if_xdp.h>

static int
compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

void
ovr_sockets_find(int family, struct ovr_sockets *ret_sockets)
{
	DIR *directory = opendir("/proc/self/fd");
	struct dirent *entry;

	memset(ret_sockets, 0, sizeof(*ret_sockets));
	if (directory == NULL)
		return;
	while ((entry = readdir(directory)) != NULL && ret_sockets->n < OVR_SOCKETS_MAX) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		int domain = 0;
		socklen_t size = sizeof(domain);

		if (entry->d_name[0] != '.' && getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
			domain == family)
			ret_sockets->fd[ret_sockets->n++] = fd;
	}
	closedir(directory);
	qsort(ret_sockets->fd, ret_sockets->n, sizeof(ret_sockets->fd[0]), compare);
}

static bool
is_among(const struct ovr_sockets *sockets, int fd)
{
	return bsearch(&fd, sockets->fd, sockets->n, sizeof(fd), compare) != NULL;
}

unsigned int
ovr_sockets_added(int family, const struct ovr_sockets *before, int *ret_fd, unsigned int max)
{
	struct ovr_sockets now;
	unsigned int n = 0;

	ovr_sockets_find(family, &now);
	for (unsigned int i = 0; i < now.n; i++) {
		if (is_among(before, now.fd[i]))
			continue;
		if (n < max)
			ret_fd[n] = now.fd[i];
		n++;
	}
	return n;
}

int
ovr_sockets_read_xdp(int fd, struct ovr_sockets_xdp *ret_counts)
{
	/* older kernels know the first three members only, and say how many bytes they wrote */
	struct xdp_statistics counts = { 0 };
	socklen_t size = sizeof(counts);

	if (getsockopt(fd, SOL_XDP, XDP_STATISTICS, &counts, &size) != 0)
		return -errno;
	*ret_counts = (struct ovr_sockets_xdp){
		.rx_fill_empty = counts.rx_dropped,
		.rx_ring_full = counts.rx_ring_full,
		.tx_invalid_descs = counts.tx_invalid_descs,
	};
	return 0;
}

int
ovr_sockets_take_packet_drops(int fd, uint64_t *ret_drops)
{
	struct tpacket_stats counts = { 0 };
	socklen_t size = sizeof(counts);

	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size) != 0)
		return -errno;
	*ret_drops = counts.tp_drops;
	return 0;
}

bool
ovr_sockets_is_bound(int fd, int family, uint32_t ifindex)
{
	struct sockaddr_ll address = { 0 };
	socklen_t size = sizeof(address);

	/* AF_XDP tells no address; what is not bound cannot send */
	if (family == AF_XDP)
		return send(fd, NULL, 0, MSG_DONTWAIT) >= 0 || errno != ENXIO;
	return getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
		address.sll_ifindex == (int)ifindex;
}

void
ovr_sockets_kick(int fd)
{
	(void)send(fd, NULL, 0, MSG_DONTWAIT);
}
