/* SPDX-License-Identifier: BSD-3-Clause */
#include "tcp/info.h"

#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <linux/sockios.h>
#include <linux/tcp.h>

int
ovr_tcp_info_read(int fd, struct ovr_segments_end *ret_end, uint32_t *ret_mss)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);

	*ret_end = (struct ovr_segments_end){ 0 };
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return -errno;
	/* older kernels fill in the beginning alone */
	if (size < offsetof(struct tcp_info, tcpi_bytes_retrans) + sizeof(info.tcpi_bytes_retrans))
		return -EOPNOTSUPP;
	*ret_end = (struct ovr_segments_end){
		.segs_out = info.tcpi_segs_out,
		.segs_in = info.tcpi_segs_in,
		.data_segs_out = info.tcpi_data_segs_out,
		.data_segs_in = info.tcpi_data_segs_in,
		.total_retrans = info.tcpi_total_retrans,
		.bytes_sent = info.tcpi_bytes_sent,
		.bytes_retrans = info.tcpi_bytes_retrans,
		.bytes_received = info.tcpi_bytes_received,
		.busy_us = info.tcpi_busy_time,
		.rwnd_limited_us = info.tcpi_rwnd_limited,
		.sndbuf_limited_us = info.tcpi_sndbuf_limited,
	};
	if (ret_mss != NULL)
		*ret_mss = info.tcpi_snd_mss;
	return 0;
}

void
ovr_tcp_info_watch(int fd, struct ovr_tcp_watch *watch, bool is_sample)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return;
	watch->rtt_min_us = info.tcpi_min_rtt;
	watch->segments_sent = info.tcpi_segs_out;
	watch->retransmitted = info.tcpi_total_retrans;
	watch->dsacks = info.tcpi_dsack_dups;
	watch->reordered = info.tcpi_reord_seen;
	if (is_sample && info.tcpi_rtt > 0) {
		watch->rtt_sum_us += info.tcpi_rtt;
		watch->n_samples++;
	}
}

static uint64_t
ask(int fd, unsigned long request)
{
	int bytes = 0;

	return ioctl(fd, request, &bytes) == 0 && bytes > 0 ? (uint64_t)bytes : 0;
}

uint64_t
ovr_tcp_info_unacknowledged(int fd)
{
	return ask(fd, SIOCOUTQ);
}

uint64_t
ovr_tcp_info_unread(int fd)
{
	return ask(fd, SIOCINQ);
}
