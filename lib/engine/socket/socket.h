/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file
 * What ports that are sockets have in common: their address, and the size of their buffer. Any
 * thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "plan/socket_conf.h"

/** @return the bytes of the address for bind(2) and connect(2) */
socklen_t ovr_socket_address(const struct ovr_socket_conf *conf, struct sockaddr_storage *ret_address);

/**
 * Set SO_RCVBUF or SO_SNDBUF, beyond the host's limit where that is allowed (CAP_NET_ADMIN).
 * @param wanted_bytes 0: leave it as the kernel has it
 * @param label of the port, for the note
 * @param[out] note a sentence, where the kernel gave less than was wanted; else untouched
 * @return the bytes that the kernel accounts: twice what it was given (socket(7))
 */
uint32_t ovr_socket_set_buffer(
	int fd, bool receives, uint32_t wanted_bytes, const char *label, char *note, size_t note_bytes);
