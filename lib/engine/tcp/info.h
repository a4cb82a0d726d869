/* SPDX-License-Identifier: BSD-3-Clause */
/** @file What the kernel tells of one socket of TCP. Internal to tcp. Any thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "segments/segments.h"
#include "tcp/tcp.h"

/**
 * Read TCP_INFO (tcp(7)).
 * @param[out] ret_mss the sender's segment size in bytes; may be NULL
 * @return 0; -EOPNOTSUPP: this kernel counts no bytes and segments (before 4.19); -errno
 */
int ovr_tcp_info_read(int fd, struct ovr_segments_end *ret_end, uint32_t *ret_mss);

/** Read TCP_INFO into @p watch. @param is_sample a round-trip time is added, too */
void ovr_tcp_info_watch(int fd, struct ovr_tcp_watch *watch, bool is_sample);

/** @return bytes that were written and not acknowledged (SIOCOUTQ); 0 where it cannot be told */
uint64_t ovr_tcp_info_unacknowledged(int fd);

/** @return bytes that arrived and were not read (SIOCINQ); 0 where it cannot be told */
uint64_t ovr_tcp_info_unread(int fd);
